// Package filing is what somebody tells the municipality, before it is a case: its words, its place, its answers to the questions of a topic,
// and what is wrong with them.
package filing

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/geo"
	"glas/internal/mail"
	"glas/internal/registry"
	"glas/internal/text"
	"glas/modules/attachments"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/stored"
)

// Report is what somebody tells the municipality.
type Report struct {
	Kind, TopicID, Title, Body, Lang string
	Lat, Lng                         *float64
	Address, StreetID, AreaID        string
	// Answers are those to the topic's questions, by their code.
	Answers map[string][]string
	// Name, Email and Phone are how the reporter is reached; for somebody signed in what is empty comes from his account.
	Name, Email, Phone, PostAddress string
	// Company is the legal body that is reported for, Number its cleaned number in Register.
	Company, Register, Number string
	// NamePublic shows his name; Private keeps the case between him and the municipality; Hide keeps his identity from departments.
	NamePublic, Private, Hide bool
	Channel, ChannelRef       string
	Files                     attachments.Batch
	OccurredAt                time.Time
	// Opened is when the form was shown, zero when that is not known.
	Opened time.Time

	// The rest is for staff and for other ways in. ForOther says that it is entered for somebody else; Trusted reports come from a
	// program that checked the sender (Open311 with a key, a mailbox) and need no confirmation.
	ForOther, Trusted bool
	// Review keeps a report from being shown before an editor read it, whatever its kind says: its sender is not known for sure.
	Review       bool
	RegisteredAt time.Time
	Visibility   stored.Visibility
	Priority     int64
	DepartmentID string
	ParentID     string
}

// ReadCompany reads for which legal body somebody reports: its name, and its number with the check digit of its register.
func (r *Report) ReadCompany(f *form.Form, country string) {
	r.Company, r.Number = f.Line("company", form.Limit{Max: stored.NameMax}), registry.Clean(f.Line("company_number", form.Limit{Max: 30}))
	if r.Number == "" {
		return
	}
	r.Register = f.OneOf("company_register", registry.Registers(country)...)
	f.Check("company", r.Company != "", "val.required")
	f.Check("company_number", r.Register == "" || registry.Valid(r.Register, r.Number), "accounts.error.register_number")
}

// Check says what is wrong with a report, by field.
func (r *Report) Check(n *listed.Names, t *stored.CaseTopic, staff bool) fault.Fields {
	fields := fault.Fields{}
	length := func(name, s string, least, most int) {
		switch k := text.Letters(s); {
		case k == 0 && least > 0:
			fields[name] = fault.Msg("val.required")
		case k > 0 && k < least:
			fields[name] = fault.Msg("val.min_chars", "N", least)
		case k > most:
			fields[name] = fault.Msg("val.max_chars", "N", most)
		}
	}
	length("title", r.Title, stored.TitleMin, stored.TitleMax)
	length("body", r.Body, stored.BodyMin, stored.BodyMax)
	length("address", r.Address, 0, stored.AddressMax)
	length("name", r.Name, 0, stored.NameMax)
	if !staff && !r.Trusted && !n.Offers(r.Kind) || staff && !slices.Contains(stored.Kinds(), r.Kind) {
		fields["kind"] = fault.Msg("val.required")
	}
	if len(n.Topics) > 0 && t == nil && !r.Trusted || t != nil && (t.Archived || t.StaffOnly && !staff && !r.Trusted) {
		fields["topic"] = fault.Msg("val.required")
	}
	if (r.Lat == nil) != (r.Lng == nil) || r.Lat != nil && !geo.Valid(*r.Lat, *r.Lng) {
		fields["place"] = fault.Msg("cases.error.place")
	} else if n.Kind(r.Kind).Place && r.Lat == nil && r.Address == "" && !r.Trusted {
		fields["place"] = fault.Msg("streets.pick.needed")
	}
	if r.Email != "" {
		if _, err := mail.Address(r.Email); err != nil {
			fields["email"] = fault.Msg("val.email")
		}
	}
	questions(fields, t, r)
	return fields
}

// questions checks the answers to the topic's own questions.
func questions(fields fault.Fields, t *stored.CaseTopic, r *Report) {
	if t == nil {
		return
	}
	for _, q := range t.Questions {
		name := "q." + q.Code
		values := slices.DeleteFunc(slices.Clone(r.Answers[q.Code]), func(s string) bool { return s == "" })
		if q.Datatype == "notice" {
			continue
		}
		if len(values) == 0 {
			if q.Required && !r.Trusted {
				fields[name] = fault.Msg("val.required")
			}
			continue
		}
		for _, v := range values {
			if m := wrong(q, v); !m.IsZero() {
				fields[name] = m
			}
		}
		if q.Datatype != "multivaluelist" && len(values) > 1 {
			fields[name] = fault.Msg("val.choose")
		}
	}
}

// wrong says what is wrong with one answer.
func wrong(q stored.Question, v string) fault.Message {
	switch q.Datatype {
	case "number":
		if _, err := strconv.ParseFloat(strings.Replace(v, ",", ".", 1), 64); err != nil {
			return fault.Msg("val.number")
		}
	case "datetime":
		if _, err := time.Parse("2006-01-02", v[:min(len(v), 10)]); err != nil {
			return fault.Msg("val.date")
		}
	case "singlevaluelist", "multivaluelist":
		i := slices.IndexFunc(q.Options, func(o stored.Option) bool { return o.Key == v })
		if i < 0 {
			return fault.Msg("val.choose")
		}
		if len(q.Options[i].Stop) > 0 {
			return fault.Msg("cases.error.stop", "Text", q.Options[i].Stop)
		}
	default:
		if text.Letters(v) > 1000 {
			return fault.Msg("val.max_chars", "N", 1000)
		}
	}
	return fault.Message{}
}

// Replies are the answers to questions that exist, in their order.
func (r *Report) Replies(t *stored.CaseTopic, lang, fallback string) []stored.Reply {
	out := []stored.Reply{}
	if t == nil {
		return out
	}
	for _, q := range t.Questions {
		values := slices.DeleteFunc(slices.Clone(r.Answers[q.Code]), func(s string) bool { return s == "" })
		if len(values) > 0 && q.Datatype != "notice" {
			label, _ := q.Label.Pick(lang, fallback)
			out = append(out, stored.Reply{Code: q.Code, Label: label, Values: values})
		}
	}
	return out
}
