package positions

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/web"
	"glas/modules/consultations"
	"glas/tenant"
)

// apiPosition is a position for programs.
type apiPosition struct {
	ID           string      `json:"id"`
	URL          string      `json:"url"`
	Organisation string      `json:"organisation"`
	Title        string      `json:"title"`
	Text         string      `json:"text"`
	Lang         string      `json:"lang"`
	Stance       Stance      `json:"stance"`
	AdoptedBy    Body        `json:"adopted_by"`
	AdoptedOn    string      `json:"adopted_on"`
	Signatories  []Signatory `json:"signatories"`
	CreatedAt    time.Time   `json:"created_at"`
}

// apiList is all positions of a consultation, and how many hold which view.
type apiPositions struct {
	Items []apiPosition `json:"items"`
	Tally Tally         `json:"tally"`
}

func apiDescription() *web.API {
	return &web.API{ID: "listPositions", Summary: "Positions of associations on one consultation, the newest first", Result: apiPositions{},
		Params: []web.Param{{Name: "slug", In: "path", Type: "string", Description: "Name of the consultation in its address", Required: true}}}
}

func (m *Module) apiList(c *fiber.Ctx) error {
	out := apiPositions{Items: []apiPosition{}}
	base := web.SiteOf(c).Base
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		found, err := consultations.Find(ctx, tx, c.Params("slug"))
		if err != nil {
			return err
		}
		list, err := listOf(ctx, tx, found.ID)
		if err != nil {
			return err
		}
		for _, p := range list {
			out.Items = append(out.Items, apiPosition{p.ID, base + p.Path(), p.AuthorName, p.Title, p.Text, p.Lang, p.Stance, p.AdoptedBy,
				p.AdoptedOn.Format(time.DateOnly), p.Signatories, p.CreatedAt})
		}
		out.Tally, err = tally(ctx, tx, found.ID)
		return err
	})
	if err != nil {
		return err
	}
	return web.JSON(c, out)
}
