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
// that of a timer or a WebSocket message.
var ErrNotRequest = errors.New("apigw: the event is no HTTP request")

// Request is the event as a request that a server of net/http has received; [FromContext] finds the
// event in its context.
//
//   - Method is upper case if it is a well-known one.
//   - URL.Path is the path percent-decoded, if it can be. URL.RawQuery is built from the pairs of
//     the query in their order, a bare name without "=". Dialects that have only a declared query
//     give that one.
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
	isMessage := e.WebSocketPhase() == WebSocketMessage || e.WebSocketPhase() == WebSocketClose
	if e.Dialect() == DialectNotHTTP || isMessage {
		return "", nil, ErrNotRequest
	}
	if e.Dialect() == DialectTencentCLB {
		return e.balancerRequestLine()
	}
	if vendor := e.otherVendor(); vendor != "" {
		return "", nil, &OtherVendorError{vendor}
	}
	method, path := e.Method(), e.Path()
	if e.WebSocketPhase() == WebSocketConnect {
		method, path = e.RouteMethod(), e.Route()
	}
	if method == "" {
		return "", nil, ErrNotRequest
	}
	return canonicalMethod(method), urlOf(path, e.queryString()), nil
}

// OtherVendorError is the error of [Event.Request] for an event of another vendor, whose query and
// headers are not known here.
type OtherVendorError struct {
	// Vendor is the name of the vendor, such as "AWS ALB".
	Vendor string
}

func (e *OtherVendorError) Error() string {
	return "apigw: the event is of another vendor, " + e.Vendor + ", which is not supported"
}

// Unwrap returns [ErrNotRequest].
func (e *OtherVendorError) Unwrap() error { return ErrNotRequest }

func isFound(_ string, found bool) bool { return found }

// otherVendor is the vendor of an event that is of no dialect, or "".
func (e Event) otherVendor() string {
	if e.Dialect() != DialectUnknown {
		return ""
	}
	has := func(pairs Pairs) func(string) bool {
		return func(name string) bool {
			value, found := pairs.Lookup(name)
			return found && value != "null"
		}
	}
	member, context := has(e.Extras()), has(e.ContextExtras())
	hasAPI := e.APIID() != "" || context("resourceId") || context("resourcePath")
	switch {
	case member("messageVersion") && member("agent"):
		return "Amazon Bedrock"
	case member("methodArn") || member("routeArn"):
		return "AWS, a Lambda authorizer"
	case context("elb"):
		return "AWS ALB"
	case context("serviceNetworkArn") || member("raw_path"):
		return "AWS VPC Lattice"
	case context("http") && e.Extras().Get("version") == `"v1"`:
		return "Alibaba Cloud Function Compute"
	case context("http") || member("rawPath"):
		return "AWS HTTP API"
	case context("eventType") || e.ConnectionID() != "":
		return "AWS WebSocket API"
	case member("__ow_method"):
		return "OpenWhisk"
	case member("http"):
		return "DigitalOcean"
	case member("Data") && member("Metadata"):
		return "Azure"
	case member("rawUrl"):
		return "Netlify"
	case member("multiValueHeaders") && !hasAPI:
		return "Yandex Cloud"
	case isFound(e.Extras().Lookup("multiValueHeaders")):
		return "AWS REST API"
	case member("lubanops-gtrace-id") || member("user_data"):
		return "Huawei Cloud APIG"
	case member("resource"):
		return "AWS REST API or Baidu Cloud CFC"
	case member("queryParameters"):
		return "Alibaba Cloud API Gateway"
	}
	return ""
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

// urlOf is the URL of a path that may be percent-encoded or not: the gateway does not say.
func urlOf(path, query string) *url.URL {
	if !strings.HasPrefix(path, "/") && path != "*" {
		path = "/" + path
	}
	decoded, err := url.PathUnescape(path)
	if err != nil {
		return &url.URL{Path: path, RawQuery: query}
	}
	return &url.URL{Path: decoded, RawPath: path, RawQuery: query}
}

// queryString is the query with its pairs in order, which url.Values.Encode would sort.
func (e Event) queryString() string {
	if e.has(rawQueryWords) {
		return e.RawQuery()
	}
	query := e.table.pairRange(queryWords)
	if query.isAbsent {
		query = e.table.pairRange(declaredQueryWords)
	}
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
