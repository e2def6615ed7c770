package tenant

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"sort"
	"strings"
	"sync/atomic"
	"time"

	"github.com/uptrace/bun"

	"glas/internal/cache"
	"glas/internal/clock"
	"glas/internal/db"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/theme"
)

// Directory finds municipalities by the address of a request and keeps their settings. It is held in memory whole and read again
// when any instance changed something.
type Directory struct {
	db    *db.DB
	cache cache.Cache
	clock clock.Clock
	base  string
	state atomic.Pointer[snapshot]
}

type snapshot struct {
	at time.Time
	// stamp is what the rows looked like; looked is when they were last compared with it, in nanoseconds.
	stamp  string
	looked atomic.Int64
	byHost map[string]entry
	byID   map[string]*Tenant
	bySlug map[string]*Tenant
	all    []*Tenant
}

type entry struct {
	tenant *Tenant
	main   bool
}

const directoryChannel = "tenant.directory"

// lookEvery is how often an instance looks whether somebody changed the rows without telling, as a command beside the running program
// does when nothing connects the two.
const lookEvery = 2 * time.Second

// staleAfter bounds how long an instance trusts what it knows without being told of a change: its connection to the others may be
// lost, and a command at the terminal changes the embedded database without telling anybody.
const staleAfter = 10 * time.Second

// NewDirectory reads all municipalities. base is the host under which each has the address slug.base.
func NewDirectory(ctx context.Context, d *db.DB, c cache.Cache, clk clock.Clock, base string) (*Directory, error) {
	dir := &Directory{db: d, cache: c, clock: clk, base: base}
	if err := dir.Reload(ctx); err != nil {
		return nil, err
	}
	_, err := c.Subscribe(ctx, directoryChannel, func([]byte) { dir.state.Store(nil) })
	if err != nil {
		return nil, fmt.Errorf("follow the directory: %w", err)
	}
	return dir, nil
}

// row is how a municipality is stored.
type row struct {
	ID            string `bun:",pk"`
	Slug          string
	State         string
	Country       string
	Listed        bool
	Settings      Settings `bun:"type:jsonb"`
	PolicyVersion int64
	CreatedAt     time.Time
	UpdatedAt     time.Time
}

type domainRow struct {
	Domain    string `bun:",pk"`
	TenantID  string
	Main      bool
	CreatedAt time.Time
}

// Reload reads the directory again.
func (d *Directory) Reload(ctx context.Context) error {
	ctx = db.System(ctx, "the directory is read before it is known whom a request is for")
	stamp, err := d.stamp(ctx) // before the rows: what changes in between is noticed the next time
	if err != nil {
		return err
	}
	var rows []row
	if err := d.db.Read.NewSelect().Model(&rows).ModelTableExpr("tenants AS row").OrderExpr("slug").Scan(ctx); err != nil {
		return fmt.Errorf("read municipalities: %w", err)
	}
	var domains []domainRow
	if err := d.db.Read.NewSelect().Model(&domains).ModelTableExpr("tenant_domains AS domain_row").OrderExpr("domain").Scan(ctx); err != nil {
		return fmt.Errorf("read domains: %w", err)
	}
	s := &snapshot{at: d.clock.Now(), stamp: stamp, byHost: map[string]entry{}, byID: map[string]*Tenant{}, bySlug: map[string]*Tenant{}}
	s.looked.Store(s.at.UnixNano())
	for _, r := range rows {
		t := &Tenant{ID: r.ID, Slug: r.Slug, State: State(r.State), Country: r.Country, Listed: r.Listed, Settings: r.Settings,
			PolicyVersion: r.PolicyVersion, CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, Host: r.Slug + "." + d.base}
		if err := t.check(); err != nil {
			return err
		}
		s.all = append(s.all, t)
		s.byID[t.ID], s.bySlug[t.Slug] = t, t
	}
	for _, dom := range domains {
		if t := s.byID[dom.TenantID]; t != nil {
			s.byHost[dom.Domain] = entry{t, dom.Main}
			if dom.Main {
				t.Host = dom.Domain
			}
		}
	}
	for _, t := range s.all {
		own := t.Slug + "." + d.base
		s.byHost[own] = entry{t, t.Host == own}
	}
	d.state.Store(s)
	return nil
}

// stamp changes with every change of a municipality or of a domain.
func (d *Directory) stamp(ctx context.Context) (string, error) {
	var parts []string
	err := d.db.Read.NewRaw(`select cast(count(*) as text) || ' ' || coalesce(cast(max(updated_at) as text), '') || ' ' || coalesce(cast(sum(policy_version) as text), '') from tenants
		union all select cast(count(*) as text) || ' ' || coalesce(cast(max(created_at) as text), '') || ' ' || coalesce(max(domain), '') from tenant_domains`).Scan(ctx, &parts)
	if err != nil {
		return "", fmt.Errorf("look for changed municipalities: %w", err)
	}
	return strings.Join(parts, "|"), nil
}

// outdated looks every two seconds, one request for all, whether the rows changed. When that fails what is known goes on counting.
func (d *Directory) outdated(s *snapshot) bool {
	now, looked := d.clock.Now().UnixNano(), s.looked.Load()
	if now-looked < int64(lookEvery) || !s.looked.CompareAndSwap(looked, now) {
		return false
	}
	ctx, cancel := context.WithTimeout(db.System(context.Background(), "the directory belongs to no municipality"), time.Second)
	defer cancel()
	stamp, err := d.stamp(ctx)
	if err != nil {
		slog.Warn("could not look for changed municipalities", "cause", err)
		return false
	}
	return stamp != s.stamp
}

func (d *Directory) snapshot(ctx context.Context) (*snapshot, error) {
	s := d.state.Load()
	if s != nil && (d.cache.Healthy() || d.clock.Now().Sub(s.at) < staleAfter) && !d.outdated(s) {
		return s, nil
	}
	if err := d.Reload(ctx); err != nil {
		return nil, err
	}
	return d.state.Load(), nil
}

// ByHost finds the municipality that a host (without a port, in lower case) belongs to, and whether it is its main address.
// An unknown host gives nil.
func (d *Directory) ByHost(ctx context.Context, host string) (t *Tenant, main bool, err error) {
	s, err := d.snapshot(ctx)
	if err != nil {
		return nil, false, err
	}
	e := s.byHost[host]
	return e.tenant, e.main, nil
}

// ByID finds a municipality by its identifier, or nil.
func (d *Directory) ByID(ctx context.Context, tenantID string) (*Tenant, error) {
	s, err := d.snapshot(ctx)
	if err != nil {
		return nil, err
	}
	return s.byID[tenantID], nil
}

// ErrUnknown is returned when no municipality has the given short name.
var ErrUnknown = errors.New("no such municipality")

// BySlug finds a municipality by its short name.
func (d *Directory) BySlug(ctx context.Context, slug string) (*Tenant, error) {
	s, err := d.snapshot(ctx)
	if err != nil {
		return nil, err
	}
	if t := s.bySlug[slug]; t != nil {
		return t, nil
	}
	return nil, fmt.Errorf("%w: %q (known: %s)", ErrUnknown, slug, strings.Join(slugs(s.all), ", "))
}

func slugs(all []*Tenant) []string {
	names := make([]string, len(all))
	for i, t := range all {
		names[i] = t.Slug
	}
	return names
}

// All lists every municipality by short name.
func (d *Directory) All(ctx context.Context) ([]*Tenant, error) {
	s, err := d.snapshot(ctx)
	if err != nil {
		return nil, err
	}
	return s.all, nil
}

// Listed lists the active municipalities that agreed to be named, by name in lang.
func (d *Directory) Listed(ctx context.Context, lang string) ([]*Tenant, error) {
	all, err := d.All(ctx)
	if err != nil {
		return nil, err
	}
	var out []*Tenant
	for _, t := range all {
		if t.Listed && t.State != Suspended {
			out = append(out, t)
		}
	}
	sort.SliceStable(out, func(i, j int) bool {
		a, _ := out[i].Name.Pick(lang, out[i].Default())
		b, _ := out[j].Name.Pick(lang, out[j].Default())
		return a < b
	})
	return out, nil
}

// New is what a municipality is created from. What is empty comes from the preset of the country.
type New struct {
	Slug      string
	Name      i18n.Text
	Country   string
	Languages []string
	Brand     string
	Listed    bool
	Settings  *Settings
}

var slugForm = regexp.MustCompile(`^[a-z][a-z0-9-]{1,39}$`)

// Add creates a municipality that is active at once.
func (d *Directory) Add(ctx context.Context, n New) (*Tenant, error) {
	if !slugForm.MatchString(n.Slug) {
		return nil, fmt.Errorf("short name %q: 2 to 40 of a-z, 0-9 and -, beginning with a letter", n.Slug)
	}
	preset, ok := Presets()[n.Country]
	if !ok {
		return nil, fmt.Errorf("country %q: known are si, bg, gr and tr", n.Country)
	}
	s := Settings{Name: n.Name, Languages: n.Languages, TimeZone: preset.TimeZone, Rules: preset.Rules}
	if n.Settings != nil {
		s = *n.Settings
	}
	if len(s.Languages) == 0 {
		s.Languages = []string{preset.Language, "en"}
	}
	if s.Theme.Brand == "" {
		s.Theme = theme.Input{Brand: n.Brand}
	}
	now := d.clock.Now().UTC()
	t := &Tenant{ID: id.New(), Slug: n.Slug, State: Active, Country: n.Country, Listed: n.Listed, PolicyVersion: 1,
		CreatedAt: now, UpdatedAt: now, Settings: s, Host: n.Slug + "." + d.base}
	if err := t.check(); err != nil {
		return nil, err
	}
	ctx = db.System(ctx, "a municipality is being made")
	if _, err := d.db.Write.NewInsert().Model(t.row()).ModelTableExpr("tenants").Exec(ctx); err != nil {
		if db.IsDuplicate(err) {
			return nil, fmt.Errorf("municipality %q exists already", n.Slug)
		}
		return nil, fmt.Errorf("add municipality: %w", err)
	}
	return t, d.changed(ctx)
}

func (t *Tenant) row() *row {
	return &row{ID: t.ID, Slug: t.Slug, State: string(t.State), Country: t.Country, Listed: t.Listed, Settings: t.Settings,
		PolicyVersion: t.PolicyVersion, CreatedAt: t.CreatedAt, UpdatedAt: t.UpdatedAt}
}

// Save stores changed settings, state and listing. since is the UpdatedAt that the change was made from: when somebody else saved
// in between, ErrStale is returned and nothing is stored.
func (d *Directory) Save(ctx context.Context, t *Tenant, since time.Time) error {
	if err := t.check(); err != nil {
		return err
	}
	ctx = db.System(ctx, "settings of a municipality")
	t.UpdatedAt = d.clock.Now().UTC()
	res, err := d.db.Write.NewUpdate().Model(t.row()).ModelTableExpr("tenants AS row").
		Column("state", "listed", "settings", "updated_at").Where("id = ?", t.ID).Where("updated_at = ?", since).Exec(ctx)
	if err != nil {
		return fmt.Errorf("save municipality: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(ErrStale, err)
	}
	return d.changed(ctx)
}

// ErrStale is returned when somebody else saved in between.
var ErrStale = errors.New("the municipality was changed by somebody else in between")

// PolicyChanged makes every instance read the roles of a municipality again.
func (d *Directory) PolicyChanged(ctx context.Context, tenantID string) error {
	ctx = db.System(ctx, "policy version")
	_, err := d.db.Write.NewRaw("update tenants set policy_version = policy_version + 1 where id = ?", tenantID).Exec(ctx)
	if err != nil {
		return fmt.Errorf("raise policy version: %w", err)
	}
	return d.changed(ctx)
}

// PolicyLines reads what a municipality changed of the shared role policy: role, object, act, effect.
func (d *Directory) PolicyLines(ctx context.Context, tenantID string) ([][4]string, error) {
	var lines [][4]string
	err := d.db.Look(ctx, tenantID, func(ctx context.Context, q bun.IDB) error {
		rows, err := q.QueryContext(ctx, "select sub, obj, act, eft from tenant_policies where tenant_id = ? order by sub, obj, act", tenantID)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var l [4]string
			if err := rows.Scan(&l[0], &l[1], &l[2], &l[3]); err != nil {
				return err
			}
			lines = append(lines, l)
		}
		return rows.Err()
	})
	return lines, err
}

var domainForm = regexp.MustCompile(`^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$`)

// AddDomain gives a municipality another address; main makes it the one that the others redirect to.
func (d *Directory) AddDomain(ctx context.Context, t *Tenant, domain string, main bool) error {
	domain = strings.ToLower(domain)
	if !domainForm.MatchString(domain) {
		return fmt.Errorf("domain %q: write it like posvetovanja.velenje.si, in ASCII", domain)
	}
	if domain == d.base || strings.HasSuffix(domain, "."+d.base) {
		return fmt.Errorf("domain %q: addresses under %s belong to the short names of municipalities", domain, d.base)
	}
	ctx = db.System(ctx, "domains of a municipality")
	return d.change(ctx, func(ctx context.Context, q bun.IDB) error {
		if main {
			if _, err := q.ExecContext(ctx, "update tenant_domains set main = ? where tenant_id = ?", false, t.ID); err != nil {
				return err
			}
		}
		_, err := q.ExecContext(ctx, "insert into tenant_domains (domain, tenant_id, main, created_at) values (?, ?, ?, ?)", domain, t.ID, main, d.clock.Now().UTC())
		if db.IsDuplicate(err) {
			return fmt.Errorf("domain %q is taken", domain)
		}
		return err
	})
}

// RemoveDomain takes an address away.
func (d *Directory) RemoveDomain(ctx context.Context, t *Tenant, domain string) error {
	return d.change(db.System(ctx, "domains of a municipality"), func(ctx context.Context, q bun.IDB) error {
		res, err := q.ExecContext(ctx, "delete from tenant_domains where domain = ? and tenant_id = ?", strings.ToLower(domain), t.ID)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(fmt.Errorf("municipality %q has no domain %q", t.Slug, domain), err)
		}
		return nil
	})
}

// Domains lists the addresses of a municipality beside slug.base, the main one first.
func (d *Directory) Domains(ctx context.Context, t *Tenant) ([]string, error) {
	var names []string
	err := d.db.Read.NewRaw("select domain from tenant_domains where tenant_id = ? order by main desc, domain", t.ID).
		Scan(db.System(ctx, "domains of a municipality"), &names)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return nil, fmt.Errorf("list domains: %w", err)
	}
	return names, nil
}

func (d *Directory) change(ctx context.Context, fn func(ctx context.Context, q bun.IDB) error) error {
	if err := d.db.Change(ctx, "", fn); err != nil {
		return err
	}
	return d.changed(ctx)
}

// changed makes every instance read the directory again.
func (d *Directory) changed(ctx context.Context) error {
	if err := d.Reload(ctx); err != nil {
		return err
	}
	if err := d.cache.Publish(ctx, directoryChannel, nil); err != nil {
		return fmt.Errorf("stored, but other instances learn of it only after %s: %w", staleAfter, err)
	}
	return nil
}
