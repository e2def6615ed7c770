// Package quality looks at how a consultation is written: how hard it is to read, and whether the question pushes to an answer. It
// advises and never decides.
package quality

import (
	"strings"
	"unicode"

	"glas/internal/search"
)

// Hard is the score above which a text is hard to read for many. Björnsson's scale: below 30 very easy, 40 easy, 50 medium (newspapers),
// 60 hard (official texts), above that very hard.
const Hard = 50

// fewWords is below how many words a score says nothing.
const fewWords = 20

// longWord is from how many letters on a word counts as long. LIX counts words of more than six letters; words of running text are
// longer in Bulgarian and Greek by about one letter, and in Turkish, which joins its endings, by about two, so that the same text gets
// a like score in each language.
func longWord(lang string) int {
	switch lang {
	case "bg", "el":
		return 8
	case "tr":
		return 9
	}
	return 7
}

// Score is the readability index LIX of a text: the mean length of its sentences in words plus the share of long words in percent
// (C. H. Björnsson, Läsbarhet, Stockholm 1968). known is false for a text of so few words that the score would say nothing.
func Score(lang, text string) (score int, known bool) {
	words, long, sentences := 0, 0, 0
	letters, inSentence := 0, false
	least := longWord(lang)
	end := func() {
		if letters > 0 {
			words++
			inSentence = true
			if letters >= least {
				long++
			}
		}
		letters = 0
	}
	runes := []rune(text)
	for i, r := range runes {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r):
			letters++
		case unicode.IsMark(r), r == '\'' || r == '’' || r == '-':
			continue
		default:
			end()
			if inSentence && closes(runes, i, lang) {
				sentences++
				inSentence = false
			}
		}
	}
	end()
	if inSentence {
		sentences++
	}
	if words < fewWords {
		return 0, false
	}
	return (words*1000/sentences + long*100_000/words + 500) / 1000, true
}

// closes reports whether a sentence ends with the sign at i. A point within a number or after one ("7. člen") does not, nor does one
// that a small letter follows ("npr. cesta"); Greek asks with a semicolon.
func closes(runes []rune, i int, lang string) bool {
	switch runes[i] {
	case '!', '?', '…', ':':
		return true
	case '\n':
		return i+1 < len(runes) && runes[i+1] == '\n'
	case ';', '\u037e':
		return lang == "el"
	case '.':
		if i > 0 && unicode.IsDigit(runes[i-1]) {
			return i+1 == len(runes)
		}
		for _, r := range runes[i+1:] {
			if unicode.IsLetter(r) {
				return unicode.IsUpper(r)
			}
			if unicode.IsDigit(r) {
				return true
			}
		}
		return true
	}
	return false
}

// loaded are beginnings of words and turns, folded, that push a reader to an answer. A question is asked without them. A space at the
// end asks for the whole word.
func loaded(lang string) []string {
	switch lang {
	case "en":
		return []string{"don't you", "do you agree", "surely", "obviously", "of course", "clearly", "everyone knows", "finally", "unfortunately", "unacceptable", "only sensible", "necessary to"}
	case "sl":
		return []string{"ali se strinjate", "se ne strinjate", "seveda", "ocitno", "nedvomno", "vsi vemo", "koncno ze", "zal ", "nesprejemljiv", "edina smiselna", "nujno je"}
	case "bg":
		return []string{"съгласни ли сте", "не смятате ли", "разбира се", "очевидно", "несъмнено", "всички знаем", "най-после", "за съжаление", "недопустим", "единственото разумно", "наложително"}
	case "el":
		return []string{"συμφωνειτε", "δεν νομιζετε", "φυσικα και ", "προφανωσ", "αναμφισβητητα", "ολοι γνωριζουμε", "επιτελουσ", "δυστυχωσ", "απαραδεκτ", "η μονη λογικη", "επιβαλλεται"}
	case "tr":
		return []string{"katiliyor musunuz", "degil mi", "elbette", "tabii ki", "acikca", "suphesiz", "herkes bilir", "nihayet", "maalesef", "kabul edilemez", "tek mantikli", "zorunludur"}
	}
	return nil
}

// longestTurn is how many words the turns have at most.
const longestTurn = 4

// Loaded is the first turn in a text that pushes to an answer, as it is written there, empty when there is none.
func Loaded(lang, text string) string {
	words := strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !strings.ContainsRune("'’-", r)
	})
	for i := range words {
		rest := strings.ReplaceAll(search.Fold(strings.Join(words[i:min(len(words), i+longestTurn)], " ")), "’", "'") + " "
		for _, turn := range loaded(lang) {
			if strings.HasPrefix(rest, turn) {
				return strings.Join(words[i:min(len(words), i+len(strings.Fields(turn)))], " ")
			}
		}
	}
	return ""
}
