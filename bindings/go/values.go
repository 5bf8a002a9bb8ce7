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
	return e.values(e.fields().headers, textproto.CanonicalMIMEHeaderKey)
}

// QueryValues is the query in the form of net/url. A bare name, such as ?flag, is there with an empty list of values.
// It is nil if the event has no such map.
func (e Event) QueryValues() url.Values {
	return e.values(e.fields().query, func(name string) string { return name })
}

// values is a map with the values of each name in a list. The lists share one array.
func (e Event) values(r pairRange, key func(string) string) map[string][]string {
	if r.first == none {
		return nil
	}
	pairs := e.slice(r)
	lists := make(map[string][]string, len(pairs))
	array := make([]string, len(pairs))
	for i := range pairs {
		name := key(e.name(&pairs[i]))
		list, found := lists[name]
		if !found {
			// Only a second value has to move the list.
			list = array[i : i : i+1]
		}
		if pairs[i].valueOff != none {
			list = append(list, e.value(&pairs[i]))
		}
		lists[name] = list
	}
	return lists
}
