package blob_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"glas/internal/blob"
	"glas/internal/clock"
)

func folder(t *testing.T) (blob.Store, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "new", "files")
	f, err := blob.NewFolder(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f, dir
}

func s3(t *testing.T) blob.Store {
	t.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket("files"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	s, err := blob.NewS3("s3://key:se%2Fcret@" + strings.TrimPrefix(server.URL, "http://") + "/files?tls=false&region=eu-central-1")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestContract(t *testing.T) {
	t.Run("folder", func(t *testing.T) { f, _ := folder(t); contract(t, f) })
	t.Run("s3", func(t *testing.T) { contract(t, s3(t)) })
}

func put(t *testing.T, s blob.Store, key, content, contentType string) {
	t.Helper()
	if err := s.Put(context.Background(), key, strings.NewReader(content), contentType); err != nil {
		t.Fatal(err)
	}
}

func expect(t *testing.T, s blob.Store, key, content, contentType string) {
	t.Helper()
	r, info, err := s.Get(context.Background(), key)
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(r)
	if err := errors.Join(err, r.Close()); err != nil {
		t.Fatal(err)
	}
	if string(got) != content || info.Size != int64(len(content)) {
		t.Errorf("%s: %d bytes, said %d, want %d", key, len(got), info.Size, len(content))
	}
	if info.ContentType != contentType {
		t.Errorf("%s: content type %q, want %q", key, info.ContentType, contentType)
	}
	if age := clock.System.Now().Sub(info.ModTime); age < -time.Minute || age > time.Hour || info.ModTime.Location() != time.UTC {
		t.Errorf("%s: stored at %v", key, info.ModTime)
	}
}

func contract(t *testing.T, s blob.Store) {
	ctx := context.Background()
	t.Run("put get replace delete", func(t *testing.T) {
		const key = "0198c2f4/photos/a_1.b-c.jpg"
		put(t, s, key, "one", "image/jpeg")
		expect(t, s, key, "one", "image/jpeg")
		put(t, s, key, "", "text/html") // shorter and of another kind
		expect(t, s, key, "", "text/html")
		put(t, s, key, "three", "")
		expect(t, s, key, "three", "image/jpeg")
		put(t, s, "plain", "x", "")
		expect(t, s, "plain", "x", "application/octet-stream")
		for range 2 { // the second finds nothing, which is no error
			if err := s.Delete(ctx, key); err != nil {
				t.Fatal(err)
			}
		}
		if _, _, err := s.Get(ctx, key); !errors.Is(err, blob.ErrNotFound) {
			t.Errorf("after Delete: %v", err)
		}
		expect(t, s, "plain", "x", "application/octet-stream")
		if _, _, err := s.Get(ctx, "plain/below"); !errors.Is(err, blob.ErrNotFound) {
			t.Errorf("below a file: %v", err)
		}
		if err := s.Delete(ctx, "plain/below"); err != nil {
			t.Errorf("delete below a file: %v", err)
		}
		if _, _, err := s.Get(ctx, "0198c2f4/photos"); !errors.Is(err, blob.ErrNotFound) {
			t.Errorf("a folder: %v", err)
		}
	})
	t.Run("large", func(t *testing.T) {
		large := bytes.Repeat([]byte("0123456789abcdef"), 20<<20/16)
		// Hidden behind a plain reader, so that nobody knows its length beforehand.
		if err := s.Put(ctx, "large", io.MultiReader(bytes.NewReader(large)), "application/zip"); err != nil {
			t.Fatal(err)
		}
		r, info, err := s.Get(ctx, "large")
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(got, large) || info.Size != int64(len(large)) {
			t.Errorf("%d bytes came back, want %d", len(got), len(large))
		}
	})
	t.Run("a reader that fails leaves what was there", func(t *testing.T) {
		put(t, s, "kept", "before", "text/plain")
		broken := errors.New("connection lost")
		for _, beginning := range []int{3, 9 << 20} {
			r := io.MultiReader(bytes.NewReader(make([]byte, beginning)), iotest.ErrReader(broken))
			if err := s.Put(ctx, "kept", r, "image/png"); !errors.Is(err, broken) {
				t.Errorf("Put = %v", err)
			}
		}
		expect(t, s, "kept", "before", "text/plain")
	})
	t.Run("ended context", func(t *testing.T) {
		over, cancel := context.WithCancel(ctx)
		cancel()
		put(t, s, "there", "x", "")
		_, _, getErr := s.Get(over, "there")
		for name, err := range map[string]error{
			"put": s.Put(over, "new", strings.NewReader("x"), ""), "get": getErr, "delete": s.Delete(over, "there"),
		} {
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s = %v", name, err)
			}
		}
		expect(t, s, "there", "x", "application/octet-stream")
	})
	t.Run("keys", func(t *testing.T) {
		for _, key := range []string{
			"", "/", "/a", "a/", "a//b", "..", "../a", "a/../b", "a/..", "a/.", "./a", ".types/a", "a/.b", "A", "a b", "č", "a\\b", "a\x00", "a\nb",
			"-a", "a/-b", "_a", "a:b", strings.Repeat("a", 501), "a/" + strings.Repeat("b", 201),
		} {
			_, _, getErr := s.Get(ctx, key)
			for name, err := range map[string]error{
				"put": s.Put(ctx, key, strings.NewReader("x"), ""), "get": getErr, "delete": s.Delete(ctx, key),
			} {
				if !errors.Is(err, blob.ErrKey) {
					t.Errorf("%s %q = %v, want ErrKey", name, key, err)
				}
			}
		}
	})
}

func TestFolderCannotBeLeftByALink(t *testing.T) {
	f, dir := folder(t)
	outside := t.TempDir()
	if err := os.WriteFile(filepath.Join(outside, "secret"), []byte("s"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(dir, "out")); err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.Get(context.Background(), "out/secret"); err == nil {
		t.Error("read a file outside")
	}
	if err := f.Put(context.Background(), "out/new", strings.NewReader("x"), ""); err == nil {
		t.Error("wrote a file outside")
	}
}

func TestFolderLeavesNoDrafts(t *testing.T) {
	f, dir := folder(t)
	put(t, f, "a/b", "x", "text/html")
	_ = f.Put(context.Background(), "a/c", iotest.ErrReader(errors.New("lost")), "")
	_ = f.Put(context.Background(), "a", strings.NewReader("a folder is there"), "")
	drafts, err := os.ReadDir(filepath.Join(dir, ".drafts"))
	if err != nil || len(drafts) != 0 {
		t.Errorf("drafts = %v, %v", drafts, err)
	}
	expect(t, f, "a/b", "x", "text/html")
}

func TestS3TellsMistakesWithoutTheSecret(t *testing.T) {
	for _, bad := range []string{"s3://key:hush@", "s3://key:hush@host", "s3://key:hush@host/a/b", "s3://key:hush%zz@host/a", ""} {
		if _, err := blob.NewS3(bad); err == nil || strings.Contains(err.Error(), "hush") {
			t.Errorf("NewS3(%q) = %v", bad, err)
		}
	}
}
