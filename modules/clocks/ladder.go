package clocks

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"glas/internal/i18n"
	"glas/internal/letter"
	"glas/modules/accounts"
	"glas/modules/calendars"
	"glas/modules/clocks/internal/term"
	"glas/modules/departments"
	"glas/tenant"
)

// notice is one clock of which a person is told.
type notice struct {
	clock *Clock
	title string
	path  string
	level string
}

// ladder is one run of the check.
type ladder struct {
	*data
	m      *Module
	heads  map[string]departments.Department
	levels map[string][]string
	// told are the notices of each person, at most one for each clock, which is said at the highest level.
	told  map[string][]notice
	order []string
}

// rounds is how many batches one run of the check does. What is left is still due at the next run: nothing is lost, and no run holds
// the database for long when ten thousand clocks come due at once (5,000 in a run).
const rounds = 10

// climb does what is due now, in batches of a constant number of statements, and then writes one letter to each person.
func (m *Module) climb(ctx context.Context, tx *tenant.Tx) error {
	var l *ladder
	for range rounds {
		var list []Clock
		err := tx.Select(&list).Where("?TableAlias.next_at <= ?", tx.Now()).OrderExpr("?TableAlias.next_at, ?TableAlias.id").Limit(batch).Scan(ctx)
		if err != nil {
			return fmt.Errorf("find what the ladder has to do: %w", err)
		}
		if len(list) == 0 {
			break
		}
		if l == nil {
			if l, err = m.ladder(ctx, tx); err != nil {
				return err
			}
		}
		if err := l.step(ctx, tx, list); err != nil {
			return err
		}
	}
	if l == nil {
		return nil
	}
	return l.write(ctx, tx)
}

func (m *Module) ladder(ctx context.Context, tx *tenant.Tx) (*ladder, error) {
	d, err := load(ctx, tx)
	if err != nil {
		return nil, err
	}
	l := &ladder{data: d, m: m, told: map[string][]notice{}}
	if l.heads, err = departments.Map(ctx, tx); err != nil {
		return nil, err
	}
	l.levels, err = levels(ctx, tx)
	return l, err
}

// step does what is due for a batch of clocks, and keeps when each is due next.
func (l *ladder) step(ctx context.Context, tx *tenant.Tx, list []Clock) error {
	ids := idsOf(list)
	pauses, err := pausesOf(ctx, tx, ids)
	if err != nil {
		return err
	}
	before, err := firingsOf(ctx, tx, ids)
	if err != nil {
		return err
	}
	fired := make(map[string]bool, len(before))
	for _, f := range before {
		fired[f.ID] = true
	}
	subjects, err := l.m.subjects(ctx, tx, list)
	if err != nil {
		return err
	}
	var all []ClockFiring
	for i := range list {
		c := &list[i]
		now, err := l.Due(c, l.rules[c.TargetID], fired, spans(pauses[c.ID]), tx.Now())
		if err != nil {
			return err
		}
		s := subjects[c.Ref().String()]
		for j := range now {
			if err := l.act(ctx, tx, c, s, &now[j]); err != nil {
				return err
			}
		}
		all = append(all, now...)
	}
	for part := range slices.Chunk(all, batch) {
		if _, err := tx.Insert(&part).On("CONFLICT (tenant_id, id) DO NOTHING").Exec(ctx); err != nil {
			return fmt.Errorf("keep what the ladder did: %w", err)
		}
	}
	return keep(ctx, tx, list, nextAt)
}

// subjects describes the things of clocks, with one question for each kind.
func (m *Module) subjects(ctx context.Context, tx *tenant.Tx, list []Clock) (map[string]Subject, error) {
	byKind := map[string][]string{}
	for _, c := range list {
		byKind[c.SubjectKind] = append(byKind[c.SubjectKind], c.SubjectID)
	}
	out := map[string]Subject{}
	for _, kind := range slices.Sorted(maps.Keys(byKind)) {
		if m.Hosts[kind] == nil {
			continue
		}
		slices.Sort(byKind[kind])
		found, err := m.Hosts[kind].Subjects(ctx, tx, slices.Compact(byKind[kind]))
		if err != nil {
			return nil, fmt.Errorf("describe %s: %w", kind, err)
		}
		for id, s := range found {
			out[kind+":"+id] = s
		}
	}
	return out, nil
}

// act does one step: it notes who is to be told, and lets the host do anything else.
func (l *ladder) act(ctx context.Context, tx *tenant.Tx, c *Clock, s Subject, f *ClockFiring) error {
	if s.Ref.IsZero() {
		return nil // gone
	}
	who := l.who(f.Level, c, s)
	f.People = len(who)
	for _, account := range who {
		l.note(account, notice{clock: c, title: s.Title, path: s.Path, level: f.Level})
	}
	if doer, ok := l.m.Hosts[c.SubjectKind].(Doer); ok && f.Act != Notify {
		if err := doer.Escalate(ctx, tx, c.SubjectID, l.stepOf(ctx, tx, c, f, who)); err != nil {
			return fmt.Errorf("escalate %s: %w", c.Ref(), err)
		}
	}
	return nil
}

// stepOf is what the host is told.
func (l *ladder) stepOf(ctx context.Context, tx *tenant.Tx, c *Clock, f *ClockFiring, who []string) Step {
	if l.m.Catalogue != nil {
		ctx, _ = tx.Tenant().Writes(ctx, l.m.Catalogue, tx.Tenant().Default())
	}
	return Step{Act: f.Act, Level: f.Level, People: who, DueAt: c.DueAt, Key: strings.Join([]string{c.Ref().String(), strconv.Itoa(c.Cycle), c.Metric, c.DepartmentID, f.RuleID}, "."),
		Words: i18n.T(ctx, "clocks.task", "Metric", metricWord(ctx, c.Metric), "Due", calendars.Moment(ctx, c.DueAt))}
}

func (l *ladder) note(account string, n notice) {
	for i, old := range l.told[account] {
		if old.clock.ID == n.clock.ID {
			if slices.Index(term.Levels(), n.level) > slices.Index(term.Levels(), old.level) {
				l.told[account][i] = n
			}
			return
		}
	}
	if l.told[account] == nil {
		l.order = append(l.order, account)
	}
	l.told[account] = append(l.told[account], n)
}

// who stands at a level. Where nobody does, the next one answers: an assignee's place is taken by the head, everybody else's by the
// coordinator, so that nothing is told to nobody as long as one person is named.
func (l *ladder) who(level string, c *Clock, s Subject) []string {
	department := s.DepartmentID
	if department == "" {
		department = c.DepartmentID
	}
	head := l.heads[department].HeadID
	if level == "assignee" && s.AssigneeID != "" {
		return []string{s.AssigneeID}
	}
	if level == "deputy" && len(l.levels["deputy"]) > 0 {
		return l.levels["deputy"]
	}
	if (level == "assignee" || level == "head" || level == "deputy") && head != "" {
		return []string{head}
	}
	if len(l.levels[level]) > 0 {
		return l.levels[level]
	}
	return l.levels["coordinator"]
}

// digestLines is how many clocks one letter names; the rest is on the board.
const digestLines = 50

// write sends one letter to each person, in his language, the most urgent first.
func (l *ladder) write(ctx context.Context, tx *tenant.Tx) error {
	to, err := accounts.Addresses(ctx, tx, l.order)
	if err != nil {
		return err
	}
	for _, account := range l.order {
		r, ok := to[account]
		if !ok || l.m.Catalogue == nil {
			continue
		}
		list := l.told[account]
		slices.SortStableFunc(list, func(a, b notice) int { return a.clock.DueAt.Compare(b.clock.DueAt) })
		if err := l.post(ctx, tx, r, list); err != nil {
			return err
		}
	}
	return nil
}

func (l *ladder) post(ctx context.Context, tx *tenant.Tx, to accounts.Recipient, list []notice) error {
	t := tx.Tenant()
	base := ""
	if l.m.Base != nil {
		base = l.m.Base(ctx)
	}
	ctx, site := t.Writes(ctx, l.m.Catalogue, to.Lang)
	d := letter.Letter{Lang: to.Lang, Site: site, Theme: t.Theme, Subject: i18n.N(ctx, "clocks.mail.subject", len(list)), Greeting: i18n.T(ctx, "clocks.mail.greeting", "Name", to.Name),
		Paragraphs: []string{i18n.N(ctx, "clocks.mail.intro", len(list))}, Button: i18n.T(ctx, "clocks.mail.board"), Href: t.Link(base, to.Lang, root),
		Notes: []letter.Note{{Text: i18n.T(ctx, "clocks.mail.why", "Site", site)}}}
	for i, n := range list {
		if i == digestLines {
			break
		}
		d.Lines = append(d.Lines, letter.Line{Text: n.words(ctx, tx.Now()), Open: i18n.T(ctx, "clocks.mail.open"), Href: t.Link(base, to.Lang, n.path)})
	}
	message, err := d.Message(to.Email, "clocks.digest")
	if err != nil {
		return err
	}
	return tx.Mail(ctx, message)
}

// words say what is due, or since when it is late.
func (n notice) words(ctx context.Context, now time.Time) string {
	id := "clocks.mail.soon"
	if n.clock.Late(now) {
		id = "clocks.mail.late"
	}
	return i18n.T(ctx, id, "Metric", metricWord(ctx, n.clock.Metric), "Title", n.title, "Due", calendars.Moment(ctx, n.clock.DueAt), "In", i18n.Ago(ctx, now, n.clock.DueAt)) //i18n: clocks.mail.*
}
