package positions

import (
	"strings"
	"time"

	"glas/internal/form"
	"glas/internal/text"
)

// trapName is a field that people never see.
const trapName = "website"

// readPosition reads what was typed; Check says what is wrong with it.
func readPosition(f *form.Form) *Position {
	p := &Position{Title: text.CleanLine(f.Value("title")), Text: f.Text("text", form.Limit{Max: textMax}), Stance: Stance(f.OneOf("stance", "", "for", "neutral", "against")),
		AdoptedBy: Body(f.OneOf("adopted_by", "", "assembly", "board", "members", "head")), AdoptedOn: f.Date("adopted_on", time.UTC)}
	for _, line := range strings.Split(f.Value("signatories"), "\n") {
		name, role, _ := strings.Cut(text.CleanLine(line), ",")
		if name = strings.TrimSpace(name); name != "" {
			p.Signatories = append(p.Signatories, Signatory{Name: name, Role: strings.TrimSpace(role)})
		}
	}
	return p
}

// fill puts a position into the form, to be worded anew.
func fill(f *form.Form, p *Position) {
	var lines []string
	for _, s := range p.Signatories {
		line := s.Name
		if s.Role != "" {
			line += ", " + s.Role
		}
		lines = append(lines, line)
	}
	for name, v := range map[string]string{"title": p.Title, "text": p.Text, "stance": string(p.Stance), "adopted_by": string(p.AdoptedBy),
		"adopted_on": p.AdoptedOn.Format(time.DateOnly), "signatories": strings.Join(lines, "\n")} {
		f.Set(name, v)
	}
}
