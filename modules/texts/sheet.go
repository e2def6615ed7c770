package texts

import (
	"context"

	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/id"
	"glas/internal/search"
	"glas/modules/attachments"
	"glas/modules/consultations"
	"glas/modules/texts/internal/stored"
	"glas/tenant"
)

// SheetWork is a sheet as staff describe it.
type SheetWork struct {
	Title, Lang, Note string
	Zones             []stored.Zone
	RowVersion        int64
}

// SaveSheet stores a sheet, a new one without an id, with the files that f carries. It gives the id.
func (m *Module) SaveSheet(ctx context.Context, consultationID, sheetID string, w SheetWork, f *form.Form) (string, error) {
	err := m.staff(ctx, permEdit, func(ctx context.Context, tx *tenant.Tx) error {
		s := &stored.Sheet{Key: tenant.Key{ID: id.New()}, ConsultationID: consultationID, State: stored.Draft, CreatedAt: tx.Now(), UpdatedAt: tx.Now(), RowVersion: 1, Counts: map[string]int64{}}
		fresh := sheetID == ""
		if !fresh {
			var err error
			if s, err = stored.LoadSheet(ctx, tx, sheetID); err != nil {
				return err
			}
			if s.RowVersion != w.RowVersion {
				return fault.Conflict("texts.error.changed")
			}
		} else if _, err := consultations.Load(ctx, tx, consultationID); err != nil {
			return err
		}
		for _, z := range s.Zones {
			if kept := (&stored.Sheet{Zones: w.Zones}).Zone(z.Key); kept == nil && s.Counts[z.Key] > 0 {
				return fault.InvalidField("zones", "texts.error.zone_remarked", "Number", z.Number)
			}
		}
		sheetID = s.ID
		s.Title, s.Lang, s.Note, s.Zones = w.Title, w.Lang, w.Note, w.Zones
		if err := storeSheet(ctx, tx, s, fresh); err != nil {
			return err
		}
		if m.Files != nil && f != nil {
			if err := m.Files.Save(ctx, tx, s.Ref(), f); err != nil {
				return err
			}
			if s.State == stored.Published {
				if err := m.Files.Save(ctx, tx, s.Ref(), nil); err != nil {
					return err
				}
			}
		}
		return record(ctx, tx, "text.sheet", s.Ref(), map[string]any{"zones": len(s.Zones)})
	})
	return sheetID, err
}

func storeSheet(ctx context.Context, tx *tenant.Tx, s *stored.Sheet, fresh bool) error {
	if !fresh {
		return stored.SaveSheet(ctx, tx, s)
	}
	all, err := stored.SheetsOf(ctx, tx, s.ConsultationID)
	if err != nil {
		return err
	}
	s.Position = len(all)
	return stored.AddSheet(ctx, tx, s)
}

// PublishSheet shows a sheet to everybody, or takes it away again while nobody has remarked on it.
func (m *Module) PublishSheet(ctx context.Context, sheetID string, version int64, public bool) error {
	return m.staff(ctx, permPublish, func(ctx context.Context, tx *tenant.Tx) error {
		s, err := stored.LoadSheet(ctx, tx, sheetID)
		if err != nil {
			return err
		}
		c, err := consultations.Load(ctx, tx, s.ConsultationID)
		if err != nil {
			return err
		}
		switch {
		case s.RowVersion != version:
			return fault.Conflict("texts.error.changed")
		case !public && s.RemarkCount > 0:
			return fault.Conflict("texts.error.sheet_remarked")
		}
		s.State = stored.Draft
		if public {
			s.State = stored.Published
		}
		if err := stored.SaveSheet(ctx, tx, s); err != nil {
			return err
		}
		if m.Files != nil {
			if err := attachments.Show(ctx, tx, s.Ref(), public); err != nil {
				return err
			}
		}
		if err := findable(ctx, tx, s, c, public); err != nil {
			return err
		}
		return record(ctx, tx, "text.sheet_publish", s.Ref(), map[string]any{"public": public})
	})
}

// findable puts a sheet into the search, or takes it out.
func findable(ctx context.Context, tx *tenant.Tx, s *stored.Sheet, c *consultations.Consultation, public bool) error {
	if !public || !c.Visible(tx.Now()) {
		return tx.Unindex(ctx, s.Ref())
	}
	body := s.Note
	for i := range s.Zones {
		body += "\n" + s.Zones[i].Number + " " + s.Zones[i].Label
	}
	return tx.Index(ctx, search.Document{Ref: s.Ref(), Title: s.Title, Body: body, Path: s.Path(), Context: c.Title.In(ctx), Lang: s.Lang, Area: c.AreaID, ConsultationID: c.ID, Updated: tx.Now()})
}
