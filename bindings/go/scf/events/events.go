// Package events has the request and response types of Tencent's scf-go-lib, decoded and encoded by
// apigw. A program changes the path of the import, and nothing else:
//
//	import "apigw/scf/events"
//
//	func handle(ctx context.Context, request events.APIGatewayRequest) (
//		events.APIGatewayResponse, error)
//
// The types work with [encoding/json], so also with whatever starts the function. Calling
// [APIGatewayRequest.UnmarshalJSON] directly saves the second reading that json.Unmarshal does, and
// [APIGatewayRequest.Fill] most of the memory.
//
// These types differ from those of the library in five ways: values of maps that the library
// refuses are read, a name that occurs twice in a query keeps both values, a name with an empty
// list is left out, Body has the JSON text of a body that was sent as a JSON object, and
// members are read under the names of other years and vendors too.
package events

import (
	"net/http"
	"net/url"

	"apigw"
	"apigw/internal/integrated"
)

// APIGatewayRequest is a request.
type APIGatewayRequest struct {
	Headers     map[string]string        `json:"headers"`
	Method      string                   `json:"httpMethod"`
	Path        string                   `json:"path"`
	QueryString APIGatewayQueryString    `json:"queryString"`
	Body        string                   `json:"body"`
	Context     APIGatewayRequestContext `json:"requestContext"`
}

// APIGatewayRequestContext is what the gateway knows of a request.
type APIGatewayRequestContext struct {
	ServiceID string `json:"serviceId"`
	RequestID string `json:"requestId"`
	Method    string `json:"httpMethod"`
	Path      string `json:"path"`
	SourceIP  string `json:"sourceIp"`
	Stage     string `json:"stage"`
	Identity  struct {
		SecretID *string `json:"secretId"`
	} `json:"identity"`
}

// APIGatewayQueryString is a query. The list of a bare name is empty.
type APIGatewayQueryString map[string][]string

// UnmarshalJSON decodes an event. An error is an [*apigw.Error].
func (r *APIGatewayRequest) UnmarshalJSON(data []byte) error {
	return apigw.DecodeThen(data, func(event apigw.Event) { *r = Request(event) })
}

// Request is an event in the form of this package. Of a repeated header it has the last value.
func Request(event apigw.Event) APIGatewayRequest {
	var r APIGatewayRequest
	r.Fill(event)
	return r
}

// Fill sets r to the result of [Request], in the memory that r has: its maps are emptied and filled
// again, and are still those of a copy of r. Nothing else is left of what r was.
//
// The strings are those of the event and live as long as it: after [apigw.Decode], as long as they
// are referenced; after [apigw.Decoder.DecodeInto], until that decoder decodes the next event or
// the buffer is written, whichever is first. A runtime that recycles its buffer, and hands out r
// for one call at a time, so makes hardly any garbage.
func (r *APIGatewayRequest) Fill(event apigw.Event) {
	*r = APIGatewayRequest{
		Headers:     event.HeaderMapInto(r.Headers),
		Method:      event.Method(),
		Path:        event.Path(),
		QueryString: APIGatewayQueryString(event.QueryValuesInto(url.Values(r.QueryString))),
		Body:        event.Body(),
		Context: APIGatewayRequestContext{
			ServiceID: event.APIID(),
			RequestID: event.RequestID(),
			Method:    event.RouteMethod(),
			Path:      event.Route(),
			SourceIP:  event.SourceIP(),
			Stage:     event.Stage(),
		},
	}
	if event.SecretID() != "" {
		id := event.SecretID()
		r.Context.Identity.SecretID = &id
	}
}

// APIGatewayResponse is the response of a function.
type APIGatewayResponse struct {
	IsBase64Encoded bool              `json:"isBase64Encoded"`
	StatusCode      int               `json:"statusCode"`
	Headers         map[string]string `json:"headers"`
	Body            string            `json:"body"`
}

// MarshalJSON encodes the response. It refuses what a gateway would refuse: an impossible status (0
// becomes 200), invalid names and values that no header may have, and a body that is not the base64
// that it should be.
func (r APIGatewayResponse) MarshalJSON() ([]byte, error) {
	header := make(http.Header, len(r.Headers))
	for name, value := range r.Headers {
		header[name] = []string{value}
	}
	return integrated.Encode(r.StatusCode, header, r.Body, r.IsBase64Encoded)
}

// Encode does what [APIGatewayResponse.MarshalJSON] does, so that a function of
// apigw/runtime can return it.
func (r APIGatewayResponse) Encode() ([]byte, error) {
	return r.MarshalJSON()
}
