// Package inbox reads what comes by e-mail: it takes messages from a mailbox (IMAP) or from a mail service that delivers them by a
// signed call, and gives their words and files in one shape, whatever program wrote them.
//
// The decision bound here: a message is read with suspicion and never refused for its form. Broken encodings become text with
// marks, HTML becomes plain words, pictures of signatures stay files, and automatic answers are told apart so that two programs
// never write to each other for ever.
package inbox

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"path"
	"strings"
	"time"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // the encodings that people's programs still use
	"github.com/emersion/go-message/mail"

	"glas/internal/text"
)

// Limits of a message. What goes beyond is cut off, and Message.Cut says so.
const (
	MaxBytes = 25 << 20
	maxFiles = 20
	maxParts = 100
	maxText  = 200 << 10
)

// Message is an e-mail that came in.
type Message struct {
	// ID is the Message-ID without angle brackets; empty when the sender's program gave none.
	ID string
	// Answers are the messages that this one answers, the nearest first (In-Reply-To, then References backwards).
	Answers []string
	// From is the address, in lower case, and FromName what stands beside it.
	From, FromName string
	// To are all addresses that it was sent to, in lower case.
	To      []string
	Subject string
	// Date is what the sender's clock said; zero when it said nothing sensible.
	Date time.Time
	// Text is everything that was written, Fresh the same without quotations of earlier messages.
	Text, Fresh string
	Files       []File
	// Automatic messages are answers of programs, lists and reports of failed delivery: nobody waits for an answer.
	Automatic bool
	// Bounced is the Message-ID of our own message that could not be delivered, when this one reports it.
	Bounced string
	Cut     bool
}

// File is something that was attached.
type File struct {
	Name, Type string
	Data       []byte
}

// ErrNoMessage says that what was handed over is no e-mail at all.
var ErrNoMessage = errors.New("inbox: not an e-mail")

// Parse reads a message as it stands in a mailbox (RFC 5322, MIME).
func Parse(raw []byte) (*Message, error) {
	m := &Message{}
	if len(raw) > MaxBytes {
		raw, m.Cut = raw[:MaxBytes], true
	}
	entity, err := message.Read(bytes.NewReader(raw))
	if entity == nil || err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
		return nil, errors.Join(ErrNoMessage, err)
	}
	h := mail.Header{Header: entity.Header}
	if h.Len() == 0 {
		return nil, ErrNoMessage
	}
	m.head(h)
	parts := &reader{m: m}
	if err := parts.walk(entity, 0); err != nil {
		return nil, fmt.Errorf("read e-mail: %w", err)
	}
	m.Text = parts.words()
	m.Fresh = Fresh(m.Text)
	return m, nil
}

// head reads what stands above the message. A field that cannot be read is as if it were not there.
func (m *Message) head(h mail.Header) {
	m.ID = firstOf(h.MsgIDList("Message-Id"))
	if list, err := h.MsgIDList("In-Reply-To"); err == nil {
		m.Answers = append(m.Answers, list...)
	}
	if list, err := h.MsgIDList("References"); err == nil {
		for i := len(list) - 1; i >= 0; i-- {
			m.Answers = append(m.Answers, list[i])
		}
	}
	m.Answers = m.Answers[:min(len(m.Answers), 50)]
	for _, field := range []string{"Reply-To", "From"} { // From wins when it can be read, because it is what a person sees
		if list, err := h.AddressList(field); err == nil && len(list) > 0 {
			m.From, m.FromName = strings.ToLower(text.CleanLine(list[0].Address)), text.CleanLine(list[0].Name)
		}
	}
	for _, field := range []string{"To", "Cc", "Delivered-To", "X-Original-To"} {
		if list, err := h.AddressList(field); err == nil {
			for _, a := range list {
				m.To = append(m.To, strings.ToLower(text.CleanLine(a.Address)))
			}
		}
	}
	if s, err := h.Subject(); err == nil || s != "" {
		m.Subject = text.Truncate(text.CleanLine(s), 300)
	}
	if at, err := h.Date(); err == nil && at.Year() > 1990 && at.Year() < 2200 {
		m.Date = at
	}
	m.Automatic = automatic(h)
}

func firstOf(list []string, err error) string {
	if err != nil || len(list) == 0 {
		return ""
	}
	return list[0]
}

// automatic tells what programs send (RFC 3834, RFC 3464, and the marks that were used before them).
func automatic(h mail.Header) bool {
	if v := strings.ToLower(h.Get("Auto-Submitted")); v != "" && v != "no" {
		return true
	}
	switch strings.ToLower(h.Get("Precedence")) {
	case "bulk", "junk", "list", "auto_reply":
		return true
	}
	for _, field := range []string{"List-Id", "X-Autoreply", "X-Autorespond", "X-Auto-Response-Suppress"} {
		if h.Get(field) != "" && !strings.EqualFold(h.Get(field), "none") {
			return true
		}
	}
	kind, _, err := h.ContentType()
	return err == nil && kind == "multipart/report" || strings.TrimSpace(h.Get("Return-Path")) == "<>"
}

// reader walks through the parts of a message.
type reader struct {
	m           *Message
	plain, html []string
	parts       int
}

// words are what was written: the plain parts, or the HTML ones where there are no plain ones.
func (r *reader) words() string {
	s := strings.Join(r.plain, "\n\n")
	if strings.TrimSpace(s) == "" {
		s = text.Plain(text.SafeText(strings.Join(r.html, "\n")))
	}
	return strings.TrimSpace(text.Clean(s))
}

func (r *reader) walk(e *message.Entity, depth int) error {
	if r.parts++; r.parts > maxParts || depth > 20 {
		r.m.Cut = true
		return nil
	}
	if parts := e.MultipartReader(); parts != nil {
		for {
			part, err := parts.NextPart()
			if errors.Is(err, io.EOF) || part == nil && err != nil { // a message cut off in the middle is read as far as it goes
				r.m.Cut = r.m.Cut || !errors.Is(err, io.EOF)
				return nil
			}
			if err := r.walk(part, depth+1); err != nil {
				return err
			}
		}
	}
	return r.leaf(e)
}

// leaf reads a part that holds no others.
func (r *reader) leaf(e *message.Entity) error {
	kind, params, err := e.Header.ContentType()
	if err != nil {
		kind = "text/plain"
	}
	name := fileName(e.Header, params)
	disposition, _, _ := e.Header.ContentDisposition() //nolint:errcheck // one that cannot be read says nothing
	isText := strings.HasPrefix(kind, "text/") && disposition != "attachment" && name == ""
	limit := int64(MaxBytes)
	if isText {
		limit = maxText
	}
	data, err := io.ReadAll(io.LimitReader(e.Body, limit+1))
	if err != nil {
		r.m.Cut = true
	}
	if int64(len(data)) > limit {
		data, r.m.Cut = data[:limit], true
	}
	switch {
	case kind == "text/html" && isText:
		r.html = append(r.html, string(data))
	case isText:
		r.plain = append(r.plain, string(data))
	case kind == "message/delivery-status":
		r.m.Automatic = true
	case kind == "message/rfc822" || kind == "text/rfc822-headers" || kind == "message/rfc822-headers":
		r.m.Bounced = messageID(data)
	case len(data) == 0:
	case len(r.m.Files) >= maxFiles:
		r.m.Cut = true
	default:
		r.m.Files = append(r.m.Files, File{Name: name, Type: kind, Data: data})
	}
	return nil
}

// fileName is what the sender called a file, without any folder; it is only ever shown.
func fileName(h message.Header, params map[string]string) string {
	_, disposition, err := h.ContentDisposition()
	name := ""
	if err == nil {
		name = disposition["filename"]
	}
	if name == "" {
		name = params["name"]
	}
	decoded, err := (&mime.WordDecoder{CharsetReader: message.CharsetReader}).DecodeHeader(name)
	if err == nil {
		name = decoded
	}
	name = text.CleanLine(strings.ReplaceAll(name, `\`, "/"))
	if name == "" {
		return ""
	}
	return text.Truncate(path.Base(name), 120)
}

// messageID finds the id in the head of a message that came back.
func messageID(head []byte) string {
	lines := bufio.NewScanner(bytes.NewReader(head))
	for lines.Scan() {
		name, value, ok := strings.Cut(lines.Text(), ":")
		if ok && strings.EqualFold(strings.TrimSpace(name), "message-id") {
			return strings.Trim(strings.TrimSpace(value), "<>")
		}
		if lines.Text() == "" {
			break
		}
	}
	return ""
}
