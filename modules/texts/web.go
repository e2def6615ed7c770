package texts

import (
	"context"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/i18n"
	"glas/internal/web"
	"glas/modules/consultations"
	"glas/modules/remarks"
	"glas/modules/texts/internal/act"
	"glas/modules/texts/internal/stored"
	"glas/tenant"
)

// whole is the block in addresses that stands for the act as a whole.
const whole = "whole"

func (m *Module) list(c *fiber.Ctx) error {
	var l listData
	var frame templ.Component
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		one, err := consultations.Find(ctx, tx, c.Params("slug"))
		if err != nil {
			return err
		}
		if l, err = m.published(ctx, tx, one); err != nil {
			return err
		}
		web.FreshUntil(c, one.NextChange(tx.Now()))
		frame, err = m.Consultations.Frame(ctx, tx, one, m.Key())
		return err
	})
	if err != nil {
		return err
	}
	page := consultations.PageOf(c, l.c)
	page.Title, page.JSONLD = i18n.T(c.UserContext(), "texts.of", "Title", l.c.Title), nil
	return web.Render(c, page, consultations.Wrap(frame, list(l)))
}

// pageData is an act as everybody reads it.
type pageData struct {
	t      *stored.Text
	c      *consultations.Consultation
	v      *stored.TextVersion
	blocks []*stored.TextBlock
	// versions are the public ones, the newest first.
	versions []*stored.TextVersion
	// decision says whether the reader may send a remark; open shows the actions at all.
	decision authz.Decision
	open     bool
	// old is set for a version that is not in force any more.
	old bool
}

// takes says whether this reader may send a remark, if need be after signing in.
func (d pageData) takes() bool { return d.decision.Allowed || d.decision.SignIn }

// show is the page of an act: four statements, however long it is and whatever was said about it.
func (m *Module) show(c *fiber.Ctx) error {
	d := pageData{}
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.t, d.c, err = seen(ctx, tx, c.Params("id")); err != nil {
			return err
		}
		if d.blocks, err = stored.Blocks(ctx, tx, d.t.VersionID); err != nil {
			return err
		}
		if d.versions, err = stored.Versions(ctx, tx, d.t.ID, false); err != nil || len(d.versions) == 0 {
			return err
		}
		d.v = d.versions[0]
		d.fill(ctx, tx, m)
		web.FreshUntil(c, d.c.NextChange(tx.Now()))
		return nil
	})
	if err != nil {
		return err
	}
	return web.Render(c, pageOf(c, d.t, d.c), textPage(d))
}

func (d *pageData) fill(ctx context.Context, tx *tenant.Tx, m *Module) {
	d.decision = d.c.May(ctx, remarks.ActSend, tx.Now())
	d.open = m.Remarks != nil && d.c.Opens(remarks.ActSend)
}

// pageOf is the page around an act.
func pageOf(c *fiber.Ctx, t *stored.Text, one *consultations.Consultation) web.Page {
	p := consultations.PageOf(c, one)
	p.Title, p.Description, p.JSONLD = t.Title, i18n.T(c.UserContext(), "texts.of", "Title", one.Title), nil
	return p
}

// blockData is one block with what is said about it.
type blockData struct {
	t        *stored.Text
	c        *consultations.Consultation
	b        *stored.TextBlock // nil for the whole
	around   []*stored.TextBlock
	path     string
	label    string
	count    int64
	beside   templ.Component
	form     templ.Component
	decision authz.Decision
	// misquoted are words that somebody typed and that do not stand in the block.
	misquoted string
}

// block shows one block, or the act as a whole, with the remarks on it and the form for another: as its own page, or the part of it
// that opens beside the block.
func (m *Module) block(c *fiber.Ctx) error {
	d := blockData{}
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error { return m.loadBlock(ctx, tx, c, &d) })
	if err != nil {
		return err
	}
	if web.IsFragment(c) {
		return web.Fragment(c, besideBlock(d, true))
	}
	page := pageOf(c, d.t, d.c)
	page.Title = d.label + " – " + d.t.Title
	page.NoIndex = true // the act itself is what should be found
	return web.Render(c, page, blockPage(d))
}

func (m *Module) loadBlock(ctx context.Context, tx *tenant.Tx, c *fiber.Ctx, d *blockData) (err error) {
	if d.t, d.c, err = seen(ctx, tx, c.Params("id")); err != nil {
		return err
	}
	a := remarks.Anchor{Ref: d.t.Ref(), Version: d.t.VersionID}
	d.path, d.label, d.count = d.t.BlockPath(whole), i18n.T(ctx, "texts.whole"), d.t.WholeCount
	if key := c.Params("block"); key != whole {
		if d.b, err = stored.BlockOf(ctx, tx, d.t.VersionID, key); err != nil {
			return err
		}
		a, d.path, d.label, d.count = anchorOf(d.t, d.b), d.t.BlockPath(key), d.b.Label, d.b.RemarkCount
		if !web.IsFragment(c) {
			if d.around, err = stored.Around(ctx, tx, d.t.VersionID, d.b); err != nil {
				return err
			}
		}
	}
	q := web.Query(c)
	a.Quote, a.Prefix, a.Suffix = q.Value("quote"), q.Value("prefix"), q.Value("suffix")
	if d.b != nil && a.Quote != "" && a.Prefix+a.Suffix == "" && !quoteTyped(&a, d.b.Words()) {
		d.misquoted, a.Quote = a.Quote, ""
	}
	web.FreshUntil(c, d.c.NextChange(tx.Now()))
	d.decision = d.c.May(ctx, remarks.ActSend, tx.Now())
	d.beside, d.form, err = m.remarksOn(ctx, tx, c, d.c, a)
	return err
}

// quoteTyped finds words that were typed, not selected, in a block and notes what stands before and after them. What the block does not
// say is no quotation of it.
func quoteTyped(a *remarks.Anchor, words string) bool {
	const around = 40 // letters, as the script of acts takes them
	words, a.Quote = strings.Join(strings.Fields(words), " "), strings.Join(strings.Fields(a.Quote), " ")
	before, after, found := strings.Cut(words, a.Quote)
	if found {
		was, next := []rune(before), []rune(after)
		a.Prefix, a.Suffix = string(was[max(0, len(was)-around):]), string(next[:min(len(next), around)])
	}
	return found
}

// remarksOn are the remarks at an anchor and the form for another one, nil where none are asked for.
func (m *Module) remarksOn(ctx context.Context, tx *tenant.Tx, c *fiber.Ctx, one *consultations.Consultation, a remarks.Anchor) (beside, form templ.Component, err error) {
	if m.Remarks == nil {
		return nil, nil, nil
	}
	block := a.Block
	if block == "" {
		block = onWhole
	}
	q := remarks.Query{Ref: a.Ref, Block: block}
	q.After, _ = strconv.ParseInt(c.Query("after"), 10, 64) // what is no number begins at the first
	if !web.IsFragment(c) {
		q.Level = 3
	}
	if beside, err = m.Remarks.Beside(ctx, tx, q); err != nil {
		return nil, nil, err
	}
	if !one.Opens(remarks.ActSend) {
		return beside, nil, nil
	}
	typed, err := web.FormFor(c, remarks.Action)
	if err != nil {
		return nil, nil, err
	}
	if typed != nil && (typed.Value("block") != a.Block || typed.Value("about") != a.Ref.String()) {
		typed = nil
	}
	form, err = m.Remarks.Form(ctx, tx, a, typed)
	return beside, form, err
}

// onWhole asks for the remarks that are on the whole of a thing.
const onWhole = "-"

// versionOf finds a public version by the number in the address.
func versionOf(versions []*stored.TextVersion, number string) (*stored.TextVersion, *stored.TextVersion) {
	for i, v := range versions {
		if strconv.Itoa(v.Number) == number {
			if i+1 < len(versions) {
				return v, versions[i+1]
			}
			return v, nil
		}
	}
	return nil, nil
}

// version shows what an act said before.
func (m *Module) version(c *fiber.Ctx) error {
	d := pageData{old: true}
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if d.t, d.c, err = seen(ctx, tx, c.Params("id")); err != nil {
			return err
		}
		if d.versions, err = stored.Versions(ctx, tx, d.t.ID, false); err != nil {
			return err
		}
		if d.v, _ = versionOf(d.versions, c.Params("number")); d.v == nil {
			return stored.ErrUnknown()
		}
		if d.blocks, err = stored.Blocks(ctx, tx, d.v.ID); err != nil {
			return err
		}
		if d.v.ID == d.t.VersionID { // the newest by its number: it is read and remarked on as at its own address
			d.old = false
			d.fill(ctx, tx, m)
			web.FreshUntil(c, d.c.NextChange(tx.Now()))
		}
		return nil
	})
	if err != nil {
		return err
	}
	page := pageOf(c, d.t, d.c)
	page.Title, page.NoIndex = i18n.T(c.UserContext(), "texts.version.title", "Title", d.t.Title, "Number", d.v.Number), true
	return web.Render(c, page, textPage(d))
}

// changesData is the difference between a version and the one before it.
type changesData struct {
	t       *stored.Text
	c       *consultations.Consultation
	v       *stored.TextVersion
	pairs   []act.Pair
	because map[string]string
	numbers []*stored.TextVersion
}

func (m *Module) changes(c *fiber.Ctx) error {
	d := changesData{because: map[string]string{}}
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		return d.load(ctx, tx, c.Params("id"), c.Params("number"))
	})
	if err != nil {
		return err
	}
	page := pageOf(c, d.t, d.c)
	page.Title = i18n.T(c.UserContext(), "texts.changes.title", "Title", d.t.Title, "Number", d.v.Number)
	return web.Render(c, page, changesPage(d))
}

func (d *changesData) load(ctx context.Context, tx *tenant.Tx, textID, number string) (err error) {
	if d.t, d.c, err = seen(ctx, tx, textID); err != nil {
		return err
	}
	if d.numbers, err = stored.Versions(ctx, tx, d.t.ID, false); err != nil {
		return err
	}
	v, before := versionOf(d.numbers, number)
	if v == nil || before == nil {
		return stored.ErrUnknown()
	}
	d.v = v
	old, err := stored.Blocks(ctx, tx, before.ID)
	if err != nil {
		return err
	}
	next, err := stored.Blocks(ctx, tx, v.ID)
	if err != nil {
		return err
	}
	for _, b := range next {
		d.because[b.Name] = b.Because
	}
	for _, g := range v.Gone {
		d.because[g.Key] = g.Because
	}
	d.pairs = act.Compare(stored.Acts(old), stored.Acts(next))
	return nil
}
