package listed

import (
	"context"
	"slices"
	"time"

	"glas/internal/i18n"
	"glas/modules/areas"
	"glas/modules/cases/internal/stored"
	"glas/modules/departments"
	"glas/tenant"
)

// Names is what cases are sorted by in a municipality: kinds, topics, areas, departments, other authorities, rules and settings.
type Names struct {
	Kinds       []stored.CaseKind
	Topics      []stored.CaseTopic
	Areas       []areas.Area
	Departments []departments.Department
	Bodies      []stored.ExternalBody
	Rules       []stored.CaseRule
	Settings    *stored.CaseSetting
	topics      map[string]*stored.CaseTopic
	areas       map[string]i18n.Text
	departments map[string]i18n.Text
}

// namesFor is how old names may be: lists then cost no statement for them.
const namesFor = 30 * time.Second

// NameCache keeps the names of municipalities that are looked at.
type NameCache = tenant.Kept[*Names]

// NewNameCache makes an empty one.
func NewNameCache() *NameCache { return tenant.Keep(namesFor, LoadNames) }

// LoadNames reads them: seven statements.
func LoadNames(ctx context.Context, tx *tenant.Tx) (*Names, error) {
	n := &Names{topics: map[string]*stored.CaseTopic{}, areas: map[string]i18n.Text{}, departments: map[string]i18n.Text{}}
	var err error
	if n.Topics, err = stored.Topics(ctx, tx); err != nil {
		return nil, err
	}
	if n.Kinds, err = stored.KindRows(ctx, tx); err != nil {
		return nil, err
	}
	if n.Areas, err = areas.All(ctx, tx); err != nil {
		return nil, err
	}
	if n.Departments, err = departments.All(ctx, tx); err != nil {
		return nil, err
	}
	if n.Bodies, err = stored.Bodies(ctx, tx); err != nil {
		return nil, err
	}
	if n.Rules, err = stored.Rules(ctx, tx); err != nil {
		return nil, err
	}
	if n.Settings, err = stored.Settings(ctx, tx); err != nil {
		return nil, err
	}
	n.Kinds = withUsual(n.Kinds)
	for i := range n.Topics {
		n.topics[n.Topics[i].ID] = &n.Topics[i]
	}
	for _, a := range n.Areas {
		n.areas[a.ID] = a.Name
	}
	for _, d := range n.Departments {
		n.departments[d.ID] = d.Name
	}
	return n, nil
}

// withUsual are the kinds of a municipality: its own rows, and where it has none the usual ones.
func withUsual(rows []stored.CaseKind) []stored.CaseKind {
	if len(rows) > 0 {
		return slices.DeleteFunc(rows, func(k stored.CaseKind) bool { return k.Archived })
	}
	return UsualKinds()
}

// UsualKinds are the kinds of a municipality that wrote none down.
func UsualKinds() []stored.CaseKind {
	public := func(code string, place, support bool, mode stored.PublishMode, v stored.Visibility) stored.CaseKind {
		return stored.CaseKind{Code: code, Place: place, Anonymous: true, Support: support, PublishMode: mode, Visibility: v}
	}
	list := []stored.CaseKind{
		public(stored.Defect, true, true, stored.AfterReview, stored.Nameless), public(stored.Initiative, false, true, stored.AfterReview, stored.Public), public(stored.Complaint, false, false, stored.WithAnswer, stored.Nameless),
		public(stored.Praise, false, false, stored.AfterReview, stored.Nameless), public(stored.Query, false, false, stored.WithAnswer, stored.Nameless),
	}
	list[1].Anonymous = false
	for i := range list {
		list[i].Position = i
	}
	return list
}

// Kind is a kind by its code, with sensible rules also for those that the public form does not offer.
func (n *Names) Kind(code string) stored.CaseKind {
	for _, k := range n.Kinds {
		if k.Code == code {
			return k
		}
	}
	return stored.CaseKind{Code: code, PublishMode: stored.Never, Visibility: stored.ReporterOnly}
}

// KindName is what a kind of case is called: in the municipality's own words, or the usual ones.
func (n *Names) KindName(ctx context.Context, code string) string {
	if k := n.Kind(code); len(k.Name) > 0 {
		return k.Name.In(ctx)
	}
	return i18n.T(ctx, "cases.kind."+code) //i18n: cases.kind.*
}

// Offers reports whether the public form offers a kind.
func (n *Names) Offers(code string) bool {
	return slices.ContainsFunc(n.Kinds, func(k stored.CaseKind) bool { return k.Code == code })
}

// Topic is a topic by its id, nil when there is none.
func (n *Names) Topic(topicID string) *stored.CaseTopic { return n.topics[topicID] }

// Above is the topic above one, nil at the top.
func (n *Names) Above(t *stored.CaseTopic) *stored.CaseTopic {
	if t == nil || t.ParentID == "" {
		return nil
	}
	return n.topics[t.ParentID]
}

// Below are the ids of a topic and of those below it.
func (n *Names) Below(topicID string) []string {
	out := []string{topicID}
	for _, t := range n.Topics {
		if t.ParentID == topicID {
			out = append(out, t.ID)
		}
	}
	return out
}

// TopicName is what a topic is called, empty when there is none.
func (n *Names) TopicName(topicID string) i18n.Text {
	if t := n.topics[topicID]; t != nil {
		return t.Name
	}
	return nil
}

// AreaName is what an area is called.
func (n *Names) AreaName(areaID string) i18n.Text { return n.areas[areaID] }

// DepartmentName is what a department is called.
func (n *Names) DepartmentName(departmentID string) i18n.Text { return n.departments[departmentID] }

// Body is another authority by its id, nil when there is none.
func (n *Names) Body(bodyID string) *stored.ExternalBody {
	for i := range n.Bodies {
		if n.Bodies[i].ID == bodyID {
			return &n.Bodies[i]
		}
	}
	return nil
}

// Governs is what holds for a case.
type Governs struct {
	PublishMode     stored.PublishMode
	Visibility      stored.Visibility
	Location        stored.Location
	DuplicateRadius int
	DuplicateDays   int
	ReopenDays      int
	FourEyes        bool
	Photo           bool
	Kind            stored.CaseKind
}

// Govern are the rules for a kind and a topic. A topic may be closer than the kind, never more open: sensitive matters stay private.
func (n *Names) Govern(kind, topicID string) Governs {
	k := n.Kind(kind)
	g := Governs{PublishMode: k.PublishMode, Visibility: k.Visibility, Location: stored.Exact, DuplicateRadius: stored.DuplicateRadius, DuplicateDays: stored.DuplicateDays, ReopenDays: stored.ReopenDays, Kind: k}
	t := n.Topic(topicID)
	for _, one := range []*stored.CaseTopic{n.Above(t), t} {
		if one == nil {
			continue
		}
		if i := slices.Index(stored.PublishModes(), one.PublishMode); i >= 0 {
			g.PublishMode = stored.PublishModes()[i]
		}
		if slices.Index(stored.Visibilities(), one.Visibility) > slices.Index(stored.Visibilities(), g.Visibility) {
			g.Visibility = one.Visibility
		}
		if one.Location != "" {
			g.Location = one.Location
		}
		set := func(to *int, from int) {
			if from != 0 {
				*to = from
			}
		}
		set(&g.DuplicateRadius, one.DuplicateRadius)
		set(&g.DuplicateDays, one.DuplicateDays)
		set(&g.ReopenDays, one.ReopenDays)
		g.FourEyes = g.FourEyes || one.FourEyes
		g.Photo = g.Photo || one.Photo
	}
	if g.PublishMode == "" {
		g.PublishMode = stored.AfterReview
	}
	if g.Visibility == "" {
		g.Visibility = stored.Nameless
	}
	if !g.Visibility.Open() {
		g.PublishMode = stored.Never
	}
	return g
}
