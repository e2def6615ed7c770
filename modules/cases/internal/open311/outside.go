package open311

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"glas/internal/georeport"
	"glas/internal/text"
)

// Bounds of a conversation with a system of others.
const (
	outTimeout = 20 * time.Second
	outBytes   = 8 << 20
)

// errUnclear says that a request went out and that nobody can tell by the answer whether it was taken: sending it again could make two of
// it, because GeoReport v2 has no key by which a second sending would be recognised.
var errUnclear = errors.New("open311: no clear answer to a request that was sent")

// refusedError is an answer that another attempt would get again.
type refusedError struct {
	status int
	words  string
}

func (e refusedError) Error() string {
	return fmt.Sprintf("open311: refused with %d: %s", e.status, e.words)
}

// errPrivate keeps a staff member from making this server speak to its neighbours.
var errPrivate = errors.New("open311: the address lies in a private network")

// private reports whether an address is not one of the public internet: the special-purpose registries of IANA (RFC 6890), with
// the IPv6 addresses that lead to an IPv4 one (NAT64, 6to4, Teredo), because that one may lie anywhere.
func private(a netip.Addr) bool {
	a = a.Unmap()
	return !a.IsGlobalUnicast() || a.IsPrivate() || slices.ContainsFunc([]string{"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "198.18.0.0/15",
		"240.0.0.0/4", "64:ff9b::/96", "64:ff9b:1::/48", "2001::/32", "2002::/16", "fec0::/10"},
		func(network string) bool { return netip.MustParsePrefix(network).Contains(a) })
}

// web speaks to systems of others. The address is looked at when the connection is made, so that no name can lead elsewhere
// between a check and the call; redirects are not followed.
func (s *Server) web() *http.Client {
	d := net.Dialer{Timeout: outTimeout, Control: func(_, address string, _ syscall.RawConn) error {
		if s.Private {
			return nil
		}
		a, err := netip.ParseAddrPort(address)
		if err != nil || private(a.Addr()) {
			return errPrivate
		}
		return nil
	}}
	return &http.Client{Timeout: outTimeout, Transport: &http.Transport{DialContext: d.DialContext, DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// outsideAddress checks the address of a system of others: encrypted, without a user, unless private networks are allowed.
func (s *Server) outsideAddress(raw string) (string, bool) {
	u, err := url.Parse(strings.TrimRight(strings.TrimSpace(raw), "/"))
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Scheme != "https" && (u.Scheme != "http" || !s.Private) {
		return "", false
	}
	if a, err := netip.ParseAddr(u.Hostname()); err == nil && private(a) && !s.Private {
		return "", false
	}
	return u.String(), len(u.String()) <= 300
}

// call asks a system of others and reads the JSON of its answer into out.
//
// What an answer to a new request means is decided by GeoReport v2 ("Errors"), which names 400, 403 and 404 for a request that was not
// taken, and by HTTP for the rest. Below 500, all but success is a refusal. 429 and 503 say that it was not looked at: it is sent
// again. Any other answer of 500 and above is a failure somewhere on the way, before or after the request was kept, whatever is written
// in it: it is unclear. So is a success that cannot be read, because the request most probably was kept.
func (s *Server) call(ctx context.Context, method, address string, form url.Values, out any) error {
	var body io.Reader
	if method == http.MethodGet {
		address += "?" + form.Encode()
	} else {
		body = strings.NewReader(form.Encode())
	}
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return refusedError{0, "address"}
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	}
	req.Header.Set("Accept", "application/json")
	resp, err := s.web().Do(req)
	if err != nil {
		var dial *net.OpError
		switch {
		case errors.Is(err, errPrivate):
			return refusedError{0, "private network"}
		case method == http.MethodPost && !(errors.As(err, &dial) && dial.Op == "dial"):
			return errUnclear
		}
		return fmt.Errorf("ask %s: %w", req.URL.Host, err)
	}
	defer resp.Body.Close() //nolint:errcheck // only read
	data, err := io.ReadAll(io.LimitReader(resp.Body, outBytes))
	switch {
	case method == http.MethodPost && resp.StatusCode >= 500 && resp.StatusCode != http.StatusServiceUnavailable:
		return errUnclear
	case resp.StatusCode >= 500 || resp.StatusCode == http.StatusTooManyRequests:
		return fmt.Errorf("ask %s: %s", req.URL.Host, resp.Status)
	case resp.StatusCode >= 300:
		return refusedError{resp.StatusCode, firstError(data)}
	case err != nil:
		return errUnclear
	}
	if err := json.NewDecoder(bytes.NewReader(data)).Decode(out); err != nil && method == http.MethodPost {
		return errUnclear
	} else if err != nil {
		return refusedError{resp.StatusCode, "no JSON"}
	}
	return nil
}

// firstError are the first words of an answer that refuses.
func firstError(data []byte) string {
	var list []georeport.Error
	if json.Unmarshal(data, &list) == nil && len(list) > 0 {
		return list[0].Description
	}
	return ""
}

// remoteMax is how long an id or a token of others may be, in letters.
const remoteMax = 200

// foreign makes words of a system of others storable, of at most so many letters: one that sends a zero byte or half a letter would
// else make every attempt to keep its answer fail, and the case would be sent again and again.
func foreign(s string, most int) string { return text.Truncate(text.CleanLine(s), most) }

// seal encrypts the key of a system of others for the database; a Server without a secret keeps none.
func (s *Server) seal(plain string) (string, error) {
	if plain == "" {
		return "", nil
	}
	gcm, err := s.cipher()
	if err != nil {
		return "", err
	}
	nonce := make([]byte, gcm.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return "", fmt.Errorf("seal key: %w", err)
	}
	return base64.RawStdEncoding.EncodeToString(gcm.Seal(nonce, nonce, []byte(plain), nil)), nil
}

func (s *Server) open(sealed string) (string, error) {
	if sealed == "" {
		return "", nil
	}
	gcm, err := s.cipher()
	if err != nil {
		return "", err
	}
	b, err := base64.RawStdEncoding.DecodeString(sealed)
	if err != nil || len(b) < gcm.NonceSize() {
		return "", errors.New("open311: a sealed key is broken")
	}
	plain, err := gcm.Open(nil, b[:gcm.NonceSize()], b[gcm.NonceSize():], nil)
	if err != nil {
		return "", errors.New("open311: a key was sealed with another secret")
	}
	return string(plain), nil
}

func (s *Server) cipher() (cipher.AEAD, error) {
	if len(s.Secret) == 0 {
		return nil, errors.New("open311: no secret to seal keys with")
	}
	key := sha256.Sum256(append([]byte("glas open311 keys\x00"), s.Secret...))
	block, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, fmt.Errorf("seal key: %w", err)
	}
	return cipher.NewGCM(block)
}
