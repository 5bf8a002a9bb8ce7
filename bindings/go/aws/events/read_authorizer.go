package events

import (
	"encoding/json"

	"apigw/internal/fill"
	"apigw/internal/reader"
)

// UnmarshalJSON sets the request to what [encoding/json] reads into one that is empty. After an error
// it is unchanged.
func (v *APIGatewayCustomAuthorizerRequest) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		// By convention.
		return nil
	}
	before := *v
	*v = APIGatewayCustomAuthorizerRequest{}
	err := v.fill(data)
	if err != nil {
		*v = before
	}
	return err
}

// Refill does what UnmarshalJSON does, in the memory of the request: its maps are emptied and filled
// again, and are still those of a copy of it. A map that the event does not have is empty, and not
// nil. After an error the request is empty.
func (v *APIGatewayCustomAuthorizerRequest) Refill(data []byte) error {
	*v = APIGatewayCustomAuthorizerRequest{}
	return v.fill(data)
}

func (v *APIGatewayCustomAuthorizerRequest) fill(data []byte) error {
	if reader.Read(data, v.read) {
		return nil
	}
	type plain APIGatewayCustomAuthorizerRequest
	var slow plain
	err := json.Unmarshal(data, &slow)
	*v = APIGatewayCustomAuthorizerRequest(slow)
	if err != nil {
		*v = APIGatewayCustomAuthorizerRequest{}
	}
	return err
}

func (v *APIGatewayCustomAuthorizerRequest) read(r *reader.Reader) {
	for name, more := r.Open(); more; name, more = r.Next() {
		switch name {
		case "type":
			r.String(&v.Type)
		case "authorizationToken":
			r.String(&v.AuthorizationToken)
		case "methodArn":
			r.String(&v.MethodArn)
		default:
			r.Skip(name, fieldsOfAPIGatewayCustomAuthorizerRequest[:])
		}
	}
}

var fieldsOfAPIGatewayCustomAuthorizerRequest = [...]string{"type", "authorizationToken", "methodArn"}

// UnmarshalJSON sets the request to what [encoding/json] reads into one that is empty. After an error
// it is unchanged.
func (v *APIGatewayCustomAuthorizerRequestTypeRequest) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		// By convention.
		return nil
	}
	before := *v
	*v = APIGatewayCustomAuthorizerRequestTypeRequest{}
	err := v.fill(data)
	if err != nil {
		*v = before
	}
	return err
}

// Refill does what UnmarshalJSON does, in the memory of the request: its maps are emptied and filled
// again, and are still those of a copy of it. A map that the event does not have is empty, and not
// nil. After an error the request is empty.
func (v *APIGatewayCustomAuthorizerRequestTypeRequest) Refill(data []byte) error {
	*v = APIGatewayCustomAuthorizerRequestTypeRequest{
		Headers:                         fill.Cleared(v.Headers),
		MultiValueHeaders:               fill.Cleared(v.MultiValueHeaders),
		QueryStringParameters:           fill.Cleared(v.QueryStringParameters),
		MultiValueQueryStringParameters: fill.Cleared(v.MultiValueQueryStringParameters),
		PathParameters:                  fill.Cleared(v.PathParameters),
		StageVariables:                  fill.Cleared(v.StageVariables),
	}
	return v.fill(data)
}

func (v *APIGatewayCustomAuthorizerRequestTypeRequest) fill(data []byte) error {
	if reader.Read(data, v.read) {
		return nil
	}
	type plain APIGatewayCustomAuthorizerRequestTypeRequest
	var slow plain
	err := json.Unmarshal(data, &slow)
	*v = APIGatewayCustomAuthorizerRequestTypeRequest(slow)
	if err != nil {
		*v = APIGatewayCustomAuthorizerRequestTypeRequest{}
	}
	return err
}

func (v *APIGatewayCustomAuthorizerRequestTypeRequest) read(r *reader.Reader) {
	for name, more := r.Open(); more; name, more = r.Next() {
		switch name {
		case "type":
			r.String(&v.Type)
		case "methodArn":
			r.String(&v.MethodArn)
		case "resource":
			r.String(&v.Resource)
		case "path":
			r.String(&v.Path)
		case "httpMethod":
			r.String(&v.HTTPMethod)
		case "headers":
			r.Map(&v.Headers)
		case "multiValueHeaders":
			r.Lists(&v.MultiValueHeaders)
		case "queryStringParameters":
			r.Map(&v.QueryStringParameters)
		case "multiValueQueryStringParameters":
			r.Lists(&v.MultiValueQueryStringParameters)
		case "pathParameters":
			r.Map(&v.PathParameters)
		case "stageVariables":
			r.Map(&v.StageVariables)
		case "requestContext":
			v.RequestContext.read(r)
		default:
			r.Skip(name, fieldsOfAPIGatewayCustomAuthorizerRequestTypeRequest[:])
		}
	}
}

var fieldsOfAPIGatewayCustomAuthorizerRequestTypeRequest = [...]string{"type", "methodArn", "resource", "path", "httpMethod", "headers", "multiValueHeaders", "queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "stageVariables", "requestContext"}

func (v *APIGatewayCustomAuthorizerRequestTypeRequestContext) read(r *reader.Reader) {
	for name, more := r.Open(); more; name, more = r.Next() {
		switch name {
		case "path":
			r.String(&v.Path)
		case "accountId":
			r.String(&v.AccountID)
		case "resourceId":
			r.String(&v.ResourceID)
		case "stage":
			r.String(&v.Stage)
		case "requestId":
			r.String(&v.RequestID)
		case "identity":
			v.Identity.read(r)
		case "resourcePath":
			r.String(&v.ResourcePath)
		case "httpMethod":
			r.String(&v.HTTPMethod)
		case "apiId":
			r.String(&v.APIID)
		default:
			r.Skip(name, fieldsOfAPIGatewayCustomAuthorizerRequestTypeRequestContext[:])
		}
	}
}

var fieldsOfAPIGatewayCustomAuthorizerRequestTypeRequestContext = [...]string{"path", "accountId", "resourceId", "stage", "requestId", "identity", "resourcePath", "httpMethod", "apiId"}

func (v *APIGatewayCustomAuthorizerRequestTypeRequestIdentity) read(r *reader.Reader) {
	for name, more := r.Open(); more; name, more = r.Next() {
		switch name {
		case "apiKey":
			r.String(&v.APIKey)
		case "sourceIp":
			r.String(&v.SourceIP)
		case "clientCert":
			v.ClientCert.read(r)
		default:
			r.Skip(name, fieldsOfAPIGatewayCustomAuthorizerRequestTypeRequestIdentity[:])
		}
	}
}

var fieldsOfAPIGatewayCustomAuthorizerRequestTypeRequestIdentity = [...]string{"apiKey", "sourceIp", "clientCert"}

// UnmarshalJSON sets the request to what [encoding/json] reads into one that is empty. After an error
// it is unchanged.
func (v *APIGatewayV2CustomAuthorizerV1Request) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		// By convention.
		return nil
	}
	before := *v
	*v = APIGatewayV2CustomAuthorizerV1Request{}
	err := v.fill(data)
	if err != nil {
		*v = before
	}
	return err
}

// Refill does what UnmarshalJSON does, in the memory of the request: its maps are emptied and filled
// again, and are still those of a copy of it. A map that the event does not have is empty, and not
// nil. After an error the request is empty.
func (v *APIGatewayV2CustomAuthorizerV1Request) Refill(data []byte) error {
	*v = APIGatewayV2CustomAuthorizerV1Request{
		Headers:               fill.Cleared(v.Headers),
		QueryStringParameters: fill.Cleared(v.QueryStringParameters),
		PathParameters:        fill.Cleared(v.PathParameters),
		StageVariables:        fill.Cleared(v.StageVariables),
	}
	return v.fill(data)
}

func (v *APIGatewayV2CustomAuthorizerV1Request) fill(data []byte) error {
	if reader.Read(data, v.read) {
		return nil
	}
	type plain APIGatewayV2CustomAuthorizerV1Request
	var slow plain
	err := json.Unmarshal(data, &slow)
	*v = APIGatewayV2CustomAuthorizerV1Request(slow)
	if err != nil {
		*v = APIGatewayV2CustomAuthorizerV1Request{}
	}
	return err
}

func (v *APIGatewayV2CustomAuthorizerV1Request) read(r *reader.Reader) {
	for name, more := r.Open(); more; name, more = r.Next() {
		switch name {
		case "version":
			r.String(&v.Version)
		case "type":
			r.String(&v.Type)
		case "methodArn":
			r.String(&v.MethodArn)
		case "identitySource":
			r.String(&v.IdentitySource)
		case "authorizationToken":
			r.String(&v.AuthorizationToken)
		case "resource":
			r.String(&v.Resource)
		case "path":
			r.String(&v.Path)
		case "httpMethod":
			r.String(&v.HTTPMethod)
		case "headers":
			r.Map(&v.Headers)
		case "queryStringParameters":
			r.Map(&v.QueryStringParameters)
		case "pathParameters":
			r.Map(&v.PathParameters)
		case "stageVariables":
			r.Map(&v.StageVariables)
		case "requestContext":
			v.RequestContext.read(r)
		default:
			r.Skip(name, fieldsOfAPIGatewayV2CustomAuthorizerV1Request[:])
		}
	}
}

var fieldsOfAPIGatewayV2CustomAuthorizerV1Request = [...]string{"version", "type", "methodArn", "identitySource", "authorizationToken", "resource", "path", "httpMethod", "headers", "queryStringParameters", "pathParameters", "stageVariables", "requestContext"}

func (v *APIGatewayV2CustomAuthorizerV1RequestTypeRequestContext) read(r *reader.Reader) {
	for name, more := r.Open(); more; name, more = r.Next() {
		switch name {
		case "path":
			r.String(&v.Path)
		case "accountId":
			r.String(&v.AccountID)
		case "resourceId":
			r.String(&v.ResourceID)
		case "stage":
			r.String(&v.Stage)
		case "requestId":
			r.String(&v.RequestID)
		case "identity":
			v.Identity.read(r)
		case "resourcePath":
			r.String(&v.ResourcePath)
		case "httpMethod":
			r.String(&v.HTTPMethod)
		case "apiId":
			r.String(&v.APIID)
		default:
			r.Skip(name, fieldsOfAPIGatewayV2CustomAuthorizerV1RequestTypeRequestContext[:])
		}
	}
}

var fieldsOfAPIGatewayV2CustomAuthorizerV1RequestTypeRequestContext = [...]string{"path", "accountId", "resourceId", "stage", "requestId", "identity", "resourcePath", "httpMethod", "apiId"}

// UnmarshalJSON sets the request to what [encoding/json] reads into one that is empty. After an error
// it is unchanged.
func (v *APIGatewayV2CustomAuthorizerV2Request) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		// By convention.
		return nil
	}
	before := *v
	*v = APIGatewayV2CustomAuthorizerV2Request{}
	err := v.fill(data)
	if err != nil {
		*v = before
	}
	return err
}

// Refill does what UnmarshalJSON does, in the memory of the request: its maps are emptied and filled
// again, and are still those of a copy of it. A map that the event does not have is empty, and not
// nil. After an error the request is empty.
func (v *APIGatewayV2CustomAuthorizerV2Request) Refill(data []byte) error {
	*v = APIGatewayV2CustomAuthorizerV2Request{
		Headers:               fill.Cleared(v.Headers),
		QueryStringParameters: fill.Cleared(v.QueryStringParameters),
		PathParameters:        fill.Cleared(v.PathParameters),
		StageVariables:        fill.Cleared(v.StageVariables),
	}
	return v.fill(data)
}

func (v *APIGatewayV2CustomAuthorizerV2Request) fill(data []byte) error {
	if reader.Read(data, v.read) {
		return nil
	}
	type plain APIGatewayV2CustomAuthorizerV2Request
	var slow plain
	err := json.Unmarshal(data, &slow)
	*v = APIGatewayV2CustomAuthorizerV2Request(slow)
	if err != nil {
		*v = APIGatewayV2CustomAuthorizerV2Request{}
	}
	return err
}

func (v *APIGatewayV2CustomAuthorizerV2Request) read(r *reader.Reader) {
	for name, more := r.Open(); more; name, more = r.Next() {
		switch name {
		case "version":
			r.String(&v.Version)
		case "type":
			r.String(&v.Type)
		case "routeArn":
			r.String(&v.RouteArn)
		case "identitySource":
			r.Strings(&v.IdentitySource)
		case "routeKey":
			r.String(&v.RouteKey)
		case "rawPath":
			r.String(&v.RawPath)
		case "rawQueryString":
			r.String(&v.RawQueryString)
		case "cookies":
			r.Strings(&v.Cookies)
		case "headers":
			r.Map(&v.Headers)
		case "queryStringParameters":
			r.Map(&v.QueryStringParameters)
		case "requestContext":
			v.RequestContext.read(r)
		case "pathParameters":
			r.Map(&v.PathParameters)
		case "stageVariables":
			r.Map(&v.StageVariables)
		default:
			r.Skip(name, fieldsOfAPIGatewayV2CustomAuthorizerV2Request[:])
		}
	}
}

var fieldsOfAPIGatewayV2CustomAuthorizerV2Request = [...]string{"version", "type", "routeArn", "identitySource", "routeKey", "rawPath", "rawQueryString", "cookies", "headers", "queryStringParameters", "requestContext", "pathParameters", "stageVariables"}
