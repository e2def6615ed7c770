package mail_test

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/uptrace/bun"

	"glas/internal/clock"
	"glas/internal/db"
	"glas/internal/mail"
	"glas/internal/testenv"
)

var (
	start = time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	hello = mail.Message{To: "ana@example.org", Subject: "Hello", Text: "Good morning", Kind: "test"}
)

type bench struct {
	db     *db.DB
	clock  *clock.Fixed
	server *server
	sender mail.Sender
}

func newBench(t *testing.T, d *db.DB) *bench {
	t.Helper()
	b := &bench{db: d, clock: clock.NewFixed(start), server: newServer(t)}
	b.sender = smtpTo(t, b.server.url(""), b.clock)
	return b
}

func smtpTo(t *testing.T, address string, c clock.Clock) mail.Sender {
	t.Helper()
	s, err := mail.NewSMTP(address, c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (b *bench) put(t *testing.T, m mail.Message) {
	t.Helper()
	if err := mail.Put(context.Background(), b.db.Write, "kranj", b.clock.Now(), m); err != nil {
		t.Fatal(err)
	}
}

func (b *bench) deliver(t *testing.T, want int) error {
	t.Helper()
	n, err := mail.Deliver(context.Background(), b.db.Write, b.sender, b.clock)
	if n != want {
		t.Errorf("delivered %d, want %d (%v)", n, want, err)
	}
	return err
}

func (b *bench) recent(t *testing.T) []mail.Stored {
	t.Helper()
	stored, err := mail.Recent(context.Background(), b.db.Read, "kranj", 100)
	if err != nil {
		t.Fatal(err)
	}
	return stored
}

func parts(t *testing.T, data string) (*netmail.Message, []string) {
	t.Helper()
	for _, line := range strings.SplitAfter(data, "\r\n") {
		if len(line) > 80 || strings.ContainsAny(strings.TrimSuffix(line, "\r\n"), "\r\n") {
			t.Errorf("line of %d bytes or with a bare break: %q", len(line), line)
		}
	}
	m, err := netmail.ReadMessage(strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	if kind == "text/plain" {
		text, err := io.ReadAll(quotedprintable.NewReader(m.Body))
		if err != nil {
			t.Fatal(err)
		}
		return m, []string{string(text)}
	}
	var texts []string
	for r := multipart.NewReader(m.Body, params["boundary"]); ; {
		p, err := r.NextPart() // decodes quoted-printable itself
		if errors.Is(err, io.EOF) {
			return m, texts
		}
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(p)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, p.Header.Get("Content-Type")+"|"+string(text))
	}
}

func TestLetterArrivesAsItWasWritten(t *testing.T) {
	b := newBench(t, testenv.Open(t, testenv.SQLite(t)))
	text := "Здравейте,\n.dot first\n" + strings.Repeat("Ένα πολύ μακρύ κείμενο. ", 30) + "\n = ?\n"
	subject := "Предложението „Пешеходна улица“ беше публикувано и вече може да се подкрепя от всички жители"
	b.put(t, mail.Message{
		To: "an@ОБЩИНА.бг", FromName: "Mestna občina Kranj, oddelek za prostor in okolje", ReplyTo: "info@kranj.example",
		Subject: subject, Text: text, HTML: "<p>Çok güzel ışık</p>", ListUnsubscribe: "https://kranj.example/u/abc",
	})
	b.put(t, hello)
	if err := b.deliver(t, 2); err != nil {
		t.Fatal(err)
	}
	if len(b.server.letters) != 2 || b.server.connections != 1 {
		t.Fatalf("%d letters on %d connections", len(b.server.letters), b.server.connections)
	}
	got := b.server.letters[0]
	if got.from != "MAIL FROM:<glas@example.org> BODY=8BITMIME" || got.to != "RCPT TO:<an@xn--80abvuc1e.xn--90ae>" {
		t.Errorf("envelope %q %q", got.from, got.to)
	}
	m, texts := parts(t, got.data)
	crlf := strings.ReplaceAll(text, "\n", "\r\n")
	want := []string{"text/plain; charset=utf-8|" + crlf, "text/html; charset=utf-8|<p>Çok güzel ışık</p>"}
	if diff := cmp.Diff(want, texts); diff != "" {
		t.Errorf("parts (-want +got):\n%s", diff)
	}
	decoded, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || decoded != subject {
		t.Errorf("subject %q, %v", decoded, err)
	}
	from, err := m.Header.AddressList("From")
	if err != nil || from[0].Name != "Mestna občina Kranj, oddelek za prostor in okolje" || from[0].Address != "glas@example.org" {
		t.Errorf("from %v, %v", from, err)
	}
	for name, want := range map[string]string{
		"Date": "Sun, 01 Mar 2026 08:00:00 +0000", "Reply-To": "<info@kranj.example>", "Auto-Submitted": "auto-generated",
		"List-Unsubscribe": "<https://kranj.example/u/abc>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click", "Mime-Version": "1.0",
	} {
		if got := m.Header.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	stored := b.recent(t)
	if id := m.Header.Get("Message-ID"); id != "<"+stored[1].ID+"@example.org>" {
		t.Errorf("Message-ID = %q", id)
	}
	plain, texts := parts(t, b.server.letters[1].data)
	if diff := cmp.Diff([]string{"Good morning\r\n"}, texts); diff != "" || plain.Header.Get("List-Unsubscribe") != "" {
		t.Errorf("plain letter: %s %v", diff, plain.Header)
	}
}

func TestSentLetterIsKeptWithoutItsText(t *testing.T) {
	testenv.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		m := hello
		m.HTML, m.ListUnsubscribe = "<a href=secret>", "https://x.example/u"
		b.put(t, m)
		before := b.recent(t)
		if len(before) != 1 || before[0].Message != m || !before[0].SentAt.IsZero() || before[0].TenantID != "kranj" {
			t.Fatalf("before: %+v", before)
		}
		b.clock.Add(time.Minute)
		if err := b.deliver(t, 1); err != nil {
			t.Fatal(err)
		}
		after := b.recent(t)[0]
		if !after.SentAt.Equal(start.Add(time.Minute)) || !after.NextAt.IsZero() || after.Text+after.HTML != "" || after.Subject != "Hello" {
			t.Errorf("after: %+v", after)
		}
		if err := b.deliver(t, 0); err != nil {
			t.Error(err)
		}
		ctx := context.Background()
		b.put(t, hello) // waits, so it is not purged
		if n, err := mail.Purge(ctx, d.Write, start); n != 0 || err != nil {
			t.Errorf("Purge of what is older = %d, %v", n, err)
		}
		if n, err := mail.Purge(ctx, d.Write, start.Add(time.Hour)); n != 1 || err != nil {
			t.Errorf("Purge = %d, %v", n, err)
		}
		if s, err := mail.ReadStats(ctx, d.Read); err != nil || s != (mail.Stats{Waiting: 1}) {
			t.Errorf("stats = %+v, %v", s, err)
		}
	})
}

func TestWithoutServerLettersStayAndCanBeRead(t *testing.T) {
	b := newBench(t, testenv.Open(t, testenv.SQLite(t)))
	b.sender = nil
	b.put(t, hello)
	if err := b.deliver(t, 0); err != nil {
		t.Fatal(err)
	}
	if got := b.recent(t); len(got) != 1 || got[0].Text != "Good morning" || got[0].Attempts != 0 {
		t.Errorf("stored: %+v", got)
	}
}

func TestLetterOfARolledBackTransactionIsNeverSent(t *testing.T) {
	testenv.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		undo := errors.New("undo")
		err := d.Write.RunInTx(context.Background(), nil, func(ctx context.Context, tx bun.Tx) error {
			return errors.Join(mail.Put(ctx, tx, "kranj", start, hello), undo)
		})
		if !errors.Is(err, undo) || len(b.recent(t)) != 0 {
			t.Errorf("%v, %v", err, b.recent(t))
		}
	})
}

func TestRefusedLetterIsKeptAndTheOthersGoOn(t *testing.T) {
	testenv.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		b.server.answer = func(command string) string {
			switch {
			case strings.HasPrefix(command, "RCPT TO:<nobody@"):
				return "550 5.1.1 no such \x00\xff person"
			case command == "the end of RCPT TO:<spam@example.org>":
				return "554 looks like spam"
			case strings.HasPrefix(command, "RCPT TO:<busy@"):
				return "450 4.2.1 greylisted, come back"
			}
			return ""
		}
		for _, to := range []string{"nobody@example.org", "spam@example.org", "busy@example.org", "ana@example.org"} {
			m := hello
			m.To = to
			b.put(t, m)
		}
		if err := b.deliver(t, 1); err != nil {
			t.Fatal(err)
		}
		got := map[string]mail.Stored{}
		for _, s := range b.recent(t) {
			got[s.To] = s
		}
		for to, reason := range map[string]string{"nobody@example.org": "550", "spam@example.org": "554"} {
			if s := got[to]; !s.NextAt.IsZero() || !s.SentAt.IsZero() || !strings.Contains(s.LastError, reason) || s.Text == "" {
				t.Errorf("%s: %+v", to, s)
			}
		}
		if s := got["busy@example.org"]; !s.NextAt.Equal(start.Add(time.Minute)) || !strings.Contains(s.LastError, "450") || s.Attempts != 1 {
			t.Errorf("busy: %+v", s)
		}
		if stats, err := mail.ReadStats(context.Background(), d.Read); err != nil || stats != (mail.Stats{Waiting: 1, Failed: 2}) {
			t.Errorf("stats = %+v, %v", stats, err)
		}
		if err := b.deliver(t, 0); err != nil { // not yet due
			t.Error(err)
		}
		b.server.mu.Lock()
		b.server.answer = func(string) string { return "" }
		b.server.mu.Unlock()
		b.clock.Add(time.Minute)
		if err := b.deliver(t, 1); err != nil {
			t.Error(err)
		}
	})
}

func TestLetterIsGivenUpAfterADayOfAttempts(t *testing.T) {
	b := newBench(t, testenv.Open(t, testenv.SQLite(t)))
	b.server.answer = func(command string) string {
		if strings.HasPrefix(command, "MAIL") {
			return "hang up"
		}
		return ""
	}
	b.put(t, hello)
	attempts := 0
	for !b.recent(t)[0].NextAt.IsZero() && attempts < 100 {
		b.clock.Set(b.recent(t)[0].NextAt)
		if err := b.deliver(t, 0); err != nil {
			t.Fatal(err)
		}
		attempts++
	}
	if past := b.clock.Now().Sub(start); attempts != 16 || past < 20*time.Hour || past > 30*time.Hour {
		t.Errorf("gave up after %d attempts in %v", attempts, past)
	}
	if s := b.recent(t)[0]; s.LastError == "" || s.Text == "" {
		t.Errorf("kept: %+v", s)
	}
}

func TestServerThatIsAwayCostsNoLetterAnAttempt(t *testing.T) {
	testenv.Each(t, func(t *testing.T, d *db.DB) {
		b := newBench(t, d)
		b.sender = smtpTo(t, "smtp://127.0.0.1:1?from=glas@example.org", b.clock)
		b.put(t, hello)
		b.put(t, hello)
		if err := b.deliver(t, 0); err == nil {
			t.Error("no error")
		}
		for _, s := range b.recent(t) {
			if s.Attempts != 0 || !s.NextAt.Equal(start.Add(time.Minute)) || s.LastError == "" {
				t.Errorf("%+v", s)
			}
		}
	})
}

func TestConnectionLostInBetweenIsMadeAgain(t *testing.T) {
	b := newBench(t, testenv.Open(t, testenv.SQLite(t)))
	mails := 0
	b.server.answer = func(command string) string {
		if strings.HasPrefix(command, "MAIL") {
			if mails++; mails == 2 {
				return "hang up"
			}
		}
		return ""
	}
	for range 3 {
		b.put(t, hello)
	}
	if err := b.deliver(t, 2); err != nil {
		t.Error(err)
	}
	if b.server.connections != 2 {
		t.Errorf("%d connections", b.server.connections)
	}
}

func TestPasswordIsOnlySentWhereItIsSafe(t *testing.T) {
	b := newBench(t, testenv.Open(t, testenv.SQLite(t)))
	b.server.extensions = []string{"AUTH PLAIN"}
	b.put(t, hello)
	b.sender = smtpTo(t, b.server.url("glas:geheim"), b.clock)
	if err := b.deliver(t, 1); err != nil { // the own machine
		t.Fatal(err)
	}
	found := false
	for _, c := range b.server.commands {
		found = found || c == "AUTH PLAIN AGdsYXMAZ2VoZWlt"
	}
	if !found {
		t.Errorf("did not sign in: %q", b.server.commands)
	}
	// A certificate nobody vouches for: neither letter nor password goes there.
	trusted := b.server.offerTLS(t)
	b.put(t, hello)
	if err := b.deliver(t, 0); err == nil {
		t.Error("no error")
	}
	for _, c := range b.server.heard() {
		if strings.HasPrefix(c, "AUTH") || strings.HasPrefix(c, "MAIL") {
			t.Errorf("sent %q", c)
		}
	}
	mail.Trust(b.sender.(*mail.SMTP), trusted)
	b.clock.Add(time.Minute)
	if err := b.deliver(t, 1); err != nil {
		t.Fatal(err)
	}
	want := []string{"EHLO example.org", "STARTTLS", "EHLO example.org", "AUTH PLAIN AGdsYXMAZ2VoZWlt"}
	heard := b.server.heard()
	if len(heard) < 8 || !cmp.Equal(want, heard[len(heard)-8:len(heard)-4]) {
		t.Errorf("commands %q", heard)
	}
}

func TestPutRefusesWhatCannotBeSent(t *testing.T) {
	d := testenv.Open(t, testenv.SQLite(t))
	for name, c := range map[string]struct {
		change func(*mail.Message)
		want   error
	}{
		"break in subject":     {func(m *mail.Message) { m.Subject = "a\r\nBcc: all@example.org" }, mail.ErrHeader},
		"break in name":        {func(m *mail.Message) { m.FromName = "a\nb" }, mail.ErrHeader},
		"nul in subject":       {func(m *mail.Message) { m.Subject = "a\x00" }, mail.ErrHeader},
		"line separator":       {func(m *mail.Message) { m.Subject = "a\u2028b" }, mail.ErrHeader},
		"break in unsubscribe": {func(m *mail.Message) { m.ListUnsubscribe = "https://a\r\nX: y" }, mail.ErrHeader},
		"two unsubscribes":     {func(m *mail.Message) { m.ListUnsubscribe = "https://a>,<mailto:x@y.z" }, mail.ErrHeader},
		"break in to":          {func(m *mail.Message) { m.To = "a@example.org\r\nBcc: b@example.org" }, mail.ErrAddress},
		"two addresses":        {func(m *mail.Message) { m.To = "a@example.org, b@example.org" }, mail.ErrAddress},
		"with a name":          {func(m *mail.Message) { m.To = "Ana <a@example.org>" }, mail.ErrAddress},
		"no address":           {func(m *mail.Message) { m.To = "" }, mail.ErrAddress},
		"bad reply to":         {func(m *mail.Message) { m.ReplyTo = "x" }, mail.ErrAddress},
		"no subject":           {func(m *mail.Message) { m.Subject = " " }, mail.ErrEmpty},
		"no text":              {func(m *mail.Message) { m.Text = "" }, mail.ErrEmpty},
	} {
		m := hello
		c.change(&m)
		if err := mail.Put(context.Background(), d.Write, "", start, m); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

func TestAddress(t *testing.T) {
	for in, want := range map[string]string{
		"Ana.Novak+glas@Example.ORG": "Ana.Novak+glas@example.org",
		"a@občina.si":                "a@xn--obina-iya.si",
		"o'neill@example.org":        "o'neill@example.org",
		"ana":                        "", "@example.org": "", "a@": "", "a b@example.org": "", `"a b"@example.org`: "", "a@[127.0.0.1]": "",
		"ана@example.org": "", "a@example.org.": "", "a@exa mple.org": "", "<a@example.org>": "", " a@example.org": "",
		strings.Repeat("a", 65) + "@example.org": "", "a@" + strings.Repeat("b", 64) + ".org": "", "a@-.org": "", "a@a..org": "",
	} {
		got, err := mail.Address(in)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("Address(%q) = %q, %v, want %q", in, got, err, want)
		}
	}
}

func TestNewSMTPTellsMistakesWithoutThePassword(t *testing.T) {
	for _, bad := range []string{
		"", "http://host?from=a@example.org", "smtp://u:hush@?from=a@example.org", "smtp://u:hush@host", "smtp://u:hush@host?from=x",
		"smtp://u:hush%zz@host?from=a@example.org",
	} {
		if _, err := mail.NewSMTP(bad, clock.System); err == nil || strings.Contains(err.Error(), "hush") {
			t.Errorf("NewSMTP(%q) = %v", bad, err)
		}
	}
}
