package inbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/url"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// Mailbox is a folder on a mail server.
type Mailbox struct {
	// Address is host:port.
	Address string
	// Plain speaks without encryption; only for a server on the same machine.
	Plain          bool
	User, Password string
	// Folder is INBOX when empty.
	Folder string
}

// patience is how long a conversation with a server may take as a whole.
const patience = 2 * time.Minute

// batch is how many messages one run takes at most; the others wait for the next run.
const batch = 50

// ParseMailbox reads an address such as imaps://user:secret@host:993/INBOX; imap:// speaks without encryption and is refused for
// any other than this machine.
func ParseMailbox(address string) (Mailbox, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User == nil {
		return Mailbox{}, errors.New("inbox: a mailbox is imaps://user:password@host:port/folder") // the address holds a password: it is not repeated
	}
	secret, _ := u.User.Password()
	m := Mailbox{Address: u.Host, User: u.User.Username(), Password: secret, Folder: trimSlash(u.Path)}
	port := "993"
	switch u.Scheme {
	case "imaps":
	case "imap":
		m.Plain, port = true, "143"
		if ip := net.ParseIP(u.Hostname()); u.Hostname() != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return Mailbox{}, errors.New("inbox: imap:// without encryption is only for this machine; use imaps://")
		}
	default:
		return Mailbox{}, fmt.Errorf("inbox: a mailbox begins with imaps://, not %s://", u.Scheme)
	}
	if u.Port() == "" {
		m.Address = net.JoinHostPort(u.Hostname(), port)
	}
	return m, nil
}

func trimSlash(s string) string {
	for len(s) > 0 && s[0] == '/' {
		s = s[1:]
	}
	return s
}

// Fetch hands over each message that was not read yet, the oldest first, at most fifty, and marks it as read only after handle
// took it, so that a message is rather handed over twice than lost: handle must know a message by its id. A message that handle
// refuses stays unread, and the others go on; the errors come back together.
func (m Mailbox) Fetch(ctx context.Context, handle func(ctx context.Context, raw []byte) error) (taken int, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c, err := m.dial(ctx)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	stop := context.AfterFunc(ctx, func() { c.Close() })
	defer stop()
	if err := c.Login(m.User, m.Password).Wait(); err != nil {
		return 0, fmt.Errorf("sign in to mailbox: %w", err)
	}
	folder := m.Folder
	if folder == "" {
		folder = "INBOX"
	}
	if _, err := c.Select(folder, nil).Wait(); err != nil {
		return 0, fmt.Errorf("open folder %s: %w", folder, err)
	}
	found, err := c.UIDSearch(&imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagSeen, imap.FlagDeleted}}, nil).Wait()
	if err != nil {
		return 0, fmt.Errorf("look for new messages: %w", err)
	}
	var problems []error
	uids := found.AllUIDs()
	for _, uid := range uids[:min(len(uids), batch)] {
		if err := take(ctx, c, uid, handle); err != nil {
			problems = append(problems, err)
			continue
		}
		taken++
	}
	if err := c.Logout().Wait(); err != nil && ctx.Err() == nil {
		problems = append(problems, fmt.Errorf("leave mailbox: %w", err))
	}
	return taken, errors.Join(problems...)
}

// take reads one message without marking it, hands it over, and marks it.
func take(ctx context.Context, c *imapclient.Client, uid imap.UID, handle func(ctx context.Context, raw []byte) error) error {
	section := &imap.FetchItemBodySection{Peek: true, Partial: &imap.SectionPartial{Size: MaxBytes}}
	set := imap.UIDSetNum(uid)
	list, err := c.Fetch(set, &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}}).Collect()
	if err != nil {
		return fmt.Errorf("read message %d: %w", uid, err)
	}
	for _, one := range list {
		raw := one.FindBodySection(section)
		if raw == nil {
			continue
		}
		if err := handle(ctx, raw); err != nil {
			return fmt.Errorf("take message %d: %w", uid, err)
		}
	}
	if err := c.Store(set, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagSeen}}, nil).Close(); err != nil {
		return fmt.Errorf("mark message %d: %w", uid, err)
	}
	return nil
}

func (m Mailbox) dial(ctx context.Context) (*imapclient.Client, error) {
	dialer := &net.Dialer{Timeout: 20 * time.Second}
	var conn net.Conn
	var err error
	if m.Plain {
		conn, err = dialer.DialContext(ctx, "tcp", m.Address)
	} else {
		host, _, splitErr := net.SplitHostPort(m.Address)
		if splitErr != nil {
			return nil, fmt.Errorf("address of mailbox: %w", splitErr)
		}
		d := tls.Dialer{NetDialer: dialer, Config: &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12, NextProtos: []string{"imap"}}}
		conn, err = d.DialContext(ctx, "tcp", m.Address)
	}
	if err != nil {
		return nil, fmt.Errorf("reach mailbox: %w", err)
	}
	return imapclient.New(conn, nil), nil
}
