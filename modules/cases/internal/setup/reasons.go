package setup

import (
	"context"
	"strconv"

	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/modules/cases/internal/feedback"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// reasonRow is a reason that can be ticked in the question whether the citizen is content. A municipality that wrote none down gets the
// usual ones with the first change, which keep their usual words until it writes its own.
type reasonRow struct {
	*stored.CaseSurveyReason
	isNew bool
	// others are the usual ones that are stored with this one.
	others []stored.CaseSurveyReason
}

func (r *reasonRow) perm() string   { return permTopics }
func (r *reasonRow) version() int64 { return r.RowVersion }

// reasons are those of the municipality, or the usual ones, which are not stored.
func reasons(ctx context.Context, tx *tenant.Tx) (rows []stored.CaseSurveyReason, own bool, err error) {
	if rows, err = stored.SurveyReasons(ctx, tx); err != nil || len(rows) > 0 {
		return rows, true, err
	}
	for i, u := range feedback.Usual() {
		rows = append(rows, stored.CaseSurveyReason{Key: tenant.Key{ID: u.ID}, Text: i18n.Text{}, Satisfied: u.Satisfied, Reopens: u.Reopens, Position: i + 1})
	}
	return rows, false, nil
}

func (r *reasonRow) load(ctx context.Context, tx *tenant.Tx, rowID string) error {
	rows, own, err := reasons(ctx, tx)
	if err != nil {
		return err
	}
	for i := range rows {
		if rows[i].ID == rowID {
			r.CaseSurveyReason, r.isNew = &rows[i], !own
		} else if !own {
			r.others = append(r.others, rows[i])
		}
	}
	if r.CaseSurveyReason != nil {
		return nil
	}
	if rowID != fresh {
		return stored.ErrUnknown()
	}
	r.CaseSurveyReason, r.isNew = &stored.CaseSurveyReason{Key: tenant.Key{ID: id.New()}, Position: len(rows) + 1}, true
	return nil
}

func (r *reasonRow) fill(f *form.Form) {
	fillText(f, "text", r.Text)
	f.Set("side", "no")
	if r.Satisfied {
		f.Set("side", "yes")
	}
	tick(f, "reopens", r.Reopens)
	tick(f, "archived", r.Archived)
	f.Set("position", strconv.Itoa(r.Position))
}

func (r *reasonRow) read(f *form.Form, c choices) {
	r.Text = names(f, "text", c, 100, !usualReason(r.ID))
	r.Satisfied, r.Archived = f.OneOf("side", "yes", "no") == "yes", f.Bool("archived")
	r.Reopens = f.Bool("reopens") && !r.Satisfied
	r.Position = f.OptionalInt("position", 0, 1000, 0)
}

// usualReason reports whether a reason has words among the messages of the program.
func usualReason(reasonID string) bool {
	for _, u := range feedback.Usual() {
		if u.ID == reasonID {
			return true
		}
	}
	return false
}

func (r *reasonRow) store(ctx context.Context, tx *tenant.Tx) error {
	for i := range r.others {
		if err := stored.Add(ctx, tx, &r.others[i]); err != nil {
			return err
		}
	}
	return keep(ctx, tx, r.isNew, r.CaseSurveyReason, &r.RowVersion)
}
