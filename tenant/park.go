package tenant

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"time"

	"glas/internal/id"
)

// Park keeps what a visitor typed until he has signed in; only his browser holds the token that finds it.
type Park struct{ DB *DB }

// parkedFor is how long a form waits.
const parkedFor = 2 * time.Hour

// ParkedForm is a form that waits.
type ParkedForm struct {
	Key
	Path      string
	Form      url.Values `bun:"type:jsonb"`
	ExpiresAt time.Time
}

// Park stores a form that was sent to path and returns the token that finds it again. Forms that nobody came back for are removed.
func (p Park) Park(ctx context.Context, path string, form url.Values) (string, error) {
	token := id.Token(24)
	err := p.DB.Update(ctx, func(ctx context.Context, tx *Tx) error {
		if _, err := tx.Delete((*ParkedForm)(nil)).Where("expires_at < ?", tx.Now()).Exec(ctx); err != nil {
			return err
		}
		_, err := tx.Insert(&ParkedForm{Key: Key{ID: id.Hash(token)}, Path: path, Form: form, ExpiresAt: tx.Now().Add(parkedFor)}).Exec(ctx)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("park form: %w", err)
	}
	return token, nil
}

// Parked finds a form again; an unknown token finds an empty path.
func (p Park) Parked(ctx context.Context, token string) (path string, form url.Values, err error) {
	var row ParkedForm
	err = p.DB.View(ctx, func(ctx context.Context, tx *Tx) error {
		return tx.Select(&row).Where("id = ?", id.Hash(token)).Where("expires_at > ?", tx.Now()).Scan(ctx)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil, nil
	}
	if err != nil {
		return "", nil, fmt.Errorf("find parked form: %w", err)
	}
	return row.Path, row.Form, nil
}

// Drop forgets a form.
func (p Park) Drop(ctx context.Context, token string) error {
	return p.DB.Update(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.Delete((*ParkedForm)(nil)).Where("id = ?", id.Hash(token)).Exec(ctx)
		return err
	})
}
