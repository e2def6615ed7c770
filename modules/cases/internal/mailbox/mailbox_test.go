package mailbox_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"glas/internal/blob"
	"glas/internal/id"
	"glas/internal/inbox"
	"glas/internal/job"
	"glas/internal/mail"
	"glas/internal/subject"
	"glas/internal/web"
	"glas/internal/web/webtest"
	"glas/modules/attachments"
	"glas/modules/cases/internal/acts"
	"glas/modules/cases/internal/listed"
	"glas/modules/cases/internal/mailbox"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
	"glas/tenant/tenanttest"
)

const (
	address = "pobude@kamnik.example"
	secret  = "a secret that both sides know"
)

type world struct {
	*tenanttest.World
	m       *mailbox.Module
	eva     context.Context
	visitor context.Context
	staff   *webtest.Client
	service *webtest.Client
	files   *attachments.Module
}

type served struct{ *mailbox.Module }

func (served) Name() string { return "mailbox" }

func newWorld(w *tenanttest.World) *world {
	store, err := blob.NewFolder(w.T.TempDir())
	if err != nil {
		w.T.Fatal(err)
	}
	files := attachments.New(attachments.Deps{DB: w.DB, Store: store})
	a := &acts.Acts{DB: w.DB, Names: listed.NewNameCache(), Files: files, Catalogue: w.Catalogue, Base: func(context.Context) string { return "https://kamnik.example" }}
	m := &mailbox.Module{DB: w.DB, Acts: a, Clock: w.Clock, Boxes: map[string]mailbox.Box{w.A.Slug: {Address: address, Secret: secret, Plus: true}}}
	a.Post = m.Post
	x := &world{World: w, m: m, eva: w.Staff(w.A, id.New(), "Eva Vidmar", "manager"), visitor: w.Visitor(w.A), files: files}
	site := w.Serve(tenanttest.People(map[string]context.Context{"eva": x.eva}), served{m})
	x.staff, x.service = site.As("eva"), site.As("")
	return x
}

// letter writes an e-mail.
func letter(from, subject, messageID, body string, more ...string) string {
	return "From: " + from + "\r\nTo: " + address + "\r\nSubject: " + subject + "\r\nMessage-ID: <" + messageID + ">\r\nDate: Sat, 21 Nov 2026 08:00:00 +0100\r\n" +
		strings.Join(append(more, ""), "\r\n") + "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + body + "\r\n"
}

func (x *world) take(raw string) *mailbox.CaseMail {
	x.T.Helper()
	row, err := x.m.Take(x.visitor, []byte(raw))
	if err != nil {
		x.T.Fatal(err)
	}
	return row
}

func (x *world) load(caseID string) (c *stored.Case) {
	x.T.Helper()
	x.View(x.eva, func(ctx context.Context, tx *tenant.Tx) (err error) {
		c, err = stored.Find(ctx, tx, caseID)
		return err
	})
	return c
}

func (x *world) thread(caseID string) (list []stored.CaseMessage) {
	x.View(x.eva, func(ctx context.Context, tx *tenant.Tx) (err error) {
		list, err = stored.Thread(ctx, tx, caseID, []string{stored.ToPublic, stored.ToReporter, stored.ToInternal})
		return err
	})
	return list
}

// sent are our letters of a kind, the newest first.
func (x *world) sent(kind string) (out []mail.Stored) {
	x.T.Helper()
	all, err := mail.Recent(context.Background(), x.Raw.Read, x.A.ID, 200)
	if err != nil {
		x.T.Fatal(err)
	}
	for _, m := range all {
		if m.Kind == kind {
			out = append(out, m)
		}
	}
	return out
}

func (x *world) cases() (n int) {
	x.View(x.eva, func(ctx context.Context, tx *tenant.Tx) error {
		k, err := tx.Select((*stored.Case)(nil)).Count(ctx)
		n = int(k)
		return err
	})
	return n
}

const body = "Pred šolo na Šutni že tri dni ne gori luč. Prosim, uredite."

// TestAConversationByEmail begins a case, is answered, and comes back to the case, whichever way the answer names it.
func TestAConversationByEmail(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		x := newWorld(w)
		first := x.take(letter("Ana Novak <ana@person.example>", "Luč ne gori", "one@person", body))
		c := x.load(first.CaseID)
		if first.Outcome != mailbox.NewCase || c.Channel != "email" || c.Title != "Luč ne gori" || c.Body != body || c.State != stored.Received || c.Published || c.Number == "" || !c.FirstAnswerAt.IsZero() {
			t.Fatalf("%s: %+v", first.Outcome, c)
		}
		if again := x.take(letter("Ana Novak <ana@person.example>", "Luč ne gori", "one@person", body)); again.ID != first.ID || x.cases() != 1 {
			t.Error("the same message twice became two")
		}
		receipts := x.sent("cases.received")
		if len(receipts) != 1 || !strings.Contains(receipts[0].Text, c.Number) || !strings.Contains(receipts[0].Text, "Luč ne gori") || !strings.Contains(receipts[0].Text, "21. novembra 2026") {
			t.Fatalf("receipts %+v", receipts)
		}
		if want := "pobude+" + receipts[0].ID + "@kamnik.example"; receipts[0].ReplyTo != want {
			t.Errorf("answers go to %s, want %s", receipts[0].ReplyTo, want)
		}
		x.replies(t, c, receipts[0].ID)
		x.question(t, c)
	})
}

// replies names the case in each of the four ways.
func (x *world) replies(t *testing.T, c *stored.Case, receipt string) {
	t.Helper()
	for i, raw := range []string{
		letter("ana@person.example", "Re: nekaj", "two@person", "Še vedno je temno.\r\n\r\nOn Friday Kamnik wrote:\r\n> prejeli smo", "In-Reply-To: <"+receipt+"@glas.example>"),
		strings.Replace(letter("ANA@person.example", "Še to", "three@person", "Še ena svetilka."), "To: "+address, "To: pobude+"+receipt+"@kamnik.example", 1),
		letter("ana@person.example", "Zadeva "+c.Number, "four@person", "Tretje sporočilo."),
		letter("ana@person.example", "Dodajam", "five@person", "Četrto sporočilo.", "References: <one@person>"),
	} {
		row := x.take(raw)
		if row.Outcome != mailbox.Reply || row.CaseID != c.ID {
			t.Errorf("reply %d became %s", i+1, row.Outcome)
		}
		x.take(raw)
		if list := x.thread(c.ID); len(list) != i+1 {
			t.Fatalf("after reply %d the thread has %d messages", i+1, len(list))
		}
	}
	if list := x.thread(c.ID); list[0].Body != "Še vedno je temno." {
		t.Errorf("the quotation came too: %q", list[0].Body)
	}
}

// question is asked by staff, answered by e-mail, and so the waiting ends.
func (x *world) question(t *testing.T, c *stored.Case) {
	t.Helper()
	if _, err := x.m.Acts.Triage(x.eva, acts.Key{ID: c.ID}); err != nil {
		t.Fatal(err)
	}
	if _, err := x.m.Acts.Ask(x.eva, acts.Key{ID: c.ID}, "Katera svetilka natančno?"); err != nil {
		t.Fatal(err)
	}
	asked := x.sent("cases.asked")[0]
	x.take(letter("ana@person.example", "Re: "+asked.Subject, "six@person", "Druga od šole.", "In-Reply-To: <"+asked.ID+"@glas.example>"))
	if got := x.load(c.ID).State; got != stored.InReview {
		t.Errorf("after the answer: %s", got)
	}
}

// TestAStrangerStaysOutside: neither the number nor a letter of the case lets anybody else in.
func TestAStrangerStaysOutside(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		x := newWorld(w)
		c := x.load(x.take(letter("ana@person.example", "Luč ne gori", "one@person", body)).CaseID)
		receipt := x.sent("cases.received")[0].ID
		for i, raw := range []string{
			letter("tuj@stranger.example", "Glede "+c.Number, "s1@x", "Jaz bi rad kaj izvedel o tem."),
			letter("tuj@stranger.example", "Re: Prejeto", "s2@x", "Posredovano mi je bilo to pismo.", "In-Reply-To: <"+receipt+"@glas.example>"),
		} {
			row := x.take(raw)
			if row.Outcome != mailbox.NewCase || row.CaseID == c.ID || row.HintID != c.ID {
				t.Fatalf("stranger %d: %s, case %s, hint %s", i+1, row.Outcome, row.CaseID, row.HintID)
			}
			if len(x.thread(c.ID)) != 0 {
				t.Error("a stranger got into the thread")
			}
			if i > 0 {
				continue
			}
			// Staff see that and may join it.
			want(t, x.staff.Get("/admin/inbox?show=unclear"), 200, c.Number)
			want(t, x.staff.Get("/admin/inbox/"+row.ID), 200, `value="`+c.Number+`"`) // the case that it may belong to stands in the field
			want(t, x.staff.Post("/admin/inbox/"+row.ID, url.Values{"action": {"move"}, "number": {"XXX-2026-000999"}}), 422, "")
			want(t, x.staff.Post("/admin/inbox/"+row.ID, url.Values{"action": {"move"}, "number": {c.Number}}), 303, "")
			if got := x.load(row.CaseID); got.State != stored.Merged || got.MergedInto != c.ID {
				t.Errorf("joined: %s", got.State)
			}
			want(t, x.service.Get("/admin/inbox"), 303, "")
		}
	})
}

// TestProgramsBeginNothing: automatic messages, and letters that came back.
func TestProgramsBeginNothing(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		x := newWorld(w)
		c := x.load(x.take(letter("ana@person.example", "Luč ne gori", "one@person", body)).CaseID)
		receipt := x.sent("cases.received")[0].ID
		away := x.take(letter("ana@person.example", "Odsoten", "a1@x", "Nisem v pisarni.", "Auto-Submitted: auto-replied", "In-Reply-To: <"+receipt+"@glas.example>"))
		own := x.take(letter(address, "Luč", "a2@x", body))
		if away.Outcome != mailbox.Automatic || own.Outcome != mailbox.Automatic || x.cases() != 1 || len(x.thread(c.ID)) != 0 {
			t.Fatalf("automatic: %s, %s, %d cases", away.Outcome, own.Outcome, x.cases())
		}
		back := "From: MAILER-DAEMON@mx.example\r\nTo: " + address + "\r\nSubject: Undelivered\r\nMessage-ID: <b1@mx>\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n" +
			"--b\r\nContent-Type: text/plain\r\n\r\nUser unknown: ana@person.example\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <" + receipt + "@glas.example>\r\nSubject: x\r\n\r\ny\r\n--b--\r\n"
		if row := x.take(back); row.Outcome != mailbox.Bounce || row.CaseID != c.ID {
			t.Fatalf("came back: %+v", row)
		}
		if list := x.thread(c.ID); len(list) != 1 || list[0].Audience != stored.ToInternal || !strings.Contains(list[0].Bounce, "User unknown") {
			t.Errorf("staff are not told: %+v", list)
		}
		want(t, x.staff.Get("/admin/inbox?show=bounce"), 200, "User unknown")
		// The letter with a question is marked at the message that it carried.
		if _, err := x.m.Acts.Triage(x.eva, acts.Key{ID: c.ID}); err != nil {
			t.Fatal(err)
		}
		if _, err := x.m.Acts.Ask(x.eva, acts.Key{ID: c.ID}, "Katera svetilka natančno?"); err != nil {
			t.Fatal(err)
		}
		x.take(strings.NewReplacer(receipt, x.sent("cases.asked")[0].ID, "b1@mx", "b2@mx").Replace(back))
		marked := 0
		for _, l := range x.thread(c.ID) {
			if l.Direction == stored.Out && l.Bounce != "" {
				marked++
			}
		}
		if marked != 1 {
			t.Errorf("%d messages are marked", marked)
		}
	})
}

// TestSpamAndFloods: what staff threw out comes no more, and one address cannot begin cases for ever.
func TestSpamAndFloods(t *testing.T) {
	w := tenanttest.New(t)
	x := newWorld(w)
	row := x.take(letter("kup@spam.example", "Poceni", "m1@spam", "Kupite danes, jutri bo dražje!"))
	want(t, x.staff.Post("/admin/inbox/"+row.ID, url.Values{"action": {"spam"}}), 303, "")
	if x.load(row.CaseID).State != stored.Spam {
		t.Error("its case is not spam")
	}
	if next := x.take(letter("kup@spam.example", "Poceni", "m2@spam", "Kupite zdaj, zares poceni!")); next.Outcome != mailbox.Junk || next.CaseID != "" {
		t.Errorf("the next one became %s", next.Outcome)
	}
	want(t, x.staff.Post("/admin/inbox/"+row.ID, url.Values{"action": {"case"}}), 303, "")
	if x.load(row.CaseID).State != stored.InReview {
		t.Error("it did not come back")
	}
	var last *mailbox.CaseMail
	for i := range 21 {
		last = x.take(letter("stroj@loop.example", fmt.Sprintf("Sporočilo %d", i), fmt.Sprintf("l%d@loop", i), fmt.Sprintf("Dolgo besedilo številka %d.", i)))
	}
	if last.Outcome != mailbox.Held || last.CaseID != "" {
		t.Errorf("the twenty-first became %s", last.Outcome)
	}
	want(t, x.staff.Post("/admin/inbox/"+last.ID, url.Values{"action": {"case"}}), 303, "")
	want(t, x.staff.Get("/admin/inbox"), 200, "Sporočilo 20")
	x.Clock.Add(31 * 24 * time.Hour)
	if err := x.m.Sweep(x.visitor, job.Job{}); err != nil {
		t.Fatal(err)
	}
}

// TestPhotosAndOddMessages: photos become files of the case, drawn anew in a job; what cannot be taken is said; nothing breaks.
func TestPhotosAndOddMessages(t *testing.T) {
	w := tenanttest.New(t)
	x := newWorld(w)
	img := image.NewRGBA(image.Rect(0, 0, 64, 48))
	img.Set(1, 1, color.RGBA{R: 255, A: 255})
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, img, nil); err != nil {
		t.Fatal(err)
	}
	part := func(name, kind string, data []byte) string {
		return "--b\r\nContent-Type: " + kind + "\r\nContent-Disposition: attachment; filename=\"" + name + "\"\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64.StdEncoding.EncodeToString(data) + "\r\n"
	}
	row := x.take("From: ana@person.example\r\nTo: " + address + "\r\nSubject: =?utf-8?q?Lu=C4=8D?=\r\nMessage-ID: <p1@x>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nGlej\r\n" + part("luc.jpg", "image/jpeg", buf.Bytes()) + part("virus.exe", "application/octet-stream", []byte("MZ nope")) + "--b--\r\n")
	if row.Outcome != mailbox.NewCase || row.Problem != "files" || len(row.Files) != 2 {
		t.Fatalf("%+v", row)
	}
	x.Jobs(x.files.Jobs())
	x.View(x.eva, func(ctx context.Context, tx *tenant.Tx) error {
		c, err := stored.Find(ctx, tx, row.CaseID)
		if err != nil {
			return err
		}
		has, err := attachments.Of(ctx, tx, []subject.Ref{c.Ref()})
		if err == nil && len(has[c.Ref()]) != 1 {
			t.Errorf("%d files", len(has[c.Ref()]))
		}
		return err
	})
	for i, raw := range []string{letter("Brez <neveljaven@naslov@x>", "", "o1@x", ""), letter("nekdo@x.example", "", "o2@x", ""), "nothing like an e-mail", "", strings.Repeat("\x00\xff", 100)} {
		if _, err := x.m.Take(x.visitor, []byte(raw)); err != nil {
			t.Errorf("odd message %d: %v", i, err)
		}
	}
	want(t, x.staff.Get("/admin/inbox"), 200, "")
}

// TestSignedCalls: 202 for a call with the secret, also the second time, 401 without, 413 beyond 25 MB.
func TestSignedCalls(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		x := newWorld(w)
		raw := letter("ana@person.example", "Luč ne gori", "one@person", body)
		call := func(body, signature string) webtest.Response {
			return x.service.Do("POST", "/hooks/inbound/email", strings.NewReader(body), "message/rfc822", mailbox.SignatureHeader, signature)
		}
		good := inbox.Sign([]byte(secret), w.Clock.Now(), []byte(raw))
		want(t, call(raw, good), 202, `"case"`)
		want(t, call(raw, good), 202, `"case"`)
		want(t, call(raw+"x", good), 401, "")
		want(t, call(raw, inbox.Sign([]byte("another secret, also long"), w.Clock.Now(), []byte(raw))), 401, "")
		want(t, call(raw, ""), 401, "")
		want(t, call(raw, inbox.Sign([]byte(secret), w.Clock.Now().Add(-time.Hour), []byte(raw))), 401, "")
		if x.cases() != 1 {
			t.Errorf("%d cases", x.cases())
		}
		big := strings.Repeat("x", inbox.MaxBytes+1)
		want(t, call(big, inbox.Sign([]byte(secret), w.Clock.Now(), []byte(big))), 413, "")
	})
}

type literal struct{ *strings.Reader }

// Size implements imap.LiteralReader.
func (l literal) Size() int64 { return l.Reader.Size() }

// TestAMailServerIsPolled reads from a mail server on this machine; what it says when it is away, staff read.
func TestAMailServerIsPolled(t *testing.T) {
	tenanttest.Each(t, func(t *testing.T, w *tenanttest.World) {
		x := newWorld(w)
		user := imapmemserver.NewUser("mesto", "geslo")
		if err := user.Create("INBOX", nil); err != nil {
			t.Fatal(err)
		}
		memory := imapmemserver.New()
		memory.AddUser(user)
		server := imapserver.New(&imapserver.Options{NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return memory.NewSession(), nil, nil
		}, Caps: imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapIMAP4rev2: {}}, InsecureAuth: true})
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		go server.Serve(ln) //nolint:errcheck // ends with the test
		t.Cleanup(func() { server.Close() })
		boxes, err := mailbox.ReadBoxes("[" + w.A.Slug + "]\naddress = \"Pobude@Kamnik.example\"\nimap = \"imap://mesto:geslo@" + ln.Addr().String() + "/INBOX\"\n")
		if err != nil {
			t.Fatal(err)
		}
		x.m.Boxes = boxes
		for i := range 3 {
			raw := letter("ana@person.example", fmt.Sprintf("Luč %d", i), fmt.Sprintf("m%d@person", i), fmt.Sprintf("%s %d", body, i))
			if _, err := user.Append("INBOX", literal{strings.NewReader(raw)}, &imap.AppendOptions{}); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 {
			if err := x.m.Fetch(x.visitor, job.Job{}); err != nil {
				t.Fatal(err)
			}
		}
		if x.cases() != 3 || len(x.sent("cases.received")) != 3 {
			t.Errorf("%d cases, %d receipts", x.cases(), len(x.sent("cases.received")))
		}
		server.Close()
		if err := x.m.Fetch(x.visitor, job.Job{}); err != nil {
			t.Fatal(err)
		}
		want(t, x.staff.Get("/admin/inbox"), 200, "reach mailbox")
		if err := x.m.Fetch(x.Visitor(x.B), job.Job{}); err != nil {
			t.Errorf("a municipality without a mailbox: %v", err)
		}
	})
}

func TestSettings(t *testing.T) {
	for _, bad := range []string{"[a]\naddress = \"x\"", "[a]\naddress = \"a@b.si\"\nsecret = \"short\"", "[a]\naddress = \"a@b.si\"\nimap = \"pop3://u:geheim@h\"", "[a]\nadress = \"a@b.si\"", "a = geheim"} {
		if _, err := mailbox.ReadBoxes(bad); err == nil || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if b, err := mailbox.ReadBoxes(""); err != nil || len(b) != 0 {
		t.Errorf("nothing: %v, %v", b, err)
	}
}

func want(t *testing.T, r webtest.Response, status int, part string) {
	t.Helper()
	if r.Status != status || !strings.Contains(r.Body, part) {
		t.Errorf("status %d, want %d with %q: %.400s", r.Status, status, part, r.Body)
	}
}

var _ web.Module = served{}
