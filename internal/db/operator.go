package db

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"
)

// OperatorTokens keeps hashes of the operator's tokens, which belong to no tenant.
type OperatorTokens struct{ DB *DB }

// Put keeps a hash for a purpose until expires, and forgets those that are over at now.
func (o OperatorTokens) Put(ctx context.Context, hash, purpose string, now, expires time.Time) error {
	return o.DB.Change(ctx, "", func(ctx context.Context, idb bun.IDB) error {
		if _, err := idb.NewRaw("delete from operator_tokens where expires_at < ?", now.UTC()).Exec(ctx); err != nil {
			return fmt.Errorf("forget old tokens: %w", err)
		}
		_, err := idb.NewRaw("insert into operator_tokens (hash, purpose, created_at, expires_at) values (?, ?, ?, ?)", hash, purpose, now.UTC(), expires.UTC()).Exec(ctx)
		if err != nil {
			return fmt.Errorf("keep token: %w", err)
		}
		return nil
	})
}

// Valid reports whether a hash is kept for a purpose and not over at now; take forgets it in the same step, so that only one of two
// who come with the same token gets in.
func (o OperatorTokens) Valid(ctx context.Context, hash, purpose string, now time.Time, take bool) (bool, error) {
	if !take {
		n, err := o.DB.Read.NewSelect().Table("operator_tokens").
			Where("hash = ?", hash).Where("purpose = ?", purpose).Where("expires_at > ?", now.UTC()).Count(ctx)
		if err != nil {
			return false, fmt.Errorf("find token: %w", err)
		}
		return n > 0, nil
	}
	res, err := o.DB.Write.NewRaw("delete from operator_tokens where hash = ? and purpose = ? and expires_at > ?", hash, purpose, now.UTC()).Exec(ctx)
	if err != nil {
		return false, fmt.Errorf("use token: %w", err)
	}
	n, err := res.RowsAffected()
	return n > 0, err
}
