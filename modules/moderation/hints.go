package moderation

import (
	_ "embed"
	"fmt"
	"slices"

	"github.com/BurntSushi/toml"

	"glas/internal/search"
	"glas/internal/text"
)

//go:embed words.toml
var wordFile string

// wordLists are the folded words to look at by language, read once at start and never changed.
var wordLists = mustReadWords(wordFile)

func mustReadWords(file string) map[string]map[string]struct{} {
	var raw map[string][]string
	if _, err := toml.Decode(file, &raw); err != nil {
		panic(fmt.Sprintf("words to look at: %v", err))
	}
	lists := map[string]map[string]struct{}{}
	for lang, words := range raw {
		lists[lang] = fold(words)
	}
	return lists
}

func fold(words []string) map[string]struct{} {
	out := make(map[string]struct{}, len(words))
	for _, w := range words {
		if f := search.Fold(w); f != "" {
			out[f] = struct{}{}
		}
	}
	return out
}

// Hints lists the words of a text that a moderator may want to look at, as they were written and each once: whole words only, compared
// without case and marks, from the list of the text's language. They never hide anything, and an unknown language has none.
func Hints(lang, s string) []string { return matches(s, wordLists[lang]) }

func matches(s string, lists ...map[string]struct{}) []string {
	var out []string
	for _, w := range text.Words(s) {
		folded := search.Fold(w)
		for _, list := range lists {
			if _, found := list[folded]; found && !slices.Contains(out, w) {
				out = append(out, w)
			}
		}
	}
	return out
}
