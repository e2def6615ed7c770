package db

import "strings"

// confined reports whether a statement touches rows of the tenant id only, as far as its text tells: every table of tables that it
// reads or writes must be tied to the tenant, by "tenant_id = 'id'" or by "a.tenant_id = b.tenant_id"; no tenant_id may be compared
// with another value; and no OR may stand beside such a tie in a WHERE, because it would undo it. A statement that names none of
// the tables is always confined.
func confined(query, id string, tables map[string]struct{}) bool {
	s := statement{text: query, tables: tables, id: id}
	for s.next() {
		s.read()
	}
	return s.named == 0 || id != "" && !s.escapes && s.ties >= s.named
}

// statement reads a text of SQL word by word.
type statement struct {
	text   string
	tables map[string]struct{}
	id     string
	at     int

	// kind and word are the token that was read: 'w' a word in lower case, 's' a text, 'n' a quoted name, or else a sign. before is
	// the kind of the token before it.
	kind, before byte
	word         string
	// last is the last word that named something, equal that "=" followed it and nothing else since.
	last  string
	equal bool
	// where and from say, for each depth of brackets, whether such a part is being read; awaited that the name of a table follows.
	depth       int
	where, from [32]bool
	awaited     bool
	// inserts says that the value which says whose an inserted row is was not met yet.
	inserts     bool
	named, ties int
	escapes     bool
}

func isWord(c byte) bool {
	return c == '_' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c >= 0x80
}

// next reads one token; comments and spaces are none.
func (s *statement) next() bool {
	s.before = s.kind
	for s.at < len(s.text) {
		c := s.text[s.at]
		rest := s.text[s.at:]
		switch {
		case c == ' ' || c == '\n' || c == '\t' || c == '\r':
			s.at++
		case strings.HasPrefix(rest, "--"):
			s.skip(2, "\n")
		case strings.HasPrefix(rest, "/*"):
			s.skip(2, "*/")
		case c == '\'' || c == '"' || c == '`' || c == '[':
			s.quoted(c)
			return true
		case isWord(c):
			start := s.at
			for s.at < len(s.text) && isWord(s.text[s.at]) {
				s.at++
			}
			s.kind, s.word = 'w', strings.ToLower(s.text[start:s.at])
			return true
		default:
			s.kind, s.word = c, ""
			s.at++
			return true
		}
	}
	return false
}

func (s *statement) skip(open int, end string) {
	s.at += open
	if i := strings.Index(s.text[s.at:], end); i >= 0 {
		s.at += i + len(end)
		return
	}
	s.at = len(s.text)
}

// quoted reads a text, or a name in any of the quotes that SQLite takes. A doubled quote is part of it.
func (s *statement) quoted(open byte) {
	end := open
	if open == '[' {
		end = ']'
	}
	start := s.at + 1
	for s.at = start; s.at < len(s.text); s.at++ {
		if s.text[s.at] != end {
			continue
		}
		if s.at+1 < len(s.text) && s.text[s.at+1] == end {
			s.at++
			continue
		}
		break
	}
	word := s.text[min(start, len(s.text)):min(s.at, len(s.text))]
	s.at++
	if s.kind, s.word = 's', word; open != '\'' {
		s.kind, s.word = 'n', strings.ToLower(word)
	}
}

// read takes the token in.
func (s *statement) read() {
	switch s.kind {
	case 'w', 'n':
		s.readWord()
	case 's':
		s.readText()
	case '(':
		s.depth = min(s.depth+1, len(s.where)-1)
		s.where[s.depth], s.from[s.depth], s.awaited, s.equal = false, false, false, false
	case ')':
		s.depth = max(s.depth-1, 0)
		s.equal = false
	case '=':
		s.equal = s.before == 'w' || s.before == 'n' || s.before == '='
	case ',':
		s.awaited, s.equal = s.from[s.depth], false
	case '.':
	default:
		s.equal = false
	}
}

// readText counts a comparison of tenant_id with a value, and the value that says whose an inserted row is.
func (s *statement) readText() {
	switch {
	case s.equal && s.last == "tenant_id" && s.word == s.id:
		s.ties++
	case s.equal && s.last == "tenant_id":
		s.escapes = true
	}
	if s.inserts && s.word == s.id {
		s.inserts = false
		s.ties++
	}
	s.equal = false
}

func (s *statement) readWord() {
	if s.kind == 'w' && s.keyword() {
		s.last, s.equal = s.word, false
		return
	}
	if s.at < len(s.text) && s.text[s.at] == '.' {
		return // a table's or the database's name before that of what is meant
	}
	if s.equal && s.word == "tenant_id" && s.last == "tenant_id" {
		s.ties++
	}
	if _, ok := s.tables[s.word]; ok && s.awaited {
		s.named++
		s.inserts = s.inserts || s.last == "into"
	}
	s.last, s.equal, s.awaited = s.word, false, false
}

// keyword takes in the words that say what follows, and reports whether it was one.
func (s *statement) keyword() bool {
	switch s.word {
	case "from":
		s.from[s.depth], s.awaited = true, true
	case "join", "into", "update":
		s.awaited = true
	case "where":
		s.where[s.depth], s.from[s.depth], s.awaited = true, false, false
	case "or":
		s.escapes = s.escapes || s.where[s.depth]
	case "group", "order", "limit", "union", "returning", "having", "set", "values", "select", "except", "intersect":
		s.where[s.depth], s.from[s.depth], s.awaited = false, false, false
	default:
		return false
	}
	return true
}
