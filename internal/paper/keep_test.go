package paper_test

import (
	"fmt"
	"strings"
	"testing"

	"glas/internal/paper"
)

// Headings and captions stood alone at the foot of a page, one row of a table went over alone, and short remarks were torn.
func TestWhatBelongsTogetherStaysTogether(t *testing.T) {
	for filler := range 48 {
		d := document(0)
		d.Contents, d.Blocks = "", nil
		for range filler {
			d.Blocks = append(d.Blocks, paper.P("polnilo"))
		}
		table := paper.Table{Caption: "Tabela", Head: []string{"Glava", "Druga"}}
		for i := range 33 {
			table.Rows = append(table.Rows, [][]paper.Span{paper.Text(fmt.Sprintf("vrstica %d", i)), paper.Text("x")})
		}
		d.Blocks = append(d.Blocks, paper.Heading{Level: 1, Text: "Naslov A"}, paper.Heading{Level: 2, Text: "Naslov B"}, table,
			paper.Heading{Level: 3, Text: "Pripomba"}, paper.P("telo"), paper.Pairs{{Key: "Odločitev", Value: paper.Text("da")}, {Key: "Razlog", Value: paper.Text("ker")}, {Key: "Oddelek", Value: paper.Text("urad")}},
			paper.Table{Caption: "Kratka", Head: []string{"Skupina"}, Rows: [][][]paper.Span{{paper.Text("prva")}, {paper.Text("druga")}, {paper.Text("zadnja")}}})
		for n, page := range strings.Split(drawn(t, write(t, paper.PDF, d)), d.Footer+"\n") {
			body, _, _ := strings.Cut(page, d.Header+"\n")
			body, _, _ = strings.Cut(body, fmt.Sprintf("Stran %d od", n+1))
			lines := strings.Split(strings.TrimSpace(body), "\n")
			switch last := lines[len(lines)-1]; last {
			case "Naslov A", "Naslov B", "Tabela", "Glava", "Druga", "Pripomba", "Kratka", "Skupina":
				t.Errorf("%d lines before: %q stands alone at the foot of page %d", filler, last, n+1)
			}
			if strings.Count(body, "vrstica") == 1 {
				t.Errorf("%d lines before: one row stands alone on page %d", filler, n+1)
			}
			for _, all := range [][]string{{"Pripomba", "telo", "Odločitev", "Razlog", "Oddelek"}, {"Kratka", "prva", "zadnja"}} {
				if strings.Contains(body, all[0]) != strings.Contains(body, all[len(all)-1]) {
					t.Errorf("%d lines before: %v is torn at page %d", filler, all, n+1)
				}
			}
		}
	}
}
