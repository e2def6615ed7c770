package reports

import (
	"context"
	"fmt"

	"glas/modules/consultations"
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

// Published lists the files of all published versions of the report of a consultation, for archives.
func Published(ctx context.Context, tx *tenant.Tx, consultationID string) ([]PublishedFile, error) {
	versions, err := stored.Versions(ctx, tx, consultationID)
	if err != nil || len(versions) == 0 {
		return nil, err
	}
	files, err := stored.FilesOf(ctx, tx, consultationID)
	if err != nil {
		return nil, fmt.Errorf("list published reports: %w", err)
	}
	var out []PublishedFile
	for _, r := range versions {
		if r.State != stored.Published {
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
