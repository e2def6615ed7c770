package follows

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"glas/internal/fault"
	"glas/internal/subject"
)

// everything is the scope of a link that ends all letters.
const everything = "all"

// unsubscribePath is the address at which a letter's subscription ends.
func unsubscribePath(token string) string { return "/unsubscribe/" + token }

// token lets whoever holds it end what one account gets in one municipality: all letters, or those about one thing. It says nothing
// else, so it needs no end of its own; a letter must be able to be left whenever it is read.
func (m *Module) token(tenantID, accountID, scope string) string {
	body := accountID + "|" + scope
	enc := base64.RawURLEncoding
	return enc.EncodeToString([]byte(body)) + "." + enc.EncodeToString(m.seal(tenantID, body))
}

func (m *Module) seal(tenantID, body string) []byte {
	mac := hmac.New(sha256.New, m.Key)
	mac.Write([]byte("unsubscribe\x00" + tenantID + "\x00" + body))
	return mac.Sum(nil)[:18]
}

// ticket is what a token allows.
type ticket struct {
	AccountID string
	// All ends everything; otherwise Ref is what is not wanted any more.
	All bool
	Ref subject.Ref
}

// open reads a token; one that was not made here is fault.NotFound.
func (m *Module) open(tenantID, token string) (ticket, error) {
	bad := fault.NotFound("follows.unsubscribe.bad")
	left, right, _ := strings.Cut(token, ".")
	enc := base64.RawURLEncoding
	body, err := enc.DecodeString(left)
	if err != nil {
		return ticket{}, bad
	}
	mac, err := enc.DecodeString(right)
	if err != nil || !hmac.Equal(mac, m.seal(tenantID, string(body))) {
		return ticket{}, bad
	}
	account, scope, _ := strings.Cut(string(body), "|")
	if scope == everything {
		return ticket{AccountID: account, All: true}, nil
	}
	ref, err := subject.Parse(scope)
	if err != nil {
		return ticket{}, bad
	}
	return ticket{AccountID: account, Ref: ref}, nil
}
