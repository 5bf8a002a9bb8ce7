package events

import (
	"encoding/json"

	"apigw/internal/fill"
	"apigw/internal/reader"
)

// UnmarshalJSON sets the request to what [encoding/json] reads into one that is empty. After an error
// it is unchanged.
func (v *APIGatewayProxyRequest) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		// By convention.
		return nil
	}
	before := *v
	*v = APIGatewayProxyRequest{}
	err := v.fill(data)
	if err != nil {
		*v = before
	}
	return err
}

// Refill does what UnmarshalJSON does, in the memory of the request: its maps are emptied and filled
// again, and are still those of a copy of it. A map that the event does not have is empty, and not
// nil. After an error the request is empty.
func (v *APIGatewayProxyRequest) Refill(data []byte) error {
	*v = APIGatewayProxyRequest{
		Headers:                         fill.Cleared(v.Headers),
		MultiValueHeaders:               fill.Cleared(v.MultiValueHeaders),
		QueryStringParameters:           fill.Cleared(v.QueryStringParameters),
		MultiValueQueryStringParameters: fill.Cleared(v.MultiValueQueryStringParameters),
		PathParameters:                  fill.Cleared(v.PathParameters),
		StageVariables:                  fill.Cleared(v.StageVariables),
	}
	return v.fill(data)
}

func (v *APIGatewayProxyRequest) fill(data []byte) error {
	if reader.Read(data, v.read) {
		return nil
	}
	type plain APIGatewayProxyRequest
	var slow plain
	err := json.Unmarshal(data, &slow)
	*v = APIGatewayProxyRequest(slow)
	if err != nil {
		*v = APIGatewayProxyRequest{}
	}
	return err
}

func (v *APIGatewayProxyRequest) read(r *reader.Reader) {
	for name, more := r.Open(); more; name, more = r.Next() {
		switch name {
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
		case "body":
			r.String(&v.Body)
		case "isBase64Encoded":
			r.Bool(&v.IsBase64Encoded)
		default:
			r.Skip(name, fieldsOfAPIGatewayProxyRequest[:])
		}
	}
}

var fieldsOfAPIGatewayProxyRequest = [...]string{"resource", "path", "httpMethod", "headers", "multiValueHeaders", "queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "stageVariables", "requestContext", "body", "isBase64Encoded"}

func (v *APIGatewayProxyRequestContext) read(r *reader.Reader) {
	for name, more := r.Open(); more; name, more = r.Next() {
		switch name {
		case "accountId":
			r.String(&v.AccountID)
		case "resourceId":
			r.String(&v.ResourceID)
		case "operationName":
			r.String(&v.OperationName)
		case "stage":
			r.String(&v.Stage)
		case "domainName":
			r.String(&v.DomainName)
		case "domainPrefix":
			r.String(&v.DomainPrefix)
		case "requestId":
			r.String(&v.RequestID)
		case "extendedRequestId":
			r.String(&v.ExtendedRequestID)
		case "protocol":
			r.String(&v.Protocol)
		case "identity":
			v.Identity.read(r)
		case "resourcePath":
			r.String(&v.ResourcePath)
		case "path":
			r.String(&v.Path)
		case "authorizer":
			r.Values(&v.Authorizer)
		case "httpMethod":
			r.String(&v.HTTPMethod)
		case "requestTime":
			r.String(&v.RequestTime)
		case "requestTimeEpoch":
			r.Int64(&v.RequestTimeEpoch)
		case "apiId":
			r.String(&v.APIID)
		default:
			r.Skip(name, fieldsOfAPIGatewayProxyRequestContext[:])
		}
	}
}

var fieldsOfAPIGatewayProxyRequestContext = [...]string{"accountId", "resourceId", "operationName", "stage", "domainName", "domainPrefix", "requestId", "extendedRequestId", "protocol", "identity", "resourcePath", "path", "authorizer", "httpMethod", "requestTime", "requestTimeEpoch", "apiId"}

func (v *APIGatewayRequestIdentity) read(r *reader.Reader) {
	for name, more := r.Open(); more; name, more = r.Next() {
		switch name {
		case "cognitoIdentityPoolId":
			r.String(&v.CognitoIdentityPoolID)
		case "accountId":
			r.String(&v.AccountID)
		case "cognitoIdentityId":
			r.String(&v.CognitoIdentityID)
		case "caller":
			r.String(&v.Caller)
		case "apiKey":
			r.String(&v.APIKey)
		case "apiKeyId":
			r.String(&v.APIKeyID)
		case "accessKey":
			r.String(&v.AccessKey)
		case "sourceIp":
			r.String(&v.SourceIP)
		case "cognitoAuthenticationType":
			r.String(&v.CognitoAuthenticationType)
		case "cognitoAuthenticationProvider":
			r.String(&v.CognitoAuthenticationProvider)
		case "userArn":
			r.String(&v.UserArn)
		case "userAgent":
			r.String(&v.UserAgent)
		case "user":
			r.String(&v.User)
		case "clientCert":
			if r.Pointer() {
				if v.ClientCert == nil {
					v.ClientCert = new(APIGatewayCustomAuthorizerRequestTypeRequestIdentityClientCert)
				}
				v.ClientCert.read(r)
			} else {
				v.ClientCert = nil
			}
		default:
			r.Skip(name, fieldsOfAPIGatewayRequestIdentity[:])
		}
	}
}

var fieldsOfAPIGatewayRequestIdentity = [...]string{"cognitoIdentityPoolId", "accountId", "cognitoIdentityId", "caller", "apiKey", "apiKeyId", "accessKey", "sourceIp", "cognitoAuthenticationType", "cognitoAuthenticationProvider", "userArn", "userAgent", "user", "clientCert"}

func (v *APIGatewayCustomAuthorizerRequestTypeRequestIdentityClientCert) read(r *reader.Reader) {
	for name, more := r.Open(); more; name, more = r.Next() {
		switch name {
		case "clientCertPem":
			r.String(&v.ClientCertPem)
		case "issuerDN":
			r.String(&v.IssuerDN)
		case "serialNumber":
			r.String(&v.SerialNumber)
		case "subjectDN":
			r.String(&v.SubjectDN)
		case "validity":
			v.Validity.read(r)
		default:
			r.Skip(name, fieldsOfAPIGatewayCustomAuthorizerRequestTypeRequestIdentityClientCert[:])
		}
	}
}

var fieldsOfAPIGatewayCustomAuthorizerRequestTypeRequestIdentityClientCert = [...]string{"clientCertPem", "issuerDN", "serialNumber", "subjectDN", "validity"}

func (v *APIGatewayCustomAuthorizerRequestTypeRequestIdentityClientCertValidity) read(r *reader.Reader) {
	for name, more := r.Open(); more; name, more = r.Next() {
		switch name {
		case "notAfter":
			r.String(&v.NotAfter)
		case "notBefore":
			r.String(&v.NotBefore)
		default:
			r.Skip(name, fieldsOfAPIGatewayCustomAuthorizerRequestTypeRequestIdentityClientCertValidity[:])
		}
	}
}

var fieldsOfAPIGatewayCustomAuthorizerRequestTypeRequestIdentityClientCertValidity = [...]string{"notAfter", "notBefore"}

// UnmarshalJSON sets the request to what [encoding/json] reads into one that is empty. After an error
// it is unchanged.
func (v *APIGatewayWebsocketProxyRequest) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		// By convention.
		return nil
	}
	before := *v
	*v = APIGatewayWebsocketProxyRequest{}
	err := v.fill(data)
	if err != nil {
		*v = before
	}
	return err
}

// Refill does what UnmarshalJSON does, in the memory of the request: its maps are emptied and filled
// again, and are still those of a copy of it. A map that the event does not have is empty, and not
// nil. After an error the request is empty.
func (v *APIGatewayWebsocketProxyRequest) Refill(data []byte) error {
	*v = APIGatewayWebsocketProxyRequest{
		Headers:                         fill.Cleared(v.Headers),
		MultiValueHeaders:               fill.Cleared(v.MultiValueHeaders),
		QueryStringParameters:           fill.Cleared(v.QueryStringParameters),
		MultiValueQueryStringParameters: fill.Cleared(v.MultiValueQueryStringParameters),
		PathParameters:                  fill.Cleared(v.PathParameters),
		StageVariables:                  fill.Cleared(v.StageVariables),
	}
	return v.fill(data)
}

func (v *APIGatewayWebsocketProxyRequest) fill(data []byte) error {
	if reader.Read(data, v.read) {
		return nil
	}
	type plain APIGatewayWebsocketProxyRequest
	var slow plain
	err := json.Unmarshal(data, &slow)
	*v = APIGatewayWebsocketProxyRequest(slow)
	if err != nil {
		*v = APIGatewayWebsocketProxyRequest{}
	}
	return err
}

func (v *APIGatewayWebsocketProxyRequest) read(r *reader.Reader) {
	for name, more := r.Open(); more; name, more = r.Next() {
		switch name {
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
		case "body":
			r.String(&v.Body)
		case "isBase64Encoded":
			r.Bool(&v.IsBase64Encoded)
		default:
			r.Skip(name, fieldsOfAPIGatewayWebsocketProxyRequest[:])
		}
	}
}

var fieldsOfAPIGatewayWebsocketProxyRequest = [...]string{"resource", "path", "httpMethod", "headers", "multiValueHeaders", "queryStringParameters", "multiValueQueryStringParameters", "pathParameters", "stageVariables", "requestContext", "body", "isBase64Encoded"}

func (v *APIGatewayWebsocketProxyRequestContext) read(r *reader.Reader) {
	for name, more := r.Open(); more; name, more = r.Next() {
		switch name {
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
		case "authorizer":
			r.Value(&v.Authorizer)
		case "httpMethod":
			r.String(&v.HTTPMethod)
		case "apiId":
			r.String(&v.APIID)
		case "connectedAt":
			r.Int64(&v.ConnectedAt)
		case "connectionId":
			r.String(&v.ConnectionID)
		case "domainName":
			r.String(&v.DomainName)
		case "error":
			r.String(&v.Error)
		case "eventType":
			r.String(&v.EventType)
		case "extendedRequestId":
			r.String(&v.ExtendedRequestID)
		case "integrationLatency":
			r.String(&v.IntegrationLatency)
		case "messageDirection":
			r.String(&v.MessageDirection)
		case "messageId":
			r.Value(&v.MessageID)
		case "requestTime":
			r.String(&v.RequestTime)
		case "requestTimeEpoch":
			r.Int64(&v.RequestTimeEpoch)
		case "routeKey":
			r.String(&v.RouteKey)
		case "status":
			r.String(&v.Status)
		case "disconnectStatusCode":
			r.Int64(&v.DisconnectStatusCode)
		case "disconnectReason":
			r.StringPointer(&v.DisconnectReason)
		default:
			r.Skip(name, fieldsOfAPIGatewayWebsocketProxyRequestContext[:])
		}
	}
}

var fieldsOfAPIGatewayWebsocketProxyRequestContext = [...]string{"accountId", "resourceId", "stage", "requestId", "identity", "resourcePath", "authorizer", "httpMethod", "apiId", "connectedAt", "connectionId", "domainName", "error", "eventType", "extendedRequestId", "integrationLatency", "messageDirection", "messageId", "requestTime", "requestTimeEpoch", "routeKey", "status", "disconnectStatusCode", "disconnectReason"}
