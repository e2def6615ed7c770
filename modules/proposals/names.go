package proposals

import (
	"context"
	"sync"
	"time"

	"glas/internal/i18n"
	"glas/modules/answers"
	"glas/modules/areas"
	"glas/modules/departments"
	"glas/modules/topics"
	"glas/tenant"
)

// names are how topics, areas, departments and states of answers are called in a municipality.
type names struct {
	topics      []topics.Topic
	areas       []areas.Area
	departments map[string]i18n.Text
	labels      answers.Labels
	byTopic     map[string]i18n.Text
	byArea      map[string]i18n.Text
	until       time.Time
}

// namesFor is how long a name may be old: lists then cost no statement for them.
const namesFor = 30 * time.Second

// nameCache keeps the names of municipalities that are looked at.
type nameCache struct {
	mu       sync.Mutex
	byTenant map[string]*names
}

func newNameCache() *nameCache { return &nameCache{byTenant: map[string]*names{}} }

// namesOf are the names of the municipality, from memory when they are fresh.
func (m *Module) namesOf(ctx context.Context, tx *tenant.Tx) (*names, error) {
	m.names.mu.Lock()
	n := m.names.byTenant[tx.ID()]
	m.names.mu.Unlock()
	if n != nil && tx.Now().Before(n.until) {
		return n, nil
	}
	n, err := loadNames(ctx, tx)
	if err != nil {
		return nil, err
	}
	m.names.mu.Lock()
	m.names.byTenant[tx.ID()] = n
	m.names.mu.Unlock()
	return n, nil
}

func loadNames(ctx context.Context, tx *tenant.Tx) (*names, error) {
	n := &names{departments: map[string]i18n.Text{}, byTopic: map[string]i18n.Text{}, byArea: map[string]i18n.Text{}, until: tx.Now().Add(namesFor)}
	var err error
	if n.topics, err = topics.All(ctx, tx); err != nil {
		return nil, err
	}
	if n.areas, err = areas.All(ctx, tx); err != nil {
		return nil, err
	}
	if n.labels, err = answers.AllLabels(ctx, tx); err != nil {
		return nil, err
	}
	list, err := departments.All(ctx, tx)
	if err != nil {
		return nil, err
	}
	for _, d := range list {
		n.departments[d.ID] = d.Name
	}
	for _, t := range n.topics {
		n.byTopic[t.ID] = t.Name
	}
	for _, a := range n.areas {
		n.byArea[a.ID] = a.Name
	}
	return n, nil
}
