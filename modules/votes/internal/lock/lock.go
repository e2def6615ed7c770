// Package lock keeps instances that share PostgreSQL from the same votes until a commit. SQLite has one writer and needs none.
package lock

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"glas/internal/subject"
	"glas/tenant"
)

// most is how many locks one statement takes.
const most = 400

// id is the number of an advisory lock.
func id(parts ...string) int64 {
	h := fnv.New64a()
	for _, p := range parts {
		_, _ = h.Write([]byte(p)) // a hash never fails
		_, _ = h.Write([]byte{0})
	}
	return int64(h.Sum64()) //nolint:gosec // any bit pattern is a lock
}

// Subjects keeps everybody else from voting on subjects until the commit.
func Subjects(ctx context.Context, tx *tenant.Tx, refs ...subject.Ref) error {
	if !tx.PG() {
		return nil
	}
	ids := make([]int64, 0, len(refs))
	for _, ref := range refs {
		ids = append(ids, Subject(tx.ID(), ref))
	}
	for chunk := range slices.Chunk(sorted(ids), most) {
		if _, err := tx.Raw(All(tx.ID(), chunk)).Exec(ctx); err != nil {
			return fmt.Errorf("lock votes: %w", err)
		}
	}
	return nil
}

// Subject is the lock of one subject.
func Subject(tenantID string, ref subject.Ref) int64 {
	return id("votes", tenantID, ref.Kind, ref.ID)
}

func sorted(ids []int64) []int64 {
	slices.Sort(ids)
	return slices.Compact(ids)
}

// All takes locks of PostgreSQL, and keeps a freeze from the municipality. All take them in the same order, so nobody waits in
// a circle.
func All(tenantID string, ids []int64) string {
	var q strings.Builder
	fmt.Fprintf(&q, "select pg_advisory_xact_lock_shared(%d)", frozen(tenantID))
	for _, n := range sorted(ids) {
		fmt.Fprintf(&q, ", pg_advisory_xact_lock(%d)", n)
	}
	return q.String()
}

func frozen(tenantID string) int64 { return id("votes.freeze", tenantID) }

// Freeze keeps everybody from voting in the municipality until the commit.
func Freeze(ctx context.Context, tx *tenant.Tx) error {
	if !tx.PG() {
		return nil
	}
	_, err := tx.Raw("select pg_advisory_xact_lock(?)", frozen(tx.ID())).Exec(ctx)
	return err
}

// Quota is the lock of what a voter has used within a scope.
func Quota(tenantID, scope, voter string) int64 { return id("votes.quota", tenantID, scope, voter) }

// Voter keeps everybody else from what a voter has used within a scope until the commit.
func Voter(ctx context.Context, tx *tenant.Tx, scope, voter string) error {
	if !tx.PG() {
		return nil
	}
	if _, err := tx.Raw(All(tx.ID(), []int64{Quota(tx.ID(), scope, voter)})).Exec(ctx); err != nil {
		return fmt.Errorf("lock quota: %w", err)
	}
	return nil
}
