package desk

import (
	"context"
	"slices"
	"strconv"
	"time"

	"glas/internal/authz"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/internal/web/ui"
	"glas/modules/attachments"
	"glas/modules/consultations"
	"glas/modules/departments"
	"glas/modules/remarks/internal/core"
	"glas/modules/remarks/internal/show"
	"glas/modules/remarks/internal/stored"
	"glas/tenant"
)

// comparedMost is how many remarks one is compared with for "similar ones".
const comparedMost = 3000

// answerData is the page on which a remark is answered, or many at once.
type answerData struct {
	c    *consultations.Consultation
	r    *stored.Remark
	card show.Card
	form *form.Form
	// many are the ids of an answer to several; everything takes the whole filter instead.
	many        []string
	everything  bool
	count       int
	filter      stored.Filter
	languages   []string
	departments []ui.Option
	people      []ui.Option
	changes     []ui.Option
	similar     []stored.Match
	group       []*stored.Remark
	mayPublish  bool
	mayAssign   bool
	// conflict is set when somebody else saved meanwhile; then r is what he saved.
	conflict bool
}

// loadAnswer reads what the page of one remark needs.
func (d *Desk) loadAnswer(ctx context.Context, tx *tenant.Tx, remarkID string, a *answerData) (err error) {
	if a.r, err = stored.Find(ctx, tx, remarkID); err != nil {
		return err
	}
	if a.c, err = consultations.Load(ctx, tx, a.r.ConsultationID); err != nil {
		return err
	}
	t, err := d.TitleOf(ctx, tx, a.r.Host())
	if err != nil {
		return err
	}
	block, err := d.BlockOf(ctx, tx, a.r.Host(), a.r.Block)
	if err != nil {
		return err
	}
	files, err := attachments.Of(ctx, tx, []subject.Ref{a.r.Ref()})
	if err != nil {
		return err
	}
	a.card = show.Card{Remark: a.r, Title: t.Title, Path: t.Path, Block: block, Files: files[a.r.Ref()], Level: 2}
	sketches, err := stored.Sketches(ctx, tx, a.c.ID, comparedMost)
	if err != nil {
		return err
	}
	a.similar = stored.Similar(a.r.Folded, a.r.ID, sketches, 10)
	if a.group, err = stored.OfGroup(ctx, tx, a.r.GroupID); err != nil {
		return err
	}
	return d.loadChoices(ctx, tx, a, a.r.DepartmentID)
}

// loadChoices reads what the selects of an answer offer.
func (d *Desk) loadChoices(ctx context.Context, tx *tenant.Tx, a *answerData, departmentID string) (err error) {
	all, err := departments.All(ctx, tx)
	if err != nil {
		return err
	}
	a.departments = departments.Choices(ctx, all, departmentID)
	a.card.Departments = map[string]i18n.Text{}
	for _, one := range all {
		a.card.Departments[one.ID] = one.Name
	}
	a.mayPublish, a.mayAssign = can(ctx, "remark.publish"), can(ctx, "remark.assign")
	if a.mayAssign {
		if a.people, err = d.people(ctx, tx); err != nil {
			return err
		}
	}
	places, err := d.Places(ctx, tx, a.c.ID)
	for _, p := range places {
		a.changes = append(a.changes, ui.Option{Value: p.value(), Label: p.Label})
	}
	return err
}

// prefill puts the answer as it stands into the form; disposition is what a key chose.
func (a *answerData) prefill(ctx context.Context, disposition string) {
	f, r := a.form, a.r
	f.Set("version", strconv.FormatInt(r.RowVersion, 10))
	f.Set("disposition", string(r.Disposition))
	if slices.Contains(stored.Dispositions(), stored.Disposition(disposition)) {
		f.Set("disposition", disposition)
	}
	for lang, s := range r.AnswerReason {
		f.Set("reason."+lang, s)
	}
	f.Set("department", r.DepartmentID)
	if r.DepartmentID == "" {
		f.Set("department", authz.From(ctx).DepartmentID)
	}
	f.Set("assignee", r.AssigneeID)
	if !r.DueAt.IsZero() {
		f.Set("due", r.DueAt.In(i18n.Zone(ctx)).Format(time.DateOnly))
	}
	f.Set("change_label", r.ChangeLabel)
	if r.ChangeBlock != "" {
		f.Set("change", r.Host().String()+"|"+r.ChangeBlock)
	}
	if len(a.group) > 1 {
		f.Set("group", "1")
	}
}

// readWork reads an answer. The change is a block that was chosen, or words for one.
func readWork(f *form.Form, languages []string) core.Work {
	allowed := make([]string, 0, 5)
	for _, d := range stored.Dispositions() {
		allowed = append(allowed, string(d))
	}
	return core.Work{Disposition: stored.Disposition(f.OneOf("disposition", allowed...)), Reason: f.Texts("reason", languages, form.Limit{Max: stored.ReasonMax}),
		DepartmentID: f.Value("department"), ChangeLabel: f.Line("change_label", form.Limit{Max: stored.NameMax}), Version: int64(f.OptionalInt("version", 0, 1<<31-1, 0)),
		Group: f.Bool("group"), Publish: f.Value("action") == "publish"}
}

// placeChange finds the block that an answer names as changed.
func (d *Desk) placeChange(ctx context.Context, tx *tenant.Tx, consultationID, chosen string, w *core.Work) error {
	if chosen == "" {
		return nil
	}
	places, err := d.Places(ctx, tx, consultationID)
	if err != nil {
		return err
	}
	for _, p := range places {
		if p.value() != chosen {
			continue
		}
		b, err := d.BlockOf(ctx, tx, p.Anchor.Ref, p.Anchor.Block)
		if err != nil {
			return err
		}
		w.ChangeBlock, w.ChangeVersion, w.ChangePath = p.Anchor.Block, b.VersionID, b.Path
		if w.ChangeLabel == "" {
			w.ChangeLabel = p.Label
		}
	}
	return nil
}

// dueOf is the end of a day in a form; nil when the field was not there.
func dueOf(f *form.Form, name string, zone *time.Location) *time.Time {
	if !f.Has(name) {
		return nil
	}
	day := f.Date(name, zone)
	if !day.IsZero() {
		day = consultations.EndOfDay(day, zone)
	}
	return &day
}

// textOf is the value of a field, nil when it was not there.
func textOf(f *form.Form, name string) *string {
	if !f.Has(name) {
		return nil
	}
	s := f.Value(name)
	return &s
}

// nextOpen is the next remark of a consultation that waits for an answer, behind one; nil when there is none.
func nextOpen(ctx context.Context, tx *tenant.Tx, r *stored.Remark) (*stored.Remark, error) {
	f := stored.Filter{ConsultationID: r.ConsultationID, Eye: stored.Eye{Staff: true}, Work: stored.WorkOpen, After: r.Seq, Limit: 1}
	list, _, err := stored.List(ctx, tx, f)
	if err != nil || len(list) > 0 {
		return first(list), err
	}
	f.After = 0
	list, _, err = stored.List(ctx, tx, f)
	return first(list), err
}

func first(list []*stored.Remark) *stored.Remark {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}
