package votes

import (
	"cmp"
	"context"
	"slices"

	"github.com/gofiber/fiber/v2"

	"glas/internal/i18n"
	"glas/internal/subject"
	"glas/internal/web"
	"glas/tenant"
)

const (
	adminPath  = "/admin/votes"
	permission = "vote.audit"
	// recentRows is how many subjects the page lists before one is chosen.
	recentRows = 50
)

// line is one row of a table of counts.
type line struct {
	Label string
	N     int64
}

// overview is what staff see: counts, never who voted what.
type overview struct {
	Ref    subject.Ref
	Recent []Total
	// Names are titles of subjects that their hosts still show.
	Names    map[subject.Ref]string
	Total    Total
	Values   []line
	Channels []line
	Voters   []line
	Days     []line
	Snapshot *VoteSnapshot
}

func (m *Module) adminPage(c *fiber.Ctx) error {
	ctx := c.UserContext()
	var o overview
	err := m.DB.View(ctx, func(ctx context.Context, tx *tenant.Tx) (err error) {
		ref, bad := subject.Parse(web.Query(c).Value("subject"))
		if bad != nil {
			if o.Recent, err = recent(ctx, tx); err != nil {
				return err
			}
		} else if o, err = overviewOf(ctx, tx, ref); err != nil {
			return err
		}
		o.Names, err = m.names(ctx, tx, o)
		return err
	})
	if err != nil {
		return err
	}
	page := web.Page{Title: i18n.T(ctx, "votes.admin.title"), Staff: true, Current: adminPath}
	page.Admin.Lead = i18n.T(ctx, "votes.admin.lead")
	return web.Render(c, page, adminView(o))
}

// names asks the hosts, once for each kind, what the subjects of an overview are called.
func (m *Module) names(ctx context.Context, tx *tenant.Tx, o overview) (map[subject.Ref]string, error) {
	ids := map[string][]string{}
	for _, t := range append([]Total{{Ref: o.Ref}}, o.Recent...) {
		ids[t.Ref.Kind] = append(ids[t.Ref.Kind], t.Ref.ID)
	}
	out := map[subject.Ref]string{}
	for kind, list := range ids {
		if m.Hosts[kind] == nil {
			continue
		}
		ballots, err := m.Hosts[kind].Ballots(ctx, tx, list)
		if err != nil {
			return nil, err
		}
		for subjectID, b := range ballots {
			out[subject.Ref{Kind: kind, ID: subjectID}] = b.Title
		}
	}
	return out, nil
}

// name is the title of a subject, or words for one that is withdrawn or hidden.
func (o overview) name(ctx context.Context, ref subject.Ref) string {
	return cmp.Or(o.Names[ref], i18n.T(ctx, "votes.admin.unshown", "Code", ref.ID[max(0, len(ref.ID)-6):]))
}

// overviewOf counts the votes on ref by what was said, how it came, who said it, and on which day (of the municipality's zone).
func overviewOf(ctx context.Context, tx *tenant.Tx, ref subject.Ref) (overview, error) {
	o := overview{Ref: ref}
	totals, err := Totals(ctx, tx, []subject.Ref{ref})
	if err != nil {
		return o, err
	}
	o.Total = totals[ref]
	counts, err := recount(ctx, tx, ref)
	if err != nil {
		return o, err
	}
	values, channels, voters := map[string]int64{}, map[string]int64{}, map[string]int64{}
	for _, n := range counts {
		values[n.Value] += n.N
		channels[n.Channel] += n.N
		voters[n.VoterKind] += n.N
	}
	o.Values = lines(ctx, "votes.value.", values)       //i18n: votes.value.*
	o.Channels = lines(ctx, "votes.channel.", channels) //i18n: votes.channel.*
	o.Voters = lines(ctx, "votes.voter.", voters)       //i18n: votes.voter.*
	if o.Days, err = days(ctx, tx, ref); err != nil {
		return o, err
	}
	o.Snapshot, err = Snapshot(ctx, tx, ref)
	return o, err
}

// lines are counts with their words, the largest first.
func lines(ctx context.Context, prefix string, counts map[string]int64) []line {
	out := make([]line, 0, len(counts))
	for key, n := range counts {
		out = append(out, line{i18n.T(ctx, prefix+key), n})
	}
	slices.SortFunc(out, func(a, b line) int { return cmp.Or(cmp.Compare(b.N, a.N), cmp.Compare(a.Label, b.Label)) })
	return out
}
