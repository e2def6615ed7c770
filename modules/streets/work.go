package streets

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"glas/internal/authz"
	"glas/internal/form"
	"glas/internal/id"
	"glas/internal/job"
	"glas/modules/internal/imports"
	"glas/tenant"
)

// Words of the options and the result of an import.
const (
	optDo      = "do"
	optReplace = "replace"
	doImport   = "import"

	resProblem     = "problem"
	resGood        = "good"
	resWrong       = "wrong"
	resLines       = "lines"
	resSettlements = "settlements"
	resStreets     = "streets"
	resNumbers     = "numbers"
)

// shownErrors bounds how many complaints are kept and shown.
const shownErrors = 30

// readShare is how much of the whole reading and checking is, in percent: the rest is writing.
const readShare = 20

// takeRegister hands a file to the job and gives the address where it is seen how far that is.
func (m *Module) takeRegister(ctx context.Context, f *form.Form, name string, data []byte) (string, error) {
	i := &imports.Import{Key: tenant.Key{ID: id.New()}, Kind: Kind, FileName: name, CreatedBy: authz.From(ctx).ID, Options: map[string]string{optDo: f.Value("do")}}
	if f.Bool("replace") {
		i.Options[optReplace] = "1"
	}
	if err := m.imports.Begin(ctx, m.DB, importJob, i, bytes.NewReader(data)); err != nil {
		return "", err
	}
	return importPath + "/" + i.ID, nil
}

// work reads a file, and writes it when nothing is wrong with it and that was asked for. Done twice it changes nothing more.
func (m *Module) work(ctx context.Context, j job.Job) error {
	var w imports.Work
	if err := j.Decode(&w); err != nil {
		return job.Permanent(err)
	}
	var i *imports.Import
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		i, err = imports.Find(ctx, tx, Kind, w.ImportID)
		return err
	})
	if err != nil || i.State != imports.Working {
		return err
	}
	if err = m.bringFile(ctx, i); err == nil || j.Attempt < j.MaxAttempts {
		return err
	}
	noted := m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		return imports.Settle(ctx, tx, i, imports.Failed, map[string]any{resProblem: "streets.error.failed"})
	})
	return job.Permanent(errors.Join(err, noted))
}

// bringFile checks every row first; when one is wrong nothing is brought in.
func (m *Module) bringFile(ctx context.Context, i *imports.Import) error {
	m.imports.Tell(ctx, i, 1)
	data, err := m.imports.Open(ctx, i)
	if err != nil {
		return err
	}
	settle := func(state imports.State, result map[string]any) error {
		return m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error { return imports.Settle(ctx, tx, i, state, result) })
	}
	rows, wrong, err := ReadFile(i.FileName, data, nil, nil)
	if err != nil {
		return settle(imports.Checked, map[string]any{resProblem: explain(err)})
	}
	if len(rows)+len(wrong) == 0 {
		return settle(imports.Checked, map[string]any{resProblem: "streets.error.empty"})
	}
	m.imports.Tell(ctx, i, readShare)
	result := map[string]any{resGood: len(rows), resWrong: len(wrong), resLines: lines(wrong)}
	if i.Options[optDo] != doImport || len(wrong) > 0 {
		return settle(imports.Checked, result)
	}
	tell := func(done, total int, _ string) { m.imports.Tell(ctx, i, readShare+done*(99-readShare)/total) }
	err = m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		counts, err := m.bring(ctx, tx, rows, i.Options[optReplace] != "", tell)
		if err != nil {
			return err
		}
		result[resSettlements], result[resStreets], result[resNumbers] = counts.Settlements, counts.Streets, counts.Numbers
		return imports.Settle(ctx, tx, i, imports.Done, result)
	})
	if err != nil {
		i.State = imports.Working // it was rolled back
		return fmt.Errorf("import streets: %w", err)
	}
	return nil
}

// lines are complaints as they are shown.
func lines(wrong []error) []string {
	var out []string
	for _, e := range wrong[:min(len(wrong), shownErrors)] {
		out = append(out, e.Error())
	}
	return out
}
