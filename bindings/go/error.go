//go:build cgo

package apigw

import "fmt"

// Error tells why an event was refused: what is wrong, where, and in which member.
//
// errors.Is compares it with a code: errors.Is(err, apigw.ErrWrongType).
type Error struct {
	// Code is what is wrong.
	Code ErrorCode
	// Offset is where the fault lies: bytes from the start of the event, its length where more was expected.
	Offset int
	// Member is the member of the event in which the fault lies, such as "requestContext.stage", where that is known.
	Member string
}

// ErrorCode is a kind of fault, and an error itself.
type ErrorCode uint32

// Error describes the fault: "apigw: error 33 at byte 21 (body): the member's value has the wrong type".
func (e *Error) Error() string {
	member := ""
	if e.Member != "" {
		member = " (" + e.Member + ")"
	}
	return fmt.Sprintf("apigw: error %d at byte %d%s: %v", e.Code, e.Offset, member, e.Code)
}

// Unwrap gives the code, for errors.Is.
func (e *Error) Unwrap() error {
	return e.Code
}
