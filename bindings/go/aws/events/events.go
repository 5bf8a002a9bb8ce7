// Package events has the request and response types of aws-lambda-go, which read AWS's own JSON
// several times as fast. A program changes the path of the import, and nothing else:
//
//	import "apigw/aws/events"
//
//	func handle(ctx context.Context, request events.APIGatewayProxyRequest) (
//		events.APIGatewayProxyResponse, error)
//
// Fields, their types and their names in JSON are those of the library, and every document gives
// the values that [encoding/json] reads into the library's types: what is unusual is left to it.
// Responses are written by encoding/json. Calling UnmarshalJSON directly saves the second reading
// that json.Unmarshal does, and Refill most of the memory: a runtime that hands out a request for
// one call at a time can fill the same one for every event. Strings are always safe to keep.
//
// [Request] makes a request of the event of any other gateway, so that a function can move there,
// and [APIGatewayProxyResponse.Encode] writes a response for Tencent's gateways.
package events

import (
	"net/http"

	"apigw"
	"apigw/internal/fill"
	"apigw/internal/integrated"
)

// Request is an event in the form of this package. A bare name in the query, such as ?flag, has the
// value "". If a map has one value for each name, it is the last one. The path of the resource is
// the configured path, and the identifier of the request is that of its header x-api-requestid if
// the event has no other.
func Request(event apigw.Event) APIGatewayProxyRequest {
	var r APIGatewayProxyRequest
	r.Fill(event)
	return r
}

// Fill sets v to the result of [Request], in the memory that v has: its maps are emptied and filled
// again, and are still those of a copy of v. Nothing else is left of what v was.
//
// The strings are those of the event and live as long as it: after [apigw.Decode], as long as they
// are referenced; after [apigw.Decoder.DecodeInto], until that decoder decodes the next event or
// the buffer is written, whichever is first. A runtime that recycles its buffer, and hands out v
// for one call at a time, so makes hardly any garbage.
func (v *APIGatewayProxyRequest) Fill(event apigw.Event) {
	// Each map is walked where it comes from: then nothing is allocated for the walk.
	headers := fill.Empty(v.Headers, v.MultiValueHeaders, event.Headers().Len())
	event.Headers()(headers.Add)
	query := fill.Empty(v.QueryStringParameters, v.MultiValueQueryStringParameters,
		event.Query().Len())
	event.Query()(query.Add)
	if len(query.Last) == 0 {
		query = fill.Empty(query.Last, query.All, event.DeclaredQuery().Len())
		event.DeclaredQuery()(query.Add)
	}
	pathParameters := fill.Emptied(v.PathParameters, event.PathParameters().Len())
	for name, value := range event.PathParameters() {
		pathParameters[name] = value
	}
	stageVariables := fill.Emptied(v.StageVariables, event.StageVariables().Len())
	for name, value := range event.StageVariables() {
		stageVariables[name] = value
	}
	id := event.RequestID()
	if id == "" {
		id = event.Header("x-api-requestid")
	}
	*v = APIGatewayProxyRequest{
		Resource:                        event.Route(),
		Path:                            event.Path(),
		HTTPMethod:                      event.Method(),
		Headers:                         headers.Last,
		MultiValueHeaders:               headers.All,
		QueryStringParameters:           query.Last,
		MultiValueQueryStringParameters: query.All,
		PathParameters:                  pathParameters,
		StageVariables:                  stageVariables,
		RequestContext: APIGatewayProxyRequestContext{
			AccountID:  event.AccountID(),
			Stage:      event.Stage(),
			DomainName: event.DomainName(),
			RequestID:  id,
			Identity: APIGatewayRequestIdentity{SourceIP: event.SourceIP(),
				UserAgent: event.Header("user-agent")},
			ResourcePath: event.Route(),
			HTTPMethod:   event.Method(),
			APIID:        event.APIID(),
		},
		Body:            event.Body(),
		IsBase64Encoded: event.BodyKind() == apigw.BodyBase64,
	}
}

// Encode encodes the response as the gateways of Tencent want it, so that a function of
// apigw/runtime can return it: headers of several values are arrays among the others. As on AWS, a
// name that is in both maps has the values of MultiValueHeaders. It refuses what a gateway would
// refuse: an impossible status (0 becomes 200), invalid names and values of headers, and a body
// that is not the base64 that it should be.
func (r APIGatewayProxyResponse) Encode() ([]byte, error) {
	header := make(http.Header, len(r.Headers)+len(r.MultiValueHeaders))
	for name, value := range r.Headers {
		header[name] = []string{value}
	}
	for name, values := range r.MultiValueHeaders {
		header[name] = values
	}
	return integrated.Encode(r.StatusCode, header, r.Body, r.IsBase64Encoded)
}
