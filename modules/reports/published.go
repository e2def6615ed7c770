package reports

import (
	"context"
	"fmt"

	"glas/modules/consultations"
	"glas/modules/reports/internal/record"
	"glas/modules/reports/internal/stored"
	"glas/tenant"
)

// PublishedFile is a file of a published version of a report.
type PublishedFile struct {
	// Name within its version, such as "odlok-v1-sl.pdf".
	Name    string
	Version int
	SHA256  string
	BlobKey string
}

// concealed are the remarks in a published version, by its files, that moderators hid since. A version is never changed, but what must
// not be read is not given out any more: the page goes without it, and the files stay away.
func (m *Module) concealed(ctx context.Context, files []*stored.ReportFile, hidden []string) ([]string, error) {
	if len(hidden) == 0 {
		return nil, nil
	}
	for _, f := range files {
		if f.Format == "json" {
			body, err := read(ctx, m.Store, f.BlobKey)
			if err != nil {
				return nil, err
			}
			return record.Holds(body, hidden)
		}
	}
	return nil, nil
}

// Published lists the files of all published versions of the report of a consultation that everybody may have, for archives.
func (m *Module) Published(ctx context.Context, tx *tenant.Tx, consultationID string) ([]PublishedFile, error) {
	versions, err := stored.Versions(ctx, tx, consultationID)
	if err != nil || len(versions) == 0 {
		return nil, err
	}
	files, err := stored.FilesOf(ctx, tx, consultationID)
	if err != nil {
		return nil, fmt.Errorf("list published reports: %w", err)
	}
	hidden, err := stored.Concealed(ctx, tx, consultationID)
	if err != nil {
		return nil, err
	}
	var out []PublishedFile
	for _, r := range versions {
		if r.State != stored.Published {
			continue
		}
		if gone, err := m.concealed(ctx, files[r.ID], hidden); err != nil || len(gone) > 0 {
			if err != nil {
				return nil, err
			}
			continue
		}
		for _, f := range files[r.ID] {
			out = append(out, PublishedFile{Name: f.Name, Version: r.Version, SHA256: f.SHA256, BlobKey: f.BlobKey})
		}
	}
	return out, nil
}

// Reported reports whether a report of a consultation is published (consultations.Reporter): nobody is then reminded of it.
func (m *Module) Reported(ctx context.Context, tx *tenant.Tx, consultationID string) (bool, error) {
	r, err := stored.Latest(ctx, tx, consultationID)
	return r != nil, err
}

var _ consultations.Reporter = (*Module)(nil)
