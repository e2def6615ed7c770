// Package desk is the office's side of remarks: the table, the answer, entering and importing what came by letter, exports.
package desk

import (
	"context"
	"strconv"
	"time"

	"glas/internal/authz"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/text"
	"glas/internal/web/ui"
	"glas/modules/consultations"
	"glas/modules/departments"
	"glas/modules/remarks/internal/core"
	"glas/modules/remarks/internal/stored"
	"glas/tenant"
)

// Root is the address of the table.
const Root = "/admin/remarks"

// PlaceOption is something that a remark can be entered on.
type PlaceOption struct {
	Anchor stored.Anchor
	Label  string
}

// value names a place in a select.
func (p PlaceOption) value() string { return p.Anchor.Ref.String() + "|" + p.Anchor.Block }

// Options lists what a select offers.
type Options func(ctx context.Context, tx *tenant.Tx) ([]ui.Option, error)

// Desk serves the pages.
type Desk struct {
	*core.Core
	Places func(ctx context.Context, tx *tenant.Tx, consultationID string) ([]PlaceOption, error)
	// People can be given remarks; nil for none.
	People Options
}

// pageSize is how many rows a page of the table has.
const pageSize = 50

// table is the remark table of one consultation.
type table struct {
	c           *consultations.Consultation
	filter      stored.Filter
	rows        []*stored.Remark
	next        int64
	found       int64
	totals      stored.Totals
	places      []stored.Place
	departments []departments.Department
	people      []ui.Option
	groups      []stored.RemarkGroup
	now         time.Time
	mayPublish  bool
	mayAssign   bool
	mayEnter    bool
	mayImport   bool
}

// can asks for a permission of staff.
func can(ctx context.Context, permission string) bool {
	return authz.Can(ctx, permission, authz.Resource{}).Allowed
}

// load reads a page of the table: eight statements, however many remarks there are.
func (d *Desk) load(ctx context.Context, tx *tenant.Tx, consultationID string, q *form.Form) (t *table, err error) {
	t = &table{now: tx.Now(), mayPublish: can(ctx, "remark.publish"), mayAssign: can(ctx, "remark.assign"), mayEnter: can(ctx, "remark.enter"), mayImport: can(ctx, "remark.import")}
	if t.c, err = consultations.Load(ctx, tx, consultationID); err != nil {
		return nil, err
	}
	t.filter = staffFilter(q, t.c.ID)
	if t.rows, t.next, err = stored.List(ctx, tx, t.filter); err != nil {
		return nil, err
	}
	if t.totals, err = stored.TotalsOf(ctx, tx, t.c.ID, stored.Eye{Staff: true}); err != nil {
		return nil, err
	}
	if t.filter.Narrowed() > 0 {
		if t.found, err = stored.Number(ctx, tx, t.filter); err != nil {
			return nil, err
		}
	}
	if t.places, err = stored.Places(ctx, tx, t.c.ID, stored.Eye{Staff: true}); err != nil {
		return nil, err
	}
	if t.departments, err = departments.All(ctx, tx); err != nil {
		return nil, err
	}
	if t.people, err = d.people(ctx, tx); err != nil {
		return nil, err
	}
	t.groups, err = stored.Groups(ctx, tx, t.c.ID)
	return t, err
}

func (d *Desk) people(ctx context.Context, tx *tenant.Tx) ([]ui.Option, error) {
	if d.People == nil {
		return nil, nil
	}
	return d.People(ctx, tx)
}

// staffFilter is what the office narrows by.
func staffFilter(q *form.Form, consultationID string) stored.Filter {
	f := stored.ReadFilter(q)
	f.ConsultationID, f.Eye, f.Limit = consultationID, stored.Eye{Staff: true}, pageSize
	return f
}

// href is the address of the table with a filter and a cursor.
func href(consultationID string, f stored.Filter, after int64) string {
	v := f.Query()
	v.Set("consultation", consultationID)
	if after > 0 {
		v.Set("after", strconv.FormatInt(after, 10))
	}
	return Root + "?" + v.Encode()
}

// onePath is the page of one remark; back is the filter to return to.
func onePath(r *stored.Remark) string { return Root + "/" + r.ID }

// progressWords say how far the office is: "41 of 63 answered, 9 days left".
func (t *table) progressWords(ctx context.Context) string {
	s := i18n.T(ctx, "remarks.table.progress", "Done", t.totals.Answered, "All", t.totals.All)
	if t.c.AnswerBy.IsZero() || t.totals.All == t.totals.Answered {
		return s
	}
	days := int(consultations.StartOfDay(t.c.AnswerBy, t.c.Zone(t.now)).Sub(consultations.StartOfDay(t.now, t.c.Zone(t.now))).Hours()/24 + 0.5)
	if t.now.After(t.c.AnswerBy) {
		return s + " · " + i18n.N(ctx, "remarks.table.days_late", max(-days, 1))
	}
	return s + " · " + i18n.N(ctx, "remarks.table.days_left", days+1)
}

func (t *table) departmentName(ctx context.Context, id string) string {
	for _, d := range t.departments {
		if d.ID == id {
			return d.Name.In(ctx)
		}
	}
	return ""
}

func (t *table) groupOptions() []ui.Option {
	out := make([]ui.Option, len(t.groups))
	for i, g := range t.groups {
		out[i] = ui.Option{Value: g.ID, Label: text.Truncate(g.Title, 60)}
	}
	return out
}

func (t *table) groupName(id string) string {
	for _, g := range t.groups {
		if g.ID == id {
			return g.Title
		}
	}
	return ""
}

// overview is the choice of a consultation, with how its remarks stand.
type overview struct {
	c      *consultations.Consultation
	totals stored.Totals
}
