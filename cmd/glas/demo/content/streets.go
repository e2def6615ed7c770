package content

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
)

//go:embed streets/*.txt
var streetFiles embed.FS

// Register is the streets of a town beside those that its content names, around its middle.
type Register struct {
	// Town is how the place itself is called, Reach how far it goes from its middle, in metres.
	Town  string
	Reach float64
	Names []string
}

// RegisterOf is the register of a municipality; nil when its streets come with its cases.
func RegisterOf(slug string) (*Register, error) {
	raw, err := streetFiles.ReadFile("streets/" + slug + ".txt")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read demo streets: %w", err)
	}
	head, rest, _ := strings.Cut(string(raw), "\n")
	town, reach, _ := strings.Cut(head, " = ")
	r := &Register{Town: town, Names: strings.Split(strings.TrimSpace(rest), "\n")}
	if r.Reach, err = strconv.ParseFloat(reach, 64); err != nil {
		return nil, fmt.Errorf("demo streets of %s: %w", slug, err)
	}
	return r, nil
}
