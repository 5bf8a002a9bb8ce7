package apigw_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"testing"

	"apigw"
)

func request(t *testing.T, event string) *http.Request {
	t.Helper()
	made, err := mustDecode(t, event).Request(t.Context())
	if err != nil {
		t.Fatalf("%s: %v", event, err)
	}
	return made
}

func TestARequestIsWhatAServerWouldHaveReceived(t *testing.T) {
	type contextKey struct{}
	event := mustDecode(t,
		`{"httpMethod":"post","path":"/a%2Fb/c d",
		"queryString":{"z":"1 2","a":["x","y"],"flag":true,"k":""},
		"headers":{"host":"example.com","cookie":"a=1; b=2","x-many":["1","2"],
		"content-length":"3","transfer-encoding":"chunked"},
		"body":"aGk=","isBase64Encoded":true,
		"requestContext":{"serviceId":"s","sourceIp":"2001:db8::1"}}`)
	got, err := event.Request(context.WithValue(t.Context(), contextKey{}, 1))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	fromContext, found := apigw.FromContext(got.Context())
	for _, it := range []struct {
		what      string
		got, want any
	}{
		{"method", got.Method, "POST"},
		{"path", got.URL.Path, "/a/b/c d"},
		{"escaped path", got.URL.EscapedPath(), "/a%2Fb/c%20d"},
		{"query", got.URL.RawQuery, "z=1+2&a=x&a=y&flag&k="},
		{"values", got.URL.Query(), url.Values{"z": {"1 2"}, "a": {"x", "y"}, "flag": {""}, "k": {""}}},
		{"uri", got.RequestURI, got.URL.RequestURI()},
		{"host", got.Host, "example.com"},
		{"header", got.Header, http.Header{"Cookie": {"a=1; b=2"}, "X-Many": {"1", "2"},
			"Content-Length": {"2"}}},
		{"remote address", got.RemoteAddr, "[2001:db8::1]:0"},
		{"body", string(body), "hi"},
		{"length", got.ContentLength, int64(2)},
		{"protocol", got.ProtoAtLeast(1, 1), true},
		{"event", fromContext.Path(), event.Path()},
		{"found", found, true},
		{"context", got.Context().Value(contextKey{}), 1},
	} {
		mustEqual(t, it.what, it.got, it.want)
	}
	if cookie, err := got.Cookie("b"); err != nil || cookie.Value != "2" {
		t.Fatal(cookie, err)
	}
	if _, found := apigw.FromContext(t.Context()); found {
		t.Fatal("an event from nowhere")
	}
}

func TestPathsMayBeEncodedOrNot(t *testing.T) {
	for _, it := range []struct{ path, decoded, escaped string }{
		{"/a%20b", "/a b", "/a%20b"},
		{"/a%2Fb", "/a/b", "/a%2Fb"},
		{"/a b", "/a b", "/a%20b"},
		{"/红", "/红", "/%E7%BA%A2"},
		{"/100%", "/100%", "/100%25"},
		{"/a?b#c", "/a?b#c", "/a%3Fb%23c"},
		{"//example.com/x", "//example.com/x", "//example.com/x"},
		{"cats", "/cats", "/cats"},
		{"", "/", "/"},
		{"*", "*", "*"},
	} {
		got := request(t, `{"httpMethod":"GET","path":"`+it.path+`"}`)
		mustEqual(t, it.path, got.URL.Path, it.decoded)
		mustEqual(t, it.path, got.RequestURI, it.escaped)
		mustEqual(t, it.path, got.Host, "")
	}
}

func TestEveryDialectThatIsARequestGivesOne(t *testing.T) {
	for _, it := range []struct{ name, method, uri, host, address string }{
		{"spec-sample.json", "POST", "/test/value?foo=bar&bob=alice",
			"service-3ei3tii4-251000691.ap-guangzhou.apigateway.myqloud.com", "10.0.2.14:0"},
		{"function-url-get.tencent-function-url.json", "GET", "/",
			"1250000000-a1b2c3d4e5.ap-guangzhou.tencentscf.com", "203.0.113.24:0"},
		{"clb-object.tencent-clb.json", "POST", "/", "lb.example.com", "203.0.113.24:0"},
		{"clb-uri.tencent-clb.json", "POST", "/notes?page=2", "lb.example.com", "203.0.113.24:53012"},
		{"ws-connect.tencent-websocket.json", "GET", "/chat", "", "203.0.113.24:0"},
		{"cloudbase.tencent-cloudbase.json", "GET", "/hello?a=1&b=2",
			"demo-0a1b2c.service.tcloudbase.com", ""},
	} {
		event, err := apigw.Decode(read(t, "events", it.name))
		if err != nil {
			t.Fatal(err)
		}
		got, err := event.Request(t.Context())
		if err != nil {
			t.Fatalf("%s: %v", it.name, err)
		}
		mustEqual(t, it.name, []string{got.Method, got.RequestURI, got.Host, got.RemoteAddr},
			[]string{it.method, it.uri, it.host, it.address})
	}
	mustEqual(t, "get", request(t,
		`{"headers":{"host":"example.com"},"payload":"","isBase64Encoded":"false"}`).Method, "GET")
	mustEqual(t, "query", request(t,
		`{"httpMethod":"GET","path":"/","query":"b=1&a=%20"}`).URL.RawQuery, "b=1&a=%20")
}

func TestWhatIsNoRequestGivesNone(t *testing.T) {
	for _, text := range []string{
		`{"Type":"Timer","TriggerName":"t"}`,
		`{"websocket":{"action":"data send","secConnectionID":"c","dataType":"text","data":"hi"}}`,
		`{"websocket":{"action":"closing","secConnectionID":"c"}}`,
		`{}`,
		`{"path":"/cats"}`,
	} {
		if _, err := mustDecode(t, text).Request(t.Context()); !errors.Is(err, apigw.ErrNotRequest) {
			t.Fatalf("%s: %v", text, err)
		}
	}
	for _, text := range []string{
		`{"httpMethod":"GET POST","path":"/"}`,
		`{"httpMethod":"POST","path":"/","body":"???","isBase64Encoded":true}`,
	} {
		if made, err := mustDecode(t, text).Request(t.Context()); err == nil {
			t.Fatalf("%s: %v", text, made)
		}
	}
}
