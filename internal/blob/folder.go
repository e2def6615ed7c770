package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"

	"glas/internal/id"
)

// Folder keeps files in a folder of the machine, which it cannot leave whatever the key
// or a symbolic link says.
type Folder struct {
	root *os.Root
}

const (
	// No key begins with a dot, so these cannot collide with one.
	draftFolder = ".drafts"
	typeFolder  = ".types"
)

// NewFolder returns the store in the folder at dir, which is made when it is missing.
func NewFolder(dir string) (*Folder, error) {
	if dir == "" {
		return nil, errors.New("open file folder: no path")
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("open file folder: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open file folder: %w", err)
	}
	if err := root.MkdirAll(draftFolder, 0o750); err != nil {
		return nil, errors.Join(fmt.Errorf("open file folder: %w", err), root.Close())
	}
	return &Folder{root: root}, nil
}

// Close lets go of the folder.
func (f *Folder) Close() error { return f.root.Close() }

// Put stores a file; see Store.
func (f *Folder) Put(ctx context.Context, key string, r io.Reader, contentType string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	if err := f.put(key, stop{ctx, r}, contentType); err != nil {
		return fmt.Errorf("store file %s: %w", key, err)
	}
	return nil
}

func (f *Folder) put(key string, r io.Reader, contentType string) error {
	draft, err := f.draft(r)
	if err != nil {
		return err
	}
	// The type is only kept aside when the ending does not tell it. It goes first:
	// dying in between leaves the old file with a new type at worst.
	if contentType == "" || contentType == typeByEnding(key) {
		err = gone(f.root.Remove(path.Join(typeFolder, key)))
	} else {
		var kind string
		if kind, err = f.draft(strings.NewReader(contentType)); err == nil {
			err = f.move(kind, path.Join(typeFolder, key))
		}
	}
	if err != nil {
		return errors.Join(err, f.root.Remove(draft))
	}
	return f.move(draft, key)
}

// draft writes a file under a passing name and returns that.
func (f *Folder) draft(r io.Reader) (string, error) {
	name := path.Join(draftFolder, id.New())
	file, err := f.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o640)
	if err != nil {
		return "", err
	}
	_, err = io.Copy(file, r)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return "", errors.Join(err, f.root.Remove(name))
	}
	return name, nil
}

// move gives a draft its final name in one step.
func (f *Folder) move(draft, name string) error {
	err := f.root.MkdirAll(path.Dir(name), 0o750)
	if err == nil {
		err = f.root.Rename(draft, name)
	}
	if err != nil {
		return errors.Join(err, f.root.Remove(draft))
	}
	return nil
}

// Get opens a file; see Store.
func (f *Folder) Get(ctx context.Context, key string) (io.ReadCloser, Info, error) {
	if err := checkKey(key); err != nil {
		return nil, Info{}, err
	}
	if err := ctx.Err(); err != nil {
		return nil, Info{}, err
	}
	file, info, err := f.open(key)
	if err != nil {
		return nil, Info{}, fmt.Errorf("open file %s: %w", key, err)
	}
	return file, info, nil
}

func (f *Folder) open(key string) (*os.File, Info, error) {
	file, err := f.root.Open(key)
	if errors.Is(err, fs.ErrNotExist) || notFolder(err) {
		return nil, Info{}, ErrNotFound
	}
	if err != nil {
		return nil, Info{}, err
	}
	stat, err := file.Stat()
	if err == nil && !stat.Mode().IsRegular() {
		err = ErrNotFound
	}
	if err != nil {
		return nil, Info{}, errors.Join(err, file.Close())
	}
	contentType := typeByEnding(key)
	kept, err := f.root.ReadFile(path.Join(typeFolder, key))
	if err == nil {
		contentType = string(kept)
	}
	if err := gone(err); err != nil {
		return nil, Info{}, errors.Join(err, file.Close())
	}
	return file, Info{Size: stat.Size(), ContentType: contentType, ModTime: stat.ModTime().UTC()}, nil
}

// Delete removes a file; see Store.
func (f *Folder) Delete(ctx context.Context, key string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	err := gone(f.root.Remove(key))
	if err == nil {
		err = gone(f.root.Remove(path.Join(typeFolder, key)))
	}
	if err != nil {
		return fmt.Errorf("delete file %s: %w", key, err)
	}
	return nil
}

// gone forgives that something is not there.
func gone(err error) error {
	if errors.Is(err, fs.ErrNotExist) || notFolder(err) {
		return nil
	}
	return err
}

// notFolder reports that a part of the path is a file, so that nothing can be below it.
func notFolder(err error) bool { return errors.Is(err, syscall.ENOTDIR) }
