//go:build cgo

package apigw

import (
	"bytes"
	"errors"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
)

// Response is what a function answers to a request.
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

// Encode is the response as the JSON that the function answers with, the integrated response of API Gateway. Names of headers
// come sorted. Any number of goroutines may call it. An error is an [*Error], whose offset is that in the name, the value or
// the body.
func (r Response) Encode() ([]byte, error) {
	d := decoders.Get().(*Decoder)
	defer decoders.Put(d)
	encoded, err := d.AppendResponse(d.output[:0], r)
	if err != nil {
		return nil, err
	}
	d.output = encoded
	return bytes.Clone(encoded), nil
}

// MarshalJSON is [Response.Encode].
func (r Response) MarshalJSON() ([]byte, error) {
	return r.Encode()
}

// AppendResponse appends an encoded response to a buffer, and allocates only what the buffer lacks, unless the response has
// more than 32 names of headers. After an error the buffer is as it was.
func (d *Decoder) AppendResponse(to []byte, r Response) ([]byte, error) {
	d.acquire()
	defer d.release()
	// On the stack: in the decoder each name would cost the garbage collector's write barrier.
	names := make([]string, 0, 32)
	for name := range r.Header {
		names = append(names, name)
	}
	slices.Sort(names)
	d.text, d.words = d.text[:0], d.words[:0]
	for _, name := range names {
		nameOff := d.put(name)
		for _, value := range r.Header[name] {
			d.words = append(d.words, nameOff, uint32(len(name)), d.put(value), uint32(len(value)))
		}
	}
	status := r.StatusCode
	if status == 0 {
		status = http.StatusOK
	}
	// A guess: a body with some escapes.
	to = slices.Grow(to, len(d.text)+16*len(d.words)+len(r.Body)+len(r.Body)/4)
	return grow(to, func(out []byte) (int, error) {
		return d.handle.encode(uint32(min(uint(status), 1000)), uint32(r.Dialect), uint32(r.Encoding), d.text, d.words, r.Body, out)
	})
}

// put adds to the text of the headers.
func (d *Decoder) put(text string) uint32 {
	off := len(d.text)
	d.text = append(d.text, text...)
	return uint32(off)
}

// grow has the room behind a buffer filled, and makes more of it if it is too small.
func grow(to []byte, fill func(out []byte) (int, error)) ([]byte, error) {
	for {
		need, err := fill(to[len(to):cap(to)])
		switch {
		case err == nil:
			return to[:len(to)+need], nil
		case errors.Is(err, errBuffer):
			to = slices.Grow(to, need)
		default:
			return to, err
		}
	}
}

// DecodeResponse decodes what a function has answered, as the gateway does: for tests of functions, and for what runs them.
// What it refuses is what makes the gateway answer that the response is invalid. An error is an [*Error].
func DecodeResponse(data []byte, rules ResponseRules) (Response, error) {
	d := acquireDecoder()
	defer d.putBack()
	decoded, err := d.handle.decodeResponse(data, uint32(rules))
	if err != nil {
		return Response{}, err
	}
	r := Response{StatusCode: int(decoded.table.word(statusWord)), Header: http.Header{}}
	for name, value := range decoded.Headers() {
		name = textproto.CanonicalMIMEHeaderKey(strings.Clone(name))
		r.Header[name] = append(r.Header[name], strings.Clone(value))
	}
	if rules == RulesFunctionURL && decoded.flags()&flagIntegrated == 0 {
		r.Header.Set("Content-Type", "application/json")
	}
	if decoded.BodyKind() == BodyBase64 {
		r.Encoding = BodyAsBase64
	}
	r.Body, err = decoded.Bytes()
	return r, err
}

// WebSocketReply is what a function answers to an event whose phase is [WebSocketConnect].
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

// Encode is the reply as the JSON that the function answers with. An error is an [*Error].
func (r WebSocketReply) Encode() ([]byte, error) {
	d := acquireDecoder()
	defer d.putBack()
	if r.ErrorNumber == 0 && r.ErrorMessage == "" {
		r.ErrorMessage = "ok"
	}
	return grow(nil, func(out []byte) (int, error) { return d.handle.encodeReply(&r, out) })
}

// MarshalJSON is [WebSocketReply.Encode].
func (r WebSocketReply) MarshalJSON() ([]byte, error) {
	return r.Encode()
}
