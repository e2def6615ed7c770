package ui

import (
	"context"
	"encoding/json"
	"maps"
	"strings"

	"github.com/a-h/templ"

	"glas/internal/i18n"
)

func buttonAttrs(d ButtonData) templ.Attributes {
	a := filled(
		"data-variant", or(d.Variant, "primary"), "data-size", d.Size, "data-color", d.Color,
		"name", d.Name, "value", d.Value, "form", d.Form, "data-confirm", d.Confirm,
	)
	if d.Full {
		a["data-fullwidth"] = "true"
	}
	if d.Disabled {
		a["disabled"] = true
	}
	return attrs(a, d.Attrs)
}

func fieldAttrs(d FieldData, id string) templ.Attributes {
	a := filled(
		"autocomplete", d.Autocomplete, "inputmode", d.InputMode, "placeholder", d.Placeholder, "lang", d.Lang,
		"aria-describedby", describedBy(id, d.Help != "", d.Max > 0, !d.Error.IsZero()),
	)
	if d.Type != "textarea" {
		a["type"] = or(d.Type, "text")
	}
	if d.Required {
		a["aria-required"] = "true"
	}
	if !d.Error.IsZero() {
		a["aria-invalid"] = "true"
	}
	if d.Disabled {
		a["disabled"] = true
	}
	if d.ReadOnly {
		a["readonly"] = true
	}
	return attrs(a, d.Attrs)
}

func areaAttrs(d FieldData, id string) templ.Attributes {
	d.Type = "textarea"
	return fieldAttrs(d, id)
}

func dateField(d FieldData) FieldData {
	d.Type = or(d.Type, "date")
	d.Width = or(d.Width, "m")
	return d
}

func choiceAttrs(d ChoiceData, id string) templ.Attributes {
	a := filled("aria-describedby", describedBy(id, d.Help != "", false, !d.Error.IsZero()))
	if !d.Error.IsZero() {
		a["aria-invalid"] = "true"
	}
	return attrs(a, d.Attrs)
}

// groupAttrs describes a group of choices; the error summary links to its first option.
func groupAttrs(d ChoiceData, id string) templ.Attributes {
	a := filled("aria-describedby", describedBy(id, d.Help != "", false, !d.Error.IsZero()))
	if d.Required {
		a["data-required"] = true
	}
	return attrs(a, d.Attrs)
}

func checkAttrs(d CheckData, id string) templ.Attributes {
	a := filled("aria-describedby", describedBy(id, d.Help != "", false, !d.Error.IsZero()))
	if !d.Error.IsZero() {
		a["aria-invalid"] = "true"
	}
	if d.Required {
		a["aria-required"] = "true"
	}
	return attrs(a, d.Attrs)
}

func fileAttrs(d FileData, id string) templ.Attributes {
	a := filled("accept", d.Accept, "aria-describedby", describedBy(id, d.Help != "", false, !d.Error.IsZero()))
	if !d.Error.IsZero() {
		a["aria-invalid"] = "true"
	}
	return attrs(a, d.Attrs)
}

// voteAttrs lets a vote be sent without leaving the page. A visitor's press is a plain post, because it leads to sign-in.
func voteAttrs(signIn bool, action string) templ.Attributes {
	if signIn {
		return nil
	}
	return templ.Attributes{"data-vote": true, "hx-post": action, "hx-swap": "outerHTML", "hx-target": "this"}
}

// liveAttrs replaces the list while the filter is changed; the address follows, so Back works.
func liveAttrs(d FilterData) templ.Attributes {
	if d.Live == "" {
		return nil
	}
	return templ.Attributes{
		"hx-get": d.Action, "hx-target": d.Live, "hx-select": d.Live, "hx-swap": "outerHTML", "hx-push-url": "true",
		"hx-trigger": "submit, change, input changed delay:350ms from:find input[type=search]",
	}
}

func tableAttrs(d TableData) templ.Attributes {
	a := templ.Attributes{}
	if d.Keys {
		a["data-keys"] = true
		a["aria-keyshortcuts"] = "j k a r x ?"
	}
	return a
}

func rowAttrs(d RowData) templ.Attributes {
	a := filled("id", pick(d.ID != "", "row-"+d.ID, ""), "data-href", d.Href, "data-tone", d.Tone)
	if d.Current {
		a["aria-current"] = "true"
	}
	return a
}

func mapAttrs(ctx context.Context, d MapData) templ.Attributes {
	a := filled(
		"data-tiles", d.Tiles, "data-attribution", d.Attribution,
		"data-geojson", d.GeoJSON, "data-geojson-url", d.GeoJSONURL, "data-markers-url", d.MarkersURL, "data-list-url", d.ListURL,
		"data-lat", float(d.Lat), "data-lng", float(d.Lng),
		"data-text-picked", i18n.T(ctx, "ui.map.picked"),
		"data-text-in", i18n.T(ctx, "ui.map.zoom_in"), "data-text-out", i18n.T(ctx, "ui.map.zoom_out"),
	)
	maps.Copy(a, d.Attrs)
	a["data-map"] = true
	if d.Zoom > 0 {
		a["data-zoom"] = itoa(d.Zoom)
	}
	if d.Pick {
		a["data-pick"] = true
	}
	if len(d.Markers) > 0 {
		raw, err := json.Marshal(d.Markers)
		if err == nil { // plain numbers and strings; only NaN could fail, and then the list still says all
			a["data-markers"] = string(raw)
		}
	}
	return a
}

// scrollAttrs let the keyboard into what scrolls.
func scrollAttrs(d TableData) templ.Attributes {
	if !d.Scroll {
		return nil
	}
	return templ.Attributes{"tabindex": "0", "role": "region", "aria-label": d.Caption}
}

func langField(d LangTabsData, l LangName) FieldData {
	name := d.Name + "." + l.Code
	f := FieldData{
		Name: name, Label: l.Name, Value: d.Values[l.Code], Lang: l.Code, Max: d.Max,
		Rows: d.Rows, Required: d.Required == l.Code, Error: d.Errors[name],
	}
	if d.Multiline {
		f.Rows = rows(d.Rows, 6)
	}
	return f
}

func rows(n, fallback int) int {
	if n > 0 {
		return n
	}
	return fallback
}

func optionID(id string, i int) string {
	if i == 0 {
		return id
	}
	return id + "-" + itoa(i+1)
}

func currentLang(list []LangLink) string {
	for _, l := range list {
		if l.Current {
			return l.Name
		}
	}
	return list[0].Name
}

// jsonInHTML keeps a closing tag inside a JSON text from ending the script element.
func jsonInHTML(j string) string { return strings.ReplaceAll(j, "<", `\u003c`) }

// Telephone leaves what a dialler understands.
func Telephone(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '+' || (r >= '0' && r <= '9') {
			return r
		}
		return -1
	}, s)
}

// stateWord says the state of a step of a timeline aloud.
func stateWord(ctx context.Context, state string) string {
	switch state {
	case Past:
		return i18n.T(ctx, "ui.timeline.past")
	case Now:
		return i18n.T(ctx, "ui.timeline.now")
	default:
		return i18n.T(ctx, "ui.timeline.future")
	}
}

// Lang marks words that are in another language than the page.
func Lang(ctx context.Context, lang string) templ.Attributes {
	return filled("lang", i18n.Other(ctx, lang))
}
