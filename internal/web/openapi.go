package web

import (
	"cmp"
	"encoding/json"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"time"
)

// OpenAPI is the description of the public interface (OpenAPI 3.1), made from the routes that are served. off lists the parts that
// are switched off.
func (k *Kernel) OpenAPI(title, version, server string, off ...string) map[string]any {
	paths := map[string]any{}
	for _, r := range k.routes {
		if r.API == nil || slices.Contains(off, r.Part) {
			continue
		}
		path := pathParam.ReplaceAllString(r.Path, "{$1}")
		ops, ok := paths[path].(map[string]any)
		if !ok {
			ops = map[string]any{}
			paths[path] = ops
		}
		ops[strings.ToLower(r.Method)] = operation(r)
	}
	return map[string]any{
		"openapi": "3.1.0",
		"info":    map[string]any{"title": title, "version": version},
		"servers": []any{map[string]any{"url": server}},
		"paths":   paths,
	}
}

var pathParam = regexp.MustCompile(`:([a-z_]+)`)

func operation(r Route) map[string]any {
	params := []any{}
	for _, p := range r.API.Params {
		schema := map[string]any{"type": cmp.Or(p.Type, "string")}
		if len(p.Enum) > 0 {
			schema["enum"] = p.Enum
		}
		params = append(params, map[string]any{"name": p.Name, "in": cmp.Or(p.In, "query"), "description": p.Description,
			"required": p.Required || p.In == "path", "schema": schema})
	}
	media := cmp.Or(r.API.Type, "application/json")
	content := map[string]any{media: map[string]any{}}
	if r.API.Result != nil {
		content[media] = map[string]any{"schema": schema(reflect.TypeOf(r.API.Result), map[reflect.Type]bool{})}
	}
	problemRef := map[string]any{"description": "Problem (RFC 9457)", "content": map[string]any{
		"application/problem+json": map[string]any{"schema": schema(reflect.TypeOf(problem{}), map[reflect.Type]bool{})}}}
	return map[string]any{"operationId": r.API.ID, "summary": r.API.Summary, "tags": []string{r.Module}, "parameters": params,
		"responses": map[string]any{"200": map[string]any{"description": "OK", "content": content}, "default": problemRef}}
}

// schema describes a type by its JSON tags. seen stops at types that hold themselves.
func schema(t reflect.Type, seen map[reflect.Type]bool) map[string]any {
	switch {
	case t == reflect.TypeFor[time.Time]():
		return map[string]any{"type": "string", "format": "date-time"}
	case t == reflect.TypeFor[json.RawMessage]():
		return map[string]any{} // whatever its owner wrote
	case t.Kind() == reflect.Pointer:
		return schema(t.Elem(), seen)
	}
	switch t.Kind() {
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint32, reflect.Uint64:
		return map[string]any{"type": "integer"}
	case reflect.Float32, reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.Slice, reflect.Array:
		return map[string]any{"type": "array", "items": schema(t.Elem(), seen)}
	case reflect.Map:
		return map[string]any{"type": "object", "additionalProperties": schema(t.Elem(), seen)}
	case reflect.Struct:
		return structSchema(t, seen)
	case reflect.Interface:
		return map[string]any{}
	default:
		return map[string]any{"type": "string"}
	}
}

func structSchema(t reflect.Type, seen map[reflect.Type]bool) map[string]any {
	if seen[t] {
		return map[string]any{"type": "object"}
	}
	seen[t] = true
	defer delete(seen, t)
	props, required := map[string]any{}, []string{}
	for i := range t.NumField() {
		f := t.Field(i)
		name, opts, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case !f.IsExported() || name == "-":
			continue
		case f.Anonymous && name == "":
			inner := schema(f.Type, seen)
			if p, ok := inner["properties"].(map[string]any); ok {
				for n, s := range p {
					props[n] = s
				}
				if r, ok := inner["required"].([]string); ok {
					required = append(required, r...)
				}
			}
			continue
		case name == "":
			name = f.Name
		}
		props[name] = schema(f.Type, seen)
		if !strings.Contains(opts, "omitempty") && !strings.Contains(opts, "omitzero") {
			required = append(required, name)
		}
	}
	out := map[string]any{"type": "object", "properties": props}
	if len(required) > 0 {
		out["required"] = required
	}
	return out
}
