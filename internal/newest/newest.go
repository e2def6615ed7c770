// Package newest remembers what is dear to make, as long as the thing that it was made from stays the same.
package newest

import "sync"

// Map keeps one value for each key, with the version that it was made from. The zero Map is empty. It grows with the number of keys and
// forgets none, so keys are things of which there are few.
type Map[K, Version comparable, V any] struct {
	making sync.Mutex
	mu     sync.RWMutex
	kept   map[K]kept[Version, V]
}

type kept[Version comparable, V any] struct {
	version Version
	value   V
}

// Of gives the value of a key, from memory when it was made from this version. Of many who ask at once for a new one, one makes it and
// the others wait for him. An error is given back and not remembered.
func (m *Map[K, Version, V]) Of(key K, version Version, produce func() (V, error)) (V, error) {
	if v, ok := m.known(key, version); ok {
		return v, nil
	}
	m.making.Lock()
	defer m.making.Unlock()
	if v, ok := m.known(key, version); ok {
		return v, nil
	}
	v, err := produce()
	if err != nil {
		var none V
		return none, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept == nil {
		m.kept = map[K]kept[Version, V]{}
	}
	m.kept[key] = kept[Version, V]{version, v}
	return v, nil
}

func (m *Map[K, Version, V]) known(key K, version Version) (V, bool) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	k, ok := m.kept[key]
	return k.value, ok && k.version == version
}
