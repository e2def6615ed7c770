package core

import (
	"context"
	"fmt"
	"slices"
	"time"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/job"
	"glas/internal/subject"
	"glas/internal/text"
	"glas/modules/consultations"
	"glas/modules/departments"
	"glas/modules/remarks/internal/stored"
	"glas/tenant"
)

// Most is how many remarks one act in bulk takes.
const Most = 10_000

// Work is what an officer decides on a remark.
type Work struct {
	Disposition  stored.Disposition
	Reason       i18n.Text
	DepartmentID string
	// The resulting change: a block of the text, how it is called, the version with the change, and its address.
	ChangeBlock, ChangeLabel, ChangeVersion, ChangePath string
	// Version is that of the row when the form was opened.
	Version int64
	// Group gives the same answer to all remarks of the group.
	Group bool
	// Publish makes it public at once.
	Publish bool
}

// check says what is missing. A reason is required unless everything was accepted.
func (w Work) check(lang string) error {
	if !slices.Contains(stored.Dispositions(), w.Disposition) {
		return fault.InvalidField("disposition", "val.choose")
	}
	if w.Disposition != stored.Accepted && text.Letters(w.Reason[lang]) < stored.ReasonMin {
		return fault.InvalidField("reason."+lang, "remarks.error.reason", "N", stored.ReasonMin)
	}
	for l, s := range w.Reason {
		if text.Letters(s) > stored.ReasonMax {
			return fault.InvalidField("reason."+l, "val.max_chars", "N", stored.ReasonMax)
		}
	}
	return nil
}

func (w Work) apply(ctx context.Context, tx *tenant.Tx, r *stored.Remark) {
	r.Disposition, r.AnswerReason = w.Disposition, w.Reason
	if w.DepartmentID != "" {
		r.DepartmentID = w.DepartmentID
	}
	r.ChangeBlock, r.ChangeLabel, r.ChangeVersion, r.ChangePath = w.ChangeBlock, w.ChangeLabel, w.ChangeVersion, w.ChangePath
	actor := authz.From(ctx)
	r.DecidedBy, r.DecidedByName, r.DecidedAt = actor.ID, actor.Name, tx.Now()
}

// Answer stores what was decided on a remark, or on its whole group, and publishes it when told to. A form that was opened before
// somebody else saved is fault.Conflict; nothing is stored then.
func (m *Core) Answer(ctx context.Context, remarkID string, w Work) (*stored.Remark, error) {
	var r *stored.Remark
	err := m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		if err := may(ctx, "remark.answer", w.Publish); err != nil {
			return err
		}
		if err := w.check(tx.Tenant().Default()); err != nil {
			return err
		}
		if r, err = stored.Find(ctx, tx, remarkID); err != nil {
			return err
		}
		if r.RowVersion != w.Version {
			return fault.Conflict("remarks.error.changed", "Name", r.DecidedByName)
		}
		if err := departments.Known(ctx, tx, w.DepartmentID); err != nil {
			return err
		}
		list := []*stored.Remark{r}
		if w.Group && r.GroupID != "" {
			if list, err = stored.OfGroup(ctx, tx, r.GroupID); err != nil {
				return err
			}
		}
		return m.answer(ctx, tx, list, w)
	})
	if err != nil {
		return nil, fmt.Errorf("answer remark: %w", err)
	}
	return r, nil
}

func may(ctx context.Context, permission string, publish bool) error {
	if err := authz.Can(ctx, permission, authz.Resource{}).Err(); err != nil || !publish {
		return err
	}
	return authz.Can(ctx, "remark.publish", authz.Resource{}).Err()
}

// answer gives the same answer to a list.
func (m *Core) answer(ctx context.Context, tx *tenant.Tx, list []*stored.Remark, w Work) error {
	for _, r := range list {
		if !r.Counts() {
			return fault.Conflict("remarks.error.gone")
		}
		w.apply(ctx, tx, r)
		if err := stored.Save(ctx, tx, r); err != nil {
			return err
		}
	}
	if err := recordMany(ctx, tx, "remark.answer", list, map[string]any{"disposition": w.Disposition}); err != nil || !w.Publish {
		return err
	}
	_, err := m.publish(ctx, tx, list)
	return err
}

// recordMany puts an act on remarks into the trail: one entry, with their numbers when they are few.
func recordMany(ctx context.Context, tx *tenant.Tx, action string, list []*stored.Remark, data map[string]any) error {
	if len(list) == 0 {
		return nil
	}
	ref := list[0].Ref()
	if data == nil {
		data = map[string]any{}
	}
	if len(list) > 1 {
		ref = subject.Ref{Kind: consultations.Kind, ID: list[0].ConsultationID}
		data["remarks"] = len(list)
		if len(list) <= 50 {
			numbers := make([]string, len(list))
			for i, r := range list {
				numbers[i] = r.Name()
			}
			data["numbers"] = numbers
		}
	}
	return record(ctx, tx, action, ref, data)
}

// Choice is the rows that an act in bulk is done to: those named, or everything that a filter finds.
type Choice struct {
	IDs    []string
	Filter *stored.Filter
}

func (c Choice) load(ctx context.Context, tx *tenant.Tx) ([]*stored.Remark, error) {
	ids, err := c.ids(ctx, tx)
	if err != nil {
		return nil, err
	}
	var out []*stored.Remark
	for part := range slices.Chunk(ids, 500) {
		list, err := stored.FindMany(ctx, tx, part)
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	return out, nil
}

func (c Choice) ids(ctx context.Context, tx *tenant.Tx) (ids []string, err error) {
	ids = c.IDs
	if c.Filter != nil {
		if ids, err = stored.IDs(ctx, tx, *c.Filter, Most); err != nil {
			return nil, err
		}
	}
	if len(ids) == 0 {
		return nil, fault.InvalidField("id", "remarks.error.none_chosen")
	}
	return ids[:min(len(ids), Most)], nil
}

// AnswerMany gives the same answer to all chosen remarks that have to be answered and says how many those are.
func (m *Core) AnswerMany(ctx context.Context, c Choice, w Work) (n int, err error) {
	err = m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		if err := may(ctx, "remark.answer", w.Publish); err != nil {
			return err
		}
		if err := w.check(tx.Tenant().Default()); err != nil {
			return err
		}
		if err := departments.Known(ctx, tx, w.DepartmentID); err != nil {
			return err
		}
		list, err := c.load(ctx, tx)
		if err != nil {
			return err
		}
		list = slices.DeleteFunc(list, func(r *stored.Remark) bool { return !r.Counts() })
		n = len(list)
		return m.answer(ctx, tx, list, w)
	})
	return n, err
}

// PublishMany makes the answers of chosen remarks public and says how many were. Those that are not decided, not shown or already public
// as they are stay as they are.
func (m *Core) PublishMany(ctx context.Context, c Choice) (n int, err error) {
	err = m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		if err := authz.Can(ctx, "remark.publish", authz.Resource{}).Err(); err != nil {
			return err
		}
		list, err := c.load(ctx, tx)
		if err != nil {
			return err
		}
		n, err = m.publish(ctx, tx, list)
		return err
	})
	return n, err
}

// publish makes answers public; their authors are told by a job, each once for each answer.
func (m *Core) publish(ctx context.Context, tx *tenant.Tx, list []*stored.Remark) (int, error) {
	var done []*stored.Remark
	for _, r := range list {
		if !r.Unpublished() {
			continue
		}
		a := r.Working()
		r.PublicAnswer, r.PublicDisposition, r.PublishedAt, r.ToldAt = &a, a.Disposition, tx.Now(), time.Time{}
		if err := stored.Save(ctx, tx, r); err != nil {
			return 0, err
		}
		done = append(done, r)
	}
	if len(done) == 0 {
		return 0, nil
	}
	if err := recordMany(ctx, tx, "remark.publish", done, nil); err != nil {
		return 0, err
	}
	if err := tx.Announce(ctx, Published{ConsultationID: done[0].ConsultationID, N: len(done), ActorID: authz.From(ctx).ID}); err != nil {
		return 0, err
	}
	return len(done), tx.Enqueue(ctx, job.Spec{Kind: tellJob, Unique: "tell"})
}

// Assignment gives remarks to a department, a person and a date; nil leaves what is.
type Assignment struct {
	DepartmentID, AssigneeID *string
	Due                      *time.Time
}

// AssignMany gives chosen remarks to somebody and says how many.
func (m *Core) AssignMany(ctx context.Context, c Choice, a Assignment) (n int, err error) {
	err = m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		if err := authz.Can(ctx, "remark.assign", authz.Resource{}).Err(); err != nil {
			return err
		}
		if a.DepartmentID != nil {
			if err := departments.Known(ctx, tx, *a.DepartmentID); err != nil {
				return err
			}
		}
		list, err := c.load(ctx, tx)
		if err != nil {
			return err
		}
		n = len(list)
		for part := range slices.Chunk(ids(list), 500) {
			if err := stored.Assign(ctx, tx, part, a.DepartmentID, a.AssigneeID, a.Due); err != nil {
				return err
			}
		}
		data := map[string]any{}
		if a.DepartmentID != nil {
			data["department"] = *a.DepartmentID
		}
		if a.Due != nil {
			data["due"] = i18n.ISO(*a.Due)
		}
		return recordMany(ctx, tx, "remark.assign", list, data)
	})
	return n, err
}

// GroupMany puts chosen remarks into one group: that which one of them is in already, else a new one. It says how many.
func (m *Core) GroupMany(ctx context.Context, c Choice) (n int, err error) {
	err = m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		list, err := m.chosen(ctx, tx, c)
		if err != nil {
			return err
		}
		groupID := ""
		for _, r := range list {
			if r.ConsultationID != list[0].ConsultationID {
				return fault.Conflict("remarks.error.apart")
			}
			if groupID == "" {
				groupID = r.GroupID
			}
		}
		if groupID == "" {
			g, err := stored.AddGroup(ctx, tx, list[0].ConsultationID, text.Truncate(list[0].Name()+" "+list[0].Excerpt, 120))
			if err != nil {
				return err
			}
			groupID = g.ID
		}
		n = len(list)
		return putInGroup(ctx, tx, list, groupID)
	})
	return n, err
}

// UngroupMany takes chosen remarks out of their groups and says how many.
func (m *Core) UngroupMany(ctx context.Context, c Choice) (n int, err error) {
	err = m.DB.Update(ctx, func(ctx context.Context, tx *tenant.Tx) error {
		list, err := m.chosen(ctx, tx, c)
		n = len(list)
		if err != nil {
			return err
		}
		return putInGroup(ctx, tx, list, "")
	})
	return n, err
}

func (m *Core) chosen(ctx context.Context, tx *tenant.Tx, c Choice) ([]*stored.Remark, error) {
	if err := authz.Can(ctx, "remark.answer", authz.Resource{}).Err(); err != nil {
		return nil, err
	}
	return c.load(ctx, tx)
}

func putInGroup(ctx context.Context, tx *tenant.Tx, list []*stored.Remark, groupID string) error {
	for part := range slices.Chunk(ids(list), 500) {
		if err := stored.PutInGroup(ctx, tx, part, groupID); err != nil {
			return err
		}
	}
	return recordMany(ctx, tx, "remark.group", list, map[string]any{"group": groupID})
}
