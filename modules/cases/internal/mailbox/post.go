package mailbox

import (
	"context"
	"strings"

	"glas/internal/id"
	"glas/internal/mail"
	"glas/modules/cases/internal/stored"
	"glas/tenant"
)

// Post prepares a letter about a case so that its answer is recognised: by its Message-ID, and by the address for answers where the mail
// server allows that.
func (m *Module) Post(ctx context.Context, tx *tenant.Tx, c *stored.Case, msg mail.Message) (mail.Message, error) {
	b, ok := m.box(tx.Tenant())
	if !ok {
		return msg, nil
	}
	row := &CaseMail{Direction: out, Recipient: msg.To, Subject: msg.Subject, Kind: msg.Kind, CaseID: c.ID, CreatedAt: tx.Now()}
	row.ID = id.New()
	msg.ID, msg.ReplyTo = row.ID, b.Address
	if b.Plus {
		msg.ReplyTo = plus(b.Address, row.ID)
	}
	return msg, add(ctx, tx, row)
}

// plus is an address with something after its name: pobude+x@mesto.si.
func plus(address, s string) string {
	at := strings.LastIndexByte(address, '@')
	return address[:at] + "+" + s + address[at:]
}

// plusOf is what stands after the name of an address; empty when to is another one.
func plusOf(address, to string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 0 || !strings.HasPrefix(to, address[:at]+"+") || !strings.HasSuffix(to, address[at:]) || len(to) <= len(address)+1 {
		return ""
	}
	return to[at+1 : len(to)-(len(address)-at)]
}
