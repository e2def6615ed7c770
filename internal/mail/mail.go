// Package mail writes letters into an outbox table, in the transaction that makes
// them necessary, and sends them from there. Without a mail server they stay in the
// table, where the operator can read them, and nothing else notices.
package mail

import (
	"context"
	"errors"
	"fmt"
	netmail "net/mail"
	"strings"
	"time"
	"unicode"

	"golang.org/x/net/idna"
)

// Message is a letter to one person. All fields are plain UTF-8.
type Message struct {
	// ID becomes the first part of the Message-ID, so that an answer can be told to be one; empty takes a new one.
	ID string
	// To is the address alone, without a name. Required.
	To string
	// FromName is shown as the sender ("Municipality of Kranj"); the address is that
	// of the deployment.
	FromName string
	// ReplyTo is the address alone, empty for none.
	ReplyTo string
	// Subject and Text are required. HTML is optional and says the same as Text.
	Subject string
	Text    string
	HTML    string
	// Kind names the sort of letter, for the operator: "accounts.signin".
	Kind string
	// ListUnsubscribe is an https address that ends the subscription by a POST
	// without further questions (RFC 8058), empty for letters one cannot leave.
	ListUnsubscribe string
}

// Errors of Put.
var (
	ErrAddress = errors.New("not a mail address")
	ErrHeader  = errors.New("line break or control character in a mail header")
	ErrEmpty   = errors.New("mail without subject or text")
)

// maxAddress is the longest address in bytes (RFC 5321 4.5.3.1.3, path without brackets).
const maxAddress = 254

// Address checks a bare mail address and returns it in the form it is sent to: the
// domain in lower case and, when it has letters beyond ASCII, as punycode.
// Addresses whose local part is not ASCII are refused, since most servers cannot
// deliver to them. The error is ErrAddress.
func Address(s string) (string, error) {
	parsed, err := netmail.ParseAddress(s)
	if err != nil || parsed.Name != "" || parsed.Address != s {
		return "", ErrAddress
	}
	at := strings.LastIndexByte(s, '@')
	local, domain := s[:at], s[at+1:]
	if strings.HasPrefix(domain, "[") || strings.HasSuffix(domain, ".") {
		return "", ErrAddress
	}
	for _, c := range local {
		if c <= ' ' || c >= 0x7f || c == '"' {
			return "", ErrAddress
		}
	}
	domain, err = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.StrictDomainName(true), idna.VerifyDNSLength(true)).ToASCII(domain)
	if err != nil || len(local) > 64 || len(local)+1+len(domain) > maxAddress {
		return "", ErrAddress
	}
	return local + "@" + strings.ToLower(domain), nil
}

// check returns m with its addresses in the form they are sent to.
func (m Message) check() (Message, error) {
	to, err := Address(m.To)
	if err != nil {
		return m, fmt.Errorf("to: %w", err)
	}
	m.To = to
	if m.ReplyTo != "" {
		if m.ReplyTo, err = Address(m.ReplyTo); err != nil {
			return m, fmt.Errorf("reply to: %w", err)
		}
	}
	for _, header := range []string{m.FromName, m.Subject, m.ListUnsubscribe} {
		if strings.ContainsFunc(header, unicode.IsControl) || strings.ContainsAny(header, "\u2028\u2029") {
			return m, ErrHeader
		}
	}
	if strings.ContainsAny(m.ListUnsubscribe, "<> ,") {
		return m, ErrHeader
	}
	if strings.TrimSpace(m.Subject) == "" || strings.TrimSpace(m.Text) == "" {
		return m, ErrEmpty
	}
	return m, nil
}

// Letter is a message on its way: with the id of its row, which makes its
// Message-ID, so that a second attempt is recognised as the same letter.
type Letter struct {
	ID       string
	TenantID string
	Message
	CreatedAt time.Time
}

// Sender carries letters to a mail server.
type Sender interface {
	// Connect opens a connection that can carry many letters.
	Connect(ctx context.Context) (Conn, error)
}

// Conn is an open connection to a mail server.
type Conn interface {
	// Send hands over one letter. A RefusedError means that the server will never
	// take it, any other error that it may be tried again. After an error the
	// connection is closed by the caller.
	Send(ctx context.Context, l Letter) error
	Close() error
}

// RefusedError is the final word of a mail server about one letter, an answer of
// class 5 (RFC 5321 4.2.1).
type RefusedError struct {
	Code int
	Text string
}

func (e *RefusedError) Error() string { return fmt.Sprintf("mail refused: %d %s", e.Code, e.Text) }

// maxError is how many bytes of an error are kept.
const maxError = 1000
