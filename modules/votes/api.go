package votes

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/fault"
	"glas/internal/subject"
	"glas/internal/web"
	"glas/modules/votes/internal/result"
	"glas/tenant"
)

// Standing is how the votes on a subject stand, for programs. While the counts are hidden, counts and total are absent.
type Standing struct {
	Subject string `json:"subject"`
	Kind    Kind   `json:"kind"`
	Title   string `json:"title"`
	Path    string `json:"path"`
	// ClosesAt is absent when no end is set.
	ClosesAt *time.Time `json:"closes_at,omitempty"`
	Closed   bool       `json:"closed"`
	// Hidden is until_voted or until_closed while the counts are not shown.
	Hidden       string           `json:"hidden,omitempty"`
	Total        *int64           `json:"total,omitempty"`
	Associations *int64           `json:"associations,omitempty"`
	Counts       map[string]int64 `json:"counts,omitempty"`
	Average      *float64         `json:"average,omitempty"`
	// SHA256 is that of the frozen result, ResultPath where it is.
	SHA256     string `json:"sha256,omitempty"`
	ResultPath string `json:"result_path,omitempty"`
}

func apiTotals() *web.API {
	return &web.API{
		ID: "getVotes", Summary: "How the votes on a subject stand", Result: Standing{},
		Params: []web.Param{{Name: "subject", In: "query", Description: "What was voted on, as kind:id", Type: "string", Required: true}},
	}
}

func apiResult() *web.API {
	return &web.API{
		ID: "getVoteResult", Summary: "The frozen result of a subject or scope, the exact text that its SHA-256 is of", Result: result.Record{},
		Params: []web.Param{{Name: "kind", In: "path", Description: "Kind of the subject, or scope"}, {Name: "id", In: "path", Description: "Id of the subject or scope"}},
	}
}

func (m *Module) apiTotals(c *fiber.Ctx) error {
	ref, err := subject.Parse(c.Query("subject"))
	if err != nil {
		return fault.InvalidField("subject", "votes.error.subject")
	}
	var out Standing
	err = m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		v, err := m.Look(ctx, tx, ref)
		if err != nil {
			return err
		}
		s, err := Snapshot(ctx, tx, ref)
		out = standing(v, s)
		return err
	})
	if err != nil {
		return err
	}
	return web.JSON(c, out)
}

func standing(v View, s *VoteSnapshot) Standing {
	b := v.Ballot
	out := Standing{Subject: b.Ref.String(), Kind: b.Kind, Title: b.Title, Path: b.Path, Closed: b.Closed}
	if !b.ClosesAt.IsZero() {
		out.ClosesAt = &b.ClosesAt
	}
	if s != nil {
		out.SHA256, out.ResultPath = s.Hash, ResultPath(s.Ref())
	}
	if !v.Shown {
		out.Hidden = b.HideCounts
		return out
	}
	out.Total, out.Associations, out.Counts = &v.Total.Count, &v.Total.Associations, map[string]int64{}
	for _, value := range b.Kind.Values() {
		out.Counts[value] = v.Total.Of(value)
	}
	if b.Kind == Rating {
		average := v.Total.Average()
		out.Average = &average
	}
	return out
}
