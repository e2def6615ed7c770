package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"glas/internal/subject"
	"glas/tenant"
)

// Entry is an act to be recorded. Who acted, and when, is taken from the context and the transaction.
type Entry struct {
	// Action is "thing.verb", as in the permissions: "consultation.publish".
	Action string
	Ref    subject.Ref
	// Data says what was done, without personal data of citizens.
	Data map[string]any
	// Public acts are shown to everybody on the page of the thing.
	Public bool
}

// AuditEntry is a recorded act.
type AuditEntry struct {
	tenant.Key
	Seq         int64
	At          time.Time
	ActorID     string
	ActorName   string
	Action      string
	SubjectKind string
	SubjectID   string
	Data        string
	Public      bool
	BeforeHash  string
	Hash        string
}

// Ref is what the act was done on.
func (e *AuditEntry) Ref() subject.Ref { return subject.Ref{Kind: e.SubjectKind, ID: e.SubjectID} }

// sum is the hash of an entry together with the one before it (SHA-256 over the fields, each with its length, so that no text can
// move from one field into the next).
func (e *AuditEntry) sum() string {
	var b strings.Builder
	for _, field := range []string{
		e.BeforeHash, e.TenantID, e.ID, strconv.FormatInt(e.Seq, 10), e.At.UTC().Format(time.RFC3339Nano), e.ActorID, e.ActorName,
		e.Action, e.SubjectKind, e.SubjectID, e.Data, strconv.FormatBool(e.Public),
	} {
		b.WriteString(strconv.Itoa(len(field)))
		b.WriteByte(':')
		b.WriteString(field)
	}
	h := sha256.Sum256([]byte(b.String()))
	return hex.EncodeToString(h[:])
}

// Filter narrows the record.
type Filter struct {
	Actor  string
	Action string
	Ref    subject.Ref
	// Before is the number of an entry: only older ones are listed. 0 begins with the newest.
	Before int64
	Limit  int
}
