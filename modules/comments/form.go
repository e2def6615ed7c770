package comments

import (
	"time"

	"glas/internal/form"
)

// Names of the fields that people never fill: two, because a page may hold two forms and an id only once.
const (
	trapName       = "website"
	inlineTrapName = "homepage"
	openedName     = "_opened"
)

const (
	// tooFast is how quickly nobody writes and sends a comment.
	tooFast = 3 * time.Second
	// reasonMin and reasonMax bound a moderator's reason, in letters.
	reasonMin, reasonMax = 10, 500
)

// readDraft reads a new comment. What a thread does not ask for is ignored later.
func readDraft(f *form.Form) Draft {
	d := Draft{ParentID: f.Value("parent"), Body: f.Text("body", form.Limit{Min: 1, Max: MaxLetters}), Pseudonym: f.Bool("pseudonym"),
		Official: f.Bool("official"), Stance: Stance(f.OneOf("stance", "", string(For), string(Neutral), string(Against))),
		OpenedAt: f.Moment(openedName)}
	f.Check("", f.Value(trapName) == "" && f.Value(inlineTrapName) == "", "comments.error.trap")
	return d
}

// openedOr is what a form says about when it was shown: now, or long ago when it comes back with its text.
func openedOr(now time.Time, f *form.Form) int64 {
	if f.Has("body") {
		return openedAt(now, f)
	}
	return openedAt(now, nil)
}

// readEdit reads a changed text and the revision that its author was looking at.
func readEdit(f *form.Form) (body string, revision int) {
	body = f.Text("body", form.Limit{Min: 1, Max: MaxLetters})
	return body, f.OptionalInt("revision", 0, 1<<30, 0)
}

// readRuling reads what a moderator decided.
func readRuling(f *form.Form, offered []Verdict) Ruling {
	allowed := make([]string, len(offered))
	for i, v := range offered {
		allowed[i] = string(v)
	}
	r := Ruling{Verdict: Verdict(f.OneOf("verdict", allowed...)), Rule: f.Line("rule", form.Limit{Max: 200})}
	limit := form.Limit{Max: reasonMax}
	if r.Verdict == Hide || r.Verdict == Refuse || r.Verdict == Remove {
		limit.Min = reasonMin // the author and everybody who reads the thread is told why
	}
	r.Reason = f.Text("reason", limit)
	return r
}

// verdicts are what a moderator can do to a comment in a state.
func verdicts(s State) []Verdict {
	switch s {
	case Shown:
		return []Verdict{Hide, Remove}
	case Waiting:
		return []Verdict{Approve, Refuse, Remove}
	case Refused:
		return []Verdict{Approve, Remove}
	case Hidden:
		return []Verdict{Restore, Remove}
	case Deleted:
		return []Verdict{Remove}
	default:
		return nil
	}
}
