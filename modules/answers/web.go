package answers

import (
	"context"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/internal/web"
	"glas/modules/departments"
	"glas/tenant"
)

// history is every published version of the answer to a thing, newest first.
type history struct {
	item        Item
	answers     []Answer // each as it was
	departments map[string]departments.Department
	files       templ.Component
}

// versions shows every published version of an answer to everybody who may see the thing.
func (m *Module) versions(c *fiber.Ctx) error {
	ctx := c.UserContext()
	host := m.host(c.Params("kind"))
	if host == nil {
		return fault.NotFound("answers.error.unknown")
	}
	var h history
	err := m.db.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if h.item, err = host.AnswerCard(ctx, tx, c.Params("id")); err != nil {
			return err
		}
		return m.loadHistory(ctx, tx, &h)
	})
	if err != nil {
		return err
	}
	return web.Render(c, web.Page{Title: i18n.T(ctx, "answers.versions.title", "Title", h.item.Title)}, historyPage(h))
}

func (m *Module) loadHistory(ctx context.Context, tx *tenant.Tx, h *history) error {
	a, err := find(ctx, tx, h.item.Ref)
	if err != nil {
		return err
	}
	if a == nil || !a.Published() || !h.item.Visible {
		return fault.NotFound("answers.error.unknown")
	}
	versions, err := versionsOf(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	labels, err := AllLabels(ctx, tx)
	if err != nil {
		return err
	}
	for _, v := range versions {
		h.answers = append(h.answers, v.answer(a, labels))
	}
	if h.departments, err = departments.Map(ctx, tx); err != nil || m.FileList == nil {
		return err
	}
	shown, err := m.FileList(ctx, tx, []subject.Ref{a.FileRef()})
	h.files = shown[a.FileRef()]
	return err
}

// answer is the version in the shape of an answer to be shown.
func (v *AnswerVersion) answer(a *Answer, labels Labels) Answer {
	return Answer{
		Key: a.Key, SubjectKind: a.SubjectKind, SubjectID: a.SubjectID, State: v.State, PublicState: v.State, Text: v.Text,
		CostMinor: v.CostMinor, Currency: v.Currency, Period: v.Period, DepartmentID: v.DepartmentID, Version: v.Number,
		PublishedAt: v.PublishedAt, LabelText: labels[v.State].Label, LabelColour: labels[v.State].Colour,
	}
}
