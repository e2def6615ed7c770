package texts

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/web"
	"glas/modules/texts/internal/stored"
	"glas/tenant"
)

// textJSON is an act in the public interface.
type textJSON struct {
	ID             string      `json:"id"`
	ConsultationID string      `json:"consultation_id"`
	Title          string      `json:"title"`
	Lang           string      `json:"lang"`
	Version        int         `json:"version"`
	PublishedAt    time.Time   `json:"published_at"`
	URL            string      `json:"url"`
	RemarkCount    int64       `json:"remark_count"`
	WholeCount     int64       `json:"whole_remark_count"`
	Blocks         []blockJSON `json:"blocks,omitempty"`
}

type blockJSON struct {
	Key         string `json:"key"`
	Kind        string `json:"kind"`
	Depth       int    `json:"depth,omitempty"`
	Number      string `json:"number,omitempty"`
	Heading     string `json:"heading,omitempty"`
	Text        string `json:"text,omitempty"`
	Label       string `json:"label"`
	Change      string `json:"change,omitempty"`
	Because     string `json:"because,omitempty"`
	RemarkCount int64  `json:"remark_count"`
}

func (m *Module) apiRoutes() []web.Route {
	return []web.Route{{Method: "GET", Path: "/api/v1/consultations/:slug/texts", Handle: m.apiList, Cache: true, API: &web.API{
		ID: "listTexts", Summary: "The acts and plan sheets of one consultation, with the number of remarks on each", Result: textsJSON{},
		Params: []web.Param{{Name: "slug", In: "path", Type: "string", Description: "Name of the consultation in its address", Required: true}},
	}}, {Method: "GET", Path: "/api/v1/sheets/:id", Handle: m.apiSheet, Cache: true, API: &web.API{
		ID: "getSheet", Summary: "A plan sheet with its numbered zones, the number of remarks on each, and the remarks on places in between", Result: sheetJSON{},
		Params: []web.Param{{Name: "id", In: "path", Type: "string", Required: true}},
	}}, {Method: "GET", Path: "/api/v1/texts/:id", Handle: m.apiShow, Cache: true, API: &web.API{
		ID: "getText", Summary: "An act article by article, with the number of remarks on each block", Result: textJSON{},
		Params: []web.Param{{Name: "id", In: "path", Type: "string", Required: true}},
	}}}
}

func (m *Module) apiShow(c *fiber.Ctx) error {
	var out textJSON
	err := m.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		t, _, err := seen(ctx, tx, c.Params("id"))
		if err != nil {
			return err
		}
		blocks, err := stored.Blocks(ctx, tx, t.VersionID)
		out = asJSON(t, blocks)
		return err
	})
	if err != nil {
		return err
	}
	return web.JSON(c, out)
}

func asJSON(t *stored.Text, blocks []*stored.TextBlock) textJSON {
	out := textJSON{ID: t.ID, ConsultationID: t.ConsultationID, Title: t.Title, Lang: t.Lang, Version: t.VersionNumber, PublishedAt: t.PublishedAt, URL: t.Path(),
		RemarkCount: t.RemarkCount, WholeCount: t.WholeCount}
	for _, b := range blocks {
		out.Blocks = append(out.Blocks, blockJSON{Key: b.Name, Kind: string(b.Kind), Depth: b.Depth, Number: b.Number, Heading: b.Heading, Text: b.Body, Label: b.Label,
			Change: string(b.Change), Because: b.Because, RemarkCount: b.RemarkCount})
	}
	return out
}
