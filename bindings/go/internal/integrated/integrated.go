// Package integrated encodes responses whose body may be base64 already, as the vendors' types have
// them.
package integrated

import (
	"encoding/base64"
	"net/http"

	"apigw"
)

// Encode encodes a response. A body that is not UTF-8, or not the base64 that it should be, is an
// error.
func Encode(status int, header http.Header, body string, isBase64 bool) ([]byte, error) {
	response := apigw.Response{StatusCode: status, Header: header, Body: []byte(body),
		Encoding: apigw.BodyAsText}
	if isBase64 {
		decoded, err := base64.StdEncoding.DecodeString(body)
		if err != nil {
			return nil, err
		}
		response.Body, response.Encoding = decoded, apigw.BodyAsBase64
	}
	return response.Encode()
}
