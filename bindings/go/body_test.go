package apigw_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"testing"

	"apigw"
)

// withBody is an event with a body of text, or of base64.
func withBody(t testing.TB, body string, isBase64 bool) apigw.Event {
	t.Helper()
	quoted, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return mustDecode(t, fmt.Sprintf(`{"httpMethod":"POST","path":"/","body":%s,"isBase64Encoded":%v}`,
		quoted, isBase64))
}

func mustFail(t testing.TB, err error, want apigw.Error) {
	t.Helper()
	var fault *apigw.Error
	if !errors.As(err, &fault) || *fault != want {
		t.Fatalf("%v, want %v", err, &want)
	}
}

func TestBodiesAreDecodedFromBase64(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 1))
	var buffer []byte
	for length := range 300 {
		body := make([]byte, length)
		for i := range body {
			body[i] = byte(random.Uint32())
		}
		event := withBody(t, base64.StdEncoding.EncodeToString(body), true)
		got, err := event.Bytes()
		if err != nil || !bytes.Equal(got, body) {
			t.Fatalf("%d bytes: %v, %v", length, got, err)
		}
		if buffer, err = event.AppendBytes(append(buffer[:0], "before"...)); err != nil {
			t.Fatal(err)
		}
		mustEqual(t, "appended", string(buffer), "before"+string(body))
	}
}

func TestBodiesThatAreNotBase64AreRefused(t *testing.T) {
	for body, offset := range map[string]int{"???": 0, "aGk": 3, "aGk=\n": 4, "aG=k": 2, "aGl=": 3,
		"a-__": 1} {
		event := withBody(t, body, true)
		to := []byte("before")
		got, err := event.AppendBytes(to)
		want := apigw.Error{Code: apigw.ErrInvalidBase64, Offset: offset, Member: "body"}
		mustFail(t, err, want)
		mustEqual(t, "the buffer", string(got), "before")
		_, err = event.Text()
		mustFail(t, err, want)
		_, err = event.Form()
		mustFail(t, err, want)
		_, err = event.JSON()
		mustFail(t, err, want)
	}
}

func TestTextIsUTF8(t *testing.T) {
	for _, it := range []struct {
		body   string
		offset int
	}{{"red", -1}, {"红\U0010ffff\ufffd", -1}, {"", -1}, {"ab\xff", 2}, {"红\xe7\xba",
		3}, {"\xed\xa0\x80", 0}} {
		text, err := withBody(t, base64.StdEncoding.EncodeToString([]byte(it.body)), true).Text()
		if it.offset < 0 {
			mustEqual(t, "text", text, it.body)
			continue
		}
		mustFail(t, err, apigw.Error{Code: apigw.ErrInvalidUTF8, Offset: it.offset, Member: "body"})
	}
	text, err := withBody(t, "红", false).Text()
	if err != nil || text != "红" {
		t.Fatal(text, err)
	}
}

func TestBodiesOfEveryKind(t *testing.T) {
	for _, it := range []struct {
		event string
		bytes string
		kind  apigw.JSONKind
	}{
		{`{}`, "", apigw.JSONAbsent},
		{`{"body":"[1]"}`, "[1]", apigw.JSONArray},
		{`{"body":{"a":1}}`, `{"a":1}`, apigw.JSONObject},
		{`{"body":{"a":1},"isBase64Encoded":true}`, `{"a":1}`, apigw.JSONObject},
		{`{"body":"dHJ1ZQ==","isBase64Encoded":true}`, `true`, apigw.JSONBool},
	} {
		event := mustDecode(t, it.event)
		body, err := event.Bytes()
		if err != nil {
			t.Fatal(err)
		}
		mustEqual(t, "bytes", string(body), it.bytes)
		document, err := event.JSON()
		if err != nil {
			t.Fatal(err)
		}
		mustEqual(t, "kind", document.Kind(), it.kind)
	}
	_, err := mustDecode(t, `{"body":"{]"}`).JSON()
	mustFail(t, err, apigw.Error{Code: apigw.ErrUnexpectedByte, Offset: 1, Member: "body"})
}

// net/url agrees on forms whose escapes are whole and whose text is UTF-8.
func TestFormsAreThoseOfNetURL(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	parts := []string{"a", "b", "=", "=", "&", "+", "%20", "%E7%BA%A2", "%3D", "ü", "."}
	for range 3000 {
		body := ""
		for range random.IntN(20) {
			body += parts[random.IntN(len(parts))]
		}
		form, err := withBody(t, body, false).Form()
		if err != nil {
			t.Fatal(err)
		}
		want, err := url.ParseQuery(body)
		if err != nil {
			t.Fatal(err)
		}
		got := url.Values{}
		for name, value := range form {
			got.Add(name, value)
		}
		mustEqual(t, body, got, want)
	}
}

func TestFormsKeepTheirOrderAndTheirMemory(t *testing.T) {
	event := withBody(t, base64.StdEncoding.EncodeToString([]byte("b=1&a=%C3%A9&b=%ff&c")), true)
	form, err := event.Form()
	if err != nil {
		t.Fatal(err)
	}
	// Another form takes the place of this one in the library's memory.
	if _, err := withBody(t, "x=yyyyyyyyyyyyyyyyyyyy&z=zzzzzz", false).Form(); err != nil {
		t.Fatal(err)
	}
	var got []string
	for name, value := range form {
		got = append(got, name+"="+value)
	}
	mustEqual(t, "form", got, []string{"b=1", "a=é", "b=\ufffd", "c="})
	mustEqual(t, "values", form.Values("b"), []string{"1", "\ufffd"})
	for _, none := range []apigw.Event{{}, mustDecode(t, `{"body":null}`)} {
		form, err := none.Form()
		if err != nil || form.Len() != 0 {
			t.Fatal(err)
		}
	}
}

func TestCookiesAreThoseOfNetHTTP(t *testing.T) {
	event := mustDecode(t,
		`{"httpMethod":"GET","path":"/","headers":{"cookie":["a=1; b=\u0032; a=3","c=4"]}}`)
	cookies, err := event.Cookies()
	if err != nil {
		t.Fatal(err)
	}
	request, err := event.Request(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var got []*http.Cookie
	for name, value := range cookies {
		got = append(got, &http.Cookie{Name: name, Value: value})
	}
	mustEqual(t, "cookies", fmt.Sprint(got), fmt.Sprint(request.Cookies()))
	mustEqual(t, "number", cookies.Len(), 4)
	for _, none := range []apigw.Event{{}, mustDecode(t, `{}`)} {
		cookies, err := none.Cookies()
		if err != nil || cookies.Len() != 0 {
			t.Fatal(err)
		}
	}
}
