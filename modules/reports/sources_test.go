package reports

import (
	"slices"
	"testing"

	"glas/modules/reports/internal/record"
	"glas/modules/reports/internal/stored"
)

func TestArticlesTakeTheirParagraphs(t *testing.T) {
	a := &stored.Act{ID: "t", Number: 2, Blocks: []stored.ActBlock{{Key: "c", Kind: "chapter", Label: "I."}, {Key: "1", Kind: "article", Label: "1. člen", Body: "a"},
		{Key: "1p", Kind: "paragraph", Label: "1. člen, 2. odstavek", Body: "novo"}, {Key: "2", Kind: "article", Label: "2. člen"}, {Key: "n", Kind: "note", Label: "beseda"}},
		First:   map[string]stored.ActBlock{"c": {}, "1": {Body: "a"}, "1p": {Body: "staro"}, "2": {}, "n": {}, "9": {Body: "črtano", Label: "9. člen"}},
		Because: map[string][]string{"1p": {"2026/4"}}}
	articles := articlesOf(a, nil)
	r := &record.Report{Articles: slices.Clone(articles), Remarks: []record.Remark{{TextID: "t", Block: "1p"}, {TextID: "t", Block: "1"}, {TextID: "t", Block: "gone"}}}
	r.Count()
	if len(articles) != 4 || len(r.Articles) != 3 || articles[3].Kind != "note" || r.Articles[1].Remarks != 2 || r.Articles[2].Remarks != 0 {
		t.Errorf("%+v", r.Articles)
	}
	changes := changesOf(a, nil)
	if len(changes) != 2 || changes[0].Before != "staro" || changes[0].Because[0] != "2026/4" || changes[1].Label != "9. člen" {
		t.Errorf("%+v", changes)
	}
	if changesOf(&stored.Act{Blocks: a.Blocks}, nil) != nil {
		t.Error("an act of one version has changed")
	}
}
