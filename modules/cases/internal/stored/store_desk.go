package stored

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/uptrace/bun"

	"glas/internal/id"
	"glas/modules/attachments"
	"glas/tenant"
)

// RoleSigner is who signed a petition.
const RoleSigner = "signer"

// PeopleNamed are the parties whose name begins with, or has a word that begins with, what was typed; the newest first.
func PeopleNamed(ctx context.Context, tx *tenant.Tx, name string, limit int) ([]CaseParty, error) {
	name = strings.TrimSpace(name)
	if len([]rune(name)) < 3 {
		return nil, nil
	}
	var rows []CaseParty
	q := tx.Select(&rows).WhereGroup(" AND ", func(q *bun.SelectQuery) *bun.SelectQuery {
		for _, s := range []string{name, capitals(name)} {
			s = strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`).Replace(s)
			q = q.WhereOr(`case_party.name LIKE ? ESCAPE '\'`, s+"%").WhereOr(`case_party.name LIKE ? ESCAPE '\'`, "% "+s+"%").WhereOr(`case_party.company LIKE ? ESCAPE '\'`, s+"%")
		}
		return q
	}).Where("case_party.role <> ?", RoleSigner)
	if err := q.OrderExpr("case_party.created_at DESC").Limit(int64(limit)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("find people: %w", err)
	}
	return rows, nil
}

// PeopleOf are those who reported for the legal body with a number, the newest first.
func PeopleOf(ctx context.Context, tx *tenant.Tx, number string, limit int) ([]CaseParty, error) {
	var rows []CaseParty
	if err := tx.Select(&rows).Where("case_party.register_number = ?", number).Where("case_party.register_number <> ''").OrderExpr("case_party.created_at DESC").Limit(int64(limit)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("find people of a company: %w", err)
	}
	return rows, nil
}

// capitals writes each word with a capital letter.
func capitals(s string) string {
	begins := true
	return strings.Map(func(r rune) rune {
		was := begins
		begins = unicode.IsSpace(r)
		if was {
			return unicode.ToTitle(r)
		}
		return r
	}, s)
}

// PhotoOf is one photo of a case, whoever may see it; nil when there is none.
func PhotoOf(ctx context.Context, tx *tenant.Tx, caseID, attachmentID string) (*attachments.Attachment, error) {
	a, _, err := get[attachments.Attachment](ctx, tx, "", "attachment.subject_kind = ? AND attachment.subject_id = ? AND attachment.id = ? AND attachment.kind = ? AND attachment.deleted_at IS NULL",
		Kind, caseID, attachmentID, attachments.Photo)
	return a, err
}

// FilesOf are all files of a case, whoever may see them, in their order.
func FilesOf(ctx context.Context, tx *tenant.Tx, caseID string) ([]attachments.Attachment, error) {
	return all[attachments.Attachment](ctx, tx, "attachment.subject_kind = ? AND attachment.subject_id = ? AND attachment.deleted_at IS NULL", "attachment.position, attachment.id", Kind, caseID)
}

// Blackened notes the copy of a photo in which parts were made black: the newest photo of the case that is not yet noted.
func Blackened(ctx context.Context, tx *tenant.Tx, caseID string, rects []Rect) error {
	files, err := FilesOf(ctx, tx, caseID)
	if err != nil {
		return err
	}
	known, err := PhotosOf(ctx, tx, caseID)
	if err != nil {
		return err
	}
	for _, a := range slices.Backward(files) {
		if _, ok := known[a.ID]; ok || a.Kind != attachments.Photo {
			continue
		}
		f := &CaseFile{CaseID: caseID, AttachmentID: a.ID, Redactions: rects, CreatedAt: tx.Now()}
		f.ID = id.New()
		return Add(ctx, tx, f)
	}
	return nil
}

// Filters are those of a person, and the shared ones.
func Filters(ctx context.Context, tx *tenant.Tx, ownerID string) ([]CaseFilter, error) {
	return all[CaseFilter](ctx, tx, "case_filter.owner_id = ? OR case_filter.shared = ?", "case_filter.position, case_filter.name", ownerID, true)
}

// DropFilter removes a filter of a person.
func DropFilter(ctx context.Context, tx *tenant.Tx, filterID, ownerID string) error {
	_, err := tx.Delete((*CaseFilter)(nil)).Where("case_filter.id = ?", filterID).Where("case_filter.owner_id = ?", ownerID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("remove filter: %w", err)
	}
	return nil
}

// Get is a row of the lists of cases by its id; nil when there is none.
func Get[T any](ctx context.Context, tx *tenant.Tx, rowID string) (*T, error) {
	row := new(T)
	if !id.Valid(rowID) {
		return nil, nil
	}
	list, err := all[T](ctx, tx, "id = ?", "id", rowID)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	*row = list[0]
	return row, nil
}

// AllRules are the routing rules in their order, inactive ones too.
func AllRules(ctx context.Context, tx *tenant.Tx) ([]CaseRule, error) {
	return all[CaseRule](ctx, tx, "1 = 1", "case_rule.position, case_rule.id")
}

// AllTemplates are all templates, archived ones too.
func AllTemplates(ctx context.Context, tx *tenant.Tx) ([]CaseTemplate, error) {
	return all[CaseTemplate](ctx, tx, "1 = 1", "case_template.position, case_template.code")
}

// DropRule removes a routing rule.
func DropRule(ctx context.Context, tx *tenant.Tx, ruleID string) error {
	if _, err := tx.Delete((*CaseRule)(nil)).Where("case_rule.id = ?", ruleID).Exec(ctx); err != nil {
		return fmt.Errorf("remove rule: %w", err)
	}
	return nil
}

// PutAt stores a changed row of the lists unless somebody else saved it since version old.
func PutAt(ctx context.Context, tx *tenant.Tx, row any, old int64) error {
	res, err := tx.Update(row).WherePK().Where("row_version = ?", old).Exec(ctx)
	if err != nil {
		return fmt.Errorf("save row of lists: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		if err != nil {
			return fmt.Errorf("save row of lists: %w", err)
		}
		return ErrStale()
	}
	return nil
}
