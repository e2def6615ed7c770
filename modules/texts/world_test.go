package texts

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"glas/internal/blob"
	"glas/internal/extract"
	"glas/internal/fault"
	"glas/internal/i18n"
	"glas/internal/id"
	"glas/internal/subject"
	"glas/internal/web/webtest"
	"glas/modules/attachments"
	"glas/modules/consultations"
	"glas/modules/remarks"
	"glas/modules/texts/internal/stored"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

// town is a municipality with an open consultation that asks for remarks on texts.
type town struct {
	*tenanttest.World
	m        *Module
	remarks  *remarks.Module
	cons     *consultations.Module
	c        *consultations.Consultation
	ana, eva context.Context
	slug     string
}

func each(t *testing.T, fn func(t *testing.T, w *town)) {
	t.Helper()
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) { fn(t, newTown(w)) })
}

func newTown(w *tenanttest.World) *town {
	t := &town{World: w, slug: "odlok"}
	store, err := blob.NewFolder(w.T.TempDir())
	if err != nil {
		w.T.Fatal(err)
	}
	files := attachments.New(attachments.Deps{DB: w.DB, Store: store})
	t.cons = consultations.New(consultations.Deps{DB: w.DB})
	t.remarks = remarks.New(remarks.Deps{DB: w.DB, Clock: w.Clock, Consultations: t.cons, Files: files, Places: Places,
		Hosts: map[string]remarks.Host{Kind: TextHost{}, KindSheet: SheetHost{}}})
	t.m = New(Deps{DB: w.DB, Consultations: t.cons, Remarks: t.remarks, Files: files})
	t.cons.Plug(t.m, t.remarks)
	t.ana = w.Citizen(w.A, id.New(), "Ana Novak")
	t.eva = w.Staff(w.A, id.New(), "Eva Vidmar", "administrator")
	now := t.Clock.Now()
	on := map[string]json.RawMessage{"text": json.RawMessage("{}"), "remark": json.RawMessage("{}")}
	t.c = &consultations.Consultation{Key: tenant.Key{ID: id.New()}, Slug: t.slug, Title: i18n.Text{"sl": "Odlok o zelenju", "el": "Πράσινο"}, State: consultations.Published,
		PublishedAt: now.AddDate(0, 0, -7), StartsAt: now.AddDate(0, 0, -7), EndsAt: now.AddDate(0, 0, 21), TopicIDs: []string{}, LinkedIDs: []string{},
		Milestones: []consultations.Milestone{}, RowVersion: 1, CreatedAt: now, UpdatedAt: now,
		Phases: []*consultations.Phase{{ID: id.New(), Title: i18n.Text{"sl": "Javna obravnava"}, StartsAt: now.AddDate(0, 0, -7), EndsAt: now.AddDate(0, 0, 21),
			Switches: consultations.Switches{Methods: on, Moderation: "none"}}}}
	t.Update(t.eva, func(ctx context.Context, tx *tenant.Tx) error { return consultations.Add(ctx, tx, t.c) })
	return t
}

const small = `ODLOK
o zelenih površinah

1. člen
(namen)

(1) Ta odlok ureja rabo zelenih površin v občini.

(2) Občina skrbi za drevesa in grmovje.

2. člen
(parki)

V parkih je dovoljena hoja po travi.

3. člen
(kazni)

Z globo 100 eurov se kaznuje, kdor poškoduje drevo.
`

func document(t testing.TB, text string) extract.Doc {
	t.Helper()
	doc, err := extract.Paragraphs("odlok.txt", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// publish brings a text in and publishes it.
func (t *town) publish(text string) *stored.Text {
	t.T.Helper()
	textID, err := t.m.Import(t.eva, t.c.ID, Source{Lang: "sl", Name: "odlok.txt", Doc: document(t.T, text)})
	if err == nil {
		err = t.m.Publish(t.eva, textID, 0, nil, nil)
	}
	if err != nil {
		t.T.Fatal(err)
	}
	return t.load(textID)
}

func (t *town) load(textID string) (out *stored.Text) {
	t.T.Helper()
	t.View(t.eva, func(ctx context.Context, tx *tenant.Tx) (err error) {
		out, err = stored.Load(ctx, tx, textID)
		return err
	})
	return out
}

func (t *town) blocks(versionID string) (out []*stored.TextBlock) {
	t.T.Helper()
	t.View(t.eva, func(ctx context.Context, tx *tenant.Tx) (err error) {
		out, err = stored.Blocks(ctx, tx, versionID)
		return err
	})
	return out
}

// labelled is the block that is cited so.
func (t *town) labelled(versionID, label string) *stored.TextBlock {
	t.T.Helper()
	for _, b := range t.blocks(versionID) {
		if b.Label == label {
			return b
		}
	}
	t.T.Fatalf("no block %q", label)
	return nil
}

// say sends a remark of Ana on a block; "" is the whole.
func (t *town) say(ref subject.Ref, block, body string) *remarks.Remark {
	t.T.Helper()
	t.Clock.Add(time.Minute)
	r, err := t.remarks.Send(t.ana, remarks.Draft{Anchor: remarks.Anchor{Ref: ref, Block: block}, Words: remarks.Words{Body: body}, OpenedAt: t.Clock.Now().Add(-time.Minute)})
	if err != nil {
		t.T.Fatalf("send a remark: %v", err)
	}
	return r
}

func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if fault.KindOf(err) != kind {
		t.Fatalf("error is %v, want %s", err, kind)
	}
}

func (t *town) serve() func(who string) *webtest.Client {
	t.T.Helper()
	s := t.Serve(tenanttest.People(map[string]context.Context{"ana": t.ana, "eva": t.eva}), t.m, t.remarks, t.cons)
	s.Bind = func(ctx context.Context) context.Context {
		if outer := counting.Load(); outer != nil {
			return both{ctx, *outer}
		}
		return ctx
	}
	return s.As
}

// counting is the context that counts statements, while one does.
var counting atomic.Pointer[context.Context]

// both is a context with the values of another one beside its own.
type both struct {
	context.Context
	other context.Context
}

// Value implements context.Context.
func (b both) Value(key any) any {
	if v := b.Context.Value(key); v != nil {
		return v
	}
	return b.other.Value(key)
}

// long is an act of n articles with three paragraphs each.
func long(n int) string {
	var b strings.Builder
	b.WriteString("ODLOK\no vsem\n\n")
	for i := 1; i <= n; i++ {
		if i%20 == 1 {
			fmt.Fprintf(&b, "POGLAVJE %d\n\n%s. POGLAVJE\nDel %d\n\n", i, strings.Repeat("I", i%3+1), i/20+1)
		}
		fmt.Fprintf(&b, "%d. člen\n(naslov številka %d)\n\n", i, i)
		for k := 1; k <= 3; k++ {
			fmt.Fprintf(&b, "(%d) Občina v zadevi %d na kraju %d ravna tako, da je red, kot ga določa predpis številka %d, in o tem obvesti javnost na krajevno običajen način.\n\n", k, i, k, i*31+k)
		}
	}
	return b.String()
}
