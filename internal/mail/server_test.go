package mail_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
)

// server is a small mail server on a port of its own (RFC 5321, as far as is needed).
type server struct {
	// answer, when it returns something, is sent instead of the usual answer; "hang up" ends the connection.
	answer func(command string) string
	// extensions are offered after EHLO.
	extensions []string

	tls         *tls.Config
	listener    net.Listener
	mu          sync.Mutex
	letters     []letter
	commands    []string
	connections int
	open        sync.WaitGroup
}

type letter struct{ from, to, data string }

func newServer(t *testing.T) *server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &server{listener: l, answer: func(string) string { return "" }}
	s.open.Go(s.accept)
	t.Cleanup(func() {
		if err := l.Close(); err != nil {
			t.Error(err)
		}
		s.open.Wait()
	})
	return s
}

func (s *server) url(user string) string {
	if user != "" {
		user += "@"
	}
	return fmt.Sprintf("smtp://%s%s?from=glas@example.org", user, s.listener.Addr())
}

// offerTLS makes the server offer STARTTLS from now on, with a certificate that only
// the returned pool vouches for, and forget the commands it heard.
func (s *server) offerTLS(t *testing.T) *x509.CertPool {
	t.Helper()
	lender := httptest.NewTLSServer(nil)
	defer lender.Close()
	pool := x509.NewCertPool()
	pool.AddCert(lender.Certificate())
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tls = &tls.Config{Certificates: lender.TLS.Certificates}
	s.extensions, s.commands = []string{"STARTTLS", "AUTH PLAIN"}, nil
	return pool
}

func (s *server) heard() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.commands)
}

func (s *server) accept() {
	for {
		conn, err := s.listener.Accept()
		if err != nil {
			return
		}
		s.mu.Lock()
		s.connections++
		s.mu.Unlock()
		s.open.Go(func() { s.talk(conn) })
	}
}

func (s *server) talk(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	in := bufio.NewReader(conn)
	say := func(line string) { _, _ = fmt.Fprintf(conn, "%s\r\n", line) }
	say("220 test")
	var now letter
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		s.mu.Lock()
		s.commands = append(s.commands, line)
		special := s.answer(line)
		s.mu.Unlock()
		if special == "hang up" {
			return
		}
		if special != "" {
			say(special)
			continue
		}
		verb, _, _ := strings.Cut(line, " ")
		switch verb {
		case "STARTTLS":
			say("220 ready")
			conn = tls.Server(conn, s.tls)
			in = bufio.NewReader(conn)
		case "EHLO":
			say("250-test")
			for _, e := range s.extensions {
				say("250-" + e)
			}
			say("250 8BITMIME")
		case "MAIL":
			now = letter{from: line}
			say("250 ok")
		case "RCPT":
			now.to = line
			say("250 ok")
		case "DATA":
			say("354 go on")
			if now.data, err = readData(in); err != nil {
				return
			}
			s.mu.Lock()
			end := s.answer("the end of " + now.to)
			if end == "" {
				s.letters = append(s.letters, now)
				end = "250 taken"
			}
			s.mu.Unlock()
			say(end)
		case "AUTH":
			say("235 welcome")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("502 what?")
		}
	}
}

func readData(in *bufio.Reader) (string, error) {
	var data strings.Builder
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return "", err
		}
		if line == ".\r\n" {
			return data.String(), nil
		}
		data.WriteString(strings.TrimPrefix(line, "."))
	}
}
