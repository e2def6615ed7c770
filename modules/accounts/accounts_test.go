package accounts

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"glas/internal/authz"
	"glas/internal/cache"
	"glas/internal/db"
	"glas/internal/fault"
	"glas/internal/job"
	"glas/internal/limit"
	"glas/internal/subject"
	"glas/internal/web/ui"
	"glas/modules/accounts/internal/rows"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// town is a world with accounts.
type town struct {
	*tenanttest.World
	m     *Module
	audit []string
}

func newTown(w *tenanttest.World) *town {
	tw := &town{World: w}
	tw.m = New(Deps{DB: w.DB, Clock: w.Clock, Catalogue: w.Catalogue, Secret: []byte("a secret of thirty-two bytes ....."),
		Tries: limit.New(cache.NewMemory(1<<20, w.Clock), w.Clock),
		Base:  func(ctx context.Context) string { return "https://" + tenant.From(ctx).Host },
		Areas: func(context.Context, *tenant.Tx) ([]ui.Option, error) {
			return []ui.Option{{Value: "north", Label: "North"}, {Value: "south", Label: "South"}}, nil
		},
		Departments: func(context.Context, *tenant.Tx) ([]ui.Option, error) {
			return []ui.Option{{Value: "roads", Label: "Roads"}}, nil
		},
		Audit: func(_ context.Context, _ *tenant.Tx, action string, _ subject.Ref, _ map[string]any) error {
			tw.audit = append(tw.audit, action)
			return nil
		},
		Table: func(ctx context.Context) (*authz.Table, error) {
			return w.Policies.Table(tenant.From(ctx).ID, 1, func() ([][4]string, error) { return nil, nil })
		},
	})
	return tw
}

// each runs a test on every kind of database.
func each(t *testing.T, fn func(t *testing.T, tw *town)) {
	t.Helper()
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) { fn(t, newTown(w)) }, map[string][]string{"accounts.deleted": {"test.deleted"}})
}

type sentMail struct {
	Recipient string
	Subject   string
	Body      string
	Kind      string
}

// mails are all letters of a municipality, the rows.OldestAge first.
func (tw *town) mails(t *tenant.Tenant) []sentMail {
	tw.T.Helper()
	var list []sentMail
	ctx := db.System(context.Background(), "test")
	rows, err := tw.Raw.Read.QueryContext(ctx, "select to_addr, subject, text, kind from mails where tenant_id = ? order by created_at, id", t.ID)
	if err != nil {
		tw.T.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var s sentMail
		if err := rows.Scan(&s.Recipient, &s.Subject, &s.Body, &s.Kind); err != nil {
			tw.T.Fatal(err)
		}
		list = append(list, s)
	}
	if err := rows.Err(); err != nil {
		tw.T.Fatal(err)
	}
	return list
}

var linkForm = regexp.MustCompile(`https://\S+/([A-Z0-9]{52})`)

// link is the token in the newest letter to an address.
func (tw *town) link(t *tenant.Tenant, to string) string {
	tw.T.Helper()
	list := tw.mails(t)
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].Recipient == to {
			if m := linkForm.FindStringSubmatch(list[i].Body); m != nil {
				return m[1]
			}
		}
	}
	tw.T.Fatalf("no link to %s in %+v", to, list)
	return ""
}

// actor is who a session token belongs to.
func (tw *town) actor(t *tenant.Tenant, token string) authz.Actor {
	tw.T.Helper()
	a, err := tw.m.Actor(tenant.With(context.Background(), t), token)
	if err != nil {
		tw.T.Fatal(err)
	}
	return a
}

// join registers and confirms somebody, and gives the session.
func (tw *town) join(t *tenant.Tenant, email, name, password string) (authz.Actor, string) {
	tw.T.Helper()
	ctx := tw.Visitor(t)
	if err := tw.m.register(ctx, registration{Email: email, Name: name, Password: password, Lang: "en"}); err != nil {
		tw.T.Fatal(err)
	}
	out, err := tw.m.open(ctx, tw.link(t, email), "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", forVerify, forChangeEmail)
	if err != nil {
		tw.T.Fatal(err)
	}
	tw.Clock.Add(3 * time.Second) // beyond the hold of the cache
	return tw.actor(t, out.Session), out.Session
}

const good = "a boat on the lake"

func TestRegisterConfirmAndSignIn(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		a, token := tw.join(tw.A, "ana@example.si", "Ana Novak", good)
		if a.Name != "Ana Novak" || a.Level != authz.LevelEmail || a.Kind != authz.Citizen || a.Lang != "en" {
			t.Errorf("actor %+v", a)
		}
		if other := tw.actor(tw.B, token); other.SignedIn() {
			t.Error("a session of one municipality opens another")
		}
		if _, err := tw.m.signIn(tw.Visitor(tw.A), "ana@example.si", good+"!", ""); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("wrong password: %v", err)
		}
		if _, err := tw.m.signIn(tw.Visitor(tw.B), "ana@example.si", good, ""); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("the other municipality: %v", err)
		}
		second, err := tw.m.signIn(tw.Visitor(tw.A), "ana@example.si", good, "Chrome")
		if err != nil || second == token {
			t.Fatalf("sign in: %v", err)
		}
		if got := tw.actor(tw.A, second); got.ID != a.ID || got.SessionID == a.SessionID {
			t.Errorf("second session %+v", got)
		}
	})
}

func TestLinksWorkOnce(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		tw.join(tw.A, "ana@example.si", "Ana Novak", "")
		ctx := tw.Visitor(tw.A)
		if err := tw.m.askForLink(ctx, forSignIn, "ana@example.si", "en", "/proposals"); err != nil {
			t.Fatal(err)
		}
		token := tw.link(tw.A, "ana@example.si")
		for range 3 { // programs that look through mail only look
			if _, err := tw.m.peek(ctx, token, forSignIn, forAdmin); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := tw.m.open(tw.Visitor(tw.B), token, "", forSignIn); !fault.Is(err, fault.KindGone) {
			t.Errorf("the other municipality: %v", err)
		}
		if _, err := tw.m.open(ctx, token, "", forReset); !fault.Is(err, fault.KindGone) {
			t.Errorf("another purpose: %v", err)
		}
		out, err := tw.m.open(ctx, token, "", forSignIn, forAdmin)
		if err != nil || out.Next != "/proposals" || !tw.actor(tw.A, out.Session).SignedIn() {
			t.Fatalf("open: %+v, %v", out, err)
		}
		if _, err := tw.m.open(ctx, token, "", forSignIn, forAdmin); !fault.Is(err, fault.KindGone) {
			t.Errorf("second use: %v", err)
		}
		if err := tw.m.askForLink(ctx, forSignIn, "ana@example.si", "en", ""); err != nil {
			t.Fatal(err)
		}
		token = tw.link(tw.A, "ana@example.si")
		tw.Clock.Add(time.Hour + time.Second)
		if _, err := tw.m.open(ctx, token, "", forSignIn); !fault.Is(err, fault.KindGone) {
			t.Errorf("after an hour: %v", err)
		}
	})
}

func TestNobodyLearnsWhoHasAnAccount(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		ctx := tw.Visitor(tw.A)
		tw.join(tw.A, "ana@example.si", "Ana Novak", good)
		before := len(tw.mails(tw.A))
		for _, email := range []string{"ana@example.si", "nobody@example.si"} {
			for _, purpose := range []string{forSignIn, forReset} {
				if err := tw.m.askForLink(ctx, purpose, email, "en", ""); err != nil {
					t.Errorf("%s %s: %v", purpose, email, err)
				}
			}
			_, err := tw.m.signIn(ctx, email, "not the password", "")
			if e, ok := fault.As(err); !ok || e.Fields[""].ID != "accounts.error.credentials" {
				t.Errorf("%s: %v", email, err)
			}
		}
		list := tw.mails(tw.A)[before:]
		var kinds []string
		for _, s := range list {
			kinds = append(kinds, s.Recipient+" "+s.Kind)
		}
		want := []string{"ana@example.si accounts.sign_in", "ana@example.si accounts.reset", "nobody@example.si accounts.unknown", "nobody@example.si accounts.unknown"}
		if !slices.Equal(kinds, want) {
			t.Errorf("letters %v, want %v", kinds, want)
		}
		// Registering again changes nothing of the account, and says so by letter only.
		if err := tw.m.register(ctx, registration{Email: "ana@example.si", Name: "Somebody Else", Password: "another password"}); err != nil {
			t.Fatal(err)
		}
		if got := tw.mails(tw.A); got[len(got)-1].Kind != "accounts.exists" {
			t.Errorf("letter %s", got[len(got)-1].Kind)
		}
		if _, err := tw.m.signIn(ctx, "ana@example.si", good, ""); err != nil {
			t.Errorf("the old password: %v", err)
		}
	})
}

func TestAStrangersPasswordNeverCounts(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		ctx := tw.Visitor(tw.A)
		for _, r := range []registration{{Email: "ana@example.si", Name: "Mallory", Password: "the password of mallory"}, {Email: "ana@example.si", Name: "Ana Novak", Password: good}} {
			if err := tw.m.register(ctx, r); err != nil {
				t.Fatal(err)
			}
			tw.Clock.Add(time.Second)
		}
		out, err := tw.m.open(ctx, tw.link(tw.A, "ana@example.si"), "", forVerify)
		if err != nil {
			t.Fatal(err)
		}
		if a := tw.actor(tw.A, out.Session); a.Name != "Ana Novak" {
			t.Errorf("name %q", a.Name)
		}
		if _, err := tw.m.signIn(ctx, "ana@example.si", "the password of mallory", ""); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("the stranger's password: %v", err)
		}
	})
}

func TestAMailboxCannotBeFlooded(t *testing.T) {
	tw := newTown(tenanttest.New(t))
	for range 20 {
		if err := tw.m.askForLink(tw.Visitor(tw.A), forSignIn, "nobody@example.si", "sl", ""); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(tw.mails(tw.A)); n != lettersPerHour {
		t.Errorf("%d letters, want %d", n, lettersPerHour)
	}
}

func TestManySendersCouldGuessOnePassword(t *testing.T) {
	tw := newTown(tenanttest.New(t))
	tw.join(tw.A, "ana@example.si", "Ana Novak", good)
	for range triesMost {
		if _, err := tw.m.signIn(tw.Visitor(tw.A), "ana@example.si", "a guess", "browser"); !fault.Is(err, fault.KindInvalid) {
			t.Fatalf("a wrong password: %v", err)
		}
	}
	if _, err := tw.m.signIn(tw.Visitor(tw.A), "ana@example.si", good, "browser"); !fault.Is(err, fault.KindTooMany) {
		t.Errorf("after %d guesses: %v", triesMost, err)
	}
	if _, err := tw.m.signIn(tw.Visitor(tw.A), "stranger@example.si", good, "browser"); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("another address: %v", err)
	}
	tw.join(tw.B, "ana@example.si", "Ana Novak", good)
	if _, err := tw.m.signIn(tw.Visitor(tw.B), "ana@example.si", good, "browser"); err != nil {
		t.Errorf("the same address in another municipality: %v", err)
	}
	tw.Clock.Add(triesPer)
	if _, err := tw.m.signIn(tw.Visitor(tw.A), "ana@example.si", good, "browser"); err != nil {
		t.Errorf("after a while: %v", err)
	}
}

func TestResetEndsEverySession(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		_, token := tw.join(tw.A, "ana@example.si", "Ana Novak", good)
		ctx := tw.Visitor(tw.A)
		if err := tw.m.askForLink(ctx, forReset, "ana@example.si", "en", ""); err != nil {
			t.Fatal(err)
		}
		out, err := tw.m.reset(ctx, tw.link(tw.A, "ana@example.si"), "the mountain in winter", "")
		if err != nil {
			t.Fatal(err)
		}
		if tw.actor(tw.A, token).SignedIn() {
			t.Error("the old session lives")
		}
		if !tw.actor(tw.A, out.Session).SignedIn() {
			t.Error("no new session")
		}
		if _, err := tw.m.signIn(ctx, "ana@example.si", good, ""); err == nil {
			t.Error("the old password opens")
		}
		last := tw.mails(tw.A)
		if last[len(last)-1].Kind != "accounts.password_changed" {
			t.Errorf("last letter %s", last[len(last)-1].Kind)
		}
	})
}

func TestSessions(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		a, first := tw.join(tw.A, "ana@example.si", "Ana Novak", good)
		second, err := tw.m.signIn(tw.Visitor(tw.A), "ana@example.si", good, "")
		if err != nil {
			t.Fatal(err)
		}
		ctx := tw.Ctx(tw.A, a)
		list, err := tw.m.mySessions(ctx)
		if err != nil || len(list) != 2 {
			t.Fatalf("%d sessions, %v", len(list), err)
		}
		if err := tw.m.signOut(ctx); err != nil {
			t.Fatal(err)
		}
		if tw.actor(tw.A, first).SignedIn() || !tw.actor(tw.A, second).SignedIn() {
			t.Error("signing out ends the one session")
		}
		if err := tw.m.endSession(tw.Ctx(tw.A, tw.actor(tw.A, second)), ""); err != nil {
			t.Fatal(err)
		}
		if tw.actor(tw.A, second).SignedIn() {
			t.Error("signing out everywhere leaves a session")
		}
	})
}

func TestSessionsSlideAndEnd(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		_, token := tw.join(tw.A, "ana@example.si", "Ana Novak", good)
		for range 3 {
			tw.Clock.Add(20 * 24 * time.Hour)
			if !tw.actor(tw.A, token).SignedIn() {
				t.Fatal("a session in use ended")
			}
		}
		tw.Clock.Add(sessionLifetime + time.Minute)
		if tw.actor(tw.A, token).SignedIn() {
			t.Error("an idle session lives")
		}
	})
}

func TestANewSignInEndsTheSessionOfTheBrowser(t *testing.T) {
	tw := newTown(tenanttest.New(t))
	a, first := tw.join(tw.A, "ana@example.si", "Ana Novak", good)
	second, err := tw.m.signIn(tw.Ctx(tw.A, a), "ana@example.si", good, "")
	if err != nil {
		t.Fatal(err)
	}
	if tw.actor(tw.A, first).SignedIn() || !tw.actor(tw.A, second).SignedIn() {
		t.Error("the old token lives through a sign-in")
	}
}

func TestChangeAddress(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		a, _ := tw.join(tw.A, "ana@example.si", "Ana Novak", good)
		tw.join(tw.A, "bor@example.si", "Bor Kos", good)
		ctx := tw.Ctx(tw.A, a)
		if err := tw.m.askNewAddress(ctx, "new@example.si", "wrong password"); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("without the password: %v", err)
		}
		if err := tw.m.askNewAddress(ctx, "bor@example.si", good); err != nil {
			t.Errorf("an address that is taken: %v", err)
		}
		if got := tw.mails(tw.A); got[len(got)-1].Kind != "accounts.email_taken" {
			t.Errorf("letter %s", got[len(got)-1].Kind)
		}
		if err := tw.m.askNewAddress(ctx, "new@example.si", good); err != nil {
			t.Fatal(err)
		}
		if _, err := tw.m.open(ctx, tw.link(tw.A, "new@example.si"), "", forVerify, forChangeEmail); err != nil {
			t.Fatal(err)
		}
		if _, err := tw.m.signIn(tw.Visitor(tw.A), "new@example.si", good, ""); err != nil {
			t.Errorf("the new address: %v", err)
		}
		last := tw.mails(tw.A)
		if l := last[len(last)-1]; l.Kind != "accounts.email_changed" || l.Recipient != "ana@example.si" {
			t.Errorf("the old address got %+v", l)
		}
	})
}

func TestDeletedPeopleLeaveNothingPersonal(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		a, token := tw.join(tw.A, "ana@example.si", "Ana Novak", good)
		ctx := tw.Ctx(tw.A, a)
		if err := tw.m.apply(ctx, application{Name: "Društvo gozd", Kind: "association", Register: "si_tax", Number: "50223054", Representative: "Ana Novak"}); err != nil {
			t.Fatal(err)
		}
		if err := tw.m.deleteMe(ctx, "wrong password"); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("without the password: %v", err)
		}
		if err := tw.m.deleteMe(ctx, good); err != nil {
			t.Fatal(err)
		}
		if tw.actor(tw.A, token).SignedIn() {
			t.Error("the session lives")
		}
		var gone []Deleted
		tw.Jobs(map[string]job.Handler{"test.deleted": func(_ context.Context, j job.Job) error {
			var d Deleted
			if err := j.Decode(&d); err != nil {
				return err
			}
			gone = append(gone, d)
			return nil
		}})
		if len(gone) != 1 || gone[0].AccountID != a.ID {
			t.Errorf("announced %+v", gone)
		}
		for _, table := range []string{"accounts", "sessions", "account_tokens", "memberships", "organisation_members", "organisations", "consents"} {
			tw.nothingOf(table, "Ana", "ana@")
		}
		tw.View(ctx, func(ctx context.Context, tx *tenant.Tx) error {
			row, err := rows.FindAccount(ctx, tx, a.ID)
			if err != nil || row.State() != rows.StateDeleted || row.PasswordHash != "" || row.PseudonymKey != "" {
				t.Errorf("tombstone %+v, %v", row, err)
			}
			return nil
		})
		// The address is free again, for another account.
		b, _ := tw.join(tw.A, "ana@example.si", "Ana Novak", good)
		if b.ID == a.ID {
			t.Error("the same account came back")
		}
	})
}

// nothingOf fails when a table holds one of words.
func (tw *town) nothingOf(table string, words ...string) {
	tw.T.Helper()
	rows, err := tw.Raw.Read.QueryContext(db.System(context.Background(), "test"), "select * from "+table)
	if err != nil {
		tw.T.Fatal(err)
	}
	defer rows.Close()
	cols, err := rows.Columns()
	if err != nil {
		tw.T.Fatal(err)
	}
	for rows.Next() {
		values := make([]any, len(cols))
		for i := range values {
			values[i] = new(any)
		}
		if err := rows.Scan(values...); err != nil {
			tw.T.Fatal(err)
		}
		text, err := json.Marshal(values)
		if err != nil {
			tw.T.Fatal(err)
		}
		for _, w := range words {
			if strings.Contains(string(text), w) {
				tw.T.Errorf("%s still holds %q: %s", table, w, text)
			}
		}
	}
	if err := rows.Err(); err != nil {
		tw.T.Fatal(err)
	}
}

func TestSweep(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		tw.join(tw.A, "ana@example.si", "Ana Novak", good)
		if err := tw.m.register(tw.Visitor(tw.A), registration{Email: "late@example.si", Name: "Late"}); err != nil {
			t.Fatal(err)
		}
		count := func() (n int64) {
			tw.View(tw.Visitor(tw.A), func(ctx context.Context, tx *tenant.Tx) (err error) {
				n, err = tx.Select((*Account)(nil)).Count(ctx)
				return err
			})
			return n
		}
		if err := tw.m.sweep(tw.Visitor(tw.A), job.Job{}); err != nil || count() != 2 {
			t.Fatalf("%d accounts after an early sweep, %v", count(), err)
		}
		tw.Clock.Add(unverifiedFor + time.Hour)
		if err := tw.m.sweep(tw.Visitor(tw.A), job.Job{}); err != nil || count() != 1 {
			t.Fatalf("%d accounts after a late sweep, %v", count(), err)
		}
	})
}

func TestOneTimeLinkMakesAnAdministrator(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		var path string
		tw.Update(tw.Visitor(tw.A), func(ctx context.Context, tx *tenant.Tx) (err error) {
			path, err = tw.m.OneTimeLink(ctx, tx, "Boss@Example.si", "Boss", []string{"administrator"})
			return err
		})
		token, ok := strings.CutPrefix(path, "/sign-in/link/")
		if !ok {
			t.Fatalf("path %q", path)
		}
		out, err := tw.m.open(tw.Visitor(tw.A), token, "", forSignIn, forAdmin)
		if err != nil {
			t.Fatal(err)
		}
		a := tw.actor(tw.A, out.Session)
		if a.Kind != authz.Staff || !slices.Equal(a.Roles, []string{"administrator"}) || a.Email != "boss@example.si" || out.Next != "/admin" {
			t.Errorf("actor %+v, next %q", a, out.Next)
		}
		if _, err := tw.m.open(tw.Visitor(tw.A), token, "", forSignIn, forAdmin); !fault.Is(err, fault.KindGone) {
			t.Errorf("second use: %v", err)
		}
		if n := len(tw.mails(tw.A)); n != 0 {
			t.Errorf("%d letters", n)
		}
		tw.View(tw.Visitor(tw.A), func(ctx context.Context, tx *tenant.Tx) error {
			ids, err := tw.m.StaffOf(ctx, tx, "answer.publish")
			if err != nil || !slices.Equal(ids, []string{a.ID}) {
				t.Errorf("staff %v, %v", ids, err)
			}
			return nil
		})
	})
}

// staff makes a person with roles and gives a context in which he acts.
func (tw *town) staff(email string, roles ...string) (context.Context, authz.Actor) {
	tw.T.Helper()
	var a *Account
	tw.Update(tw.Visitor(tw.A), func(ctx context.Context, tx *tenant.Tx) (err error) {
		if a, err = tw.m.Ensure(ctx, tx, email, email); err != nil {
			return err
		}
		for _, r := range roles {
			if err := tw.m.Grant(ctx, tx, email, r); err != nil {
				return err
			}
		}
		return nil
	})
	actor := authz.Actor{ID: a.ID, Name: a.Name, Email: a.Email, Kind: rows.KindOf(roles, ""), Roles: roles, Level: authz.LevelEmail}
	return tw.Ctx(tw.A, actor), actor
}

func TestRoles(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		boss, bossActor := tw.staff("boss@example.si", "administrator")
		manager, _ := tw.staff("manager@example.si", "manager")
		_, ana := tw.staff("ana@example.si")
		if err := tw.m.grantRole(manager, ana.ID, "editor"); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("who may not grant: %v", err)
		}
		if err := tw.m.grantRole(boss, ana.ID, "king"); err == nil {
			t.Error("a role that does not exist was granted")
		}
		for range 2 { // granting twice is granting once
			if err := tw.m.grantRole(boss, ana.ID, "editor"); err != nil {
				t.Fatal(err)
			}
		}
		d, err := tw.m.listPeople(boss, rows.PeopleQuery{Role: "editor"})
		if err != nil || len(d.People) != 1 || d.People[0].ID != ana.ID || !slices.Equal(d.Roles[ana.ID], []string{"editor"}) {
			t.Errorf("list %+v, %v", d, err)
		}
		if err := tw.m.revokeRole(boss, ana.ID, "editor"); err != nil {
			t.Fatal(err)
		}
		if err := tw.m.revokeRole(boss, bossActor.ID, "administrator"); !fault.Is(err, fault.KindConflict) {
			t.Errorf("the last administrator: %v", err)
		}
		if err := tw.m.setDepartment(boss, ana.ID, "nowhere"); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("unknown department: %v", err)
		}
		if err := tw.m.setDepartment(boss, ana.ID, "roads"); err != nil {
			t.Error(err)
		}
		if !slices.Contains(tw.audit, "role.grant") || !slices.Contains(tw.audit, "role.revoke") {
			t.Errorf("trail %v", tw.audit)
		}
	})
}

func TestNobodyGrantsWhatHeLacks(t *testing.T) {
	tw := newTown(tenanttest.New(t))
	_, ana := tw.staff("ana@example.si")
	_, actor := tw.staff("clerk@example.si", "editor")
	table, err := tw.m.Table(tw.Visitor(tw.A))
	if err != nil {
		t.Fatal(err)
	}
	for role, want := range map[string]bool{"editor": true, "manager": false, "administrator": false, "moderator": false} {
		if got := table.Covers(actor, role); got != want {
			t.Errorf("an editor covers %s: %v, want %v", role, got, want)
		}
		err := tw.m.covered(tw.Ctx(tw.A, actor), role)
		if (err == nil) != want {
			t.Errorf("covered(%s) = %v", role, err)
		}
	}
	if _, err := tw.m.loadPerson(tw.Ctx(tw.A, actor), ana.ID); !fault.Is(err, fault.KindForbidden) {
		t.Errorf("an editor reads an account: %v", err)
	}
}

func TestVerifyAndBlock(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		boss, bossActor := tw.staff("boss@example.si", "administrator")
		moderator, _ := tw.staff("mod@example.si", "moderator")
		a, token := tw.join(tw.A, "ana@example.si", "Ana Novak", good)
		v := verification{Level: authz.LevelResidence, Method: "desk", AreaID: "north", BirthYear: 1980, Groups: []string{"panel"}, Until: tw.Clock.Now().Add(24 * time.Hour)}
		if err := tw.m.verify(moderator, a.ID, v); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("who may not verify: %v", err)
		}
		if err := tw.m.verify(boss, a.ID, v); err != nil {
			t.Fatal(err)
		}
		if got := tw.actor(tw.A, token); got.Level != authz.LevelResidence || !slices.Equal(got.AreaIDs, []string{"north"}) || got.BirthYear != 1980 || !slices.Equal(got.Groups, []string{"panel"}) {
			t.Errorf("actor %+v", got)
		}
		// What staff confirmed a person does not change himself.
		if err := tw.m.saveProfile(tw.Ctx(tw.A, a), profile{Name: "Ana N.", Lang: "sl", BirthYear: 2000, AreaID: "south"}); err != nil {
			t.Fatal(err)
		}
		if got := tw.actor(tw.A, token); got.Name != "Ana N." || got.BirthYear != 1980 || !slices.Equal(got.AreaIDs, []string{"north"}) {
			t.Errorf("actor %+v", got)
		}
		tw.Clock.Add(25 * time.Hour)
		if got := tw.actor(tw.A, token); got.Level != authz.LevelEmail {
			t.Errorf("level %v after the verification lapsed", got.Level)
		}
		if err := tw.m.Block(moderator, a.ID, "short"); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("a reason of five letters: %v", err)
		}
		if err := tw.m.Block(moderator, bossActor.ID, "he is above my rights"); !fault.Is(err, fault.KindForbidden) {
			t.Errorf("blocking the administrator: %v", err)
		}
		if err := tw.m.Block(moderator, a.ID, "insults in three comments"); err != nil {
			t.Fatal(err)
		}
		if !tw.actor(tw.A, token).Blocked {
			t.Error("not blocked at once")
		}
		last := tw.mails(tw.A)
		if l := last[len(last)-1]; l.Kind != "accounts.blocked" || !strings.Contains(l.Body, "insults in three comments") {
			t.Errorf("letter %+v", l)
		}
		if err := tw.m.Unblock(moderator, a.ID); err != nil || tw.actor(tw.A, token).Blocked {
			t.Errorf("unblock: %v", err)
		}
	})
}

func TestAssociations(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		boss, _ := tw.staff("boss@example.si", "administrator")
		a, token := tw.join(tw.A, "ana@example.si", "Ana Novak", good)
		ctx := tw.Ctx(tw.A, a)
		ap := application{Name: "Društvo gozd", Kind: "association", Register: "si_tax", Number: "SI 50223055", Representative: "Ana Novak"}
		if err := tw.m.apply(ctx, ap); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("wrong check digit: %v", err)
		}
		ap.Number = "SI 50223054"
		if err := tw.m.apply(ctx, ap); err != nil {
			t.Fatal(err)
		}
		if err := tw.m.apply(ctx, ap); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("the same number again: %v", err)
		}
		q, err := tw.m.listAssociations(boss, rows.OrgApplied, "")
		if err != nil || len(q.List) != 1 || q.Applicants[a.ID] != "Ana Novak" {
			t.Fatalf("queue %+v, %v", q, err)
		}
		tw.View(boss, func(ctx context.Context, tx *tenant.Tx) error {
			if n, err := tw.m.Applied(ctx, tx); n != 1 || err != nil {
				t.Errorf("%d wait, %v", n, err)
			}
			return nil
		})
		org := q.List[0].ID
		if err := tw.m.actFor(ctx, org); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("acting before it is verified: %v", err)
		}
		if err := tw.m.decide(boss, org, rows.OrgRefused, "no"); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("refusing without a reason: %v", err)
		}
		if err := tw.m.decide(boss, org, rows.OrgVerified, ""); err != nil {
			t.Fatal(err)
		}
		if err := tw.m.actFor(ctx, org); err != nil {
			t.Fatal(err)
		}
		got := tw.actor(tw.A, token)
		if got.OrganisationID != org || got.OrganisationName != "Društvo gozd" || got.Kind != authz.Association || got.VoterID() != org {
			t.Errorf("actor %+v", got)
		}
		tw.Update(tw.Ctx(tw.A, got), func(ctx context.Context, tx *tenant.Tx) error {
			b, err := Sign(ctx, tx, Signature{Scope: "c1", Pseudonym: true})
			if err != nil || b.AuthorKind != AuthorAssociation || b.AuthorName != "Društvo gozd" || b.OrganisationID != org {
				t.Errorf("byline %+v, %v", b, err)
			}
			return nil
		})
		if err := tw.m.decide(boss, org, rows.OrgRefused, "struck off the register"); err != nil {
			t.Fatal(err)
		}
		if got := tw.actor(tw.A, token); got.OrganisationID != "" || got.Kind != authz.Citizen {
			t.Errorf("still acts for a refused association: %+v", got)
		}
	})
}

func TestSign(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		a, token := tw.join(tw.A, "ana@example.si", "Ana Novak", good)
		sign := func(s Signature) (b Byline) {
			tw.View(tw.Ctx(tw.A, tw.actor(tw.A, token)), func(ctx context.Context, tx *tenant.Tx) (err error) {
				b, err = Sign(ctx, tx, s)
				return err
			})
			return b
		}
		if b := sign(Signature{Scope: "c1", Pseudonym: true}); b.AuthorName != "Ana Novak" || b.AuthorKind != AuthorCitizen || b.AuthorID != a.ID {
			t.Errorf("byline %+v", b)
		}
		asked := sign(Signature{Scope: "c1", Pseudonym: true, Ask: true})
		if !strings.HasPrefix(asked.AuthorName, "Občan/ka ") {
			t.Errorf("pseudonym %q", asked.AuthorName)
		}
		if b := sign(Signature{Scope: "c1", Ask: true}); b.AuthorName != "Ana Novak" {
			t.Errorf("a pseudonym where none is allowed: %q", b.AuthorName)
		}
		if err := tw.m.saveProfile(tw.Ctx(tw.A, a), profile{Name: "Ana Novak", Pseudonym: true, Lang: "sl"}); err != nil {
			t.Fatal(err)
		}
		if b := sign(Signature{Scope: "c1", Pseudonym: true}); b.AuthorName != asked.AuthorName {
			t.Errorf("pseudonym %q, before %q", b.AuthorName, asked.AuthorName)
		}
		if b := sign(Signature{Scope: "c2", Pseudonym: true}); b.AuthorName == asked.AuthorName {
			t.Error("the same pseudonym in two consultations")
		}
		if b := sign(Signature{Scope: "c1", Official: true}); b.AuthorKind != AuthorStaff || b.AuthorName != "Ana Novak" {
			t.Errorf("official %+v", b)
		}
		tw.View(tw.Visitor(tw.A), func(ctx context.Context, tx *tenant.Tx) error {
			if _, err := Sign(ctx, tx, Signature{}); !fault.Is(err, fault.KindSignIn) {
				t.Errorf("a visitor signs: %v", err)
			}
			to, err := Addresses(ctx, tx, []string{a.ID, "nobody"})
			if err != nil || len(to) != 1 || to[a.ID] != (Recipient{Email: "ana@example.si", Lang: "sl", Name: "Ana Novak"}) {
				t.Errorf("addresses %+v, %v", to, err)
			}
			return nil
		})
	})
}

func TestPeopleAreFoundByFoldedWords(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		boss, _ := tw.staff("boss@example.si", "administrator")
		tw.join(tw.A, "spela@example.si", "Špela Žagar", "")
		tw.join(tw.B, "spela@example.si", "Špela Žagar", "")
		for words, want := range map[string]int{"zagar": 1, "SPELA": 1, "spela@example": 1, "nobody": 0, "": 2} {
			d, err := tw.m.listPeople(boss, rows.PeopleQuery{Words: words})
			if err != nil || len(d.People) != want {
				t.Errorf("%q finds %d, want %d, %v", words, len(d.People), want, err)
			}
		}
	})
}

func TestDownloadHoldsNoSecrets(t *testing.T) {
	tw := newTown(tenanttest.New(t))
	a, _ := tw.join(tw.A, "ana@example.si", "Ana Novak", good)
	out, err := tw.m.download(tw.Ctx(tw.A, a))
	if err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(out)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(b), "ana@example.si") || strings.Contains(string(b), "argon2") || strings.Contains(string(b), "token") {
		t.Errorf("download %s", b)
	}
}

func TestActorCostsOneStatement(t *testing.T) {
	tw := newTown(tenanttest.New(t))
	_, token := tw.join(tw.A, "ana@example.si", "Ana Novak", good)
	tw.Clock.Add(5 * time.Second)
	ctx, n := db.Counting(tenant.With(context.Background(), tw.A))
	for range 3 {
		if _, err := tw.m.Actor(ctx, token); err != nil {
			t.Fatal(err)
		}
	}
	if n.N() != 1 {
		t.Errorf("%d statements for three requests at once, want 1", n.N())
	}
}
