package reports

import (
	"context"
	"fmt"

	"glas/internal/i18n"
	"glas/internal/job"
	"glas/internal/letter"
	"glas/internal/subject"
	"glas/internal/text"
	"glas/modules/accounts"
	"glas/modules/answers"
	"glas/modules/consultations"
	"glas/modules/reports/internal/formats"
	"glas/modules/reports/internal/stored"
	"glas/tenant"
)

// posting is one wave of letters.
type posting struct {
	ReportID string `json:"report_id"`
	After    string `json:"after,omitempty"`
}

const (
	// lettersAtOnce is how many letters are written in one transaction.
	lettersAtOnce = 100
	// toldInLetter is how many of somebody's contributions a letter tells; the others are in the report.
	toldInLetter = 10
	excerpt      = 300
)

// letters writes to everybody who took part what he said, what was decided and why: once for each consultation, whatever versions
// follow. Letters, notes and the next wave are committed together.
func (m *Module) letters(ctx context.Context, j job.Job) error {
	var w posting
	if err := j.Decode(&w); err != nil {
		return job.Permanent(err)
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		r, err := stored.Find(ctx, tx, w.ReportID)
		if err != nil {
			return err
		}
		people, err := stored.Participants(ctx, tx, r.ConsultationID, w.After, lettersAtOnce)
		if err != nil || len(people) == 0 {
			return err
		}
		if len(people) == lettersAtOnce {
			last := people[len(people)-1]
			next := job.Spec{Kind: lettersJob, Payload: posting{r.ID, last}, RunAt: tx.Now().Add(letterEvery), Unique: r.ID + ":" + last}
			if err := tx.Enqueue(ctx, next); err != nil {
				return err
			}
		}
		if people, err = stored.Written(ctx, tx, r, people); err != nil {
			return err
		}
		return m.write(ctx, tx, r, people)
	})
}

// said is what the people of a wave contributed.
type said struct {
	remarks   map[string][]Remark
	proposals map[string][]stored.Proposal
	answers   map[subject.Ref]*answers.Answer
}

func (m *Module) said(ctx context.Context, tx *tenant.Tx, consultationID string, people []string) (s said, err error) {
	if m.Mine != nil {
		if s.remarks, err = m.Mine(ctx, tx, consultationID, people); err != nil {
			return s, err
		}
	}
	list, err := stored.Proposals(ctx, tx, consultationID, people...)
	if err != nil {
		return s, err
	}
	s.proposals = map[string][]stored.Proposal{}
	refs := make([]subject.Ref, len(list))
	for i, p := range list {
		refs[i] = subject.Ref{Kind: "proposal", ID: p.ID}
		s.proposals[p.AuthorID] = append(s.proposals[p.AuthorID], p)
	}
	s.answers, err = answers.Published(ctx, tx, refs)
	return s, err
}

func (m *Module) write(ctx context.Context, tx *tenant.Tx, r *stored.Report, people []string) error {
	if len(people) == 0 {
		return nil
	}
	c, err := consultations.Load(ctx, tx, r.ConsultationID)
	if err != nil {
		return err
	}
	to, err := accounts.Addresses(ctx, tx, people)
	if err != nil {
		return err
	}
	s, err := m.said(ctx, tx, c.ID, people)
	if err != nil {
		return err
	}
	for _, who := range people {
		recipient, reachable := to[who]
		if !reachable {
			continue
		}
		l := m.letter(m.in(ctx, recipient.Lang), tx, c, recipient, s, who)
		message, err := l.Message(recipient.Email, "reports.told")
		if err != nil {
			return err
		}
		if err := tx.Mail(ctx, message); err != nil {
			return fmt.Errorf("write to a participant: %w", err)
		}
	}
	return nil
}

// letter tells one person what he said, what was decided, and why.
func (m *Module) letter(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation, to accounts.Recipient, s said, who string) letter.Letter {
	t := tx.Tenant()
	link := func(path string) string { return t.Link(m.Base(ctx), to.Lang, path) }
	site, _ := t.Name.Pick(to.Lang, t.Default())
	title := c.Title.In(ctx)
	l := letter.Letter{Lang: to.Lang, Site: site, Theme: t.Theme, Subject: i18n.T(ctx, "reports.mail.subject", "Title", title), Greeting: i18n.T(ctx, "reports.mail.greeting", "Name", to.Name),
		Paragraphs: []string{i18n.T(ctx, "reports.mail.text", "Title", title)}, Button: i18n.T(ctx, "reports.mail.open"), Href: link(c.Path() + "/report"),
		Notes: []letter.Note{{Text: i18n.T(ctx, "reports.mail.why", "Site", site)}}}
	all := contributions(ctx, s, who)
	for i, one := range all {
		if i == toldInLetter {
			l.Paragraphs = append(l.Paragraphs, i18n.T(ctx, "reports.mail.more", "N", len(all)-toldInLetter))
			break
		}
		words := i18n.T(ctx, "reports.mail.decided", "Decision", one.Decision)
		if one.Why != "" {
			words += " " + i18n.T(ctx, "reports.mail.because", "Reason", text.Excerpt(one.Why, excerpt*2))
		}
		l.Lines = append(l.Lines, letter.Line{Text: words, Excerpt: text.Excerpt(one.Said, excerpt), Open: i18n.T(ctx, "reports.mail.yours"), Href: link(one.Path)})
	}
	return l
}

// contributions are somebody's remarks and proposals with what became of them, in the language of ctx.
func contributions(ctx context.Context, s said, who string) []Contribution {
	var out []Contribution
	for _, r := range s.remarks[who] {
		out = append(out, Contribution{Said: r.Body, Decision: formats.Disposition(ctx, r.Disposition), Why: r.Reason.In(ctx), Path: r.Path})
	}
	for _, p := range s.proposals[who] {
		one := Contribution{Said: p.Title, Decision: formats.Disposition(ctx, ""), Path: fmt.Sprintf("/proposals/%d-%s", p.Number, p.Slug)}
		if a := s.answers[subject.Ref{Kind: "proposal", ID: p.ID}]; a != nil {
			one.Decision, one.Why = a.StateLabel(ctx), a.Text.In(ctx)
		}
		out = append(out, one)
	}
	return out
}
