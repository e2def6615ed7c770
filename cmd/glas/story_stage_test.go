package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	netmail "net/mail"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"glas/config"
	"glas/internal/clock"
	"glas/internal/job"
	"glas/internal/web/browsertest"
)

// stage is the whole program serving on a port of this machine, with a browser before it and a mail server behind it.
type stage struct {
	*app
	browser *browsertest.Browser
	post    *postbox
	port    string
}

// play starts the program on real time, with the demo municipalities, and a browser. All of it ends with the test.
func play(t *testing.T) *stage {
	t.Helper()
	s := &stage{browser: browsertest.Start(t), post: newPostbox(t)}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_, s.port, err = net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	from, err := liveFile()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
	s.app = openPublic(t, config.Config{
		DataDir: dir, DatabaseURL: "sqlite:" + filepath.Join(dir, "glas.db"), Listen: listener.Addr().String(),
		SMTPURL: "smtp://" + s.post.address + "?from=glas@localhost.example",
	})
	s.run(t, listener)
	return s
}

// openPublic opens the program on real time with addresses that a browser can reach.
func openPublic(t *testing.T, cfg config.Config) *app {
	t.Helper()
	cfg.BaseDomain, cfg.PublicScheme, cfg.BodyLimit, cfg.Demo = "localhost", "http", 64<<20, true
	cfg.RequestTime = patience
	if cfg.SecretFile == "" {
		cfg.SecretFile = filepath.Join(cfg.DataDir, "secret")
	}
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelError}))
	a, err := open(context.Background(), cfg, log, clock.System, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// run serves pages and does jobs until the test ends, or until the function that it gives is called.
func (a *app) run(t *testing.T, listener net.Listener) (stop func()) {
	t.Helper()
	served, worked := make(chan error, 1), make(chan struct{})
	work, stopWork := context.WithCancel(context.Background())
	go func() { served <- a.fiber().Listener(listener) }()
	go func() { a.runner.Run(work); close(worked) }()
	stop = sync.OnceFunc(func() {
		stopWork()
		if err := a.fiber().ShutdownWithTimeout(patience); err != nil {
			t.Errorf("stop serving: %v", err)
		}
		if err := <-served; err != nil {
			t.Errorf("serve: %v", err)
		}
		<-worked
	})
	t.Cleanup(stop)
	return stop
}

// at is an address of a municipality.
func (s *stage) at(slug, path string) string {
	return "http://" + slug + ".localhost:" + s.port + path
}

// enter signs a window in by a one-time link, as an administrator gets it at the first start.
func (s *stage) enter(t *testing.T, slug, name string, roles ...string) *browsertest.Page {
	t.Helper()
	link, err := s.oneTimeLink(context.Background(), s.town(t, slug), name+"@person.example", strings.ToUpper(name[:1])+name[1:]+" Novak", roles...)
	if err != nil {
		t.Fatal(err)
	}
	p := s.browser.Page(t)
	p.Goto(link)
	p.Click("main form button")
	p.WaitUntil("!location.pathname.startsWith('/sign-in')")
	return p
}

// letter waits for a mail to an address whose text holds a piece, and has the program send what is due meanwhile.
func (s *stage) letter(t *testing.T, to, piece string) letter {
	t.Helper()
	deadline := time.Now().Add(patience)
	for {
		if err := s.deliverMail(context.Background(), job.Job{}); err != nil {
			t.Fatalf("deliver: %v", err)
		}
		if l, ok := s.post.take(to, piece); ok {
			return l
		}
		if time.Now().After(deadline) {
			t.Fatalf("no mail to %s with %q came; there are %s", to, piece, s.post.list())
		}
		<-time.After(50 * time.Millisecond)
	}
}

// letter is a mail as it was received.
type letter struct {
	To, Subject, Text, HTML string
	Header                  netmail.Header
}

// link is the first address in the text that holds a piece.
func (l letter) link(t *testing.T, piece string) string {
	t.Helper()
	for _, address := range regexp.MustCompile(`https?://[^\s>)]+`).FindAllString(l.Text, -1) {
		if strings.Contains(address, piece) {
			return address
		}
	}
	t.Fatalf("the mail has no address with %q:\n%s", piece, l.Text)
	return ""
}

// postbox is a mail server that takes everything.
type postbox struct {
	address string
	mu      sync.Mutex
	letters []letter
	faults  []error
}

func newPostbox(t *testing.T) *postbox {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b := &postbox{address: listener.Addr().String()}
	t.Cleanup(func() {
		if err := listener.Close(); err != nil {
			t.Error(err)
		}
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, err := range b.faults {
			t.Errorf("mail server: %v", err)
		}
	})
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return // the test is over
			}
			go b.talk(conn)
		}
	}()
	return b
}

// talk speaks as much of SMTP as a sender needs.
func (b *postbox) talk(conn net.Conn) {
	defer conn.Close() //nolint:errcheck // the other side has said what it had to
	in := bufio.NewReader(conn)
	say := func(line string) { _, _ = fmt.Fprintf(conn, "%s\r\n", line) }
	say("220 here")
	to := ""
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		switch verb := strings.ToUpper(strings.Fields(line + " .")[0]); verb {
		case "EHLO":
			say("250-here")
			say("250 8BITMIME")
		case "RCPT":
			to = strings.Trim(strings.TrimSpace(line[len("RCPT TO:"):]), "<>")
			say("250 ok")
		case "DATA":
			say("354 go on")
			b.keep(to, in)
			say("250 ok")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func (b *postbox) keep(to string, in *bufio.Reader) {
	var data strings.Builder
	for {
		line, err := in.ReadString('\n')
		if err != nil || line == ".\r\n" {
			break
		}
		data.WriteString(strings.TrimPrefix(line, "."))
	}
	l, err := readLetter(to, data.String())
	b.mu.Lock()
	defer b.mu.Unlock()
	if err != nil {
		b.faults = append(b.faults, err)
		return
	}
	b.letters = append(b.letters, l)
}

func readLetter(to, data string) (letter, error) {
	m, err := netmail.ReadMessage(strings.NewReader(data))
	if err != nil {
		return letter{}, err
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil {
		return letter{}, err
	}
	l := letter{To: to, Subject: subject, Header: m.Header}
	kind, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		return letter{}, err
	}
	if !strings.HasPrefix(kind, "multipart/") {
		text, err := io.ReadAll(quotedprintable.NewReader(m.Body))
		l.Text = string(text)
		return l, err
	}
	for parts := multipart.NewReader(m.Body, params["boundary"]); ; {
		part, err := parts.NextPart() // undoes quoted-printable by itself
		if err == io.EOF {
			return l, nil
		}
		if err != nil {
			return letter{}, err
		}
		text, err := io.ReadAll(part)
		if err != nil {
			return letter{}, err
		}
		if strings.HasPrefix(part.Header.Get("Content-Type"), "text/html") {
			l.HTML = string(text)
		} else {
			l.Text = string(text)
		}
	}
}

// take gives the first mail that fits and removes it.
func (b *postbox) take(to, piece string) (letter, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, l := range b.letters {
		if l.To == to && (strings.Contains(l.Text, piece) || strings.Contains(l.Subject, piece)) {
			b.letters = append(b.letters[:i], b.letters[i+1:]...)
			return l, true
		}
	}
	return letter{}, false
}

func (b *postbox) list() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var out strings.Builder
	for _, l := range b.letters {
		fmt.Fprintf(&out, "\n  to %s: %s", l.To, l.Subject)
	}
	return out.String() + "\n"
}
