package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"glas/cmd/glas/demo/content"
	"glas/internal/extract"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/paper"
	"glas/modules/consultations"
	"glas/modules/documents"
	"glas/modules/positions"
	"glas/modules/remarks"
	"glas/modules/reports"
	"glas/modules/texts"
	"glas/tenant"
)

// law writes into a consultation what it must hold to.
func (s *seeder) law(c *consultations.Consultation, b *content.Book) {
	c.Act, c.LegalBasis, c.PublishedDays = b.Kind, i18n.Text(b.Legal), int(c.EndsAt.Sub(c.StartsAt).Hours()/24+0.5)
	if b.ReportDue != 0 {
		c.ReportBy = s.end(b.ReportDue)
	}
	if b.Decision != nil {
		c.DecisionTitle, c.DecisionURL = i18n.Text(b.Decision.Title), b.Decision.URL
	}
	for _, m := range b.Meetings {
		c.Meetings = append(c.Meetings, consultations.Meeting{ID: id.New(), Title: i18n.Text(m.Title), Place: i18n.Text(m.Place), At: s.day(m.At).Add(time.Duration(m.Hour) * time.Hour)})
	}
	for _, p := range c.Phases {
		p.Switches.Methods = map[string]json.RawMessage{"text": json.RawMessage("{}"), "remark": json.RawMessage("{}"), "position": json.RawMessage("{}")}
	}
}

// bound is a book at work.
type bound struct {
	*history
	b       *content.Book
	c       *consultations.Consultation
	who     string // key of who works on it
	textID  string
	places  map[string]remarks.Anchor
	remarks []*remarks.Remark
}

// books brings in what was said on the texts of acts, and what the municipality answered.
func (h *history) books() error {
	for slug, b := range h.seeder.books {
		c := h.consultations[slug]
		if c == nil {
			return fmt.Errorf("book of an unknown consultation %s", slug)
		}
		w := &bound{history: h, b: b, c: c, who: h.administrator(), places: map[string]remarks.Anchor{}}
		for _, do := range []func() error{w.papers, w.texts, w.said, w.adopted, w.reworded, w.ruled, w.reported} {
			if err := do(); err != nil {
				return fmt.Errorf("%s: %w", slug, err)
			}
		}
	}
	return h.census()
}

// opened is a moment shortly after the consultation could be seen.
func (w *bound) opened(minutes int) time.Time {
	return w.c.PublishedAt.Add(time.Duration(10+minutes) * time.Minute)
}

// papers brings in the documents, with those that replaced them, and the records of hearings.
func (w *bound) papers() error {
	for _, d := range w.b.Documents {
		old, err := w.paper(w.opened(0), d.Kind, d.Title, d.Text, nil, "")
		if err != nil {
			return err
		}
		for _, v := range d.Versions {
			if old, err = w.paper(w.at(v.At), d.Kind, d.Title, v.Text, v.Reason, old); err != nil {
				return err
			}
		}
	}
	for i, m := range w.b.Meetings {
		if m.Protocol == nil {
			continue
		}
		protocol, err := w.paper(w.at(float64(m.At)+2), documents.Protocol, m.Protocol.Title, m.Protocol.Text, nil, "")
		if err != nil {
			return err
		}
		w.c.Meetings[i].ProtocolID = protocol
		err = w.past.DB.Update(w.town, func(ctx context.Context, tx *tenant.Tx) error {
			_, err := tx.Update(w.c).Column("meetings").WherePK().Exec(ctx)
			return err
		})
		if err != nil {
			return fmt.Errorf("store record of a hearing: %w", err)
		}
	}
	return nil
}

// paper makes a PDF of words and gives it to the consultation, in place of old if there is one.
func (w *bound) paper(at time.Time, kind string, title content.Text, words string, reason content.Text, old string) (string, error) {
	name := title[w.m.Default]
	var pdf bytes.Buffer
	doc := &paper.Document{Title: name, Subtitle: w.c.Title[w.m.Default], Lang: w.m.Default, Author: w.m.Name[w.m.Default], Date: at, Footer: w.m.Name[w.m.Default],
		Page: "{page} / {pages}", Blocks: append([]paper.Block{paper.Heading{Level: 1, Text: name}}, paper.Paragraphs(words)...)}
	if err := paper.PDF(&pdf, doc); err != nil {
		return "", fmt.Errorf("write document: %w", err)
	}
	ctx := w.as(w.who, at)
	sent, err := w.past.Documents.Give(ctx, documents.Sent{Kind: kind, Lang: w.m.Default, Title: i18n.Text(title), Reason: i18n.Text(reason)},
		documents.File{Name: kind + ".pdf", Mime: "application/pdf", Data: pdf.Bytes()})
	if err != nil {
		return "", err
	}
	made := ""
	err = w.past.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		place := documents.Place{Ref: w.c.Ref(), Path: w.c.Path(), ConsultationID: w.c.ID, Public: true}
		if old != "" {
			fresh, _, err := w.past.Documents.Replace(ctx, tx, place, old, sent)
			if fresh != nil {
				made = fresh.ID
			}
			return err
		}
		d, err := w.past.Documents.Add(ctx, tx, place, sent)
		if d != nil {
			made = d.ID
		}
		return err
	})
	if err != nil {
		return "", errors.Join(err, w.past.Documents.Discard(ctx, sent))
	}
	return made, nil
}

// texts brings in the act and the plan.
func (w *bound) texts() error {
	doc, err := extract.Paragraphs(w.b.Act, w.b.Source)
	if err != nil {
		return fmt.Errorf("read act: %w", err)
	}
	ctx := w.as(w.who, w.opened(5))
	if w.textID, err = w.past.Texts.Import(ctx, w.c.ID, texts.Source{Title: w.b.Title, Lang: w.m.Default, Name: w.b.Act, Doc: doc}); err != nil {
		return err
	}
	if err := w.past.Texts.Publish(ctx, w.textID, 0, nil, nil); err != nil {
		return err
	}
	if err := w.sheet(); err != nil {
		return err
	}
	return w.locate()
}

// locate learns what can be remarked on, by label and by zone.
func (w *bound) locate() error {
	return w.past.DB.View(w.as(w.who, w.now), func(ctx context.Context, tx *tenant.Tx) error {
		list, err := texts.Places(ctx, tx, w.c.ID)
		for _, p := range list {
			_, label, nested := strings.Cut(p.Label, ": ")
			switch {
			case p.Anchor.Zone != "":
				w.places["zone "+p.Anchor.Zone] = p.Anchor
			case nested:
				w.places[label] = p.Anchor
			case p.Anchor.Ref.Kind == texts.Kind:
				w.places[""] = p.Anchor
			}
		}
		return err
	})
}

// said brings in the remarks, each at its moment.
func (w *bound) said() error {
	for _, in := range w.b.Remarks {
		place := in.Place
		if in.Zone != "" {
			place = "zone " + in.Zone
		}
		anchor, ok := w.places[place]
		if !ok {
			return fmt.Errorf("there is no %q in the act", place)
		}
		anchor.X, anchor.Y = in.X, in.Y
		words := remarks.Words{Stance: remarks.Stance(in.Stance), Body: in.Text, Wording: in.Wording, Effects: in.Effects}
		at := w.at(in.At)
		var r *remarks.Remark
		var err error
		if in.Channel == "" {
			r, err = w.past.Remarks.Send(w.as(in.By, at), remarks.Draft{Anchor: anchor, Words: words, Pseudonym: w.person(in.By).Alias != ""})
		} else {
			r, err = w.past.Remarks.Enter(w.as(w.who, at), remarks.Entry{Anchor: anchor, Words: words, Channel: remarks.Channel(in.Channel), Source: in.Source,
				ReceivedAt: at.Add(-3 * time.Hour), PublicName: in.Name, Person: remarks.Person{Name: in.Name}, Association: in.Association, Lang: w.m.Default})
		}
		if err != nil {
			return fmt.Errorf("remark on %q: %w", in.Place, err)
		}
		w.remarks = append(w.remarks, r)
	}
	return nil
}

// adopted brings in the positions of associations.
func (w *bound) adopted() error {
	for _, in := range w.b.Positions {
		at := w.at(in.At)
		p := &positions.Position{Title: in.Title, Text: in.Text, Stance: positions.Stance(in.Stance), AdoptedBy: positions.Body(in.Adopted), AdoptedOn: at.AddDate(0, 0, -2).Truncate(24 * time.Hour)}
		for _, s := range in.Signatories {
			p.Signatories = append(p.Signatories, positions.Signatory{Name: s[0], Role: s[1]})
		}
		if err := w.past.Positions.Adopt(w.as(in.By, at), w.c.ID, p, noFiles()); err != nil {
			return fmt.Errorf("%s: %w", in.Title, err)
		}
	}
	return nil
}

// reworded publishes the second wording of the act, with what each change is because of.
func (w *bound) reworded() error {
	if w.b.Version == nil {
		return nil
	}
	ctx := w.as(w.who, w.at(w.b.Version.At))
	if err := w.past.Texts.NewVersion(ctx, w.textID, 0, nil); err != nil {
		return err
	}
	for _, ch := range w.b.Changes {
		var names []string
		for _, n := range ch.Because {
			names = append(names, w.remarks[n-1].Name())
		}
		if err := w.past.Texts.Reword(ctx, w.textID, w.places[ch.Place].Block, ch.Words(), strings.Join(names, ", ")); err != nil {
			return fmt.Errorf("%s: %w", ch.Place, err)
		}
	}
	if err := w.past.Texts.Publish(ctx, w.textID, 0, i18n.Text(w.b.Version.Note), nil); err != nil {
		return err
	}
	return w.locate()
}

// ruled decides on remarks; where there is a report the answers are public.
func (w *bound) ruled() error {
	var department = w.places0("department:" + w.departmentOf())
	for i, in := range w.b.Remarks {
		if in.Answer == nil {
			continue
		}
		at := w.at(-4.5 + float64(i)*0.15)
		if w.b.Version != nil {
			at = w.at(w.b.Version.At + 0.01*float64(i+1))
		}
		ctx, version := w.as(w.who, at), int64(0)
		err := w.past.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
			r := new(remarks.Remark)
			err := tx.Select(r).Where("?TableAlias.id = ?", w.remarks[i].ID).Scan(ctx)
			version = r.RowVersion
			return err
		})
		if err != nil {
			return fmt.Errorf("read remark: %w", err)
		}
		work := remarks.Work{Disposition: remarks.Disposition(in.Answer.How), Reason: i18n.Text(in.Answer.Reason), DepartmentID: department, Version: version, Publish: w.b.Report != nil}
		if a, ok := w.places[in.Answer.Change]; ok && in.Answer.Change != "" {
			work.ChangeBlock, work.ChangeLabel, work.ChangeVersion, work.ChangePath = a.Block, a.Label, a.Version, "/texts/"+w.textID+"#"+a.Block
		}
		if _, err := w.past.Remarks.Answer(ctx, w.remarks[i].ID, work); err != nil {
			return err
		}
	}
	return nil
}

// places0 is the row of a place by its key, which bound hides by the places of its act.
func (w *bound) places0(key string) string { return w.seeder.places[key] }

func (w *bound) departmentOf() string {
	for _, c := range w.m.Consultations {
		if c.Slug == w.b.Consultation {
			return c.Department
		}
	}
	return ""
}

// reported writes and publishes the report; a job makes its files as soon as the program runs.
func (w *bound) reported() error {
	r := w.b.Report
	if r == nil {
		return nil
	}
	ctx := w.as(w.who, w.at(r.At))
	if err := w.past.Reports.Save(ctx, w.c.ID, reports.Words{Introduction: i18n.Text(r.Introduction), Conclusions: i18n.Text(r.Conclusions), NextStep: i18n.Text(r.Next), Evaluation: true}); err != nil {
		return err
	}
	return w.past.Reports.Publish(ctx, w.c.ID, false)
}
