package stored

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/uptrace/bun"

	"glas/internal/fault"
	"glas/internal/id"
	"glas/modules/texts/internal/act"
	"glas/tenant"
)

// Load finds an act in any state.
func Load(ctx context.Context, tx *tenant.Tx, textID string) (*Text, error) {
	t := new(Text)
	err := tx.Select(t).Where("text.id = ?", textID).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrUnknown()
	}
	if err != nil {
		return nil, fmt.Errorf("load text: %w", err)
	}
	return t, nil
}

// Of lists the acts of a consultation in any state, in their order.
func Of(ctx context.Context, tx *tenant.Tx, consultationID string) ([]*Text, error) {
	var rows []*Text
	if err := tx.Select(&rows).Where("text.consultation_id = ?", consultationID).OrderExpr("text.position, text.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list texts: %w", err)
	}
	return rows, nil
}

// Blocks are those of a version in the order of reading, one statement.
func Blocks(ctx context.Context, tx *tenant.Tx, versionID string) ([]*TextBlock, error) {
	var rows []*TextBlock
	if err := tx.Select(&rows).Where("text_block.version_id = ?", versionID).OrderExpr("text_block.position, text_block.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list blocks of a text: %w", err)
	}
	return rows, nil
}

// BlockOf is one block of a version.
func BlockOf(ctx context.Context, tx *tenant.Tx, versionID, key string) (*TextBlock, error) {
	b := new(TextBlock)
	err := tx.Select(b).Where("text_block.version_id = ?", versionID).Where("text_block.key = ?", key).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.NotFound("texts.error.block")
	}
	if err != nil {
		return nil, fmt.Errorf("load block of a text: %w", err)
	}
	return b, nil
}

// Around is a block with the whole of the article that it belongs to, in the order of reading; alone when it belongs to none.
func Around(ctx context.Context, tx *tenant.Tx, versionID string, b *TextBlock) ([]*TextBlock, error) {
	if b.Kind == act.Chapter || b.Kind == act.Note {
		return []*TextBlock{b}, nil
	}
	var rows []*TextBlock
	err := tx.Select(&rows).Where("text_block.version_id = ?", versionID).
		Where("text_block.position >= coalesce((select max(a.position) from text_blocks as a where a.tenant_id = ? and a.version_id = ? and a.kind = 'article' and a.position <= ?), ?)", tx.ID(), versionID, b.Position, b.Position).
		Where("text_block.position < coalesce((select min(a.position) from text_blocks as a where a.tenant_id = ? and a.version_id = ? and a.kind in ('article', 'chapter', 'note') and a.position > ?), ?)", tx.ID(), versionID, b.Position, b.Position+1_000_000).
		OrderExpr("text_block.position").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("list blocks around one: %w", err)
	}
	return rows, nil
}

// Versions are the published versions of an act, newest first, and the draft when wanted.
func Versions(ctx context.Context, tx *tenant.Tx, textID string, drafts bool) ([]*TextVersion, error) {
	var rows []*TextVersion
	q := tx.Select(&rows).Where("text_version.text_id = ?", textID).OrderExpr("text_version.number desc")
	if !drafts {
		q = q.Where("text_version.state = ?", Published)
	}
	if err := q.Scan(ctx); err != nil {
		return nil, fmt.Errorf("list versions of a text: %w", err)
	}
	return rows, nil
}

// Version is one version by its id.
func Version(ctx context.Context, tx *tenant.Tx, versionID string) (*TextVersion, error) {
	v := new(TextVersion)
	err := tx.Select(v).Where("text_version.id = ?", versionID).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrUnknown()
	}
	if err != nil {
		return nil, fmt.Errorf("load version of a text: %w", err)
	}
	return v, nil
}

// Add stores a new act.
func Add(ctx context.Context, tx *tenant.Tx, t *Text) error {
	if _, err := tx.Insert(t).Exec(ctx); err != nil {
		return fmt.Errorf("insert text: %w", err)
	}
	return nil
}

// Save stores an act unless its row has changed since it was read, which is fault.Conflict.
func Save(ctx context.Context, tx *tenant.Tx, t *Text) error {
	before := t.RowVersion
	t.RowVersion, t.UpdatedAt = before+1, tx.Now()
	res, err := tx.Update(t).ExcludeColumn("remark_count", "whole_count", "created_at").WherePK().Where("row_version = ?", before).Exec(ctx)
	return changed(res, err, "text")
}

func changed(res sql.Result, err error, what string) error {
	if err != nil {
		return fmt.Errorf("update %s: %w", what, err)
	}
	n, err := res.RowsAffected()
	if err == nil && n == 0 {
		err = fault.Conflict("texts.error.changed")
	}
	return err
}

// AddVersion stores a version with its blocks.
func AddVersion(ctx context.Context, tx *tenant.Tx, v *TextVersion, blocks []*TextBlock) error {
	if _, err := tx.Insert(v).Exec(ctx); err != nil {
		return fmt.Errorf("insert version of a text: %w", err)
	}
	return insertBlocks(ctx, tx, blocks)
}

// insertBlocks stores many blocks, some at a time, because a statement has a greatest size.
func insertBlocks(ctx context.Context, tx *tenant.Tx, blocks []*TextBlock) error {
	for len(blocks) > 0 {
		n, size := 0, 0
		for n < len(blocks) && n < 200 && (n == 0 || size < 300_000) {
			size += len(blocks[n].Body) + 200
			n++
		}
		part := blocks[:n]
		if _, err := tx.Insert(&part).Exec(ctx); err != nil {
			return fmt.Errorf("insert blocks of a text: %w", err)
		}
		blocks = blocks[n:]
	}
	return nil
}

// step is the distance of the positions of two blocks, so that others find room between them.
const step = 1000

// Rows makes the rows of a version's blocks.
func Rows(textID, versionID string, blocks []act.Block) []*TextBlock {
	out := make([]*TextBlock, len(blocks))
	for i, b := range blocks {
		out[i] = &TextBlock{
			Key: tenant.Key{ID: id.New()}, TextID: textID, VersionID: versionID, Name: b.Key, Position: (i + 1) * step, Kind: b.Kind, Depth: b.Depth,
			Number: b.Number, Heading: b.Heading, Body: b.Text, Label: b.Label, RowVersion: 1,
		}
	}
	return out
}

// Snapshot keeps blocks as they are, for Apply.
func Snapshot(blocks []*TextBlock) map[string]TextBlock {
	was := make(map[string]TextBlock, len(blocks))
	for _, b := range blocks {
		was[b.ID] = *b
	}
	return was
}

// Apply stores how blocks differ from their snapshot: new ones, changed ones, and those that are gone.
func Apply(ctx context.Context, tx *tenant.Tx, was map[string]TextBlock, after []*TextBlock) error {
	place(after)
	var fresh []*TextBlock
	stays := map[string]bool{}
	for _, b := range after {
		old, known := was[b.ID]
		stays[b.ID] = true
		if !known {
			fresh = append(fresh, b)
			continue
		}
		if old == *b {
			continue
		}
		b.RowVersion++
		res, err := tx.Update(b).ExcludeColumn("remark_count").WherePK().Where("row_version = ?", old.RowVersion).Exec(ctx)
		if err := changed(res, err, "block of a text"); err != nil {
			return err
		}
	}
	var gone []string
	for rowID := range was {
		if !stays[rowID] {
			gone = append(gone, rowID)
		}
	}
	if len(gone) > 0 {
		if _, err := tx.Delete((*TextBlock)(nil)).Where("id in (?)", bun.In(gone)).Exec(ctx); err != nil {
			return fmt.Errorf("remove blocks of a text: %w", err)
		}
	}
	return insertBlocks(ctx, tx, fresh)
}

// place gives blocks positions in their order. Those that have one keep it while there is room.
func place(blocks []*TextBlock) {
	last := 0
	for i, b := range blocks {
		if b.Position > last {
			last = b.Position
			continue
		}
		next := last + 2*step
		for _, later := range blocks[i+1:] {
			if later.Position > last {
				next = later.Position
				break
			}
		}
		if next-last < 2 {
			for k, all := range blocks {
				all.Position = (k + 1) * step
			}
			return
		}
		b.Position = last + (next-last)/2
		last = b.Position
	}
}

// SaveVersion stores a version.
func SaveVersion(ctx context.Context, tx *tenant.Tx, v *TextVersion) error {
	if _, err := tx.Update(v).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("update version of a text: %w", err)
	}
	return nil
}

// Discard removes a draft with its blocks.
func Discard(ctx context.Context, tx *tenant.Tx, versionID string) error {
	_, err := tx.Delete((*TextBlock)(nil)).Where("version_id = ?", versionID).Exec(ctx)
	if err == nil {
		_, err = tx.Delete((*TextVersion)(nil)).Where("id = ?", versionID).Where("state = ?", Draft).Exec(ctx)
	}
	if err != nil {
		return fmt.Errorf("discard draft of a text: %w", err)
	}
	return nil
}

// Carry takes the counters of remarks over from one version to the next, by key; one statement.
func Carry(ctx context.Context, tx *tenant.Tx, from, to string) error {
	_, err := tx.Raw(`update text_blocks set remark_count = coalesce((select o.remark_count from text_blocks as o where o.tenant_id = ? and o.version_id = ? and o.key = text_blocks.key), 0) where tenant_id = ? and version_id = ?`,
		tx.ID(), from, tx.ID(), to).Exec(ctx)
	if err != nil {
		return fmt.Errorf("carry counters of remarks over: %w", err)
	}
	return nil
}

// CountRemarks changes the counters of an act and of its blocks.
func CountRemarks(ctx context.Context, tx *tenant.Tx, t *Text, blocks map[string]int) error {
	total, whole := 0, 0
	for key, n := range blocks {
		total += n
		if key == "" {
			whole += n
			continue
		}
		_, err := tx.Update((*TextBlock)(nil)).Set("remark_count = remark_count + ?", n).Where("version_id = ?", t.VersionID).Where("key = ?", key).Exec(ctx)
		if err != nil {
			return fmt.Errorf("count remarks on a block: %w", err)
		}
	}
	_, err := tx.Update((*Text)(nil)).Set("remark_count = remark_count + ?", total).Set("whole_count = whole_count + ?", whole).Where("id = ?", t.ID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("count remarks on a text: %w", err)
	}
	return nil
}

// LoadSheet finds a plan sheet in any state.
func LoadSheet(ctx context.Context, tx *tenant.Tx, sheetID string) (*Sheet, error) {
	s := new(Sheet)
	err := tx.Select(s).Where("sheet.id = ?", sheetID).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrUnknown()
	}
	if err != nil {
		return nil, fmt.Errorf("load sheet: %w", err)
	}
	return s, nil
}

// SheetsOf lists the sheets of a consultation in any state, in their order.
func SheetsOf(ctx context.Context, tx *tenant.Tx, consultationID string) ([]*Sheet, error) {
	var rows []*Sheet
	if err := tx.Select(&rows).Where("sheet.consultation_id = ?", consultationID).OrderExpr("sheet.position, sheet.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list sheets: %w", err)
	}
	return rows, nil
}

// AddSheet stores a new sheet.
func AddSheet(ctx context.Context, tx *tenant.Tx, s *Sheet) error {
	if _, err := tx.Insert(s).Exec(ctx); err != nil {
		return fmt.Errorf("insert sheet: %w", err)
	}
	return nil
}

// SaveSheet stores a sheet unless its row has changed since it was read. Counters are left alone.
func SaveSheet(ctx context.Context, tx *tenant.Tx, s *Sheet) error {
	before := s.RowVersion
	s.RowVersion, s.UpdatedAt = before+1, tx.Now()
	res, err := tx.Update(s).ExcludeColumn("counts", "remark_count", "created_at").WherePK().Where("row_version = ?", before).Exec(ctx)
	return changed(res, err, "sheet")
}

// CountSheet changes the counters of a sheet. The transaction of a write is alone on SQLite; PostgreSQL locks the row.
func CountSheet(ctx context.Context, tx *tenant.Tx, sheetID string, zones map[string]int) error {
	s := new(Sheet)
	q := tx.Select(s).Where("sheet.id = ?", sheetID)
	if tx.PG() {
		q = q.For("update")
	}
	if err := q.Scan(ctx); err != nil {
		return fmt.Errorf("load counters of a sheet: %w", err)
	}
	if s.Counts == nil {
		s.Counts = map[string]int64{}
	}
	for zone, n := range zones {
		s.Counts[zone] += int64(n)
		s.RemarkCount += int64(n)
	}
	if _, err := tx.Update(s).Column("counts", "remark_count").WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("count remarks on a sheet: %w", err)
	}
	return nil
}
