package core

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/mail"
	"glas/internal/search"
	"glas/internal/subject"
	"glas/internal/text"
	"glas/modules/accounts"
	"glas/modules/attachments"
	"glas/modules/remarks/internal/stored"
	"glas/tenant"
)

// Entry is a remark that came by another way than the site, as staff enters it.
type Entry struct {
	stored.Anchor
	stored.Words
	Channel stored.Channel
	// Source says where it is from ("letter 351-12/2026"), ReceivedAt when it came. Both are required.
	Source     string
	ReceivedAt time.Time
	Person     stored.Person
	// PublicName is shown; empty keeps the author unnamed. Association says that it is the name of one.
	PublicName  string
	Association bool
	Lang        string
	// ExternalID is the reference under which it was imported; the same is not imported twice.
	ExternalID string
	Files      attachments.Batch
}

// Check says what is wrong with an entry, by field.
func (e Entry) Check(now time.Time) fault.Fields {
	fields := e.Words.Check("")
	fail := func(bad bool, name, id string, args ...any) {
		if _, have := fields[name]; bad && !have {
			fields[name] = fault.Msg(id, args...)
		}
	}
	fail(e.Channel == stored.Web || !slices.Contains(stored.Channels(), e.Channel), "channel", "val.choose")
	fail(text.Letters(e.Source) < stored.SourceMin, "source", "remarks.error.source")
	fail(text.Letters(e.Source) > stored.SourceMax, "source", "val.max_chars", "N", stored.SourceMax)
	fail(e.ReceivedAt.IsZero(), "received", "val.required")
	fail(e.ReceivedAt.After(now), "received", "remarks.error.future")
	fail(text.Letters(e.PublicName) > stored.NameMax, "public_name", "val.max_chars", "N", stored.NameMax)
	fail(e.Association && e.PublicName == "", "public_name", "val.required")
	if e.Person.Email != "" {
		_, err := mail.Address(e.Person.Email)
		fail(err != nil, "person_email", "val.email")
	}
	return fields
}

// Enter stores a remark from elsewhere. It is shown at once, with a number and a receipt like any other.
func (m *Core) Enter(ctx context.Context, e Entry) (*stored.Remark, error) {
	var r *stored.Remark
	err := m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		if err := authz.Can(ctx, "remark.enter", authz.Resource{}).Err(); err != nil {
			return err
		}
		list, err := m.enter(ctx, tx, []Entry{e})
		if err != nil {
			return err
		}
		r = list[0]
		return recordMany(ctx, tx, "remark.enter", list, map[string]any{"channel": e.Channel})
	})
	if err != nil {
		return nil, fmt.Errorf("enter remark: %w", err)
	}
	return r, nil
}

// EnterMany stores remarks of one consultation from a file, all or none; those whose reference is there already are left out. It says how
// many are new.
func (m *Core) EnterMany(ctx context.Context, consultationID string, entries []Entry) (n int, err error) {
	store := func(ctx context.Context, tx *tenant.Tx) error {
		if err := authz.Can(ctx, "remark.import", authz.Resource{}).Err(); err != nil {
			return err
		}
		known, err := KnownReferences(ctx, tx, consultationID, entries)
		if err != nil {
			return err
		}
		fresh := slices.DeleteFunc(slices.Clone(entries), func(e Entry) bool { return known[e.ExternalID] })
		if n = len(fresh); n == 0 {
			return nil
		}
		list, err := m.enter(ctx, tx, fresh)
		if err != nil {
			return err
		}
		return recordMany(ctx, tx, "remark.import", list, nil)
	}
	if err = m.DB.Update(ctx, store); errors.Is(err, stored.ErrTwin) {
		err = m.DB.Update(ctx, store) // somebody imported the same file at the same moment: now it is known
	}
	if err != nil {
		return 0, fmt.Errorf("import remarks: %w", err)
	}
	return n, nil
}

// KnownReferences are those references of entries under which something was imported already.
func KnownReferences(ctx context.Context, tx *tenant.Tx, consultationID string, entries []Entry) (map[string]bool, error) {
	refs := make([]string, 0, len(entries))
	for _, e := range entries {
		if e.ExternalID != "" {
			refs = append(refs, e.ExternalID)
		}
	}
	out := map[string]bool{}
	for part := range slices.Chunk(refs, 500) {
		found, err := stored.FindExternal(ctx, tx, consultationID, part)
		if err != nil {
			return nil, err
		}
		for ref := range found {
			out[ref] = true
		}
	}
	return out, nil
}

// enter stores entries and does what follows, with one statement for all rows of a batch.
func (m *Core) enter(ctx context.Context, tx *tenant.Tx, entries []Entry) ([]*stored.Remark, error) {
	scenes := map[stored.Anchor]scene{}
	var out []*stored.Remark
	for part := range slices.Chunk(entries, 200) {
		rows := make([]*stored.Remark, len(part))
		for i, e := range part {
			if fields := e.Check(tx.Now()); len(fields) > 0 {
				return nil, fault.Invalid(fields)
			}
			if err := tooMany(e.Files); err != nil {
				return nil, err
			}
			key := stored.Anchor{Ref: e.Ref, Block: e.Block}
			s, ok := scenes[key]
			if !ok {
				var err error
				if s, err = m.scene(ctx, tx, key); err != nil {
					return nil, err
				}
				scenes[key] = s
			}
			rows[i] = m.entered(tx, s, e)
		}
		if err := stored.Insert(ctx, tx, rows...); err != nil {
			return nil, err
		}
		out = append(out, rows...)
	}
	for i, r := range out {
		if m.Files == nil || r.FileCount == 0 {
			continue
		}
		files := entries[i].Files
		files.Public, files.Limits = true, Limits()
		if err := m.Files.Add(ctx, tx, r.Ref(), files); err != nil {
			return nil, err
		}
	}
	return out, m.showAll(ctx, tx, out, scenes)
}

// showAll makes entered remarks readable: each host is told once for all of them.
func (m *Core) showAll(ctx context.Context, tx *tenant.Tx, list []*stored.Remark, scenes map[stored.Anchor]scene) error {
	counts, docs := map[subject.Ref]map[string]int{}, make([]search.Document, len(list))
	for i, r := range list {
		if counts[r.Host()] == nil {
			counts[r.Host()] = map[string]int{}
		}
		counts[r.Host()][r.Block]++
		title := scenes[stored.Anchor{Ref: r.Host(), Block: r.Block}].target.Title
		docs[i] = r.Document(title)
		if err := announce(ctx, tx, r, title); err != nil {
			return err
		}
		if err := m.mailReceipt(ctx, tx, r, title); err != nil {
			return err
		}
	}
	for ref, blocks := range counts {
		if err := m.count(ctx, tx, ref, blocks); err != nil {
			return err
		}
	}
	for part := range slices.Chunk(docs, 200) {
		if err := tx.Index(ctx, part...); err != nil {
			return fmt.Errorf("index remarks: %w", err)
		}
	}
	return nil
}

func (m *Core) entered(tx *tenant.Tx, s scene, e Entry) *stored.Remark {
	r := blank(tx, s, e.Anchor)
	r.Channel, r.Source, r.ReceivedAt, r.ExternalID = e.Channel, e.Source, e.ReceivedAt, e.ExternalID
	r.PersonName, r.PersonEmail, r.PersonAddress = e.Person.Name, e.Person.Email, e.Person.Address
	r.AuthorName, r.AuthorKind = e.PublicName, accounts.AuthorCitizen
	if e.Association {
		r.AuthorKind = accounts.AuthorAssociation
	}
	if r.Lang = e.Lang; r.Lang == "" {
		r.Lang = tx.Tenant().Default()
	}
	r.FileCount = len(e.Files.Staged) + len(e.Files.Files)
	m.words(r, e.Words.Against(s.block.Text))
	return r
}
