package main

import "glas/modules/reports"

// newReports makes the reports, which are told by everything that stands below them.
func (p *parts) newReports(a *app) *reports.Module {
	return reports.New(reports.Deps{
		DB: a.rows, Store: a.blobs, Catalogue: a.catalogue, Base: a.base, Consultations: p.consultations,
		Texts: reports.ActsOf, Remarks: reports.PublicRemarks, Mine: reports.RemarksOf,
	})
}
