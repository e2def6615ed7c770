package core

import (
	"context"
	"fmt"
	"slices"
	"time"

	"glas/internal/i18n"
	"glas/internal/job"
	"glas/internal/letter"
	"glas/internal/subject"
	"glas/modules/accounts"
	"glas/modules/consultations"
	"glas/modules/documents"
	"glas/modules/remarks/internal/stored"
	"glas/tenant"
)

// The kinds of job.
const (
	ForgetJob   = "remarks.forget"
	ReplacedJob = "remarks.replaced"
	tellJob     = "remarks.tell"
	askJob      = "remarks.ask"
)

// letterBatch is how many remarks letters are written about in one transaction.
const letterBatch = 100

// Jobs are the handlers by kind.
func (m *Core) Jobs() map[string]job.Handler {
	return map[string]job.Handler{ForgetJob: m.forget, ReplacedJob: m.replaced, tellJob: m.tell, askJob: m.ask}
}

// forget takes the name of a deleted account off what it wrote.
func (m *Core) forget(ctx context.Context, j job.Job) error {
	var e accounts.Deleted
	if err := j.Decode(&e); err != nil {
		return job.Permanent(err)
	}
	if e.AccountID == "" {
		return job.Permanent(fmt.Errorf("%s: no account is named", j.Kind))
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error { return stored.Forget(ctx, tx, e.AccountID) })
}

// replaced asks everybody who remarked after a document of a consultation was replaced while it runs.
func (m *Core) replaced(ctx context.Context, j job.Job) error {
	var e documents.Replaced
	if err := j.Decode(&e); err != nil {
		return job.Permanent(err)
	}
	if e.Ref.Kind != consultations.Kind {
		return nil
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		c, err := consultations.Load(ctx, tx, e.Ref.ID)
		if err != nil || !c.Visible(tx.Now()) || !c.IsOpen(tx.Now()) {
			return err
		}
		d, err := documents.Find(ctx, tx, e.ID)
		if err != nil {
			return err
		}
		title, _ := d.Title.Pick(tx.Tenant().Default(), tx.Tenant().Default())
		return m.Reconfirm(ctx, tx, c.ID, title)
	})
}

// Reconfirm asks everybody who remarked on a consultation, after a document was replaced, whether the remark stands: each gets a letter
// with a link by which he keeps, changes or withdraws it. document is the title of what was replaced, empty for none.
func (m *Core) Reconfirm(ctx context.Context, tx *tenant.Tx, consultationID, document string) error {
	n, err := stored.AskAll(ctx, tx, consultationID, document)
	if err != nil || n == 0 {
		return err
	}
	return tx.Enqueue(ctx, job.Spec{Kind: askJob, Unique: "ask"})
}

// round is one kind of letter that is owed about remarks.
type round struct {
	job, kind, unique string
	owed              func(ctx context.Context, tx *tenant.Tx, n int) ([]*stored.Remark, error)
	sent              func(ctx context.Context, tx *tenant.Tx, ids []string) error
	// alike is what the remarks of one letter have in common, empty for one that is told nobody. They are owed in the order of it.
	alike func(r *stored.Remark) string
	// fill gives what the letters of a batch say.
	fill func(ctx context.Context, tx *tenant.Tx, batch []*stored.Remark) (words, error)
}

// words writes one letter about some remarks; known are the titles of what was remarked on.
type words func(ctx context.Context, l *letter.Letter, of []*stored.Remark, known map[subject.Ref]string)

// ask writes to everybody whose remark may no longer stand.
func (m *Core) ask(ctx context.Context, _ job.Job) error {
	return m.letters(ctx, round{job: askJob, kind: "remarks.reconfirm", unique: "ask:", owed: stored.Unasked, sent: stored.AskedAll,
		alike: func(r *stored.Remark) string { return person(r) + "\x00" + r.ConsultationID }, fill: asking})
}

// tell writes to everybody whose remark was answered. What is hidden meanwhile is not told.
func (m *Core) tell(ctx context.Context, _ job.Job) error {
	shown := func(r *stored.Remark) string {
		if r.State != stored.Shown {
			return ""
		}
		return person(r)
	}
	return m.letters(ctx, round{job: tellJob, kind: "remarks.answered", unique: "tell:", owed: stored.Untold, sent: stored.Told, alike: shown, fill: telling})
}

// letters writes those of one batch and leaves the next one to another job.
func (m *Core) letters(ctx context.Context, w round) error {
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		list, err := w.owed(ctx, tx, letterBatch)
		if err != nil || len(list) == 0 {
			return err
		}
		people, err := recipients(ctx, tx, list)
		if err != nil {
			return err
		}
		fill, err := w.fill(ctx, tx, list)
		if err != nil {
			return err
		}
		titles := titles{core: m}
		for _, of := range together(list, w.alike) {
			to, ok := recipient(tx, of[0], people)
			if !ok {
				continue
			}
			for _, r := range of {
				if _, err := titles.of(ctx, tx, r); err != nil {
					return err
				}
			}
			if err := m.write(ctx, tx, w.kind, to, func(ctx context.Context, l *letter.Letter) { fill(ctx, l, of, titles.known) }); err != nil {
				return err
			}
		}
		if err := w.sent(ctx, tx, ids(list)); err != nil || len(list) < letterBatch {
			return err
		}
		return tx.Enqueue(ctx, job.Spec{Kind: w.job, Unique: w.unique + list[len(list)-1].ID})
	})
}

// person is who gets a letter about a remark.
func person(r *stored.Remark) string { return r.AuthorID + "\x00" + r.PersonEmail }

// together puts remarks together that have the same in common, as they come one after the other.
func together(list []*stored.Remark, alike func(r *stored.Remark) string) [][]*stored.Remark {
	var out [][]*stored.Remark
	last := ""
	for _, r := range list {
		key := alike(r)
		if key == "" {
			continue
		}
		if key != last {
			out, last = append(out, nil), key
		}
		out[len(out)-1] = append(out[len(out)-1], r)
	}
	return out
}

// replacement is why the last document of a consultation was replaced, and until when it is open since.
type replacement struct {
	why   i18n.Text
	until time.Time
}

// replacements are those of the consultations of some remarks.
func replacements(ctx context.Context, tx *tenant.Tx, list []*stored.Remark) (map[string]replacement, error) {
	var which []string
	for _, r := range list {
		if !slices.Contains(which, r.ConsultationID) {
			which = append(which, r.ConsultationID)
		}
	}
	found, err := consultations.LoadMany(ctx, tx, which)
	if err != nil {
		return nil, err
	}
	out := make(map[string]replacement, len(found))
	for key, c := range found {
		papers, err := documents.Of(ctx, tx, subject.Ref{Kind: consultations.Kind, ID: key})
		if err != nil {
			return nil, err
		}
		var last documents.Document
		for _, d := range papers {
			if d.ReplacesID != "" && d.AddedAt.After(last.AddedAt) {
				last = d
			}
		}
		out[key] = replacement{why: last.ReplaceReason, until: c.EndsAt}
	}
	return out, nil
}

// Replacement is why the last document of the consultation of a remark was replaced, and until when it is open since.
func Replacement(ctx context.Context, tx *tenant.Tx, r *stored.Remark) (why i18n.Text, until time.Time, err error) {
	found, err := replacements(ctx, tx, []*stored.Remark{r})
	return found[r.ConsultationID].why, found[r.ConsultationID].until, err
}

// asking asks about all remarks of one person on one consultation; each leads to where it is kept, changed or withdrawn.
func asking(ctx context.Context, tx *tenant.Tx, list []*stored.Remark) (words, error) {
	changed, err := replacements(ctx, tx, list)
	return func(ctx context.Context, l *letter.Letter, of []*stored.Remark, known map[subject.Ref]string) {
		first := of[0]
		title, since := known[first.Host()], changed[first.ConsultationID]
		l.Subject = i18n.T(ctx, "remarks.mail.ask.subject", "Number", first.Name(), "Title", title)
		l.Paragraphs = []string{i18n.T(ctx, "remarks.mail.ask.text", "Title", title)}
		if first.ReconfirmFor != "" {
			l.Paragraphs = append(l.Paragraphs, i18n.T(ctx, "remarks.mail.ask.document", "Document", first.ReconfirmFor))
		}
		if why := since.why.In(ctx); why != "" {
			l.Paragraphs = append(l.Paragraphs, i18n.T(ctx, "remarks.mail.ask.why", "Reason", why))
		}
		if !since.until.IsZero() {
			l.Paragraphs = append(l.Paragraphs, i18n.T(ctx, "remarks.form.until", "Date", i18n.DateTime(ctx, since.until)))
		}
		for _, r := range of {
			l.Sections = append(l.Sections, letter.Section{Title: subjectWords(ctx, r, known[r.Host()]), Href: r.ConfirmPath(), Facts: said(ctx, r)})
		}
		l.Button, l.Href = i18n.T(ctx, "remarks.mail.ask.button"), first.ConfirmPath()
	}, err
}

// telling tells one person everything: what you said, what we decided, why.
func telling(context.Context, *tenant.Tx, []*stored.Remark) (words, error) {
	return func(ctx context.Context, l *letter.Letter, of []*stored.Remark, known map[subject.Ref]string) {
		first := of[0]
		l.Subject = i18n.T(ctx, "remarks.mail.told.subject", "Title", known[first.Host()])
		l.Paragraphs = []string{i18n.N(ctx, "remarks.mail.told.text", len(of))}
		for _, r := range of {
			l.Sections = append(l.Sections, letter.Section{Title: subjectWords(ctx, r, known[r.Host()]), Href: r.Path(), Facts: append(said(ctx, r), decided(ctx, r)...)})
		}
		l.Button, l.Href = i18n.T(ctx, "remarks.mail.told.button"), first.Path()
	}, nil
}

func ids(list []*stored.Remark) []string {
	out := make([]string, len(list))
	for i, r := range list {
		out[i] = r.ID
	}
	return out
}

// titles remembers what things are called while letters are written.
type titles struct {
	core  *Core
	known map[subject.Ref]string
}

func (t *titles) of(ctx context.Context, tx *tenant.Tx, r *stored.Remark) (string, error) {
	if title, ok := t.known[r.Host()]; ok {
		return title, nil
	}
	target, err := t.core.TitleOf(ctx, tx, r.Host())
	if err != nil {
		return "", err
	}
	if t.known == nil {
		t.known = map[subject.Ref]string{}
	}
	t.known[r.Host()] = target.Title
	return target.Title, nil
}
