package follows

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"glas/internal/subject"
	"glas/tenant"
)

// MunicipalityKind is the kind of Municipality.
const MunicipalityKind = "municipality"

// Municipality is what a person follows who wants to hear of every consultation: that it is published, begins and is answered.
func Municipality() subject.Ref { return subject.Ref{Kind: MunicipalityKind, ID: "all"} }

// Frequency is how often a person wants mail.
type Frequency string

// The frequencies. Notices are kept on the person's page with each of them.
const (
	AtOnce Frequency = "now"
	Daily  Frequency = "daily"
	Weekly Frequency = "weekly"
	Never  Frequency = "none"
)

func frequencies() []string {
	return []string{string(AtOnce), string(Daily), string(Weekly), string(Never)}
}

// Follows is one thing that somebody follows, or with Active false does not want to hear of.
type Follows struct {
	tenant.Key
	AccountID   string
	SubjectKind string
	SubjectID   string
	Active      bool
	// Own follows came by themselves, with something that the person contributed.
	Own       bool
	CreatedAt time.Time
}

// Ref is what is followed.
func (f *Follows) Ref() subject.Ref { return subject.Ref{Kind: f.SubjectKind, ID: f.SubjectID} }

// FollowSetting is how a person wants to be told; ID is the account.
type FollowSetting struct {
	tenant.Key
	Frequency Frequency
	// Own follows what the person contributes to.
	Own       bool
	UpdatedAt time.Time
}

// usual are the settings of somebody who never chose any.
func usual(accountID string) FollowSetting {
	return FollowSetting{Key: tenant.Key{ID: accountID}, Frequency: AtOnce, Own: true}
}

// News is something that happened and that people want to know.
type News struct {
	// Event is the prefix of its messages: <Event>.subject is the subject line of a letter, <Event>.text the sentence in letters and
	// lists. Both are given Title (of the thing), Name (of who did it) and Excerpt.
	Event string
	// Refs are followed by those who are told, what is most particular first: somebody who follows the consultation but wants to
	// hear nothing of this proposal is not told.
	Refs []subject.Ref
	// Also are accounts that are told although they follow nothing, unless they do not want to hear of the first of Refs.
	Also []string
	// Except are accounts that are told of the same in another way.
	Except []string
	// Direct news is for Also only.
	Direct bool
	// Title is that of the thing, in whatever language it has; with Titled it is that of Ref, whose card may know it in the
	// reader's. Path has no language prefix.
	Title, Path string
	Titled      bool
	Excerpt     string
	// Actor is the account that did it and is not told, ActorName how others see it.
	Actor, ActorName string
	// Ref is what somebody must be allowed to read to be told; zero takes the first of Refs.
	Ref subject.Ref
	// Key names the occasion: news with the same Key is told once. Empty makes it of everything that would be read, so that the
	// same sentence about the same thing is told once on a day.
	Key string
	// Urgent goes out at once also to those who prefer a digest, as an answer to what they said themselves.
	Urgent bool
	// Until is when the news is of no use any more and is left out of digests; zero means never.
	Until time.Time
}

// key is what makes the news the same occasion.
func (n News) key(now time.Time) string {
	if n.Key != "" {
		return n.Key
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{n.Event, n.Ref.String(), n.Path, n.Title, n.Excerpt, n.Actor, strings.Join(n.Also, ","), now.Format(time.DateOnly)}, "\x00")))
	return hex.EncodeToString(sum[:])
}

// FollowNews is stored News.
type FollowNews struct {
	tenant.Key
	UniqueKey   string
	Event       string
	Refs        []subject.Ref `bun:"type:jsonb"`
	Also        []string      `bun:"type:jsonb"`
	ExceptIDs   []string      `bun:"except_ids,type:jsonb"`
	Direct      bool
	Titled      bool
	SubjectKind string
	SubjectID   string
	Title       string
	Path        string
	Excerpt     string
	ActorID     string
	ActorName   string
	Urgent      bool
	UntilAt     time.Time `bun:",nullzero"`
	CreatedAt   time.Time
}

// Ref is what the news is about.
func (n *FollowNews) Ref() subject.Ref { return subject.Ref{Kind: n.SubjectKind, ID: n.SubjectID} }

// FollowNotice is what one person is told.
type FollowNotice struct {
	tenant.Key
	NewsID    string
	AccountID string
	ViaKind   string
	ViaID     string
	// Pending ones wait for the person's next digest.
	Pending   bool
	MailedAt  time.Time `bun:",nullzero"`
	CreatedAt time.Time
}

// Via is what the person follows, or is concerned by.
func (n *FollowNotice) Via() subject.Ref { return subject.Ref{Kind: n.ViaKind, ID: n.ViaID} }

// choice is what somebody said about things: true for followed, false for not to be told.
type choice map[subject.Ref]bool

// via finds through which of refs somebody is told. The first one that he said anything about decides.
func (c choice) via(refs []subject.Ref, also bool) (subject.Ref, bool) {
	for _, ref := range refs {
		if active, said := c[ref]; said {
			return ref, active
		}
	}
	if also && len(refs) > 0 {
		return refs[0], true
	}
	return subject.Ref{}, false
}

// next are the first n of two ascending lists of accounts together, each once, and those of also that come after the given one.
func next(followers, also []string, after string, n int) []string {
	all := slices.Clone(followers)
	for _, a := range also {
		if a > after {
			all = append(all, a)
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	return all[:min(n, len(all))]
}
