// Package imports keeps files that staff brings in by a job: the request only takes the file, the job checks and writes it, and a page says
// how far that is and afterwards what came of it.
//
// A kind of import writes everything in one transaction, so that a file which fails changes nothing; how far it is, is therefore kept beside
// the database, where others see it before the end.
package imports

import (
	"context"
	"fmt"
	"io"
	"strconv"
	"time"

	"glas/internal/blob"
	"glas/internal/cache"
	"glas/internal/job"
	"glas/tenant"
)

// State is where an import stands.
type State string

// The states. Working ones have a job that waits or runs; a checked one changed nothing, as was asked for or because rows are wrong.
const (
	Working State = "working"
	Checked State = "checked"
	Done    State = "done"
	Failed  State = "failed"
)

// Import is one file that was sent.
type Import struct {
	tenant.Key
	Kind     string
	State    State
	FileName string
	// Kept says that the file is still stored and can be brought in without sending it again.
	Kept bool
	// Options and Result are written by the kind, as JSON.
	Options   map[string]string `bun:"type:jsonb"`
	Result    map[string]any    `bun:"type:jsonb,nullzero"`
	CreatedBy string
	CreatedAt time.Time
	UpdatedAt time.Time
}

// Count is a number of the result.
func (i *Import) Count(name string) int64 {
	n, ok := i.Result[name].(float64)
	if !ok {
		return 0
	}
	return int64(n)
}

// Text is a word of the result.
func (i *Import) Text(name string) string {
	s, ok := i.Result[name].(string)
	if !ok {
		return ""
	}
	return s
}

// Lines are the complaints of the result.
func (i *Import) Lines(name string) []string {
	list, ok := i.Result[name].([]any)
	if !ok {
		return nil
	}
	var out []string
	for _, one := range list {
		if s, ok := one.(string); ok {
			out = append(out, s)
		}
	}
	return out
}

// attempts is how often a job tries: a file that failed three times fails again.
const attempts = 3

// Work is the payload of the job.
type Work struct {
	ImportID string `json:"import_id"`
}

// Keeper keeps the files and how far each is.
type Keeper struct {
	Cache cache.Cache
	Store blob.Store
}

func (k Keeper) key(tenantID, importID string) string { return tenantID + "/imports/" + importID }

// Begin takes a file in and has the job of the given kind work on it. The files of earlier imports of the kind are let go.
func (k Keeper) Begin(ctx context.Context, db *tenant.DB, jobKind string, i *Import, file io.Reader) error {
	if err := k.Store.Put(ctx, k.key(tenant.From(ctx).ID, i.ID), file, "application/octet-stream"); err != nil {
		return fmt.Errorf("keep file: %w", err)
	}
	var old []*Import
	err := db.Update(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if old, err = keptOf(ctx, tx, i.Kind); err != nil {
			return err
		}
		i.State, i.Kept, i.CreatedAt, i.UpdatedAt = Working, true, tx.Now(), tx.Now()
		if err := insert(ctx, tx, i); err != nil {
			return err
		}
		return tx.Enqueue(ctx, job.Spec{Kind: jobKind, Payload: Work{i.ID}, MaxAttempts: attempts})
	})
	if err != nil {
		return err
	}
	for _, o := range old {
		if err := k.Store.Delete(ctx, k.key(o.TenantID, o.ID)); err != nil {
			return fmt.Errorf("let file go: %w", err)
		}
	}
	return nil
}

// Again has the job work once more on a file that is still kept, with other options.
func (k Keeper) Again(ctx context.Context, tx *tenant.Tx, jobKind string, i *Import, options map[string]string) error {
	i.State, i.Options, i.Result = Working, options, nil
	if err := save(ctx, tx, i); err != nil {
		return err
	}
	return tx.Enqueue(ctx, job.Spec{Kind: jobKind, Payload: Work{i.ID}, MaxAttempts: attempts})
}

// Open reads the file of an import.
func (k Keeper) Open(ctx context.Context, i *Import) (data []byte, err error) {
	in, _, err := k.Store.Get(ctx, k.key(i.TenantID, i.ID))
	if err != nil {
		return nil, fmt.Errorf("read kept file: %w", err)
	}
	data, err = io.ReadAll(in)
	if closed := in.Close(); err == nil {
		err = closed
	}
	return data, err
}

// progressTime is how long it is remembered how far an import was.
const progressTime = 10 * time.Minute

// Tell remembers how far an import is, in percent. Without the cache nobody sees it, which does no harm.
func (k Keeper) Tell(ctx context.Context, i *Import, percent int) {
	_ = k.Cache.Set(ctx, k.key(i.TenantID, i.ID), []byte(strconv.Itoa(percent)), progressTime) // a lost one is told again soon
}

// Percent is how far an import is.
func (k Keeper) Percent(ctx context.Context, i *Import) int {
	if i.State != Working {
		return 100
	}
	raw, found, err := k.Cache.Get(ctx, k.key(i.TenantID, i.ID))
	if err != nil || !found {
		return 0
	}
	n, err := strconv.Atoi(string(raw))
	if err != nil {
		return 0
	}
	return n
}
