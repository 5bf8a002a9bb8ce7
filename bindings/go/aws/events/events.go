// Package events has the request and response types of aws-lambda-go for API Gateway (REST), filled
// from the events that apigw reads. A handler written for them works with the gateways of Tencent
// when the path of an import is changed:
//
//	import "apigw/aws/events"
//
//	func handle(ctx context.Context, request events.APIGatewayProxyRequest) (
//		events.APIGatewayProxyResponse, error)
//
// The types work with [encoding/json], so also with whatever starts the function. Calling
// [APIGatewayProxyRequest.UnmarshalJSON] directly avoids that json.Unmarshal reads the event a
// second time, and [APIGatewayProxyRequest.Fill] most of the memory.
//
// Fields that none of these gateways has are missing. Names and values of events of AWS itself are
// read as far as the other gateways have them too.
package events

import (
	"net/http"

	"apigw"
	"apigw/internal/fill"
	"apigw/internal/integrated"
)

// APIGatewayProxyRequest is a request.
type APIGatewayProxyRequest struct {
	Resource              string              `json:"resource"`
	Path                  string              `json:"path"`
	HTTPMethod            string              `json:"httpMethod"`
	Headers               map[string]string   `json:"headers"`
	MultiValueHeaders     map[string][]string `json:"multiValueHeaders"`
	QueryStringParameters map[string]string   `json:"queryStringParameters"`

	MultiValueQueryStringParameters map[string][]string `json:"multiValueQueryStringParameters"`

	PathParameters  map[string]string             `json:"pathParameters"`
	StageVariables  map[string]string             `json:"stageVariables"`
	RequestContext  APIGatewayProxyRequestContext `json:"requestContext"`
	Body            string                        `json:"body"`
	IsBase64Encoded bool                          `json:"isBase64Encoded,omitempty"`
}

// APIGatewayProxyRequestContext is what the gateway knows of a request.
type APIGatewayProxyRequestContext struct {
	AccountID    string                    `json:"accountId"`
	Stage        string                    `json:"stage"`
	DomainName   string                    `json:"domainName"`
	RequestID    string                    `json:"requestId"`
	Identity     APIGatewayRequestIdentity `json:"identity"`
	ResourcePath string                    `json:"resourcePath"`
	HTTPMethod   string                    `json:"httpMethod"`
	APIID        string                    `json:"apiId"`
}

// APIGatewayRequestIdentity is who sent a request.
type APIGatewayRequestIdentity struct {
	SourceIP  string `json:"sourceIp"`
	UserAgent string `json:"userAgent"`
}

// UnmarshalJSON decodes an event. An error is an [*apigw.Error].
func (r *APIGatewayProxyRequest) UnmarshalJSON(data []byte) error {
	return apigw.DecodeThen(data, func(event apigw.Event) { *r = Request(event) })
}

// Request is an event in the form of this package. A bare name in the query, such as ?flag, has the
// value "". If a map has one value for each name, it is the last one. The path of the resource is
// the configured path, and the identifier of the request is that of its header x-api-requestid if
// the event has no other.
func Request(event apigw.Event) APIGatewayProxyRequest {
	var r APIGatewayProxyRequest
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
func (r *APIGatewayProxyRequest) Fill(event apigw.Event) {
	// Each map is walked where it comes from: then nothing is allocated for the walk.
	headers := fill.Empty(r.Headers, r.MultiValueHeaders, event.Headers().Len())
	event.Headers()(headers.Add)
	query := fill.Empty(r.QueryStringParameters, r.MultiValueQueryStringParameters,
		event.Query().Len())
	event.Query()(query.Add)
	if len(query.Last) == 0 {
		query = fill.Empty(query.Last, query.All, event.DeclaredQuery().Len())
		event.DeclaredQuery()(query.Add)
	}
	pathParameters := fill.Emptied(r.PathParameters, event.PathParameters().Len())
	for name, value := range event.PathParameters() {
		pathParameters[name] = value
	}
	stageVariables := fill.Emptied(r.StageVariables, event.StageVariables().Len())
	for name, value := range event.StageVariables() {
		stageVariables[name] = value
	}
	id := event.RequestID()
	if id == "" {
		id = event.Header("x-api-requestid")
	}
	*r = APIGatewayProxyRequest{
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

// APIGatewayProxyResponse is the response of a function.
type APIGatewayProxyResponse struct {
	StatusCode        int                 `json:"statusCode"`
	Headers           map[string]string   `json:"headers"`
	MultiValueHeaders map[string][]string `json:"multiValueHeaders"`
	Body              string              `json:"body"`
	IsBase64Encoded   bool                `json:"isBase64Encoded,omitempty"`
}

// MarshalJSON encodes the response as the gateways of Tencent want it: headers of several values
// are arrays among the others. As on AWS, a name that is in both maps has the values of
// MultiValueHeaders. It refuses what a gateway would refuse: an impossible status (0 becomes 200),
// invalid names and values of headers, and a body that is not the base64 that it should be.
func (r APIGatewayProxyResponse) MarshalJSON() ([]byte, error) {
	header := make(http.Header, len(r.Headers)+len(r.MultiValueHeaders))
	for name, value := range r.Headers {
		header[name] = []string{value}
	}
	for name, values := range r.MultiValueHeaders {
		header[name] = values
	}
	return integrated.Encode(r.StatusCode, header, r.Body, r.IsBase64Encoded)
}

// Encode does what [APIGatewayProxyResponse.MarshalJSON] does, so that a function of
// apigw/runtime can return it.
func (r APIGatewayProxyResponse) Encode() ([]byte, error) {
	return r.MarshalJSON()
}
