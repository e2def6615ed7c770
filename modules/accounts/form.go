package accounts

import (
	"time"

	"glas/internal/authz"
	"glas/internal/form"
	"glas/internal/registry"
	"glas/internal/text"
	"glas/modules/accounts/internal/rows"
)

// Bounds of the invited lists that one person is on.
const (
	groupsMax      = 20
	nameMaxOfGroup = 80
)

// trap is the field that only robots fill.
const trap = "website"

// readAddress is an address in the form in which it is stored.
func readAddress(f *form.Form) string {
	typed := f.Email("email")
	if !f.Check("email", typed != "", "val.required") || !f.Error("email").IsZero() {
		return typed
	}
	address, err := rows.NormalAddress(typed)
	if err != nil {
		f.Fail("email", "val.email")
	}
	return address
}

func readRegistration(f *form.Form, lang string) registration {
	r := registration{Email: readAddress(f), Name: f.Line("name", form.Limit{Min: rows.NameMin, Max: rows.NameMax}), Lang: lang}
	if f.Value("password") != "" {
		r.Password = readPassword(f, "password", r.Email, r.Name)
	}
	f.Check("rules", f.Bool("rules"), "accounts.error.rules")
	return r
}

// readPassword is a new password that is good enough.
func readPassword(f *form.Form, field, email, name string) string {
	p := f.Required(field)
	if p == "" {
		return ""
	}
	if wrong := rows.CheckPassword(p, email, name); !wrong.IsZero() {
		f.Fail(field, wrong.ID, wrong.Args...)
	}
	return p
}

func readProfile(f *form.Form, languages []string, now time.Time) profile {
	return profile{Name: f.Line("name", form.Limit{Min: rows.NameMin, Max: rows.NameMax}), Pseudonym: f.Bool("pseudonym"), Lang: f.OneOf("lang", languages...),
		BirthYear: f.OptionalInt("birth_year", now.Year()-rows.OldestAge, now.Year(), 0), AreaID: f.Value("area")}
}

func readApplication(f *form.Form, country string) application {
	return application{Name: f.Line("name", form.Limit{Min: 3, Max: 150}), Kind: f.OneOf("kind", rows.OrganisationKinds()...), Register: f.OneOf("register", registry.Registers(country)...),
		Number: f.Line("register_number", form.Limit{Min: 1, Max: 20}), Representative: f.Line("representative", form.Limit{Min: rows.NameMin, Max: rows.NameMax})}
}

// levels are what staff can record.
func levels() []authz.Level {
	return []authz.Level{authz.LevelEmail, authz.LevelPhone, authz.LevelResidence, authz.LevelIdentity}
}

func readVerification(f *form.Form, zone *time.Location, now time.Time) verification {
	v := verification{AreaID: f.Value("area"), BirthYear: f.OptionalInt("birth_year", now.Year()-rows.OldestAge, now.Year(), 0), Method: f.OneOf("method", methods()...)}
	names := make([]string, 0, len(levels()))
	for _, l := range levels() {
		names = append(names, l.String())
	}
	name := f.OneOf("level", names...)
	v.Groups = f.Lines("groups")
	f.Check("groups", len(v.Groups) <= groupsMax && text.Letters(f.Value("groups")) <= groupsMax*nameMaxOfGroup, "val.too_long")
	for _, l := range levels() {
		if l.String() == name {
			v.Level = l
		}
	}
	if until := f.Date("until", zone); !until.IsZero() {
		v.Until = until.AddDate(0, 0, 1).UTC() // to the end of that day
	}
	return v
}
