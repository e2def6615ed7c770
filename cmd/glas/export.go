package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"glas/modules/archive"
	"glas/modules/consultations"
	"glas/tenant"
)

const exportUsage = `Writes everything of a consultation, as the public may read it, into one ZIP with a dictionary, a licence and fingerprints.

Licences: cc-by-4.0 (the usual one), cc0-1.0, cc-by-sa-4.0, odc-by-1.0.`

func exportCommand(ctx context.Context, env *environment, args []string) error {
	f := flags(env, "export", "consultation --tenant SLUG --consultation NAME [flags] FILE.zip", exportUsage)
	slug := f.String("tenant", "", "short name of the municipality")
	name := f.String("consultation", "", "name of the consultation in its address")
	licence := f.String("licence", archive.Licences()[0].Key, "under what others may use it")
	if len(args) == 0 || asksHelp(args) {
		f.Usage()
		return nil
	}
	if args[0] != "consultation" {
		return fmt.Errorf("%q cannot be written: consultation", args[0])
	}
	words, err := parse(f, args[1:], 1)
	if err != nil {
		return err
	}
	if *slug == "" || *name == "" || len(words) != 1 {
		f.Usage()
		return errors.New("--tenant, --consultation and one file are needed")
	}
	a, err := env.start(ctx)
	if err != nil {
		return err
	}
	defer a.close() //nolint:errcheck // the command's own error tells
	return a.exportTo(ctx, env, *slug, *name, *licence, words[0])
}

// exportTo writes beside the file first, so that half an archive never bears its name.
func (a *app) exportTo(ctx context.Context, env *environment, slug, name, licence, path string) (err error) {
	t, err := a.directory.BySlug(ctx, slug)
	if err != nil {
		return err
	}
	ctx = a.as(ctx, t, t.Default())
	var c *consultations.Consultation
	err = a.rows.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		c, err = consultations.LoadSlug(ctx, tx, name)
		return err
	})
	if err != nil {
		return fmt.Errorf("consultation %q: %w", name, a.inWords(ctx, err))
	}
	out, err := os.Create(path + ".part")
	if err != nil {
		return err
	}
	progress := bar(env.errOut, "exporting")
	made, err := a.parts.archive.Build(ctx, c.ID, licence, out, func(percent int) error { progress(percent, 100, c.Slug); return nil })
	if err = errors.Join(err, out.Close()); err != nil {
		return errors.Join(a.inWords(ctx, err), os.Remove(path+".part"))
	}
	progress(100, 100, c.Slug)
	if err := os.Rename(path+".part", path); err != nil {
		return err
	}
	fmt.Fprintf(env.out, "%s: %d files.\n", path, made.Files)
	return nil
}
