package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"glas/internal/records"
)

// importJob is what an import command was asked to do.
type importJob struct {
	app          *app
	what         string
	rows         []records.Row
	slug         string
	consultation string
	dry, create  bool
	out          io.Writer
	progress     func(done, total int, name string)
}

const importUsage = `Brings proposals or comments in. The same file may be brought in again: rows are known by their external id.

Columns of proposals: id, title, body (text or HTML, which is cleaned), author, topic, area, lat, lng, created_at, supports.
Columns of comments:  id, proposal (external id of the proposal), parent (external id of the comment answered) or ancestry (a path of
                      ids), body, author, stance (1, 0, -1), up, down, created_at.
Cases: see "import cases --help". Settlements, streets, house numbers, the boundary and areas: see "import streets --help".
Other names are given by --map title=naslov,body=besedilo. Names of common exports are known already.`

func importCommand(ctx context.Context, env *environment, args []string) error {
	f := flags(env, "import", "proposals|comments --tenant SLUG --consultation NAME [flags] FILE", importUsage)
	slug := f.String("tenant", "", "short name of the municipality")
	consultation := f.String("consultation", "", "name of the consultation in its address")
	create := f.Bool("create", false, "make topics and areas that are missing")
	dry := f.Bool("dry-run", false, "only say what would happen and which rows are wrong")
	mapping := f.String("map", "", "names of columns, such as title=naslov,body=besedilo")
	if len(args) == 0 || asksHelp(args) {
		f.Usage()
		return nil
	}
	what := args[0]
	switch what {
	case "streets", "boundary", "water", "areas":
		return placesCommand(ctx, env, what, args[1:])
	case "cases":
		return casesCommand(ctx, env, args[1:])
	}
	if what != "proposals" && what != "comments" {
		return fmt.Errorf("%q cannot be brought in: proposals, comments, cases, streets, boundary, water or areas", what)
	}
	if err := f.Parse(args[1:]); err != nil {
		return err
	}
	if *slug == "" || *consultation == "" || f.NArg() != 1 {
		f.Usage()
		return errors.New("--tenant, --consultation and one file are needed")
	}
	columns := map[string]string{}
	for pair := range strings.SplitSeq(*mapping, ",") {
		if field, column, ok := strings.Cut(pair, "="); ok {
			columns[field] = column
		} else if pair != "" {
			return fmt.Errorf("--map %q: write field=column", pair)
		}
	}
	rows, err := records.Read(f.Arg(0), columns)
	if err != nil {
		return err
	}
	a, err := env.start(ctx)
	if err != nil {
		return err
	}
	defer a.close() //nolint:errcheck // the command's own error tells
	j := importJob{app: a, what: what, rows: rows, slug: *slug, consultation: *consultation, dry: *dry, create: *create, out: env.out, progress: bar(env.errOut, "importing")}
	return j.run(ctx)
}
