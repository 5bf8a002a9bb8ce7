//go:build cgo

package apigw

import (
	"net/http"
	"net/textproto"
	"net/url"

	"apigw/internal/fill"
)

// HeaderMapInto is the headers with the last value of each name, names as they were sent, in the
// memory of a map: it is emptied, filled and returned. If there is none, one is made.
func (e Event) HeaderMapInto(headers map[string]string) map[string]string {
	pairs := e.table.pairRange(headersWords)
	headers = fill.Emptied(headers, int(pairs.count))
	for i := range pairs.count {
		pair := e.table.pair(pairs.first + i)
		headers[e.name(pair)] = e.value(pair)
	}
	return headers
}

// HTTPHeader is the headers in the form of net/http: names in canonical form, repeated ones in
// order. It is nil if the event has none.
func (e Event) HTTPHeader() http.Header {
	return e.values(nil, headersWords, textproto.CanonicalMIMEHeaderKey)
}

// QueryValues is the query in the form of net/url. A bare name, such as ?flag, is there with an
// empty list of values. It is nil if the event has no such map.
func (e Event) QueryValues() url.Values {
	return e.QueryValuesInto(nil)
}

// QueryValuesInto is [Event.QueryValues] in the memory of a map: it is emptied, filled and
// returned, and stays empty if the event has no query. The lists of values are new.
func (e Event) QueryValuesInto(values url.Values) url.Values {
	return e.values(values, queryWords, func(name string) string { return name })
}

// values fills a map with the values of each name in a list. If there is none, it makes one, but
// not for an absent map. The lists share one array, but for those of names that come again after
// others.
func (e *Event) values(lists map[string][]string, w mapWords,
	key func(string) string) map[string][]string {
	pairs := e.table.pairRange(w)
	clear(lists)
	if pairs.isAbsent {
		return lists
	}
	if lists == nil {
		lists = make(map[string][]string, pairs.count)
	}
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
