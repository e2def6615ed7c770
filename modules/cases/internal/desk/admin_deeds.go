package desk

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/web"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/ladder"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// turn is one act on one case, as a form asks for it.
type turn struct {
	d   *Desk
	c   *fiber.Ctx
	f   *form.Form
	one *stored.Case
	key acts.Key
}

// deed is an act that the page offers: what the table of states calls it, who may, and how its form is carried out.
type deed struct {
	action stored.Action
	perms  []string
	run    func(ctx context.Context, t *turn) error
}

// plain makes a deed of an act that needs nothing but the case.
func plain(fn func(a *acts.Acts, ctx context.Context, k acts.Key) (*stored.Case, error)) func(ctx context.Context, t *turn) error {
	return func(ctx context.Context, t *turn) error {
		_, err := fn(t.d.Acts, ctx, t.key)
		return err
	}
}

// worded makes a deed of an act that needs a text.
func worded(fn func(a *acts.Acts, ctx context.Context, k acts.Key, text string) (*stored.Case, error)) func(ctx context.Context, t *turn) error {
	return func(ctx context.Context, t *turn) error {
		body := t.f.Text("text", form.Limit{})
		_, err := fn(t.d.Acts, ctx, t.key, body)
		return err
	}
}

// deeds are all acts of the page by the last part of their address.
func deeds() map[string]deed {
	write := []string{acts.PermWork, acts.PermReview, acts.PermDraft}
	return map[string]deed{
		"triage":    {stored.Triage, []string{acts.PermReview}, plain((*acts.Acts).Triage)},
		"edit":      {stored.EditPublic, []string{acts.PermEdit}, edit},
		"publish":   {stored.Publish, []string{acts.PermPublish}, plain((*acts.Acts).Publish)},
		"unpublish": {stored.Unpublish, []string{acts.PermPublish}, worded((*acts.Acts).Unpublish)},
		"ask":       {stored.Ask, write, worded((*acts.Acts).Ask)},
		"message":   {stored.Message, write, worded((*acts.Acts).Message)},
		"note":      {stored.Note, write, worded((*acts.Acts).Note)},
		"reply":     {stored.Message, []string{acts.PermEnter}, reply},
		"assign":    {stored.Assign, []string{acts.PermAssign}, assign},
		"accept":    {stored.Accept, []string{acts.PermAccept}, plain((*acts.Acts).Accept)},
		"decline":   {stored.Decline, []string{acts.PermAccept}, worded((*acts.Acts).Decline)},
		"change":    {stored.Change, []string{acts.PermReview, acts.PermAssign}, change},
		"plan":      {stored.Plan, []string{acts.PermWork}, plan},
		"wait":      {stored.Wait, []string{acts.PermWork}, wait},
		"continue":  {stored.Continue, []string{acts.PermWork}, plain((*acts.Acts).Continue)},
		"task":      {stored.TaskAdd, []string{acts.PermWork, acts.PermAssign}, task},
		"done":      {stored.TaskDone, []string{acts.PermWork, acts.PermAssign}, done},
		"interim":   {stored.Interim, []string{acts.PermDraft}, interim},
		"answer":    {stored.Draft, []string{acts.PermDraft}, answer},
		"revise":    {stored.Return, []string{acts.PermDraft}, revise},
		"approve":   {stored.Finish, []string{acts.PermApprove}, approve},
		"return":    {stored.Return, []string{acts.PermApprove, acts.PermPublish, acts.PermClose}, worded((*acts.Acts).ReturnAnswer)},
		"finish":    {stored.Finish, []string{acts.PermClose, acts.PermPublish}, finish},
		"refer":     {stored.Refer, []string{acts.PermRefer}, refer},
		"heard":     {stored.BodyAnswer, []string{acts.PermRefer, acts.PermWork}, heard},
		"merge":     {stored.Merge, []string{acts.PermMerge}, merge},
		"unmerge":   {stored.Unmerge, []string{acts.PermMerge}, plain((*acts.Acts).Unmerge)},
		"reopen":    {stored.Reopen, []string{acts.PermReopen}, worded((*acts.Acts).Reopen)},
		"refuse":    {stored.RefuseReopen, []string{acts.PermReopen}, worded((*acts.Acts).RefuseReopen)},
		"spam":      {stored.MarkSpam, []string{acts.PermReview}, plain((*acts.Acts).Spam)},
		"unspam":    {stored.Unspam, []string{acts.PermReview}, plain((*acts.Acts).Unspam)},
		"photo":     {stored.Redact, []string{acts.PermEdit}, photoShown},
		"redact":    {stored.Redact, []string{acts.PermEdit}, redact},
		"attach":    {stored.Attach, []string{acts.PermWork, acts.PermReview, acts.PermEnter}, attach},
		"watch":     {stored.Note, []string{acts.PermWork}, watch},
		"rate":      {stored.Rate, []string{acts.PermEnter}, rate},
	}
}

// holds reports whether who acts in ctx has the right to a deed, whatever the state.
func holds(ctx context.Context, name string) bool { return can(ctx, deeds()[name].perms...) }

// may reports whether the page offers a deed now: right, state, and what else the page knows.
func (w *workData) may(ctx context.Context, name string) bool {
	return holds(ctx, name) && w.State.Can(deeds()[name].action) && w.barred(ctx, name) == ""
}

// barred is why a deed is not offered although the state allows it, as the id of a message.
func (w *workData) barred(ctx context.Context, name string) string {
	switch name {
	case "publish":
		switch {
		case w.Published:
			return "casedesk.why.published"
		case !w.Visibility.Open() || w.PublishMode == stored.Never:
			return "cases.error.private"
		case w.PublishMode == stored.WithAnswer && w.FirstAnswerAt.IsZero():
			return "cases.error.answer_first"
		}
	case "unpublish":
		if !w.Published {
			return "casedesk.why.unpublished"
		}
	case "interim":
		if w.Promises >= stored.MaxPromises {
			return "casedesk.why.promises"
		}
		if w.Promises > 0 && !can(ctx, acts.PermApprove) {
			return "casedesk.why.second_promise"
		}
	case "approve", "finish", "revise":
		if w.final == nil {
			return "cases.error.no_answer"
		}
		if name == "approve" && w.final.State == stored.AnswerApproved {
			return "casedesk.why.approved"
		}
		if name == "finish" && w.governs.FourEyes && w.final.State != stored.AnswerApproved {
			return "cases.error.four_eyes"
		}
	case "rate":
		if w.survey == nil || !w.survey.SubmittedAt.IsZero() || !w.survey.SentAt.IsZero() && w.now.After(w.survey.ExpiresAt) {
			return "casedesk.why.rated" // who could not be written to can be called as long as the answer stands
		}
	}
	return ""
}

// refusal is a deed that is not offered, and why.
type refusal struct{ Name, Why string }

// refused lists the deeds that who acts has a right to but that are not possible now.
func (w *workData) refused(ctx context.Context) []refusal {
	var out []refusal
	for name, do := range deeds() {
		if !holds(ctx, name) || w.may(ctx, name) || slices.Contains([]string{"photo", "redact", "done", "revise", "attach", "note", "unspam", "unmerge", "refuse", "watch"}, name) {
			continue
		}
		why := w.barred(ctx, name)
		if !w.State.Can(do.action) {
			out = append(out, refusal{deedName(ctx, name), i18n.T(ctx, "casedesk.why.state", "States", statesOf(ctx, do.action))})
		} else {
			out = append(out, refusal{deedName(ctx, name), i18n.T(ctx, why)}) //i18n: casedesk.why.*
		}
	}
	slices.SortFunc(out, func(a, b refusal) int { return strings.Compare(a.Name, b.Name) })
	return out
}

func deedName(ctx context.Context, name string) string {
	return i18n.T(ctx, "casedesk.deed."+name) //i18n: casedesk.deed.*
}

// statesOf names the states in which an action is possible.
func statesOf(ctx context.Context, a stored.Action) string {
	var out []string
	for _, s := range stored.States() {
		if s.Can(a) {
			out = append(out, stateName(ctx, s))
		}
	}
	return strings.Join(out, ", ")
}

func edit(ctx context.Context, t *turn) error {
	f := t.f
	in := acts.Edit{Title: f.Line("title", form.Limit{Max: stored.TitleMax}), Body: f.Text("body", form.Limit{Max: stored.BodyMax}), Lang: f.OneOf("lang", web.SiteOf(t.c).Languages...),
		Visibility: stored.Known(f.Value("visibility"), stored.Visibilities()...), Location: stored.Known(f.Value("location"), stored.Exact, stored.Blurred, stored.Hidden), HideName: f.Bool("hide_name")}
	if err := f.Err(); err != nil {
		return err
	}
	k := t.key
	c, err := t.d.EditPublic(ctx, k, in)
	if err != nil || f.Value("do") != "publish" {
		return err
	}
	_, err = t.d.Publish(ctx, acts.Key{ID: c.ID, Version: c.RowVersion})
	return err
}

func reply(ctx context.Context, t *turn) error {
	if err := t.allowed(ctx); err != nil {
		return err
	}
	in := acts.Incoming{Body: t.f.Text("text", form.Limit{}), Channel: t.f.OneOf("channel", stored.Channels()...), Trusted: true, Lang: t.one.Lang}
	if err := t.f.Err(); err != nil {
		return err
	}
	_, err := t.d.Reply(ctx, t.one.ID, in)
	return err
}

// allowed asks for deeds that acts do not ask about themselves, because they belong to the citizen.
func (t *turn) allowed(ctx context.Context) error {
	return t.d.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		s, err := acts.Sight(ctx, tx, t.one, "")
		if err == nil && (!s.Notes || !can(ctx, acts.PermEnter)) {
			err = notYours(s)
		}
		return err
	})
}

// notYours refuses who may not; who may not even know that it exists hears nothing else.
func notYours(s stored.Sight) error {
	if !s.Page {
		return stored.ErrUnknown()
	}
	return fault.Forbidden("cases.error.not_yours")
}

func assign(ctx context.Context, t *turn) error {
	_, err := t.d.Assign(ctx, t.key, t.f.Value("department"), t.f.Value("assignee"))
	return err
}

func change(ctx context.Context, t *turn) error {
	f := t.f
	kind, topic, area := f.Value("kind"), f.Value("topic"), f.Value("area")
	priority := int64(f.OptionalInt("priority", 0, 3, int(t.one.Priority)))
	_, err := t.d.Change(ctx, t.key, acts.Changes{Kind: &kind, TopicID: &topic, AreaID: &area, Priority: &priority})
	return err
}

// until is the end of the day that a field names.
func (t *turn) until(ctx context.Context, name string) (time.Time, error) {
	at := t.f.Date(name, i18n.Zone(ctx))
	if t.f.Value(name) == "" {
		t.f.Fail(name, "val.required")
	}
	return at.AddDate(0, 0, 1).Add(-time.Second), t.f.Err()
}

func plan(ctx context.Context, t *turn) error {
	at, err := t.until(ctx, "until")
	if err == nil {
		_, err = t.d.Plan(ctx, t.key, at)
	}
	return err
}

func wait(ctx context.Context, t *turn) error {
	body := t.f.Text("text", form.Limit{})
	at, err := t.until(ctx, "until")
	if err == nil {
		_, err = t.d.Wait(ctx, t.key, body, t.f.Value("body"), at)
	}
	return err
}

func task(ctx context.Context, t *turn) error {
	f := t.f
	in := acts.Task{Title: f.Line("title", form.Limit{Min: stored.TitleMin, Max: stored.TitleMax}), Body: f.Text("body", form.Limit{Max: stored.BodyMax}), DepartmentID: f.Required("department"), AssigneeID: f.Value("assignee"), Blocking: f.Bool("blocking")}
	if f.Value("until") != "" {
		in.DueAt = f.Date("until", i18n.Zone(ctx)).AddDate(0, 0, 1).Add(-time.Second)
	}
	if err := f.Err(); err != nil {
		return err
	}
	_, err := t.d.AddTask(ctx, t.key, in)
	return err
}

func done(ctx context.Context, t *turn) error {
	result := t.f.Text("text", form.Limit{Max: stored.ReasonMax})
	if err := t.f.Err(); err != nil {
		return err
	}
	return t.d.DoneTask(ctx, t.f.Value("task"), result, t.f.Value("do") == "drop")
}

// texts are the words of an answer in every language of the site.
func (t *turn) texts() i18n.Text {
	return t.f.Texts("body", web.SiteOf(t.c).Languages, form.Limit{Max: stored.AnswerMax})
}

func interim(ctx context.Context, t *turn) error {
	body := t.texts()
	at, err := t.until(ctx, "until")
	if err == nil {
		_, err = t.d.Interim(ctx, t.key, body, at, t.f.Bool("public"))
	}
	return err
}

func (t *turn) draft() (acts.Draft, error) {
	d := acts.Draft{Body: t.texts(), Fallback: t.f.Bool("fallback"), Outcome: stored.Known(t.f.Value("outcome"), stored.Resolved, stored.Answered, stored.Rejected), Public: t.f.Bool("public"), Note: t.f.Text("note", form.Limit{Max: stored.ReasonMax})}
	return d, t.f.Err()
}

// answer keeps the final answer for a second person or, when that was asked for and is allowed, gives it at once.
func answer(ctx context.Context, t *turn) error {
	in, err := t.draft()
	if err != nil {
		return err
	}
	c, err := t.d.DraftAnswer(ctx, t.key, in)
	if err != nil || t.f.Value("do") != "publish" {
		return err
	}
	_, err = t.d.PublishAnswer(ctx, acts.Key{ID: c.ID, Version: c.RowVersion}, "")
	return err
}

func revise(ctx context.Context, t *turn) error {
	in, err := t.draft()
	if err == nil {
		err = t.d.ReviseAnswer(ctx, t.key, in)
	}
	return err
}

func approve(ctx context.Context, t *turn) error { return t.d.ApproveAnswer(ctx, t.key) }

func finish(ctx context.Context, t *turn) error {
	_, err := t.d.PublishAnswer(ctx, t.key, t.f.Text("text", form.Limit{}))
	return err
}

func refer(ctx context.Context, t *turn) error {
	f := t.f
	_, err := t.d.Refer(ctx, t.key, f.Value("body"), f.Text("reason", form.Limit{}), f.Text("text", form.Limit{}))
	return err
}

// heard writes down what another authority answered.
func heard(ctx context.Context, t *turn) error {
	f := t.f
	h := acts.Heard{At: f.Date("at", i18n.Zone(ctx)), Reference: f.Line("reference", form.Limit{Max: 100}), Body: f.Text("text", form.Limit{}), Public: f.Bool("public")}
	f.Check("at", f.Value("at") != "", "val.required")
	var err error
	if h.Files, err = t.d.received(t.c, f); err == nil {
		err = f.Err()
	}
	if err == nil {
		_, err = t.d.BodyAnswer(ctx, t.key, h)
	}
	return err
}

// merge joins the case to the one that a button or a typed number names.
func merge(ctx context.Context, t *turn) error {
	number := strings.ToUpper(strings.TrimSpace(t.f.Value("master")))
	var master *stored.Case
	err := t.d.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		master, err = stored.FindNumber(ctx, tx, number)
		if fault.Is(err, fault.KindNotFound) {
			return fault.InvalidField("master", "cases.error.unknown")
		}
		return err
	})
	if err == nil {
		_, err = t.d.Merge(ctx, t.key, master.ID, t.f.Text("text", form.Limit{}))
	}
	return err
}

func photoShown(ctx context.Context, t *turn) error {
	_, err := t.d.Photo(ctx, t.key, t.f.Value("file"), t.f.Value("public") == "1")
	return err
}

// redact reads rectangles, one to a line: left, top, width and height in per cent of the photo.
func redact(ctx context.Context, t *turn) error {
	var rects []stored.Rect
	for _, line := range t.f.Lines("rects") {
		parts := strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == ';' || r == ',' || r == '%' || r == '\t' })
		if len(parts) != 4 {
			return fault.InvalidField("rects", "casedesk.error.rects")
		}
		var v [4]float64
		for i, s := range parts {
			n, err := strconv.ParseFloat(s, 64)
			if err != nil {
				return fault.InvalidField("rects", "casedesk.error.rects")
			}
			v[i] = n / 100
		}
		rects = append(rects, stored.Rect{X: v[0], Y: v[1], W: v[2], H: v[3]})
	}
	_, err := t.d.Redact(ctx, t.key, t.f.Value("file"), rects)
	return err
}

func attach(ctx context.Context, t *turn) error {
	batch, err := t.d.received(t.c, t.f)
	if err == nil {
		err = t.f.Err()
	}
	if err == nil {
		_, err = t.d.Attach(ctx, t.key, batch)
	}
	return err
}

// watch has who acts keep an eye on the case, or no longer. It is no change of the case.
func watch(ctx context.Context, t *turn) error {
	on := t.f.Value("on") == "1"
	return t.d.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		s, err := acts.Sight(ctx, tx, t.one, "")
		if err == nil && !s.Notes {
			err = notYours(s)
		}
		if err != nil || !on {
			if err == nil {
				err = ladder.Unwatch(ctx, tx, t.one.ID, authz.From(ctx).ID)
			}
			return err
		}
		_, err = ladder.Watch(ctx, tx, t.one.ID, authz.From(ctx).ID, "")
		return err
	})
}

// rate takes what a citizen says about the answer when he is called.
func rate(ctx context.Context, t *turn) error {
	if err := t.allowed(ctx); err != nil {
		return err
	}
	o := acts.Opinion{Satisfied: t.f.OneOf("satisfied", "yes", "no") == "yes", Text: t.f.Text("text", form.Limit{Max: acts.OpinionMax}), Reopen: t.f.Bool("reopen")}
	if err := t.f.Err(); err != nil {
		return err
	}
	_, err := t.d.RateByPhone(ctx, t.key, o)
	return err
}
