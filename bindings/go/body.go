//go:build cgo

package apigw

import (
	"encoding/base64"
	"errors"
	"unicode/utf8"
)

// Bytes is the request's body as it was sent, a copy: base64 is decoded, and a body that was sent
// as a JSON object or array is its JSON text. A request without a body has none. An error is an
// [*Error] with the offset in the body.
func (e Event) Bytes() ([]byte, error) {
	return e.AppendBytes(nil)
}

// AppendBytes appends what [Event.Bytes] gives, and allocates only what the buffer lacks. After an
// error the buffer is as it was.
func (e Event) AppendBytes(to []byte) ([]byte, error) {
	if e.BodyKind() != BodyBase64 {
		return append(to, e.Body()...), nil
	}
	most := base64.StdEncoding.DecodedLen(len(e.Body()))
	if cap(to)-len(to) < most {
		more := unzeroed(len(to) + most)[:len(to)]
		copy(more, to)
		to = more
	}
	d := acquireDecoder()
	defer releaseDecoder(d)
	n, err := d.handle.base64Body(e.Body(), to[len(to):cap(to)])
	return to[:len(to)+n], err
}

// Text is the request's body as text, base64 decoded. Bytes that are not UTF-8 are an error, with
// the offset in the decoded body.
func (e Event) Text() (string, error) {
	if e.BodyKind() != BodyBase64 {
		return e.Body(), nil
	}
	decoded, err := e.Bytes()
	if err != nil {
		return "", err
	}
	for i := 0; i < len(decoded); {
		r, size := utf8.DecodeRune(decoded[i:])
		if r == utf8.RuneError && size == 1 {
			return "", &Error{Code: ErrInvalidUTF8, Offset: i, Member: "body"}
		}
		i += size
	}
	return string(decoded), nil
}

// Form is the fields of a body of the type application/x-www-form-urlencoded, decoded, in order. A
// field without "=" has the value ""; bytes that are not UTF-8 become U+FFFD. The content type is
// not looked at. A request without a body has no field.
func (e Event) Form() (Pairs, error) {
	d := acquireDecoder()
	defer releaseDecoder(d)
	found, err := d.handle.form(e.Body(), e.BodyKind() == BodyBase64)
	return found.all, err
}

// Cookies is the cookies of all cookie headers and of [Event.CookieList], values as they were sent.
func (e Event) Cookies() (Pairs, error) {
	headers := e.table.pairRange(headersWords)
	var cookies []longPair
	for i := range headers.count {
		pair := e.table.pair(headers.first + i)
		if name := e.name(pair); equalFold(name, "cookie") {
			cookies = append(cookies, longPair{
				nameOff: pair.nameOff, nameLen: uint16(pair.nameLen), valueOff: pair.valueOff,
				valueLen: pair.valueLen,
			})
		}
	}
	if cookies == nil {
		return e.CookieList(), nil
	}
	d := acquireDecoder()
	defer releaseDecoder(d)
	found, err := d.handle.cookies(cookies, e.text)
	if err != nil {
		return derived{}.all, err
	}
	return func(yield func(name, value string) bool) {
		isOver := false
		found.all(func(name, value string) bool {
			isOver = !yield(name, value)
			return !isOver
		})
		if !isOver {
			e.each(cookieListWords, yield)
		}
	}, nil
}

// derived is pairs that the library has made of a part of an event.
type derived struct {
	pairs []longPair
	text  string
}

func (d derived) all(yield func(name, value string) bool) {
	found := Event{text: d.text}
	for _, p := range d.pairs {
		pair := pair{p.nameOff, uint32(p.nameLen), p.valueOff, p.valueLen}
		if !yield(found.name(pair), found.value(pair)) {
			return
		}
	}
}

// JSON reads the body as a JSON document, base64 decoded. A request without a body has the zero
// JSON. An error is an [*Error] with the offset in the body.
func (e Event) JSON() (JSON, error) {
	if e.BodyKind() == BodyAbsent {
		return JSON{}, nil
	}
	text, err := e.Text()
	if err != nil {
		return JSON{}, err
	}
	document, err := ParseJSON(text)
	var fault *Error
	if errors.As(err, &fault) {
		fault.Member = "body"
	}
	return document, err
}

// Extra reads a member of the event that has no method here, such as one
// that only one vendor has. It is the zero JSON if there is none.
func (e Event) Extra(name string) (JSON, error) {
	text, found := e.Extras().Lookup(name)
	if !found {
		return JSON{}, nil
	}
	return ParseJSON(text)
}

// Claims is the claims of the token that the gateway has checked, an object:
// claims or jwt.claims of [Event.Authorizer]. It is the zero JSON if there is
// none. Those of a user pool are all strings, those of a JWT have any type.
func (e Event) Claims() (JSON, error) {
	text := e.Authorizer()
	if text == "" {
		return JSON{}, nil
	}
	authorizer, err := ParseJSON(text)
	if err != nil {
		return JSON{}, err
	}
	for _, claims := range []JSON{authorizer.Pointer("/jwt/claims"), authorizer.Get("claims")} {
		if claims.Kind() == JSONObject {
			return claims, nil
		}
	}
	return JSON{}, nil
}
