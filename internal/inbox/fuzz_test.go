package inbox

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// FuzzParse: whatever a stranger sends is read or refused, and what was read can be stored and written into a header.
func FuzzParse(f *testing.F) {
	f.Add([]byte("From: Ana <ana@velenje.example>\r\nSubject: =?utf-8?q?Lu=C4=8D?=\r\nMessage-ID: <a@b>\r\n\r\nNe gori.\r\n\r\nAna je napisala:\r\n> Kje?\r\n"))
	f.Add([]byte("From: a@b.example\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html; charset=windows-1250\r\n\r\n<p>a<br>b\r\n--x\r\n" +
		"Content-Type: image/png\r\nContent-Disposition: attachment; filename*=utf-8''..%2F%0Aa.png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--x--\r\n"))
	f.Add([]byte("From: mailer-daemon@b.example\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <q@w>\r\n\r\n--x--"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		m, err := Parse(raw)
		if err != nil {
			return
		}
		heads := append([]string{m.ID, m.From, m.FromName, m.Subject, m.Bounced}, append(m.To, m.Answers...)...)
		for _, file := range m.Files {
			heads = append(heads, file.Name, file.Type)
			if strings.ContainsAny(file.Name, "/\\") {
				t.Errorf("the name %q leads elsewhere", file.Name)
			}
		}
		for _, s := range heads {
			if strings.ContainsAny(s, "\r\n\x00") || !utf8.ValidString(s) {
				t.Errorf("%q breaks a line or is no text", s)
			}
		}
		if !utf8.ValidString(m.Text) || strings.Contains(m.Text, "\x00") || len(m.Files) > maxFiles {
			t.Errorf("%d files and the text %q", len(m.Files), m.Text)
		}
		if (m.Fresh == "") != (strings.TrimSpace(m.Text) == "") {
			t.Errorf("%q became %q", m.Text, m.Fresh)
		}
	})
}

// FuzzVerify: nothing but the signature of the secret is taken.
func FuzzVerify(f *testing.F) {
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	f.Add(Sign([]byte("secret"), now, []byte("body")), []byte("body"))
	f.Add("t=1772366400,v1=", []byte{})
	f.Fuzz(func(t *testing.T, signature string, body []byte) {
		if Verify([]byte("another secret"), now, signature, body) == nil {
			t.Error("taken")
		}
	})
}
