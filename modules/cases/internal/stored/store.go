package stored

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"glas/internal/authz"
	"glas/internal/db"
	"glas/internal/fault"
	"glas/internal/id"
	"glas/modules/cases/internal/counted"
	"glas/modules/cases/internal/places"
	"glas/modules/cases/internal/words"
	"glas/tenant"
)

// ErrUnknown is what every address of a case that cannot be seen answers: that it exists is not told.
func ErrUnknown() error { return fault.NotFound("cases.error.unknown") }

// ErrStale is told when somebody else changed the case since it was loaded.
func ErrStale() error { return fault.Conflict("cases.error.stale") }

// Find is a case by its id, whoever may see it.
func Find(ctx context.Context, tx *tenant.Tx, caseID string) (*Case, error) {
	return one(tx.Select((*Case)(nil)).Where("c.id = ?", caseID), ctx)
}

// FindNumber is a case by its number.
func FindNumber(ctx context.Context, tx *tenant.Tx, number string) (*Case, error) {
	if !NumberValid(number) {
		return nil, ErrUnknown()
	}
	return one(tx.Select((*Case)(nil)).Where("c.number = ?", number), ctx)
}

// FindToken is a case by the token that leads to it.
func FindToken(ctx context.Context, tx *tenant.Tx, token string) (*Case, error) {
	if !TokenValid(token) {
		return nil, ErrUnknown()
	}
	return one(tx.Select((*Case)(nil)).Where("c.token = ?", token), ctx)
}

// FindConfirm is an unconfirmed case by the token of its letter.
func FindConfirm(ctx context.Context, tx *tenant.Tx, token string) (*Case, error) {
	if !TokenValid(token) {
		return nil, ErrUnknown()
	}
	return one(tx.Select((*Case)(nil)).Where("c.confirm_token = ?", token), ctx)
}

// FindRef is a case by what it is called at the channel it came by; nil when there is none.
func FindRef(ctx context.Context, tx *tenant.Tx, channel, ref string) (*Case, error) {
	if ref == "" {
		return nil, nil
	}
	return orNil(one(tx.Select((*Case)(nil)).Where("c.channel = ?", channel).Where("c.channel_ref = ?", ref), ctx))
}

// FindRepeat is a case of the same words that came just before; nil when there is none.
func FindRepeat(ctx context.Context, tx *tenant.Tx, dedupe string) (*Case, error) {
	return orNil(one(tx.Select((*Case)(nil)).Where("c.dedupe = ?", dedupe).Where("c.created_at > ?", tx.Now().Add(-repeatWindow)).OrderExpr("c.created_at").Limit(1), ctx))
}

func orNil(c *Case, err error) (*Case, error) {
	if fault.Is(err, fault.KindNotFound) {
		return nil, nil
	}
	return c, err
}

func one(q *bun.SelectQuery, ctx context.Context) (*Case, error) {
	c := new(Case)
	err := q.Model(c).Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, ErrUnknown()
	}
	if err != nil {
		return nil, fmt.Errorf("find case: %w", err)
	}
	return c, nil
}

// FindMany finds cases by their ids, in no order.
func FindMany(ctx context.Context, tx *tenant.Tx, ids []string) ([]*Case, error) {
	var rows []*Case
	if len(ids) == 0 {
		return nil, nil
	}
	if err := tx.Select(&rows).Where("c.id IN (?)", bun.List(ids)).Scan(ctx); err != nil {
		return nil, fmt.Errorf("find cases: %w", err)
	}
	return rows, nil
}

// Children are the cases that were merged into one.
func Children(ctx context.Context, tx *tenant.Tx, masterID string) ([]*Case, error) {
	var rows []*Case
	if err := tx.Select(&rows).Where("c.merged_into = ?", masterID).OrderExpr("c.registered_at, c.id").Scan(ctx); err != nil {
		return nil, fmt.Errorf("list merged cases: %w", err)
	}
	return rows, nil
}

// TakeNumber gives the next number of the year. The row of the year is locked until the transaction ends, so that numbers have no gaps.
func TakeNumber(ctx context.Context, tx *tenant.Tx, c *Case, prefix string, at time.Time) error {
	c.Year = at.In(tx.Tenant().Zone()).Year()
	err := tx.Raw(`insert into case_numbers (tenant_id, id, last) values (?, ?, 1)
		on conflict (tenant_id, id) do update set last = case_numbers.last + 1 returning last`, tx.ID(), strconv.Itoa(c.Year)).Scan(ctx, &c.Serial)
	if err != nil {
		return fmt.Errorf("give a number: %w", err)
	}
	c.Number = NumberOf(prefix, c.Year, c.Serial)
	return nil
}

// Insert adds a case with its first event.
func Insert(ctx context.Context, tx *tenant.Tx, c *Case, e *CaseEvent) error {
	c.RowVersion, c.CreatedAt, c.UpdatedAt, c.WorkedAt = 1, tx.Now(), tx.Now(), tx.Now()
	if c.StateSince.IsZero() {
		c.StateSince = tx.Now()
	}
	c.Derive()
	if err := c.tally(ctx, tx); err != nil {
		return err
	}
	if _, err := tx.Insert(c).Exec(ctx); err != nil {
		if db.IsDuplicate(err) {
			return ErrStale()
		}
		return fmt.Errorf("insert case: %w", err)
	}
	if err := words.Change(ctx, tx, c.ID, "", c.Folded); err != nil {
		return err
	}
	if c.Shown {
		if err := count(ctx, tx, c.Grp, 1); err != nil {
			return err
		}
		if err := places.Move(ctx, tx, places.Spot{}, spotOf(c)); err != nil {
			return err
		}
		if err := tx.Index(ctx, c.Document()); err != nil {
			return err
		}
	}
	return insertEvent(ctx, tx, c, e)
}

// counters are changed one by one, so that saving a case never undoes a count, nor the date that a clock has set.
func counters() []string {
	return []string{"supports", "followers", "messages", "due_at", "created_at"}
}

// Save stores a changed case together with the one event of the change, unless somebody else saved it since it was loaded. Lists, search
// and the counts of what everybody sees follow.
func Save(ctx context.Context, tx *tenant.Tx, c *Case, e *CaseEvent) error {
	old, wasShown, wasGrp, wasAt, folded := c.RowVersion, c.Shown, c.Grp, spotOf(c), c.Folded
	e.On(c)
	c.RowVersion, c.UpdatedAt = old+1, tx.Now()
	c.Derive()
	if err := c.tally(ctx, tx); err != nil {
		return err
	}
	res, err := tx.Update(c).ExcludeColumn(counters()...).WherePK().Where("c.row_version = ?", old).Exec(ctx)
	if err != nil {
		return fmt.Errorf("save case: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		if err != nil {
			return fmt.Errorf("save case: %w", err)
		}
		return ErrStale()
	}
	if err := words.Change(ctx, tx, c.ID, folded, c.Folded); err != nil {
		return err
	}
	if err := recount(ctx, tx, wasShown, wasGrp, c); err != nil {
		return err
	}
	if err := places.Move(ctx, tx, wasAt, spotOf(c)); err != nil {
		return err
	}
	switch {
	case c.Shown:
		err = tx.Index(ctx, c.Document())
	case wasShown:
		err = tx.Unindex(ctx, c.Ref())
	}
	if err != nil {
		return err
	}
	return insertEvent(ctx, tx, c, e)
}

func insertEvent(ctx context.Context, tx *tenant.Tx, c *Case, e *CaseEvent) error {
	e.ID, e.CaseID, e.Seq = id.New(), c.ID, c.RowVersion
	if e.At.IsZero() {
		e.At = tx.Now()
	}
	if e.Data == nil {
		e.Data = map[string]any{}
	}
	if e.ActorKind == "" {
		a := authz.From(ctx)
		e.ActorKind, e.ActorID, e.ActorName = BySystem, a.ID, a.Name
		switch {
		case a.IsStaff():
			e.ActorKind = ByStaff
		case a.SignedIn():
			e.ActorKind, e.ActorName = ByCitizen, ""
		}
	}
	if _, err := tx.Insert(e).Exec(ctx); err != nil {
		return fmt.Errorf("insert event: %w", err)
	}
	return nil
}

// tally moves the case in the figures.
func (c *Case) tally(ctx context.Context, tx *tenant.Tx) error {
	was, is := c.Counted, c.Fact(tx.Tenant().Zone())
	c.Counted = is.String()
	return counted.Move(ctx, tx, was, is)
}

// recount keeps how many cases everybody sees, by group.
func recount(ctx context.Context, tx *tenant.Tx, wasShown bool, was Group, c *Case) error {
	if wasShown == c.Shown && (!c.Shown || was == c.Grp) {
		return nil
	}
	if wasShown {
		if err := count(ctx, tx, was, -1); err != nil {
			return err
		}
	}
	if c.Shown {
		return count(ctx, tx, c.Grp, 1)
	}
	return nil
}

func count(ctx context.Context, tx *tenant.Tx, g Group, by int) error {
	_, err := tx.Raw(`insert into case_counts (tenant_id, id, n) values (?, ?, ?)
		on conflict (tenant_id, id) do update set n = case_counts.n + ?`, tx.ID(), string(g), by, by).Exec(ctx)
	if err != nil {
		return fmt.Errorf("count cases: %w", err)
	}
	return nil
}

// spotOf is where a case is counted on the map: before Derive where it was, after it where it belongs.
func spotOf(c *Case) places.Spot {
	if !c.Shown || c.PublicLat == nil || c.PublicLng == nil {
		return places.Spot{}
	}
	return places.Spot{Lat: *c.PublicLat, Lng: *c.PublicLng, Shown: true, Facet: c.Facet}
}

// CaseCount is how many cases everybody sees in a group of states; its id is the group.
type CaseCount struct {
	tenant.Key
	N int64
}

// Counts are how many cases everybody sees, by group.
func Counts(ctx context.Context, tx *tenant.Tx) (map[Group]int64, error) {
	var rows []CaseCount
	if err := tx.Select(&rows).Scan(ctx); err != nil {
		return nil, fmt.Errorf("read counts: %w", err)
	}
	out := map[Group]int64{}
	for _, r := range rows {
		out[Group(r.ID)] = r.N
	}
	return out, nil
}

// Bump changes counters of a case without an event: how many support it, follow it or wrote.
func Bump(ctx context.Context, tx *tenant.Tx, c *Case, supports, followers, messages int64) error {
	_, err := tx.Update((*Case)(nil)).Set("supports = supports + ?", supports).Set("followers = followers + ?", followers).
		Set("messages = messages + ?", messages).Where("c.id = ?", c.ID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("count on case: %w", err)
	}
	c.Supports, c.Followers, c.Messages = c.Supports+supports, c.Followers+followers, c.Messages+messages
	return nil
}

// SetDue keeps the nearest due dates of cases, as clocks compute them. The date that a case inherited from one joined to it stays while
// its own clocks run.
func SetDue(ctx context.Context, tx *tenant.Tx, due map[string]time.Time) error {
	for caseID, at := range due {
		q := tx.Update((*Case)(nil)).Set("due_at = NULL")
		if !at.IsZero() {
			q = tx.Update((*Case)(nil)).Set("due_at = CASE WHEN inherited_due < ? THEN inherited_due ELSE ? END", at, at)
		}
		if _, err := q.Where("c.id = ?", caseID).Exec(ctx); err != nil {
			return fmt.Errorf("keep due date: %w", err)
		}
	}
	return nil
}

// Events is the history of a case, the oldest first.
func Events(ctx context.Context, tx *tenant.Tx, caseID string) ([]CaseEvent, error) {
	return all[CaseEvent](ctx, tx, "case_event.case_id = ?", "case_event.seq", caseID)
}

// all are the rows of a case in an order.
func all[T any](ctx context.Context, tx *tenant.Tx, where, order string, args ...any) ([]T, error) {
	var rows []T
	if err := tx.Select(&rows).Where(where, args...).OrderExpr(order).Scan(ctx); err != nil {
		return nil, fmt.Errorf("list rows of case: %w", err)
	}
	return rows, nil
}

// Add inserts a row that belongs to a case. Its ID is set by the caller.
func Add(ctx context.Context, tx *tenant.Tx, row any) error {
	if _, err := tx.Insert(row).Exec(ctx); err != nil {
		if db.IsDuplicate(err) {
			return ErrStale()
		}
		return fmt.Errorf("insert row of case: %w", err)
	}
	return nil
}

// Put stores a changed row that belongs to a case.
func Put(ctx context.Context, tx *tenant.Tx, row any) error {
	if _, err := tx.Update(row).WherePK().Exec(ctx); err != nil {
		return fmt.Errorf("save row of case: %w", err)
	}
	return nil
}

// get is one row by a condition; false when there is none.
func get[T any](ctx context.Context, tx *tenant.Tx, order, where string, args ...any) (*T, bool, error) {
	row := new(T)
	q := tx.Select(row).Where(where, args...).Limit(1)
	if order != "" {
		q = q.OrderExpr(order)
	}
	err := q.Scan(ctx)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("find row of case: %w", err)
	}
	return row, true, nil
}
