//go:build cgo

package apigw

import (
	"net/http"
	"net/textproto"
	"net/url"
)

// HTTPHeader is the headers in the form of net/http: names in canonical form, repeated ones in order. It is nil if the event
// has none.
func (e Event) HTTPHeader() http.Header {
	return e.values(headersWords, textproto.CanonicalMIMEHeaderKey)
}

// QueryValues is the query in the form of net/url. A bare name, such as ?flag, is there with an empty list of values.
// It is nil if the event has no such map.
func (e Event) QueryValues() url.Values {
	return e.values(queryWords, func(name string) string { return name })
}

// values is a map with the values of each name in a list. The lists share one array, but for those of names that come again
// after others.
func (e *Event) values(w mapWords, key func(string) string) map[string][]string {
	pairs := e.table.pairRange(w)
	if pairs.isAbsent {
		return nil
	}
	lists := make(map[string][]string, pairs.count)
	rest := make([]string, pairs.count)
	var (
		sent, name string
		list       []string
		isAgain    bool
	)
	for i := range pairs.count {
		pair := e.table.pair(pairs.first + i)
		if next := e.name(pair); i == 0 || next != sent {
			sent, name = next, key(next)
			if list, isAgain = lists[name]; !isAgain {
				list = rest[:0]
			}
		}
		if pair.valueOff != none {
			list = append(list, e.value(pair))
			if !isAgain {
				rest = rest[1:]
			}
		}
		lists[name] = list[:len(list):len(list)]
	}
	return lists
}
