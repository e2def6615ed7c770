package main

import (
	"context"

	"glas/modules/archive"
	"glas/tenant"
)

// newArchive makes the archives, which are told by everything that stands below them, and of reports what is published.
func (p *parts) newArchive(a *app) *archive.Module {
	return archive.New(archive.Deps{DB: a.rows, Store: a.blobs, Files: p.attachments, Catalogue: a.catalogue, Base: a.base, Reports: p.reportFiles})
}

func (p *parts) reportFiles(ctx context.Context, tx *tenant.Tx, consultationID string) ([]archive.ReportFile, error) {
	list, err := p.reports.Published(ctx, tx, consultationID)
	out := make([]archive.ReportFile, len(list))
	for i, f := range list {
		out[i] = archive.ReportFile{Name: f.Name, Version: f.Version, BlobKey: f.BlobKey}
	}
	return out, err
}
