package apigw

/*
#include "library.h"

#cgo noescape apigw_go_body
#cgo nocallback apigw_go_body
#cgo noescape apigw_go_form
#cgo nocallback apigw_go_form
#cgo noescape apigw_go_cookies
#cgo nocallback apigw_go_cookies
#cgo noescape apigw_go_json
#cgo nocallback apigw_go_json
*/
import "C"

import (
	"math"
	"strings"
	"unsafe"
)

const _ = -(uint(C.sizeof_apigw_json_node) ^ uint(unsafe.Sizeof(jsonNode{})))

// Kinds of JSON values: those of the library, after JSONAbsent.
const (
	// JSONAbsent: there is no value.
	JSONAbsent JSONKind = 0
	// JSONNull is null.
	JSONNull JSONKind = C.APIGW_JSON_NULL + 1
	// JSONBool is true or false.
	JSONBool JSONKind = C.APIGW_JSON_BOOL + 1
	// JSONInt is an integer from -2^63 to 2^63-1.
	JSONInt JSONKind = C.APIGW_JSON_INT + 1
	// JSONUint is an integer from 2^63 to 2^64-1.
	JSONUint JSONKind = C.APIGW_JSON_UINT + 1
	// JSONFloat is any other number.
	JSONFloat JSONKind = C.APIGW_JSON_FLOAT + 1
	// JSONString is a string.
	JSONString JSONKind = C.APIGW_JSON_STRING + 1
	// JSONArray is an array.
	JSONArray JSONKind = C.APIGW_JSON_ARRAY + 1
	// JSONObject is an object.
	JSONObject JSONKind = C.APIGW_JSON_OBJECT + 1
)

// length32 is a length of something of an event, all of which have 32 bits: see [Limits].
func length32(length int) C.uint32_t {
	if uint64(length) > math.MaxUint32 {
		panic("apigw: an event is longer than any can be")
	}
	return C.uint32_t(length)
}

// base64Body writes the bytes of a base64 body to out and returns their number.
func (h handle) base64Body(body string, out []byte) (int, error) {
	var need C.size_t
	status := C.apigw_go_body(
		h.c, (*C.uint8_t)(unsafe.StringData(body)), length32(len(body)),
		(*C.uint8_t)(unsafe.SliceData(out)), C.size_t(len(out)), &need,
	)
	return int(need), h.result(status)
}

// form gives the fields of a body, in memory of Go's.
func (h handle) form(body string, isBase64 bool) (derived, error) {
	var found C.apigw_go_pairs
	status := C.apigw_go_form(h.c, (*C.uint8_t)(unsafe.StringData(body)), length32(len(body)),
		C.bool(isBase64), &found)
	if err := h.result(status); err != nil {
		return derived{}, err
	}
	return copyPairs(&found, body), nil
}

// cookies gives the cookies of headers, which are all named cookie, in memory of Go's.
func (h handle) cookies(headers []longPair, text string) (derived, error) {
	var found C.apigw_go_pairs
	status := C.apigw_go_cookies(
		h.c, (*C.uint32_t)(unsafe.Pointer(unsafe.SliceData(headers))), length32(len(headers)),
		(*C.uint8_t)(unsafe.StringData(text)), C.size_t(len(text)), &found,
	)
	if err := h.result(status); err != nil {
		return derived{}, err
	}
	return copyPairs(&found, text), nil
}

// copyPairs copies what C has made of a text.
func copyPairs(found *C.apigw_go_pairs, text string) derived {
	pairs := append([]longPair(nil), unsafe.Slice((*longPair)(unsafe.Pointer(found.pairs)),
		found.count)...)
	if found.text != nil {
		text = strings.Clone(unsafe.String((*byte)(unsafe.Pointer(found.text)), found.text_len))
	}
	return derived{pairs, text}
}

// json reads a JSON document into memory of Go's.
func (h handle) json(text string) (JSON, error) {
	var document C.apigw_json
	status := C.apigw_go_json(h.c, (*C.uint8_t)(unsafe.StringData(text)), C.size_t(len(text)),
		&document)
	if err := h.result(status); err != nil {
		return JSON{}, err
	}
	return JSON{
		nodes: append([]jsonNode(nil), unsafe.Slice((*jsonNode)(unsafe.Pointer(document.nodes)),
			document.count)...),
		text: strings.Clone(unsafe.String((*byte)(unsafe.Pointer(document.text)), document.text_len)),
	}, nil
}
