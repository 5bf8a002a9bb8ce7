// Package fill fills the maps of the vendors' types.
package fill

// Emptied returns the map without its content or, for nil, a new map with room for this number of
// names.
func Emptied[V any](values map[string]V, names int) map[string]V {
	if values == nil {
		return make(map[string]V, names)
	}
	clear(values)
	return values
}

// Cleared returns the map without its content.
func Cleared[V any](values map[string]V) map[string]V {
	clear(values)
	return values
}

// Maps are filled with pairs of names and values.
type Maps struct {
	// Last has the last value of each name.
	Last map[string]string
	// All has all of them. The lists share one array, but for those of names that come again.
	All  map[string][]string
	rest []string
}

// Empty returns maps that will be filled with this number of pairs, in the memory of existing maps,
// which may be nil.
func Empty(last map[string]string, all map[string][]string, pairs int) Maps {
	return Maps{Emptied(last, pairs), Emptied(all, pairs), make([]string, pairs)}
}

// Add adds a pair. It returns true, so that an iteration goes on.
func (m *Maps) Add(name, value string) bool {
	m.Last[name] = value
	// The one map has the name, and the other one only if it was there before.
	if len(m.Last) > len(m.All) {
		m.rest[0] = value
		m.All[name], m.rest = m.rest[:1:1], m.rest[1:]
	} else {
		m.All[name] = append(m.All[name], value)
	}
	return true
}
