package inbox

import (
	"regexp"
	"strings"
)

// Lines with which programs begin the message before, without marking each line of it.
var begins = regexp.MustCompile(`(?i)^(-{2,}\s*(Original Message|Forwarded message|Izvirno sporočilo|Posredovano sporočilo|Оригинално съобщение|` +
	`Препратено съобщение|Αρχικό μήνυμα|Προωθημένο μήνυμα|Orijinal İleti|Özgün İleti|İletilmiş ileti).*|_{10,})$`)

// A block of From/Sent/To/Subject without quotation marks, as one known program writes it.
var headed = regexp.MustCompile(`(?i)^\*?(From|Od|От|Από|Kimden|Gönderen)\s*:\*?\s.+`)

// Fresh is what somebody wrote anew: the text without quotations of earlier messages and without a signature below the mark "-- ".
// When nothing would be left, the whole text stays, because somebody answered between the lines.
func Fresh(s string) string {
	lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
	var out []string
	for i, line := range lines {
		trimmed := strings.TrimSpace(line)
		if line == "-- " || line == "--" {
			break
		}
		if strings.HasPrefix(trimmed, ">") { // before the others: each of them would look through the whole quotation again
			continue
		}
		if begins.MatchString(trimmed) || strings.HasSuffix(trimmed, ":") && quoteFollows(lines[i+1:]) {
			break
		}
		if headed.MatchString(trimmed) && i+2 < len(lines) && strings.Count(strings.Join(lines[i:min(i+5, len(lines))], "\n"), ":") >= 3 {
			break
		}
		out = append(out, line)
	}
	fresh := strings.TrimSpace(strings.Join(out, "\n"))
	if fresh == "" {
		return strings.TrimSpace(s)
	}
	return fresh
}

// quoteFollows reports whether the next line that is not empty is quoted, so that the one before says, in whatever language, who
// wrote it. What is answered below a quotation stays.
func quoteFollows(lines []string) bool {
	quote := false
	for _, l := range lines {
		switch l = strings.TrimSpace(l); {
		case strings.HasPrefix(l, ">"):
			quote = true
		case l != "":
			return false
		}
	}
	return quote
}
