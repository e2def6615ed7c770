package desk

import (
	"context"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/web"
	"glas/internal/web/ui"
	"glas/modules/audit"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/modules/cases/internal/told"
	"glas/tenant"
)

// callsMost is how many calls the list shows; the next stand there when these are made.
const callsMost = 100

// Ends of a call, as its form names them.
const (
	reached = "reached"
	missed  = "missed"
	given   = "given_up"
)

// callData is what one call is about, with the person and what he is to be told.
type callData struct {
	told.CaseCall
	of    *stored.Case
	party *stored.CaseParty
	// asks offers the question whether he is content: the news is a final answer, and he was not asked yet.
	asks  bool
	form  *form.Form
	names *listed.Names
}

// callsData is the list.
type callsData struct {
	list  []told.CaseCall
	cases map[string]*stored.Case
	names *listed.Names
	now   time.Time
}

// calls lists who is to be told by phone or on paper. Neither names nor numbers stand there: who calls opens one.
func (d *Desk) calls(c *fiber.Ctx) error {
	ctx := c.UserContext()
	v := callsData{}
	err := d.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error { return d.loadCalls(ctx, tx, &v) })
	if err != nil {
		return err
	}
	page := staffPage(ctx, i18n.T(ctx, "casedesk.call.title"))
	page.Admin.Lead, page.NoIndex = i18n.T(ctx, "casedesk.call.lead"), true
	return web.Render(c, page, callsPage(v))
}

func (d *Desk) loadCalls(ctx context.Context, tx *tenant.Tx, v *callsData) (err error) {
	v.now = tx.Now()
	if v.names, err = d.Names.Of(ctx, tx); err != nil {
		return err
	}
	if v.list, err = told.Waiting(ctx, tx, callsMost); err != nil {
		return err
	}
	if v.cases, err = callable(ctx, tx, v.list); err != nil {
		return err
	}
	v.list = slices.DeleteFunc(v.list, func(x told.CaseCall) bool { return v.cases[x.CaseID] == nil })
	return nil
}

// callable are the cases of calls that who acts in ctx may know, by their ids: one statement.
func callable(ctx context.Context, tx *tenant.Tx, list []told.CaseCall) (map[string]*stored.Case, error) {
	var ids []string
	for _, x := range list {
		ids = append(ids, x.CaseID)
	}
	rows, err := stored.FindMany(ctx, tx, ids)
	out := map[string]*stored.Case{}
	for _, one := range rows {
		if mayCall(ctx, one) {
			out[one.ID] = one
		}
	}
	return out, err
}

func (d *Desk) call(c *fiber.Ctx) error { return d.renderCall(c, form.New(nil, nil)) }

// renderCall shows one call. That the person was read is on record.
func (d *Desk) renderCall(c *fiber.Ctx, f *form.Form) error {
	ctx := c.UserContext()
	v := &callData{form: f}
	err := d.DB.Keep(ctx, func(ctx context.Context, tx *tenant.Tx) error { return d.loadCall(ctx, tx, c.Params("id"), v) })
	if err != nil {
		return err
	}
	page := staffPage(ctx, v.of.Number, ui.Crumb{Label: i18n.T(ctx, "casedesk.call.title"), Href: i18n.Href(ctx, Calls)})
	page.Admin.Lead, page.NoIndex = kindOfCall(ctx, v.CaseCall), true
	return web.Render(c, page, callPage(v))
}

func (d *Desk) loadCall(ctx context.Context, tx *tenant.Tx, callID string, v *callData) error {
	if !id.Valid(callID) {
		return stored.ErrUnknown()
	}
	row, err := told.Find(ctx, tx, callID)
	if err != nil {
		return err
	}
	v.CaseCall = *row
	if v.of, err = stored.Find(ctx, tx, row.CaseID); err != nil {
		return err
	}
	if v.names, err = d.Names.Of(ctx, tx); err != nil {
		return err
	}
	if v.party, err = stored.ReporterOf(ctx, tx, row.CaseID); err != nil || v.party == nil {
		return err
	}
	if !mayCall(ctx, v.of) || v.party.Hidden && !can(ctx, acts.PermPrivate) && v.of.EnteredBy != authz.From(ctx).ID {
		return fault.Forbidden("cases.error.not_yours")
	}
	s, err := stored.SurveyOf(ctx, tx, v.of.ID, v.of.Cycle)
	if err != nil {
		return err
	}
	v.asks = v.Kind == "answered" && v.of.State.Can(stored.Rate) && s != nil && s.SubmittedAt.IsZero()
	return audit.Record(ctx, tx, audit.Entry{Action: acts.PermContact, Ref: v.of.Ref(), Data: map[string]any{"number": v.of.Number, "call": true}})
}

// outcome is what came of a call.
type outcome struct {
	end, said string
	// opinion is what he said about the answer; nil when he was not asked.
	opinion *acts.Opinion
}

// called writes down what came of a call, and leads to the next one.
func (d *Desk) called(c *fiber.Ctx) error {
	ctx := c.UserContext()
	f, err := web.Form(c)
	if err != nil {
		return err
	}
	o := outcome{end: f.OneOf("end", reached, missed, given), said: f.Text("said", form.Limit{Max: stored.MessageMax})}
	switch f.OneOf("content", "", "yes", "no") {
	case "yes":
		o.opinion = &acts.Opinion{Satisfied: true}
	case "no":
		o.opinion = &acts.Opinion{Text: o.said, Reopen: f.Bool("reopen")}
		f.Check("said", !o.opinion.Reopen || o.said != "", "val.required")
	}
	if err = f.Err(); err == nil {
		err = d.endCall(ctx, c.Params("id"), o)
	}
	if err != nil {
		return web.Reshow(c, f, err, func() error { return d.renderCall(c, f) })
	}
	web.Flash(c, "success", "casedesk.call.noted")
	return web.Redirect(c, Calls)
}

// endCall keeps what came of a call: in the list, in the history of the case and, where he said something, in its thread.
func (d *Desk) endCall(ctx context.Context, callID string, o outcome) error {
	token := ""
	err := d.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		v := &callData{}
		if err := d.loadCall(ctx, tx, callID, v); err != nil {
			return err
		}
		if v.asks && o.end == reached && o.opinion != nil {
			s, err := d.Survey(ctx, tx, v.of)
			if err != nil {
				return err
			}
			if s != nil {
				token = s.Token
			}
		}
		return d.note(ctx, tx, v, o)
	})
	if err != nil || token == "" {
		return err
	}
	o.opinion.Channel = told.Phone
	_, err = d.Rate(ctx, token, *o.opinion)
	return err
}

func (d *Desk) note(ctx context.Context, tx *tenant.Tx, v *callData, o outcome) error {
	now := tx.Now()
	err := d.Do(ctx, tx, v.of, acts.Own{Action: stored.Note, In: stored.Input{Data: map[string]any{"call": o.end, "way": v.Way}}, Change: func(c *stored.Case) { c.WorkedAt = now },
		After: func(ctx context.Context, tx *tenant.Tx, _ *stored.Case) error {
			switch o.end {
			case reached:
				return told.Finish(ctx, tx, &v.CaseCall, told.Done, o.said)
			case given:
				return told.Finish(ctx, tx, &v.CaseCall, told.Dropped, o.said)
			}
			return told.Tried(ctx, tx, &v.CaseCall)
		}})
	if err != nil || o.said == "" || o.end != reached || o.opinion != nil {
		return err
	}
	_, err = d.ReplyIn(ctx, tx, v.of.ID, acts.Incoming{Body: o.said, Channel: told.Phone, Trusted: true, Lang: v.Lang})
	return err
}

// mayCall reports whether who acts in ctx may know a case well enough to speak about it: a confidential one only who reads those, has it in
// his department, or entered it.
func mayCall(ctx context.Context, c *stored.Case) bool {
	me := authz.From(ctx)
	switch {
	case can(ctx, acts.PermPrivate), c.EnteredBy != "" && c.EnteredBy == me.ID, me.DepartmentID != "" && c.DepartmentID == me.DepartmentID:
		return true
	}
	return can(ctx, acts.PermAll) && c.Visibility.Open()
}

// kindOfCall says what the news is.
func kindOfCall(ctx context.Context, x told.CaseCall) string {
	return i18n.T(ctx, "casedesk.call.kind."+x.Kind) //i18n: casedesk.call.kind.*
}

// ToCall counts those who are to be told by phone or on paper, and says whether one is late. Without the right to know them there is no path.
func ToCall(ctx context.Context, tx *tenant.Tx) (n int, late bool, path string, err error) {
	if !can(ctx, acts.PermContact) || !can(ctx, acts.PermEnter) {
		return 0, false, "", nil
	}
	list, err := told.Waiting(ctx, tx, callsMost)
	if err != nil {
		return 0, false, "", err
	}
	known, err := callable(ctx, tx, list)
	for _, x := range list {
		if known[x.CaseID] != nil {
			n, late = n+1, late || tx.Now().After(x.DueAt)
		}
	}
	return n, late, Calls, err
}

func wayName(ctx context.Context, way string) string {
	return i18n.T(ctx, "casedesk.call.way."+way) //i18n: casedesk.call.way.*
}

// endOptions are how a call or a letter can end.
func endOptions(ctx context.Context, v *callData) []ui.Option {
	ends := []string{reached, missed, given}
	if v.Way == told.Post {
		ends = []string{reached, given}
	}
	return options(ends, func(s string) string { return i18n.T(ctx, "casedesk.call."+v.Way+"."+s) }) //i18n: casedesk.call.phone.* casedesk.call.post.*
}
