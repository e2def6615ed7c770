// Package migrations holds what is stored: one SQL file per step, rendered for SQLite and for PostgreSQL from the same text.
// Steps only go forward, and each leaves the database readable by the previous version of the program.
package migrations

import "embed"

// FS holds the migration files.
//
//go:embed *.sql
var FS embed.FS

// Dialect is what a migration file is rendered with.
type Dialect struct {
	// PG tells PostgreSQL from SQLite where the two need different statements.
	PG bool
}

// TS is the type of a moment in UTC.
func (d Dialect) TS() string { return d.pick("timestamptz", "timestamp") }

// JSON is the type of a structured value.
func (d Dialect) JSON() string { return d.pick("jsonb", "text") }

// BOOL is the type of a yes or no.
func (d Dialect) BOOL() string { return d.pick("boolean", "boolean") }

// TRUE is the literal of yes.
func (d Dialect) TRUE() string { return d.pick("true", "1") }

// FALSE is the literal of no.
func (d Dialect) FALSE() string { return d.pick("false", "0") }

// FLOAT is the type of a coordinate or a score.
func (d Dialect) FLOAT() string { return d.pick("double precision", "real") }

// NOW is the current moment as a default.
func (d Dialect) NOW() string { return d.pick("now()", "current_timestamp") }

// RLS puts a tenant's table under row level security, for its owner too. SQLite has none: there the statement guard of
// internal/db is the second net. nullif is needed because after a transaction the setting is ” and not NULL.
func (d Dialect) RLS(table string) string {
	if !d.PG {
		return "select 1;"
	}
	const own = "tenant_id = nullif(current_setting('app.tenant_id', true), '')"
	return "alter table " + table + " enable row level security; alter table " + table + " force row level security; " +
		"create policy own on " + table + " using (" + own + ") with check (" + own + ");"
}

func (d Dialect) pick(pg, lite string) string {
	if d.PG {
		return pg
	}
	return lite
}
