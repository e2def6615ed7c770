package tenant

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"glas/internal/clock"
	"glas/internal/db"
	"glas/internal/fault"
	"glas/internal/job"
	"glas/internal/mail"
	"glas/internal/search"
	"glas/internal/subject"
)

// Key is the primary key of every row of a municipality. Models embed it.
type Key struct {
	TenantID string `bun:"tenant_id,pk" json:"-"`
	ID       string `bun:"id,pk" json:"id"`
}

func (k *Key) confine(tenantID string) { k.TenantID = tenantID }

// Event is something that happened, in the past tense ("proposals.published"). Its JSON goes to every subscriber.
type Event interface{ EventName() string }

// DB is the only door to the rows of a municipality.
type DB struct {
	db          *db.DB
	clock       clock.Clock
	generations *Generations
	// subscribers lists the kinds of job that an event starts.
	subscribers map[string][]string
	wake        func()
	memory      memory
}

// Deps is what a DB is made of.
type Deps struct {
	DB          *db.DB
	Clock       clock.Clock
	Generations *Generations
	// Subscribers lists, by the name of an event, the kinds of job that it starts.
	Subscribers map[string][]string
	// Wake is called after a commit that enqueued a job.
	Wake func()
}

// NewDB returns the door to all rows.
func NewDB(d Deps) *DB {
	return &DB{db: d.DB, clock: d.Clock, generations: d.Generations, subscribers: d.Subscribers, wake: d.Wake}
}

// ErrNone is returned when work with rows is asked for outside of any municipality.
var ErrNone = errors.New("no municipality in the context")

// View runs fn, which only reads. On PostgreSQL it is a read-only transaction under row level security.
func (d *DB) View(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	t := From(ctx)
	if t == nil {
		return fmt.Errorf("view: %w", ErrNone)
	}
	if inside(ctx) {
		return errors.New("view: called inside another transaction; hand its tx on instead")
	}
	return d.db.Look(entered(ctx), t.ID, func(ctx context.Context, idb bun.IDB) error {
		return fn(ctx, d.tx(t, idb))
	})
}

func (d *DB) tx(t *Tenant, idb bun.IDB) *Tx {
	return &Tx{idb: idb, tenant: t, now: d.clock.Now().UTC().Truncate(time.Microsecond), pg: d.db.PG, owner: d}
}

// Update runs fn in one transaction that is committed when fn returns nil and undone otherwise, also when it panics.
// A municipality that is only to be read refuses. After the commit its cached pages are out of date everywhere.
//
// fn runs again when the database undid it because of another transaction, such as one of two that wait for each other. So it loads what
// it changes, begins anew what it counts or collects for its caller, and leaves what is not in the database to AfterCommit and jobs.
func (d *DB) Update(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	return d.UpdateAfter(ctx, "", fn)
}

// UpdateAfter is Update that begins with statements whose answers nobody needs, such as locks: on PostgreSQL they cost no way to the
// database of their own.
func (d *DB) UpdateAfter(ctx context.Context, first string, fn func(ctx context.Context, tx *Tx) error) error {
	if t := From(ctx); t != nil && t.State != Active {
		return fault.Forbidden("common.error.read_only")
	}
	return d.keep(ctx, first, fn)
}

// Keep is Update for what goes on also where only reading is allowed: coming and going (sessions), and the trail of who read what.
func (d *DB) Keep(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	return d.keep(ctx, "", fn)
}

func (d *DB) keep(ctx context.Context, first string, fn func(ctx context.Context, tx *Tx) error) error {
	t := From(ctx)
	if t == nil {
		return fmt.Errorf("update: %w", ErrNone)
	}
	if inside(ctx) {
		return errors.New("update: called inside another transaction; hand its tx on instead")
	}
	var tx *Tx
	err := d.db.ChangeLast(entered(ctx), t.ID, first, func(ctx context.Context, idb bun.IDB) (string, error) {
		tx = d.tx(t, idb)
		err := fn(ctx, tx)
		return strings.Join(tx.last, ";\n"), err
	})
	if err != nil {
		return err
	}
	d.generations.Moved(t.ID)
	if tx.enqueued && d.wake != nil {
		d.wake()
	}
	for _, after := range tx.after {
		after()
	}
	return nil
}

type insideKey struct{}

func entered(ctx context.Context) context.Context { return context.WithValue(ctx, insideKey{}, true) }
func inside(ctx context.Context) bool             { return ctx.Value(insideKey{}) != nil }

// Tx builds statements that touch one municipality only.
type Tx struct {
	idb      bun.IDB
	tenant   *Tenant
	now      time.Time
	pg       bool
	owner    *DB
	enqueued bool
	last     []string
	after    []func()
}

// Tenant is the municipality.
func (tx *Tx) Tenant() *Tenant { return tx.tenant }

// ID is the identifier of the municipality, for raw statements.
func (tx *Tx) ID() string { return tx.tenant.ID }

// Now is the moment at which the transaction began, in UTC: every row that it writes has the same time.
func (tx *Tx) Now() time.Time { return tx.now }

// PG tells PostgreSQL from SQLite.
func (tx *Tx) PG() bool { return tx.pg }

// Select starts a query of the rows of model, a pointer to a struct or to a slice.
func (tx *Tx) Select(model any) *bun.SelectQuery {
	return tx.idb.NewSelect().Model(model).Where("?TableAlias.tenant_id = ?", tx.tenant.ID)
}

// Insert starts the insertion of model, a pointer to a struct or to a slice of structs or pointers; each gets the tenant.
func (tx *Tx) Insert(model any) *bun.InsertQuery {
	confine(reflect.ValueOf(model), tx.tenant.ID)
	return tx.idb.NewInsert().Model(model)
}

// Update starts a change of rows of model; what is not narrowed further changes all rows of the municipality.
func (tx *Tx) Update(model any) *bun.UpdateQuery {
	confine(reflect.ValueOf(model), tx.tenant.ID)
	return tx.idb.NewUpdate().Model(model).Where("?TableAlias.tenant_id = ?", tx.tenant.ID)
}

// Delete starts a removal of rows of model.
func (tx *Tx) Delete(model any) *bun.DeleteQuery {
	return tx.idb.NewDelete().Model(model).Where("?TableAlias.tenant_id = ?", tx.tenant.ID)
}

// Raw starts a statement given as text. It must compare tenant_id with ID itself; one that does not is refused by the second net.
func (tx *Tx) Raw(query string, args ...any) *bun.RawQuery {
	return tx.idb.NewRaw(query, args...)
}

// Last runs a statement whose answer nobody needs, like Raw. On PostgreSQL it goes out together with the commit: what is read
// before that does not see it, and an error undoes the transaction.
func (tx *Tx) Last(ctx context.Context, query string, args ...any) error {
	if tx.pg {
		tx.last = append(tx.last, tx.idb.NewRaw(query, args...).String())
		return nil
	}
	_, err := tx.Raw(query, args...).Exec(ctx)
	return err
}

// Remembered gives what load gave for the same key and version before, in this municipality with these settings. What is kept
// serves many at once: nobody may change it.
func (tx *Tx) Remembered(key string, version int64, load func() (any, error)) (any, error) {
	return tx.owner.memory.get(memoryKey{tx.tenant.ID, tx.tenant.UpdatedAt.UnixNano(), key}, version, load)
}

// Prepare makes a statement known to PostgreSQL under a name, so that "execute NAME (...)" runs it without it being understood and
// planned anew. as is "(TYPES) as STATEMENT"; the name stands for this text for ever.
func (tx *Tx) Prepare(ctx context.Context, name, as string) error {
	return db.Prepare(ctx, tx.idb, name, as)
}

// Learn tells PostgreSQL that its idea of some tables is out of date, after many rows came in. Until it noticed by itself, after minutes,
// it would choose slow ways to them. SQLite does without.
func (tx *Tx) Learn(ctx context.Context, tables ...string) error {
	if !tx.pg {
		return nil
	}
	if _, err := tx.Raw("analyze " + strings.Join(tables, ", ")).Exec(ctx); err != nil {
		return fmt.Errorf("look at tables anew: %w", err)
	}
	return nil
}

// confine sets the tenant of one row or of all rows of a slice.
func confine(v reflect.Value, tenantID string) {
	type confinable interface{ confine(string) }
	if v.Kind() == reflect.Pointer && v.IsNil() {
		return // a typed nil names a table only
	}
	if c, ok := v.Interface().(confinable); ok {
		c.confine(tenantID)
		return
	}
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.Kind() != reflect.Slice {
		return
	}
	for i := range v.Len() {
		item := v.Index(i)
		if item.Kind() != reflect.Pointer {
			item = item.Addr()
		}
		confine(item, tenantID)
	}
}

// Index puts documents into the search of the municipality, or replaces them.
func (tx *Tx) Index(ctx context.Context, docs ...search.Document) error {
	return search.Put(ctx, tx.idb, tx.pg, tx.tenant.ID, docs...)
}

// Unindex takes a document out of the search.
func (tx *Tx) Unindex(ctx context.Context, ref subject.Ref) error {
	return search.Remove(ctx, tx.idb, tx.pg, tx.tenant.ID, ref)
}

// Conceal keeps everything of a consultation out of what is found by words, or lets it be found again.
func (tx *Tx) Conceal(ctx context.Context, consultationID string, hidden bool) error {
	return search.Conceal(ctx, tx.idb, tx.tenant.ID, consultationID, hidden)
}

// Search finds documents.
func (tx *Tx) Search(ctx context.Context, q search.Query) ([]search.Hit, string, error) {
	return search.Find(ctx, tx.idb, tx.pg, tx.tenant.ID, q)
}

// Titles are those of things that can be found.
func (tx *Tx) Titles(ctx context.Context, refs []subject.Ref) (map[subject.Ref]string, error) {
	return search.Titles(ctx, tx.idb, tx.tenant.ID, refs)
}

// Announce tells the subscribers of e, each by a job that is committed together with the change itself.
func (tx *Tx) Announce(ctx context.Context, e Event) error {
	for _, kind := range tx.owner.subscribers[e.EventName()] {
		if err := tx.Enqueue(ctx, job.Spec{Kind: kind, Payload: e}); err != nil {
			return fmt.Errorf("announce %s: %w", e.EventName(), err)
		}
	}
	return nil
}

// Enqueue adds jobs of the municipality, committed together with the change itself.
func (tx *Tx) Enqueue(ctx context.Context, specs ...job.Spec) error {
	for i := range specs {
		specs[i].TenantID = tx.tenant.ID
	}
	tx.enqueued = true
	return job.Enqueue(ctx, tx.idb, tx.now, specs...)
}

// Mail puts a message into the outbox, sent after the commit.
func (tx *Tx) Mail(ctx context.Context, m mail.Message) error {
	tx.enqueued = true
	return mail.Put(ctx, tx.idb, tx.tenant.ID, tx.now, m)
}

// AfterCommit runs fn once the change is durable.
func (tx *Tx) AfterCommit(fn func()) { tx.after = append(tx.after, fn) }
