package mail

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"net/smtp"
	"net/textproto"
	"net/url"
	"strings"
	"time"

	"glas/internal/clock"
)

const (
	dialTimeout   = 15 * time.Second
	letterTimeout = time.Minute
)

// SMTP sends through one mail server.
type SMTP struct {
	addr     string
	host     string
	from     string
	user     string
	password string
	implicit bool
	required bool
	config   *tls.Config
	clock    clock.Clock
}

// NewSMTP returns a sender for an address such as
//
//	smtp://user:password@mail.example.org:587?from=glas@example.org
//
// smtps:// or port 465 speaks TLS from the first byte. smtp:// changes to TLS when the
// server offers it (STARTTLS); with a user or with tls=required it must. The
// certificate is always checked. from is required: the envelope sender and the
// address in From. c gives the Date of the letters.
func NewSMTP(address string, c clock.Clock) (*SMTP, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("mail server address cannot be read") // the text of err holds the password
	}
	if u.Scheme != "smtp" && u.Scheme != "smtps" || u.Hostname() == "" {
		return nil, errors.New("mail server address must begin with smtp:// or smtps:// and name a host")
	}
	from, err := Address(u.Query().Get("from"))
	if err != nil {
		return nil, errors.New("mail server address needs ?from= with a plain mail address")
	}
	s := &SMTP{
		host: u.Hostname(), from: from, user: u.User.Username(), clock: c,
		implicit: u.Scheme == "smtps" || u.Port() == "465",
		config:   &tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12},
	}
	s.password, _ = u.User.Password()
	s.required = s.user != "" || u.Query().Get("tls") == "required"
	port := u.Port()
	switch {
	case port != "":
	case s.implicit:
		port = "465"
	default:
		port = "587"
	}
	s.addr = net.JoinHostPort(s.host, port)
	return s, nil
}

// Connect opens a connection, protected and signed in as configured.
func (s *SMTP) Connect(ctx context.Context) (Conn, error) {
	raw, err := (&net.Dialer{Timeout: dialTimeout}).DialContext(ctx, "tcp", s.addr)
	if err != nil {
		return nil, fmt.Errorf("dial: %w", err)
	}
	// The deadline is one of the machine's time, whatever the clock of the letters says.
	if err := raw.SetDeadline(clock.System.Now().Add(letterTimeout)); err != nil {
		return nil, errors.Join(err, raw.Close())
	}
	line := raw
	if s.implicit {
		line = tls.Client(raw, s.config)
	}
	client, err := smtp.NewClient(line, s.host)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("greet: %w", err), raw.Close())
	}
	if err := s.prepare(client); err != nil {
		return nil, errors.Join(err, raw.Close())
	}
	return &smtpConn{sender: s, raw: raw, client: client}, nil
}

func (s *SMTP) prepare(client *smtp.Client) error {
	_, domain, _ := strings.Cut(s.from, "@")
	if err := client.Hello(domain); err != nil {
		return fmt.Errorf("hello: %w", err)
	}
	if !s.implicit {
		offered, _ := client.Extension("STARTTLS")
		if s.required && !offered && !local(s.host) {
			return errors.New("mail server does not offer STARTTLS")
		}
		if offered {
			if err := client.StartTLS(s.config); err != nil {
				return fmt.Errorf("start TLS: %w", err)
			}
		}
	}
	if s.user == "" {
		return nil
	}
	// PlainAuth itself refuses to send the password without TLS to another machine.
	if err := client.Auth(smtp.PlainAuth("", s.user, s.password, s.host)); err != nil {
		return fmt.Errorf("sign in to mail server: %w", err)
	}
	return nil
}

func local(host string) bool {
	return host == "localhost" || host == "127.0.0.1" || host == "::1"
}

type smtpConn struct {
	sender *SMTP
	raw    net.Conn
	client *smtp.Client
}

// Send hands over one letter; see Conn.
func (c *smtpConn) Send(ctx context.Context, l Letter) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := c.raw.SetDeadline(clock.System.Now().Add(letterTimeout)); err != nil {
		return fmt.Errorf("mail deadline: %w", err)
	}
	body, err := c.sender.compose(l)
	if err != nil {
		return err
	}
	if err := c.client.Mail(c.sender.from); err != nil {
		// Refusing the sender says nothing about the letter.
		return fmt.Errorf("mail from: %w", err)
	}
	if err := c.client.Rcpt(l.To); err != nil {
		return judged("mail to", err)
	}
	w, err := c.client.Data()
	if err != nil {
		return judged("mail data", err)
	}
	if _, err := w.Write(body); err != nil {
		return fmt.Errorf("mail data: %w", err)
	}
	if err := w.Close(); err != nil {
		return judged("mail data", err)
	}
	return nil
}

// Close says goodbye and closes the connection.
func (c *smtpConn) Close() error {
	if err := c.client.Quit(); err != nil {
		// A server that hung up first is no failure: every letter was confirmed.
		_ = c.client.Close()
	}
	return nil
}

// judged tells a final refusal of the server from everything that may pass.
func judged(what string, err error) error {
	var answer *textproto.Error
	if errors.As(err, &answer) && answer.Code >= 500 && answer.Code < 600 {
		return fmt.Errorf("%s: %w", what, &RefusedError{Code: answer.Code, Text: answer.Msg})
	}
	return fmt.Errorf("%s: %w", what, err)
}

// compose writes the letter as it goes over the wire (RFC 5322), before the doubling
// of leading dots.
func (s *SMTP) compose(l Letter) ([]byte, error) {
	_, domain, _ := strings.Cut(s.from, "@")
	var b bytes.Buffer
	header := func(name, value string) { b.WriteString(fold(name + ": " + value)) }
	header("From", (&netmail.Address{Name: l.FromName, Address: s.from}).String())
	header("To", "<"+l.To+">")
	if l.ReplyTo != "" {
		header("Reply-To", "<"+l.ReplyTo+">")
	}
	header("Subject", mime.QEncoding.Encode("utf-8", l.Subject))
	header("Date", s.clock.Now().Format(time.RFC1123Z))
	header("Message-ID", "<"+l.ID+"@"+domain+">")
	header("Auto-Submitted", "auto-generated") // RFC 3834: no automatic answers, please
	if l.ListUnsubscribe != "" {
		header("List-Unsubscribe", "<"+l.ListUnsubscribe+">")
		header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
	}
	header("MIME-Version", "1.0")
	if l.HTML == "" {
		header("Content-Type", "text/plain; charset=utf-8")
		header("Content-Transfer-Encoding", "quoted-printable")
		b.WriteString("\r\n")
		err := encode(quotedprintable.NewWriter(&b), l.Text)
		return b.Bytes(), err
	}
	parts := multipart.NewWriter(&b)
	header("Content-Type", `multipart/alternative; boundary="`+parts.Boundary()+`"`)
	b.WriteString("\r\n")
	for _, part := range []struct{ kind, text string }{{"text/plain", l.Text}, {"text/html", l.HTML}} {
		w, err := parts.CreatePart(textproto.MIMEHeader{
			"Content-Type":              {part.kind + "; charset=utf-8"},
			"Content-Transfer-Encoding": {"quoted-printable"},
		})
		if err != nil {
			return nil, fmt.Errorf("compose mail: %w", err)
		}
		if err := encode(quotedprintable.NewWriter(w), part.text); err != nil {
			return nil, err
		}
	}
	if err := parts.Close(); err != nil {
		return nil, fmt.Errorf("compose mail: %w", err)
	}
	return b.Bytes(), nil
}

func encode(w *quotedprintable.Writer, text string) error {
	if _, err := w.Write([]byte(text)); err != nil {
		return fmt.Errorf("compose mail: %w", err)
	}
	if err := w.Close(); err != nil {
		return fmt.Errorf("compose mail: %w", err)
	}
	return nil
}

// fold breaks a header at spaces into lines of at most 76 bytes where it can (RFC 5322
// 2.2.3; encoded words are never longer than 75), and ends it.
func fold(header string) string {
	var b strings.Builder
	width := 0
	for i, word := range strings.Split(header, " ") {
		switch {
		case i == 0:
		case width+1+len(word) > 76 && word != "":
			b.WriteString("\r\n ")
			width = 1
		default:
			b.WriteByte(' ')
			width++
		}
		b.WriteString(word)
		width += len(word)
	}
	b.WriteString("\r\n")
	return b.String()
}
