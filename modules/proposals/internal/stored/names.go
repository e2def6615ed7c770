package stored

import (
	"context"
	"time"

	"glas/internal/i18n"
	"glas/modules/answers"
	"glas/modules/areas"
	"glas/modules/departments"
	"glas/modules/topics"
	"glas/tenant"
)

// Names are how topics, areas, departments and states of answers are called in a municipality.
type Names struct {
	Topics      []topics.Topic
	Areas       []areas.Area
	Departments map[string]i18n.Text
	Labels      answers.Labels
	ByTopic     map[string]i18n.Text
	ByArea      map[string]i18n.Text
}

// namesFor is how long a name may be old: lists then cost no statement for them.
const namesFor = 30 * time.Second

// NameCache keeps the names of municipalities that are looked at.
type NameCache = tenant.Kept[*Names]

// NewNameCache makes an empty one.
func NewNameCache() *NameCache { return tenant.Keep(namesFor, LoadNames) }

func LoadNames(ctx context.Context, tx *tenant.Tx) (*Names, error) {
	n := &Names{Departments: map[string]i18n.Text{}, ByTopic: map[string]i18n.Text{}, ByArea: map[string]i18n.Text{}}
	var err error
	if n.Topics, err = topics.All(ctx, tx); err != nil {
		return nil, err
	}
	if n.Areas, err = areas.All(ctx, tx); err != nil {
		return nil, err
	}
	if n.Labels, err = answers.AllLabels(ctx, tx); err != nil {
		return nil, err
	}
	list, err := departments.All(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, d := range list {
		n.Departments[d.ID] = d.Name
	}
	for _, t := range n.Topics {
		n.ByTopic[t.ID] = t.Name
	}
	for _, a := range n.Areas {
		n.ByArea[a.ID] = a.Name
	}
	return n, nil
}
