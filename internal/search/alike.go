package search

import "strings"

// Alike is a subquery for the ids of at most n things of one kind in one consultation that have some of the given words (folded, as
// Terms gives them) in their titles, those that have the most and the rarest of them first. Texts are not looked at: with a common
// word nearly all of them would have to be weighed. It is for finding what may mean the same; words must
// not be empty.
func Alike(pg bool, tenantID, kind, consultationID string, words []string, n int) (query string, args []any) {
	parts := make([]string, len(words))
	if pg {
		for i, w := range words {
			parts[i] = `'` + stem(w) + `':*A`
		}
		terms := strings.Join(parts, " | ")
		return `select subject_id from (select subject_id from search_documents where tenant_id = ? and kind = ? and consultation_id = ?
			and words @@ ?::tsquery order by ts_rank(words, ?::tsquery) desc, subject_id limit ?) alike`, []any{tenantID, kind, consultationID, terms, terms, n}
	}
	for i, w := range words {
		parts[i] = `"` + stem(w) + `"*`
	}
	expression := `tenant : "` + token(tenantID+kind+consultationID) + `" AND title : (` + strings.Join(parts, " OR ") + `)`
	return `select d.subject_id from (select rowid from search_words where search_words match ? order by rank limit ?) alike
		join search_documents d on d.num = alike.rowid where d.tenant_id = ?`, []any{expression, n, tenantID}
}
