package clocks

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"glas/internal/authz"
	"glas/internal/calendar"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/subject"
	"glas/modules/calendars"
	"glas/modules/clocks/internal/term"
	"glas/tenant"
)

// Opening is a thing whose clocks begin.
type Opening struct {
	Ref   subject.Ref
	Cycle int
	Match Match
	// At is when the clocks begin, such as the registration.
	At time.Time
	// Metrics begin only these; empty begins all but those that begin when they are named: nobody has asked to look again before, and no
	// department has been given anything to accept.
	Metrics []string
	// Without leaves these out: what they ask for is done already.
	Without []string
}

// begins reports whether an opening begins a metric. A promise begins with Promise only.
func (o Opening) begins(metric string) bool {
	switch {
	case metric == PromiseDue || slices.Contains(o.Without, metric):
		return false
	case len(o.Metrics) > 0:
		return slices.Contains(o.Metrics, metric)
	}
	return !later(metric)
}

// later are the metrics that begin when they are named, and not with everything else.
func later(metric string) bool { return metric == ReopenReview || metric == Accept }

// Start begins the clocks that policies give to a thing: of each metric that of the first policy that fits. A metric that runs already
// in the same cycle is left as it is.
func (m *Module) Start(ctx context.Context, tx *tenant.Tx, o Opening) error {
	d, err := load(ctx, tx)
	if err != nil {
		return err
	}
	running, err := runningOf(ctx, tx, o.Ref)
	if err != nil {
		return err
	}
	has := map[string]bool{}
	for _, c := range running {
		has[c.Metric] = has[c.Metric] || c.Cycle == o.Cycle
	}
	var fresh []Clock
	targets := term.TargetsFor(d.policies, o.Match)
	for _, metric := range slices.Sorted(maps.Keys(targets)) {
		if has[metric] || !o.begins(metric) {
			continue
		}
		c := begun(targets[metric], o, tx.Now())
		if err := d.compute(&c, nil, nil, tx.Now()); err != nil {
			return err
		}
		fresh = append(fresh, c)
	}
	return m.add(ctx, tx, fresh)
}

// begun is a clock as it starts.
func begun(t *ClockTarget, o Opening, now time.Time) Clock {
	c := Clock{Key: tenant.Key{ID: id.New()}, SubjectKind: o.Ref.Kind, SubjectID: o.Ref.ID, Cycle: o.Cycle, Metric: t.Metric, PolicyID: t.PolicyID,
		TargetID: t.ID, DepartmentID: o.Match.DepartmentID, Term: t.Term, Pausable: t.Pausable, PausableOutside: t.PausableOutside, LegalBasis: t.LegalBasis, StartedAt: o.At.UTC(), WatchedFrom: now}
	if c.ByDepartment = t.CalendarID == ByDepartment; !c.ByDepartment {
		c.CalendarID = t.CalendarID
	}
	return c
}

// data is what clocks are computed from.
type data struct {
	*term.Engine
	policies []ClockPolicy
	rules    map[string][]ClockRule
}

// load reads policies and calendars, in six statements.
func load(ctx context.Context, tx *tenant.Tx) (*data, error) {
	all, _, err := policies(ctx, tx)
	if err != nil {
		return nil, err
	}
	set, err := calendars.Load(ctx, tx)
	if err != nil {
		return nil, err
	}
	return &data{Engine: term.NewEngine(set), policies: all, rules: ladders(all)}, nil
}

// compute sets when a clock is due and when the ladder looks at it next. What it would have to do now is left to the check.
func (d *data) compute(c *Clock, pauses []ClockPause, fired map[string]bool, now time.Time) error {
	if _, err := d.Engine.Compute(c, spans(pauses), now); err != nil {
		return fmt.Errorf("compute clock %s: %w", c.ID, err)
	}
	late, err := d.Due(c, d.rules[c.TargetID], fired, spans(pauses), now)
	if err != nil {
		return fmt.Errorf("compute the ladder of clock %s: %w", c.ID, err)
	}
	if len(late) > 0 {
		c.NextAt = now
	}
	return nil
}

// add stores new clocks, all of one thing, and tells the host.
func (m *Module) add(ctx context.Context, tx *tenant.Tx, fresh []Clock) error {
	if len(fresh) == 0 {
		return nil
	}
	if _, err := tx.Insert(&fresh).Exec(ctx); err != nil {
		return fmt.Errorf("start clocks: %w", err)
	}
	return m.tell(ctx, tx, fresh)
}

// tell gives the hosts when the things of clocks are due next.
func (m *Module) tell(ctx context.Context, tx *tenant.Tx, list []Clock) error {
	byKind := map[string][]string{}
	for _, c := range list {
		if m.Hosts[c.SubjectKind] != nil && !slices.Contains(byKind[c.SubjectKind], c.SubjectID) {
			byKind[c.SubjectKind] = append(byKind[c.SubjectKind], c.SubjectID)
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(byKind)) {
		due, err := nearest(ctx, tx, kind, byKind[kind])
		if err != nil {
			return err
		}
		if err := m.Hosts[kind].Due(ctx, tx, due); err != nil {
			return fmt.Errorf("tell when %s is due: %w", kind, err)
		}
	}
	return nil
}

// Tell gives the host of a thing once more when it is due next.
func (m *Module) Tell(ctx context.Context, tx *tenant.Tx, ref subject.Ref) error {
	if m.Hosts[ref.Kind] == nil {
		return nil
	}
	due, err := nearest(ctx, tx, ref.Kind, []string{ref.ID})
	if err != nil {
		return err
	}
	return m.Hosts[ref.Kind].Due(ctx, tx, due)
}

// Stop ends the running clocks of a thing that have one of the metrics. With the outcome Met they are met or missed, whichever is true.
func (m *Module) Stop(ctx context.Context, tx *tenant.Tx, ref subject.Ref, metrics []string, outcome Outcome, at time.Time) error {
	return m.stop(ctx, tx, ref, outcome, at, func(c *Clock) bool { return slices.Contains(metrics, c.Metric) })
}

// StopAll ends all running clocks of a thing.
func (m *Module) StopAll(ctx context.Context, tx *tenant.Tx, ref subject.Ref, outcome Outcome, at time.Time) error {
	return m.stop(ctx, tx, ref, outcome, at, func(*Clock) bool { return true })
}

func (m *Module) stop(ctx context.Context, tx *tenant.Tx, ref subject.Ref, outcome Outcome, at time.Time, which func(*Clock) bool) error {
	list, err := runningOf(ctx, tx, ref)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(c Clock) bool { return !which(&c) })
	if len(list) == 0 {
		return nil
	}
	set, err := calendars.Load(ctx, tx)
	if err != nil {
		return err
	}
	return m.freeze(ctx, tx, term.NewEngine(set), list, outcome, at)
}

// freeze ends clocks with the explanation as it is now.
func (m *Module) freeze(ctx context.Context, tx *tenant.Tx, e *term.Engine, list []Clock, outcome Outcome, at time.Time) error {
	ids := idsOf(list)
	if err := closePauses(ctx, tx, ids, at); err != nil {
		return err
	}
	pauses, err := pausesOf(ctx, tx, ids)
	if err != nil {
		return err
	}
	for i := range list {
		c := &list[i]
		if c.Explanation, err = e.Compute(c, spans(pauses[c.ID]), at); err != nil {
			return fmt.Errorf("end clock %s: %w", c.ID, err)
		}
		c.StoppedAt, c.PausedSince, c.NextAt, c.Outcome = at.UTC(), time.Time{}, time.Time{}, outcome
		if late := at.Sub(c.DueAt); outcome == Met && late > 0 {
			c.Outcome, c.Overshoot = Missed, int64(late/time.Second)
		}
		if err := end(ctx, tx, c); err != nil {
			return err
		}
	}
	return m.tell(ctx, tx, list)
}

// Outside is the reason of a pause in which another authority has to act. It is not the citizen who keeps the municipality waiting then,
// so that only those clocks stand still of which the municipality says so.
const Outside = "waiting_external"

// Pause has the pausable clocks of a thing stand still, such as while the citizen is asked something.
func (m *Module) Pause(ctx context.Context, tx *tenant.Tx, ref subject.Ref, reason string, at time.Time) error {
	list, err := runningOf(ctx, tx, ref)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(c Clock) bool { return !c.Stands(reason == Outside) || c.Fixed() || !c.PausedSince.IsZero() })
	if len(list) == 0 {
		return nil
	}
	var rows []ClockPause
	for i := range list {
		list[i].PausedSince, list[i].NextAt = at.UTC(), time.Time{}
		rows = append(rows, ClockPause{Key: tenant.Key{ID: id.New()}, ClockID: list[i].ID, FromAt: at.UTC(), Reason: reason, ActorID: authz.From(ctx).ID})
	}
	if _, err := tx.Insert(&rows).Exec(ctx); err != nil {
		return fmt.Errorf("pause clocks: %w", err)
	}
	return m.again(ctx, tx, list)
}

// Resume has the clocks of a thing go on.
func (m *Module) Resume(ctx context.Context, tx *tenant.Tx, ref subject.Ref, at time.Time) error {
	list, err := runningOf(ctx, tx, ref)
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(c Clock) bool { return c.PausedSince.IsZero() })
	if len(list) == 0 {
		return nil
	}
	if err := closePauses(ctx, tx, idsOf(list), at); err != nil {
		return err
	}
	for i := range list {
		list[i].PausedSince = time.Time{}
	}
	return m.again(ctx, tx, list)
}

// Revive has clocks of a thing go on that ended with an outcome at a moment, as if they had not: with their pauses, and those that stood
// still then stand still again. What ended in another way stays ended.
func (m *Module) Revive(ctx context.Context, tx *tenant.Tx, ref subject.Ref, outcome Outcome, ended time.Time) error {
	all, err := Of(ctx, tx, []subject.Ref{ref})
	if err != nil {
		return err
	}
	list := slices.DeleteFunc(all[ref], func(c Clock) bool { return c.Outcome != outcome || !c.StoppedAt.Equal(ended) })
	if len(list) == 0 {
		return nil
	}
	if err := reopenPauses(ctx, tx, idsOf(list), ended); err != nil {
		return err
	}
	pauses, err := pausesOf(ctx, tx, idsOf(list))
	if err != nil {
		return err
	}
	for i := range list {
		c := &list[i]
		c.StoppedAt, c.Outcome, c.Overshoot, c.Explanation = time.Time{}, "", 0, nil
		for _, p := range pauses[c.ID] {
			if p.ToAt.IsZero() {
				c.PausedSince = p.FromAt
			}
		}
		if err := end(ctx, tx, c); err != nil {
			return err
		}
	}
	return m.again(ctx, tx, list)
}

// again computes clocks once more and keeps the result.
func (m *Module) again(ctx context.Context, tx *tenant.Tx, list []Clock) error {
	d, err := load(ctx, tx)
	if err != nil {
		return err
	}
	if _, err := d.again(ctx, tx, list); err != nil {
		return err
	}
	if err := keep(ctx, tx, list, computed...); err != nil {
		return err
	}
	return m.tell(ctx, tx, list)
}

// again computes clocks once more and gives those that moved, as they were before.
func (d *data) again(ctx context.Context, tx *tenant.Tx, list []Clock) ([]Move, error) {
	ids := idsOf(list)
	pauses, err := pausesOf(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	firings, err := firingsOf(ctx, tx, ids)
	if err != nil {
		return nil, err
	}
	fired := map[string]bool{}
	for _, f := range firings {
		fired[f.ID] = true
	}
	var moves []Move
	for i := range list {
		was := list[i].DueAt
		if err := d.compute(&list[i], pauses[list[i].ID], fired, tx.Now()); err != nil {
			return nil, err
		}
		if !was.Equal(list[i].DueAt) {
			moves = append(moves, Move{Clock: list[i], From: was})
		}
	}
	return moves, nil
}

// Promise makes a promised date a clock; one promised before in the same cycle gives way to it.
func (m *Module) Promise(ctx context.Context, tx *tenant.Tx, ref subject.Ref, cycle int, due time.Time) error {
	if err := m.Stop(ctx, tx, ref, []string{PromiseDue}, Cancelled, tx.Now()); err != nil {
		return err
	}
	d, err := load(ctx, tx)
	if err != nil {
		return err
	}
	c := Clock{Key: tenant.Key{ID: id.New()}, SubjectKind: ref.Kind, SubjectID: ref.ID, Cycle: cycle, Metric: PromiseDue, LegalBasis: i18n.Text{},
		StartedAt: tx.Now(), DueAt: due.UTC(), WatchedFrom: tx.Now()}
	if t := term.TargetsFor(d.policies, Match{})[PromiseDue]; t != nil {
		c.PolicyID, c.TargetID = t.PolicyID, t.ID
	}
	if err := d.compute(&c, nil, nil, tx.Now()); err != nil {
		return err
	}
	return m.add(ctx, tx, []Clock{c})
}

// Rematch looks anew which policies fit, because kind, topic, department or priority changed. A clock whose target is another one is
// cancelled, and the new one begins where the old one did, with its pauses; one whose department changed is computed by the calendar of
// the new one; what was ended stays as it is. Metrics that the thing has no clock of begin with the first of them, but for those without:
// what they ask for is done.
func (m *Module) Rematch(ctx context.Context, tx *tenant.Tx, ref subject.Ref, match Match, without ...string) error {
	all, err := Of(ctx, tx, []subject.Ref{ref})
	if err != nil || len(all[ref]) == 0 {
		return err
	}
	d, err := load(ctx, tx)
	if err != nil {
		return err
	}
	plan := d.rematch(all[ref], match, without)
	if len(plan.gone) > 0 {
		if err := m.freeze(ctx, tx, d.Engine, plan.gone, Cancelled, tx.Now()); err != nil {
			return err
		}
	}
	pauses, err := pausesOf(ctx, tx, idsOf(all[ref]))
	if err != nil {
		return err
	}
	for i := range plan.fresh {
		c := &plan.fresh[i]
		rows := inherit(c, pauses[plan.from[c.Metric]], plan.paused[c.Metric])
		c.WatchedFrom = tx.Now()
		if err := d.compute(c, rows, nil, tx.Now()); err != nil {
			return err
		}
		if err := m.add(ctx, tx, []Clock{*c}); err != nil {
			return err
		}
		if len(rows) > 0 {
			if _, err := tx.Insert(&rows).Exec(ctx); err != nil {
				return fmt.Errorf("take over pauses: %w", err)
			}
		}
	}
	if len(plan.stay) == 0 {
		return nil
	}
	for i := range plan.stay {
		if err := end(ctx, tx, &plan.stay[i]); err != nil { // the department
			return err
		}
	}
	return m.again(ctx, tx, plan.stay)
}

// change is what a rematch does.
type change struct {
	gone, stay, fresh []Clock
	// from is the clock that a fresh one takes the place of, by metric; paused since when that stood still.
	from   map[string]string
	paused map[string]time.Time
}

func (d *data) rematch(all []Clock, match Match, without []string) change {
	out := change{from: map[string]string{}, paused: map[string]time.Time{}}
	began := map[string]time.Time{}
	cycle, start, ref := 0, time.Time{}, all[0].Ref()
	for _, c := range all {
		cycle = max(cycle, c.Cycle)
	}
	targets := term.TargetsFor(d.policies, match)
	delete(targets, PromiseDue)
	all = slices.DeleteFunc(slices.Clone(all), func(c Clock) bool { return c.Cycle != cycle || c.Metric == PromiseDue })
	runs := map[string]bool{}
	for _, c := range all {
		if start.IsZero() || c.StartedAt.Before(start) {
			start = c.StartedAt
		}
		runs[c.Metric] = runs[c.Metric] || c.Running()
	}
	maps.DeleteFunc(targets, func(metric string, _ *ClockTarget) bool {
		return !runs[metric] && (later(metric) || slices.Contains(without, metric))
	})
	for _, c := range all {
		t := targets[c.Metric]
		switch {
		case !c.Running():
			if c.Outcome != Cancelled && !runs[c.Metric] {
				delete(targets, c.Metric)
			}
		case t != nil && t.ID == c.TargetID:
			delete(targets, c.Metric)
			c.DepartmentID = match.DepartmentID
			out.stay = append(out.stay, c)
		default:
			out.gone = append(out.gone, c)
			out.from[c.Metric], out.paused[c.Metric], began[c.Metric] = c.ID, c.PausedSince, c.StartedAt
		}
	}
	for _, metric := range slices.Sorted(maps.Keys(targets)) {
		if start.IsZero() {
			break
		}
		at, known := began[metric]
		if !known {
			at = start
		}
		out.fresh = append(out.fresh, begun(targets[metric], Opening{Ref: ref, Cycle: cycle, Match: match, At: at}, at))
	}
	return out
}

// inherit takes over the journal of another clock; a pause that went on goes on.
func inherit(c *Clock, journal []ClockPause, pausedSince time.Time) []ClockPause {
	out := slices.DeleteFunc(slices.Clone(journal), func(p ClockPause) bool { return !c.Stands(p.Reason == Outside) })
	for i := range out {
		out[i].ID, out[i].ClockID = id.New(), c.ID
		if !pausedSince.IsZero() && out[i].FromAt.Equal(pausedSince) {
			out[i].ToAt, c.PausedSince = time.Time{}, pausedSince
		}
	}
	return out
}

// Explain is how a clock's due moment came about: as it was when it ended, or as it is now.
func (m *Module) Explain(ctx context.Context, tx *tenant.Tx, c *Clock) ([]calendar.Line, error) {
	if !c.Running() {
		return c.Explanation, nil
	}
	set, err := calendars.Load(ctx, tx)
	if err != nil {
		return nil, err
	}
	pauses, err := pausesOf(ctx, tx, []string{c.ID})
	if err != nil {
		return nil, err
	}
	return term.NewEngine(set).Compute(c, spans(pauses[c.ID]), tx.Now())
}
