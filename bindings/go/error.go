//go:build cgo

package apigw

import "fmt"

// Error is the reason why an event was refused: what is wrong, at which offset, and in which
// member.
//
// errors.Is compares it with a code: errors.Is(err, apigw.ErrWrongType).
type Error struct {
	// Code is what is wrong.
	Code ErrorCode
	// Offset is the position of the error: bytes from the start of the event, or its length if it ends
	// too early.
	Offset int
	// Member is the member of the event that has the error, such as "requestContext.stage", if it is
	// known.
	Member string
}

// ErrorCode is a kind of fault, and an error itself.
type ErrorCode uint32

// Error describes the fault: "apigw: error 33 at byte 21 (body): the member's value has the wrong
// type".
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
