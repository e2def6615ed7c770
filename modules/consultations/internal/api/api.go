// Package api is how programs see a consultation.
package api

import (
	"context"
	"time"

	"glas/internal/i18n"
	"glas/modules/consultations/internal/stored"
	"glas/modules/documents"
	"glas/tenant"
)

// Consultation is how programs see a consultation. Dates that include a whole day are its last moment.
type Consultation struct {
	ID           string        `json:"id"`
	Slug         string        `json:"slug"`
	URL          string        `json:"url"`
	Title        i18n.Text     `json:"title"`
	Summary      i18n.Text     `json:"summary"`
	Status       stored.Status `json:"status"`
	StartsAt     time.Time     `json:"starts_at"`
	EndsAt       *time.Time    `json:"ends_at,omitempty"`
	AnswerBy     *time.Time    `json:"answer_by,omitempty"`
	AnsweredAt   *time.Time    `json:"answered_at,omitempty"`
	DepartmentID string        `json:"department_id,omitempty"`
	AreaID       string        `json:"area_id,omitempty"`
	TopicIDs     []string      `json:"topic_ids"`
	Counts       Counts        `json:"counts"`
	Phases       []Phase       `json:"phases"`
	Detail       *Detail       `json:"detail,omitempty"`
}

type Counts struct {
	Proposals    int64 `json:"proposals"`
	Comments     int64 `json:"comments"`
	Votes        int64 `json:"votes"`
	Participants int64 `json:"participants"`
}

type Phase struct {
	ID       string          `json:"id"`
	Title    i18n.Text       `json:"title"`
	StartsAt time.Time       `json:"starts_at"`
	EndsAt   *time.Time      `json:"ends_at,omitempty"`
	Switches stored.Switches `json:"switches"`
}

type Detail struct {
	Body     i18n.Text `json:"body,omitempty"`
	Decides  i18n.Text `json:"decides,omitempty"`
	InputUse i18n.Text `json:"input_use,omitempty"`
	Audience i18n.Text `json:"audience,omitempty"`
	Result   i18n.Text `json:"result,omitempty"`
	// Plain and Alternatives as on the page; Law is what it is held to.
	Plain        i18n.Text        `json:"plain,omitempty"`
	Alternatives i18n.Text        `json:"alternatives,omitempty"`
	Act          string           `json:"act,omitempty"`
	LegalBasis   i18n.Text        `json:"legal_basis,omitempty"`
	ReportBy     *time.Time       `json:"report_by,omitempty"`
	DecisionURL  string           `json:"decision_url,omitempty"`
	Meetings     []stored.Meeting `json:"meetings,omitempty"`
	Overrides    []Override       `json:"overrides,omitempty"`
	Documents    []Document       `json:"documents,omitempty"`
	Changes      []Change         `json:"changes,omitempty"`
}

// Override is a rule that was set aside. Who did it is in the record of the municipality, not here.
type Override struct {
	Rule   string    `json:"rule"`
	Reason i18n.Text `json:"reason"`
	At     time.Time `json:"at"`
}

// Document is one version of a document.
type Document struct {
	ID         string     `json:"id"`
	URL        string     `json:"url"`
	Kind       string     `json:"kind"`
	Title      i18n.Text  `json:"title"`
	Lang       string     `json:"lang,omitempty"`
	Version    int        `json:"version"`
	Size       int64      `json:"size"`
	Type       string     `json:"type"`
	SHA256     string     `json:"sha256"`
	AddedAt    time.Time  `json:"added_at"`
	ReplacedBy string     `json:"replaced_by,omitempty"`
	ReplacedAt *time.Time `json:"replaced_at,omitempty"`
	Reason     i18n.Text  `json:"reason,omitempty"`
}

// Change is what changed while it was public.
type Change struct {
	Kind   string     `json:"kind"`
	At     time.Time  `json:"at"`
	Reason i18n.Text  `json:"reason,omitempty"`
	About  i18n.Text  `json:"about,omitempty"`
	Until  *time.Time `json:"until,omitempty"`
}

// DetailOf is what only the page of one consultation says.
func DetailOf(ctx context.Context, tx *tenant.Tx, one *stored.Consultation, base string) (*Detail, error) {
	d := &Detail{Body: one.Body, Decides: one.Decides, InputUse: one.InputUse, Audience: one.Audience, Plain: one.Plain,
		Alternatives: one.Alternatives, Act: one.Act, LegalBasis: one.LegalBasis, ReportBy: given(one.ReportBy), DecisionURL: one.DecisionURL, Meetings: one.Meetings}
	for _, o := range one.Overrides {
		d.Overrides = append(d.Overrides, Override{o.Rule, o.Reason, o.At})
	}
	list, err := documents.Of(ctx, tx, one.Ref())
	if err != nil {
		return nil, err
	}
	for _, p := range list {
		d.Documents = append(d.Documents, Document{p.ID, base + p.Href(), p.Kind, p.Title, p.Lang, p.Version, p.Size, p.Mime, p.SHA256, p.AddedAt,
			p.ReplacedByID, given(p.ReplacedAt), p.ReplaceReason})
	}
	changes, err := stored.Changes(ctx, tx, one.ID)
	if err != nil {
		return nil, err
	}
	for _, ch := range changes {
		d.Changes = append(d.Changes, Change{ch.Kind, ch.CreatedAt, ch.Reason, ch.About, given(ch.NewAt)})
	}
	result, err := stored.ResultOf(ctx, tx, one.ID)
	if result != nil {
		d.Result = result.Text
	}
	return d, err
}

// Of is one consultation as lists give it.
func Of(ctx context.Context, c *stored.Consultation, now time.Time, base string) Consultation {
	out := Consultation{ID: c.ID, Slug: c.Slug, URL: base + i18n.Href(ctx, c.Path()), Title: c.Title, Summary: c.Summary, Status: c.StateAt(now),
		StartsAt: c.StartsAt, EndsAt: given(c.EndsAt), AnswerBy: given(c.AnswerBy), AnsweredAt: given(c.AnsweredAt),
		DepartmentID: c.DepartmentID, AreaID: c.AreaID, TopicIDs: append([]string{}, c.TopicIDs...), Phases: []Phase{},
		Counts: Counts{c.Proposals(), c.CommentCount, c.VoteCount, c.ParticipantCount}}
	for _, p := range c.Phases {
		out.Phases = append(out.Phases, Phase{p.ID, p.Title, p.StartsAt, given(p.EndsAt), p.Switches.Shown()})
	}
	return out
}

// given is nil for a date that is not set.
func given(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
