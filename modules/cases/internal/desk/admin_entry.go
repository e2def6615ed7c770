package desk

import (
	"context"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/registry"
	"glas/internal/sheet"
	"glas/internal/web"
	"glas/modules/attachments"
	"glas/modules/audit"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/modules/streets"
	"glas/tenant"
)

// typedChannels are the ways by which staff enter what somebody told.
func typedChannels() []string {
	return []string{"phone", "desk", "letter", "email", "whatsapp", "sms", "facebook", "instagram", "x", "petition_list", "legal", "field_team", "internal"}
}

// peopleMost bounds how many parties a search looks at, historyMost how many cases of a person are shown.
const (
	peopleMost  = 60
	historyMost = 8
	signersMost = 5000
)

// caller is a person who reported before: the newest of his entries, and his cases.
type caller struct {
	stored.CaseParty
	cases []*stored.Case
	more  int
}

// entryData is the desk: who calls, what was reported before, and the form of a new case.
type entryData struct {
	form     *form.Form
	names    *listed.Names
	place    streets.PickerData
	callers  []caller
	searched bool
	near     []listed.Nearby
	batch    attachments.Batch
	now      time.Time
	town     *tenant.Tenant
}

func (d *Desk) entry(c *fiber.Ctx) error {
	f := form.New(url.Values{}, nil)
	q := web.Query(c)
	for _, name := range []string{"who", "channel", "kind", "topic", "phone"} {
		if v := q.Value(name); v != "" {
			f.Set(name, v)
		}
	}
	if !f.Has("channel") {
		f.Set("channel", "phone")
	}
	return d.renderEntry(c, &entryData{form: f})
}

// renderEntry shows the desk with everything that was typed.
func (d *Desk) renderEntry(c *fiber.Ctx, e *entryData) error {
	ctx := c.UserContext()
	if err := d.loadEntry(ctx, e); err != nil {
		return err
	}
	page := staffPage(ctx, i18n.T(ctx, "casedesk.entry.title"))
	page.Current, page.Map, page.NoIndex = Entry, true, true
	page.Admin.Lead, page.Admin.Actions = i18n.T(ctx, "casedesk.entry.lead"), callsLink()
	return web.Render(c, page, entryPage(e))
}

func (d *Desk) loadEntry(ctx context.Context, e *entryData) error {
	err := d.find(ctx, e)
	if err != nil {
		return err
	}
	return d.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error { return d.choices(ctx, tx, e) })
}

// choices reads what the form chooses from, its place, and what is known near it.
func (d *Desk) choices(ctx context.Context, tx *tenant.Tx, e *entryData) (err error) {
	if e.names, err = d.Names.Of(ctx, tx); err != nil {
		return err
	}
	e.now, e.town = tx.Now(), tx.Tenant()
	if e.place, err = streets.Pick(ctx, tx, e.form); err != nil {
		return err
	}
	e.place.Error = e.form.Error("place")
	e.near, err = around(ctx, tx, e.names, e.form, e.place.Choice)
	return err
}

// around are cases near a place that who acts may read, whether everybody sees them or not.
func around(ctx context.Context, tx *tenant.Tx, n *listed.Names, f *form.Form, at streets.Choice) ([]listed.Nearby, error) {
	if !at.Located() {
		return nil, nil
	}
	g := n.Govern(f.Value("kind"), f.Value("topic"))
	out, err := listed.Twins(ctx, tx, &stored.Case{Lat: at.Lat, Lng: at.Lng}, max(stored.NearRadius, float64(g.DuplicateRadius)), tx.Now().AddDate(0, 0, -g.DuplicateDays), 6)
	return slices.DeleteFunc(out, func(x listed.Nearby) bool { return !x.Visibility.Open() && !can(ctx, acts.PermPrivate) }), err
}

// find looks for the person behind a phone number, an address or a name, and for what he reported. That it was looked is on record.
func (d *Desk) find(ctx context.Context, e *entryData) error {
	who := strings.TrimSpace(e.form.Value("who"))
	if who == "" || !can(ctx, acts.PermContact) {
		return nil
	}
	e.searched = true
	return d.DB.Keep(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		found, err := search(ctx, tx, who)
		if err != nil {
			return err
		}
		if e.callers, err = histories(ctx, tx, found); err != nil {
			return err
		}
		return audit.Record(ctx, tx, audit.Entry{Action: acts.PermContact, Data: map[string]any{"searched": kindOf(who), "found": len(e.callers)}})
	})
}

func kindOf(who string) string {
	switch {
	case strings.Contains(who, "@"):
		return "email"
	case stored.PhoneKey(who) != "":
		return "phone"
	}
	return "name"
}

func search(ctx context.Context, tx *tenant.Tx, who string) ([]stored.CaseParty, error) {
	switch kindOf(who) {
	case "email":
		return stored.People(ctx, tx, "", strings.ToLower(who), peopleMost)
	case "phone":
		found, err := stored.People(ctx, tx, who, "", peopleMost)
		if len(found) > 0 || err != nil {
			return found, err
		}
		return stored.PeopleOf(ctx, tx, registry.Clean(who), peopleMost) // the number of a company looks like one
	}
	return stored.PeopleNamed(ctx, tx, who, peopleMost)
}

// histories joins entries of the same person and adds the cases that who acts may read: two statements, whoever was found.
func histories(ctx context.Context, tx *tenant.Tx, found []stored.CaseParty) ([]caller, error) {
	var ids []string
	for _, p := range found {
		ids = append(ids, p.CaseID)
	}
	rows, err := stored.FindMany(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	cases := map[string]*stored.Case{}
	for _, c := range rows {
		if c.Visibility.Open() || can(ctx, acts.PermPrivate) || c.EnteredBy == authz.From(ctx).ID {
			cases[c.ID] = c
		}
	}
	var out []caller
	for _, p := range found {
		if p.Hidden && !can(ctx, acts.PermPrivate) {
			continue
		}
		i := slices.IndexFunc(out, func(x caller) bool { return same(x.CaseParty, p) })
		if i < 0 {
			i, out = len(out), append(out, caller{CaseParty: p})
		}
		switch c := cases[p.CaseID]; {
		case c == nil || len(out[i].cases) >= historyMost:
			out[i].more++
		default:
			out[i].cases = append(out[i].cases, c)
		}
	}
	return out, nil
}

// same reports whether two entries are of one person, as far as can be told.
func same(a, b stored.CaseParty) bool {
	if a.AccountID != "" && a.AccountID == b.AccountID {
		return true
	}
	return strings.EqualFold(a.Name, b.Name) && (a.PhoneKey != "" && a.PhoneKey == b.PhoneKey || a.Email != "" && a.Email == b.Email || a.PhoneKey == b.PhoneKey && a.Email == b.Email)
}

// enter takes the form of the desk. Every button but those that save only shows it again, with more on it.
func (d *Desk) enter(c *fiber.Ctx) error {
	ctx := c.UserContext()
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	e := &entryData{form: f}
	if person := f.Value("use"); person != "" {
		return d.use(c, e, person)
	}
	if !slices.Contains([]string{"save", "print", "next"}, f.Value("do")) && f.Value("join") == "" {
		if f.Value("do") == "find" && f.Value("phone") == "" && kindOf(f.Value("who")) == "phone" {
			f.Set("phone", f.Value("who"))
		}
		return d.renderEntry(c, e)
	}
	if err := d.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error { return d.choices(ctx, tx, e) }); err != nil {
		return err
	}
	r, signers, err := d.readEntry(c, e)
	var one *stored.Case
	var known bool
	if err == nil {
		one, known, err = d.store(ctx, r, signers)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return d.renderEntry(c, e) })
	}
	return d.entered(c, one, f, known)
}

// store reports the case and adds who signed it; known says that its reference was entered before, and that nothing was added.
func (d *Desk) store(ctx context.Context, r acts.Report, signers []acts.Person) (one *stored.Case, known bool, err error) {
	err = d.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		one, err = stored.FindRef(ctx, tx, r.Channel, r.ChannelRef)
		return err
	})
	if err != nil || one != nil {
		return one, one != nil, err
	}
	if one, err = d.Report(ctx, r); err == nil && len(signers) > 0 {
		one, err = d.Sign(ctx, acts.Key{ID: one.ID}, signers)
	}
	return one, false, err
}

// use fills in the person that was chosen.
func (d *Desk) use(c *fiber.Ctx, e *entryData, partyID string) error {
	ctx := c.UserContext()
	if err := d.find(ctx, e); err != nil {
		return err
	}
	for _, x := range e.callers {
		if x.ID == partyID {
			e.form.Set("name", x.Name)
			e.form.Set("phone", x.Phone)
			e.form.Set("email", x.Email)
			e.form.Set("post_address", x.Address)
			e.form.Set("company", x.Company)
			e.form.Set("company_register", x.Register)
			e.form.Set("company_number", x.RegisterNumber)
		}
	}
	return d.renderEntry(c, e)
}

// entered leads on: to the receipt, to the next call, or to the case. A case that is known by its reference is only pointed at.
func (d *Desk) entered(c *fiber.Ctx, one *stored.Case, f *form.Form, known bool) error {
	ctx := c.UserContext()
	if known {
		web.Flash(c, "warning", "casedesk.entry.known", "Number", one.Number)
		return d.onward(c, one.ID)
	}
	if number := f.Value("join"); number != "" {
		t := turn{d: d, c: c, f: f, one: one, key: acts.Key{ID: one.ID}}
		f.Set("master", number)
		f.Set("text", i18n.T(ctx, "casedesk.entry.joined_why"))
		if err := merge(ctx, &t); err != nil {
			return err
		}
	}
	web.Flash(c, "success", "casedesk.entry.saved", "Number", one.Number)
	switch f.Value("do") {
	case "print":
		return web.Redirect(c, one.TokenPath()+"/receipt")
	case "next":
		return web.Redirect(c, Entry)
	}
	return d.onward(c, one.ID)
}

// readEntry reads the form of a new case.
func (d *Desk) readEntry(c *fiber.Ctx, e *entryData) (acts.Report, []acts.Person, error) {
	f, ctx := e.form, c.UserContext()
	at := e.place.Choice
	r := acts.Report{ForOther: true, Kind: f.Value("kind"), TopicID: f.Value("topic"), Title: f.Line("title", form.Limit{}), Body: f.Text("body", form.Limit{}), Lang: i18n.Lang(ctx),
		Lat: at.Lat, Lng: at.Lng, Address: at.Text, StreetID: at.StreetID, AreaID: f.Value("area"), Answers: map[string][]string{},
		Name: f.Line("name", form.Limit{Max: stored.NameMax}), Email: f.Email("email"), Phone: f.Line("phone", form.Limit{Max: 40}), PostAddress: f.Line("post_address", form.Limit{Max: stored.AddressMax}),
		NamePublic: f.Bool("name_public"), Private: f.Bool("private"), Hide: f.Bool("hide"), Channel: f.OneOf("channel", typedChannels()...), ChannelRef: f.Line("ref", form.Limit{Max: 500}),
		Priority: int64(f.OptionalInt("priority", 0, 3, int(stored.Normal)))}
	if s := f.Value("received"); s != "" {
		r.RegisteredAt = f.DateTime("received", i18n.Zone(ctx))
		f.Check("received", !r.RegisteredAt.After(e.now), "casedesk.error.future")
	}
	if t := e.names.Topic(r.TopicID); t != nil {
		for _, q := range t.Questions {
			r.Answers[q.Code] = f.Values("q." + q.Code)
		}
	}
	f.Check("ref", r.ChannelRef != "" || r.Channel != "legal", "val.required")
	r.ReadCompany(f, tenant.From(ctx).Country)
	signers := signersOf(ctx, f)
	var err error
	if e.batch, err = d.received(c, f); err != nil {
		return r, nil, err
	}
	r.Files = e.batch
	return r, signers, f.Err()
}

// signersOf are the people of a petition: pasted, one to a line, or in a table; name, address, e-mail and phone.
func signersOf(ctx context.Context, f *form.Form) []acts.Person {
	var out []acts.Person
	add := func(cells []string) {
		p := acts.Person{}
		for i, s := range cells {
			s = strings.TrimSpace(s)
			switch {
			case i == 0:
				p.Name = s
			case strings.Contains(s, "@"):
				p.Email = s
			case stored.PhoneKey(s) != "" && strings.Trim(s, "+0123456789 ()/-") == "":
				p.Phone = s
			case p.Address == "":
				p.Address = s
			default:
				p.Address += ", " + s
			}
		}
		if p.Name != "" {
			out = append(out, p)
		}
	}
	for _, line := range f.Lines("signers") {
		add(strings.FieldsFunc(line, func(r rune) bool { return r == ';' || r == '\t' || r == ',' }))
	}
	for _, file := range f.Files("signers_file", 1, 2<<20) {
		rows, err := readTable(file)
		if err != nil {
			f.Fail("signers_file", "casedesk.error.table")
			continue
		}
		for _, row := range rows {
			add(row)
		}
	}
	if len(out) > signersMost {
		f.Fail("signers", "casedesk.error.signers", "Max", i18n.Number(ctx, signersMost), "N", i18n.Number(ctx, len(out)))
	}
	return out
}

func readTable(file form.File) ([][]string, error) {
	r, err := file.Open()
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(r, 2<<20))
	if closed := r.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return nil, err
	}
	return sheet.Read(file.Name, data)
}

// people gives who was found as a part of the desk.
func (d *Desk) people(c *fiber.Ctx) error {
	e := &entryData{form: web.Query(c)}
	if !web.IsFragment(c) {
		return web.Redirect(c, Entry+"?who="+url.QueryEscape(e.form.Value("who")))
	}
	if err := d.loadEntry(c.UserContext(), e); err != nil {
		return err
	}
	return web.Fragment(c, callersPart(e))
}

// questions gives the questions of a topic as a part of the desk.
func (d *Desk) questions(c *fiber.Ctx) error {
	return d.part(c, func(e *entryData) error { return web.Fragment(c, questionsPart(e)) })
}

// near gives what is known around the place as a part of the desk.
func (d *Desk) near(c *fiber.Ctx) error {
	return d.part(c, func(e *entryData) error { return web.Fragment(c, nearPart(e)) })
}

func (d *Desk) part(c *fiber.Ctx, show func(e *entryData) error) error {
	if !web.IsFragment(c) {
		return web.Redirect(c, Entry)
	}
	e := &entryData{form: web.Query(c)}
	err := d.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error { return d.choices(ctx, tx, e) })
	if err != nil {
		return err
	}
	return show(e)
}

// moment is now as the field of a moment takes it.
func (e *entryData) moment(ctx context.Context) string {
	return e.now.In(i18n.Zone(ctx)).Format("2006-01-02T15:04")
}

func number(n int) string { return strconv.Itoa(n) }

// invalid reports whether something was refused.
func (e *entryData) invalid() fault.Fields { return e.form.Complaints() }
