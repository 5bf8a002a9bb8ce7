//go:build cgo

package apigw

// Event is one HTTP request, or WebSocket message, as the gateway passed it on. It is a small value
// that is copied freely; all strings are views of one block of memory. The zero Event has nothing.
//
// A string that the event does not have, or that is null, is ""; a map that it does not have is
// empty. The JSON form of the event, [Event.AppendJSON], shows the difference.
type Event struct {
	table table
	text  string
}

// Dialect is the kind of gateway that made an event.
type Dialect uint32

// string is a string of the table, "" if it is absent.
func (e *Event) string(w stringWords) string {
	off := e.table.word(uintptr(w))
	if off == none {
		return ""
	}
	return e.text[off:][:e.table.word(uintptr(w)+1)]
}

func (e *Event) has(w stringWords) bool {
	return e.table.word(uintptr(w)) != none
}

func (e *Event) flags() uint32 {
	return e.table.word(flagsWord)
}

// Dialect is the kind of gateway that made the event, told by its members.
func (e Event) Dialect() Dialect { return Dialect(e.table.word(dialectWord)) }

// IsASCII reports whether every string of the event is ASCII. It may be false because of text that
// no method returns.
func (e Event) IsASCII() bool { return e.flags()&flagASCII != 0 }

// IsPathDecoded reports whether the gateway has percent-decoded the path.
func (e Event) IsPathDecoded() bool { return e.flags()&flagPathDecoded != 0 }

// TimeMS is the time of the request in milliseconds since 1970, or 0 if the event does not have it:
// time.UnixMilli(int64(event.TimeMS())).
func (e Event) TimeMS() uint64 { return e.table.time() }

// WebSocketPhase is what happened to a WebSocket connection.
type WebSocketPhase uint8

const (
	// WebSocketNone: the event is not of a WebSocket, or its action is an unknown one.
	WebSocketNone WebSocketPhase = iota
	// WebSocketConnect: a client asks for a connection.
	WebSocketConnect
	// WebSocketMessage: a client sent a message.
	WebSocketMessage
	// WebSocketClose: a client has gone.
	WebSocketClose
)

// String is the phase's stable name: "", "connect", "message" or "close".
func (p WebSocketPhase) String() string {
	return [...]string{"", "connect", "message", "close"}[p]
}

// WebSocketPhase is what happened to a WebSocket connection, told by the action.
func (e Event) WebSocketPhase() WebSocketPhase {
	switch flags := e.flags(); {
	case flags&flagConnect != 0:
		return WebSocketConnect
	case flags&flagMessage != 0:
		return WebSocketMessage
	case flags&flagClose != 0:
		return WebSocketClose
	default:
		return WebSocketNone
	}
}

// BodyKind is the form of a body in an event.
type BodyKind uint8

const (
	// BodyAbsent: the request has no body, or the gateway does not say.
	BodyAbsent BodyKind = iota
	// BodyText: the body's text.
	BodyText
	// BodyBase64: the body's bytes in base64.
	BodyBase64
	// BodyJSON: the event has a JSON object or array instead of text; the body is its JSON text.
	BodyJSON
)

// String is the kind's stable name: "absent", "text", "base64" or "json".
func (k BodyKind) String() string {
	return [...]string{"absent", "text", "base64", "json"}[k]
}

// BodyKind returns the form of the body in the event.
func (e Event) BodyKind() BodyKind {
	switch flags := e.flags(); {
	case !e.has(bodyWords):
		return BodyAbsent
	case flags&flagJSON != 0:
		return BodyJSON
	case flags&flagBase64 != 0:
		return BodyBase64
	default:
		return BodyText
	}
}

// Body returns the request's body, or the data of a WebSocket message, as it is in the event:
// base64 is not decoded. [Event.BodyKind] returns its form.
func (e Event) Body() string { return e.string(bodyWords) }
