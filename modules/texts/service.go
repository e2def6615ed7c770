package texts

import (
	"context"
	"slices"
	"strings"

	"glas/internal/authz"
	"glas/internal/extract"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/search"
	"glas/internal/subject"
	"glas/internal/text"
	"glas/modules/consultations"
	"glas/modules/remarks"
	"glas/modules/texts/internal/act"
	"glas/modules/texts/internal/stored"
	"glas/tenant"
)

// Source is a document that an act is made from.
type Source struct {
	// Title is what staff call the act; empty takes what the document says.
	Title string
	// Lang is the language of the act.
	Lang string
	// Name is the name of the file, for the record.
	Name string
	Doc  extract.Doc
}

// maxBlocks is how many blocks an act has at most.
const maxBlocks = 8000

// blocksOf finds the blocks of a document and refuses one in which there is nothing.
func blocksOf(s Source) (act.Draft, error) {
	d := act.Parse(s.Doc, s.Lang)
	switch {
	case !s.Doc.TextLayer:
		return d, fault.InvalidField("file", "texts.error.no_text_layer")
	case len(d.Blocks) == 0:
		return d, fault.InvalidField("file", "texts.error.empty")
	case len(d.Blocks) > maxBlocks:
		return d, fault.InvalidField("file", "texts.error.too_many", "N", maxBlocks)
	}
	for i := range d.Blocks {
		b := &d.Blocks[i]
		b.Number, b.Heading, b.Text = text.Truncate(b.Number, stored.MaxNumber), text.Truncate(b.Heading, stored.MaxHeading), text.Truncate(b.Text, stored.MaxBody)
		b.Label = text.Truncate(b.Label, stored.MaxLabel)
	}
	return d, nil
}

// Import makes an act of a consultation with its first draft, and gives its id.
func (m *Module) Import(ctx context.Context, consultationID string, s Source) (string, error) {
	d, err := blocksOf(s)
	if err != nil {
		return "", err
	}
	t := &stored.Text{Key: tenant.Key{ID: id.New()}, ConsultationID: consultationID, Title: s.Title, Lang: s.Lang, State: stored.Draft, RowVersion: 1}
	if t.Title == "" {
		t.Title = text.Truncate(d.Title, stored.MaxTitle)
	}
	if t.Title == "" {
		return "", fault.InvalidField("title", "val.required")
	}
	err = m.staff(ctx, permEdit, func(ctx context.Context, tx *tenant.Tx) error {
		if _, err := consultations.Load(ctx, tx, consultationID); err != nil {
			return err
		}
		all, err := stored.Of(ctx, tx, consultationID)
		if err != nil {
			return err
		}
		t.NextKey = stored.Missing(d.Blocks, 1)
		t.Position, t.CreatedAt, t.UpdatedAt = len(all), tx.Now(), tx.Now()
		v := &stored.TextVersion{Key: tenant.Key{ID: id.New()}, TextID: t.ID, State: stored.Draft, Title: t.Title, Source: s.Name, CreatedAt: tx.Now()}
		t.DraftID = v.ID
		if err := stored.Add(ctx, tx, t); err != nil {
			return err
		}
		if err := stored.AddVersion(ctx, tx, v, stored.Rows(t.ID, v.ID, d.Blocks)); err != nil {
			return err
		}
		return record(ctx, tx, "text.import", t.Ref(), map[string]any{"articles": act.Count(d.Blocks, act.Article), "file": s.Name})
	})
	return t.ID, err
}

// staff runs an act of somebody who works for the municipality.
func (m *Module) staff(ctx context.Context, permission string, do func(ctx context.Context, tx *tenant.Tx) error) error {
	if err := authz.Can(ctx, permission, authz.Resource{}).Err(); err != nil {
		return err
	}
	return m.DB.Update(ctx, do)
}

// change loads an act as the one who changes it saw it, and stores it afterwards. version 0 does not ask.
func (m *Module) change(ctx context.Context, permission, textID string, version int64, do func(ctx context.Context, tx *tenant.Tx, t *stored.Text) error) error {
	return m.staff(ctx, permission, func(ctx context.Context, tx *tenant.Tx) error {
		t, err := stored.Load(ctx, tx, textID)
		if err != nil {
			return err
		}
		if version > 0 && t.RowVersion != version {
			return fault.Conflict("texts.error.changed")
		}
		if err := do(ctx, tx, t); err != nil {
			return err
		}
		return stored.Save(ctx, tx, t)
	})
}

// Rename changes the title of an act.
func (m *Module) Rename(ctx context.Context, textID string, version int64, title string) error {
	return m.change(ctx, permEdit, textID, version, func(ctx context.Context, tx *tenant.Tx, t *stored.Text) error {
		t.Title = title
		return record(ctx, tx, "text.edit", t.Ref(), map[string]any{"title": title})
	})
}

// NewVersion begins a draft of the next version: from a document, or as a copy of what everybody reads when there is none. The
// blocks of the document are found again among those that are public.
func (m *Module) NewVersion(ctx context.Context, textID string, version int64, s *Source) error {
	var d act.Draft
	if s != nil {
		var err error
		if d, err = blocksOf(*s); err != nil {
			return err
		}
	}
	return m.change(ctx, permEdit, textID, version, func(ctx context.Context, tx *tenant.Tx, t *stored.Text) error {
		if t.DraftID != "" {
			return fault.Conflict("texts.error.has_draft")
		}
		old, err := stored.Blocks(ctx, tx, t.VersionID)
		if err != nil {
			return err
		}
		v := &stored.TextVersion{Key: tenant.Key{ID: id.New()}, TextID: t.ID, State: stored.Draft, Title: t.Title, CreatedAt: tx.Now()}
		next := stored.Acts(old)
		if s != nil {
			next, v.Source = d.Blocks, s.Name
			act.Match(stored.Acts(old), next)
		}
		t.NextKey = stored.Missing(next, t.NextKey)
		t.DraftID = v.ID
		rows := stored.Rows(t.ID, v.ID, next)
		if s == nil {
			for i := range rows {
				rows[i].OwnLabel = old[i].OwnLabel
			}
		}
		if err := stored.AddVersion(ctx, tx, v, rows); err != nil {
			return err
		}
		return record(ctx, tx, "text.version", t.Ref(), map[string]any{"file": v.Source})
	})
}

// Discard drops the draft of the next version. The first draft cannot be dropped alone.
func (m *Module) Discard(ctx context.Context, textID string, version int64) error {
	return m.change(ctx, permEdit, textID, version, func(ctx context.Context, tx *tenant.Tx, t *stored.Text) error {
		if t.DraftID == "" || t.VersionID == "" {
			return fault.Conflict("texts.error.no_draft")
		}
		draft := t.DraftID
		t.DraftID = ""
		if err := stored.Discard(ctx, tx, draft); err != nil {
			return err
		}
		return record(ctx, tx, "text.discard", t.Ref(), nil)
	})
}

// Publish makes the draft what everybody reads. Remarks are carried over to the blocks that are found again. because names, by key,
// the remarks for which blocks were left out; it may be nil.
func (m *Module) Publish(ctx context.Context, textID string, version int64, note i18n.Text, because map[string]string) error {
	return m.change(ctx, permPublish, textID, version, func(ctx context.Context, tx *tenant.Tx, t *stored.Text) error {
		if t.DraftID == "" {
			return fault.Conflict("texts.error.no_draft")
		}
		v, err := stored.Version(ctx, tx, t.DraftID)
		if err != nil {
			return err
		}
		blocks, err := stored.Blocks(ctx, tx, v.ID)
		if err != nil {
			return err
		}
		c, err := consultations.Load(ctx, tx, t.ConsultationID)
		if err != nil {
			return err
		}
		old := t.VersionID
		if old != "" {
			if err := m.carry(ctx, tx, t, v, blocks, because); err != nil {
				return err
			}
		}
		v.Number, v.State, v.Note, v.PublishedAt, v.PublishedBy = t.VersionNumber+1, stored.Published, note, tx.Now(), authz.From(ctx).ID
		v.Title = t.Title
		if err := stored.SaveVersion(ctx, tx, v); err != nil {
			return err
		}
		t.State, t.VersionID, t.VersionNumber, t.DraftID, t.PublishedAt = stored.Published, v.ID, v.Number, "", tx.Now()
		t.ArticleCount = act.Count(stored.Acts(blocks), act.Article)
		if c.Visible(tx.Now()) {
			if err := index(ctx, tx, t, c, blocks); err != nil {
				return err
			}
		}
		if err := record(ctx, tx, "text.publish", t.Ref(), map[string]any{"version": v.Number}); err != nil {
			return err
		}
		return tx.Announce(ctx, Published{TextID: t.ID, ConsultationID: t.ConsultationID, Title: t.Title, Path: t.Path(), Version: v.Number})
	})
}

// carry notes in the new version what became of each block, and takes the remarks over.
func (m *Module) carry(ctx context.Context, tx *tenant.Tx, t *stored.Text, v *stored.TextVersion, blocks []*stored.TextBlock, because map[string]string) error {
	old, err := stored.Blocks(ctx, tx, t.VersionID)
	if err != nil {
		return err
	}
	was := stored.Snapshot(blocks)
	fates := map[string]remarks.Fate{}
	for _, p := range act.Compare(stored.Acts(old), stored.Acts(blocks)) {
		switch {
		case p.Change == act.Vanished:
			why, err := remarks.CiteNames(ctx, tx, t.ConsultationID, "because."+p.Old.Key, because[p.Old.Key])
			if err != nil {
				return err
			}
			v.Gone = append(v.Gone, stored.Gone{Key: p.Old.Key, Label: p.Old.Label, Because: why})
			fates[p.Old.Key] = remarks.Fate{What: remarks.Vanished, Version: v.ID}
			if err := tx.Unindex(ctx, blockRef(t, p.Old.Key)); err != nil {
				return err
			}
			continue
		case p.Change == act.Changed:
			fates[p.Old.Key] = remarks.Fate{What: remarks.Changed, Version: v.ID}
		case p.Old != nil:
			fates[p.Old.Key] = remarks.Fate{What: remarks.Kept, Version: v.ID}
		}
		if b, _ := stored.Find(blocks, p.New.Key); b != nil {
			b.Change = p.Change
		}
	}
	if err := stored.Apply(ctx, tx, was, blocks); err != nil {
		return err
	}
	if err := stored.Carry(ctx, tx, t.VersionID, v.ID); err != nil || m.Remarks == nil {
		return err
	}
	if err := m.Remarks.Carry(ctx, tx, t.Ref(), fates); err != nil {
		return err
	}
	return remarks.Caused(ctx, tx, t.ConsultationID, causes(t, v, blocks))
}

// causes are the parts that are another in a new version, with the remarks because of which they are.
func causes(t *stored.Text, v *stored.TextVersion, blocks []*stored.TextBlock) []remarks.Cause {
	var out []remarks.Cause
	add := func(key, label, names string) {
		if names != "" {
			number := t.VersionNumber + 1
			out = append(out, remarks.Cause{Names: names, Change: remarks.TextChange{Label: label, Version: number, Path: t.ChangesPath(number) + "#" + key}})
		}
	}
	for _, b := range blocks {
		add(b.Name, b.Label, b.Because)
	}
	for _, g := range v.Gone {
		add(g.Key, g.Label, g.Because)
	}
	return out
}

// blockRef names a block to the search.
func blockRef(t *stored.Text, key string) subject.Ref {
	return subject.Ref{Kind: stored.KindBlock, ID: t.ID + "." + key}
}

// index puts each article into the search, with all that it holds.
func index(ctx context.Context, tx *tenant.Tx, t *stored.Text, c *consultations.Consultation, blocks []*stored.TextBlock) error {
	var docs []search.Document
	open := -1
	for _, b := range blocks {
		switch b.Kind {
		case act.Article:
			docs = append(docs, search.Document{Ref: blockRef(t, b.Name), Title: strings.TrimSpace(t.Title + ", " + b.Label + " " + b.Heading), Body: b.Body,
				Path: t.Path() + "#" + b.Name, Context: c.Title.In(ctx), Lang: t.Lang, Area: c.AreaID, ConsultationID: c.ID, Updated: tx.Now()})
			open = len(docs) - 1
		case act.Chapter, act.Note:
			open = -1
		default:
			if open >= 0 {
				docs[open].Body += "\n" + b.Number + " " + b.Body
			}
		}
	}
	return tx.Index(ctx, docs...)
}

// comparison is what the draft would change: the blocks of both versions in pairs.
func comparison(ctx context.Context, tx *tenant.Tx, t *stored.Text, draft []*stored.TextBlock) ([]act.Pair, error) {
	if t.VersionID == "" {
		return nil, nil
	}
	old, err := stored.Blocks(ctx, tx, t.VersionID)
	if err != nil {
		return nil, err
	}
	return act.Compare(stored.Acts(old), stored.Acts(draft)), nil
}

// tally counts what becomes of blocks.
func tally(pairs []act.Pair) map[act.Change]int {
	out := map[act.Change]int{}
	for _, p := range pairs {
		out[p.Change]++
	}
	return out
}

// languages are those that an act can be written in, the municipality's own first.
func languages(tx *tenant.Tenant) []string {
	out := slices.Clone(tx.Languages)
	return slices.DeleteFunc(out, func(l string) bool { return !slices.Contains(act.Languages(), l) })
}
