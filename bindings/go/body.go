//go:build cgo

package apigw

import "encoding/base64"

// Bytes is the request's body as it was sent: base64 is decoded, a body that was sent as a JSON object is its JSON text. It is
// a copy. A request without a body gives nil.
func (e Event) Bytes() ([]byte, error) {
	switch e.BodyKind() {
	case BodyAbsent:
		return nil, nil
	case BodyBase64:
		return base64.StdEncoding.Strict().DecodeString(e.Body())
	default:
		return []byte(e.Body()), nil
	}
}
