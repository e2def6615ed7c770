package attachments

import (
	"context"
	"strings"

	"glas/internal/authz"
	"glas/internal/fault"
	"glas/internal/subject"
	"glas/tenant"
)

// Access is what somebody may fetch of the files of one thing. The zero Access is nothing: for him there are none.
type Access struct {
	// All are all of them; Public only those that were let through one by one.
	All, Public bool
}

// Guard decides about the files of things of one kind, in place of the usual rule (public ones for everybody, all of them for their owner
// and for who manages files). Things whose visibility differs from one to the next have one.
type Guard interface {
	// Fetch says what who acts in ctx may fetch of the files of a thing. pass is the token of the address that he came by, empty for none.
	Fetch(ctx context.Context, tx *tenant.Tx, id, pass string) (Access, error)
}

// visitor is before the token of a form in the owner of files that somebody without an account has sent.
const visitor = "visitor:"

// guarded finds a file that who acts in ctx may fetch. Any other is fault.NotFound.
func (m *Module) guarded(ctx context.Context, tx *tenant.Tx, fileID, pass string) (*Attachment, error) {
	a, err := m.allowed(ctx, tx, fileID, pass)
	if err == nil && a == nil {
		err = fault.NotFound("attachments.error.unknown")
	}
	return a, err
}

func (m *Module) allowed(ctx context.Context, tx *tenant.Tx, fileID, pass string) (*Attachment, error) {
	a, err := anyOne(ctx, tx, fileID)
	if err != nil || a == nil || !a.DeletedAt.IsZero() {
		return nil, err
	}
	g := m.guards[a.SubjectKind]
	switch {
	case g != nil:
		may, err := g.Fetch(ctx, tx, a.SubjectID, pass)
		if err != nil || !may.All && !(may.Public && a.Public) {
			return nil, err
		}
		return a, nil
	case a.visible(ctx), a.SubjectKind == "" && pass != "" && a.OwnerID == visitor+pass:
		return a, nil
	}
	return nil, nil
}

// Every gives all files of many things, for a host that knows which of them who looks may see; pass goes into their addresses.
func Every(ctx context.Context, tx *tenant.Tx, refs []subject.Ref, pass string) (map[subject.Ref][]Attachment, error) {
	rows, err := listed(ctx, tx, refs)
	out := map[subject.Ref][]Attachment{}
	for _, a := range rows {
		a.Pass = pass
		out[a.Ref()] = append(out[a.Ref()], a)
	}
	return out, err
}

// Guarded marks the files of a kind as those of a host with a rule of its own. It is called while the program starts.
func (m *Module) Guarded(kind string, g Guard) { m.guards[kind] = g }

// owner is whose a file is that is sent now: that of the account, or of the form of a visitor.
func owner(ctx context.Context, pass string) string {
	if who := authz.From(ctx).ID; who != "" || pass == "" {
		return who
	}
	return visitor + pass
}

// passOf is the token in the owner of a file of a visitor.
func (a *Attachment) passOf() string {
	if pass, ok := strings.CutPrefix(a.OwnerID, visitor); ok {
		return pass
	}
	return ""
}
