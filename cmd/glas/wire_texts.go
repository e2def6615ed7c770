package main

import (
	"glas/modules/remarks"
	"glas/modules/texts"
)

// newTexts makes the acts and plan sheets, and enters them among what can be remarked on.
func (p *parts) newTexts(a *app) *texts.Module {
	p.remarks.Deps.Hosts[texts.Kind], p.remarks.Deps.Hosts[texts.KindSheet] = texts.TextHost{}, texts.SheetHost{}
	p.remarks.Deps.Places = texts.Places
	return texts.New(texts.Deps{DB: a.rows, Consultations: p.consultations, Remarks: p.remarks, Files: p.attachments})
}

var (
	_ remarks.Host  = texts.TextHost{}
	_ texts.Remarks = (*remarks.Module)(nil)
)
