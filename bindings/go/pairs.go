//go:build cgo

package apigw

import "iter"

// Pairs is a map of an event: names and values in the order in which the event has them, repeated
// names included. It is an iterator:
//
//	for name, value := range event.Query() {
//
// Names compare exactly, and looking one up walks the map. A bare name, such as ?flag in a query,
// has the value "".
type Pairs iter.Seq2[string, string]

// Get is the first value with this name, "" if there is none.
func (p Pairs) Get(name string) string {
	value, _ := p.Lookup(name)
	return value
}

// Lookup is the first value with this name, and whether there is one.
func (p Pairs) Lookup(name string) (value string, found bool) {
	for n, v := range p {
		if n == name {
			return v, true
		}
	}
	return "", false
}

// Values is all values with this name, in order.
func (p Pairs) Values(name string) []string {
	var values []string
	for n, v := range p {
		if n == name {
			values = append(values, v)
		}
	}
	return values
}

// Len is the number of pairs.
func (p Pairs) Len() int {
	count := 0
	for range p {
		count++
	}
	return count
}

// Headers is a map of headers: like [Pairs], but names compare without ASCII case.
type Headers iter.Seq2[string, string]

// Get is the first value with this name in any case, "" if there is none.
func (h Headers) Get(name string) string {
	value, _ := h.Lookup(name)
	return value
}

// Lookup is the first value with this name in any case, and whether there is one.
func (h Headers) Lookup(name string) (value string, found bool) {
	for n, v := range h {
		if equalFold(n, name) {
			return v, true
		}
	}
	return "", false
}

// Values is all values with this name in any case, in order.
func (h Headers) Values(name string) []string {
	var values []string
	for n, v := range h {
		if equalFold(n, name) {
			values = append(values, v)
		}
	}
	return values
}

// Len is the number of pairs.
func (h Headers) Len() int {
	return Pairs(h).Len()
}

// Header is the first header with this name in any case, "" if there is none: a quicker
// Headers().Get(name).
func (e Event) Header(name string) string {
	headers := e.table.pairRange(headersWords)
	for i := range headers.count {
		pair := e.table.pair(headers.first + i)
		if equalFold(e.name(pair), name) {
			return e.value(pair)
		}
	}
	return ""
}

func (e *Event) each(w mapWords, yield func(name, value string) bool) {
	pairs := e.table.pairRange(w)
	for i := range pairs.count {
		pair := e.table.pair(pairs.first + i)
		if !yield(e.name(pair), e.value(pair)) {
			return
		}
	}
}

func (e *Event) name(p pair) string {
	if p.nameOff == none {
		return headerNames[p.nameLen]
	}
	return e.text[p.nameOff:][:p.nameLen]
}

func (e *Event) value(p pair) string {
	if p.valueOff == none {
		return ""
	}
	return e.text[p.valueOff:][:p.valueLen]
}

// equalFold compares without ASCII case (RFC 9110 section 5.1).
func equalFold(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}
