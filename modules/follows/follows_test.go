package follows

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"glas/internal/db"
	"glas/internal/id"
	"glas/internal/job"
	"glas/internal/subject"
	"glas/modules/accounts"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// town is a world with things to follow.
type town struct {
	*tenanttest.World
	m      *Module
	people *accounts.Module
	// hidden things cannot be read; refused names accounts that may read nothing.
	hidden, refused map[string]bool
	supporters      []string
	participants    []string
}

func newTown(w *tenanttest.World) *town {
	tw := &town{World: w, hidden: map[string]bool{}, refused: map[string]bool{}}
	base := func(ctx context.Context) string { return "https://" + tenant.From(ctx).Host }
	tw.people = accounts.New(accounts.Deps{DB: w.DB, Clock: w.Clock, Catalogue: w.Catalogue, Secret: []byte("s"), Base: base})
	cards := func(_ context.Context, _ *tenant.Tx, ids []string) (map[string]subject.Card, error) {
		out := map[string]subject.Card{}
		for _, thing := range ids {
			out[thing] = subject.Card{Title: "Thing " + thing, Path: "/things/" + thing, Visible: !tw.hidden[thing], OwnerID: ""}
		}
		return out, nil
	}
	may := func(_ context.Context, _ *tenant.Tx, accountID string, ref subject.Ref) (bool, error) {
		return !tw.hidden[ref.ID] && !tw.refused[accountID], nil
	}
	kind := Kind{Cards: cards, Visible: may}
	tw.m = New(Deps{DB: w.DB, Catalogue: w.Catalogue, Key: []byte("k"), Base: base,
		Kinds:        map[string]Kind{"proposal": kind, "consultation": kind, "topic": kind, "comment": {Cards: cards, Closed: true}},
		Supporters:   func(context.Context, *tenant.Tx, subject.Ref) ([]string, error) { return tw.supporters, nil },
		Participants: func(context.Context, *tenant.Tx, string) ([]string, error) { return tw.participants, nil }})
	return tw
}

func each(t *testing.T, fn func(t *testing.T, tw *town)) {
	t.Helper()
	subscriptions := New(Deps{}).Subscriptions()
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) { fn(t, newTown(w)) }, subscriptions)
}

// person makes a confirmed account.
func (tw *town) person(t *tenant.Tenant, name string) string {
	tw.T.Helper()
	var made string
	tw.Update(tw.Visitor(t), func(ctx context.Context, tx *tenant.Tx) error {
		a, err := tw.people.Ensure(ctx, tx, name+"@example.org", name)
		if err == nil {
			made = a.ID
		}
		return err
	})
	return made
}

func (tw *town) follow(t *tenant.Tenant, who string, ref subject.Ref) {
	tw.T.Helper()
	tw.Update(tw.Visitor(t), func(ctx context.Context, tx *tenant.Tx) error { return Follow(ctx, tx, ref, who) })
}

func (tw *town) frequency(t *tenant.Tenant, who string, f Frequency) {
	tw.T.Helper()
	tw.Update(tw.Visitor(t), func(ctx context.Context, tx *tenant.Tx) error {
		return saveSetting(ctx, tx, &FollowSetting{Key: tenant.Key{ID: who}, Frequency: f, Own: true})
	})
}

func (tw *town) tell(t *tenant.Tenant, n News) {
	tw.T.Helper()
	tw.Update(tw.Visitor(t), func(ctx context.Context, tx *tenant.Tx) error { return Tell(ctx, tx, n) })
}

// announce does what an event of others does.
func (tw *town) announce(t *tenant.Tenant, event string, payload any) {
	tw.T.Helper()
	tw.Update(tw.Visitor(t), func(ctx context.Context, tx *tenant.Tx) error {
		return tx.Enqueue(ctx, job.Spec{Kind: eventJob + event, Payload: payload})
	})
	tw.work()
}

// work does everything that is due, the digests of both municipalities included.
func (tw *town) work() {
	tw.T.Helper()
	tw.Jobs(tw.m.Jobs())
	for _, t := range []*tenant.Tenant{tw.A, tw.B} {
		if err := tw.m.digest(tw.Visitor(t), job.Job{}); err != nil {
			tw.T.Fatal(err)
		}
	}
}

type sentLetter struct{ To, Subject, Text, Kind, Leave string }

func (tw *town) letters(t *tenant.Tenant) []sentLetter {
	tw.T.Helper()
	rows, err := tw.Raw.Read.QueryContext(db.System(context.Background(), "test"), "select to_addr, subject, text, kind, headers from mails where tenant_id = '"+t.ID+"' order by created_at, id")
	if err != nil {
		tw.T.Fatal(err)
	}
	defer rows.Close()
	var out []sentLetter
	for rows.Next() {
		var l sentLetter
		var headers string
		if err := rows.Scan(&l.To, &l.Subject, &l.Text, &l.Kind, &headers); err != nil {
			tw.T.Fatal(err)
		}
		head := map[string]string{}
		if err := json.Unmarshal([]byte(headers), &head); err != nil {
			tw.T.Fatal(err)
		}
		l.Leave = head["List-Unsubscribe"]
		out = append(out, l)
	}
	if err := rows.Err(); err != nil {
		tw.T.Fatal(err)
	}
	return out
}

func (tw *town) want(t *tenant.Tenant, n int, why string) []sentLetter {
	tw.T.Helper()
	list := tw.letters(t)
	if len(list) != n {
		tw.T.Fatalf("%s: %d letters, want %d: %+v", why, len(list), n, list)
	}
	for _, l := range list {
		if strings.Contains(l.Subject+l.Text, "⟦") || strings.Contains(l.Subject+l.Text, "follows.") {
			tw.T.Fatalf("%s: a word is missing in %s\n%s", why, l.Subject, l.Text)
		}
	}
	return list
}

var park = subject.Ref{Kind: "proposal", ID: "park"}

func parkNews() News {
	return News{Event: "follows.news.proposal", Refs: []subject.Ref{park}, Title: "Park", Path: "/proposals/park"}
}

func TestEverybodyIsToldOnce(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		const many = 2*batch + 7
		tw.Update(tw.Visitor(tw.A), func(ctx context.Context, tx *tenant.Tx) error {
			for i := range many {
				a, err := tw.people.Ensure(ctx, tx, fmt.Sprintf("p%d@example.org", i), fmt.Sprintf("Person %d", i))
				if err != nil {
					return err
				}
				if err := Follow(ctx, tx, park, a.ID); err != nil {
					return err
				}
			}
			return nil
		})
		tw.tell(tw.A, parkNews())
		tw.tell(tw.A, parkNews())
		tw.work()
		to := map[string]bool{}
		for _, l := range tw.want(tw.A, many, "all batches") {
			to[l.To] = true
		}
		if len(to) != many {
			t.Fatalf("%d people were told, want %d", len(to), many)
		}
		var newsID string
		tw.View(tw.Visitor(tw.A), func(ctx context.Context, tx *tenant.Tx) error {
			return tx.Select((*FollowNews)(nil)).Column("id").Scan(ctx, &newsID)
		})
		tw.Update(tw.Visitor(tw.A), func(ctx context.Context, tx *tenant.Tx) error { // as after an instance died
			return tx.Enqueue(ctx, job.Spec{Kind: fanJob, Payload: wave{News: newsID}})
		})
		tw.work()
		tw.want(tw.A, many, "the same batch again")
	})
}

func TestDigestInTheMorningOfTheMunicipality(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		daily, weekly := tw.person(tw.A, "daily"), tw.person(tw.A, "weekly")
		greek := tw.person(tw.B, "greek")
		tw.frequency(tw.A, daily, Daily)
		tw.frequency(tw.A, weekly, Weekly)
		tw.frequency(tw.B, greek, Daily)
		tw.follow(tw.A, daily, park)
		tw.follow(tw.A, weekly, park)
		tw.follow(tw.B, greek, park)
		// In the night to Sunday, 28 March 2027, clocks go from 02:00 to 03:00: 07:00 in Ljubljana is 05:00 and no longer 06:00 UTC,
		// in Athens it is 04:00 and no longer 05:00 UTC.
		tw.Clock.Set(time.Date(2027, 3, 27, 12, 0, 0, 0, time.UTC))
		tw.tell(tw.A, parkNews())
		tw.tell(tw.A, News{Event: "follows.news.answer", Refs: []subject.Ref{park}, Title: "Park", Path: "/proposals/park"})
		tw.tell(tw.B, parkNews())
		for _, step := range []struct {
			at   time.Time
			a, b int
		}{
			{time.Date(2027, 3, 27, 12, 1, 0, 0, time.UTC), 0, 0},
			{time.Date(2027, 3, 28, 3, 59, 0, 0, time.UTC), 0, 0},
			{time.Date(2027, 3, 28, 4, 0, 1, 0, time.UTC), 0, 1},
			{time.Date(2027, 3, 28, 4, 59, 0, 0, time.UTC), 0, 1},
			{time.Date(2027, 3, 28, 5, 0, 1, 0, time.UTC), 1, 1},
			{time.Date(2027, 3, 29, 4, 59, 0, 0, time.UTC), 1, 1},
			{time.Date(2027, 3, 29, 9, 0, 0, 0, time.UTC), 2, 1}, // Monday; two hours late, as after a stop
			{time.Date(2027, 4, 6, 9, 0, 0, 0, time.UTC), 2, 1},
		} {
			tw.Clock.Set(step.at)
			tw.work()
			tw.want(tw.A, step.a, "Ljubljana at "+step.at.String())
			tw.want(tw.B, step.b, "Athens at "+step.at.String())
		}
		l := tw.letters(tw.A)[0]
		if l.Kind != "follows.digest" || strings.Count(l.Text, "https://kamnik.localhost/proposals/park") != 2 || l.To != "daily@example.org" {
			t.Errorf("digest: %+v", l)
		}
	})
}

func TestMorningAcrossAutumn(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Ljubljana")
	if err != nil {
		t.Fatal(err)
	}
	for now, want := range map[string]string{
		"2026-10-25T05:59:00Z": "2026-10-24T05:00:00Z", // clocks went back in this night
		"2026-10-25T06:00:00Z": "2026-10-25T06:00:00Z",
		"2026-10-24T05:00:00Z": "2026-10-24T05:00:00Z",
	} {
		at, err := time.Parse(time.RFC3339, now)
		if err != nil {
			t.Fatal(err)
		}
		if got := lastMorning(at, zone).UTC().Format(time.RFC3339); got != want {
			t.Errorf("last morning at %s: %s, want %s", now, got, want)
		}
	}
	monday := lastMonday(time.Date(2026, 10, 26, 5, 59, 0, 0, time.UTC), zone)
	if got := monday.UTC().Format(time.RFC3339); got != "2026-10-19T05:00:00Z" {
		t.Errorf("last Monday: %s", got)
	}
}

func TestRightsAndWishesAreAskedWhenSending(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		fine, refused, left, never := tw.person(tw.A, "fine"), tw.person(tw.A, "refused"), tw.person(tw.A, "left"), tw.person(tw.A, "never")
		blocked, deleted := tw.person(tw.A, "blocked"), tw.person(tw.A, "deleted")
		for _, who := range []string{fine, refused, left, never, blocked, deleted} {
			tw.frequency(tw.A, who, Daily)
			tw.follow(tw.A, who, park)
		}
		tw.tell(tw.A, parkNews())
		tw.work()
		tw.refused[refused] = true
		tw.frequency(tw.A, never, Never)
		tw.Update(tw.Visitor(tw.A), func(ctx context.Context, tx *tenant.Tx) error {
			if err := Unfollow(ctx, tx, park, left); err != nil {
				return err
			}
			if _, err := tx.Raw("update accounts set blocked_at = ? where tenant_id = ? and id = ?", tx.Now(), tx.ID(), blocked).Exec(ctx); err != nil {
				return err
			}
			_, err := tx.Raw("update accounts set deleted_at = ?, email = null where tenant_id = ? and id = ?", tx.Now(), tx.ID(), deleted).Exec(ctx)
			return err
		})
		tw.Clock.Add(24 * time.Hour)
		tw.work()
		if list := tw.want(tw.A, 1, "only one may and wants"); list[0].To != "fine@example.org" {
			t.Errorf("told: %+v", list)
		}
		tw.frequency(tw.A, fine, AtOnce)
		tw.hidden["park"] = true
		tw.tell(tw.A, News{Event: "follows.news.answer", Refs: []subject.Ref{park}, Title: "Park", Path: "/proposals/park"})
		tw.work()
		tw.want(tw.A, 1, "hidden before anybody was told")
	})
}

func TestMunicipalitiesKnowNothingOfEachOther(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		here, there := tw.person(tw.A, "same"), tw.person(tw.B, "same")
		tw.follow(tw.A, here, park)
		tw.follow(tw.B, there, park)
		tw.tell(tw.A, parkNews())
		tw.work()
		tw.want(tw.A, 1, "the municipality that it happened in")
		tw.want(tw.B, 0, "the other one")
		if _, err := tw.m.open(tw.B.ID, tw.m.token(tw.A.ID, here, everything)); err == nil {
			t.Error("a link of one municipality works in another")
		}
	})
}

func TestCommentsTellTheRightPeople(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		owner, parent, author, follower, mute := tw.person(tw.A, "owner"), tw.person(tw.A, "parent"), tw.person(tw.A, "author"), tw.person(tw.A, "follower"), tw.person(tw.A, "mute")
		tw.frequency(tw.A, parent, Weekly) // a reply comes at once all the same
		for _, who := range []string{parent, follower, mute} {
			tw.follow(tw.A, who, park)
		}
		tw.Update(tw.Visitor(tw.A), func(ctx context.Context, tx *tenant.Tx) error { return Unfollow(ctx, tx, park, mute) })
		tw.announce(tw.A, "comments.posted", map[string]any{"id": "c1", "ref": park, "owner_id": owner, "author_id": author, "author_name": "Ana",
			"parent_author_id": parent, "title": "Park", "path": "/comments/c1", "excerpt": "Več klopi!"})
		subjects := map[string]string{}
		for _, l := range tw.want(tw.A, 3, "owner, follower and parent") {
			subjects[l.To] = l.Subject
			if !strings.Contains(l.Text, "Več klopi!") || !strings.Contains(l.Text, "https://kamnik.localhost/comments/c1") || l.Leave == "" {
				t.Errorf("sentLetter: %+v", l)
			}
		}
		if subjects["parent@example.org"] != "Odgovor na vaš komentar: Park" || subjects["owner@example.org"] != "Nov komentar: Park" || subjects["follower@example.org"] != "Nov komentar: Park" {
			t.Errorf("subjects: %v", subjects)
		}
		tw.View(tw.Citizen(tw.A, author, "Ana"), func(ctx context.Context, tx *tenant.Tx) error {
			mine, err := Mine(ctx, tx, []subject.Ref{park})
			if err == nil && !mine[park] {
				t.Error("the author does not follow what he commented on")
			}
			return err
		})
	})
}

func TestFloodGoesIntoTheDigest(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		tw.follow(tw.A, tw.person(tw.A, "p"), park)
		for i := range calm + 3 {
			tw.Clock.Add(time.Minute)
			tw.announce(tw.A, "comments.posted", map[string]any{"id": id.New(), "ref": park, "author_id": "x", "author_name": "X", "title": "Park", "path": "/c", "excerpt": fmt.Sprint(i)})
		}
		tw.want(tw.A, calm, "at once")
		tw.Clock.Add(24 * time.Hour)
		tw.work()
		if list := tw.want(tw.A, calm+1, "the rest"); list[calm].Kind != "follows.digest" {
			t.Errorf("the rest: %+v", list[calm])
		}
	})
}

func TestNewsOfOthers(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		c := subject.Ref{Kind: "consultation", ID: "c"}
		byConsultation, byTopic, byAll, supporter, author := tw.person(tw.A, "cons"), tw.person(tw.A, "topic"), tw.person(tw.A, "all"), tw.person(tw.A, "supporter"), tw.person(tw.A, "author")
		tw.follow(tw.A, byConsultation, c)
		tw.follow(tw.A, byTopic, subject.Ref{Kind: "topic", ID: "t"})
		tw.follow(tw.A, byAll, Municipality())
		tw.supporters = []string{supporter, author, ""}
		proposal := map[string]any{"ref": park, "title": "Park", "path": "/proposals/park", "consultation_id": "c", "topic_id": "t", "author_id": author, "author_name": "Ana", "reason": "Ni več potrebno"}
		answer := map[string]any{"ref": park, "title": "Park", "path": "/proposals/park", "version": 1}
		for _, step := range []struct {
			event   string
			payload map[string]any
			to      []string
			subject string
		}{
			{"consultations.published", map[string]any{"what": "published", "id": "c", "title": "Cesta", "path": "/consultations/c", "topic_ids": []string{"t"}}, []string{"all", "cons", "topic"}, "Novo posvetovanje: Thing c"},
			{"consultations.opened", map[string]any{"what": "opened", "id": "c", "title": "Cesta", "path": "/consultations/c"}, nil, ""},
			{"consultations.closed_soon", map[string]any{"what": "closed_soon", "id": "c", "title": "Cesta", "path": "/consultations/c"}, []string{"cons"}, "Zadnji dan za sodelovanje: Thing c"},
			{"proposals.published", proposal, []string{"cons", "topic"}, "Nov predlog: Park"},
			{"answers.published", answer, []string{"author", "supporter"}, "Uradni odgovor: Thing park"},
			{"proposals.withdrawn", proposal, []string{"supporter"}, "Predlog je umaknjen: Park"},
			{"consultations.answered", map[string]any{"what": "answered", "id": "c", "title": "Cesta", "path": "/consultations/c"}, []string{"all", "cons"}, "Rezultati in odgovor: Thing c"},
			{"answers.published", map[string]any{"ref": c, "title": "Cesta", "path": "/consultations/c", "version": 1}, nil, ""},
		} {
			before := len(tw.letters(tw.A))
			tw.Clock.Add(time.Second)
			tw.announce(tw.A, step.event, step.payload)
			got := tw.letters(tw.A)[before:]
			to := map[string]bool{}
			for _, l := range got {
				to[strings.TrimSuffix(l.To, "@example.org")] = true
				if l.Subject != step.subject {
					t.Errorf("%s: subject %q, want %q", step.event, l.Subject, step.subject)
				}
			}
			for _, who := range step.to {
				if !to[who] {
					t.Errorf("%s: %s was not told", step.event, who)
				}
			}
			if len(got) != len(step.to) {
				t.Errorf("%s: told %v, want %v", step.event, to, step.to)
			}
		}
	})
}

func TestMoreTimeIsToldToFollowersAndToThoseWhoTookPart(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		follower, took := tw.person(tw.A, "follower"), tw.person(tw.A, "took")
		tw.follow(tw.A, follower, subject.Ref{Kind: "consultation", ID: "c"})
		tw.participants = []string{took, follower}
		for what, words := range map[string]string{"extended": "Na željo krajevne skupnosti", "restarted": "Popravljena priloga"} {
			before := len(tw.letters(tw.A))
			tw.Clock.Add(time.Second)
			tw.announce(tw.A, "consultations."+what, map[string]any{"what": what, "id": "c", "title": "Cesta", "path": "/consultations/c", "reason": words,
				"until": time.Date(2027, 1, 11, 22, 59, 59, 0, time.UTC)})
			got := tw.letters(tw.A)[before:]
			if len(got) != 2 {
				t.Fatalf("%s: %d letters", what, len(got))
			}
			for _, l := range got {
				if !strings.Contains(l.Text, words) {
					t.Errorf("%s: the letter does not say why: %s", what, l.Text)
				}
				if !strings.Contains(l.Text, "11. januarja 2027") {
					t.Errorf("%s: the letter does not say until when: %s", what, l.Text)
				}
			}
		}
	})
}

// Whoever had sent a remark got two letters about one restart: this one, and the one that asks whether the remark stands.
func TestThoseWhoAreAskedAboutTheirRemarksAreToldOfTheRestartOnce(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		follower, took, remarked := tw.person(tw.A, "follower"), tw.person(tw.A, "took"), tw.person(tw.A, "remarked")
		for _, who := range []string{follower, remarked} {
			tw.follow(tw.A, who, subject.Ref{Kind: "consultation", ID: "c"})
		}
		tw.participants = []string{took, remarked}
		tw.m.Asked = func(context.Context, *tenant.Tx, string) ([]string, error) { return []string{remarked}, nil }
		for what, want := range map[string]int{"extended": 3, "restarted": 2} {
			before := len(tw.letters(tw.A))
			tw.Clock.Add(time.Second)
			tw.announce(tw.A, "consultations."+what, map[string]any{"what": what, "id": "c", "title": "Cesta", "path": "/consultations/c", "reason": what})
			if n := len(tw.letters(tw.A)) - before; n != want {
				t.Errorf("%s: %d letters, want %d", what, n, want)
			}
		}
	})
}

func TestJoinedProposalsKeepTheirFollowers(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		follower := tw.person(tw.A, "follower")
		tw.follow(tw.A, follower, park)
		into := subject.Ref{Kind: "proposal", ID: "garden"}
		tw.announce(tw.A, "proposals.merged", map[string]any{"ref": park, "title": "Park", "path": "/proposals/park", "into": into, "into_title": "Vrt", "into_path": "/proposals/garden"})
		if l := tw.want(tw.A, 1, "told of the joining"); !strings.Contains(l[0].Text, "Vrt") || !strings.Contains(l[0].Text, "/proposals/garden") {
			t.Errorf("sentLetter: %+v", l)
		}
		tw.View(tw.Citizen(tw.A, follower, "F"), func(ctx context.Context, tx *tenant.Tx) error {
			mine, err := Mine(ctx, tx, []subject.Ref{into})
			if err == nil && !mine[into] {
				t.Error("a follower was lost")
			}
			return err
		})
	})
}

func TestDeletedAccountIsForgotten(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		who := tw.person(tw.A, "who")
		tw.follow(tw.A, who, park)
		tw.frequency(tw.A, who, Daily)
		tw.tell(tw.A, parkNews())
		tw.work()
		tw.Update(tw.Visitor(tw.A), func(ctx context.Context, tx *tenant.Tx) error {
			return tx.Announce(ctx, accounts.Deleted{AccountID: who})
		})
		tw.work()
		tw.View(tw.Visitor(tw.A), func(ctx context.Context, tx *tenant.Tx) error {
			for _, model := range []any{(*Follows)(nil), (*FollowNotice)(nil), (*FollowSetting)(nil)} {
				n, err := tx.Select(model).Count(ctx)
				if err != nil || n != 0 {
					t.Errorf("%T: %d rows are left, %v", model, n, err)
				}
			}
			return nil
		})
	})
}

func TestFollowersHearOfANewWording(t *testing.T) {
	each(t, func(t *testing.T, tw *town) {
		who, other := tw.person(tw.A, "ana"), tw.person(tw.A, "bor")
		tw.follow(tw.A, who, subject.Ref{Kind: kindConsultation, ID: "c1"})
		tw.follow(tw.A, other, subject.Ref{Kind: kindConsultation, ID: "c2"})
		tw.announce(tw.A, "texts.published", map[string]any{"consultation_id": "c1", "title": "Odlok o prometu", "path": "/texts/t1", "version": 1})
		tw.announce(tw.A, "texts.published", map[string]any{"consultation_id": "c1", "title": "Odlok o prometu", "path": "/texts/t1", "version": 2})
		list := tw.want(tw.A, 2, "a text and its new version")
		if list[0].Subject == list[1].Subject || !strings.Contains(list[1].Subject, "Odlok o prometu") || !strings.Contains(list[1].Text, "/texts/t1") || list[0].To != "ana@example.org" {
			t.Errorf("%+v", list)
		}
	})
}
