package answers

import (
	"context"
	"fmt"
	"maps"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/form"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/subject"
	"glas/modules/departments"
	"glas/tenant"
)

// Work is what an officer says in a form.
type Work struct {
	State        State
	Text         i18n.Text
	CostMinor    *int64
	Period       i18n.Text
	DepartmentID string
	DueAt        time.Time
	// RowVersion is that of the answer when the form was opened, 0 when there was none.
	RowVersion int64
}

// Save stores the working copy of the answer to a thing, with the files of f (which may be nil), and publishes it when told to. A form
// that was opened before somebody else saved is fault.Conflict; nothing is stored then.
func (m *Module) Save(ctx context.Context, ref subject.Ref, w Work, f *form.Form, publish bool) error {
	if err := authz.Can(ctx, "answer.draft", authz.Resource{}).Err(); err != nil {
		return err
	}
	host := m.host(ref.Kind)
	if host == nil {
		return fault.NotFound("answers.error.unknown")
	}
	return m.db.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		item, err := host.AnswerCard(ctx, tx, ref.ID)
		if err != nil {
			return err
		}
		a, err := m.store(ctx, tx, item, w)
		if err != nil {
			return err
		}
		if m.Files != nil && f != nil {
			if err := m.Files.Save(ctx, tx, a.FileRef(), f); err != nil {
				return err
			}
		}
		if err := m.record(ctx, tx, "answer.draft", ref, map[string]any{"state": a.State}); err != nil || !publish {
			return err
		}
		return m.publish(ctx, tx, item, a)
	})
}

// store writes the working copy.
func (m *Module) store(ctx context.Context, tx *tenant.Tx, item Item, w Work) (*Answer, error) {
	a, err := find(ctx, tx, item.Ref)
	if err != nil {
		return nil, err
	}
	fresh := a == nil
	if fresh {
		a = &Answer{Key: tenant.Key{ID: id.New()}, SubjectKind: item.Kind, SubjectID: item.ID, CreatedAt: tx.Now(), Period: i18n.Text{}}
	}
	if a.RowVersion != w.RowVersion {
		return nil, fault.Conflict("answers.error.changed", "Name", a.ChangedByName)
	}
	if err := departments.Known(ctx, tx, w.DepartmentID); err != nil {
		return nil, err
	}
	actor := authz.From(ctx)
	a.ConsultationID, a.State, a.Text, a.CostMinor, a.Period = item.ConsultationID, w.State, w.Text, w.CostMinor, w.Period
	a.DepartmentID, a.DueAt, a.Currency = w.DepartmentID, w.DueAt, tx.Tenant().Rules.Currency
	a.ChangedBy, a.ChangedByName, a.UpdatedAt, a.Draft = actor.ID, actor.Name, tx.Now(), true
	if a.DueAt.IsZero() {
		a.DueAt = item.DueAt
	}
	if fresh {
		a.RowVersion = 1
		return a, insert(ctx, tx, a)
	}
	a.Draft = a.Draft && !a.same()
	ok, err := update(ctx, tx, a)
	if err == nil && !ok {
		err = fault.Conflict("answers.error.changed", "Name", "")
	}
	return a, err
}

// same reports whether the working copy says what is public already.
func (a *Answer) same() bool {
	return a.Version > 0 && a.State == a.PublicState && a.DepartmentID == a.PublicDepartmentID && maps.Equal(a.Text, a.PublicText) &&
		maps.Equal(a.Period, a.PublicPeriod) && sameCost(a.CostMinor, a.PublicCostMinor)
}

func sameCost(a, b *int64) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// publish makes the working copy public, keeps it as a version, and tells everybody who asked to be told. An answer that says
// nothing new is not published again.
func (m *Module) publish(ctx context.Context, tx *tenant.Tx, item Item, a *Answer) error {
	if err := authz.Can(ctx, "answer.publish", authz.Resource{}).Err(); err != nil {
		return err
	}
	if a.same() {
		return m.showFiles(ctx, tx, a)
	}
	lang := tx.Tenant().Default()
	if !a.complete(lang) {
		return fault.InvalidField("text."+lang, "answers.error.no_text")
	}
	if err := m.bring(ctx, tx, item, a); err != nil {
		return err
	}
	if err := m.record(ctx, tx, "answer.publish", item.Ref, map[string]any{"state": a.State, "version": a.Version}); err != nil {
		return err
	}
	return tx.Announce(ctx, PublishedEvent{
		Ref: item.Ref, Title: item.Title, Path: item.Path, State: a.State, ConsultationID: item.ConsultationID, AnswerID: a.ID,
		Version: a.Version, ActorID: authz.From(ctx).ID,
	})
}

// bring makes the working copy public as the next version.
func (m *Module) bring(ctx context.Context, tx *tenant.Tx, item Item, a *Answer) error {
	if a.State != a.PublicState {
		a.LabelText, a.LabelColour = nil, "" // those of the state before
	}
	a.publish(tx.Now())
	ok, err := update(ctx, tx, a)
	if err != nil {
		return err
	}
	if !ok {
		return fault.Conflict("answers.error.changed", "Name", "")
	}
	version := &AnswerVersion{
		Key: tenant.Key{ID: id.New()}, AnswerID: a.ID, Number: a.Version, State: a.State, Text: a.Text, CostMinor: a.CostMinor,
		Currency: a.Currency, Period: a.Period, DepartmentID: a.DepartmentID, PublishedAt: tx.Now(), PublishedBy: authz.From(ctx).ID,
	}
	if err := insertVersion(ctx, tx, version); err != nil {
		return err
	}
	if err := m.showFiles(ctx, tx, a); err != nil {
		return err
	}
	if err := m.host(item.Kind).Answered(ctx, tx, item.ID, a); err != nil {
		return fmt.Errorf("tell the host of an answer: %w", err)
	}
	return nil
}

func (m *Module) showFiles(ctx context.Context, tx *tenant.Tx, a *Answer) error {
	if m.Files == nil {
		return nil
	}
	return m.Files.Save(ctx, tx, a.FileRef(), nil)
}

func (m *Module) record(ctx context.Context, tx *tenant.Tx, action string, ref subject.Ref, data map[string]any) error {
	if m.Trail == nil {
		return nil
	}
	return m.Trail.Record(ctx, tx, action, ref, data)
}

// Outcome is what became of answers that were published together.
type Outcome struct {
	Published int
	// Incomplete answers have no text in the municipality's own language, or somebody was changing them.
	Incomplete int
}

// most is how many answers are published at once.
const most = 200

// PublishMany publishes the drafts of things of one kind. Those that are not complete stay drafts; the others are published all or,
// when something fails, none.
func (m *Module) PublishMany(ctx context.Context, kind string, ids []string) (Outcome, error) {
	var out Outcome
	if err := authz.Can(ctx, "answer.publish", authz.Resource{}).Err(); err != nil {
		return out, err
	}
	host := m.host(kind)
	if host == nil || len(ids) == 0 {
		return out, fault.InvalidField("id", "answers.error.none_chosen")
	}
	ids = ids[:min(len(ids), most)]
	err := m.db.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		out = Outcome{}
		q, err := host.Waiting(ctx, tx, Query{IDs: ids})
		if err != nil {
			return err
		}
		rows, err := byRefs(ctx, tx, refsOf(q.Items), false)
		if err != nil {
			return err
		}
		items := map[subject.Ref]Item{}
		for _, item := range q.Items {
			items[item.Ref] = item
		}
		for i := range rows {
			if !rows[i].Draft {
				continue
			}
			err := m.publish(ctx, tx, items[rows[i].Ref()], &rows[i])
			switch {
			case fault.Is(err, fault.KindInvalid), fault.Is(err, fault.KindConflict):
				out.Incomplete++
			case err != nil:
				return err
			default:
				out.Published++
			}
		}
		return nil
	})
	return out, err
}

func refsOf(items []Item) []subject.Ref {
	refs := make([]subject.Ref, len(items))
	for i := range items {
		refs[i] = items[i].Ref
	}
	return refs
}

// SaveLabels stores the municipality's own labels.
func (m *Module) SaveLabels(ctx context.Context, rows []AnswerLabel) error {
	if err := authz.Can(ctx, "settings.edit", authz.Resource{}).Err(); err != nil {
		return err
	}
	return m.db.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		for i := range rows {
			if err := saveLabel(ctx, tx, &rows[i]); err != nil {
				return err
			}
		}
		return m.record(ctx, tx, "answer.label", subject.Ref{}, map[string]any{"labels": len(rows)})
	})
}
