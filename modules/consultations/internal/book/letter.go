package book

import (
	"context"
	"slices"
	"strings"

	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/job"
	"glas/internal/letter"
	"glas/modules/accounts"
	"glas/modules/consultations/internal/stored"
	"glas/modules/departments"
	"glas/tenant"
)

// Remind writes to the responsible staff about what is due: to the head of the department, to the department, and to who began it.
func (d *Desk) Remind(ctx context.Context, j job.Job) error {
	var r reminder
	if err := j.Decode(&r); err != nil {
		return job.Permanent(err)
	}
	return d.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		c, err := stored.Load(ctx, tx, r.ID)
		if fault.Is(err, fault.KindNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		open, err := d.stillDue(ctx, tx, c, r)
		if err != nil || !open {
			return err
		}
		to, err := responsible(ctx, tx, c)
		if err != nil {
			return err
		}
		for _, who := range to {
			if err := d.write(ctx, tx, c, r, who); err != nil {
				return err
			}
		}
		return nil
	})
}

// stillDue reports whether what a reminder is about is still to be done by that date.
func (d *Desk) stillDue(ctx context.Context, tx *tenant.Tx, c *stored.Consultation, r reminder) (bool, error) {
	if !c.DeletedAt.IsZero() || c.State == stored.Draft || c.State == stored.Archived {
		return false, nil
	}
	if r.What == dueAnswer {
		return c.AnswerBy.Equal(r.Due) && c.AnsweredAt.IsZero(), nil
	}
	if !c.ReportBy.Equal(r.Due) || d.Reported == nil {
		return c.ReportBy.Equal(r.Due), nil
	}
	done, err := d.Reported(ctx, tx, c.ID)
	return !done, err
}

// responsible are those who answer for a consultation, each address once.
func responsible(ctx context.Context, tx *tenant.Tx, c *stored.Consultation) ([]accounts.Recipient, error) {
	var out []accounts.Recipient
	ids := []string{c.CreatedBy}
	if c.DepartmentID != "" {
		dept, err := departments.Find(ctx, tx, c.DepartmentID)
		if err != nil {
			return nil, err
		}
		ids = append(ids, dept.HeadID)
		if dept.Email != "" {
			out = append(out, accounts.Recipient{Email: dept.Email, Lang: tx.Tenant().Default()})
		}
	}
	people, err := accounts.Addresses(ctx, tx, slices.DeleteFunc(ids, func(s string) bool { return s == "" }))
	if err != nil {
		return nil, err
	}
	for _, who := range ids {
		p, ok := people[who]
		if ok && !slices.ContainsFunc(out, func(o accounts.Recipient) bool { return strings.EqualFold(o.Email, p.Email) }) {
			out = append(out, p)
		}
	}
	return out, nil
}

func (d *Desk) write(ctx context.Context, tx *tenant.Tx, c *stored.Consultation, r reminder, to accounts.Recipient) error {
	t := tx.Tenant()
	if d.Catalogue == nil || d.Base == nil {
		return nil
	}
	in, site := t.Writes(ctx, d.Catalogue, to.Lang)
	title, _ := c.Title.Pick(to.Lang, t.Default())
	l := letter.Letter{Lang: to.Lang, Site: site, Theme: t.Theme, Greeting: i18n.T(in, "consultations.letter.greeting"), Button: i18n.T(in, "consultations.letter.open"),
		Href:       t.Link(d.Base(ctx), to.Lang, Path(c)),
		Subject:    i18n.T(in, "consultations.letter."+r.What+".subject", "Date", r.Due, "Title", title), //i18n: consultations.letter.*
		Paragraphs: []string{i18n.T(in, "consultations.letter."+r.What+".text", "Date", r.Due, "Title", title)}}
	m, err := l.Message(to.Email, "consultations.remind")
	if err != nil {
		return err
	}
	return tx.Mail(ctx, m)
}
