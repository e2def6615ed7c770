package search

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"glas/internal/subject"
)

// Document is one thing that can be found. Title and Body are plain text in Lang; Path leads to it; Context says where it
// belongs ("Consultation: Main street"). Area, Topic and ConsultationID narrow a search; any of them may be empty.
type Document struct {
	Ref            subject.Ref
	Title          string
	Body           string
	Path           string
	Context        string
	Lang           string
	Area           string
	Topic          string
	ConsultationID string
	Updated        time.Time // kept to the millisecond
	// Versions are the title and text in each language that it is written in, when there are several: Title and Body then hold what it
	// is found by, and a reader is shown the version in his language.
	Versions map[string]Version
}

// Version is a document in one language.
type Version struct {
	Title string `json:"title"`
	Body  string `json:"body"`
}

// Query is what somebody looks for. Every word of Text must occur, at least as the beginning or another form of a word; the
// other fields narrow and may be empty. Limit is the page size (20 when 0, at most 50); After is the cursor of the page before. Reader is
// the language in which what was found is shown where it is written in it; it does not narrow.
type Query struct {
	Text           string
	Reader         string
	Kinds          []string
	Without        []string // kinds that are left out, with the comments on them
	Area           string
	Topic          string
	ConsultationID string
	Lang           string
	Limit          int
	After          string
}

// Hit is a document that was found. Its Body is the beginning of the text only.
type Hit struct {
	Document
	TitleParts []Segment // the title with the found words marked
	TitleLang  string    // the language of the title where it is not that of the text
	Snippet    []Segment // the text around the first found word
}

// Bounds of storing and finding.
const (
	maxBody       = 100_000 // bytes of a text that are kept
	maxVersion    = 20_000  // bytes of it that are kept in each of several languages, to show what was found
	leadWords     = 300     // words of a text that count for the ranking
	maxCandidates = 200     // documents that are ranked; a search never goes deeper
	pageSize      = 20
	maxPage       = 50
)

// row is a document as stored.
type row struct {
	Kind, SubjectID, Title, Body, Path, Context, Lang, Area, Topic, ConsultationID, Versions string
	UpdatedMs                                                                                int64
}

// What one statement stores at most: SQLite refuses statements above a million bytes, and a text stands in it twice, once as it is
// and once as its words.
const (
	putRows  = 100
	putBytes = 150_000
)

// Put stores documents of a tenant, replacing those with the same Ref. Of several with the same Ref the last one stays. Many are
// stored together, so that bringing in thousands is quick.
func Put(ctx context.Context, idb bun.IDB, pg bool, tenantID string, docs ...Document) error {
	for len(docs) > 0 {
		n, size := 0, 0
		for n < len(docs) && n < putRows && (n == 0 || size < putBytes) {
			if docs[n].Ref.IsZero() {
				return fmt.Errorf("index a document: it has no reference (title %q)", head(docs[n].Title, 80))
			}
			size += len(docs[n].Title) + min(len(docs[n].Body), maxBody)
			for _, v := range docs[n].Versions {
				size += (len(v.Title) + min(len(v.Body), maxVersion)) / 2 // they stand in the statement once
			}
			n++
		}
		if err := put(ctx, idb, pg, tenantID, docs[:n]); err != nil {
			return fmt.Errorf("index %s and %d more: %w", docs[0].Ref, n-1, err)
		}
		docs = docs[n:]
	}
	return nil
}

// put replaces a few documents.
func put(ctx context.Context, idb bun.IDB, pg bool, tenantID string, docs []Document) error {
	last, byKind := make(map[subject.Ref]int, len(docs)), map[string][]string{}
	for i, d := range docs {
		if _, met := last[d.Ref]; !met {
			byKind[d.Ref.Kind] = append(byKind[d.Ref.Kind], d.Ref.ID)
		}
		last[d.Ref] = i
	}
	for kind, ids := range byKind {
		if err := remove(ctx, idb, pg, tenantID, kind, ids); err != nil {
			return err
		}
	}
	rows := make([]stored, 0, len(docs))
	for i, d := range docs {
		if last[d.Ref] != i {
			continue
		}
		row, err := newStored(tenantID, d)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	return insert(ctx, idb, pg, tenantID, rows)
}

// stored is a document as it is written: its columns, and its words.
type stored struct {
	ref            subject.Ref
	consultationID string
	columns        []any
	title, body    []string
}

func newStored(tenantID string, d Document) (stored, error) {
	title, body := storable(d.Title), head(storable(d.Body), maxBody)
	titles := []string{title}
	for _, lang := range slices.Sorted(maps.Keys(d.Versions)) {
		if t := storable(d.Versions[lang].Title); !slices.Contains(titles, t) {
			titles = append(titles, t)
		}
	}
	versions, err := d.versions()
	if err != nil {
		return stored{}, err
	}
	s := stored{ref: d.Ref, consultationID: d.ConsultationID, title: words(strings.Join(titles, " "), 200), body: words(body, maxWords)}
	lead := strings.Join(s.body[:min(len(s.body), leadWords)], " ")
	s.columns = []any{tenantID, d.Ref.Kind, d.Ref.ID, title, body, d.Path, storable(d.Context), d.Lang, d.Area, d.Topic,
		d.ConsultationID, d.Updated.UnixMilli(), strings.Join(s.title, " "), lead, versions}
	return s, nil
}

// versions are the languages of a document as they are kept; "" for a single one.
func (d Document) versions() (string, error) {
	if len(d.Versions) < 2 {
		return "", nil
	}
	kept := make(map[string]Version, len(d.Versions))
	for lang, v := range d.Versions {
		kept[lang] = Version{Title: storable(v.Title), Body: head(storable(v.Body), maxVersion)}
	}
	data, err := json.Marshal(kept)
	if err != nil {
		return "", fmt.Errorf("write languages of %s: %w", d.Ref, err)
	}
	return string(data), nil
}

// insert writes documents in one statement, and on SQLite their words in a second one.
func insert(ctx context.Context, idb bun.IDB, pg bool, tenantID string, docs []stored) error {
	const into = `insert into search_documents (tenant_id, kind, subject_id, title, body, path, context, lang, area, topic, consultation_id,
		updated_ms, title_words, lead_words, versions`
	values, args := make([]string, len(docs)), make([]any, 0, 2*len(docs))
	for i, d := range docs {
		args = append(args, bun.List(d.columns))
		if values[i] = "(?)"; pg {
			values[i] = "(?, ?::tsvector)"
			args = append(args, vector(d.title, d.body))
		}
	}
	if pg {
		_, err := idb.NewRaw(into+`, words) values `+strings.Join(values, ", "), args...).Exec(ctx)
		return err
	}
	var numbered []struct {
		Num             int64
		Kind, SubjectID string
	}
	if err := idb.NewRaw(into+`) values `+strings.Join(values, ", ")+` returning num, kind, subject_id`, args...).Scan(ctx, &numbered); err != nil {
		return err
	}
	num := make(map[subject.Ref]int64, len(numbered))
	for _, n := range numbered {
		num[subject.Ref{Kind: n.Kind, ID: n.SubjectID}] = n.Num
	}
	args = args[:0]
	for i, d := range docs {
		values[i] = "(?, ?, ?, ?)"
		args = append(args, num[d.ref], d.tokens(tenantID), strings.Join(d.title, " "), strings.Join(d.body, " "))
	}
	_, err := idb.NewRaw(`insert into search_words (rowid, tenant, title, body) values `+strings.Join(values, ", "), args...).Exec(ctx)
	return err
}

// storable is text both databases take: PostgreSQL refuses NUL and invalid UTF-8.
func storable(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "�"), "\x00", "")
}

// vector writes the words as a tsvector literal, so that PostgreSQL's own parser never cuts them differently: the title with
// weight A, the body without.
func vector(title, body []string) string {
	var b strings.Builder
	for i, w := range title {
		b.WriteString("'" + w + "':" + strconv.Itoa(i+1) + "A ")
	}
	for i, w := range body {
		b.WriteString("'" + w + "':" + strconv.Itoa(len(title)+i+1) + " ")
	}
	return b.String()
}

// token is the tenant as a single word of the index, so that FTS5 never reads the entries of other tenants.
func token(tenantID string) string {
	return "t" + strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(tenantID))
}

// tokens are the single words of the index by which it is narrowed: to a tenant, and to one kind of thing of one consultation.
func (s stored) tokens(tenantID string) string {
	return token(tenantID) + " " + token(tenantID+s.ref.Kind+s.consultationID)
}

// Remove takes a document out of the index; one that is not there is no error.
func Remove(ctx context.Context, idb bun.IDB, pg bool, tenantID string, ref subject.Ref) error {
	if err := remove(ctx, idb, pg, tenantID, ref.Kind, []string{ref.ID}); err != nil {
		return fmt.Errorf("unindex %s: %w", ref, err)
	}
	return nil
}

func remove(ctx context.Context, idb bun.IDB, pg bool, tenantID, kind string, ids []string) error {
	const where = ` where tenant_id = ? and kind = ? and subject_id in (?)`
	if !pg {
		_, err := idb.NewRaw(`delete from search_words where rowid in (select num from search_documents`+where+`)`,
			tenantID, kind, bun.List(ids)).Exec(ctx)
		if err != nil {
			return err
		}
	}
	_, err := idb.NewRaw(`delete from search_documents`+where, tenantID, kind, bun.List(ids)).Exec(ctx)
	return err
}

// Conceal keeps everything of a consultation from being found, whatever is put into the index meanwhile, or lets it be found again.
func Conceal(ctx context.Context, idb bun.IDB, tenantID, consultationID string, hidden bool) error {
	sql := `delete from search_hidden where tenant_id = ? and id = ?`
	if hidden {
		sql = `insert into search_hidden (tenant_id, id) values (?, ?) on conflict do nothing`
	}
	if _, err := idb.NewRaw(sql, tenantID, consultationID).Exec(ctx); err != nil {
		return fmt.Errorf("conceal consultation %s from the search: %w", consultationID, err)
	}
	return nil
}

// open is the condition that leaves out what belongs to a consultation that is concealed.
const open = " and not exists (select 1 from search_hidden h where h.tenant_id = d.tenant_id and h.id = d.consultation_id)"

// Find gives a page of what matches, best first, and the cursor of the next page ("" at the end). Documents with all words
// in the title come first, then the more relevant, then the newer. A query without words finds nothing.
func Find(ctx context.Context, idb bun.IDB, pg bool, tenantID string, q Query) ([]Hit, string, error) {
	terms := Terms(q.Text)
	if len(terms) == 0 {
		return nil, "", nil
	}
	sql, args := candidates(pg, tenantID, q, terms)
	var found []candidate
	if err := idb.NewRaw(sql, args...).Scan(ctx, &found); err != nil {
		return nil, "", fmt.Errorf("search: %w", err)
	}
	rank(found, terms)
	from := min(offset(q.After), len(found))
	size := q.Limit
	if size <= 0 {
		size = pageSize
	}
	to := min(from+min(size, maxPage), len(found))
	hits, err := load(ctx, idb, tenantID, found[from:to], shown{terms, q.Reader})
	if err != nil {
		return nil, "", fmt.Errorf("search: %w", err)
	}
	next := ""
	if to < len(found) {
		next = strconv.Itoa(to)
	}
	return hits, next, nil
}

// offset reads a cursor; nonsense is the beginning.
func offset(after string) int {
	n, err := strconv.Atoi(after)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// candidates is the statement that finds at most maxCandidates documents: those with the words in the title first, then the
// newest, in the same order on both databases.
func candidates(pg bool, tenantID string, q Query, terms []string) (string, []any) {
	filter, filterArgs := narrow(q)
	const columns = `select d.kind, d.subject_id, d.title_words, d.lead_words, d.updated_ms`
	const order = ` desc, d.updated_ms desc, d.kind, d.subject_id limit ?`
	if pg {
		args := append([]any{tenantID, tsquery(terms, "")}, filterArgs...)
		args = append(args, tsquery(terms, "A"), maxCandidates)
		return columns + ` from search_documents d where d.tenant_id = ? and d.words @@ ?::tsquery` + filter +
			` order by (d.words @@ ?::tsquery)` + order, args
	}
	args := append([]any{match(tenantID, "{title body}", terms), tenantID}, filterArgs...)
	args = append(args, match(tenantID, "title", terms), maxCandidates)
	return columns + ` from search_words cross join search_documents d
		where search_words match ? and d.num = search_words.rowid and d.tenant_id = ?` + filter + `
		order by d.num in (select rowid from search_words where search_words match ?)` + order, args
}

// narrow is the part of the condition that filters.
func narrow(q Query) (string, []any) {
	var sql strings.Builder
	var args []any
	sql.WriteString(open)
	for _, f := range []struct{ column, value string }{
		{"area", q.Area}, {"topic", q.Topic}, {"consultation_id", q.ConsultationID}, {"lang", q.Lang},
	} {
		if f.value != "" {
			sql.WriteString(" and d." + f.column + " = ?")
			args = append(args, f.value)
		}
	}
	if len(q.Kinds) > 0 {
		sql.WriteString(" and d.kind in (?)")
		args = append(args, bun.List(q.Kinds))
	}
	if len(q.Without) > 0 {
		sql.WriteString(` and d.kind not in (?) and not (d.kind = 'comment' and exists (select 1 from comments c
			where c.tenant_id = d.tenant_id and c.id = d.subject_id and c.subject_kind in (?)))`)
		args = append(args, bun.List(q.Without), bun.List(q.Without))
	}
	return sql.String(), args
}

// match is an FTS5 expression. Terms hold letters and digits only, so that quoting them is safe.
func match(tenantID, columns string, terms []string) string {
	parts := make([]string, len(terms))
	for i, t := range terms {
		parts[i] = `"` + stem(t) + `"*`
	}
	return `tenant : "` + token(tenantID) + `" AND ` + columns + ` : (` + strings.Join(parts, " AND ") + `)`
}

// tsquery is the same for PostgreSQL; weight "A" means in the title.
func tsquery(terms []string, weight string) string {
	parts := make([]string, len(terms))
	for i, t := range terms {
		parts[i] = `'` + stem(t) + `':*` + weight
	}
	return strings.Join(parts, " & ")
}

// shown is how hits are shown: with the words of the query marked, in the language of the reader.
type shown struct {
	terms  []string
	reader string
}

// load reads the documents of a page and keeps the order.
func load(ctx context.Context, idb bun.IDB, tenantID string, page []candidate, as shown) ([]Hit, error) {
	if len(page) == 0 {
		return nil, nil
	}
	refs := make([]subject.Ref, len(page))
	for i, c := range page {
		refs[i] = subject.Ref{Kind: c.Kind, ID: c.SubjectID}
	}
	var rows []row
	err := idb.NewRaw(`select kind, subject_id, title, substr(body, 1, ?) as body, path, context, lang, area, topic,
		consultation_id, updated_ms, versions from search_documents where tenant_id = ? and (kind, subject_id) in (values ?)`, snippetScan, tenantID, bun.In(subject.Pairs(refs))).Scan(ctx, &rows)
	if err != nil {
		return nil, err
	}
	byRef := make(map[subject.Ref]row, len(rows))
	for _, r := range rows {
		byRef[subject.Ref{Kind: r.Kind, ID: r.SubjectID}] = r
	}
	hits := make([]Hit, 0, len(page))
	for _, ref := range refs {
		if r, ok := byRef[ref]; ok {
			h, err := r.hit(as)
			if err != nil {
				return nil, err
			}
			hits = append(hits, h)
		}
	}
	return hits, nil
}

// hit is the row in the language of the reader, when it is written in it.
func (r row) hit(as shown) (Hit, error) {
	if r.Versions != "" {
		var versions map[string]Version
		if err := json.Unmarshal([]byte(r.Versions), &versions); err != nil {
			return Hit{}, fmt.Errorf("read languages of %s %s: %w", r.Kind, r.SubjectID, err)
		}
		lang := as.reader
		v, ok := versions[lang]
		if !ok {
			lang = r.Lang
			v, ok = versions[lang]
		}
		if ok {
			r.Title, r.Body, r.Lang = v.Title, v.Body, lang
		}
	}
	return Hit{
		Document: Document{
			Ref: subject.Ref{Kind: r.Kind, ID: r.SubjectID}, Title: r.Title, Body: r.Body, Path: r.Path, Context: r.Context,
			Lang: r.Lang, Area: r.Area, Topic: r.Topic, ConsultationID: r.ConsultationID,
			Updated: time.UnixMilli(r.UpdatedMs).UTC(),
		},
		TitleParts: segments(r.Title, marks(r.Title, as.terms)),
		Snippet:    snippet(r.Body, as.terms),
	}, nil
}

// Titles are those of documents, in the language that they were first written in; what cannot be found is left out.
func Titles(ctx context.Context, idb bun.IDB, tenantID string, refs []subject.Ref) (map[subject.Ref]string, error) {
	out := make(map[subject.Ref]string, len(refs))
	if len(refs) == 0 {
		return out, nil
	}
	var rows []row
	err := idb.NewRaw(`select kind, subject_id, title from search_documents where tenant_id = ? and (kind, subject_id) in (values ?)`,
		tenantID, bun.In(subject.Pairs(refs))).Scan(ctx, &rows)
	if err != nil {
		return nil, fmt.Errorf("titles of documents: %w", err)
	}
	for _, r := range rows {
		out[subject.Ref{Kind: r.Kind, ID: r.SubjectID}] = r.Title
	}
	return out, nil
}
