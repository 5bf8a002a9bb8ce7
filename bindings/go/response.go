//go:build cgo

package apigw

import (
	"bytes"
	"errors"
	"math"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
	"unsafe"
)

// Response is the response of a function to a request.
type Response struct {
	// StatusCode is the status, 100 to 999; 0 is 200.
	StatusCode int
	// Header is the headers, in any case. Several values of a name are several lines.
	Header http.Header
	// Body is the body's bytes.
	Body []byte
	// Encoding is how the body is written.
	Encoding BodyEncoding
	// Dialect is the kind of gateway that the response goes to: that of the event, or 0 for all.
	Dialect Dialect
}

// BodyEncoding is how the body of a response is written.
type BodyEncoding uint32

// ResponseRules are what [DecodeResponse] takes for a response.
type ResponseRules uint32

// Encode returns the response as the JSON that the function returns, the integrated response of API
// Gateway. Names of headers come sorted. The bytes are the caller's; small responses share blocks
// of memory as small events do. Any number of goroutines may call it. An error is an [*Error],
// whose offset is that in the name, the value or the body.
func (r Response) Encode() ([]byte, error) {
	d := acquireDecoder()
	defer releaseDecoder(d)
	d.putHeaders(r.Header)
	var encoded []byte
	var err error
	if guess := d.guess(&r); guess < largestCut-packSlack {
		// Where it will stay, if the guess is right.
		encoded, err = d.encode(d.uncut(guess)[:0], &r)
	} else {
		d.output, err = d.encode(slices.Grow(d.output[:0], guess), &r)
		encoded = d.output
	}
	if err != nil {
		return nil, err
	}
	kept := d.allot(len(encoded))[:len(encoded):len(encoded)]
	if unsafe.SliceData(kept) != unsafe.SliceData(encoded) {
		copy(kept, encoded)
	}
	return kept, nil
}

// MarshalJSON is [Response.Encode].
func (r Response) MarshalJSON() ([]byte, error) {
	return r.Encode()
}

// AppendResponse appends an encoded response to a buffer, and allocates only what the buffer lacks.
// After an error the buffer is as it was.
func (d *Decoder) AppendResponse(to []byte, r Response) ([]byte, error) {
	d.acquire()
	defer d.release()
	d.putHeaders(r.Header)
	return d.encode(slices.Grow(to, d.guess(&r)), &r)
}

// guess returns the number of bytes that a response may need whose headers were put into the
// decoder: a body with some escapes.
func (d *Decoder) guess(r *Response) int {
	return len(d.headerText) + 64*len(d.headers) + len(r.Body) + len(r.Body)/4
}

// encode encodes a response whose headers were put into the decoder.
func (d *Decoder) encode(to []byte, r *Response) ([]byte, error) {
	// Offsets of headers have 32 bits, and no response may be that long.
	if uint64(len(d.headerText)) > math.MaxUint32 {
		return to, &Error{Code: ErrResponseTooLong}
	}
	status := r.StatusCode
	if status == 0 {
		status = http.StatusOK
	}
	return grow(to, func(out []byte) (int, error) {
		return d.handle.encode(uint32(min(uint(status), 1000)), uint32(r.Dialect), uint32(r.Encoding),
			d.headerText, d.headers, r.Body, out)
	})
}

// header is a header of a response: the offsets of its name and its value in a text.
type header struct {
	nameOff, nameLen   uint32
	valueOff, valueLen uint32
}

// putHeaders puts headers where the library reads them, sorted by their names. The sorted values
// have no pointers: the garbage collector's write barrier would cost more than the comparisons.
func (d *Decoder) putHeaders(from http.Header) {
	d.headerText = d.headerText[:0]
	d.headers = d.headers[:0]
	for name, values := range from {
		nameOff := d.put(name)
		for _, value := range values {
			d.headers = append(d.headers, header{nameOff, uint32(len(name)), d.put(value),
				uint32(len(value))})
		}
	}
	slices.SortStableFunc(d.headers, func(a, b header) int {
		return bytes.Compare(d.headerText[a.nameOff:][:a.nameLen], d.headerText[b.nameOff:][:b.nameLen])
	})
}

// put adds to the text of the headers.
func (d *Decoder) put(text string) uint32 {
	off := len(d.headerText)
	d.headerText = append(d.headerText, text...)
	return uint32(off)
}

// grow fills the room after a buffer, and makes more room if it is too small.
func grow(to []byte, fill func(out []byte) (int, error)) ([]byte, error) {
	for {
		need, err := fill(to[len(to):cap(to)])
		switch {
		case err == nil:
			return to[:len(to)+need], nil
		case errors.Is(err, ErrBuffer):
			to = slices.Grow(to, need)
		default:
			return to, err
		}
	}
}

// DecodeResponse decodes the response of a function as the gateway does, for tests of functions and
// for programs that run them. It refuses the responses that the gateway reports as invalid. An
// error is an [*Error].
func DecodeResponse(data []byte, rules ResponseRules) (Response, error) {
	d := acquireDecoder()
	defer releaseDecoder(d)
	decoded, err := d.handle.decodeResponse(data, uint32(rules))
	if err != nil {
		return Response{}, err
	}
	r := Response{StatusCode: int(decoded.table.word(statusWord)), Header: http.Header{}}
	for name, value := range decoded.Headers() {
		name = textproto.CanonicalMIMEHeaderKey(strings.Clone(name))
		r.Header[name] = append(r.Header[name], strings.Clone(value))
	}
	inferred := rules == RulesFunctionURL || rules == RulesAWSHTTPAPI
	if inferred && decoded.flags()&flagIntegrated == 0 {
		r.Header.Set("Content-Type", "application/json")
	}
	if decoded.BodyKind() == BodyBase64 {
		r.Encoding = BodyAsBase64
	}
	r.Body, err = decoded.Bytes()
	return r, err
}

// WebSocketReply is the reply of a function to an event whose phase is [WebSocketConnect].
type WebSocketReply struct {
	// ErrorNumber is 0 to accept the connection, any other number to refuse it.
	ErrorNumber int32
	// ErrorMessage is what the number means, for people; "" is "ok" if the number is 0.
	ErrorMessage string
	// ConnectionID is the connection: [Event.ConnectionID].
	ConnectionID string
	// Protocol is the one that is chosen of the subprotocols in [Event.WebSocketProtocol], if any.
	Protocol string
	// Extensions is the one that is chosen of the extensions in [Event.WebSocketExtensions], if any.
	Extensions string
}

// Encode returns the reply as the JSON that the function returns. An error is an [*Error].
func (r WebSocketReply) Encode() ([]byte, error) {
	d := acquireDecoder()
	defer releaseDecoder(d)
	if r.ErrorNumber == 0 && r.ErrorMessage == "" {
		r.ErrorMessage = "ok"
	}
	return grow(nil, func(out []byte) (int, error) { return d.handle.encodeReply(&r, out) })
}

// MarshalJSON is [WebSocketReply.Encode].
func (r WebSocketReply) MarshalJSON() ([]byte, error) {
	return r.Encode()
}
