package remarks

import (
	"context"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/web"
	"glas/modules/consultations"
	"glas/modules/remarks/internal/show"
	"glas/modules/remarks/internal/stored"
	"glas/tenant"
)

// apiPageSize is how many remarks a page of the interface has.
const apiPageSize = 100

// apiRemark is a remark for programs, as everybody may read it.
type apiRemark struct {
	ID         string     `json:"id"`
	Number     string     `json:"number"`
	URL        string     `json:"url"`
	About      string     `json:"about"`
	Block      string     `json:"block,omitempty"`
	Label      string     `json:"label,omitempty"`
	VersionID  string     `json:"version_id,omitempty"`
	Quote      string     `json:"quote,omitempty"`
	Zone       string     `json:"zone,omitempty"`
	X          float64    `json:"x,omitempty"`
	Y          float64    `json:"y,omitempty"`
	Channel    Channel    `json:"channel"`
	ReceivedAt time.Time  `json:"received_at"`
	Author     string     `json:"author"`
	AuthorKind string     `json:"author_kind"`
	Stance     Stance     `json:"stance,omitempty"`
	Lang       string     `json:"lang,omitempty"`
	Text       string     `json:"text,omitempty"`
	OldWording string     `json:"old_wording,omitempty"`
	Wording    string     `json:"wording,omitempty"`
	Effects    string     `json:"effects,omitempty"`
	Files      int        `json:"files"`
	Carried    Carried    `json:"carried,omitempty"`
	EditedAt   *time.Time `json:"edited_at,omitempty"`
	Answer     *apiAnswer `json:"answer,omitempty"`
	// Changes are the parts of the text that were changed because of it.
	Changes []apiChange `json:"changes,omitempty"`
}

type apiChange struct {
	Label   string `json:"label"`
	Version int    `json:"version"`
	URL     string `json:"url"`
}

type apiAnswer struct {
	Disposition  Disposition `json:"disposition"`
	Reason       i18n.Text   `json:"reason"`
	DepartmentID string      `json:"department_id,omitempty"`
	Change       string      `json:"change,omitempty"`
	ChangeURL    string      `json:"change_url,omitempty"`
	DecidedAt    time.Time   `json:"decided_at"`
	PublishedAt  time.Time   `json:"published_at"`
}

func apiDescription() *web.API {
	list := func(name, description string, allowed []string) web.Param {
		return web.Param{Name: name, In: "query", Type: "string", Description: description, Enum: allowed}
	}
	return &web.API{ID: "listRemarks", Summary: "Public remarks of one consultation with their published answers, in the order of their numbers", Result: web.List[apiRemark]{},
		Params: []web.Param{
			{Name: "slug", In: "path", Type: "string", Description: "Name of the consultation in its address", Required: true},
			list("disposition", "Only those that were answered so", names(Dispositions())), list("channel", "Only those that came this way", names(Channels())),
			list("stance", "Only those with this stance", names(Stances())), list("kind", "Only those of citizens or of associations", []string{"citizen", "association"}),
			{Name: "about", In: "query", Description: "What they are about, as kind:id."}, {Name: "block", In: "query", Description: "Key of a block; - is the whole."},
			{Name: "q", In: "query", Description: "Words that must occur."}, {Name: "after", In: "query", Description: "Cursor of the page before."},
		}}
}

func names[S ~string](list []S) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

func (m *Module) apiList(c *fiber.Ctx) error {
	out := web.List[apiRemark]{Items: []apiRemark{}}
	err := m.Deps.DB.View(c.UserContext(), func(ctx context.Context, tx *tenant.Tx) error {
		one, err := consultations.Find(ctx, tx, c.Params("slug"))
		if err != nil {
			return err
		}
		if !one.Visible(tx.Now()) {
			return fault.NotFound("consultations.error.unknown")
		}
		f := publicFilter(web.Query(c), one.ID, stored.Public())
		f.Limit = apiPageSize
		list, next, err := stored.List(ctx, tx, f)
		for _, r := range list {
			out.Items = append(out.Items, forPrograms(ctx, r, web.SiteOf(c).Base))
		}
		if next > 0 {
			out.Next = strconv.FormatInt(next, 10)
		}
		return err
	})
	if err != nil {
		return err
	}
	return web.JSON(c, out)
}

// forPrograms writes a remark that was redacted for everybody.
func forPrograms(ctx context.Context, r *Remark, base string) apiRemark {
	a := apiRemark{ID: r.ID, Number: r.Name(), URL: base + i18n.Href(ctx, r.Path()), About: r.Host().String(), Block: r.Block, Label: r.Label, VersionID: r.VersionID,
		Quote: r.Quote, Zone: r.Zone, X: r.X, Y: r.Y, Channel: r.Channel, ReceivedAt: r.ReceivedAt.UTC(), Author: show.Author(ctx, r), AuthorKind: r.AuthorKind,
		Stance: r.Stance, Lang: r.Lang, Text: r.Body, Wording: r.Wording, Effects: r.Effects, Files: r.FileCount, Carried: r.Carried}
	if r.Wording != "" {
		a.OldWording = r.BlockText
	}
	if !r.EditedAt.IsZero() {
		at := r.EditedAt.UTC()
		a.EditedAt = &at
	}
	for _, ch := range r.Changes {
		a.Changes = append(a.Changes, apiChange{Label: ch.Label, Version: ch.Version, URL: base + i18n.Href(ctx, ch.Path)})
	}
	if p := r.PublicAnswer; p != nil {
		a.Answer = &apiAnswer{Disposition: p.Disposition, Reason: p.Reason, DepartmentID: p.DepartmentID, Change: p.ChangeLabel, DecidedAt: p.DecidedAt.UTC(), PublishedAt: r.PublishedAt.UTC()}
		if p.ChangePath != "" {
			a.Answer.ChangeURL = base + i18n.Href(ctx, p.ChangePath)
		}
	}
	return a
}
