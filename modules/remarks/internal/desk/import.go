package desk

import (
	"strings"
	"time"

	"glas/internal/fault"
	"glas/internal/search"
	"glas/internal/text"
	"glas/modules/remarks/internal/core"
	"glas/modules/remarks/internal/stored"
)

// Fields of an imported remark, in the order of the mapping.
const (
	fieldRef         = "reference"
	fieldChannel     = "channel"
	fieldSource      = "source"
	fieldReceived    = "received"
	fieldBody        = "body"
	fieldStance      = "stance"
	fieldWording     = "wording"
	fieldEffects     = "effects"
	fieldBlock       = "block"
	fieldName        = "person_name"
	fieldEmail       = "person_email"
	fieldAddress     = "person_address"
	fieldPublicName  = "public_name"
	fieldAssociation = "association"
	fieldLang        = "lang"
)

// importFields lists what a column can be.
func importFields() []string {
	return []string{fieldRef, fieldChannel, fieldSource, fieldReceived, fieldBody, fieldStance, fieldWording, fieldEffects, fieldBlock, fieldPublicName, fieldAssociation,
		fieldName, fieldEmail, fieldAddress, fieldLang}
}

// heads are words by which the columns of other people's tables are known, folded, in the five languages.
func heads() map[string][]string {
	return map[string][]string{
		fieldRef:         {"reference", "ref", "id", "sklic", "zadeva", "номер", "рег", "αριθμ", "πρωτοκολλο", "no", "sayi", "st", "opravilna"},
		fieldChannel:     {"channel", "kanal", "канал", "καναλι"},
		fieldSource:      {"source", "vir", "източник", "πηγη", "kaynak"},
		fieldReceived:    {"received", "date", "datum", "prejeto", "дата", "получен", "ημερομηνια", "tarih"},
		fieldBody:        {"text", "remark", "comment", "besedilo", "pripomba", "бележка", "текст", "παρατηρηση", "κειμενο", "gorus", "metin", "body"},
		fieldStance:      {"stance", "stalisce", "позиция", "θεση", "tutum"},
		fieldWording:     {"wording", "proposed", "predlog", "предложение", "προτασ", "oneri"},
		fieldEffects:     {"effects", "ucinki", "effect", "ефект", "επιπτωσεις", "etki"},
		fieldBlock:       {"article", "block", "clen", "член", "αρθρο", "madde"},
		fieldName:        {"name", "person", "ime", "име", "ονομα", "ad", "adi"},
		fieldEmail:       {"email", "e-mail", "e-posta", "имейл", "mail", "eposta"},
		fieldAddress:     {"address", "naslov", "адрес", "διευθυνση", "adres"},
		fieldPublicName:  {"public", "shown", "javno", "публично", "δημοσιο"},
		fieldAssociation: {"association", "organisation", "drustvo", "сдружение", "συλλογος", "dernek"},
		fieldLang:        {"language", "lang", "jezik", "език", "γλωσσα", "dil"},
	}
}

// guess proposes which column is which field: the first whose head begins with a known word.
func guess(header []string) map[string]int {
	out, used := map[string]int{}, map[int]bool{}
	for _, field := range importFields() {
		for _, word := range heads()[field] {
			for i, h := range header {
				if _, have := out[field]; !have && !used[i] && matches(search.Fold(h), word) {
					out[field], used[i] = i, true
				}
			}
		}
	}
	return out
}

func matches(head, word string) bool {
	for _, w := range strings.FieldsFunc(head, func(r rune) bool { return r == ' ' || r == '_' || r == '.' || r == '/' || r == '(' }) {
		if w == word || len(word) > 4 && strings.HasPrefix(w, word) {
			return true
		}
	}
	return false
}

// problem is what is wrong with one row; Row counts as the file does, the head being the first.
type problem struct {
	Row     int
	Field   string
	Message fault.Message
}

// importer turns rows into entries.
type importer struct {
	columns        map[string]int
	consultationID string
	places         []PlaceOption
	// channel and source stand where the file does not say.
	channel stored.Channel
	source  string
	zone    *time.Location
	now     time.Time
}

// read turns the rows below the head into entries. Those with a problem are left out and told.
func (im importer) read(rows [][]string) (entries []core.Entry, problems []problem) {
	seen := map[string]int{}
	for i, row := range rows {
		n := i + 2
		e, field, message := im.entry(row)
		if message.IsZero() && e.ExternalID != "" {
			if was, twice := seen[e.ExternalID]; twice {
				field, message = fieldRef, fault.Msg("remarks.import.error.twice", "Row", was)
			}
			seen[e.ExternalID] = n
		}
		if !message.IsZero() {
			problems = append(problems, problem{n, field, message})
			continue
		}
		entries = append(entries, e)
	}
	return entries, problems
}

func (im importer) entry(row []string) (e core.Entry, field string, message fault.Message) {
	get := func(field string) string {
		i, ok := im.columns[field]
		if !ok || i < 0 || i >= len(row) {
			return ""
		}
		return text.Clean(row[i])
	}
	e = core.Entry{Anchor: anchorOf("", im.consultationID), Channel: im.channel, Source: im.source, ExternalID: text.CleanLine(get(fieldRef)),
		Person:     stored.Person{Name: text.CleanLine(get(fieldName)), Email: get(fieldEmail), Address: text.CleanLine(get(fieldAddress))},
		PublicName: text.CleanLine(get(fieldPublicName)), Lang: language(get(fieldLang)),
		Words: stored.Words{Stance: stanceOf(get(fieldStance)), Body: get(fieldBody), Wording: get(fieldWording), Effects: get(fieldEffects)}}
	if s := get(fieldSource); s != "" {
		e.Source = text.CleanLine(s)
	}
	if s := get(fieldChannel); s != "" {
		var ok bool
		if e.Channel, ok = channelOf(s); !ok {
			return e, fieldChannel, fault.Msg("remarks.import.error.channel", "Value", text.Truncate(s, 40))
		}
	}
	var ok bool
	if e.ReceivedAt, ok = dateOf(get(fieldReceived), im.zone); !ok {
		return e, fieldReceived, fault.Msg("remarks.import.error.date", "Value", text.Truncate(get(fieldReceived), 40))
	}
	if s := get(fieldAssociation); s != "" && !no(s) {
		e.Association = true
		if !yes(s) && e.PublicName == "" {
			e.PublicName = text.CleanLine(s) // the column names the association
		}
	}
	if s := get(fieldBlock); s != "" {
		switch found := im.place(s); len(found) {
		case 0:
			return e, fieldBlock, fault.Msg("remarks.import.error.block", "Value", text.Truncate(s, 40))
		case 1:
			e.Anchor = found[0].Anchor
		default:
			return e, fieldBlock, fault.Msg("remarks.import.error.which", "Value", text.Truncate(s, 40), "First", found[0].Label)
		}
	}
	field, message = im.first(e)
	return e, field, message
}

// first is the first thing that is wrong with an entry.
func (im importer) first(e core.Entry) (field string, message fault.Message) {
	fields := e.Check(im.now)
	for _, name := range []string{"body", "channel", "source", "received", "public_name", "person_email", "wording", "effects"} {
		if m, bad := fields[name]; bad {
			return name, m
		}
	}
	return "", fault.Message{}
}

// place finds a block by how it is called.
//
// A citation alone, "7. člen", is enough where only one text has it.
func (im importer) place(s string) []PlaceOption {
	want := squeeze(s)
	var cited []PlaceOption
	for _, p := range im.places {
		if squeeze(p.Label) == want || p.Anchor.Block == s {
			return []PlaceOption{p}
		}
		if squeeze(p.Anchor.Label) == want || p.Anchor.Label == "" && p.Anchor.Zone == s {
			cited = append(cited, p)
		}
	}
	return cited
}

// squeeze folds a label and leaves out what people write differently.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" .,()-–/", r) {
			return -1
		}
		return r
	}, search.Fold(s))
}

// dateOf reads a day, or a day and a time, as tables have them.
func dateOf(s string, zone *time.Location) (time.Time, bool) {
	s = strings.TrimSpace(strings.TrimSuffix(strings.ReplaceAll(s, ". ", "."), "."))
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 15:04", time.DateOnly, "2.1.2006 15:04", "2.1.2006", "2/1/2006 15:04", "2/1/2006"} {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil && t.Year() >= 1990 && t.Year() < 2200 {
			return t, true
		}
	}
	return time.Time{}, false
}

func channelOf(s string) (stored.Channel, bool) {
	words := map[stored.Channel][]string{
		stored.Letter:  {"letter", "post", "posta", "pismo", "писмо", "επιστολη", "mektup", "поща"},
		stored.Email:   {"email", "e-mail", "eposta", "e-posta", "имейл", "mail"},
		stored.Desk:    {"desk", "in person", "osebno", "vlozisce", "на място", "αυτοπροσωπως", "basvuru masasi", "sahsen"},
		stored.Hearing: {"hearing", "obravnava", "javna obravnava", "обсъждане", "ακροαση", "toplanti"},
		stored.Import:  {"import", "other", "drugo", "друго", "αλλο", "diger"},
	}
	f := search.Fold(strings.TrimSpace(s))
	for _, c := range stored.Channels() {
		for _, w := range words[c] {
			if f == search.Fold(w) {
				return c, true
			}
		}
	}
	return "", false
}

func stanceOf(s string) stored.Stance {
	f := search.Fold(strings.TrimSpace(s))
	for stance, words := range map[stored.Stance][]string{
		stored.For:     {"for", "za", "за", "υπερ", "lehte", "yes", "da"},
		stored.Against: {"against", "proti", "против", "κατα", "aleyhte", "karsi", "no", "ne"},
		stored.Neutral: {"neutral", "nevtralno", "неутрално", "ουδετερο", "tarafsiz"},
	} {
		for _, w := range words {
			if f == search.Fold(w) {
				return stance
			}
		}
	}
	return ""
}

func language(s string) string {
	s = strings.ToLower(s)
	for _, l := range []string{"sl", "bg", "el", "tr", "en"} {
		if s == l {
			return l
		}
	}
	return ""
}

func yes(s string) bool { return one(s, "1", "x", "yes", "true", "da", "да", "ναι", "evet") }
func no(s string) bool  { return one(s, "0", "no", "false", "ne", "не", "οχι", "hayir", "-") }

func one(s string, list ...string) bool {
	f := search.Fold(strings.TrimSpace(s))
	for _, w := range list {
		if f == search.Fold(w) {
			return true
		}
	}
	return false
}
