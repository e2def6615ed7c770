package tenant

import "sync"

// memoryMax is how many values are kept; then all are forgotten and the memory begins anew.
const memoryMax = 512

// memory keeps values that were made from rows, each with the version of its row: a newer version takes the place of an older one.
type memory struct {
	mu sync.Mutex
	m  map[memoryKey]remembered
}

type memoryKey struct {
	tenantID string
	settings int64
	name     string
}

type remembered struct {
	version int64
	value   any
}

func (m *memory) get(key memoryKey, version int64, load func() (any, error)) (any, error) {
	m.mu.Lock()
	r, ok := m.m[key]
	m.mu.Unlock()
	if ok && r.version == version {
		return r.value, nil
	}
	v, err := load()
	if err != nil {
		return nil, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.m == nil || len(m.m) >= memoryMax {
		m.m = map[memoryKey]remembered{}
	}
	m.m[key] = remembered{version, v}
	return v, nil
}
