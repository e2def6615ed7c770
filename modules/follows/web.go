package follows

import (
	"context"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/internal/text"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/tenant"
)

const (
	// titleMax is the longest title, in letters, that the button carries for those who do not see where it stands.
	titleMax = 300
	// refMax is the longest name of a thing in bytes, far longer than any that there is.
	refMax = 200
)

func (m *Module) toggle(c *fiber.Ctx) error {
	ctx := c.UserContext()
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	ref := subject.Ref{Kind: c.Params("kind"), ID: c.Params("id")}
	on := f.Value("follow") != "0"
	card, err := m.Choose(ctx, ref, on)
	if err != nil {
		return err
	}
	if web.IsFragment(c) {
		title := card.Title
		if title == "" {
			title = text.Truncate(text.CleanLine(f.Value("title")), titleMax)
		}
		return web.Fragment(c, ButtonFor(ref, title, on))
	}
	if on {
		web.Flash(c, "success", "follows.flash.on")
	} else {
		web.Flash(c, "success", "follows.flash.off")
	}
	return web.Back(c, followingPath)
}

// Choose makes the person in ctx follow a thing, or stop following it. Saying the same twice is no different from saying it once.
func (m *Module) Choose(ctx context.Context, ref subject.Ref, on bool) (card subject.Card, err error) {
	if err := authz.Can(ctx, permission, authz.Resource{}).Err(); err != nil {
		return card, err
	}
	if _, err := subject.Parse(ref.String()); err != nil || len(ref.String()) > refMax {
		return card, fault.NotFound("follows.error.unknown")
	}
	actor := authz.From(ctx)
	err = m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		if !on {
			return Unfollow(ctx, tx, ref, actor.ID)
		}
		r := m.reader(tx)
		visible, err := r.mayRead(ctx, actor.ID, ref)
		if err != nil {
			return err
		}
		if !visible || m.Kinds[ref.Kind].Closed {
			return fault.NotFound("follows.error.unknown")
		}
		if card, _, err = r.card(ctx, ref); err != nil {
			return err
		}
		return Follow(ctx, tx, ref, actor.ID)
	})
	return card, err
}

// pageLimit is how many things or notices a page lists.
const pageLimit = 100

// followed is one thing of the list.
type followed struct {
	Card subject.Card
	Own  bool
}

type followingData struct {
	Form  *form.Form
	List  []followed
	Whole bool
	Site  string
}

func (m *Module) following(c *fiber.Ctx) error { return m.renderFollowing(c, nil) }

func (m *Module) renderFollowing(c *fiber.Ctx, f *form.Form) error {
	d := followingData{Form: f}
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		me := authz.From(ctx).ID
		settings, err := settingsOf(ctx, tx, []string{me})
		if err != nil {
			return err
		}
		if d.Form == nil {
			d.Form = form.New(url.Values{"frequency": {string(settings[me].Frequency)}}, nil)
			if settings[me].Own {
				d.Form.Set("own", "1")
			}
		}
		d.Site = tx.Tenant().Name.In(ctx)
		return m.list(ctx, tx, me, &d)
	})
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	return web.Render(c, web.Page{Title: i18n.T(ctx, "follows.following.title"), Current: followingPath, NoIndex: true}, followingPage(d))
}

// list fills in what somebody follows and may read.
func (m *Module) list(ctx context.Context, tx *tenant.Tx, me string, d *followingData) error {
	rows, err := allOf(ctx, tx, me, pageLimit)
	if err != nil {
		return err
	}
	r := m.reader(tx)
	refs := make([]subject.Ref, len(rows))
	for i := range rows {
		refs[i] = rows[i].Ref()
	}
	if err := r.load(ctx, refs); err != nil {
		return err
	}
	for i, ref := range refs {
		if ref == Municipality() {
			d.Whole = true
			continue
		}
		card, found, err := r.card(ctx, ref)
		if err != nil {
			return err
		}
		if found && card.Visible {
			d.List = append(d.List, followed{Card: card, Own: rows[i].Own})
		}
	}
	return nil
}

func (m *Module) saveSettings(c *fiber.Ctx) error {
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	s := FollowSetting{Key: tenant.Key{ID: authz.From(ctx).ID}, Frequency: Frequency(f.OneOf("frequency", frequencies()...)), Own: f.Bool("own")}
	if err = f.Err(); err == nil {
		err = m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error { return saveSetting(ctx, tx, &s) })
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return m.renderFollowing(c, f) })
	}
	web.Flash(c, "success", "common.saved")
	return web.Redirect(c, followingPath)
}

func (m *Module) notices(c *fiber.Ctx) error {
	var lines []line
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) (err error) {
		lines, err = m.noticesOf(ctx, tx, authz.From(ctx).ID)
		return err
	})
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	return web.Render(c, web.Page{Title: i18n.T(ctx, "follows.notices.title"), Current: noticesPath, NoIndex: true}, noticesPage(lines))
}

// noticesOf are the newest notices of somebody in words; what cannot be read any more is left out.
func (m *Module) noticesOf(ctx context.Context, tx *tenant.Tx, me string) ([]line, error) {
	rows, err := latest(ctx, tx, me, pageLimit)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(rows))
	for i, n := range rows {
		ids[i] = n.NewsID
	}
	news, err := newsOf(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	r := m.reader(tx)
	var refs []subject.Ref
	for _, n := range news {
		refs = append(refs, n.Ref())
	}
	if err := r.load(ctx, refs); err != nil {
		return nil, err
	}
	var out []line
	for _, row := range rows {
		n := news[row.NewsID]
		if n == nil {
			continue
		}
		card, found, err := r.card(ctx, n.Ref())
		if err != nil {
			return nil, err
		}
		if !found || !card.Visible {
			continue
		}
		_, l, err := r.words(ctx, n)
		if err != nil {
			return nil, err
		}
		out = append(out, l)
	}
	return out, nil
}

type leaveData struct {
	Token, AllToken string
	All             bool
	Title           string
}

// leaving reads the token of a request and says what it ends.
func (m *Module) leaving(c *fiber.Ctx) (ticket, leaveData, error) {
	tenantID := tenant.From(c.UserContext()).ID
	t, err := m.open(tenantID, c.Params("token"))
	if err != nil {
		return t, leaveData{}, err
	}
	d := leaveData{Token: c.Params("token"), All: t.All, AllToken: m.token(tenantID, t.AccountID, everything)}
	if t.All {
		return t, d, nil
	}
	err = m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		card, _, err := m.reader(tx).card(ctx, t.Ref)
		if card.Visible {
			d.Title = card.Title
		}
		return err
	})
	return t, d, err
}

// askLeave shows the button that ends a subscription; following the link alone ends nothing, because mail scanners do that too.
func (m *Module) askLeave(c *fiber.Ctx) error {
	_, d, err := m.leaving(c)
	if err != nil {
		return err
	}
	ctx := c.UserContext()
	return web.Render(c, web.Page{Title: i18n.T(ctx, "follows.unsubscribe.title"), NoIndex: true}, leavePage(d))
}

// leave ends a subscription for whoever holds the token, also for a mail program in one press (RFC 8058).
func (m *Module) leave(c *fiber.Ctx) error {
	t, d, err := m.leaving(c)
	if err != nil {
		return err
	}
	if err := m.quit(c.UserContext(), t); err != nil {
		return err
	}
	ctx := c.UserContext()
	return web.Render(c, web.Page{Title: i18n.T(ctx, "follows.unsubscribe.done"), NoIndex: true}, leftPage(d))
}

// quit ends what a ticket allows to end.
func (m *Module) quit(ctx context.Context, t ticket) error {
	return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		if !t.All {
			return Unfollow(ctx, tx, t.Ref, t.AccountID)
		}
		s, err := settingsOf(ctx, tx, []string{t.AccountID})
		if err != nil {
			return err
		}
		mine := s[t.AccountID]
		mine.Frequency = Never
		return saveSetting(ctx, tx, &mine)
	})
}

func frequencyOptions(ctx context.Context) []ui.Option {
	var out []ui.Option
	for _, f := range frequencies() {
		out = append(out, ui.Option{Value: f, Label: i18n.T(ctx, "follows.frequency."+f)}) //i18n: follows.frequency.*
	}
	return out
}
