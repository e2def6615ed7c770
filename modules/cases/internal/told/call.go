package told

import (
	"context"
	"slices"
	"time"

	"glas/internal/authz"
	"glas/internal/calendar"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/modules/calendars"
	"glas/modules/cases/internal/stored"
	"glas/modules/departments"
	"glas/tenant"
)

// StaffKind is the subject kind of news about a case for people of the municipality: they may hear its number, and read there what their
// rights let them.
const StaffKind = "case_watch"

// Ways in which somebody without e-mail is told.
const (
	Phone = "phone"
	Post  = "post"
)

// States of a call.
const (
	Open    = "open"
	Done    = "done"
	Dropped = "dropped"
)

// CaseCall is what a reporter without e-mail is to be told by phone or by a letter on paper.
type CaseCall struct {
	tenant.Key
	CaseID string
	// Way is Phone or Post.
	Way string
	// Kind is that of the newest news, as letters are called; Body what is to be said, in the reporter's language.
	Kind string
	Body string
	Lang string
	// Until is the date that was promised, zero for none.
	Until time.Time `bun:",nullzero"`
	State string
	// Attempts counts how often nobody answered, TriedAt is when that was last.
	Attempts int64
	TriedAt  time.Time `bun:",nullzero"`
	// DueAt is the end of the working day after it was to be told.
	DueAt      time.Time `bun:",nullzero"`
	Result     string
	ByID       string    `bun:",nullzero"`
	DoneAt     time.Time `bun:",nullzero"`
	CreatedAt  time.Time
	RowVersion int64
}

// kinds are the letters that are said instead of written. A receipt is given in the conversation itself; that a case is shown, or joined to
// another, is nothing to be called for.
func kinds() []string {
	return []string{"asked", "message", "interim", "answered", "referred", "reopened", "refused", "body_answer", "prolonged", "unpublished"}
}

type alreadyKey struct{}

// Already marks what follows in ctx as said to the reporter at this moment: he is at the phone or at the desk, and is not called back.
func Already(ctx context.Context) context.Context { return context.WithValue(ctx, alreadyKey{}, true) }

// Instead puts what a letter would have said on the list of calls: for a reporter p without e-mail. Words are those of the letter; of them
// Text and Date are told. Nothing is put there for who can be reached in no way, or who wants to hear nothing.
func Instead(ctx context.Context, tx *tenant.Tx, c *stored.Case, p *stored.CaseParty, kind string, words ...any) error {
	way := Way(p)
	if way == "" || !slices.Contains(kinds(), kind) {
		return nil
	}
	lang := p.Lang
	if lang == "" {
		lang = tx.Tenant().Default()
	}
	body, until := spoken(words, lang, tx.Tenant().Default())
	row, err := OpenOf(ctx, tx, c.ID)
	if err != nil {
		return err
	}
	fresh := row == nil
	if fresh {
		row = &CaseCall{CaseID: c.ID, Way: way, Lang: lang, State: Open, CreatedAt: tx.Now(), RowVersion: 1}
		row.ID = id.New()
		if row.DueAt, err = WorkingDay(ctx, tx, 1); err != nil {
			return err
		}
	}
	if row.Kind = kind; row.Body != "" && body != "" {
		body = row.Body + "\n\n" + body
	}
	if body != "" {
		row.Body = body
	}
	if !until.IsZero() {
		row.Until = until
	}
	if now, _ := ctx.Value(alreadyKey{}).(bool); now {
		row.close(tx.Now(), authz.From(ctx).ID, Done, "")
	}
	if fresh {
		return stored.Add(ctx, tx, row)
	}
	row.RowVersion++
	return stored.Put(ctx, tx, row)
}

// Way is how a reporter without e-mail is told, empty when he cannot be.
func Way(p *stored.CaseParty) string {
	switch {
	case p == nil:
		return ""
	case p.Phone != "":
		return Phone
	case p.Address != "":
		return Post
	}
	return ""
}

// spoken are the text and the date among the words of a letter.
func spoken(words []any, lang, fallback string) (body string, until time.Time) {
	for i := 0; i+1 < len(words); i += 2 {
		switch v := words[i+1].(type) {
		case string:
			if words[i] == "Text" {
				body = v
			}
		case i18n.Text:
			if words[i] == "Text" {
				body, _ = v.Pick(lang, fallback)
			}
		case time.Time:
			until = v
		}
	}
	return body, until
}

// WorkingDay is the end of the n-th working day from now in the calendar of the municipality.
func WorkingDay(ctx context.Context, tx *tenant.Tx, n int) (time.Time, error) {
	days, err := calendars.Of(ctx, tx, "")
	if err != nil {
		return time.Time{}, err
	}
	zone := tx.Tenant().Zone()
	return calendar.EndOfDay(days.AddWorkingDays(calendar.DateOf(tx.Now(), zone), n), zone).UTC(), nil
}

func (r *CaseCall) close(now time.Time, by, state, result string) {
	r.State, r.DoneAt, r.ByID, r.Result = state, now, by, result
}

// Head is who leads the department of a case, empty when nobody does.
func Head(ctx context.Context, tx *tenant.Tx, c *stored.Case) (string, error) {
	if c.DepartmentID == "" {
		return "", nil
	}
	all, err := departments.Map(ctx, tx)
	return all[c.DepartmentID].HeadID, err
}

// Finish closes a call: the reporter was told, or with Dropped nobody could tell him. From then on he counts as told of a referral.
func Finish(ctx context.Context, tx *tenant.Tx, r *CaseCall, state, result string) error {
	if r.State != Open {
		return fault.Conflict("cases.error.state")
	}
	r.close(tx.Now(), authz.From(ctx).ID, state, result)
	r.RowVersion++
	if err := stored.Put(ctx, tx, r); err != nil || state != Done {
		return err
	}
	return noticeAll(ctx, tx, r.CaseID)
}

// Noticed notes in a referral that the reporter was told of it, unless he still waits to be called.
func Noticed(ctx context.Context, tx *tenant.Tx, r *stored.CaseReferral) error {
	waits, err := OpenOf(ctx, tx, r.CaseID)
	if err != nil || waits != nil {
		return err
	}
	r.NoticedAt = tx.Now()
	return stored.Put(ctx, tx, r)
}

// Tried notes that nobody answered.
func Tried(ctx context.Context, tx *tenant.Tx, r *CaseCall) error {
	if r.State != Open {
		return fault.Conflict("cases.error.state")
	}
	r.Attempts, r.TriedAt, r.RowVersion = r.Attempts+1, tx.Now(), r.RowVersion+1
	return stored.Put(ctx, tx, r)
}
