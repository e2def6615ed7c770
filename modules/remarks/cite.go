package remarks

import (
	"context"
	"strings"

	"glas/internal/fault"
	"glas/modules/remarks/internal/stored"
	"glas/tenant"
)

// TextChange is a part of a text that was changed because of a remark.
type TextChange = stored.TextChange

// CiteNames reads numbers of remarks of a consultation as staff type them, "2026/4, 7", and gives them in full. Numbers of remarks that
// the public does not know of are fault.Invalid for the named field.
func CiteNames(ctx context.Context, tx *tenant.Tx, consultationID, field, typed string) (string, error) {
	found, unknown, err := stored.Cite(ctx, tx, consultationID, typed)
	if err != nil {
		return "", err
	}
	if len(unknown) > 0 {
		return "", fault.InvalidField(field, "remarks.error.unknown_numbers", "Numbers", strings.Join(unknown, ", "))
	}
	names := make([]string, len(found))
	for i, r := range found {
		names[i] = r.Name()
	}
	return strings.Join(names, ", "), nil
}

// Authors are the accounts that have a live remark on a consultation, which Reconfirm asks about.
func Authors(ctx context.Context, tx *tenant.Tx, consultationID string) ([]string, error) {
	return stored.Authors(ctx, tx, consultationID)
}

// Cause is a part of a text with the numbers of the remarks because of which it was changed.
type Cause struct {
	Names  string
	Change TextChange
}

// Caused keeps with each of the named remarks that a text was changed because of it.
func Caused(ctx context.Context, tx *tenant.Tx, consultationID string, causes []Cause) error {
	by := map[string][]TextChange{}
	for _, c := range causes {
		found, _, err := stored.Cite(ctx, tx, consultationID, c.Names) // checked when it was written; one taken back since needs no note
		if err != nil {
			return err
		}
		for _, r := range found {
			by[r.ID] = append(by[r.ID], c.Change)
		}
	}
	if len(by) == 0 {
		return nil
	}
	return stored.NoteChanges(ctx, tx, by)
}
