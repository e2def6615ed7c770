package votes

import (
	"context"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"glas/internal/subject"
	"glas/modules/votes/internal/gather"
	"glas/tenant"
)

// lockID is the number of an advisory lock.
func lockID(parts ...string) int64 {
	h := fnv.New64a()
	for _, p := range parts {
		_, _ = h.Write([]byte(p)) // a hash never fails
		_, _ = h.Write([]byte{0})
	}
	return int64(h.Sum64()) //nolint:gosec // any bit pattern is a lock
}

// locks keeps other instances from the subjects and quotas of the batch until the commit; empty on SQLite, which has one writer.
func (b *batch) locks(pg bool, tenantID string) string {
	if !pg {
		return ""
	}
	var ids []int64
	for _, a := range b.admitted() {
		key, ballot := pairOf(a), b.ballots[a]
		ids = append(ids, subjectLock(tenantID, key.ref))
		if ballot.Quota > 0 {
			ids = append(ids, lockID("votes.quota", tenantID, ballot.Scope, key.voter))
		}
	}
	return lockAll(tenantID, ids)
}

// lockSubjects keeps everybody else from voting on subjects until the commit.
func lockSubjects(ctx context.Context, tx *tenant.Tx, refs ...subject.Ref) error {
	if !tx.PG() {
		return nil
	}
	ids := make([]int64, 0, len(refs))
	for _, ref := range refs {
		ids = append(ids, subjectLock(tx.ID(), ref))
	}
	for chunk := range slices.Chunk(sorted(ids), 2*gather.Max) {
		if _, err := tx.Raw(lockAll(tx.ID(), chunk)).Exec(ctx); err != nil {
			return fmt.Errorf("lock votes: %w", err)
		}
	}
	return nil
}

func subjectLock(tenantID string, ref subject.Ref) int64 {
	return lockID("votes", tenantID, ref.Kind, ref.ID)
}

func sorted(ids []int64) []int64 {
	slices.Sort(ids)
	return slices.Compact(ids)
}

// lockAll takes locks of PostgreSQL, and keeps a freeze from the municipality. All take them in the same order, so nobody waits in
// a circle.
func lockAll(tenantID string, ids []int64) string {
	var q strings.Builder
	fmt.Fprintf(&q, "select pg_advisory_xact_lock_shared(%d)", freezeLock(tenantID))
	for _, n := range sorted(ids) {
		fmt.Fprintf(&q, ", pg_advisory_xact_lock(%d)", n)
	}
	return q.String()
}

func freezeLock(tenantID string) int64 { return lockID("votes.freeze", tenantID) }

// freezing keeps everybody from voting in the municipality until the commit.
func freezing(ctx context.Context, tx *tenant.Tx) error {
	if !tx.PG() {
		return nil
	}
	_, err := tx.Raw("select pg_advisory_xact_lock(?)", freezeLock(tx.ID())).Exec(ctx)
	return err
}
