package apigw

// #include "library.h"
import "C"

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
	errBuffer      ErrorCode = C.APIGW_E_BUFFER
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
	// ErrInvalidBase64: not base64 of the standard alphabet with padding; the offset is that of the first byte that cannot stand
	// where it does.
	ErrInvalidBase64 ErrorCode = C.APIGW_E_INVALID_BASE64

	// ErrNotAnObject: the document is not a JSON object.
	ErrNotAnObject ErrorCode = C.APIGW_E_NOT_AN_OBJECT
	// ErrWrongType: a known member has a type that it may not have; the offset is its value's.
	ErrWrongType ErrorCode = C.APIGW_E_WRONG_TYPE
	// ErrDuplicateMember: a known member occurs twice; the offset is where the second one begins.
	ErrDuplicateMember ErrorCode = C.APIGW_E_DUPLICATE_MEMBER

	// ErrMissingMember: a member without which a response is none; the offset is where its object ends.
	ErrMissingMember ErrorCode = C.APIGW_E_MISSING_MEMBER

	// ErrInputTooLong: the input is longer than [Limits.Input].
	ErrInputTooLong ErrorCode = C.APIGW_E_INPUT_TOO_LONG
	// ErrTooDeep: more than 64 objects and arrays are open at once.
	ErrTooDeep ErrorCode = C.APIGW_E_TOO_DEEP
	// ErrTooManyPairs: the event has more pairs than [Limits.Pairs].
	ErrTooManyPairs ErrorCode = C.APIGW_E_TOO_MANY_PAIRS
	// ErrNameTooLong: a name in a map is longer than 65 535 bytes.
	ErrNameTooLong ErrorCode = C.APIGW_E_NAME_TOO_LONG
	// ErrTooManyNodes: a JSON document has more values and names than a million.
	ErrTooManyNodes ErrorCode = C.APIGW_E_TOO_MANY_NODES

	// ErrInvalidStatus: a status of a response that is not between 100 and 999.
	ErrInvalidStatus ErrorCode = C.APIGW_E_INVALID_STATUS
	// ErrInvalidHeaderName: a name of a header that is no token (RFC 9110 section 5.1).
	ErrInvalidHeaderName ErrorCode = C.APIGW_E_INVALID_HEADER_NAME
	// ErrInvalidHeaderValue: a control character in a value of a header (RFC 9110 section 5.5), or bytes that are not UTF-8.
	ErrInvalidHeaderValue ErrorCode = C.APIGW_E_INVALID_HEADER_VALUE
	// ErrResponseTooLong: an encoded response is longer than [Limits.Response].
	ErrResponseTooLong ErrorCode = C.APIGW_E_RESPONSE_TOO_LONG
)

const (
	// BodyAuto writes the body of a response as text if it is UTF-8, otherwise in base64.
	BodyAuto BodyEncoding = C.APIGW_BODY_AUTO
	// BodyAsText writes it as text; bytes that are not UTF-8 are an error.
	BodyAsText BodyEncoding = C.APIGW_BODY_TEXT
	// BodyAsBase64 writes it in base64.
	BodyAsBase64 BodyEncoding = C.APIGW_BODY_BASE64
)

const (
	// RulesStrict take an integrated response exactly as it is documented.
	RulesStrict ResponseRules = C.APIGW_RULES_STRICT
	// RulesGateway take an integrated response with what gateways and emulators let pass: a status in a string, null for
	// members that are not there, numbers and literals as headers, the flag as a string.
	RulesGateway ResponseRules = C.APIGW_RULES_GATEWAY
	// RulesPassThrough take whatever text the function has answered as the body, with status 200.
	RulesPassThrough ResponseRules = C.APIGW_RULES_PASS_THROUGH
	// RulesFunctionURL are as RulesGateway, but JSON without a statusCode is the body, with status 200 and content type
	// application/json.
	RulesFunctionURL ResponseRules = C.APIGW_RULES_FUNCTION_URL
)
