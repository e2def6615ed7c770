package extract

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
)

// archive is an opened DOCX or ODT.
type archive struct {
	files map[string]*zip.File
	read  int64
}

func openArchive(data []byte) (*archive, error) {
	if bytes.HasPrefix(data, []byte{0xd0, 0xcf, 0x11, 0xe0}) {
		// The old container of Word: an encrypted DOCX, or a DOC that was renamed.
		return nil, fmt.Errorf("compound file: %w", ErrEncrypted)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	if len(z.File) > maxEntries {
		return nil, fmt.Errorf("%d files in the archive: %w", len(z.File), ErrTooLarge)
	}
	a := archive{files: map[string]*zip.File{}}
	for _, f := range z.File {
		a.files[f.Name] = f
	}
	return &a, nil
}

// open reads one part up to the limit of a part and of the whole archive. What the archive says about sizes is not believed.
func (a *archive) open(name string) ([]byte, error) {
	f := a.files[name]
	if f == nil {
		return nil, fmt.Errorf("no %s: %w", name, ErrBroken)
	}
	if f.Flags&1 != 0 {
		return nil, fmt.Errorf("%s: %w", name, ErrEncrypted)
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%s: %w: %w", name, ErrBroken, err)
	}
	left := maxEntry - a.read
	data, err := io.ReadAll(io.LimitReader(r, left+1))
	if err = errors.Join(err, r.Close()); err != nil && int64(len(data)) <= left {
		return nil, fmt.Errorf("%s: %w: %w", name, ErrBroken, err)
	}
	if int64(len(data)) > left {
		return nil, fmt.Errorf("%s unpacks to more than %d bytes: %w", name, left, ErrTooLarge)
	}
	a.read += int64(len(data))
	return data, nil
}

// optional reads a part that may be missing.
func (a *archive) optional(name string) ([]byte, error) {
	if a.files[name] == nil {
		return nil, nil
	}
	return a.open(name)
}

// element is an element of XML with its children, for the small parts that are read whole.
type element struct {
	name     string
	attrs    []xml.Attr
	children []*element
	text     string
}

// attr is an attribute by its name without the prefix.
func (e *element) attr(name string) string {
	if e == nil {
		return ""
	}
	return attr(e.attrs, name)
}

// child is the first child of that name, or nil; a nil element has none.
func (e *element) child(name string) *element {
	if e != nil {
		for _, c := range e.children {
			if c.name == name {
				return c
			}
		}
	}
	return nil
}

// all gives every descendant of a name in the order of the document.
func (e *element) all(name string) []*element {
	var found []*element
	if e != nil {
		for _, c := range e.children {
			if c.name == name {
				found = append(found, c)
			}
			found = append(found, c.all(name)...)
		}
	}
	return found
}

func attr(attrs []xml.Attr, name string) string {
	for _, a := range attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// walk calls the functions for each element of XML; it refuses what is broken or nested too deep.
func walk(data []byte, start func(xml.StartElement) error, text func(string), end func(name string) error) error {
	d := xml.NewDecoder(bytes.NewReader(data))
	depth := 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%w: %w", ErrBroken, err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			if depth++; depth > maxDepth {
				return fmt.Errorf("more than %d elements within each other: %w", maxDepth, ErrBroken)
			}
			err = start(t)
		case xml.CharData:
			text(string(t))
		case xml.EndElement:
			depth--
			err = end(t.Name.Local)
		}
		if err != nil {
			return err
		}
	}
}

// parse reads a small part as a tree. Nothing gives an empty tree.
func parse(data []byte) (*element, error) {
	root := &element{}
	stack := []*element{root}
	top := func() *element { return stack[len(stack)-1] }
	err := walk(data, func(s xml.StartElement) error {
		e := &element{name: s.Name.Local, attrs: s.Copy().Attr}
		top().children = append(top().children, e)
		stack = append(stack, e)
		return nil
	}, func(s string) { top().text += s }, func(string) error {
		stack = stack[:len(stack)-1]
		return nil
	})
	return root, err
}
