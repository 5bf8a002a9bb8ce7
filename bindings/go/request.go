//go:build cgo

package apigw

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// ErrNotRequest is the error of [Event.Request] for an event that is not an HTTP request, such as
// that of a timer, a WebSocket message or an authorizer.
var ErrNotRequest = errors.New("apigw: the event is no HTTP request")

// Request is the event as a request that a server of net/http has received; [FromContext] finds the
// event in its context.
//
//   - Method is upper case if it is a well-known one.
//   - URL.Path is the path percent-decoded once, unless the gateway has decoded it already.
//     URL.RawQuery is the raw query, or else built from the pairs of the query in their order, a
//     bare name without "=".
//   - The cookies of [Event.CookieList] are a header Cookie.
//   - Host is the header host, or the event's domain name.
//   - RemoteAddr is the client's address with the port that the gateway sent, or 0, so that
//     [net.SplitHostPort] accepts it.
//   - Body is decoded from base64 if the event says so, and ContentLength is its length.
//   - A load balancer passes method and path in headers, if it is configured to. If it does not,
//     the path is "/", and the method is POST with a body and GET without one.
//
// It fails with [ErrNotRequest], with an invalid method or path, and with a body that is not the
// base64 that it should be.
func (e Event) Request(ctx context.Context) (*http.Request, error) {
	method, target, err := e.requestLine()
	if err != nil {
		return nil, err
	}
	body, length, err := e.bodyReader()
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(context.WithValue(ctx, contextKey{}, e), method, "/",
		body)
	if err != nil {
		return nil, err
	}
	request.ContentLength = length
	request.URL = target
	request.RequestURI = target.RequestURI()
	request.Host = e.Header("host")
	if request.Host == "" {
		request.Host = e.DomainName()
	}
	request.RemoteAddr = e.remoteAddr()
	if header := e.HTTPHeader(); header != nil {
		request.Header = header
	}
	if cookies := e.cookieHeader(); cookies != "" {
		request.Header.Add("Cookie", cookies)
	}
	// What a server of net/http takes out of the headers, and a length that may be that of another
	// encoding.
	request.Header.Del("Host")
	request.Header.Del("Transfer-Encoding")
	if request.Header.Get("Content-Length") != "" {
		request.Header.Set("Content-Length", strconv.FormatInt(length, 10))
	}
	return request, nil
}

type contextKey struct{}

// FromContext is the event that a request was made of by [Event.Request] or [Handle].
func FromContext(ctx context.Context) (Event, bool) {
	event, found := ctx.Value(contextKey{}).(Event)
	return event, found
}

func (e Event) requestLine() (method string, target *url.URL, err error) {
	method, path := e.Method(), e.Path()
	switch e.Dialect() {
	case DialectNotHTTP, DialectAWSTokenAuthorizer, DialectAWSRequestAuthorizer,
		DialectAWSHTTPAPIAuthorizer:
		return "", nil, ErrNotRequest
	case DialectTencentCLB:
		return e.balancerRequestLine()
	}
	switch e.WebSocketPhase() {
	case WebSocketMessage, WebSocketClose:
		return "", nil, ErrNotRequest
	case WebSocketConnect:
		switch {
		case e.Dialect() == DialectTencentWebSocket:
			method, path = e.RouteMethod(), e.Route()
		case e.Dialect() == DialectAWSWebSocket && method == "":
			// The event does not have it: every handshake is a GET.
			method = http.MethodGet
		}
	}
	if method == "" {
		return "", nil, ErrNotRequest
	}
	method = canonicalMethod(method)
	if e.IsPathDecoded() {
		return method, &url.URL{Path: withSlash(path), RawQuery: e.queryString()}, nil
	}
	return method, urlOf(path, e.queryString()), nil
}

func (e Event) balancerRequestLine() (method string, target *url.URL, err error) {
	method = canonicalMethod(e.Header("x-method"))
	switch {
	case method != "":
	case e.Body() == "":
		method = http.MethodGet
	default:
		method = http.MethodPost
	}
	path, query, _ := strings.Cut(e.Header("x-uri"), "?")
	return method, urlOf(path, query), nil
}

// canonicalMethod returns a well-known method in upper case, because net/http compares methods with
// case, and any other method as it is.
func canonicalMethod(method string) string {
	switch upper := strings.ToUpper(method); upper {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch,
		http.MethodDelete,
		http.MethodConnect, http.MethodOptions, http.MethodTrace:
		return upper
	}
	return method
}

func withSlash(path string) string {
	if strings.HasPrefix(path, "/") || path == "*" {
		return path
	}
	return "/" + path
}

// urlOf is the URL of a path that is percent-encoded, or should be.
func urlOf(path, query string) *url.URL {
	path = encodedOnce(withSlash(path), "?")
	// What is left can be decoded.
	decoded, _ := url.PathUnescape(path)
	return &url.URL{Path: decoded, RawPath: path, RawQuery: encodedOnce(query, "")}
}

// encodedOnce percent-encodes the bytes that no URL may have, and those of more. A % is encoded
// unless it begins an escape.
func encodedOnce(text, more string) string {
	const never = " \"#<>[\\]^`{|}"
	isHex := func(c byte) bool {
		return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f'
	}
	isWrong := func(i int) bool {
		c := text[i]
		if c == '%' {
			return len(text)-i < 3 || !isHex(text[i+1]) || !isHex(text[i+2])
		}
		return c <= ' ' || c >= 0x7f || strings.IndexByte(never, c) >= 0 ||
			strings.IndexByte(more, c) >= 0
	}
	var out strings.Builder
	done := 0
	for i := range len(text) {
		if isWrong(i) {
			const digits = "0123456789ABCDEF"
			out.WriteString(text[done:i])
			out.Write([]byte{'%', digits[text[i]>>4], digits[text[i]&15]})
			done = i + 1
		}
	}
	if done == 0 {
		return text
	}
	out.WriteString(text[done:])
	return out.String()
}

// queryString is the query with its pairs in order, which url.Values.Encode would sort.
func (e Event) queryString() string {
	if e.has(rawQueryWords) {
		return encodedOnce(e.RawQuery(), "")
	}
	query := e.table.pairRange(queryWords)
	var text strings.Builder
	for i := range query.count {
		if i > 0 {
			text.WriteByte('&')
		}
		pair := e.table.pair(query.first + i)
		text.WriteString(url.QueryEscape(e.name(pair)))
		if pair.valueOff != none {
			text.WriteByte('=')
			text.WriteString(url.QueryEscape(e.value(pair)))
		}
	}
	return text.String()
}

// cookieHeader is the cookies that the event has apart from the headers, as one header.
func (e Event) cookieHeader() string {
	cookies := e.table.pairRange(cookieListWords)
	var text strings.Builder
	for i := range cookies.count {
		if i > 0 {
			text.WriteString("; ")
		}
		pair := e.table.pair(cookies.first + i)
		text.WriteString(e.name(pair))
		if pair.valueOff != none {
			text.WriteByte('=')
			text.WriteString(e.value(pair))
		}
	}
	return text.String()
}

func (e Event) remoteAddr() string {
	address, port := e.SourceIP(), "0"
	switch {
	case address != "":
	case e.Dialect() == DialectTencentFunctionURL:
		address = e.Header("x-scf-remote-addr")
	case e.Dialect() == DialectTencentCLB:
		address = e.Header("x-real-ip")
		if p := e.Header("x-real-port"); p != "" {
			port = p
		}
	}
	if address == "" {
		return ""
	}
	return net.JoinHostPort(address, port)
}

func (e Event) bodyReader() (io.Reader, int64, error) {
	if e.BodyKind() != BodyBase64 {
		return strings.NewReader(e.Body()), int64(len(e.Body())), nil
	}
	data, err := e.Bytes()
	return bytes.NewReader(data), int64(len(data)), err
}
