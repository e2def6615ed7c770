package reports

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"glas/internal/blob"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/job"
	"glas/internal/paper"
	"glas/internal/search"
	"glas/internal/sheet"
	"glas/internal/subject"
	"glas/internal/text"
	"glas/modules/accounts"
	"glas/modules/reports/internal/formats"
	"glas/modules/reports/internal/record"
	"glas/modules/reports/internal/stored"
	"glas/tenant"
)

// making names the version whose formats a job makes.
type making struct {
	ReportID string `json:"report_id"`
}

// maker makes the files of one version.
type maker struct {
	*Module
	report *stored.Report
	rec    *record.Report
	slug   string
	files  []*stored.ReportFile
	done   int
	total  int
}

// make collects the report, writes all its formats and then shows it to everybody. Done twice it begins anew: nothing was public yet.
// What goes wrong is told to staff on the page of the report.
func (m *Module) make(ctx context.Context, j job.Job) error {
	var w making
	if err := j.Decode(&w); err != nil {
		return job.Permanent(err)
	}
	k := &maker{Module: m}
	err := k.run(ctx, w.ReportID)
	if err == nil || k.report == nil || k.report.State != stored.Making {
		return err
	}
	failed := m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		k.report.Failure = text.Truncate(err.Error(), 500)
		return stored.Save(ctx, tx, k.report)
	})
	if failed != nil {
		return fmt.Errorf("%w (and the failure could not be noted: %w)", err, failed)
	}
	return err
}

func (k *maker) run(ctx context.Context, reportID string) error {
	if err := k.collect(ctx, reportID); err != nil || k.rec == nil {
		return err
	}
	if err := k.write(ctx); err != nil {
		return err
	}
	was := *k.report
	return k.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		*k.report = was // of an attempt before nothing stays
		k.report.PublishedAt = tx.Now()
		if err := stored.Finish(ctx, tx, k.report, k.files); err != nil {
			return err
		}
		if err := k.index(ctx, tx); err != nil {
			return err
		}
		if err := tx.Enqueue(ctx, job.Spec{Kind: lettersJob, Payload: posting{ReportID: k.report.ID}}); err != nil {
			return err
		}
		return tx.Announce(ctx, PublishedEvent{k.report.ID, k.report.ConsultationID, k.report.Version, k.report.SHA256})
	})
}

// collect reads everything in one view, so that all of it is of one moment.
func (k *maker) collect(ctx context.Context, reportID string) error {
	return k.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		r, err := stored.Find(ctx, tx, reportID)
		if err != nil {
			return err
		}
		if r.State != stored.Making {
			return nil
		}
		c, versions, err := load(ctx, tx, r.ConsultationID)
		if err != nil {
			return err
		}
		k.report, k.slug = r, c.Slug
		k.rec, err = k.gather.Report(ctx, tx, c, r, versions.public(), r.FrozenAt)
		if err == nil && !r.Evaluation {
			k.rec.Evaluation = nil
		}
		return err
	})
}

// write makes all formats and stores them.
func (k *maker) write(ctx context.Context) error {
	t := tenant.From(ctx)
	k.total = 2 + 6*len(t.Languages)
	body, err := k.rec.Canonical()
	if err != nil {
		return err
	}
	k.report.SHA256 = record.Hash(body)
	k.report.Figures = figures(k.rec)
	if err := k.keep(ctx, "", "json", body, "application/json"); err != nil {
		return err
	}
	for _, lang := range t.Languages {
		if err := k.language(k.in(ctx, lang), lang); err != nil {
			return fmt.Errorf("write report in %s: %w", lang, err)
		}
	}
	return nil
}

// in speaks a language of the municipality, with the addresses of its pages in that language.
func (m *Module) in(ctx context.Context, lang string) context.Context {
	t, prefix := tenant.From(ctx), ""
	if lang != t.Default() {
		prefix = "/" + lang
	}
	return i18n.With(ctx, m.Catalogue.Localizer(lang, t.Zone(), prefix).Fallback(t.Default()))
}

// language writes the formats of one language.
func (k *maker) language(ctx context.Context, lang string) error {
	doc := formats.Document(ctx, k.rec)
	var out bytes.Buffer
	for _, f := range []struct {
		ending, mime string
		write        func() error
	}{
		{"pdf", "application/pdf", func() error { return paper.PDF(&out, doc) }},
		{"docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", func() error { return paper.DOCX(&out, doc) }},
		{"html", "text/html; charset=utf-8", func() error { return paper.HTML(&out, doc) }},
		{"xlsx", sheet.XLSX.ContentType(), func() error { return sheet.Write(&out, formats.Book(ctx, k.rec), sheet.XLSX) }},
		{"csv", sheet.CSV.ContentType(), func() error { return sheet.Write(&out, formats.Remarks(ctx, k.rec), sheet.CSV) }},
	} {
		out.Reset()
		if err := f.write(); err != nil {
			return err
		}
		if err := k.keep(ctx, lang, f.ending, out.Bytes(), f.mime); err != nil {
			return err
		}
	}
	return k.page(ctx, lang)
}

// page stores the pieces of the page on the web.
func (k *maker) page(ctx context.Context, lang string) error {
	p := formats.Split(ctx, k.rec)
	k.report.PartCount = len(p.Remarks)
	headings := 0
	pieces := append([][]paper.Block{p.Before, p.After}, p.Remarks...)
	for i, blocks := range pieces {
		var out bytes.Buffer
		if err := paper.Fragment(&out, blocks, headings); err != nil {
			return err
		}
		headings += len(blocks)
		if err := k.Store.Put(ctx, pieceKey(k.report, lang, i), &out, "text/html; charset=utf-8"); err != nil {
			return fmt.Errorf("store page of a report: %w", err)
		}
	}
	return k.progress(ctx)
}

// The pieces of a page before the parts with remarks.
const (
	pieceBefore = iota
	pieceAfter
	firstPart
)

// pieceKey is where a piece of the page is stored.
func pieceKey(r *stored.Report, lang string, n int) string {
	return fmt.Sprintf("%s/reports/%s/page-%s-%d.html", r.TenantID, r.ID, lang, n)
}

// keep stores one file and notes its fingerprint.
func (k *maker) keep(ctx context.Context, lang, ending string, data []byte, mime string) error {
	f := &stored.ReportFile{ReportID: k.report.ID, Lang: lang, Format: ending, SHA256: record.Hash(data), Size: int64(len(data)),
		Name: formats.FileName(k.slug, k.report.Version, lang, ending), CreatedAt: k.report.FrozenAt}
	f.ID = id.New()
	f.BlobKey = fmt.Sprintf("%s/reports/%s/%s-%s.%s", k.report.TenantID, k.report.ID, "report", orAll(lang), ending)
	if err := k.Store.Put(ctx, f.BlobKey, bytes.NewReader(data), mime); err != nil {
		return fmt.Errorf("store report: %w", err)
	}
	k.files = append(k.files, f)
	return k.progress(ctx)
}

func orAll(lang string) string {
	if lang == "" {
		return "all"
	}
	return lang
}

// progress tells staff how far the making is.
func (k *maker) progress(ctx context.Context) error {
	k.done++
	return k.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		return stored.Progress(ctx, tx, k.report.ID, min(99, k.done*100/k.total))
	})
}

func figures(r *record.Report) *stored.Figures {
	c := r.Counts
	return &stored.Figures{Days: r.Dates.Days, Participants: c.Participants, Remarks: c.Remarks, Proposals: c.Proposals, Comments: c.Comments, Votes: c.Votes,
		Accepted: c.Accepted + c.Partly, Decided: c.Remarks - c.Undecided}
}

// index lets the report be found by the search of the site, in place of the version before.
func (k *maker) index(ctx context.Context, tx *tenant.Tx) error {
	if k.report.ReplacesID != "" {
		if err := tx.Unindex(ctx, subject.Ref{Kind: stored.Kind, ID: k.report.ReplacesID}); err != nil {
			return err
		}
	}
	t := tx.Tenant()
	doc := search.Document{Ref: k.report.Ref(), Lang: t.Default(), Path: k.rec.Subject.Path + "/report", ConsultationID: k.report.ConsultationID, Updated: tx.Now(),
		Versions: map[string]search.Version{}}
	for _, lang := range t.Languages {
		in := k.in(ctx, lang)
		v := search.Version{Title: formats.Title(in, k.rec), Body: text.Plain(k.rec.Introduction.In(in) + "\n\n" + k.rec.Conclusions.In(in) + "\n\n" + k.rec.NextStep.In(in))}
		if lang == t.Default() {
			doc.Title = v.Title
		}
		if k.rec.Introduction[lang] != "" || lang == t.Default() {
			doc.Versions[lang] = v
			doc.Body += v.Body + "\n\n"
		}
	}
	return tx.Index(ctx, doc)
}

// forget removes what is kept about a deleted account: that a letter was written to it.
func (m *Module) forget(ctx context.Context, j job.Job) error {
	var e accounts.Deleted
	if err := j.Decode(&e); err != nil {
		return job.Permanent(err)
	}
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error { return stored.Forget(ctx, tx, e.AccountID) })
}

// pieces reads parts of the page of a version.
func (m *Module) pieces(ctx context.Context, r *stored.Report, lang string, numbers ...int) ([]string, error) {
	var out []string
	for _, n := range numbers {
		body, err := read(ctx, m.Store, pieceKey(r, lang, n))
		if err != nil {
			return nil, err
		}
		out = append(out, string(body))
	}
	return out, nil
}

func read(ctx context.Context, store blob.Store, key string) (body []byte, err error) {
	in, _, err := store.Get(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("read report: %w", err)
	}
	defer func() {
		if e := in.Close(); err == nil && e != nil {
			err = fmt.Errorf("read report: %w", e)
		}
	}()
	var out bytes.Buffer
	if _, err := out.ReadFrom(in); err != nil {
		return nil, fmt.Errorf("read report: %w", err)
	}
	return out.Bytes(), nil
}

// letterEvery is how long the next letters wait, so that a large consultation does not hold up all other mail.
const letterEvery = 2 * time.Second
