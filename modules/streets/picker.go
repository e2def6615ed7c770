package streets

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/geo"
	"glas/internal/i18n"
	"glas/internal/web/ui"
	"glas/tenant"
)

// Names of the fields of a Picker. "place" is the typed street, "lat" and "lng" the point.
const (
	FieldText       = "place"
	FieldLat        = "lat"
	FieldLng        = "lng"
	fieldAt         = "place_at"
	fieldPrecision  = "place_precision"
	fieldSettlement = "place_settlement"
	// FieldAsk is the name of the button that looks a typed street up without script; no other field has it.
	FieldAsk = "place_find"
)

// Choice is the place that a form names. All of it may be missing.
type Choice struct {
	Text         string
	Lat, Lng     *float64
	Precision    Precision
	StreetID     string
	SettlementID string
}

// Located reports whether there is a point.
func (c Choice) Located() bool { return c.Lat != nil && c.Lng != nil }

// PickerData is what a Picker shows. Pick fills all but the first group.
type PickerData struct {
	// Label is the legend, Help stands under it; both have usual words. Max bounds the typed text in letters (usually 200).
	Label, Help string
	Max         int
	Required    bool
	// Sometimes says in words when a place is needed, where that hangs on another field: By is its name, For its values that need one.
	Sometimes, By string
	For           []string
	// Within takes no place far outside of the municipality. With script that is said at once; the host refuses it in any case.
	Within bool
	// Error is a complaint about the place as a whole.
	Error fault.Message

	Form   *form.Form
	Choice Choice
	// Asked: the person pressed the button that looks the typed street up; the form is to be shown again instead of being sent.
	Asked bool
	// Found are the places to choose from after that.
	Found []Place
	// Outside: the point does not lie in the municipality.
	Outside bool
	// Photo is the position of a photo that is offered for the place; nil when there is none. The host sets it.
	Photo *[2]float64

	settlements []Settlement
	tenant      *tenant.Tenant
}

// Pick reads the place of a form and prepares its Picker: what was chosen from the list or as a settlement becomes text and point of the
// form, so that all of it is still there when the form is shown again. It refuses nothing but a point that is none (field "map"); whether
// a place is needed, and in the municipality, is for the host to say. At most eight statements.
func Pick(ctx context.Context, tx *tenant.Tx, f *form.Form) (PickerData, error) {
	d := PickerData{Form: f, tenant: tx.Tenant(), Asked: f.Value(FieldAsk) != "" && f.Value(FieldText) != ""}
	var err error
	if d.settlements, err = Settlements(ctx, tx); err != nil {
		return d, err
	}
	d.take()
	d.read()
	if d.Asked && d.Choice.Text != "" {
		if d.Found, err = Find(ctx, tx, d.Choice.Text, 8); err != nil {
			return d, err
		}
	}
	if d.Choice.Located() {
		inside, err := Inside(ctx, tx, *d.Choice.Lat, *d.Choice.Lng)
		if err != nil {
			return d, err
		}
		d.Outside = !inside
	}
	return d, nil
}

// take turns a choice from the list, or a settlement without anything else, into text and point.
func (d *PickerData) take() {
	f := d.Form
	if at, text, ok := strings.Cut(f.Value(fieldAt), ";"); ok {
		if parts := strings.Split(at, ","); len(parts) == 5 {
			f.Set(FieldText, text)
			f.Set(FieldLat, parts[0])
			f.Set(FieldLng, parts[1])
			f.Set(fieldPrecision, parts[2])
			d.Choice.StreetID, d.Choice.SettlementID = parts[3], parts[4]
			f.Set(fieldAt)
			return
		}
	}
	chosen := f.Value(fieldSettlement)
	for _, s := range d.settlements {
		if s.ID != chosen {
			continue
		}
		d.Choice.SettlementID = s.ID
		if f.Value(FieldText) == "" {
			f.Set(FieldText, s.Name)
		}
		if f.Value(FieldLat) == "" && s.Lat != nil && s.Lng != nil {
			f.Set(FieldLat, decimal(*s.Lat))
			f.Set(FieldLng, decimal(*s.Lng))
			f.Set(fieldPrecision, string(InSettlement))
		}
	}
}

func (d *PickerData) read() {
	f := d.Form
	d.Choice.Text = f.Value(FieldText)
	if f.Value(FieldLat) == "" && f.Value(FieldLng) == "" {
		return
	}
	lat, errLat := strconv.ParseFloat(strings.Replace(f.Value(FieldLat), ",", ".", 1), 64)
	lng, errLng := strconv.ParseFloat(strings.Replace(f.Value(FieldLng), ",", ".", 1), 64)
	if !f.Check("map", errLat == nil && errLng == nil && geo.Valid(lat, lng), "streets.pick.no_point") {
		return
	}
	d.Choice.Lat, d.Choice.Lng, d.Choice.Precision = &lat, &lng, Point
	switch p := Precision(f.Value(fieldPrecision)); p {
	case OnStreet, InSettlement:
		d.Choice.Precision = p
	}
}

func decimal(x float64) string { return strconv.FormatFloat(x, 'f', 6, 64) }

// value is what the radio button of a found place sends.
func (p Place) value() string {
	lat, lng := "", ""
	if p.Located() {
		lat, lng = decimal(p.Lat), decimal(p.Lng)
	}
	return strings.Join([]string{lat, lng, string(p.Precision), p.StreetID, p.SettlementID}, ",") + ";" + p.Text
}

// foundOptions are the found places as radio buttons.
func foundOptions(ctx context.Context, list []Place) []ui.Option {
	var out []ui.Option
	for i, p := range list {
		out = append(out, ui.Option{Value: p.value(), Label: p.Text, Help: precisionWords(ctx, p), Selected: i == 0 && len(list) == 1})
	}
	return out
}

// precisionWords says when a place is less exact than it looks.
func precisionWords(ctx context.Context, p Place) string {
	switch {
	case p.Precision == Unplaced:
		return i18n.T(ctx, "streets.pick.unplaced")
	case p.Precision == InSettlement && p.StreetID != "":
		return i18n.T(ctx, "streets.pick.in_settlement", "Name", p.Settlement)
	case p.Precision == OnStreet && p.Number != "":
		return i18n.T(ctx, "streets.pick.on_street")
	}
	return ""
}

func (d *PickerData) settlementOptions() []ui.Option {
	var out []ui.Option
	for _, s := range d.settlements {
		out = append(out, ui.Option{Value: s.ID, Label: s.Name})
	}
	return out
}

// pickMap is the map of a picker.
func (d *PickerData) pickMap(ctx context.Context) ui.MapData {
	m := MapOf(ctx, d.tenant, i18n.T(ctx, "streets.pick.map"))
	m.Pick, m.LatValue, m.LngValue = true, d.Form.Value(FieldLat), d.Form.Value(FieldLng)
	m.Error = d.Error
	if m.Error.IsZero() {
		m.Error = d.Form.Error("map")
	}
	m.ListTitle = i18n.T(ctx, "streets.pick.no_map")
	m.Attrs["data-where-url"] = i18n.Href(ctx, placeAtPath)
	return m
}

// settlementAttrs carry where the settlements are, so that choosing one moves the map.
func (d *PickerData) settlementAttrs() templ.Attributes {
	at := map[string][2]float64{}
	for _, s := range d.settlements {
		if s.Lat != nil && s.Lng != nil {
			at[s.ID] = [2]float64{*s.Lat, *s.Lng}
		}
	}
	raw, err := json.Marshal(at)
	if err != nil { // plain numbers; only NaN could fail, and then choosing works without the map
		return nil
	}
	return templ.Attributes{"data-place-settlement": string(raw)}
}

// MapOf is a map of a municipality, ready for markers: its tiles or, without any, its own streets and boundary.
func MapOf(ctx context.Context, t *tenant.Tenant, label string) ui.MapData {
	m := t.Map
	d := ui.MapData{Label: label, Tiles: m.Tiles, Attribution: m.Attribution, Lat: m.Lat, Lng: m.Lng, Zoom: m.Zoom, Attrs: templ.Attributes{
		"data-base-url": basePath, "data-layers": m.Layers,
		"data-text-locate": i18n.T(ctx, "streets.map.locate"), "data-text-cells": i18n.T(ctx, "streets.map.cells"),
		"data-text-moved": i18n.T(ctx, "streets.map.moved"), "data-text-tiles": i18n.T(ctx, "streets.map.tiles"),
		"data-text-denied": i18n.T(ctx, "streets.map.denied"), "data-text-list": i18n.T(ctx, "streets.map.list"),
		"data-text-failed": i18n.T(ctx, "streets.map.failed"),
	}}
	if area := geo.Ring(m.Boundary); !area.IsZero() {
		raw, err := json.Marshal(geo.AreaShape(area, map[string]any{"kind": "boundary"}))
		if err == nil { // numbers always marshal, but NaN; then the outline is left out
			d.GeoJSON, d.Zoom = string(raw), 0 // the whole outline is shown
		}
	}
	return d
}
