package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/tenant"
)

const userUsage = `Usage: glas user COMMAND

  grant --tenant SLUG --email ADDRESS --role ROLE [--name NAME]   give a role; the account is made when it is missing
  link  --tenant SLUG --email ADDRESS [--name NAME]               print a link that signs in once, without any mail
  operator                                                        print a link to the pages of the operator, good once
`

func userCommand(ctx context.Context, env *environment, args []string) error {
	if len(args) == 0 || asksHelp(args) {
		fmt.Fprint(env.out, userUsage)
		return nil
	}
	if args[0] == "operator" {
		return operatorLink(ctx, env, args[1:])
	}
	if args[0] != "grant" && args[0] != "link" {
		fmt.Fprint(env.errOut, userUsage)
		return fmt.Errorf("unknown command %q", "user "+args[0])
	}
	f := flags(env, "user "+args[0], "--tenant SLUG --email ADDRESS [flags]", "Gives a person of a municipality a role, or a link that signs in once within 24 hours.")
	slug := f.String("tenant", "", "short name of the municipality")
	email := f.String("email", "", "address of the person")
	name := f.String("name", "", "name, when the account is made (default: the address)")
	role := f.String("role", "", "one of: "+strings.Join(authz.StaffRoles(), ", "))
	if _, err := parse(f, args[1:], 0); err != nil {
		return err
	}
	if *slug == "" || *email == "" || args[0] == "grant" && *role == "" {
		f.Usage()
		return errors.New("--tenant and --email are needed, and --role to grant one")
	}
	a, err := env.start(ctx)
	if err != nil {
		return err
	}
	defer a.close() //nolint:errcheck // the command's own error tells
	t, err := a.directory.BySlug(ctx, *slug)
	if err != nil {
		return err
	}
	if *name == "" {
		*name = *email
	}
	var roles []string
	if *role != "" {
		roles = []string{*role}
	}
	return a.printLink(ctx, env.out, t, *email, *name, roles...)
}

// operatorLink prints a link to the pages of the operator, for when the one that was printed at the start is used up.
func operatorLink(ctx context.Context, env *environment, args []string) error {
	f := flags(env, "user operator", "", "Prints a link to the pages of the operator that can be used once within 24 hours.")
	if _, err := parse(f, args, 0); err != nil {
		return err
	}
	a, err := env.start(ctx)
	if err != nil {
		return err
	}
	defer a.close() //nolint:errcheck // the command's own error tells
	path, err := a.operators().Link(ctx, a.clock.Now())
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(env.out, "Sign in once within 24 hours: %s\n", a.cfg.Base(a.cfg.BaseDomain)+path)
	return err
}

// printLink makes sure that an account with the roles exists and prints a link that signs in once.
func (a *app) printLink(ctx context.Context, out io.Writer, t *tenant.Tenant, email, name string, roles ...string) error {
	link, err := a.oneTimeLink(ctx, t, email, name, roles...)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(out, "Sign in once within 24 hours: %s\n", link)
	return err
}

func (a *app) oneTimeLink(ctx context.Context, t *tenant.Tenant, email, name string, roles ...string) (string, error) {
	ctx = a.as(ctx, t, t.Default())
	var path string
	err := a.rows.Keep(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		path, err = a.parts.accounts.OneTimeLink(ctx, tx, email, name, roles)
		return err
	})
	return a.link(t, path), a.inWords(ctx, err)
}

// inWords turns a fault, which is made for readers of pages, into words for the command line.
func (a *app) inWords(ctx context.Context, err error) error {
	e, ok := fault.As(err)
	if !ok {
		return err
	}
	ctx = i18n.With(ctx, a.catalogue.Localizer("en", time.UTC, ""))
	var words []string
	for name, m := range e.Fields {
		words = append(words, name+": "+i18n.Message(ctx, m))
	}
	if len(words) == 0 && e.Message.ID != "" {
		words = append(words, i18n.Message(ctx, e.Message))
	}
	return errors.New(strings.Join(words, "; "))
}
