package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"net/mail"
	"strings"
	"text/tabwriter"

	"glas/internal/i18n"
	"glas/internal/theme"
	"glas/tenant"
)

const tenantUsage = `Usage: glas tenant COMMAND

  add SLUG --name "Mestna občina Velenje" --country si    make a municipality
  list                                                    list all municipalities
  set SLUG --state read_only                              change a municipality
  domain SLUG add|remove|list [DOMAIN]                    manage its addresses
`

func tenantCommand(ctx context.Context, env *environment, args []string) error {
	if len(args) == 0 || args[0] == "--help" || args[0] == "-h" {
		fmt.Fprint(env.out, tenantUsage)
		return nil
	}
	switch args[0] {
	case "add":
		return tenantAdd(ctx, env, args[1:])
	case "list":
		return tenantList(ctx, env, args[1:])
	case "set":
		return tenantSet(ctx, env, args[1:])
	case "domain":
		return tenantDomain(ctx, env, args[1:])
	default:
		fmt.Fprint(env.errOut, tenantUsage)
		return fmt.Errorf("unknown command %q", "tenant "+args[0])
	}
}

// named takes the first argument as the short name of a municipality, wherever the flags stand.
func named(args []string) (slug string, rest []string, err error) {
	if len(args) == 0 || strings.HasPrefix(args[0], "-") {
		return "", args, errors.New("the short name of the municipality comes first, such as velenje")
	}
	return args[0], args[1:], nil
}

// parse reads flags wherever they stand and gives the other words, of which there may be at most most.
func parse(f *flag.FlagSet, args []string, most int) ([]string, error) {
	var words []string
	for {
		if err := f.Parse(args); err != nil {
			return nil, err
		}
		if f.NArg() == 0 {
			return words, nil
		}
		if len(words) == most {
			return nil, fmt.Errorf("%q was not expected; glas %s --help says how it is written", f.Arg(0), f.Name())
		}
		words, args = append(words, f.Arg(0)), f.Args()[1:]
	}
}

func asksHelp(args []string) bool {
	return len(args) > 0 && (args[0] == "--help" || args[0] == "-h" || args[0] == "-help")
}

func tenantAdd(ctx context.Context, env *environment, args []string) error {
	f := flags(env, "tenant add", "SLUG --name NAME --country si|bg|gr|tr [flags]", "Makes a municipality with the rules of its country, at once reachable at SLUG."+env.cfg.BaseDomain+".")
	name := f.String("name", "", "its name in its default language")
	country := f.String("country", "", "si, bg, gr or tr: time zone, terms, ages, language")
	languages := f.String("languages", "", "languages, the default one first: sl,en (default: that of the country, and English)")
	brand := f.String("brand", "#1B4F8F", "its colour, from which its theme is made")
	listed := f.Bool("listed", false, "name it on the front page of the deployment")
	email := f.String("admin", "", "e-mail of the first administrator; a one-time sign-in link is printed")
	if asksHelp(args) {
		return f.Parse(args)
	}
	slug, rest, err := named(args)
	if err != nil {
		return err
	}
	if _, err := parse(f, rest, 0); err != nil {
		return err
	}
	if *name == "" || *country == "" {
		return errors.New("--name and --country are needed")
	}
	if err := (theme.Input{Brand: *brand}).Valid(); err != nil {
		return fmt.Errorf("--brand %q: a colour is written #rrggbb", *brand)
	}
	if _, err := mail.ParseAddress(*email); *email != "" && err != nil {
		return fmt.Errorf("--admin %q is no e-mail address", *email)
	}
	preset := tenant.Presets()[*country]
	langs := []string{preset.Language, "en"}
	if *languages != "" {
		langs = strings.Split(*languages, ",")
	}
	a, err := env.start(ctx)
	if err != nil {
		return err
	}
	defer a.close() //nolint:errcheck // the command's own error tells
	t, err := a.directory.Add(ctx, tenant.New{Slug: slug, Name: i18n.Text{langs[0]: *name}, Country: *country, Languages: langs, Brand: *brand, Listed: *listed})
	if err != nil {
		return err
	}
	fmt.Fprintf(env.out, "%s is at %s\n", *name, a.link(t, "/"))
	if *email == "" {
		return nil
	}
	return a.printLink(ctx, env.out, t, *email, *email, "administrator")
}

func tenantList(ctx context.Context, env *environment, args []string) error {
	f := flags(env, "tenant list", "", "Lists all municipalities.")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	a, err := env.start(ctx)
	if err != nil {
		return err
	}
	defer a.close() //nolint:errcheck // the command's own error tells
	all, err := a.directory.All(ctx)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(env.out, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, "SLUG\tSTATE\tCOUNTRY\tLANGUAGES\tADDRESS\tNAME")
	for _, t := range all {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", t.Slug, t.State, t.Country, strings.Join(t.Languages, ","), a.link(t, "/"), t.Name[t.Default()])
	}
	return w.Flush()
}

func tenantSet(ctx context.Context, env *environment, args []string) error {
	f := flags(env, "tenant set", "SLUG [flags]", "Changes a municipality. What is not given stays as it is.")
	state := f.String("state", "", "active, read_only or suspended")
	name := f.String("name", "", "its name, as LANG=NAME")
	brand := f.String("brand", "", "its colour, #rrggbb")
	listed := f.String("listed", "", "yes or no: name it on the front page of the deployment")
	tiles := f.String("tiles", "", "address of map tiles with {z}, {x} and {y}")
	attribution := f.String("attribution", "", "who made the map")
	if asksHelp(args) {
		return f.Parse(args)
	}
	slug, rest, err := named(args)
	if err != nil {
		return err
	}
	if _, err := parse(f, rest, 0); err != nil {
		return err
	}
	if f.NFlag() == 0 {
		return errors.New("say what to change; glas tenant set --help lists what can be")
	}
	a, err := env.start(ctx)
	if err != nil {
		return err
	}
	defer a.close() //nolint:errcheck // the command's own error tells
	old, err := a.directory.BySlug(ctx, slug)
	if err != nil {
		return err
	}
	t := *old
	if *state != "" {
		t.State = tenant.State(*state)
	}
	if *name != "" {
		lang, text, ok := strings.Cut(*name, "=")
		if !ok {
			return errors.New("--name is written LANG=NAME, such as sl=Mestna občina Velenje")
		}
		t.Name = i18n.Text{}
		for l, n := range old.Name {
			t.Name[l] = n
		}
		if i18n.LangName(lang) == lang {
			return fmt.Errorf("--name: unknown language %q (known: sl, bg, el, tr, en)", lang)
		}
		t.Name[lang] = text
	}
	if *brand != "" {
		t.Theme.Brand = *brand
		if err := t.Theme.Valid(); err != nil {
			return fmt.Errorf("--brand %q: a colour is written #rrggbb", *brand)
		}
	}
	switch *listed {
	case "":
	case "yes", "no":
		t.Listed = *listed == "yes"
	default:
		return fmt.Errorf("--listed is yes or no, not %q", *listed)
	}
	if *tiles != "" {
		t.Map.Tiles = *tiles
	}
	if *attribution != "" {
		t.Map.Attribution = *attribution
	}
	if err := a.directory.Save(ctx, &t, old.UpdatedAt); err != nil {
		return err
	}
	fmt.Fprintf(env.out, "%s is changed.\n", slug)
	return nil
}

func tenantDomain(ctx context.Context, env *environment, args []string) error {
	f := flags(env, "tenant domain", "SLUG add|remove|list [--main] [DOMAIN]", "Manages the addresses of a municipality. The main one is that which the others redirect to.")
	main := f.Bool("main", false, "make it the main address")
	if asksHelp(args) {
		return f.Parse(args)
	}
	slug, rest, err := named(args)
	if err != nil {
		return err
	}
	if len(rest) == 0 {
		f.Usage()
		return errors.New("say what to do: add, remove or list")
	}
	act := rest[0]
	words, err := parse(f, rest[1:], 1)
	if err != nil {
		return err
	}
	domain := strings.Join(words, "")
	a, err := env.start(ctx)
	if err != nil {
		return err
	}
	defer a.close() //nolint:errcheck // the command's own error tells
	t, err := a.directory.BySlug(ctx, slug)
	if err != nil {
		return err
	}
	if act != "list" && domain == "" {
		return errors.New("name the domain")
	}
	switch act {
	case "list":
		names, err := a.directory.Domains(ctx, t)
		if err != nil {
			return err
		}
		fmt.Fprintln(env.out, strings.Join(append(names, slug+"."+env.cfg.BaseDomain), "\n"))
		return nil
	case "add":
		err = a.directory.AddDomain(ctx, t, domain, *main)
	case "remove":
		err = a.directory.RemoveDomain(ctx, t, domain)
	default:
		return fmt.Errorf("unknown command %q: add, remove or list", "tenant domain "+act)
	}
	if err == nil {
		fmt.Fprintln(env.out, "Done.")
	}
	return err
}
