package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"net/url"
	"slices"
	"strings"
	"testing"

	"glas/internal/clock"
	"glas/internal/web/webtest"
	"glas/tenant"
)

type parameter struct {
	Name     string `json:"name"`
	In       string `json:"in"`
	Required bool   `json:"required"`
}

// operation is what is checked of an operation of the description.
type operation struct {
	ID        string      `json:"operationId"`
	Params    []parameter `json:"parameters"`
	Responses map[string]struct {
		Description string `json:"description"`
		Content     map[string]struct {
			Schema map[string]any `json:"schema"`
		} `json:"content"`
	} `json:"responses"`
}

type description struct {
	Version string                          `json:"openapi"`
	Info    map[string]string               `json:"info"`
	Paths   map[string]map[string]operation `json:"paths"`
}

// TestEveryRouteIsDescribed holds the description of the interface against the routes that are served and against what they answer.
func TestEveryRouteIsDescribed(t *testing.T) {
	a := demo(t, clock.NewFixed(now()))
	for _, town := range []string{"velenje", "bornova"} {
		c := a.visitor(t, town)
		raw := c.Get("/api/v1/openapi.json")
		var d description
		var whole any
		if err := json.Unmarshal([]byte(raw.Body), &d); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(raw.Body), &whole); err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(d.Version, "3.1.") || d.Info["title"] == "" || d.Info["version"] == "" {
			t.Errorf("%s: the head of the description is %q %v", town, d.Version, d.Info)
		}
		resolve(t, whole, whole)
		described(t, a, d)
		examples := samples(t, a, c, town)
		for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
			sample(t, c, path, d.Paths[path]["get"], examples)
		}
	}
}

// described holds the paths against the routes: each route of the interface once, under a name of its own, with all its parameters.
func described(t *testing.T, a *app, d description) {
	t.Helper()
	seen, n := map[string]bool{}, 0
	for _, r := range a.kernel.Routes() {
		// What stands elsewhere may be described too, as a file that programs read beside people.
		if strings.HasPrefix(r.Path, "/api/v1/") && r.Path != "/api/v1/openapi.json" && r.API == nil {
			t.Errorf("%s %s is part of the interface, but not described", r.Method, r.Path)
		}
		if r.API == nil {
			continue
		}
		n++
		parts := strings.Split(r.Path, "/")
		for i, p := range parts {
			if strings.HasPrefix(p, ":") {
				parts[i] = "{" + p[1:] + "}"
			}
		}
		op, ok := d.Paths[strings.Join(parts, "/")][strings.ToLower(r.Method)]
		if !ok || op.ID == "" || seen[op.ID] {
			t.Errorf("%s %s: described %v as %q, seen before %v", r.Method, r.Path, ok, op.ID, seen[op.ID])
		}
		seen[op.ID] = true
		for _, p := range parts {
			named := func(q parameter) bool { return q.In == "path" && q.Required && "{"+q.Name+"}" == p }
			if strings.HasPrefix(p, "{") && !slices.ContainsFunc(op.Params, named) {
				t.Errorf("%s: the parameter %s is not described", r.Path, p)
			}
		}
	}
	for path, ops := range d.Paths {
		n -= len(ops)
		for method, op := range ops {
			if op.Responses["200"].Description == "" || len(op.Responses["default"].Content["application/problem+json"].Schema) == 0 {
				t.Errorf("%s %s: answers %v", method, path, op.Responses)
			}
		}
	}
	if n != 0 {
		t.Errorf("%d more routes than operations", n)
	}
}

// resolve follows every reference inside the description.
func resolve(t *testing.T, whole, at any) {
	t.Helper()
	switch v := at.(type) {
	case map[string]any:
		if ref, ok := v["$ref"].(string); ok {
			target := whole
			for _, key := range strings.Split(strings.TrimPrefix(ref, "#/"), "/") {
				m, _ := target.(map[string]any)
				target = m[key]
			}
			if !strings.HasPrefix(ref, "#/") || target == nil {
				t.Errorf("the reference %s leads nowhere", ref)
			}
		}
		for _, inner := range v {
			resolve(t, whole, inner)
		}
	case []any:
		for _, inner := range v {
			resolve(t, whole, inner)
		}
	}
}

// samples are values for the parameters that an operation cannot do without, by name, and by operation and name where the name alone
// says too little. Of what a municipality has none there is no value.
func samples(t *testing.T, a *app, c *webtest.Client, town string) map[string]string {
	t.Helper()
	var consultations struct{ Items []struct{ Slug string } }
	var cases struct{ Items []struct{ Number string } }
	var proposals struct {
		Items []struct {
			ID     string
			Number json.Number
		}
	}
	for path, out := range map[string]any{"/api/v1/consultations": &consultations, "/api/v1/proposals?sort=most_discussed": &proposals, "/api/v1/cases": &cases} {
		if err := json.Unmarshal([]byte(c.Get(path).Body), out); err != nil {
			t.Fatal(err)
		}
	}
	if len(consultations.Items) == 0 || len(proposals.Items) == 0 {
		t.Fatal("the lists are empty")
	}
	centre := a.town(t, town).Settings.Map
	out := map[string]string{"slug": consultations.Items[0].Slug, "number": proposals.Items[0].Number.String(), "subject": "proposal:" + proposals.Items[0].ID, "q": "a",
		"lat": fmt.Sprint(centre.Lat), "lng": fmt.Sprint(centre.Lng)}
	if len(cases.Items) > 0 {
		out["/api/v1/cases/{number}/number"] = cases.Items[0].Number
	}
	ctx := tenant.With(t.Context(), a.town(t, town))
	err := a.rows.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		var texts []string
		if err := tx.Raw("select id from texts where tenant_id = ? and state = 'published' limit 1", tx.ID()).Scan(ctx, &texts); err != nil {
			return err
		}
		if len(texts) > 0 {
			out["/api/v1/texts/{id}/id"] = texts[0]
		}
		var results []struct{ SubjectKind, SubjectID string }
		if err := tx.Raw("select subject_kind, subject_id from vote_snapshots where tenant_id = ? and hash <> '' and subject_kind <> 'scope' limit 1", tx.ID()).Scan(ctx, &results); err != nil {
			return err
		}
		if len(results) > 0 {
			out["kind"], out["/votes/{kind}/{id}/result.json/id"] = results[0].SubjectKind, results[0].SubjectID
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// sample asks for a path and holds the answer against its description.
func sample(t *testing.T, c *webtest.Client, path string, op operation, examples map[string]string) {
	t.Helper()
	query := url.Values{}
	at := path
	for _, p := range op.Params {
		value := cmp.Or(examples[path+"/"+p.Name], examples[p.Name])
		switch {
		case p.In == "path" && (value == "" || path == "/api/v1/cases/{number}" && examples[path+"/number"] == ""):
			t.Logf("%s has nothing of %s", c.Host, path)
			return
		case p.In == "path":
			at = strings.ReplaceAll(at, "{"+p.Name+"}", value)
		case p.Required || p.Name == "lat" || p.Name == "lng":
			query.Set(p.Name, value)
		}
	}
	r := c.Get(at + "?" + query.Encode())
	media, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	content, ok := op.Responses["200"].Content[media]
	if r.Status != 200 || !ok {
		t.Errorf("%s answers %d with %s: %.200s", at, r.Status, media, r.Body)
		return
	}
	var got any
	if err := json.Unmarshal([]byte(r.Body), &got); err != nil {
		t.Errorf("%s: %v", at, err)
	}
	if len(content.Schema) == 0 {
		t.Errorf("%s: the answer is not described", path)
	}
	fits(t, path, content.Schema, got)
}

// fits reports where a value is not as its schema says: its type, the fields that it must have, and no field that nobody described.
func fits(t *testing.T, at string, schema map[string]any, v any) {
	t.Helper()
	switch x := v.(type) {
	case map[string]any:
		props, _ := schema["properties"].(map[string]any)
		for _, name := range list(schema["required"]) {
			if _, ok := x[name]; !ok {
				t.Errorf("%s: %s is missing", at, name)
			}
		}
		for name, inner := range x {
			one, ok := props[name].(map[string]any)
			if !ok {
				one, ok = schema["additionalProperties"].(map[string]any)
			}
			if !ok && len(schema) > 1 {
				t.Errorf("%s: %s is not described", at, name)
				continue
			}
			fits(t, at+"."+name, one, inner)
		}
	case []any:
		items, _ := schema["items"].(map[string]any)
		for _, inner := range x {
			fits(t, at+"[]", items, inner)
		}
	}
	kind := kindOf(v)
	if kind == "number" && schema["type"] == "integer" && v == math.Trunc(v.(float64)) {
		kind = "integer"
	}
	if want, ok := schema["type"].(string); ok && want != kind {
		t.Errorf("%s is of the type %s, but described as %s", at, kind, want)
	}
}

func kindOf(v any) string {
	switch v.(type) {
	case map[string]any:
		return "object"
	case []any:
		return "array"
	case string:
		return "string"
	case bool:
		return "boolean"
	case float64:
		return "number"
	default:
		return "null"
	}
}

func list(v any) []string {
	items, _ := v.([]any)
	out := make([]string, 0, len(items))
	for _, i := range items {
		s, _ := i.(string)
		out = append(out, s)
	}
	return out
}
