//go:build cgo

package apigw

import (
	"iter"
	"math"
	"strconv"
	"strings"
	"unsafe"
)

// JSON is a value of a JSON document. It is a small value that is copied freely; the document is
// garbage-collected memory of its own. The zero JSON is absent, and so is everything in it:
// document.Get("a").At(0) needs no checks on the way.
type JSON struct {
	nodes []jsonNode
	text  string
}

// JSONKind is what a JSON value is.
type JSONKind uint8

// String is the kind's name, such as "object".
func (k JSONKind) String() string {
	return [...]string{"absent", "null", "bool", "int", "uint", "float", "string", "array",
		"object"}[k]
}

// jsonNode is a value, or the name of a member. A container is followed by what is in it.
type jsonNode struct {
	kind uint32
	// next is the distance to the node after this value.
	next  uint32
	value uint64
}

// span is a string in the text of a document: the value of a jsonNode that is one.
type span struct {
	off, len uint32
}

// ParseJSON reads a JSON document by the rules of events: strict RFC 8259, at most 64 objects and
// arrays open at once, at most 1 048 576 values and names. Of a number that is an integer but
// beyond 64 bits, or has a fraction or an exponent, it keeps the nearest float64. An error is an
// [*Error].
func ParseJSON(text string) (JSON, error) {
	d := acquireDecoder()
	defer releaseDecoder(d)
	return d.handle.json(text)
}

// Kind is what the value is.
func (j JSON) Kind() JSONKind {
	if len(j.nodes) == 0 {
		return JSONAbsent
	}
	return JSONKind(j.nodes[0].kind) + 1
}

// Bool is the value of true or false, and whether it is one.
func (j JSON) Bool() (value, ok bool) {
	if j.Kind() != JSONBool {
		return false, false
	}
	return j.nodes[0].value != 0, true
}

// Int is an integer, and whether the value is one that fits.
func (j JSON) Int() (int64, bool) {
	if j.Kind() != JSONInt {
		return 0, false
	}
	return int64(j.nodes[0].value), true
}

// Uint is an integer that is not negative, and whether the value is one.
func (j JSON) Uint() (uint64, bool) {
	switch value, isInt := j.Int(); {
	case isInt && value >= 0:
		return uint64(value), true
	case j.Kind() == JSONUint:
		return j.nodes[0].value, true
	default:
		return 0, false
	}
}

// Float is a number as the nearest float64, and whether the value is one.
func (j JSON) Float() (float64, bool) {
	switch j.Kind() {
	case JSONInt:
		return float64(int64(j.nodes[0].value)), true
	case JSONUint:
		return float64(j.nodes[0].value), true
	case JSONFloat:
		return math.Float64frombits(j.nodes[0].value), true
	default:
		return 0, false
	}
}

// Text is a string, and whether the value is one.
func (j JSON) Text() (string, bool) {
	if j.Kind() != JSONString {
		return "", false
	}
	s := *(*span)(unsafe.Pointer(&j.nodes[0].value))
	return j.text[s.off:][:s.len], true
}

// Len is the number of elements of an array or of members of an object, and otherwise 0.
func (j JSON) Len() int {
	if j.Kind() != JSONArray && j.Kind() != JSONObject {
		return 0
	}
	return int(j.nodes[0].value)
}

// Get is the value of the first member of an object that has this name.
func (j JSON) Get(name string) JSON {
	for n, value := range j.Members() {
		if n == name {
			return value
		}
	}
	return JSON{}
}

// At is the element of an array with this index, from 0.
func (j JSON) At(index int) JSON {
	if index >= 0 && index < j.Len() {
		for element := range j.Elements() {
			if index == 0 {
				return element
			}
			index--
		}
	}
	return JSON{}
}

// Pointer is the value that a JSON pointer (RFC 6901) leads to, such as "/items/0/name".
func (j JSON) Pointer(pointer string) JSON {
	if pointer == "" {
		return j
	}
	if pointer[0] != '/' {
		return JSON{}
	}
	for token := range strings.SplitSeq(pointer[1:], "/") {
		if j.Kind() == JSONObject {
			j = j.Get(strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~"))
			continue
		}
		index, err := strconv.Atoi(token)
		if err != nil || strconv.Itoa(index) != token {
			return JSON{}
		}
		j = j.At(index)
	}
	return j
}

// Elements iterates over an array.
func (j JSON) Elements() iter.Seq[JSON] {
	return func(yield func(JSON) bool) {
		if j.Kind() != JSONArray {
			return
		}
		for at := 1; at < int(j.nodes[0].next); at += int(j.nodes[at].next) {
			if !yield(j.node(at)) {
				return
			}
		}
	}
}

// Members iterates over an object: names and values in order, repeated names included.
func (j JSON) Members() iter.Seq2[string, JSON] {
	return func(yield func(string, JSON) bool) {
		if j.Kind() != JSONObject {
			return
		}
		for at := 1; at < int(j.nodes[0].next); at += 1 + int(j.nodes[at+1].next) {
			name, _ := j.node(at).Text()
			if !yield(name, j.node(at+1)) {
				return
			}
		}
	}
}

func (j JSON) node(at int) JSON {
	return JSON{nodes: j.nodes[at:], text: j.text}
}

// Value is the value as [encoding/json] would have it in an any, but for integers, which are int64
// or uint64. Of members with the same name it has the first. An absent value is nil.
func (j JSON) Value() any {
	switch j.Kind() {
	case JSONBool:
		value, _ := j.Bool()
		return value
	case JSONInt:
		value, _ := j.Int()
		return value
	case JSONUint:
		value, _ := j.Uint()
		return value
	case JSONFloat:
		value, _ := j.Float()
		return value
	case JSONString:
		value, _ := j.Text()
		return value
	case JSONArray:
		list := make([]any, 0, j.Len())
		for element := range j.Elements() {
			list = append(list, element.Value())
		}
		return list
	case JSONObject:
		object := make(map[string]any, j.Len())
		for name, member := range j.Members() {
			if _, found := object[name]; !found {
				object[name] = member.Value()
			}
		}
		return object
	default:
		return nil
	}
}
