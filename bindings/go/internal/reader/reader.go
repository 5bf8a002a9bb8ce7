// Package reader reads JSON into the fields of Go structs without reflection.
//
// It knows what encoding/json makes of the usual documents, and gives up on all others: on wrong
// types, on names that differ from a field's only in case, on text that is not UTF-8, and on
// whatever is not JSON. encoding/json then reads the document again. So every result is that of
// encoding/json.
package reader

import (
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// Reader reads one document. Every method that has a pointer reads the next value there; null
// leaves strings, numbers and booleans as they are, and makes anything else nil.
type Reader struct {
	data []byte
	// text is a copy of data, of which the strings are parts.
	text string
	at   int
	// unescaped is the memory of the strings that have escapes.
	unescaped strings.Builder
	hasFailed bool
	// Names and values of the map that is being read, and how many of them are values of each name.
	// They are places, so that the garbage collector has nothing to do with them.
	values []span
	counts []int
}

// span is the place of a string: in the text or, beyond its length, in the unescaped strings.
type span struct{ start, end int }

// string is the string at a place.
func (r *Reader) string(s span) string {
	if s.end <= len(r.text) {
		return r.text[s.start:s.end]
	}
	return r.unescaped.String()[s.start-len(r.text) : s.end-len(r.text)]
}

const (
	// maxDepth is how deep values may be nested.
	maxDepth = 100
	// maxKept is how many values the memory that is kept has room for.
	maxKept = 1 << 10
)

var readers = sync.Pool{New: func() any { return new(Reader) }}

// Read reads a document with a function, and reports whether the result is that of encoding/json.
func Read(data []byte, read func(*Reader)) bool {
	r := readers.Get().(*Reader)
	r.data, r.text, r.at, r.hasFailed = data, string(data), 0, false
	read(r)
	r.space()
	isRead := !r.hasFailed && r.at == len(r.data)
	r.data, r.text, r.unescaped = nil, "", strings.Builder{}
	if cap(r.values) > maxKept {
		r.values, r.counts = nil, nil
	}
	readers.Put(r)
	return isRead
}

// fail ends the reading: nothing follows any more.
func (r *Reader) fail() {
	r.hasFailed = true
	r.data, r.at = nil, 0
}

func (r *Reader) space() {
	for r.at < len(r.data) {
		switch r.data[r.at] {
		case ' ', '\t', '\n', '\r':
			r.at++
		default:
			return
		}
	}
}

// peek is the first byte of the next value, or 0.
func (r *Reader) peek() byte {
	if r.at < len(r.data) && r.data[r.at] > ' ' {
		return r.data[r.at]
	}
	r.space()
	if r.at < len(r.data) {
		return r.data[r.at]
	}
	return 0
}

// isNull reads a null, if there is one.
func (r *Reader) isNull() bool {
	if r.peek() != 'n' {
		return false
	}
	r.literal("null")
	return true
}

func (r *Reader) literal(text string) {
	if len(r.data)-r.at < len(text) || string(r.data[r.at:r.at+len(text)]) != text {
		r.fail()
		return
	}
	r.at += len(text)
}

// Open begins an object, and returns the name of its first member. A null is an object without
// members.
func (r *Reader) Open() (name string, more bool) {
	place, more := r.open()
	return r.string(place), more
}

// Next returns the name of the next member.
func (r *Reader) Next() (name string, more bool) {
	place, more := r.next()
	return r.string(place), more
}

func (r *Reader) open() (name span, more bool) {
	if r.isNull() || !r.begin('{', '}') {
		return span{}, false
	}
	return r.name()
}

func (r *Reader) next() (name span, more bool) {
	if !r.more('}') {
		return span{}, false
	}
	return r.name()
}

// begin begins an object or an array, and reports whether it has an element.
func (r *Reader) begin(open, end byte) bool {
	if r.peek() != open {
		r.fail()
		return false
	}
	r.at++
	if r.peek() == end {
		r.at++
		return false
	}
	return true
}

// more reports whether another element follows.
func (r *Reader) more(end byte) bool {
	switch r.peek() {
	case ',':
		r.at++
		return true
	case end:
		r.at++
	default:
		r.fail()
	}
	return false
}

func (r *Reader) name() (name span, more bool) {
	if r.peek() != '"' {
		r.fail()
		return span{}, false
	}
	name = r.quotedSpan()
	if r.peek() != ':' {
		r.fail()
		return span{}, false
	}
	r.at++
	return name, true
}

// String reads a string.
func (r *Reader) String(to *string) {
	switch {
	case r.peek() == '"':
		*to = r.quoted()
	case !r.isNull():
		r.fail()
	}
}

// StringPointer reads a string that may be absent.
func (r *Reader) StringPointer(to **string) {
	if r.isNull() {
		*to = nil
		return
	}
	text := ""
	r.String(&text)
	*to = &text
}

// Bool reads a boolean.
func (r *Reader) Bool(to *bool) {
	switch r.peek() {
	case 't':
		r.literal("true")
		*to = true
	case 'f':
		r.literal("false")
		*to = false
	case 'n':
		r.literal("null")
	default:
		r.fail()
	}
}

// Int64 reads an integer.
func (r *Reader) Int64(to *int64) {
	if r.isNull() {
		return
	}
	number, err := strconv.ParseInt(r.number(), 10, 64)
	if err != nil {
		r.fail()
		return
	}
	*to = number
}

// number is the text of a number (RFC 8259 section 6).
func (r *Reader) number() string {
	r.space()
	start := r.at
	digits := func() bool {
		first := r.at
		for r.at < len(r.data) && '0' <= r.data[r.at] && r.data[r.at] <= '9' {
			r.at++
		}
		return r.at > first
	}
	next := func(any string) bool {
		is := r.at < len(r.data) && strings.IndexByte(any, r.data[r.at]) >= 0
		if is {
			r.at++
		}
		return is
	}
	next("-")
	isNumber := next("0") || digits()
	if isNumber && next(".") {
		isNumber = digits()
	}
	if isNumber && next("eE") {
		next("+-")
		isNumber = digits()
	}
	if !isNumber {
		r.fail()
		return ""
	}
	return r.text[start:r.at]
}

// Strings reads an array of strings. A second one is not read.
func (r *Reader) Strings(to *[]string) {
	if r.isNull() {
		*to = nil
		return
	}
	if *to != nil {
		// encoding/json reads into the elements that are there.
		r.fail()
		return
	}
	start := len(r.values)
	r.list()
	*to = make([]string, len(r.values)-start)
	for i, value := range r.values[start:] {
		(*to)[i] = r.string(value)
	}
	r.values = r.values[:start]
}

// list appends the strings of an array to the values.
func (r *Reader) list() {
	for more := r.begin('[', ']'); more; more = r.more(']') {
		r.values = append(r.values, r.stringOrNull())
	}
}

// stringOrNull is the place of a string, or of an empty one for a null.
func (r *Reader) stringOrNull() span {
	switch {
	case r.peek() == '"':
		return r.quotedSpan()
	case !r.isNull():
		r.fail()
	}
	return span{}
}

// Map reads an object of strings.
func (r *Reader) Map(to *map[string]string) {
	if r.isNull() {
		*to = nil
		return
	}
	for name, more := r.open(); more; name, more = r.next() {
		r.values = append(r.values, name, r.stringOrNull())
	}
	if *to == nil {
		*to = make(map[string]string, len(r.values)/2)
	}
	for i := 0; i+1 < len(r.values); i += 2 {
		(*to)[r.string(r.values[i])] = r.string(r.values[i+1])
	}
	r.values = r.values[:0]
}

// Lists reads an object of arrays of strings. All arrays share one block of memory.
func (r *Reader) Lists(to *map[string][]string) {
	if r.isNull() {
		*to = nil
		return
	}
	const absent = -1
	r.counts = r.counts[:0]
	for name, more := r.open(); more; name, more = r.next() {
		r.values = append(r.values, name)
		if r.isNull() {
			r.counts = append(r.counts, absent)
			continue
		}
		start := len(r.values)
		r.list()
		r.counts = append(r.counts, len(r.values)-start)
	}
	if *to == nil {
		*to = make(map[string][]string, len(r.counts))
	}
	block := make([]string, 0, len(r.values)-len(r.counts))
	from := r.values
	for _, count := range r.counts {
		if len(from) == 0 {
			break
		}
		name := r.string(from[0])
		from = from[1:]
		if count == absent {
			(*to)[name] = nil
			continue
		}
		start := len(block)
		for _, value := range from[:count] {
			block = append(block, r.string(value))
		}
		(*to)[name] = block[start:len(block):len(block)]
		from = from[count:]
	}
	r.values = r.values[:0]
}

// Values reads an object of any values.
func (r *Reader) Values(to *map[string]any) {
	if r.isNull() {
		*to = nil
		return
	}
	r.object(to, 0)
}

// Value reads any value.
func (r *Reader) Value(to *any) {
	*to = r.value(0)
}

func (r *Reader) object(to *map[string]any, depth int) {
	name, more := r.Open()
	if *to == nil {
		*to = map[string]any{}
	}
	for ; more; name, more = r.Next() {
		(*to)[name] = r.value(depth + 1)
	}
}

func (r *Reader) value(depth int) any {
	if depth > maxDepth {
		r.fail()
		return nil
	}
	switch r.peek() {
	case '"':
		return r.quoted()
	case '{':
		var object map[string]any
		r.object(&object, depth)
		return object
	case '[':
		array := []any{}
		for more := r.begin('[', ']'); more; more = r.more(']') {
			array = append(array, r.value(depth+1))
		}
		return array
	case 't', 'f':
		var is bool
		r.Bool(&is)
		return is
	case 'n':
		r.literal("null")
		return nil
	}
	number, err := strconv.ParseFloat(r.number(), 64)
	if err != nil {
		r.fail()
	}
	return number
}

// Pointer reports whether the next value is not null. A null is read.
func (r *Reader) Pointer() bool {
	return !r.isNull()
}

// Skip reads the value of a member that is not one of the fields.
func (r *Reader) Skip(name string, fields []string) {
	for _, field := range fields {
		if strings.EqualFold(name, field) {
			// encoding/json takes it for the field.
			r.fail()
			return
		}
	}
	r.skip(0)
}

func (r *Reader) skip(depth int) {
	if depth > maxDepth {
		r.fail()
		return
	}
	switch r.peek() {
	case '"':
		r.quoted()
	case '{':
		for _, more := r.Open(); more; _, more = r.Next() {
			r.skip(depth + 1)
		}
	case '[':
		for more := r.begin('[', ']'); more; more = r.more(']') {
			r.skip(depth + 1)
		}
	case 't', 'f':
		var is bool
		r.Bool(&is)
	case 'n':
		r.literal("null")
	default:
		r.number()
	}
}

// quoted reads a string, whose quote is the next byte.
func (r *Reader) quoted() string {
	return r.string(r.quotedSpan())
}

func (r *Reader) quotedSpan() span {
	start := r.at + 1
	end, isASCII := plain(r.data, start)
	if end < len(r.data) && r.data[end] == '"' {
		if !isASCII && !utf8.Valid(r.data[start:end]) {
			r.fail()
			return span{}
		}
		r.at = end + 1
		return span{start, end}
	}
	return r.unescape(start, end)
}
