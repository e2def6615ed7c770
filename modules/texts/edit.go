package texts

import (
	"context"
	"slices"
	"strings"

	"glas/internal/fault"
	"glas/internal/id"
	"glas/modules/remarks"
	"glas/modules/texts/internal/act"
	"glas/modules/texts/internal/stored"
	"glas/tenant"
)

// Work is a block as staff correct it.
type Work struct {
	Kind    act.Kind
	Number  string
	Heading string
	Body    string
	// Label is how the block is cited; empty or as it was made takes the made one.
	Label string
	Depth int
	// Was is the key of the public block that this one goes on from; empty for a new one.
	Was     string
	Because string
	// RowVersion is that of the block when it was read.
	RowVersion int64
}

// What can be done with a block beside saving it.
const (
	opSave   = "save"
	opSplit  = "split"
	opMerge  = "merge"
	opInsert = "insert"
	opRemove = "remove"
)

// Correct saves a block of the draft and does with it what op says: split divides its text at its empty lines, merge joins it to the
// block before, insert puts an empty block after it, remove drops it. It gives the key of the block to show next.
func (m *Module) Correct(ctx context.Context, textID, key, op string, w Work) (string, error) {
	next := key
	err := m.draft(ctx, textID, 0, func(ctx context.Context, tx *tenant.Tx, t *stored.Text, blocks []*stored.TextBlock) ([]*stored.TextBlock, error) {
		b, i := stored.Find(blocks, key)
		if b == nil {
			return nil, fault.NotFound("texts.error.block")
		}
		if b.RowVersion != w.RowVersion {
			return nil, fault.Conflict("texts.error.changed")
		}
		if err := apply(ctx, tx, t, blocks, b, w); err != nil {
			return nil, err
		}
		next = b.Name
		switch op {
		case opSplit:
			return split(t, blocks, i)
		case opMerge:
			next = blocks[max(i-1, 0)].Name
			return merge(blocks, i)
		case opInsert:
			fresh := another(t, b)
			next = fresh.Name
			return slices.Insert(blocks, i+1, fresh), nil
		case opRemove:
			next = ""
			return slices.Delete(blocks, i, i+1), nil
		}
		return blocks, nil
	})
	return next, err
}

// Merge joins a block of the draft to the one before it.
func (m *Module) Merge(ctx context.Context, textID, key string, version int64) error {
	return m.draft(ctx, textID, version, func(_ context.Context, _ *tenant.Tx, _ *stored.Text, blocks []*stored.TextBlock) ([]*stored.TextBlock, error) {
		b, i := stored.Find(blocks, key)
		if b == nil {
			return nil, fault.NotFound("texts.error.block")
		}
		return merge(blocks, i)
	})
}

// draft changes the blocks of a draft, names them anew and stores what differs.
func (m *Module) draft(ctx context.Context, textID string, version int64, do func(ctx context.Context, tx *tenant.Tx, t *stored.Text, blocks []*stored.TextBlock) ([]*stored.TextBlock, error)) error {
	return m.change(ctx, permEdit, textID, version, func(ctx context.Context, tx *tenant.Tx, t *stored.Text) error {
		if t.DraftID == "" {
			return fault.Conflict("texts.error.no_draft")
		}
		blocks, err := stored.Blocks(ctx, tx, t.DraftID)
		if err != nil {
			return err
		}
		was := stored.Snapshot(blocks)
		if blocks, err = do(ctx, tx, t, blocks); err != nil {
			return err
		}
		stored.Relabel(blocks, t.Lang)
		if err := stored.Apply(ctx, tx, was, blocks); err != nil {
			return err
		}
		return record(ctx, tx, "text.edit", t.Ref(), map[string]any{"version": t.VersionNumber + 1})
	})
}

// apply puts what staff wrote into a block.
func apply(ctx context.Context, tx *tenant.Tx, t *stored.Text, blocks []*stored.TextBlock, b *stored.TextBlock, w Work) error {
	because, err := remarks.CiteNames(ctx, tx, t.ConsultationID, "because", w.Because)
	if err != nil {
		return err
	}
	made := b.Label
	b.Kind, b.Number, b.Heading, b.Body, b.Depth, b.Because = w.Kind, w.Number, w.Heading, w.Body, w.Depth, because
	if b.Kind == act.Point {
		b.Depth = max(b.Depth, 1)
	} else {
		b.Depth = 0
	}
	switch {
	case w.Label == "":
		b.OwnLabel = false
	case w.Label != made:
		b.OwnLabel, b.Label = true, w.Label
	}
	if w.Was == b.Name || t.VersionID == "" {
		return nil
	}
	return goOn(ctx, tx, t, blocks, b, w.Was)
}

// goOn ties a block of the draft to another one of the public version, or to none.
func goOn(ctx context.Context, tx *tenant.Tx, t *stored.Text, blocks []*stored.TextBlock, b *stored.TextBlock, was string) error {
	if was == "" {
		if _, err := stored.BlockOf(ctx, tx, t.VersionID, b.Name); fault.Is(err, fault.KindNotFound) {
			return nil // it is new already
		} else if err != nil {
			return err
		}
		b.Name = keyOf(t)
		return nil
	}
	if other, _ := stored.Find(blocks, was); other != nil {
		return fault.InvalidField("was", "texts.error.taken", "Label", other.Label)
	}
	if _, err := stored.BlockOf(ctx, tx, t.VersionID, was); err != nil {
		return fault.InvalidField("was", "val.choose")
	}
	b.Name = was
	return nil
}

// keyOf is a fresh key of an act.
func keyOf(t *stored.Text) string {
	fresh := []act.Block{{}}
	t.NextKey = stored.Missing(fresh, t.NextKey)
	return fresh[0].Key
}

// another is a fresh block like b, to be filled.
func another(t *stored.Text, b *stored.TextBlock) *stored.TextBlock {
	kind := b.Kind
	if kind == act.Article {
		kind = act.Paragraph
	}
	return &stored.TextBlock{Key: tenant.Key{ID: id.New()}, TextID: t.ID, VersionID: b.VersionID, Name: keyOf(t), Kind: kind, Depth: b.Depth, RowVersion: 1}
}

// split makes a block of each part of its text between empty lines. The first part keeps the key.
func split(t *stored.Text, blocks []*stored.TextBlock, i int) ([]*stored.TextBlock, error) {
	var parts []string
	for _, p := range strings.Split(blocks[i].Body, "\n\n") {
		if p = strings.TrimSpace(p); p != "" {
			parts = append(parts, p)
		}
	}
	if len(parts) < 2 {
		return nil, fault.InvalidField("body", "texts.error.split")
	}
	blocks[i].Body = parts[0]
	for k, p := range parts[1:] {
		fresh := another(t, blocks[i])
		fresh.Body = p
		blocks = slices.Insert(blocks, i+1+k, fresh)
	}
	return blocks, nil
}

// merge joins a block to the one before it, with its number and heading as they are printed.
func merge(blocks []*stored.TextBlock, i int) ([]*stored.TextBlock, error) {
	if i == 0 {
		return nil, fault.InvalidField("body", "texts.error.first")
	}
	before, b := blocks[i-1], blocks[i]
	line := strings.TrimSpace(strings.TrimSpace(b.Number+" "+b.Heading) + " " + b.Body)
	before.Body = strings.TrimSpace(before.Body + "\n" + line)
	return slices.Delete(blocks, i, i+1), nil
}
