package rows

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"glas/internal/authz"
	"glas/tenant"
)

// Actor reads a row; JSON columns come as text.
func (r *ActorRow) Actor(now time.Time) (authz.Actor, error) {
	acc := Account{Level: authz.Level(r.Level), LevelUntil: r.LevelUntil}
	a := authz.Actor{ID: r.AccountID, SessionID: r.SessionID, Name: r.Name, Email: r.Email, Level: acc.EffectiveLevel(now), BirthYear: r.BirthYear,
		OrganisationID: r.OrganisationID, OrganisationName: r.OrganisationName, DepartmentID: r.DepartmentID, Lang: r.Lang, Blocked: !r.BlockedAt.IsZero()}
	if r.Roles != "" {
		a.Roles = strings.Split(r.Roles, ",")
	}
	for _, list := range []struct {
		raw string
		to  *[]string
	}{{r.AreaIDs, &a.AreaIDs}, {r.Groups, &a.Groups}} {
		if err := json.Unmarshal([]byte(list.raw), list.to); err != nil {
			return authz.Actor{}, fmt.Errorf("read account %s: %w", r.AccountID, err)
		}
	}
	a.Kind = KindOf(a.Roles, a.OrganisationID)
	return a, nil
}

// TokenHolders finds in one statement who holds tokens, by their hashes, and the sessions among them that were last seen longer ago
// than since.
func TokenHolders(ctx context.Context, tx *tenant.Tx, hashes []string, now time.Time, since time.Duration) (map[string]authz.Actor, []string, error) {
	list, err := sessionActors(ctx, tx, hashes)
	if err != nil {
		return nil, nil, err
	}
	found, unseen := make(map[string]authz.Actor, len(list)), []string(nil)
	for _, row := range list {
		a, err := row.Actor(now)
		if err != nil {
			return nil, nil, err
		}
		found[row.TokenHash] = a
		if now.Sub(row.SeenAt) >= since {
			unseen = append(unseen, row.SessionID)
		}
	}
	return found, unseen, nil
}

// ShortAgent names the browser and the system, which is all that a person needs to recognise a session.
func ShortAgent(agent string) string {
	pick := func(names ...string) string {
		for _, n := range names {
			token, label, _ := strings.Cut(n, "=")
			if strings.Contains(agent, token) {
				if label == "" {
					return token
				}
				return label
			}
		}
		return ""
	}
	browser := pick("Edg=Edge", "OPR=Opera", "SamsungBrowser=Samsung Internet", "Firefox", "FxiOS=Firefox", "Chrome", "CriOS=Chrome", "Safari")
	system := pick("iPhone", "iPad", "Android", "Windows", "Mac OS X=macOS", "CrOS=ChromeOS", "Linux")
	return strings.Trim(browser+", "+system, ", ")
}
