package inbox

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
	"strings"
	"time"
)

// window is how old a signed call may be, so that one that was listened in on cannot be sent again later.
const window = 5 * time.Minute

// ErrSignature says that a call was not signed with the shared secret, or not lately.
var ErrSignature = errors.New("inbox: the signature does not fit")

// Sign is the signature of a call: "t=<Unix seconds>,v1=<HMAC-SHA256 in hexadecimal of the seconds, a full stop and the body>".
func Sign(secret []byte, at time.Time, body []byte) string {
	seconds := strconv.FormatInt(at.Unix(), 10)
	return "t=" + seconds + ",v1=" + hex.EncodeToString(mac(secret, seconds, body))
}

// Verify checks the signature of a call at the moment now. An empty secret verifies nothing.
func Verify(secret []byte, now time.Time, signature string, body []byte) error {
	fields := map[string]string{}
	for _, f := range strings.Split(signature, ",") {
		if k, v, ok := strings.Cut(strings.TrimSpace(f), "="); ok {
			fields[k] = v
		}
	}
	seconds, err := strconv.ParseInt(fields["t"], 10, 64)
	if err != nil || len(secret) == 0 {
		return ErrSignature
	}
	if age := now.Sub(time.Unix(seconds, 0)); age > window || age < -window {
		return ErrSignature
	}
	given, err := hex.DecodeString(fields["v1"])
	if err != nil || !hmac.Equal(given, mac(secret, fields["t"], body)) {
		return ErrSignature
	}
	return nil
}

func mac(secret []byte, seconds string, body []byte) []byte {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(seconds + "."))
	h.Write(body)
	return h.Sum(nil)
}
