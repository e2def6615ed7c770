package rows

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"glas/internal/fault"
	"glas/internal/mail"
)

// Pseudonym is a word and a number that say nothing about the person, the same for one person in one scope.
func Pseudonym(key, scope, lang string) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte("pseudonym\x00" + scope))
	n := binary.BigEndian.Uint64(mac.Sum(nil))%90000 + 10000
	return fmt.Sprintf("%s %d", pseudonymWord(lang), n)
}

// pseudonymWord is in the language of the municipality and not of the reader, because it becomes a stored name.
func pseudonymWord(lang string) string {
	switch lang {
	case "sl":
		return "Občan/ka"
	case "bg":
		return "Гражданин"
	case "el":
		return "Πολίτης"
	case "tr":
		return "Vatandaş"
	default:
		return "Citizen"
	}
}

// NormalAddress is the one form in which an address is stored: lower case, the domain in ASCII.
func NormalAddress(email string) (string, error) {
	address, err := mail.Address(lower(email))
	if err != nil {
		return "", fault.InvalidField("email", "val.email").With(err)
	}
	return address, nil
}

// lower changes ASCII capitals only: other letters have no one lower case that all mail programs agree on.
func lower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
