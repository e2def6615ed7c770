package reports

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"glas/internal/blob"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/web"
	"glas/modules/consultations"
	"glas/modules/reports/internal/formats"
	"glas/modules/reports/internal/record"
	"glas/modules/reports/internal/stored"
	"glas/tenant"
)

// shown is a published version with what stands around it.
type shown struct {
	c        *consultations.Consultation
	report   *stored.Report
	versions newest
	files    []*stored.ReportFile
	frame    templ.Component
	body     []string
	part     int
	// concealed are the remarks in it that moderators hid since.
	concealed []string
}

func (m *Module) latest(c *fiber.Ctx) error { return m.showVersion(c, "", 0) }

func (m *Module) show(c *fiber.Ctx) error { return m.showVersion(c, c.Params("version"), 0) }

func (m *Module) part(c *fiber.Ctx) error {
	n, err := strconv.Atoi(c.Params("part"))
	if err != nil || n < 1 {
		return fault.NotFound("reports.error.unknown")
	}
	return m.showVersion(c, c.Params("version"), n)
}

// showVersion shows a version, or a part of its remarks when part is above zero.
func (m *Module) showVersion(c *fiber.Ctx, version string, part int) error {
	ctx := c.UserContext()
	d := &shown{part: part}
	if err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error { return m.load(ctx, tx, c.Params("slug"), version, d) }); err != nil {
		return err
	}
	if part > d.report.PartCount {
		return fault.NotFound("reports.error.unknown")
	}
	numbers := []int{pieceBefore, pieceAfter}
	if part > 0 {
		numbers = []int{firstPart + part - 1}
	}
	var err error
	if d.body, err = m.pieces(ctx, d.report, i18n.Lang(ctx), numbers...); err != nil {
		return err
	}
	for i := range d.body {
		d.body[i] = formats.Conceal(unlinked(ctx, d.body[i]), d.concealed, i18n.T(ctx, "reports.concealed.remark"))
	}
	page := consultations.PageOf(c, d.c)
	page.Title = i18n.T(ctx, "reports.doc.title", "Title", d.c.Title.In(ctx))
	return web.Render(c, page, consultations.Wrap(d.frame, reportPage(d)))
}

// unlinked leaves the words of links that lead to a part which the municipality switched off since. What is fetched as a file, whose
// fingerprint is published, stays as it is.
func unlinked(ctx context.Context, html string) string {
	t := tenant.From(ctx)
	if len(t.Off) == 0 {
		return html
	}
	return regexp.MustCompile(`<a href="([^"#]+)[^"]*">(.*?)</a>`).ReplaceAllStringFunc(html, func(link string) string {
		_, rest, _ := strings.Cut(link, `"`)
		to, words, _ := strings.Cut(rest, `">`)
		if u, err := url.Parse(to); err != nil || t.Reaches(strings.TrimPrefix(u.Path, "/"+i18n.Lang(ctx))) {
			return link
		}
		return strings.TrimSuffix(words, "</a>")
	})
}

// load reads a published version, the newest when none is named, with the page around it.
func (m *Module) load(ctx context.Context, tx *tenant.Tx, slug, version string, d *shown) (err error) {
	if err = m.loadFiles(ctx, tx, slug, version, d); err != nil {
		return err
	}
	d.frame, err = m.Consultations.Frame(ctx, tx, d.c, m.Key())
	return err
}

// file sends one file of a published version.
func (m *Module) file(c *fiber.Ctx) error {
	ctx := c.UserContext()
	var found *stored.ReportFile
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		d := &shown{}
		if err := m.loadFiles(ctx, tx, c.Params("slug"), c.Params("version"), d); err != nil {
			return err
		}
		if len(d.concealed) > 0 {
			return fault.Gone("reports.error.withheld")
		}
		for _, f := range d.files {
			if f.Name == c.Params("name") {
				found = f
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	if found == nil {
		return fault.NotFound("reports.error.unknown")
	}
	return m.send(c, found)
}

// loadFiles is load without the page around.
func (m *Module) loadFiles(ctx context.Context, tx *tenant.Tx, slug, version string, d *shown) (err error) {
	if d.c, err = consultations.Find(ctx, tx, slug); err != nil {
		return err
	}
	if d.versions, err = stored.Versions(ctx, tx, d.c.ID); err != nil {
		return err
	}
	for _, r := range d.versions {
		if r.State == stored.Published && (version == "" || version == strconv.Itoa(r.Version)) {
			d.report = r
			if d.files, err = stored.Files(ctx, tx, r.ID); err != nil {
				return err
			}
			hidden, err := stored.Concealed(ctx, tx, d.c.ID)
			if err != nil {
				return err
			}
			d.concealed, err = m.concealed(ctx, d.files, hidden)
			return err
		}
	}
	return fault.NotFound("reports.error.none")
}

// send sends a file, which never changes. Nothing in it is run.
func (m *Module) send(c *fiber.Ctx, f *stored.ReportFile) error {
	in, info, err := m.Store.Get(c.UserContext(), f.BlobKey)
	if errors.Is(err, blob.ErrNotFound) {
		return fault.NotFound("reports.error.unknown").With(err)
	}
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderETag, `"`+f.SHA256+`"`)
	c.Set(fiber.HeaderContentType, info.ContentType)
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf(`attachment; filename="%s"`, f.Name))
	c.Set(fiber.HeaderContentSecurityPolicy, "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	c.Set(fiber.HeaderXContentTypeOptions, "nosniff")
	return c.SendStream(in, int(info.Size)) // closes in
}

// verdict is what a check says.
type verdict struct {
	hash  string
	found []match // the newest first
}

// match is one file with the fingerprint that is asked for; newest is the number of the newest version of its report.
type match struct {
	file   *stored.ReportFile
	report *stored.Report
	c      *consultations.Consultation
	newest int
}

// old reports whether every version with this file was corrected.
func (v verdict) old() bool {
	return !slices.ContainsFunc(v.found, func(m match) bool { return m.report.Version == m.newest })
}

// verify checks a fingerprint that is named in the address.
func (m *Module) verify(c *fiber.Ctx) error {
	hash := cleanHash(web.Query(c).Value("hash"))
	return m.renderVerify(c, web.Query(c), hash)
}

// cleanHash takes what people paste: with spaces, in capitals.
func cleanHash(s string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if r <= ' ' || r == ':' || r == '-' {
			return -1
		}
		return r
	}, s))
}

// maxVerify is the largest file that is checked, in bytes.
const maxVerify = 50 << 20

// verifyFile checks a file that somebody has: it is read, its fingerprint is taken, and nothing of it is kept.
func (m *Module) verifyFile(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	files := f.Files("file", 1, maxVerify)
	if len(files) == 0 {
		f.Fail("file", "reports.verify.error.file")
	}
	if err := f.Err(); err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderVerify(c, f, "") })
	}
	in, err := files[0].Open()
	if err != nil {
		return fmt.Errorf("read file to be checked: %w", err)
	}
	data, err := io.ReadAll(io.LimitReader(in, maxVerify+1))
	if err = errors.Join(err, in.Close()); err != nil {
		return fmt.Errorf("read file to be checked: %w", err)
	}
	return m.renderVerify(c, f, record.Hash(data))
}

func (m *Module) renderVerify(c *fiber.Ctx, f *form.Form, hash string) error {
	ctx := c.UserContext()
	v := verdict{hash: hash}
	if hash != "" {
		if err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error { return v.find(ctx, tx) }); err != nil {
			return err
		}
	}
	return web.Render(c, web.Page{Title: i18n.T(ctx, "reports.verify.title"), Description: i18n.T(ctx, "reports.verify.lead"), Current: verifyPath}, verifyPage(f, v))
}

// find looks for a fingerprint among all files of all published versions that the public may see.
func (v *verdict) find(ctx context.Context, tx *tenant.Tx) error {
	files, of, err := stored.ByHash(ctx, tx, v.hash)
	if err != nil || len(files) == 0 {
		return err
	}
	var ids []string
	for _, r := range of {
		ids = append(ids, r.ConsultationID)
	}
	about, err := consultations.LoadMany(ctx, tx, ids)
	if err != nil {
		return err
	}
	newest, err := stored.LatestOf(ctx, tx, ids)
	if err != nil {
		return err
	}
	for _, f := range files {
		r := of[f.ReportID]
		if c := about[r.ConsultationID]; c != nil && c.Visible(tx.Now()) {
			v.found = append(v.found, match{f, r, c, newest[c.ID].Version})
		}
	}
	return nil
}
