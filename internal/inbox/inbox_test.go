package inbox

import (
	"context"
	"encoding/base64"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"
	"golang.org/x/text/encoding/charmap"
)

func raw(lines ...string) []byte { return []byte(strings.Join(lines, "\r\n")) }

func parse(t *testing.T, b []byte) *Message {
	t.Helper()
	m, err := Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestAMessageWithFiles(t *testing.T) {
	photo := base64.StdEncoding.EncodeToString([]byte("\xff\xd8\xff a photo"))
	m := parse(t, raw(
		"From: =?utf-8?q?An=C5=BEe_Kova=C4=8D?= <Anze@Example.SI>", "To: Mesto <pobude@velenje.example>", "Cc: x@y.example",
		"Subject: =?utf-8?q?Lu=C4=8D_ne_gori?=", "Message-ID: <a1@example.si>", "In-Reply-To: <case-9@velenje.example>",
		"References: <first@x> <case-9@velenje.example>", "Date: Fri, 20 Nov 2026 13:00:00 +0100", "MIME-Version: 1.0",
		`Content-Type: multipart/mixed; boundary="b"`, "", "--b", `Content-Type: multipart/alternative; boundary="c"`, "",
		"--c", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable", "", "Na Kidri=C4=8Devi 10 ne gori lu=C4=8D.",
		"--c", "Content-Type: text/html", "", "<p>Na <b>Kidričevi</b></p><script>x</script>", "--c--",
		"--b", `Content-Type: image/jpeg; name="../../lu=?utf-8?q?=C4=8D?=.jpg"`, "Content-Transfer-Encoding: base64", "Content-Disposition: attachment", "", photo, "--b--", ""))
	if m.From != "anze@example.si" || m.FromName != "Anže Kovač" || m.Subject != "Luč ne gori" || m.ID != "a1@example.si" {
		t.Errorf("head: %+v", m)
	}
	if strings.Join(m.Answers, " ") != "case-9@velenje.example case-9@velenje.example first@x" || strings.Join(m.To, " ") != "pobude@velenje.example x@y.example" {
		t.Errorf("answers %v, to %v", m.Answers, m.To)
	}
	if m.Text != "Na Kidričevi 10 ne gori luč." || m.Automatic || m.Cut || !m.Date.Equal(time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)) {
		t.Errorf("%q at %s, automatic %t", m.Text, m.Date, m.Automatic)
	}
	if len(m.Files) != 1 || strings.ContainsAny(m.Files[0].Name, `/\`) || string(m.Files[0].Data) != "\xff\xd8\xff a photo" {
		t.Errorf("files %+v", m.Files)
	}
}

func TestOldEncodingsAndHTMLOnly(t *testing.T) {
	body, err := charmap.Windows1251.NewEncoder().String("Дупка на улица „Средна“")
	if err != nil {
		t.Fatal(err)
	}
	m := parse(t, raw("From: a@b.example", "Content-Type: text/plain; charset=windows-1251", "Content-Transfer-Encoding: 8bit", "", body))
	if m.Text != "Дупка на улица „Средна“" {
		t.Errorf("windows-1251: %q", m.Text)
	}
	body, err = charmap.ISO8859_9.NewEncoder().String("<p>Işıklar Caddesi</p><p>çukur &amp; su</p><script>alert(1)</script>")
	if err != nil {
		t.Fatal(err)
	}
	m = parse(t, raw("From: a@b.example", "Content-Type: text/html; charset=iso-8859-9", "", body))
	if !strings.Contains(m.Text, "Işıklar Caddesi") || !strings.Contains(m.Text, "çukur & su") || strings.Contains(m.Text, "alert") {
		t.Errorf("HTML only: %q", m.Text)
	}
	m = parse(t, raw("From: a@b.example", "Subject: x", "Content-Type: text/plain; charset=nobody-knows", "", "words"))
	if m.Text != "words" {
		t.Errorf("unknown encoding: %q", m.Text)
	}
}

func TestProgramsAreToldApart(t *testing.T) {
	for _, head := range []string{"Auto-Submitted: auto-replied", "Precedence: bulk", "List-Id: <x>", "X-Autoreply: yes", "Return-Path: <>"} {
		if !parse(t, raw("From: a@b.example", head, "", "Not here until Monday")).Automatic {
			t.Errorf("%s was taken for a person", head)
		}
	}
	if parse(t, raw("From: a@b.example", "Auto-Submitted: no", "", "x")).Automatic {
		t.Error("a person was taken for a program")
	}
	m := parse(t, raw("From: MAILER-DAEMON@b.example", `Content-Type: multipart/report; report-type=delivery-status; boundary="b"`, "",
		"--b", "Content-Type: text/plain", "", "Sorry", "--b", "Content-Type: message/delivery-status", "", "Status: 5.1.1",
		"--b", "Content-Type: message/rfc822", "", "Subject: x", "Message-ID: <case-9@velenje.example>", "", "body", "--b--"))
	if !m.Automatic || m.Bounced != "case-9@velenje.example" {
		t.Errorf("a report of failed delivery: %+v", m)
	}
}

func TestBrokenMessages(t *testing.T) {
	for _, b := range [][]byte{nil, []byte("\x00\x01\x02"), []byte("no head at all")} {
		if _, err := Parse(b); !errors.Is(err, ErrNoMessage) {
			t.Errorf("%q: %v", b, err)
		}
	}
	m := parse(t, raw("From: a@b.example", `Content-Type: multipart/mixed; boundary="b"`, "", "--b", "Content-Type: text/plain", "", "cut off in the mid"))
	if !strings.HasPrefix(m.Text, "cut off") {
		t.Errorf("a message that was cut off: %q", m.Text)
	}
	deep := "From: a@b.example\r\n"
	for i := range 200 {
		b := string(rune('a'+i%26)) + strings.Repeat("x", i/26)
		deep += "Content-Type: multipart/mixed; boundary=" + b + "\r\n\r\n--" + b + "\r\n"
	}
	if m := parse(t, []byte(deep+"Content-Type: text/plain\r\n\r\nx")); !m.Cut {
		t.Error("a message 200 parts deep was read to its ground")
	}
}

func TestFreshWords(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"Thank you.\n\nOn Fri, Nov 20, 2026 at 1:00 PM City <a@b.example> wrote:\n> earlier", "Thank you."},
		{"Hvala.\n\nV pet., 20. nov. 2026 ob 13:00 je oseba Mesto <a@b.example> napisala:\n> prej", "Hvala."},
		{"Hvala.\n20. 11. 2026 13:00 je Mesto napisal/-a:\n> prej", "Hvala."},
		{"Благодаря.\nНа 20.11.2026 г. в 13:00 ч. Община <a@b.example> написа:\n> преди", "Благодаря."},
		{"Ευχαριστώ.\nΣτις Παρ 20 Νοε 2026 στις 1:00 μ.μ., ο χρήστης Δήμος <a@b.example> έγραψε:\n> πριν", "Ευχαριστώ."},
		{"Teşekkürler.\nBelediye <a@b.example>, 20 Kas 2026 Cum, 13:00 tarihinde şunu yazdı:\n> önce", "Teşekkürler."},
		{"On Friday Ana wrote:\n> a question\nAn answer below.", "On Friday Ana wrote:\nAn answer below."},
		{"Yes.\n-- \nAnže\nfirm", "Yes."},
		{"Yes.\n\nFrom: City <a@b.example>\nSent: Friday\nTo: me\nSubject: x\n\nearlier", "Yes."},
		{"On Friday the council wrote to us, and we agree.", "On Friday the council wrote to us, and we agree."},
		{"> only quotes", "> only quotes"},
	} {
		if got := Fresh(c.in); got != c.want {
			t.Errorf("of %q stays %q, want %q", c.in, got, c.want)
		}
	}
}

// mailServer is a mail server on this machine with one mailbox.
func mailServer(t *testing.T) (Mailbox, *imapmemserver.User) {
	t.Helper()
	user := imapmemserver.NewUser("mesto", "geslo")
	if err := user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	memory := imapmemserver.New()
	memory.AddUser(user)
	server := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return memory.NewSession(), nil, nil
		},
		Caps:         imap.CapSet{imap.CapIMAP4rev1: {}, imap.CapIMAP4rev2: {}},
		InsecureAuth: true,
	})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go server.Serve(ln) //nolint:errcheck // ends with the test
	t.Cleanup(func() { server.Close() })
	m, err := ParseMailbox("imap://mesto:geslo@" + ln.Addr().String() + "/INBOX")
	if err != nil {
		t.Fatal(err)
	}
	return m, user
}

type literal struct{ *strings.Reader }

// Size implements imap.LiteralReader.
func (l literal) Size() int64 { return l.Reader.Size() }

func put(t *testing.T, user *imapmemserver.User, s string) {
	t.Helper()
	if _, err := user.Append("INBOX", literal{strings.NewReader(s)}, &imap.AppendOptions{}); err != nil {
		t.Fatal(err)
	}
}

func TestAMailboxIsEmptiedOnceAndNothingIsLost(t *testing.T) {
	box, user := mailServer(t)
	for _, s := range []string{"first", "second", "third"} {
		put(t, user, "From: a@b.example\r\nSubject: "+s+"\r\n\r\nbody of "+s)
	}
	var got []string
	broken := errors.New("the database is away")
	read := func(fail string) func(context.Context, []byte) error {
		return func(_ context.Context, raw []byte) error {
			m, err := Parse(raw)
			if err != nil {
				return err
			}
			if m.Subject == fail {
				return broken
			}
			got = append(got, m.Subject+": "+m.Text)
			return nil
		}
	}
	n, err := box.Fetch(context.Background(), read("second"))
	if n != 2 || !errors.Is(err, broken) {
		t.Errorf("first run: %d, %v", n, err)
	}
	if n, err = box.Fetch(context.Background(), read("")); n != 1 || err != nil {
		t.Errorf("second run: %d, %v", n, err)
	}
	if n, err = box.Fetch(context.Background(), read("")); n != 0 || err != nil {
		t.Errorf("third run: %d, %v", n, err)
	}
	if want := "first: body of first|third: body of third|second: body of second"; strings.Join(got, "|") != want {
		t.Errorf("got %v", got)
	}
	box.Password = "wrong"
	if _, err := box.Fetch(context.Background(), read("")); err == nil || strings.Contains(err.Error(), "wrong") {
		t.Errorf("a wrong password: %v", err)
	}
}

func TestMailboxAddresses(t *testing.T) {
	m, err := ParseMailbox("imaps://pobude%40velenje.si:s%2Fecret@mail.velenje.si/Pobude")
	if err != nil || m != (Mailbox{Address: "mail.velenje.si:993", User: "pobude@velenje.si", Password: "s/ecret", Folder: "Pobude"}) {
		t.Errorf("%+v, %v", m, err)
	}
	for _, bad := range []string{"", "mail.velenje.si", "imap://a:geheim@mail.velenje.si", "pop3://a:geheim@localhost", "imaps://a:ge%ZZheim@x"} {
		if _, err := ParseMailbox(bad); err == nil || strings.Contains(err.Error(), "heim") {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestSignedCalls(t *testing.T) {
	secret, body, now := []byte("shared"), []byte("From: a@b\r\n\r\nx"), time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	good := Sign(secret, now, body)
	if err := Verify(secret, now.Add(window), good, body); err != nil {
		t.Error(err)
	}
	for what, err := range map[string]error{
		"another body":   Verify(secret, now, good, []byte("y")),
		"another secret": Verify([]byte("other"), now, good, body),
		"no secret":      Verify(nil, now, Sign(nil, now, body), body),
		"too old":        Verify(secret, now.Add(window+time.Second), good, body),
		"from to-morrow": Verify(secret, now.Add(-window-time.Second), good, body),
		"no signature":   Verify(secret, now, "", body),
	} {
		if !errors.Is(err, ErrSignature) {
			t.Errorf("%s was taken: %v", what, err)
		}
	}
}
