package accounts

import (
	"context"
	"net/url"
	"strings"

	"glas/internal/authz"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/web/ui"
	"glas/modules/accounts/internal/rows"
)

// options are choices whose labels are the messages prefix + value.
//
// i18n: accounts.level.*
// i18n: accounts.method.*
// i18n: accounts.role.*
// i18n: accounts.org.kind.*
// i18n: accounts.number.*
// i18n: accounts.state.*
func options(ctx context.Context, prefix string, values ...string) []ui.Option {
	out := make([]ui.Option, len(values))
	for i, v := range values {
		out[i] = ui.Option{Value: v, Label: i18n.T(ctx, prefix+v)}
	}
	return out
}

func roleWord(ctx context.Context, role string) string {
	return i18n.T(ctx, "accounts.role."+role) //i18n: accounts.role.*
}

func roleWords(ctx context.Context, roles []string) string {
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = roleWord(ctx, r)
	}
	return strings.Join(words, ", ")
}

func levelWord(ctx context.Context, l authz.Level) string {
	return i18n.T(ctx, "accounts.level."+l.String()) //i18n: accounts.level.*
}

// statePill says the state of an account.
func statePill(ctx context.Context, a Account) ui.PillData {
	kind := map[string]string{rows.StateVerified: "open", rows.StateUnverified: "waiting", rows.StateBlocked: "danger", rows.StateDeleted: "closed"}[a.State()]
	return ui.PillData{Kind: kind, Text: i18n.T(ctx, "accounts.state."+a.State())} //i18n: accounts.state.*
}

// orgPill says the state of an association.
func orgPill(ctx context.Context, state string) ui.PillData {
	kind := map[string]string{rows.OrgApplied: "waiting", rows.OrgVerified: "open", rows.OrgRefused: "danger"}[state]
	return ui.PillData{Kind: kind, Text: i18n.T(ctx, "accounts.org.state."+state)} //i18n: accounts.org.state.*
}

// orgFacts is what an association said about itself.
func orgFacts(ctx context.Context, o Organisation) []ui.Fact {
	facts := []ui.Fact{
		{Term: i18n.T(ctx, "accounts.associations.kind"), Text: i18n.T(ctx, "accounts.org.kind."+o.Kind)}, //i18n: accounts.org.kind.*
		{Term: i18n.T(ctx, "accounts.number."+o.Register), Text: o.RegisterNumber},                        //i18n: accounts.number.*
		{Term: i18n.T(ctx, "accounts.associations.applied"), Text: i18n.Date(ctx, o.CreatedAt)},
	}
	if o.Representative != "" {
		facts = append(facts, ui.Fact{Term: i18n.T(ctx, "accounts.associations.representative"), Text: o.Representative})
	}
	if o.Reason != "" {
		facts = append(facts, ui.Fact{Term: i18n.T(ctx, "accounts.associations.reason"), Text: o.Reason})
	}
	return facts
}

// nameOf is how staff see a person.
func nameOf(ctx context.Context, a Account) string {
	return BylineName(ctx, Byline{AuthorName: a.Name})
}

// langOptions are the languages of a municipality.
func langOptions(languages []string) []ui.Option {
	out := make([]ui.Option, len(languages))
	for i, l := range languages {
		out[i] = ui.Option{Value: l, Label: i18n.LangName(l)}
	}
	return out
}

// mailField is the address, with what a browser needs to fill it in.
func mailField(ctx context.Context, f *form.Form) ui.FieldData {
	return ui.Bind(f, ui.FieldData{Name: "email", Label: i18n.T(ctx, "accounts.field.email"), Type: "email", Autocomplete: "username", InputMode: "email", Required: true})
}

// passwordField never shows again what was typed.
func passwordField(ctx context.Context, f *form.Form, name, label, complete string, required bool) ui.FieldData {
	d := ui.FieldData{Name: name, Label: i18n.T(ctx, label), Type: "password", Autocomplete: complete, Required: required, Error: f.Error(name)}
	if complete == "new-password" {
		d.Help = i18n.T(ctx, "accounts.field.password_help", "Min", rows.PasswordMin)
	}
	return d
}

// queueHref is the queue of associations in a state.
func queueHref(ctx context.Context, state, after string) string {
	href := i18n.Href(ctx, "/admin/associations") + "?state=" + state
	if after != "" {
		href += "&after=" + after
	}
	return href
}

func can(ctx context.Context, action string) bool {
	return authz.Can(ctx, action, authz.Resource{}).Allowed
}

func levelOptions(ctx context.Context) []ui.Option {
	names := make([]string, len(levels()))
	for i, l := range levels() {
		names[i] = l.String()
	}
	return options(ctx, "accounts.level.", names...)
}

// agentName names the browser of a session.
func agentName(ctx context.Context, s rows.Session) string {
	if s.Agent == "" {
		return i18n.T(ctx, "accounts.sessions.unknown")
	}
	return s.Agent
}

// peopleHref is the page after this one of a list of people, empty without a cursor.
func peopleHref(ctx context.Context, q rows.PeopleQuery, after string) string {
	if after == "" {
		return ""
	}
	v := url.Values{"q": {q.Words}, "role": {q.Role}, "state": {q.State}, "after": {after}}
	return i18n.Href(ctx, "/admin/people") + "?" + v.Encode()
}

func (q queue) nextHref(ctx context.Context) string {
	if q.Next == "" {
		return ""
	}
	return queueHref(ctx, q.State, q.Next)
}

// applicantFact is who applied for an association, also when he is gone; with a link for those who may see people.
func applicantFact(ctx context.Context, q queue, o Organisation) ui.Fact {
	f := ui.Fact{Term: i18n.T(ctx, "accounts.queue.applicant"), Text: BylineName(ctx, Byline{AuthorName: q.Applicants[o.AppliedBy]})}
	if can(ctx, "account.block") {
		f.Href = i18n.Href(ctx, "/admin/people/"+o.AppliedBy)
	}
	return f
}

// refusalField is the reason for one association; only the refused form shows what was typed. The page has one such field for each
// association, so each has its own id.
func refusalField(ctx context.Context, f *form.Form, id, failed string) ui.FieldData {
	d := ui.FieldData{Name: "reason", ID: "reason-" + id, Label: i18n.T(ctx, "accounts.person.reason"), Help: i18n.T(ctx, "accounts.person.reason_help", "Min", rows.ReasonMin), Required: true, Rows: 3, Max: rows.ReasonMax}
	if id != failed {
		return d
	}
	d.ID = "" // the summary above links here
	return ui.Bind(f, d)
}
