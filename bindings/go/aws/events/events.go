// Package events has the request and response types of aws-lambda-go for API Gateway (REST), filled from the events that apigw
// reads. A handler written for them runs behind the gateways of Tencent by changing the path of an import:
//
//	import "apigw/aws/events"
//
//	func handle(ctx context.Context, request events.APIGatewayProxyRequest) (events.APIGatewayProxyResponse, error)
//
// The types work with [encoding/json], so also with whatever starts the function. Calling
// [APIGatewayProxyRequest.UnmarshalJSON] directly saves the second reading that json.Unmarshal does.
//
// Fields that none of these gateways has are missing. Names and values of events of AWS itself are read as far as the other
// gateways have them too.
package events

import (
	"net/http"

	"apigw"
	"apigw/internal/integrated"
)

// APIGatewayProxyRequest is a request.
type APIGatewayProxyRequest struct {
	Resource                        string                        `json:"resource"`
	Path                            string                        `json:"path"`
	HTTPMethod                      string                        `json:"httpMethod"`
	Headers                         map[string]string             `json:"headers"`
	MultiValueHeaders               map[string][]string           `json:"multiValueHeaders"`
	QueryStringParameters           map[string]string             `json:"queryStringParameters"`
	MultiValueQueryStringParameters map[string][]string           `json:"multiValueQueryStringParameters"`
	PathParameters                  map[string]string             `json:"pathParameters"`
	StageVariables                  map[string]string             `json:"stageVariables"`
	RequestContext                  APIGatewayProxyRequestContext `json:"requestContext"`
	Body                            string                        `json:"body"`
	IsBase64Encoded                 bool                          `json:"isBase64Encoded,omitempty"`
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
	event, err := apigw.Decode(data)
	if err != nil {
		return err
	}
	*r = Request(event)
	return nil
}

// Request is an event in the form of this package. A bare name in the query, such as ?flag, has the value "". Where a map has
// one value of a name, it is the last one. The path of the resource is the configured path, and the identifier of the
// request is that of its header x-api-requestid if the event has no other.
func Request(event apigw.Event) APIGatewayProxyRequest {
	query := event.Query()
	if query.Len() == 0 {
		query = event.DeclaredQuery()
	}
	id := event.RequestID()
	if id == "" {
		id = event.Header("x-api-requestid")
	}
	return APIGatewayProxyRequest{
		Resource:                        event.Route(),
		Path:                            event.Path(),
		HTTPMethod:                      event.Method(),
		Headers:                         last(apigw.Pairs(event.Headers())),
		MultiValueHeaders:               all(apigw.Pairs(event.Headers())),
		QueryStringParameters:           last(query),
		MultiValueQueryStringParameters: all(query),
		PathParameters:                  last(event.PathParameters()),
		StageVariables:                  last(event.StageVariables()),
		RequestContext: APIGatewayProxyRequestContext{
			AccountID:    event.AccountID(),
			Stage:        event.Stage(),
			DomainName:   event.DomainName(),
			RequestID:    id,
			Identity:     APIGatewayRequestIdentity{SourceIP: event.SourceIP(), UserAgent: event.Header("user-agent")},
			ResourcePath: event.Route(),
			HTTPMethod:   event.Method(),
			APIID:        event.ServiceID(),
		},
		Body:            event.Body(),
		IsBase64Encoded: event.BodyKind() == apigw.BodyBase64,
	}
}

// last is a map with the last value of each name.
func last(pairs apigw.Pairs) map[string]string {
	values := make(map[string]string, pairs.Len())
	for name, value := range pairs {
		values[name] = value
	}
	return values
}

// all is a map with all values of each name.
func all(pairs apigw.Pairs) map[string][]string {
	values := make(map[string][]string, pairs.Len())
	for name, value := range pairs {
		values[name] = append(values[name], value)
	}
	return values
}

// APIGatewayProxyResponse is what a function answers.
type APIGatewayProxyResponse struct {
	StatusCode        int                 `json:"statusCode"`
	Headers           map[string]string   `json:"headers"`
	MultiValueHeaders map[string][]string `json:"multiValueHeaders"`
	Body              string              `json:"body"`
	IsBase64Encoded   bool                `json:"isBase64Encoded,omitempty"`
}

// MarshalJSON encodes the response as the gateways of Tencent want it: headers of several values are arrays among the others.
// As on AWS, a name that is in both maps has the values of MultiValueHeaders. It refuses what a gateway would not take: an
// impossible status, though 0 is 200, names and values that no header may have, and a body that is not the base64 that it
// should be.
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
