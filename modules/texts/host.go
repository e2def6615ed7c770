package texts

import (
	"context"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/modules/consultations"
	"glas/modules/remarks"
	"glas/modules/texts/internal/stored"
	"glas/tenant"
)

// seen is a public act with its consultation, if the one who asks may see it: staff see drafts too.
func seen(ctx context.Context, tx *tenant.Tx, textID string) (*stored.Text, *consultations.Consultation, error) {
	t, err := stored.Load(ctx, tx, textID)
	if err != nil {
		return nil, nil, err
	}
	c, err := consultations.Load(ctx, tx, t.ConsultationID)
	if err != nil {
		return nil, nil, err
	}
	if t.VersionID == "" || !visible(ctx, tx, c) {
		return nil, nil, stored.ErrUnknown()
	}
	return t, c, nil
}

func visible(ctx context.Context, tx *tenant.Tx, c *consultations.Consultation) bool {
	return c.Visible(tx.Now()) || c.DeletedAt.IsZero() && authz.Can(ctx, permEdit, authz.Resource{}).Allowed
}

// TextHost lets acts be remarked on (remarks.Host).
type TextHost struct{}

// Target implements remarks.Host.
func (TextHost) Target(ctx context.Context, tx *tenant.Tx, textID string) (remarks.Target, error) {
	t, err := stored.Load(ctx, tx, textID)
	if err != nil {
		return remarks.Target{}, err
	}
	return remarks.Target{Ref: t.Ref(), ConsultationID: t.ConsultationID, Title: t.Title, Path: t.Path(), Visible: t.State == stored.Published}, nil
}

// Block implements remarks.Host.
func (TextHost) Block(ctx context.Context, tx *tenant.Tx, textID, block string) (remarks.BlockInfo, error) {
	t, err := stored.Load(ctx, tx, textID)
	if err != nil {
		return remarks.BlockInfo{}, err
	}
	b, err := stored.BlockOf(ctx, tx, t.VersionID, block)
	if err != nil {
		return remarks.BlockInfo{}, err
	}
	return remarks.BlockInfo{Key: b.Name, Label: b.Label, Text: b.Words(), VersionID: t.VersionID, Path: t.BlockPath(b.Name)}, nil
}

// Remarked implements remarks.Host.
func (TextHost) Remarked(ctx context.Context, tx *tenant.Tx, textID string, blocks map[string]int) error {
	t, err := stored.Load(ctx, tx, textID)
	if err != nil {
		return err
	}
	return stored.CountRemarks(ctx, tx, t, blocks)
}

// SheetHost lets plan sheets be remarked on (remarks.Host).
type SheetHost struct{}

// Target implements remarks.Host.
func (SheetHost) Target(ctx context.Context, tx *tenant.Tx, sheetID string) (remarks.Target, error) {
	s, err := stored.LoadSheet(ctx, tx, sheetID)
	if err != nil {
		return remarks.Target{}, err
	}
	return remarks.Target{Ref: s.Ref(), ConsultationID: s.ConsultationID, Title: s.Title, Path: s.Path(), Visible: s.State == stored.Published}, nil
}

// Block implements remarks.Host: the blocks of a sheet are its zones.
func (SheetHost) Block(ctx context.Context, tx *tenant.Tx, sheetID, block string) (remarks.BlockInfo, error) {
	s, err := stored.LoadSheet(ctx, tx, sheetID)
	if err != nil {
		return remarks.BlockInfo{}, err
	}
	z := s.Zone(block)
	if z == nil {
		return remarks.BlockInfo{}, fault.NotFound("texts.error.block")
	}
	return remarks.BlockInfo{Key: z.Key, Label: zoneName(ctx, z), Path: s.Path() + "/zones/" + z.Key}, nil
}

func zoneName(ctx context.Context, z *stored.Zone) string {
	if z.Label == "" {
		return i18n.T(ctx, "texts.sheet.zone", "Number", z.Number)
	}
	return i18n.T(ctx, "texts.sheet.zone_called", "Number", z.Number, "Name", z.Label)
}

// Remarked implements remarks.Host.
func (SheetHost) Remarked(ctx context.Context, tx *tenant.Tx, sheetID string, zones map[string]int) error {
	return stored.CountSheet(ctx, tx, sheetID, zones)
}

// Places lists what can be remarked on in a consultation, for staff who enter remarks from elsewhere: each act and each of its blocks,
// each sheet and its zones.
func Places(ctx context.Context, tx *tenant.Tx, consultationID string) ([]remarks.PlaceOption, error) {
	list, err := stored.Of(ctx, tx, consultationID)
	if err != nil {
		return nil, err
	}
	var out []remarks.PlaceOption
	for _, t := range list {
		if t.VersionID == "" {
			continue
		}
		blocks, err := stored.Blocks(ctx, tx, t.VersionID)
		if err != nil {
			return nil, err
		}
		out = append(out, remarks.PlaceOption{Anchor: remarks.Anchor{Ref: t.Ref()}, Label: t.Title})
		for _, b := range blocks {
			out = append(out, remarks.PlaceOption{Anchor: anchorOf(t, b), Label: t.Title + ": " + b.Label})
		}
	}
	sheetList, err := stored.SheetsOf(ctx, tx, consultationID)
	for _, s := range sheetList {
		out = append(out, remarks.PlaceOption{Anchor: remarks.Anchor{Ref: s.Ref()}, Label: s.Title})
		for i := range s.Zones {
			z := &s.Zones[i]
			out = append(out, remarks.PlaceOption{Anchor: zoneAnchor(s, z), Label: s.Title + ": " + zoneName(ctx, z)})
		}
	}
	return out, err
}

// anchorOf is where a remark on a block stands.
func anchorOf(t *stored.Text, b *stored.TextBlock) remarks.Anchor {
	return remarks.Anchor{Ref: t.Ref(), Block: b.Name, Label: b.Label, Version: t.VersionID}
}

func zoneAnchor(s *stored.Sheet, z *stored.Zone) remarks.Anchor {
	return remarks.Anchor{Ref: s.Ref(), Block: z.Key, Zone: z.Number}
}
