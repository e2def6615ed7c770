package main

import (
	"glas/internal/form"
	"glas/modules/attachments"
	"glas/modules/documents"
	"glas/modules/terms"
)

// books makes the parts that hold rules of terms and official documents.
func (p *parts) books(a *app) {
	p.documents = documents.New(documents.Deps{DB: a.rows, Store: a.blobs, Look: lookInto, Audit: record})
	p.terms = terms.New(terms.Deps{DB: a.rows, Audit: record, Documents: documents.KindOptions})
}

// lookInto tells what a file is, as for everything that people send.
func lookInto(f form.File) (documents.File, error) {
	l, err := attachments.Look(f)
	return documents.File{Name: l.Name, Mime: l.ContentType, Data: l.Data, Picture: l.Photo, Scan: l.Scan}, err
}
