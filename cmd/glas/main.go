// Command glas is the whole product: it serves municipalities, brings the database up to date, and lets an operator add and manage
// municipalities and people.
//
// Without any argument it serves, on an embedded database, with demo municipalities at the first start.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"
	_ "time/tzdata" // dates of a municipality must be right on a machine without zones

	"glas/config"
	"glas/internal/clock"
)

// command is a subcommand.
type command struct {
	name, args, about string
	run               func(ctx context.Context, env *environment, args []string) error
}

// environment is what a subcommand works with.
type environment struct {
	cfg    config.Config
	log    *slog.Logger
	out    io.Writer
	errOut io.Writer
}

func commands() []command {
	return []command{
		{"serve", "", "serve all municipalities (the default)", serve},
		{"migrate", "", "bring the database up to date and stop", migrate},
		{"tenant", "add|list|set|domain ...", "manage municipalities", tenantCommand},
		{"user", "grant|link|operator ...", "manage people of a municipality, or let the operator in", userCommand},
		{"import", "proposals|comments|cases|streets|boundary|areas --tenant T ... FILE", "bring in what another system or the register wrote", importCommand},
		{"export", "consultation --tenant T --consultation C FILE.zip", "write everything of a consultation into one file", exportCommand},
		{"doctor", "", "say what is set, what is missing and what failed", doctor},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "glas:", err)
			stop()
			os.Exit(1)
		}
	}
}

// run is main with everything from outside given.
func run(ctx context.Context, args, environ []string, out, errOut io.Writer) error {
	name := "serve"
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		name, args = args[0], args[1:]
	} else if len(args) > 0 && (args[0] == "-h" || args[0] == "-help" || args[0] == "--help") {
		usage(out)
		return flag.ErrHelp
	}
	if name == "help" {
		usage(out)
		return nil
	}
	cfg, err := config.Load(environ)
	if err != nil {
		return err
	}
	env := &environment{cfg: cfg, log: logger(cfg, errOut), out: out, errOut: errOut}
	for _, c := range commands() {
		if c.name == name {
			return c.run(ctx, env, args)
		}
	}
	usage(errOut)
	return fmt.Errorf("unknown command %q", name)
}

func usage(w io.Writer) {
	fmt.Fprintln(w, "Glas serves public consultations of many municipalities.\n\nUsage:")
	for _, c := range commands() {
		fmt.Fprintf(w, "  glas %-8s %s\n      %s\n", c.name, c.args, c.about)
	}
	fmt.Fprintln(w, "\nEvery command explains itself with --help. Settings come from the environment (GLAS_...), see README.md.")
}

func logger(cfg config.Config, w io.Writer) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(cfg.LogLevel)); err != nil {
		level = slog.LevelInfo
	}
	o := &slog.HandlerOptions{Level: level}
	var h slog.Handler = slog.NewTextHandler(w, o)
	if cfg.LogFormat == "json" {
		h = slog.NewJSONHandler(w, o)
	}
	l := slog.New(h)
	slog.SetDefault(l)
	return l
}

// flags makes a flag set whose usage says what the command does.
func flags(env *environment, name, args, about string) *flag.FlagSet {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(env.out)
	f.Usage = func() {
		fmt.Fprintf(env.out, "Usage: glas %s %s\n\n%s\n\n", name, args, about)
		f.PrintDefaults()
	}
	return f
}

// start opens the program for a command.
func (env *environment) start(ctx context.Context) (*app, error) {
	return open(ctx, env.cfg, env.log, clock.System, bar(env.errOut, "migrating"))
}

// migrate brings the database up to date.
func migrate(ctx context.Context, env *environment, args []string) error {
	f := flags(env, "migrate", "", "Brings the database up to date. Serving does the same at its start; this is for doing it beforehand.")
	if err := f.Parse(args); err != nil {
		return err
	}
	a, err := env.start(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintln(env.out, "The database is up to date.")
	return a.close()
}

// bar draws progress on a terminal.
func bar(w io.Writer, what string) func(done, total int, name string) {
	return func(done, total int, name string) {
		const width = 30
		filled := width
		if total > 0 {
			filled = width * done / total
		}
		fmt.Fprintf(w, "\r%s [%s%s] %d/%d %-40.40s", what, strings.Repeat("#", filled), strings.Repeat(".", width-filled), done, total, name)
		if done >= total {
			fmt.Fprintln(w)
		}
	}
}
