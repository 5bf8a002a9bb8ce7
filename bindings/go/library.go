package apigw

/*
#if defined(__has_include)
#if !__has_include(<apigw.h>)
#error "apigw: the C library is missing: run `make go` in the repository, or install it and build with -tags apigw_system"
#endif
#endif
#include <apigw.h>

#cgo noescape apigw_go_decode
#cgo nocallback apigw_go_decode

// The words tell how many they are, so that nothing but a status comes back. Pointers to numbers, unlike void *, need no
// check for Go pointers behind them.
static inline apigw_status apigw_go_decode(apigw_decoder *decoder, const uint8_t *input, size_t len, uint8_t *text,
                                           size_t text_size, uint32_t *words, size_t words_size) {
    size_t need;
    return apigw_decode_table(decoder, input, len, text, text_size, words, words_size, &need);
}
*/
import "C"

import (
	"unsafe"

	// The C library must come along when this package is vendored.
	_ "apigw/internal/clib"
)

const (
	// Padding is the number of bytes of capacity that must follow an event that [Decoder.DecodeInto] decodes.
	Padding = C.APIGW_PADDING

	none = C.APIGW_NONE

	flagBase64  = C.APIGW_FLAG_BODY_BASE64
	flagJSON    = C.APIGW_FLAG_BODY_JSON
	flagASCII   = C.APIGW_FLAG_ASCII
	flagConnect = C.APIGW_FLAG_WEBSOCKET_CONNECT
	flagMessage = C.APIGW_FLAG_WEBSOCKET_MESSAGE
	flagClose   = C.APIGW_FLAG_WEBSOCKET_CLOSE
)

// The structs of table.go are those of the header, whose event may have grown at its end since.
const (
	_ = uint(C.sizeof_apigw_event) - uint(unsafe.Sizeof(table{}))
	_ = -(uint(C.sizeof_apigw_pair) ^ uint(unsafe.Sizeof(pair{})))
)

// Numbers of apigw.h under their Go names.
const (
	// DialectUnknown is none of those below. Members with known names are there all the same.
	DialectUnknown Dialect = C.APIGW_DIALECT_UNKNOWN
	// DialectAPIGateway is Tencent API Gateway.
	DialectAPIGateway Dialect = C.APIGW_DIALECT_API_GATEWAY
	// DialectWebSocket is Tencent API Gateway, WebSocket.
	DialectWebSocket Dialect = C.APIGW_DIALECT_WEBSOCKET
	// DialectFunctionURL is Tencent SCF Function URL.
	DialectFunctionURL Dialect = C.APIGW_DIALECT_FUNCTION_URL
	// DialectCLB is Tencent Cloud Load Balancer.
	DialectCLB Dialect = C.APIGW_DIALECT_CLB
	// DialectCloudBase is Tencent CloudBase HTTP access.
	DialectCloudBase Dialect = C.APIGW_DIALECT_CLOUDBASE
	// DialectNotHTTP is no HTTP request: the event of a timer, an object store or a message queue.
	DialectNotHTTP Dialect = C.APIGW_DIALECT_NOT_HTTP
)

// 1 to 15 lie with the caller or the system, 16 to 31 with the JSON text, 32 to 47 with the shape of the event, 48 to 63
// are limits. A number is never given to another fault.
const (
	// ErrArgument: a buffer has no room for [Padding] bytes behind the event.
	ErrArgument ErrorCode = C.APIGW_E_ARGUMENT
	// ErrOutOfMemory: the system gave no memory.
	ErrOutOfMemory ErrorCode = C.APIGW_E_OUT_OF_MEMORY
	// ErrPanic: a bug in the C library, caught before it reached the program. The decoder can be used on.
	ErrPanic ErrorCode = C.APIGW_E_PANIC

	// ErrUnexpectedEnd: the input ends in the middle of the document.
	ErrUnexpectedEnd ErrorCode = C.APIGW_E_UNEXPECTED_END
	// ErrUnexpectedByte: a byte that JSON does not allow at its place.
	ErrUnexpectedByte ErrorCode = C.APIGW_E_UNEXPECTED_BYTE
	// ErrTrailingBytes: something but white space follows the document.
	ErrTrailingBytes ErrorCode = C.APIGW_E_TRAILING_BYTES
	// ErrInvalidNumber: a number that breaks the grammar.
	ErrInvalidNumber ErrorCode = C.APIGW_E_INVALID_NUMBER
	// ErrInvalidEscape: an escape that JSON does not have; the offset is its backslash's.
	ErrInvalidEscape ErrorCode = C.APIGW_E_INVALID_ESCAPE
	// ErrLoneSurrogate: half of a UTF-16 surrogate pair; the offset is its backslash's.
	ErrLoneSurrogate ErrorCode = C.APIGW_E_LONE_SURROGATE
	// ErrControlCharacter: a raw byte below 0x20 inside a string.
	ErrControlCharacter ErrorCode = C.APIGW_E_CONTROL_CHARACTER
	// ErrInvalidUTF8: bytes that are not UTF-8; the offset is where the faulty sequence begins.
	ErrInvalidUTF8 ErrorCode = C.APIGW_E_INVALID_UTF8

	// ErrNotAnObject: the document is not a JSON object.
	ErrNotAnObject ErrorCode = C.APIGW_E_NOT_AN_OBJECT
	// ErrWrongType: a known member has a type that it may not have; the offset is its value's.
	ErrWrongType ErrorCode = C.APIGW_E_WRONG_TYPE
	// ErrDuplicateMember: a known member occurs twice; the offset is where the second one begins.
	ErrDuplicateMember ErrorCode = C.APIGW_E_DUPLICATE_MEMBER

	// ErrInputTooLong: the input is longer than [Limits.Input].
	ErrInputTooLong ErrorCode = C.APIGW_E_INPUT_TOO_LONG
	// ErrTooDeep: more than 64 objects and arrays are open at once.
	ErrTooDeep ErrorCode = C.APIGW_E_TOO_DEEP
	// ErrTooManyPairs: the event has more pairs than [Limits.Pairs].
	ErrTooManyPairs ErrorCode = C.APIGW_E_TOO_MANY_PAIRS
	// ErrNameTooLong: a name in a map is longer than 65 535 bytes.
	ErrNameTooLong ErrorCode = C.APIGW_E_NAME_TOO_LONG
)

// handle is a decoder of the C library.
type handle struct {
	c *C.apigw_decoder
}

func newHandle(limits Limits) (handle, error) {
	options := C.apigw_options{
		size:      C.sizeof_apigw_options,
		max_input: C.uint32_t(limits.Input),
		max_pairs: C.uint32_t(limits.Pairs),
	}
	var h handle
	if status := C.apigw_decoder_create(C.APIGW_ABI, &options, &h.c); status != C.APIGW_OK {
		return handle{}, ErrorCode(status)
	}
	return h, nil
}

func (h handle) free() {
	C.apigw_decoder_free(h.c)
}

// decode decodes input into text, which may be the same memory, and into words.
func (h handle) decode(input, text []byte, words []uint32) error {
	status := C.apigw_go_decode(
		h.c,
		(*C.uint8_t)(unsafe.SliceData(input)), C.size_t(len(input)),
		(*C.uint8_t)(unsafe.SliceData(text)), C.size_t(len(text)),
		(*C.uint32_t)(unsafe.SliceData(words)), C.size_t(len(words)),
	)
	if status == C.APIGW_OK {
		return nil
	}
	return h.lastError()
}

// lastError is why the last call failed.
func (h handle) lastError() error {
	failure := C.apigw_decoder_error(h.c)
	return &Error{
		Code:   ErrorCode(failure.status),
		Offset: int(failure.offset),
		Member: C.GoString(failure.member),
	}
}

func (h handle) kernel() string {
	return C.GoString(C.apigw_decoder_kernel(h.c))
}

// String is the dialect's stable name, such as "api-gateway".
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
