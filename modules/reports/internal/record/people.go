package record

import (
	"strings"

	"glas/internal/search"
)

// Sender is who sent a remark by letter, by e-mail, at the desk or at a hearing, as the office noted it.
type Sender struct{ Name, Email, Address string }

// Outside counts the people among senders. One e-mail address is one person; where there is none, one name and address are. Somebody
// without a name and an e-mail address is not counted: nobody knows whether he is one of the others. Those whose e-mail address is an
// account's (in small letters) took part with that account and are counted there.
func Outside(senders []Sender, accounts map[string]bool) int64 {
	mails, named := map[string]bool{}, map[string]bool{}
	for _, s := range senders {
		if s.Email != "" {
			mails[strings.ToLower(s.Email)] = true
			named[s.named()] = true
		}
	}
	n := int64(0)
	for mail := range mails {
		if !accounts[mail] {
			n++
		}
	}
	for _, s := range senders {
		if s.Email == "" && s.Name != "" && !named[s.named()] {
			named[s.named()] = true
			n++
		}
	}
	return n
}

func (s Sender) named() string { return search.Fold(s.Name) + "\x00" + search.Fold(s.Address) }
