// Package blob keeps files: in a folder of the machine, or in an S3-compatible store
// when several instances share them. Both keep one contract.
package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"strings"
	"time"
)

// Errors of a Store, usually wrapped.
var (
	// ErrNotFound is returned by Get for a key that nothing is stored under.
	ErrNotFound = errors.New("file not found")
	// ErrKey is returned for a key that no store accepts.
	ErrKey = errors.New("not a valid file key")
)

// Info describes a stored file.
type Info struct {
	// Size in bytes.
	Size int64
	// ContentType as given to Put, or by the ending of the key when that was empty.
	ContentType string
	// ModTime is when it was stored, in UTC, to the second or better.
	ModTime time.Time
}

// Store keeps files under keys such as "tenant-id/photos/id.jpg". It is safe for use by
// several goroutines.
//
// A key is at most 500 bytes of lower-case letters, digits, '/', '_', '.' and '-', in
// parts between single slashes that begin with a letter or a digit (later ones also with '_') and have at most
// 200 bytes. No key may be another key followed by a slash and more: a
// folder cannot also be a file.
type Store interface {
	// Put stores everything that r gives, in place of what was there. Nobody ever
	// reads half of it, and when r fails what was there stays.
	Put(ctx context.Context, key string, r io.Reader, contentType string) error
	// Get opens a file for reading; the caller closes it. ErrNotFound when there is
	// none.
	Get(ctx context.Context, key string) (io.ReadCloser, Info, error)
	// Delete removes a file; one that is not there is no error.
	Delete(ctx context.Context, key string) error
}

const (
	maxKey  = 500
	maxPart = 200
)

var keyForm = regexp.MustCompile(`^[a-z0-9][a-z0-9/_.-]*$`)

func checkKey(key string) error {
	if len(key) > maxKey || !keyForm.MatchString(key) || path.Clean(key) != key {
		return fmt.Errorf("%w: %q", ErrKey, key)
	}
	for part := range strings.SplitSeq(key, "/") {
		if len(part) > maxPart || strings.HasPrefix(part, ".") || strings.HasPrefix(part, "-") {
			return fmt.Errorf("%w: %q", ErrKey, key)
		}
	}
	return nil
}

// fallback is the content type of what nothing is known about.
const fallback = "application/octet-stream"

// typeByEnding is a fixed list, since that of the operating system differs from
// machine to machine.
func typeByEnding(key string) string {
	switch path.Ext(key) {
	case ".jpg", ".jpeg":
		return "image/jpeg"
	case ".png":
		return "image/png"
	case ".webp":
		return "image/webp"
	case ".gif":
		return "image/gif"
	case ".pdf":
		return "application/pdf"
	case ".txt":
		return "text/plain; charset=utf-8"
	case ".csv":
		return "text/csv; charset=utf-8"
	case ".json":
		return "application/json"
	case ".zip":
		return "application/zip"
	}
	return fallback
}

// stop makes a reader fail once ctx has ended.
type stop struct {
	ctx context.Context
	r   io.Reader
}

func (s stop) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.r.Read(p)
}
