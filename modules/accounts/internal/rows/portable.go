package rows

import "time"

// Portable is a person's data as he downloads it, without what only this program understands.
func Portable(a *Account) map[string]any {
	return map[string]any{"id": a.ID, "email": a.Email, "name": a.Name, "prefers_pseudonym": a.Pseudonym, "language": a.Lang, "level": a.Level.String(),
		"level_method": a.LevelMethod, "level_until": moment(a.LevelUntil), "birth_year": a.BirthYear, "area_ids": a.AreaIDs, "groups": a.Groups,
		"department_id": a.DepartmentID, "verified_at": moment(a.VerifiedAt), "blocked_at": moment(a.BlockedAt), "blocked_reason": a.BlockedReason,
		"created_at": moment(a.CreatedAt), "has_password": a.PasswordHash != ""}
}

// PortableRoles are his roles.
func PortableRoles(list []Membership) []map[string]any {
	out := []map[string]any{}
	for _, r := range list {
		out = append(out, map[string]any{"role": r.Role, "since": moment(r.CreatedAt)})
	}
	return out
}

// PortableSessions is where he is signed in.
func PortableSessions(list []Session) []map[string]any {
	out := []map[string]any{}
	for _, s := range list {
		out = append(out, map[string]any{"browser": s.Agent, "created_at": moment(s.CreatedAt), "seen_at": moment(s.SeenAt), "expires_at": moment(s.ExpiresAt)})
	}
	return out
}

// PortableConsents is what he agreed to.
func PortableConsents(list []Consent) []map[string]any {
	out := []map[string]any{}
	for _, c := range list {
		out = append(out, map[string]any{"to": c.Kind, "language": c.Lang, "given_at": moment(c.GivenAt)})
	}
	return out
}

// PortableOrganisations are his associations.
func PortableOrganisations(list []Organisation) []map[string]any {
	out := []map[string]any{}
	for _, o := range list {
		out = append(out, map[string]any{"name": o.Name, "kind": o.Kind, "register_number": o.RegisterNumber, "representative": o.Representative,
			"state": o.State, "reason": o.Reason, "created_at": moment(o.CreatedAt)})
	}
	return out
}

// moment is a time for machines, nil when it never was.
func moment(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UTC().Format(time.RFC3339)
}
