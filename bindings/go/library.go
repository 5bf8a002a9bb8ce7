package apigw

/*
#include "pack.h"

#cgo noescape apigw_decoder_new
#cgo nocallback apigw_decoder_new
#cgo noescape apigw_encoder_new
#cgo nocallback apigw_encoder_new
#cgo noescape apigw_go_decode
#cgo nocallback apigw_go_decode
#cgo noescape apigw_go_decode_packed
#cgo nocallback apigw_go_decode_packed
#cgo noescape apigw_go_pack
#cgo nocallback apigw_go_pack
#cgo noescape apigw_go_encode
#cgo nocallback apigw_go_encode
#cgo noescape apigw_go_reply
#cgo nocallback apigw_go_reply
#cgo noescape apigw_decoder_decode
#cgo nocallback apigw_decoder_decode
#cgo noescape apigw_decoder_decode_response
#cgo nocallback apigw_decoder_decode_response
*/
import "C"

import (
	"strings"
	"unsafe"

	// The C library must come along when this package is vendored.
	_ "apigw/internal/clib"
)

const (
	// Padding is the number of bytes of capacity that must follow an event that [Decoder.DecodeInto]
	// decodes, besides the room for a decoded query.
	Padding = C.APIGW_PADDING

	none = C.APIGW_NONE

	// packSlack is the number of bytes after a packed event that are overwritten.
	packSlack = C.APIGW_GO_CHUNK

	flagBase64  = C.APIGW_FLAG_BODY_BASE64
	flagJSON    = C.APIGW_FLAG_BODY_JSON
	flagASCII   = C.APIGW_FLAG_ASCII
	flagConnect = C.APIGW_FLAG_WEBSOCKET_CONNECT
	flagMessage = C.APIGW_FLAG_WEBSOCKET_MESSAGE
	flagClose   = C.APIGW_FLAG_WEBSOCKET_CLOSE

	flagPathDecoded = C.APIGW_FLAG_PATH_DECODED

	flagIntegrated = C.APIGW_FLAG_INTEGRATED

	// tableWords is the number of words before the pairs, and shortWords that of short ones.
	tableWords = C.APIGW_GO_WORDS
	shortWords = C.APIGW_GO_SHORT_WORDS
)

// The words of table.go are those of the header, whose event may have grown at its end since.
const (
	_ = uint(C.sizeof_apigw_event_table)/4 - fixedWords
	_ = -(uint(unsafe.Offsetof(C.apigw_event_table{}.flags)) ^ 4*flagsWord)
	_ = -(uint(unsafe.Offsetof(C.apigw_event_table{}.pair_count)) ^ 4*countWord)
	_ = -(uint(unsafe.Offsetof(C.apigw_event_table{}.method)) ^ 4*uint(methodWords))
	_ = -(uint(unsafe.Offsetof(C.apigw_event_table{}.body)) ^ 4*uint(bodyWords))
	_ = -(uint(unsafe.Offsetof(C.apigw_event_table{}.headers)) ^ 4*uint(headersWords))
	_ = -(uint(unsafe.Offsetof(C.apigw_event_table{}.websocket_extras)) ^ 4*uint(webSocketExtrasWords))
	_ = -(uint(unsafe.Offsetof(C.apigw_event_table{}.status)) ^ 4*statusWord)
	_ = -(uint(unsafe.Offsetof(C.apigw_event_table{}.time_low)) ^ 4*timeWord)
	_ = -(uint(C.sizeof_apigw_pair) ^ uint(unsafe.Sizeof(longPair{})))
)

// handle is a decoder and an encoder of the C library.
type handle struct {
	c       *C.apigw_decoder
	encoder *C.apigw_encoder
}

func newHandle(limits Limits) (handle, error) {
	options := C.apigw_decoder_options{
		size:      C.sizeof_apigw_decoder_options,
		max_input: C.uint32_t(limits.Input),
		max_pairs: C.uint32_t(limits.Pairs),
	}
	encoderOptions := C.apigw_encoder_options{
		size:       C.sizeof_apigw_encoder_options,
		max_output: C.uint32_t(limits.Response),
	}
	var h handle
	if status := C.apigw_decoder_new(C.APIGW_ABI, &options, &h.c); status != C.APIGW_OK {
		return handle{}, ErrorCode(status)
	}
	if status := C.apigw_encoder_new(C.APIGW_ABI, &encoderOptions, &h.encoder); status != C.APIGW_OK {
		h.free()
		return handle{}, ErrorCode(status)
	}
	return h, nil
}

func (h handle) free() {
	C.apigw_decoder_free(h.c)
	C.apigw_encoder_free(h.encoder)
}

// decode decodes input into text, which may be the same memory, and into words.
func (h handle) decode(input, text []byte, words []uint32) error {
	status := C.apigw_go_decode(
		h.c,
		(*C.uint8_t)(unsafe.SliceData(input)), C.size_t(len(input)),
		(*C.uint8_t)(unsafe.SliceData(text)), C.size_t(len(text)),
		(*C.uint32_t)(unsafe.SliceData(words)), C.size_t(len(words)),
	)
	return h.result(status)
}

// packed is the size of an event that is packed.
type packed = C.apigw_go_packed

// form is what is packed of an event.
type form bool

const (
	// wholeEvent packs the table too, unless it is large.
	wholeEvent form = false
	// stringsAlone leaves the table in the decoder's words.
	stringsAlone form = true
)

// longText is the length from which on the library has memory for the text itself.
const longText = C.APIGW_GO_LONG

// decodePacked does the same as decode, and packs the event into memory if there is room. If not,
// pack does it, as long as text and words are as they are. The error is ErrBuffer if the event
// cannot be packed.
func (h handle) decodePacked(input, text []byte, words []uint32, form form, memory []byte) (packed,
	error) {
	var p packed
	status := C.apigw_go_decode_packed(
		h.c,
		(*C.uint8_t)(unsafe.SliceData(input)), C.size_t(len(input)),
		(*C.uint8_t)(unsafe.SliceData(text)), C.size_t(len(text)),
		(*C.uint32_t)(unsafe.SliceData(words)), C.size_t(len(words)), C.uint32_t(len(headerNames)-1),
		C.bool(form),
		(*C.uint8_t)(unsafe.SliceData(memory)), C.size_t(len(memory)), &p,
	)
	return p, h.result(status)
}

// pack packs an event into memory of its size, which is followed by packSlack bytes.
func pack(text []byte, words []uint32, p packed, memory []byte) {
	C.apigw_go_pack(
		(*C.uint32_t)(unsafe.SliceData(words)), (*C.uint8_t)(unsafe.SliceData(text)), &p,
		(*C.uint8_t)(unsafe.SliceData(memory)), C.size_t(len(memory)+packSlack),
	)
}

// tableOf is the table of an event whose words were packed into memory, and where its text begins.
func tableOf(p packed, words []uint32, memory []byte) (t table, textOff int) {
	if p.is_strings {
		return tableIn(words), 0
	}
	width, fixed := 4, tableWords
	if p.is_short {
		width, fixed = 2, shortWords
	}
	start := unsafe.Pointer(unsafe.SliceData(memory))
	t = table{words: start, pairs: unsafe.Add(start, fixed*width),
		pairCount: uint32(p.pair_count), isShort: bool(p.is_short)}
	return t, width * (fixed + pairWords*int(p.pair_count))
}

// encode encodes a response into out and returns its length, also if out is too small: the error is
// then ErrBuffer.
func (h handle) encode(status, dialect, encoding uint32, text []byte, headers []header, body,
	out []byte) (int, error) {
	var need C.size_t
	result := C.apigw_go_encode(
		h.encoder, C.uint32_t(status), C.uint32_t(dialect), C.uint32_t(encoding),
		(*C.uint8_t)(unsafe.SliceData(text)), C.size_t(len(text)),
		(*C.uint32_t)(unsafe.Pointer(unsafe.SliceData(headers))), C.size_t(len(headers)),
		(*C.uint8_t)(unsafe.SliceData(body)), C.size_t(len(body)),
		(*C.uint8_t)(unsafe.SliceData(out)), C.size_t(len(out)), &need,
	)
	return int(need), h.encoderResult(result)
}

// encodeReply is encode for the reply to a WebSocket client.
func (h handle) encodeReply(reply *WebSocketReply, out []byte) (int, error) {
	var need C.size_t
	result := C.apigw_go_reply(
		h.encoder, C.int32_t(reply.ErrorNumber),
		(*C.uint8_t)(unsafe.StringData(reply.ErrorMessage)), C.size_t(len(reply.ErrorMessage)),
		(*C.uint8_t)(unsafe.StringData(reply.ConnectionID)), C.size_t(len(reply.ConnectionID)),
		(*C.uint8_t)(unsafe.StringData(reply.Protocol)), C.size_t(len(reply.Protocol)),
		(*C.uint8_t)(unsafe.StringData(reply.Extensions)), C.size_t(len(reply.Extensions)),
		(*C.uint8_t)(unsafe.SliceData(out)), C.size_t(len(out)), &need,
	)
	return int(need), h.encoderResult(result)
}

// decodeResponse returns the response as an event in the library's memory, valid until the next
// call on the handle.
func (h handle) decodeResponse(input []byte, rules uint32) (Event, error) {
	var event C.apigw_event
	status := C.apigw_decoder_decode_response(
		h.c, unsafe.Pointer(unsafe.SliceData(input)), C.size_t(len(input)), C.uint32_t(rules), &event,
	)
	if err := h.result(status); err != nil {
		return Event{}, err
	}
	return inLibrary(&event), nil
}

// decodeCopy decodes an event in the library's memory, and copies it from there.
func (h handle) decodeCopy(input []byte) (Event, error) {
	var event C.apigw_event
	status := C.apigw_decoder_decode(
		h.c, unsafe.Pointer(unsafe.SliceData(input)), C.size_t(len(input)), &event,
	)
	if err := h.result(status); err != nil {
		return Event{}, err
	}
	made := inLibrary(&event)
	words := make([]uint32, int(event.table.size)/wordSize+pairWords*int(made.table.pairCount))
	rest := words[copy(words, unsafe.Slice((*uint32)(made.table.words),
		int(event.table.size)/wordSize)):]
	copy(rest, unsafe.Slice((*uint32)(made.table.pairs), len(rest)))
	return Event{tableIn(words), strings.Clone(made.text)}, nil
}

// inLibrary is an event in the library's memory.
func inLibrary(event *C.apigw_event) Event {
	return Event{
		table: table{
			words: unsafe.Pointer(event.table), pairs: unsafe.Pointer(event.pairs),
			pairCount: uint32(event.table.pair_count),
		},
		text: unsafe.String((*byte)(unsafe.Pointer(event.text)), event.text_len),
	}
}

// result returns why the last call on the decoder failed, if it did.
func (h handle) result(status C.apigw_status) error {
	if status == C.APIGW_OK {
		return nil
	}
	return failure(status, C.apigw_decoder_error(h.c))
}

// encoderResult returns why the last call on the encoder failed, if it did.
func (h handle) encoderResult(status C.apigw_status) error {
	if status == C.APIGW_OK {
		return nil
	}
	return failure(status, C.apigw_encoder_error(h.encoder))
}

func failure(status C.apigw_status, last *C.apigw_error) error {
	if last.status != status {
		// A function of this module has failed, not the library.
		return &Error{Code: ErrorCode(status)}
	}
	return &Error{
		Code:   ErrorCode(last.status),
		Offset: int(last.offset),
		Member: C.GoString(last.member),
	}
}

func (h handle) kernel() string {
	return C.GoString(C.apigw_decoder_kernel(h.c))
}

// String is the dialect's stable name, such as "tencent-api-gateway".
func (d Dialect) String() string {
	return C.GoString(C.apigw_dialect_name(C.uint32_t(d)))
}

// Error is what the code means, in a sentence without a full stop.
func (c ErrorCode) Error() string {
	return C.GoString(C.apigw_status_text(C.apigw_status(c)))
}

// Name is the code's stable name, such as "unexpected-end".
func (c ErrorCode) Name() string {
	return C.GoString(C.apigw_status_name(C.apigw_status(c)))
}

// LibraryVersion is the release of the C library in use, such as "1.2.3".
func LibraryVersion() string {
	return C.GoString(C.apigw_version())
}
