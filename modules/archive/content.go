package archive

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/modules/accounts"
	"glas/modules/answers"
	"glas/modules/archive/internal/pack"
	"glas/modules/archive/internal/stored"
	"glas/modules/areas"
	"glas/modules/comments"
	"glas/modules/consultations"
	"glas/modules/positions"
	"glas/modules/proposals"
	"glas/modules/remarks"
	"glas/modules/texts"
	"glas/modules/topics"
	"glas/tenant"
)

// subjectJSON is the consultation itself.
type subjectJSON struct {
	ID           string                    `json:"id"`
	URL          string                    `json:"url"`
	Municipality i18n.Text                 `json:"municipality"`
	TakenAt      time.Time                 `json:"taken_at"`
	Licence      string                    `json:"licence"`
	LicenceURL   string                    `json:"licence_url"`
	Title        i18n.Text                 `json:"title"`
	Summary      i18n.Text                 `json:"summary,omitempty"`
	Body         i18n.Text                 `json:"body,omitempty"`
	Plain        i18n.Text                 `json:"plain,omitempty"`
	Alternatives i18n.Text                 `json:"alternatives,omitempty"`
	Decides      i18n.Text                 `json:"decides,omitempty"`
	InputUse     i18n.Text                 `json:"input_use,omitempty"`
	Audience     i18n.Text                 `json:"audience,omitempty"`
	LegalBasis   i18n.Text                 `json:"legal_basis,omitempty"`
	Act          string                    `json:"act,omitempty"`
	Department   i18n.Text                 `json:"department,omitempty"`
	Area         i18n.Text                 `json:"area,omitempty"`
	Status       consultations.Status      `json:"status"`
	StartsAt     time.Time                 `json:"starts_at,omitzero"`
	EndsAt       time.Time                 `json:"ends_at,omitzero"`
	AnswerBy     time.Time                 `json:"answer_by,omitzero"`
	AnsweredAt   time.Time                 `json:"answered_at,omitzero"`
	ReportBy     time.Time                 `json:"report_by,omitzero"`
	DecisionURL  string                    `json:"decision_url,omitempty"`
	Decision     i18n.Text                 `json:"decision,omitempty"`
	Phases       []phaseJSON               `json:"phases"`
	Meetings     []consultations.Meeting   `json:"meetings,omitempty"`
	Milestones   []consultations.Milestone `json:"milestones,omitempty"`
	Overrides    []overrideJSON            `json:"overrides,omitempty"`
	Result       i18n.Text                 `json:"result,omitempty"`
	Participants int64                     `json:"participants"`
}

type phaseJSON struct {
	ID       string                 `json:"id"`
	Title    i18n.Text              `json:"title"`
	StartsAt time.Time              `json:"starts_at,omitzero"`
	EndsAt   time.Time              `json:"ends_at,omitzero"`
	Switches consultations.Switches `json:"switches"`
}

// overrideJSON is a rule that was set aside; who did it is in the record of the municipality, not here.
type overrideJSON struct {
	Rule   string    `json:"rule"`
	Reason i18n.Text `json:"reason"`
	At     time.Time `json:"at"`
}

func (b *builder) consultation(ctx context.Context, tx *tenant.Tx) error {
	c := b.c
	s := subjectJSON{ID: c.ID, URL: b.Base(ctx) + c.Path(), Municipality: tx.Tenant().Name, TakenAt: b.at, Licence: b.licence.Name, LicenceURL: b.licence.URL, Title: c.Title, Summary: c.Summary,
		Body: c.Body, Plain: c.Plain, Alternatives: c.Alternatives, Decides: c.Decides, InputUse: c.InputUse, Audience: c.Audience, LegalBasis: c.LegalBasis, Act: c.Act,
		Department: c.DepartmentName, Area: c.AreaName, Status: c.StateAt(tx.Now()), StartsAt: c.StartsAt, EndsAt: c.EndsAt, AnswerBy: c.AnswerBy, AnsweredAt: c.AnsweredAt,
		ReportBy: c.ReportBy, DecisionURL: c.DecisionURL, Decision: c.DecisionTitle, Meetings: c.Meetings, Milestones: c.Milestones, Participants: c.ParticipantCount, Phases: []phaseJSON{}}
	for _, p := range c.Phases {
		s.Phases = append(s.Phases, phaseJSON{p.ID, p.Title, p.StartsAt, p.EndsAt, p.Switches})
	}
	for _, o := range c.Overrides {
		s.Overrides = append(s.Overrides, overrideJSON{o.Rule, o.Reason, o.At})
	}
	result, err := consultations.ResultOf(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	if result != nil && !result.PublishedAt.IsZero() {
		s.Result = result.Text
	}
	return b.w.JSON("consultation.json", s)
}

func (b *builder) changes(ctx context.Context, tx *tenant.Tx) error {
	list, err := consultations.Changes(ctx, tx, b.c.ID)
	if err != nil {
		return err
	}
	return b.table(ctx, pack.Table{Name: "changes", Columns: columns("kind", "at:moment", "old_at:moment", "new_at:moment", "reason:texts", "about:texts"),
		Rows: func(_ context.Context, fn func(row []any) error) error {
			for _, c := range list {
				if err := fn([]any{c.Kind, c.CreatedAt.UTC(), c.OldAt, c.NewAt, c.Reason, c.About}); err != nil {
					return err
				}
			}
			return nil
		}})
}

// author is a name as it was published: that of a deleted account is words.
func (b *builder) author(ctx context.Context, by accounts.Byline) string {
	return accounts.BylineName(b.in(ctx, b.langs[0]), by)
}

// proposals writes the published ones, and notes which can be opened, because their comments can be read.
func (b *builder) proposals(ctx context.Context, tx *tenant.Tx) error {
	names, err := placeNames(ctx, tx)
	if err != nil {
		return err
	}
	rows := func(ctx context.Context, fn func(row []any) error) error {
		return proposals.Walk(ctx, tx, b.c.ID, func(list []*proposals.Proposal) error {
			refs := make([]subject.Ref, len(list))
			for i, p := range list {
				refs[i], b.open[p.ID] = p.Ref(), true
			}
			given, err := answers.Published(ctx, tx, refs)
			if err != nil {
				return err
			}
			for _, p := range list {
				if p.State != proposals.Published {
					continue
				}
				if err := fn(b.proposal(ctx, p, given[p.Ref()], names)); err != nil {
					return err
				}
				b.titles[p.Ref().String()] = p.Title
				if err := b.row(); err != nil {
					return err
				}
			}
			return nil
		})
	}
	err = b.table(ctx, pack.Table{Name: "proposals", Columns: columns("id", "number:number", "url", "title:text", "body:text", "lang", "topic:texts", "area:texts", "place:text", "lat:number", "lng:number",
		"author:text", "author_kind", "official:flag", "comment_count:number", "published_at:moment", "edited_at:moment", "answer_state", "answer:texts", "answered_at:moment"), Rows: rows})
	if err != nil {
		return err
	}
	for _, r := range slices.Sorted(maps.Keys(b.titles)) {
		ref, err := subject.Parse(r)
		if err != nil {
			return err
		}
		b.refs = append(b.refs, ref)
	}
	return nil
}

func (b *builder) proposal(ctx context.Context, p *proposals.Proposal, a *answers.Answer, names map[string]i18n.Text) []any {
	var state string
	var answer i18n.Text
	var at time.Time
	if a != nil {
		state, answer, at = string(a.State), a.Text, a.PublishedAt.UTC()
	}
	return []any{p.ID, p.Number, b.Base(ctx) + p.Path(), p.Title, p.Body, p.Lang, names[p.TopicID], names[p.AreaID], p.Place, point(p.Lat), point(p.Lng), b.author(ctx, p.Byline), p.AuthorKind,
		p.Official, p.CommentCount, p.PublishedAt.UTC(), p.EditedAt, state, answer, at}
}

// point is a degree, or nothing.
func point(v *float64) any {
	if v == nil {
		return nil
	}
	return *v
}

// placeNames are the names of topics and areas by their ids.
func placeNames(ctx context.Context, tx *tenant.Tx) (map[string]i18n.Text, error) {
	out := map[string]i18n.Text{}
	allTopics, err := topics.All(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, t := range allTopics {
		out[t.ID] = t.Name
	}
	allAreas, err := areas.All(ctx, tx)
	for _, a := range allAreas {
		out[a.ID] = a.Name
	}
	return out, err
}

// comments writes those on the consultation and on proposals that can be opened.
func (b *builder) comments(ctx context.Context, tx *tenant.Tx) error {
	rows := func(ctx context.Context, fn func(row []any) error) error {
		return comments.Walk(ctx, tx, b.c.ID, func(c *comments.Comment) error {
			if c.SubjectKind != consultations.Kind && !(c.SubjectKind == proposals.Kind && b.open[c.SubjectID]) {
				return nil
			}
			row := []any{c.ID, c.SubjectKind, c.SubjectID, b.Base(ctx) + c.Permalink(), c.ParentID, c.Depth, string(c.Stance), c.Body, c.Lang, b.author(ctx, c.Byline), c.AuthorKind, c.Official,
				c.Up, c.Down, c.CreatedAt.UTC(), c.EditedAt}
			if err := fn(row); err != nil {
				return err
			}
			return b.row()
		})
	}
	return b.table(ctx, pack.Table{Name: "comments", Columns: columns("id", "about_kind", "about_id", "url", "parent_id", "depth:number", "stance", "body:text", "lang", "author:text", "author_kind",
		"official:flag", "helpful:number", "not_helpful:number", "created_at:moment", "edited_at:moment"), Rows: rows})
}

func (b *builder) remarks(ctx context.Context, tx *tenant.Tx) error {
	seen := map[subject.Ref]bool{}
	rows := func(ctx context.Context, fn func(row []any) error) error {
		return remarks.Walk(ctx, tx, b.c.ID, func(r *remarks.Remark) error {
			if r.State != remarks.Shown {
				return nil
			}
			if !seen[r.Ref()] && r.FileCount > 0 {
				seen[r.Ref()], b.refs = true, append(b.refs, r.Ref())
			}
			a := r.PublicAnswer
			if a == nil {
				a = &remarks.Answer{}
			}
			row := []any{r.ID, r.Name(), b.Base(ctx) + r.Path(), r.HostKind, r.HostID, r.Block, r.Label, r.Quote, r.Zone, percent(r.X), percent(r.Y), string(r.Channel), r.ReceivedAt.UTC(), string(r.Stance), r.Body, r.Wording, r.Effects,
				r.Lang, b.author(ctx, r.Byline), r.AuthorKind, string(r.Carried), string(a.Disposition), a.Reason, a.ChangeLabel, a.DecidedAt}
			if err := fn(row); err != nil {
				return err
			}
			return b.row()
		})
	}
	return b.table(ctx, pack.Table{Name: "remarks", Columns: columns("id", "no", "url", "about_kind", "about_id", "block", "label:text", "quote:text", "zone", "x:number", "y:number", "channel", "received_at:moment", "stance",
		"body:text", "wording:text", "effects:text", "lang", "author:text", "author_kind", "carried", "disposition", "reason:texts", "change:text", "decided_at:moment"), Rows: rows})
}

func (b *builder) positions(ctx context.Context, tx *tenant.Tx) error {
	list, err := positions.Of(ctx, tx, b.c.ID)
	if err != nil {
		return err
	}
	for _, p := range list {
		b.refs = append(b.refs, p.Ref())
	}
	return b.table(ctx, pack.Table{Name: "positions", Columns: columns("id", "url", "association:text", "title:text", "body:text", "lang", "stance", "adopted_by", "adopted_on:day", "signatories:text", "published_at:moment"),
		Rows: func(ctx context.Context, fn func(row []any) error) error {
			for _, p := range list {
				signed := ""
				for i, s := range p.Signatories {
					if i > 0 {
						signed += "; "
					}
					signed += s.Name
					if s.Role != "" {
						signed += ", " + s.Role
					}
				}
				if err := fn([]any{p.ID, b.Base(ctx) + p.Path(), b.author(ctx, p.Byline), p.Title, p.Text, p.Lang, string(p.Stance), string(p.AdoptedBy), p.AdoptedOn.UTC().Format(time.DateOnly), signed, p.CreatedAt.UTC()}); err != nil {
					return err
				}
			}
			return nil
		}})
}

// tally is what a frozen result says of one thing.
type tally struct {
	Subjects []struct {
		Subject subject.Ref `json:"subject"`
		Table   []struct {
			Value   string `json:"value"`
			Channel string `json:"channel"`
			Voter   string `json:"voter"`
			Votes   int64  `json:"votes"`
		} `json:"table"`
	} `json:"subjects"`
}

// votes writes what was frozen at the close, of what can be read now. The frozen text itself, whose fingerprint is public, comes along
// when nothing in it was taken out.
func (b *builder) votes(ctx context.Context, tx *tenant.Tx) error {
	var phases []string
	for _, p := range b.c.Phases {
		phases = append(phases, p.ID)
	}
	frozen, err := stored.Results(ctx, tx, b.c.ID, phases)
	if err != nil {
		return err
	}
	var rows [][]any
	for i, f := range frozen {
		var t tally
		if err := json.Unmarshal([]byte(f.Body), &t); err != nil {
			return fmt.Errorf("read result: %w", err)
		}
		whole := true
		for _, s := range t.Subjects {
			title, ok := b.titles[s.Subject.String()]
			if s.Subject == b.c.Ref() {
				title, ok = b.c.Title.In(b.in(ctx, b.langs[0])), true
			}
			if whole = whole && ok; !ok {
				continue
			}
			for _, cell := range s.Table {
				rows = append(rows, []any{s.Subject.Kind, s.Subject.ID, title, cell.Value, cell.Channel, cell.Voter, cell.Votes, f.FrozenAt.UTC(), f.Hash})
			}
		}
		if whole {
			if err := b.w.Words("votes/result-"+number(i+1)+".json", f.Body); err != nil {
				return err
			}
		}
	}
	return b.table(ctx, pack.Table{Name: "votes", Columns: columns("about_kind", "about_id", "title:text", "value", "channel", "voter_kind", "votes:number", "frozen_at:moment", "sha256"),
		Rows: func(_ context.Context, fn func(row []any) error) error {
			for _, r := range rows {
				if err := fn(r); err != nil {
					return err
				}
			}
			return nil
		}})
}

// percent is a place on a plan in per cent, or nothing.
func percent(share float64) any {
	if share == 0 {
		return nil
	}
	return math.Round(share*1000) / 10
}

// zones writes the zones of the public plan sheets, whose pictures come along.
func (b *builder) zones(ctx context.Context, tx *tenant.Tx) error {
	plans, err := texts.Plans(ctx, tx, b.c.ID)
	if err != nil {
		return err
	}
	for _, p := range plans {
		b.refs = append(b.refs, p.Ref())
	}
	return b.table(ctx, pack.Table{Name: "zones", Columns: columns("about_id", "title:text", "lang", "url", "block", "zone", "label:text", "outline"),
		Rows: func(ctx context.Context, fn func(row []any) error) error {
			for _, p := range plans {
				for _, z := range p.Zones {
					var outline []string
					for _, at := range z.Corners() {
						outline = append(outline, fmt.Sprintf("%g,%g", at[0], at[1]))
					}
					if err := fn([]any{p.ID, p.Title, p.Lang, b.Base(ctx) + p.Path(), z.Key, z.Number, z.Label, strings.Join(outline, " ")}); err != nil {
						return err
					}
				}
			}
			return nil
		}})
}

// wordingJSON is a version of an act for programs.
type wordingJSON struct {
	ID          string               `json:"id"`
	Title       string               `json:"title"`
	Lang        string               `json:"lang"`
	Version     int                  `json:"version"`
	PublishedAt time.Time            `json:"published_at"`
	Note        i18n.Text            `json:"note,omitempty"`
	Blocks      []texts.WordingBlock `json:"blocks"`
}

// texts writes every published version of every act, to be read and for programs.
func (b *builder) texts(ctx context.Context, tx *tenant.Tx) error {
	var rows [][]any
	err := texts.Wordings(ctx, tx, b.c.ID, func(w texts.Wording) error {
		base := fmt.Sprintf("texts/%s/v%d", w.TextID, w.Number)
		rows = append(rows, []any{w.TextID, w.Title, w.Lang, w.Number, w.PublishedAt.UTC(), w.Note, base + ".md"})
		if err := b.w.Words(base+".md", w.Markdown); err != nil {
			return err
		}
		return b.w.JSON(base+".json", wordingJSON{w.TextID, w.Title, w.Lang, w.Number, w.PublishedAt.UTC(), w.Note, w.Blocks})
	})
	if err != nil {
		return err
	}
	return b.table(ctx, pack.Table{Name: "texts", Columns: columns("id", "title:text", "lang", "version:number", "published_at:moment", "note:texts", "file"),
		Rows: func(_ context.Context, fn func(row []any) error) error {
			for _, r := range rows {
				if err := fn(r); err != nil {
					return err
				}
			}
			return nil
		}})
}
