package setup

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/mail"
	"glas/internal/text"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/desk"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// editor is a row of one of the lists between database and form.
type editor interface {
	perm() string
	load(ctx context.Context, tx *tenant.Tx, rowID string) error
	version() int64
	fill(f *form.Form)
	read(f *form.Form, c choices)
	store(ctx context.Context, tx *tenant.Tx) error
}

// editorOf is an empty row of a list; nil for a list that is none.
func editorOf(list string) editor {
	switch list {
	case "kinds":
		return &kindRow{}
	case "topics":
		return &topicRow{}
	case "rules":
		return &ruleRow{}
	case "bodies":
		return &bodyRow{}
	case "templates":
		return &templateRow{}
	case "reasons":
		return &reasonRow{}
	}
	return nil
}

func fillText(f *form.Form, name string, t i18n.Text) {
	for lang, s := range t {
		f.Set(name+"."+lang, s)
	}
}

// names reads a text in every language, of which the first is needed.
func names(f *form.Form, name string, c choices, limit int, needed bool) i18n.Text {
	t := f.Texts(name, c.languages, form.Limit{Max: limit})
	if needed {
		f.Check(name+"."+c.first(), t[c.first()] != "", "val.required")
	}
	return t
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// kindRow is a kind of case; its address is its code. A municipality that wrote none down gets the usual ones with the first change.
type kindRow struct {
	*stored.CaseKind
	isNew bool
	all   bool
}

func (r *kindRow) perm() string   { return permTopics }
func (r *kindRow) version() int64 { return r.RowVersion }

func (r *kindRow) load(ctx context.Context, tx *tenant.Tx, code string) error {
	rows, err := stored.KindRows(ctx, tx)
	if err != nil {
		return err
	}
	r.all = len(rows) == 0
	if r.all {
		rows = listed.UsualKinds()
	}
	for i := range rows {
		if rows[i].Code == code {
			r.CaseKind, r.isNew = &rows[i], r.all
			return nil
		}
	}
	if !slices.Contains(stored.Kinds(), code) {
		return stored.ErrUnknown()
	}
	r.CaseKind, r.isNew = &stored.CaseKind{Code: code, Archived: true, Position: len(rows), PublishMode: stored.Never, Visibility: stored.ReporterOnly}, true
	return nil
}

func (r *kindRow) fill(f *form.Form) {
	fillText(f, "name", r.Name)
	fillText(f, "hint", r.Hint)
	for name, on := range map[string]bool{"archived": r.Archived, "place": r.Place, "anonymous": r.Anonymous, "support": r.Support} {
		tick(f, name, on)
	}
	f.Set("position", strconv.Itoa(r.Position))
	f.Set("threshold", number(int(r.Threshold)))
	f.Set("support_days", number(r.SupportDays))
	f.Set("publish_mode", string(r.PublishMode))
	f.Set("visibility", string(r.Visibility))
}

func (r *kindRow) read(f *form.Form, c choices) {
	r.Name, r.Hint = names(f, "name", c, 60, false), names(f, "hint", c, 200, false)
	r.Archived, r.Place, r.Anonymous, r.Support = f.Bool("archived"), f.Bool("place"), f.Bool("anonymous"), f.Bool("support")
	r.Position, r.Threshold, r.SupportDays = f.OptionalInt("position", 0, 1000, 0), int64(f.OptionalInt("threshold", 0, 1_000_000, 0)), f.OptionalInt("support_days", 0, 730, 0)
	r.PublishMode = stored.Known(f.OneOf("publish_mode", strings1(stored.PublishModes())...), stored.PublishModes()...)
	r.Visibility = stored.Known(f.OneOf("visibility", strings1(stored.Visibilities())...), stored.Visibilities()...)
}

func strings1[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

func (r *kindRow) store(ctx context.Context, tx *tenant.Tx) error {
	if r.all {
		for _, k := range listed.UsualKinds() {
			if k.Code == r.Code {
				continue
			}
			k.ID, k.Name, k.Hint = id.New(), i18n.Text{}, i18n.Text{}
			if err := stored.Add(ctx, tx, &k); err != nil {
				return err
			}
		}
	}
	if r.isNew {
		r.ID = id.New()
	}
	return keep(ctx, tx, r.isNew, r.CaseKind, &r.RowVersion)
}

// topicRow is a topic with its questions.
type topicRow struct {
	*stored.CaseTopic
	isNew bool
}

func (r *topicRow) perm() string   { return permTopics }
func (r *topicRow) version() int64 { return r.RowVersion }

func (r *topicRow) load(ctx context.Context, tx *tenant.Tx, rowID string) (err error) {
	r.CaseTopic, r.isNew, err = one(ctx, tx, rowID, func(t *stored.CaseTopic) *tenant.Key { return &t.Key })
	return err
}

func (r *topicRow) fill(f *form.Form) {
	fillText(f, "name", r.Name)
	fillText(f, "hint", r.Hint)
	for name, s := range map[string]string{"parent": r.ParentID, "department": r.DepartmentID, "publish_mode": string(r.PublishMode), "visibility": string(r.Visibility), "location": string(r.Location),
		"radius": number(r.DuplicateRadius), "duplicate_days": number(r.DuplicateDays), "reopen_days": number(r.ReopenDays), "retention": number(r.RetentionDays), "keywords": r.Keywords, "position": strconv.Itoa(r.Position)} {
		f.Set(name, s)
	}
	for name, on := range map[string]bool{"archived": r.Archived, "four_eyes": r.FourEyes, "photo": r.Photo, "staff_only": r.StaffOnly} {
		tick(f, name, on)
	}
	for i, q := range r.Questions {
		fillQuestion(f, "q"+strconv.Itoa(i), q)
	}
	f.Set("questions", strconv.Itoa(len(r.Questions)))
}

func (r *topicRow) read(f *form.Form, c choices) {
	r.Name, r.Hint = names(f, "name", c, 80, true), names(f, "hint", c, 300, false)
	r.ParentID, r.DepartmentID = f.Value("parent"), f.Value("department")
	above := c.names.Topic(r.ParentID)
	f.Check("parent", r.ParentID == "" || above != nil && above.ID != r.ID && above.ParentID == "" && len(c.names.Below(r.ID)) == 1, "casedesk.error.parent")
	r.PublishMode, r.Visibility = stored.Known(f.Value("publish_mode"), stored.PublishModes()...), stored.Known(f.Value("visibility"), stored.Visibilities()...)
	r.Location = stored.Known(f.Value("location"), stored.Exact, stored.Blurred, stored.Hidden)
	r.DuplicateRadius, r.DuplicateDays = f.OptionalInt("radius", 0, 5000, 0), f.OptionalInt("duplicate_days", 0, 365, 0)
	r.ReopenDays, r.Position = f.OptionalInt("reopen_days", 0, 365, 0), f.OptionalInt("position", 0, 1000, 0)
	r.RetentionDays = f.OptionalInt("retention", 0, 36500, 0)
	r.Archived, r.FourEyes, r.Photo, r.StaffOnly = f.Bool("archived"), f.Bool("four_eyes"), f.Bool("photo"), f.Bool("staff_only")
	r.Keywords = f.Line("keywords", form.Limit{Max: 500})
	if r.Kinds == nil {
		r.Kinds = []string{}
	}
	if r.Slug == "" {
		r.Slug = text.Slug(r.Name[c.first()], c.first()) + "-" + r.ID[len(r.ID)-4:]
	}
	r.Questions = readQuestions(f, c)
}

func (r *topicRow) store(ctx context.Context, tx *tenant.Tx) error {
	return keep(ctx, tx, r.isNew, r.CaseTopic, &r.RowVersion)
}

// questionsMost is how many questions a topic can have.
const questionsMost = 20

// count is how many questions a form has; two more can be written.
func count(f *form.Form) int {
	return min(f.OptionalInt("questions", 0, questionsMost, 0)+2, questionsMost)
}

// fillQuestion writes a question into its fields. Options stand one to a line, and behind an arrow what who chooses one is told instead.
func fillQuestion(f *form.Form, at string, q stored.Question) {
	f.Set(at+".code", q.Code)
	f.Set(at+".type", q.Datatype)
	tick(f, at+".required", q.Required)
	tick(f, at+".public", q.Public)
	fillText(f, at+".label", q.Label)
	fillText(f, at+".help", q.Help)
	lines := map[string][]string{}
	for _, o := range q.Options {
		for lang, s := range o.Name {
			if stop := o.Stop[lang]; stop != "" {
				s += " => " + stop
			}
			lines[lang] = append(lines[lang], s)
		}
	}
	var keys []string
	for _, o := range q.Options {
		keys = append(keys, o.Key)
	}
	f.Set(at+".keys", strings.Join(keys, " "))
	for lang, list := range lines {
		f.Set(at+".options."+lang, strings.Join(list, "\n"))
	}
}

func readQuestions(f *form.Form, c choices) []stored.Question {
	out := []stored.Question{}
	for i := range count(f) {
		at := "q" + strconv.Itoa(i)
		q := stored.Question{Code: f.Value(at + ".code"), Datatype: f.Value(at + ".type"), Required: f.Bool(at + ".required"), Public: f.Bool(at + ".public"), Order: i,
			Label: f.Texts(at+".label", c.languages, form.Limit{Max: 200}), Help: f.Texts(at+".help", c.languages, form.Limit{Max: 300})}
		if q.Label[c.first()] == "" {
			continue // a question without words is none
		}
		f.Check(at+".type", slices.Contains(stored.Datatypes(), q.Datatype), "val.choose")
		q.Options = readOptions(f, at, c)
		if q.Datatype == "singlevaluelist" || q.Datatype == "multivaluelist" {
			f.Check(at+".options."+c.first(), len(q.Options) > 1, "casedesk.error.options")
		} else {
			q.Options = nil
		}
		if q.Code == "" {
			q.Code = text.Slug(q.Label[c.first()], c.first())
		}
		for slices.ContainsFunc(out, func(o stored.Question) bool { return o.Code == q.Code }) {
			q.Code += "-" + strconv.Itoa(i)
		}
		out = append(out, q)
	}
	return out
}

// readOptions joins the lines of the languages by their place. Keys stay those of the lines that were there.
func readOptions(f *form.Form, at string, c choices) []stored.Option {
	var out []stored.Option
	keys := strings.Fields(f.Value(at + ".keys"))
	for i, line := range f.Lines(at + ".options." + c.first()) {
		o := stored.Option{Name: i18n.Text{}}
		set := func(lang, line string) {
			name, stop, stops := strings.Cut(line, "=>")
			o.Name[lang] = strings.TrimSpace(name)
			if stops {
				if o.Stop == nil {
					o.Stop = i18n.Text{}
				}
				o.Stop[lang] = strings.TrimSpace(stop)
			}
		}
		set(c.first(), line)
		for _, lang := range c.languages {
			if other := f.Lines(at + ".options." + lang); lang != c.first() && i < len(other) {
				set(lang, other[i])
			}
		}
		o.Key = text.Slug(o.Name[c.first()], c.first())
		if i < len(keys) {
			o.Key = keys[i]
		}
		for slices.ContainsFunc(out, func(x stored.Option) bool { return x.Key == o.Key }) || o.Key == "" {
			o.Key += "-" + strconv.Itoa(i)
		}
		out = append(out, o)
	}
	return out
}

// ruleRow is a routing rule.
type ruleRow struct {
	*stored.CaseRule
	isNew bool
}

func (r *ruleRow) perm() string   { return permTopics }
func (r *ruleRow) version() int64 { return r.RowVersion }

func (r *ruleRow) load(ctx context.Context, tx *tenant.Tx, rowID string) (err error) {
	r.CaseRule, r.isNew, err = one(ctx, tx, rowID, func(t *stored.CaseRule) *tenant.Key { return &t.Key })
	if r.isNew {
		r.Active, r.Priority = true, stored.Normal
	}
	return err
}

func (r *ruleRow) fill(f *form.Form) {
	f.Set("name", r.Name)
	f.Set("position", strconv.Itoa(r.Position))
	tick(f, "active", r.Active)
	tick(f, "direct", r.Direct)
	f.Set("department", r.DepartmentID)
	f.Set("assignee", r.AssigneeID)
	f.Set("body", r.BodyID)
	f.Set("priority", strconv.FormatInt(r.Priority, 10))
	f.Set("topics", r.Match.Topics...)
	f.Set("kinds", r.Match.Kinds...)
	f.Set("areas", r.Match.Areas...)
	f.Set("channels", r.Match.Channels...)
	f.Set("keywords", strings.Join(r.Match.Keywords, "\n"))
	f.Set("from_hour", number(r.Match.FromHour))
	f.Set("to_hour", number(r.Match.ToHour))
}

func (r *ruleRow) read(f *form.Form, c choices) {
	r.Name, r.Position, r.Active, r.Direct = f.Line("name", form.Limit{Min: 2, Max: 100}), f.OptionalInt("position", 0, 10000, 0), f.Bool("active"), f.Bool("direct")
	r.DepartmentID, r.AssigneeID, r.BodyID, r.Priority = f.Value("department"), f.Value("assignee"), f.Value("body"), int64(f.OptionalInt("priority", 0, 3, 1))
	f.Check("department", r.DepartmentID != "" || r.BodyID != "", "val.required")
	f.Check("department", r.DepartmentID == "" || len(c.names.DepartmentName(r.DepartmentID)) > 0, "val.choose")
	r.Match = stored.Match{Topics: known(f.Values("topics"), func(s string) bool { return c.names.Topic(s) != nil }), Kinds: f.Many("kinds", stored.Kinds()...), Channels: f.Many("channels", stored.Channels()...),
		Areas: known(f.Values("areas"), func(s string) bool { return len(c.names.AreaName(s)) > 0 }), Keywords: f.Lines("keywords"), Asset: r.Match.Asset,
		FromHour: f.OptionalInt("from_hour", 0, 23, 0), ToHour: f.OptionalInt("to_hour", 0, 23, 0)}
}

func known(list []string, is func(string) bool) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return !is(s) })
}

func (r *ruleRow) store(ctx context.Context, tx *tenant.Tx) error {
	return keep(ctx, tx, r.isNew, r.CaseRule, &r.RowVersion)
}

// bodyRow is another authority.
type bodyRow struct {
	*stored.ExternalBody
	isNew bool
}

func (r *bodyRow) perm() string   { return permTopics }
func (r *bodyRow) version() int64 { return r.RowVersion }

func (r *bodyRow) load(ctx context.Context, tx *tenant.Tx, rowID string) (err error) {
	r.ExternalBody, r.isNew, err = one(ctx, tx, rowID, func(t *stored.ExternalBody) *tenant.Key { return &t.Key })
	return err
}

func (r *bodyRow) fill(f *form.Form) {
	fillText(f, "name", r.Name)
	for name, s := range map[string]string{"email": r.Email, "phone": r.Phone, "url": r.URL, "basis": r.Basis, "keywords": r.Keywords, "position": strconv.Itoa(r.Position)} {
		f.Set(name, s)
	}
	tick(f, "archived", r.Archived)
}

func (r *bodyRow) read(f *form.Form, c choices) {
	r.Name = names(f, "name", c, 120, true)
	r.Email, r.Phone, r.URL = f.Line("email", form.Limit{Max: 200}), f.Line("phone", form.Limit{Max: 40}), f.Line("url", form.Limit{Max: 300})
	if r.Email != "" {
		_, err := mail.Address(r.Email)
		f.Check("email", err == nil, "val.email")
	}
	f.Check("url", r.URL == "" || strings.HasPrefix(r.URL, "https://") || strings.HasPrefix(r.URL, "http://"), "casedesk.error.url")
	r.Basis, r.Keywords = f.Line("basis", form.Limit{Max: 300}), f.Line("keywords", form.Limit{Max: 500})
	r.Position, r.Archived = f.OptionalInt("position", 0, 1000, 0), f.Bool("archived")
}

func (r *bodyRow) store(ctx context.Context, tx *tenant.Tx) error {
	return keep(ctx, tx, r.isNew, r.ExternalBody, &r.RowVersion)
}

// templateRow is a template.
type templateRow struct {
	*stored.CaseTemplate
	isNew bool
}

func (r *templateRow) perm() string   { return acts.PermTemplate }
func (r *templateRow) version() int64 { return r.RowVersion }

func (r *templateRow) load(ctx context.Context, tx *tenant.Tx, rowID string) (err error) {
	r.CaseTemplate, r.isNew, err = one(ctx, tx, rowID, func(t *stored.CaseTemplate) *tenant.Key { return &t.Key })
	return err
}

func (r *templateRow) fill(f *form.Form) {
	fillText(f, "subject", r.Subject)
	fillText(f, "body", r.Body)
	f.Set("topic", r.TopicID)
	f.Set("department", r.DepartmentID)
	f.Set("position", strconv.Itoa(r.Position))
	tick(f, "archived", r.Archived)
}

// read refuses names in braces that nothing is filled in for: a citizen would read them.
func (r *templateRow) read(f *form.Form, c choices) {
	r.Subject, r.Body = names(f, "subject", c, 100, true), names(f, "body", c, stored.MessageMax, true)
	for lang, s := range r.Body {
		if unknown := desk.Unknown(s); len(unknown) > 0 {
			f.Fail("body."+lang, "casedesk.error.variable", "Names", strings.Join(unknown, " "))
		}
	}
	r.TopicID, r.DepartmentID, r.Position, r.Archived = f.Value("topic"), f.Value("department"), f.OptionalInt("position", 0, 1000, 0), f.Bool("archived")
	if r.Code == "" {
		r.Code = text.Slug(r.Subject[c.first()], c.first()) + "-" + r.ID[len(r.ID)-4:]
	}
}

func (r *templateRow) store(ctx context.Context, tx *tenant.Tx) error {
	return keep(ctx, tx, r.isNew, r.CaseTemplate, &r.RowVersion)
}
