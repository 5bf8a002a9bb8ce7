package apigw_test

import (
	"errors"
	"strings"
	"testing"

	"apigw"
)

func TestWrongInputs(t *testing.T) {
	deep := strings.Repeat(`[`, 64)
	for _, it := range []struct {
		input  string
		code   apigw.ErrorCode
		offset int
		member string
	}{
		{"", apigw.ErrUnexpectedEnd, 0, ""},
		{" \n", apigw.ErrUnexpectedEnd, 2, ""},
		{`{"path"`, apigw.ErrUnexpectedEnd, 7, "path"},
		{`{"path":"/ca`, apigw.ErrUnexpectedEnd, 12, "path"},
		{"\xef\xbb\xbf{}", apigw.ErrUnexpectedByte, 0, ""},
		{`{path:"/"}`, apigw.ErrUnexpectedByte, 1, ""},
		{`{"path":"/",}`, apigw.ErrUnexpectedByte, 12, ""},
		{`{} {}`, apigw.ErrTrailingBytes, 3, ""},
		{"{}\x00", apigw.ErrTrailingBytes, 2, ""},
		{`{"x":01}`, apigw.ErrInvalidNumber, 6, ""},
		{`{"path":"\x"}`, apigw.ErrInvalidEscape, 9, "path"},
		{`{"path":"\ud800"}`, apigw.ErrLoneSurrogate, 9, "path"},
		{"{\"path\":\"\n\"}", apigw.ErrControlCharacter, 9, "path"},
		{"{\"path\":\"\xc0\xaf\"}", apigw.ErrInvalidUTF8, 9, "path"},
		{`null`, apigw.ErrNotAnObject, 0, ""},
		{`  "text"`, apigw.ErrNotAnObject, 2, ""},
		{`{"headers":"x"}`, apigw.ErrWrongType, 11, "headers"},
		{`{"requestContext":{"identity":{"secretId":1}}}`, apigw.ErrWrongType, 42,
			"requestContext.identity.secretId"},
		{`{"path":"/","path":"/"}`, apigw.ErrDuplicateMember, 12, "path"},
		{`{"x":` + deep, apigw.ErrTooDeep, 68, ""},
		{`{"headers":{"` + strings.Repeat("n", 65_536) + `":""}}`, apigw.ErrNameTooLong, 12, "headers"},
	} {
		event, err := apigw.Decode([]byte(it.input))
		want := apigw.Error{Code: it.code, Offset: it.offset, Member: it.member}
		var fault *apigw.Error
		if !errors.As(err, &fault) || *fault != want {
			t.Errorf("%.80q: %v, want %v", it.input, err, &want)
		}
		mustEqual(t, "event", event, apigw.Event{})
	}
}

func TestEveryPrefixOfAnEventIsRefused(t *testing.T) {
	text := strings.TrimSpace(string(read(t, "events", "spec-sample.json")))
	decoder := apigw.NewDecoder()
	for length := range text {
		_, err := decoder.Decode([]byte(text[:length]))
		var fault *apigw.Error
		if !errors.As(err, &fault) || fault.Code != apigw.ErrUnexpectedEnd || fault.Offset != length {
			t.Fatalf("%d bytes: %v", length, err)
		}
	}
}
