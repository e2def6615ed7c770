// Package gather collects from the parts of the product what the report of a consultation says. It asks each part as the public:
// what a visitor may not see is not in a report.
package gather

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"glas/internal/authz"
	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/modules/answers"
	"glas/modules/areas"
	"glas/modules/attachments"
	"glas/modules/consultations"
	"glas/modules/departments"
	"glas/modules/documents"
	"glas/modules/positions"
	"glas/modules/reports/internal/record"
	"glas/modules/reports/internal/stored"
	"glas/modules/votes"
	"glas/tenant"
)

// Texts gives what a report says about the texts of a consultation: their articles in order and the changes that were made.
type Texts func(ctx context.Context, tx *tenant.Tx, consultationID string) ([]record.Article, []record.Change, error)

// Remarks gives the public remarks of a consultation by number, each as everybody may read it, with the id of the unit that answered.
type Remarks func(ctx context.Context, tx *tenant.Tx, consultationID string, fn func(m record.Remark) error) error

// Gatherer collects reports.
type Gatherer struct {
	Base      func(ctx context.Context) string
	Catalogue *i18n.Catalogue
	Texts     Texts
	Remarks   Remarks
}

// source is one collection.
type source struct {
	*Gatherer
	tx     *tenant.Tx
	c      *consultations.Consultation
	r      *record.Report
	census []stored.CensusFigure
	units  map[string]i18n.Text // departments by id
}

// Report collects the report that a version will be, frozen at a moment. It makes the same few statements however much there is,
// apart from the pages of remarks and proposals.
func (g *Gatherer) Report(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation, v *stored.Report, before *stored.Report, at time.Time) (*record.Report, error) {
	ctx = authz.With(ctx, authz.Actor{Kind: authz.Visitor}, nil)
	t := tx.Tenant()
	s := &source{Gatherer: g, tx: tx, c: c, units: map[string]i18n.Text{}, r: &record.Report{
		Format: record.Format, Version: v.Version, Correction: v.Correction, FrozenAt: at.UTC().Truncate(time.Second),
		Municipality: record.Municipality{Name: t.Name, Slug: t.Slug, Zone: t.TimeZone, Address: strings.TrimSuffix(g.Base(ctx), "/")},
		Introduction: v.Introduction, Conclusions: v.Conclusions, NextStep: v.NextStep, DecisionURL: c.DecisionURL, Decision: c.DecisionTitle,
		Documents: []record.Document{}, Meetings: []record.Meeting{}, Channels: []record.Channel{}, Articles: []record.Article{}, Remarks: []record.Remark{},
		Proposals: []record.Proposal{}, Positions: []record.Position{}, Changes: []record.Change{}, Votes: []record.Vote{},
	}}
	if before != nil {
		s.r.Replaces = before.SHA256
	}
	for _, step := range []func(context.Context) error{s.subject, s.dates, s.documents, s.texts, s.remarks, s.positions, s.proposals, s.votes, s.people} {
		if err := step(ctx); err != nil {
			return nil, fmt.Errorf("gather report: %w", err)
		}
	}
	s.r.Count()
	s.evaluate(v)
	return s.r, nil
}

func (s *source) subject(ctx context.Context) error {
	c := s.c
	s.r.Subject = record.Subject{ID: c.ID, Title: c.Title, Summary: c.Summary, Decides: c.Decides, InputUse: c.InputUse, LegalBasis: c.LegalBasis,
		Department: c.DepartmentName, Area: c.AreaName, Path: c.Path()}
	units, err := departments.All(ctx, s.tx)
	for _, d := range units {
		s.units[d.ID] = d.Name
	}
	return err
}

func (s *source) dates(ctx context.Context) error {
	c, d := s.c, &s.r.Dates
	*d = record.Dates{PublishedAt: utc(c.PublishedAt), StartsAt: utc(c.StartsAt), EndsAt: utc(c.EndsAt), AnswerBy: utc(c.AnswerBy), AnsweredAt: utc(c.AnsweredAt), ReportBy: utc(c.ReportBy),
		ShortReason: c.ShortReason, Phases: []record.Phase{}, Changes: []record.Extension{}, Overrides: []record.Override{}}
	d.Days = Days(c.StartsAt, c.EndsAt, s.tx.Tenant().Zone())
	for _, p := range c.Phases {
		d.Phases = append(d.Phases, record.Phase{Title: p.Title, StartsAt: utc(p.StartsAt), EndsAt: utc(p.EndsAt)})
	}
	for _, o := range c.Overrides {
		d.Overrides = append(d.Overrides, record.Override{Rule: o.Rule, Reason: o.Reason, At: utc(o.At)})
	}
	changes, err := stored.Changes(ctx, s.tx, c.ID)
	for _, ch := range changes {
		d.Changes = append(d.Changes, record.Extension{Kind: ch.Kind, Reason: ch.Reason, Old: utc(ch.OldAt), New: utc(ch.NewAt), At: utc(ch.CreatedAt)})
	}
	return err
}

func utc(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC()
}

// Days is how many days of the calendar a term touches, both ends included; 0 without an end.
func Days(from, to time.Time, zone *time.Location) int {
	if from.IsZero() || to.IsZero() {
		return 0
	}
	day := func(t time.Time) time.Time {
		l := t.In(zone)
		return time.Date(l.Year(), l.Month(), l.Day(), 0, 0, 0, 0, time.UTC)
	}
	return int(day(to).Sub(day(from))/(24*time.Hour)) + 1
}

func (s *source) documents(ctx context.Context) error {
	list, err := documents.Of(ctx, s.tx, s.c.Ref())
	if err != nil {
		return err
	}
	names, err := documents.KindNames(ctx, s.tx)
	if err != nil {
		return err
	}
	byID := map[string]documents.Document{}
	for _, d := range list {
		byID[d.ID] = d
		s.r.Documents = append(s.r.Documents, record.Document{ID: d.ID, Title: d.Title, Kind: d.Kind, KindName: s.inAll(ctx, func(ctx context.Context) string { return names.Of(ctx, d.Kind) }),
			Lang: d.Lang, Version: d.Version, FileName: d.FileName, Size: d.Size, SHA256: d.SHA256, AddedAt: utc(d.AddedAt), Path: d.Href(), Replaced: !d.Current(), ReplaceReason: d.ReplaceReason})
	}
	for _, m := range s.c.Meetings {
		one := record.Meeting{Title: m.Title, At: utc(m.At), Place: m.Place}
		if d, ok := byID[m.ProtocolID]; ok {
			one.Protocol, one.ProtocolPath, one.ProtocolTitle = d.FileName, d.Href(), d.Title
		}
		s.r.Meetings = append(s.r.Meetings, one)
	}
	return nil
}

// inAll says something in every language of the municipality.
func (s *source) inAll(ctx context.Context, say func(ctx context.Context) string) i18n.Text {
	out := i18n.Text{}
	for _, lang := range s.tx.Tenant().Languages {
		l := s.Catalogue.Localizer(lang, s.tx.Tenant().Zone(), "").Fallback(s.tx.Tenant().Default())
		if w := say(i18n.With(ctx, l)); w != "" {
			out[lang] = w
		}
	}
	return out
}

func (s *source) texts(ctx context.Context) error {
	if s.Texts == nil {
		return nil
	}
	articles, changes, err := s.Texts(ctx, s.tx, s.c.ID)
	if err != nil {
		return err
	}
	s.r.Articles = append(s.r.Articles, articles...)
	s.r.Changes = append(s.r.Changes, changes...)
	return nil
}

func (s *source) remarks(ctx context.Context) error {
	if s.Remarks == nil {
		return nil
	}
	return s.Remarks(ctx, s.tx, s.c.ID, func(m record.Remark) error {
		m.Department = s.units[m.DepartmentID]
		s.r.Remarks = append(s.r.Remarks, m)
		return nil
	})
}

// Files are attachments that everybody can read, as a report tells them.
func Files(list []attachments.Attachment) []record.File {
	var out []record.File
	for i := range list {
		a := &list[i]
		if !a.Public || !a.Ready() {
			continue
		}
		one := record.File{Name: a.Name, Alt: a.Alt, Size: a.Size, Path: a.Main()}
		if a.Kind == attachments.Document {
			one.SHA256 = a.Sha256
		}
		out = append(out, one)
	}
	return out
}

// positions are those of associations, the oldest first.
func (s *source) positions(ctx context.Context) error {
	list, err := positions.Of(ctx, s.tx, s.c.ID)
	if err != nil {
		return err
	}
	refs := make([]subject.Ref, len(list))
	for i, p := range list {
		refs[i] = p.Ref()
	}
	files, err := attachments.Of(ctx, s.tx, refs)
	for _, p := range slices.Backward(list) {
		one := record.Position{Association: p.AuthorName, Title: p.Title, Text: p.Text, Lang: p.Lang, Stance: string(p.Stance), AdoptedBy: string(p.AdoptedBy),
			AdoptedOn: p.AdoptedOn.UTC().Format(time.DateOnly), PublishedAt: utc(p.CreatedAt), Path: p.Path(), Files: Files(files[p.Ref()]), AuthorID: p.OrganisationID}
		for _, who := range p.Signatories {
			one.Signatories = append(one.Signatories, strings.TrimSuffix(who.Name+", "+who.Role, ", "))
		}
		s.r.Positions = append(s.r.Positions, one)
	}
	return err
}

func (s *source) proposals(ctx context.Context) error {
	list, err := stored.Proposals(ctx, s.tx, s.c.ID)
	if err != nil {
		return err
	}
	for part := range slices.Chunk(list, 500) {
		refs := make([]subject.Ref, len(part))
		for i, p := range part {
			refs[i] = subject.Ref{Kind: "proposal", ID: p.ID}
		}
		given, err := answers.Published(ctx, s.tx, refs)
		if err != nil {
			return err
		}
		for i, p := range part {
			one := record.Proposal{ID: p.ID, No: p.Number, Title: p.Title, Lang: p.Lang, Author: p.AuthorName, AuthorKind: p.AuthorKind, AuthorID: p.OrganisationID,
				Path: fmt.Sprintf("/proposals/%d-%s", p.Number, p.Slug)}
			if a := given[refs[i]]; a != nil {
				one.Answer, one.AnswerName, one.Reason = string(a.State), a.StateLabel(ctx), a.Text
			}
			s.r.Proposals = append(s.r.Proposals, one)
		}
	}
	s.r.Counts.Comments = s.c.CommentCount
	return nil
}

// tally is what a frozen result says of one thing.
type tally struct {
	Subjects []struct {
		Subject subject.Ref      `json:"subject"`
		Votes   int64            `json:"votes"`
		ByValue map[string]int64 `json:"by_value"`
		ByVoter map[string]int64 `json:"by_voter"`
	} `json:"subjects"`
}

// votes takes results from what was frozen at the close, and only of what is public now.
func (s *source) votes(ctx context.Context) error {
	phases := map[string]*consultations.Phase{}
	var ids []string
	for _, p := range s.c.Phases {
		phases[p.ID] = p
		ids = append(ids, p.ID)
	}
	frozen, err := stored.Results(ctx, s.tx, s.c.ID, ids)
	if err != nil {
		return err
	}
	public := map[string]record.Proposal{}
	for _, p := range s.r.Proposals {
		public[p.ID] = p
	}
	own, scopes := false, []string{}
	for _, f := range frozen {
		var t tally
		if err := json.Unmarshal([]byte(f.Body), &t); err != nil {
			return fmt.Errorf("read result: %w", err)
		}
		rule := s.rule(ctx, f, phases)
		if f.SubjectKind == votes.KindScope {
			scopes = append(scopes, f.SubjectID)
		}
		for _, one := range t.Subjects {
			v := record.Vote{Kind: one.Subject.Kind, Votes: one.Votes, ByValue: one.ByValue, ByVoter: one.ByVoter, FrozenAt: utc(f.FrozenAt), Hash: f.Hash, Rule: rule.Rule, Quota: rule.Quota, Who: rule.Who}
			switch p, ok := public[one.Subject.ID]; {
			case one.Subject == s.c.Ref():
				v.Title, v.Path, own = s.c.Title.In(ctx), s.c.Path(), true
			case ok:
				v.Title, v.Path = p.Title, p.Path
			default:
				continue
			}
			s.r.Votes = append(s.r.Votes, v)
		}
	}
	if len(s.r.Votes) > 0 {
		s.r.Counts.Voters, err = stored.Voters(ctx, s.tx, s.c.ID, scopes, own)
	}
	return err
}

// rule is how votes were cast in the phase of a result; of the consultation itself, in the last phase that asked.
func (s *source) rule(ctx context.Context, f *votes.VoteSnapshot, phases map[string]*consultations.Phase) (v record.Vote) {
	p := phases[f.SubjectID]
	if p == nil {
		for _, one := range s.c.Phases {
			if one.Switches.Votes.On == consultations.OnConsultation {
				p = one
			}
		}
	}
	if p == nil {
		return v
	}
	v.Rule, v.Quota = p.Switches.Votes.Kind, p.Switches.Votes.Quota
	v.Who = s.inAll(ctx, func(ctx context.Context) string {
		var words []string
		for _, w := range p.Switches.Eligible[consultations.ActVote].Words() {
			words = append(words, i18n.Message(ctx, w))
		}
		return strings.Join(words, "; ")
	})
	return v
}

// people counts who took part by area and by age, and withholds what is small.
func (s *source) people(ctx context.Context) error {
	people, err := stored.People(ctx, s.tx, s.c.ID)
	if err != nil {
		return err
	}
	all, err := areas.All(ctx, s.tx)
	if err != nil {
		return err
	}
	if s.census, err = stored.Census(ctx, s.tx); err != nil {
		return err
	}
	outside, err := stored.Outside(ctx, s.tx, []string{s.c.ID})
	if err != nil {
		return err
	}
	s.r.Counts.ParticipantsOutside = outside[s.c.ID]
	s.r.Counts.Participants = int64(len(people)) + outside[s.c.ID]
	// Of those without an account neither area nor age is known; among the unknown ones their public number would tell others.
	byArea, byAge := map[string]int64{}, map[string]int64{}
	year := s.r.FrozenAt.Year()
	if !s.c.EndsAt.IsZero() {
		year = s.c.EndsAt.Year()
	}
	known := map[string]bool{}
	for _, a := range all {
		known[a.ID] = true
	}
	for _, p := range people {
		byAge[record.BandOf(p.BirthYear, year)]++
		// Somebody of two areas counts in the first: the parts then add up to the whole.
		at := record.Unknown
		if i := slices.IndexFunc(p.AreaIDs, func(id string) bool { return known[id] }); i >= 0 {
			at = p.AreaIDs[i]
		}
		byArea[at]++
	}
	s.r.Areas, s.r.Ages = []record.Cell{}, []record.Cell{}
	if len(people) == 0 {
		return nil
	}
	s.r.Areas = areaCells(all, byArea)
	s.r.Ages = ageCells(byAge)
	return nil
}

func areaCells(all []areas.Area, people map[string]int64) []record.Cell {
	if len(all) == 0 {
		return []record.Cell{}
	}
	var cells []record.Cell
	for _, a := range all {
		if n := people[a.ID]; n > 0 || !a.Archived {
			cells = append(cells, record.Cell{Key: a.ID, Label: a.Name, N: &n})
		}
	}
	n := people[record.Unknown]
	return record.Suppress(append(cells, record.Cell{Key: record.Unknown, N: &n}))
}

func ageCells(people map[string]int64) []record.Cell {
	var cells []record.Cell
	for _, b := range record.Bands() {
		n := people[b.Key]
		cells = append(cells, record.Cell{Key: b.Key, N: &n})
	}
	n := people[record.Unknown]
	return record.Suppress(append(cells, record.Cell{Key: record.Unknown, N: &n}))
}

// evaluate compares with the census; without the wish of the municipality it stays out of the report.
func (s *source) evaluate(v *stored.Report) {
	area, age := map[string]int64{}, map[string]int64{}
	e := &record.Evaluation{Documents: len(s.r.Documents), Groups: v.GroupsMissing}
	for _, f := range s.census {
		if f.Kind == stored.ByArea {
			area[f.Grp] = f.People
		} else {
			age[f.Grp] = f.People
			s.r.Counts.Population += f.People
		}
		e.CensusYear = max(e.CensusYear, f.Year)
	}
	if len(area) > 0 && s.r.Counts.Population == 0 {
		for _, n := range area {
			s.r.Counts.Population += n
		}
	}
	accounts := s.r.Counts.Participants - s.r.Counts.ParticipantsOutside
	e.Areas, e.Ages = record.Compare(s.r.Areas, accounts, area), record.Compare(s.r.Ages, accounts, age)
	for _, l := range s.tx.Tenant().Languages {
		if s.c.Title[l] == "" || s.c.Body[l] == "" {
			e.Languages = append(e.Languages, l)
		}
	}
	s.r.Evaluation = e
}

// Evaluation collects only what the comparison with the census needs.
func (g *Gatherer) Evaluation(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation, v *stored.Report) (*record.Report, error) {
	ctx = authz.With(ctx, authz.Actor{Kind: authz.Visitor}, nil)
	if v == nil {
		v = &stored.Report{}
	}
	s := &source{Gatherer: g, tx: tx, c: c, units: map[string]i18n.Text{}, r: &record.Report{FrozenAt: tx.Now()}}
	for _, step := range []func(context.Context) error{s.documents, s.people} {
		if err := step(ctx); err != nil {
			return nil, fmt.Errorf("evaluate consultation: %w", err)
		}
	}
	s.evaluate(v)
	return s.r, nil
}
