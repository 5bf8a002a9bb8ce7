package events

import (
	"encoding/json"

	"apigw/internal/reader"
)

// UnmarshalJSON sets the request to what [encoding/json] reads into one that is empty. After an error
// it is unchanged.
func (v *APIGatewayProxyRequest) UnmarshalJSON(data []byte) error {
	type plain APIGatewayProxyRequest
	return unmarshal(data, v, (*APIGatewayProxyRequest).read, func() (APIGatewayProxyRequest, error) {
		var slow plain
		err := json.Unmarshal(data, &slow)
		return APIGatewayProxyRequest(slow), err
	})
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
	type plain APIGatewayWebsocketProxyRequest
	return unmarshal(data, v, (*APIGatewayWebsocketProxyRequest).read, func() (APIGatewayWebsocketProxyRequest, error) {
		var slow plain
		err := json.Unmarshal(data, &slow)
		return APIGatewayWebsocketProxyRequest(slow), err
	})
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

// UnmarshalJSON sets the request to what [encoding/json] reads into one that is empty. After an error
// it is unchanged.
func (v *APIGatewayV2HTTPRequest) UnmarshalJSON(data []byte) error {
	type plain APIGatewayV2HTTPRequest
	return unmarshal(data, v, (*APIGatewayV2HTTPRequest).read, func() (APIGatewayV2HTTPRequest, error) {
		var slow plain
		err := json.Unmarshal(data, &slow)
		return APIGatewayV2HTTPRequest(slow), err
	})
}

func (v *APIGatewayV2HTTPRequest) read(r *reader.Reader) {
	for name, more := r.Open(); more; name, more = r.Next() {
		switch name {
		case "version":
			r.String(&v.Version)
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
		case "pathParameters":
			r.Map(&v.PathParameters)
		case "requestContext":
			v.RequestContext.read(r)
		case "stageVariables":
			r.Map(&v.StageVariables)
		case "body":
			r.String(&v.Body)
		case "isBase64Encoded":
			r.Bool(&v.IsBase64Encoded)
		default:
			r.Skip(name, fieldsOfAPIGatewayV2HTTPRequest[:])
		}
	}
}

var fieldsOfAPIGatewayV2HTTPRequest = [...]string{"version", "routeKey", "rawPath", "rawQueryString", "cookies", "headers", "queryStringParameters", "pathParameters", "requestContext", "stageVariables", "body", "isBase64Encoded"}

func (v *APIGatewayV2HTTPRequestContext) read(r *reader.Reader) {
	for name, more := r.Open(); more; name, more = r.Next() {
		switch name {
		case "routeKey":
			r.String(&v.RouteKey)
		case "accountId":
			r.String(&v.AccountID)
		case "stage":
			r.String(&v.Stage)
		case "requestId":
			r.String(&v.RequestID)
		case "authorizer":
			if r.Pointer() {
				if v.Authorizer == nil {
					v.Authorizer = new(APIGatewayV2HTTPRequestContextAuthorizerDescription)
				}
				v.Authorizer.read(r)
			} else {
				v.Authorizer = nil
			}
		case "apiId":
			r.String(&v.APIID)
		case "domainName":
			r.String(&v.DomainName)
		case "domainPrefix":
			r.String(&v.DomainPrefix)
		case "time":
			r.String(&v.Time)
		case "timeEpoch":
			r.Int64(&v.TimeEpoch)
		case "http":
			v.HTTP.read(r)
		case "authentication":
			v.Authentication.read(r)
		default:
			r.Skip(name, fieldsOfAPIGatewayV2HTTPRequestContext[:])
		}
	}
}

var fieldsOfAPIGatewayV2HTTPRequestContext = [...]string{"routeKey", "accountId", "stage", "requestId", "authorizer", "apiId", "domainName", "domainPrefix", "time", "timeEpoch", "http", "authentication"}

func (v *APIGatewayV2HTTPRequestContextAuthorizerDescription) read(r *reader.Reader) {
	for name, more := r.Open(); more; name, more = r.Next() {
		switch name {
		case "jwt":
			if r.Pointer() {
				if v.JWT == nil {
					v.JWT = new(APIGatewayV2HTTPRequestContextAuthorizerJWTDescription)
				}
				v.JWT.read(r)
			} else {
				v.JWT = nil
			}
		case "lambda":
			r.Values(&v.Lambda)
		case "iam":
			if r.Pointer() {
				if v.IAM == nil {
					v.IAM = new(APIGatewayV2HTTPRequestContextAuthorizerIAMDescription)
				}
				v.IAM.read(r)
			} else {
				v.IAM = nil
			}
		default:
			r.Skip(name, fieldsOfAPIGatewayV2HTTPRequestContextAuthorizerDescription[:])
		}
	}
}

var fieldsOfAPIGatewayV2HTTPRequestContextAuthorizerDescription = [...]string{"jwt", "lambda", "iam"}

func (v *APIGatewayV2HTTPRequestContextAuthorizerJWTDescription) read(r *reader.Reader) {
	for name, more := r.Open(); more; name, more = r.Next() {
		switch name {
		case "claims":
			r.Map(&v.Claims)
		case "scopes":
			r.Strings(&v.Scopes)
		default:
			r.Skip(name, fieldsOfAPIGatewayV2HTTPRequestContextAuthorizerJWTDescription[:])
		}
	}
}

var fieldsOfAPIGatewayV2HTTPRequestContextAuthorizerJWTDescription = [...]string{"claims", "scopes"}

func (v *APIGatewayV2HTTPRequestContextAuthorizerIAMDescription) read(r *reader.Reader) {
	for name, more := r.Open(); more; name, more = r.Next() {
		switch name {
		case "accessKey":
			r.String(&v.AccessKey)
		case "accountId":
			r.String(&v.AccountID)
		case "callerId":
			r.String(&v.CallerID)
		case "cognitoIdentity":
			v.CognitoIdentity.read(r)
		case "principalOrgId":
			r.String(&v.PrincipalOrgID)
		case "userArn":
			r.String(&v.UserARN)
		case "userId":
			r.String(&v.UserID)
		default:
			r.Skip(name, fieldsOfAPIGatewayV2HTTPRequestContextAuthorizerIAMDescription[:])
		}
	}
}

var fieldsOfAPIGatewayV2HTTPRequestContextAuthorizerIAMDescription = [...]string{"accessKey", "accountId", "callerId", "cognitoIdentity", "principalOrgId", "userArn", "userId"}

func (v *APIGatewayV2HTTPRequestContextAuthorizerCognitoIdentity) read(r *reader.Reader) {
	for name, more := r.Open(); more; name, more = r.Next() {
		switch name {
		case "amr":
			r.Strings(&v.AMR)
		case "identityId":
			r.String(&v.IdentityID)
		case "identityPoolId":
			r.String(&v.IdentityPoolID)
		default:
			r.Skip(name, fieldsOfAPIGatewayV2HTTPRequestContextAuthorizerCognitoIdentity[:])
		}
	}
}

var fieldsOfAPIGatewayV2HTTPRequestContextAuthorizerCognitoIdentity = [...]string{"amr", "identityId", "identityPoolId"}

func (v *APIGatewayV2HTTPRequestContextHTTPDescription) read(r *reader.Reader) {
	for name, more := r.Open(); more; name, more = r.Next() {
		switch name {
		case "method":
			r.String(&v.Method)
		case "path":
			r.String(&v.Path)
		case "protocol":
			r.String(&v.Protocol)
		case "sourceIp":
			r.String(&v.SourceIP)
		case "userAgent":
			r.String(&v.UserAgent)
		default:
			r.Skip(name, fieldsOfAPIGatewayV2HTTPRequestContextHTTPDescription[:])
		}
	}
}

var fieldsOfAPIGatewayV2HTTPRequestContextHTTPDescription = [...]string{"method", "path", "protocol", "sourceIp", "userAgent"}

func (v *APIGatewayV2HTTPRequestContextAuthentication) read(r *reader.Reader) {
	for name, more := r.Open(); more; name, more = r.Next() {
		switch name {
		case "clientCert":
			v.ClientCert.read(r)
		default:
			r.Skip(name, fieldsOfAPIGatewayV2HTTPRequestContextAuthentication[:])
		}
	}
}

var fieldsOfAPIGatewayV2HTTPRequestContextAuthentication = [...]string{"clientCert"}

func (v *APIGatewayV2HTTPRequestContextAuthenticationClientCert) read(r *reader.Reader) {
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
			r.Skip(name, fieldsOfAPIGatewayV2HTTPRequestContextAuthenticationClientCert[:])
		}
	}
}

var fieldsOfAPIGatewayV2HTTPRequestContextAuthenticationClientCert = [...]string{"clientCertPem", "issuerDN", "serialNumber", "subjectDN", "validity"}

func (v *APIGatewayV2HTTPRequestContextAuthenticationClientCertValidity) read(r *reader.Reader) {
	for name, more := r.Open(); more; name, more = r.Next() {
		switch name {
		case "notAfter":
			r.String(&v.NotAfter)
		case "notBefore":
			r.String(&v.NotBefore)
		default:
			r.Skip(name, fieldsOfAPIGatewayV2HTTPRequestContextAuthenticationClientCertValidity[:])
		}
	}
}

var fieldsOfAPIGatewayV2HTTPRequestContextAuthenticationClientCertValidity = [...]string{"notAfter", "notBefore"}

// UnmarshalJSON sets the request to what [encoding/json] reads into one that is empty. After an error
// it is unchanged.
func (v *LambdaFunctionURLRequest) UnmarshalJSON(data []byte) error {
	type plain LambdaFunctionURLRequest
	return unmarshal(data, v, (*LambdaFunctionURLRequest).read, func() (LambdaFunctionURLRequest, error) {
		var slow plain
		err := json.Unmarshal(data, &slow)
		return LambdaFunctionURLRequest(slow), err
	})
}

func (v *LambdaFunctionURLRequest) read(r *reader.Reader) {
	for name, more := r.Open(); more; name, more = r.Next() {
		switch name {
		case "version":
			r.String(&v.Version)
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
		case "body":
			r.String(&v.Body)
		case "isBase64Encoded":
			r.Bool(&v.IsBase64Encoded)
		default:
			r.Skip(name, fieldsOfLambdaFunctionURLRequest[:])
		}
	}
}

var fieldsOfLambdaFunctionURLRequest = [...]string{"version", "rawPath", "rawQueryString", "cookies", "headers", "queryStringParameters", "requestContext", "body", "isBase64Encoded"}

func (v *LambdaFunctionURLRequestContext) read(r *reader.Reader) {
	for name, more := r.Open(); more; name, more = r.Next() {
		switch name {
		case "accountId":
			r.String(&v.AccountID)
		case "requestId":
			r.String(&v.RequestID)
		case "authorizer":
			if r.Pointer() {
				if v.Authorizer == nil {
					v.Authorizer = new(LambdaFunctionURLRequestContextAuthorizerDescription)
				}
				v.Authorizer.read(r)
			} else {
				v.Authorizer = nil
			}
		case "apiId":
			r.String(&v.APIID)
		case "domainName":
			r.String(&v.DomainName)
		case "domainPrefix":
			r.String(&v.DomainPrefix)
		case "time":
			r.String(&v.Time)
		case "timeEpoch":
			r.Int64(&v.TimeEpoch)
		case "http":
			v.HTTP.read(r)
		default:
			r.Skip(name, fieldsOfLambdaFunctionURLRequestContext[:])
		}
	}
}

var fieldsOfLambdaFunctionURLRequestContext = [...]string{"accountId", "requestId", "authorizer", "apiId", "domainName", "domainPrefix", "time", "timeEpoch", "http"}

func (v *LambdaFunctionURLRequestContextAuthorizerDescription) read(r *reader.Reader) {
	for name, more := r.Open(); more; name, more = r.Next() {
		switch name {
		case "iam":
			if r.Pointer() {
				if v.IAM == nil {
					v.IAM = new(LambdaFunctionURLRequestContextAuthorizerIAMDescription)
				}
				v.IAM.read(r)
			} else {
				v.IAM = nil
			}
		default:
			r.Skip(name, fieldsOfLambdaFunctionURLRequestContextAuthorizerDescription[:])
		}
	}
}

var fieldsOfLambdaFunctionURLRequestContextAuthorizerDescription = [...]string{"iam"}

func (v *LambdaFunctionURLRequestContextAuthorizerIAMDescription) read(r *reader.Reader) {
	for name, more := r.Open(); more; name, more = r.Next() {
		switch name {
		case "accessKey":
			r.String(&v.AccessKey)
		case "accountId":
			r.String(&v.AccountID)
		case "callerId":
			r.String(&v.CallerID)
		case "userArn":
			r.String(&v.UserARN)
		case "userId":
			r.String(&v.UserID)
		default:
			r.Skip(name, fieldsOfLambdaFunctionURLRequestContextAuthorizerIAMDescription[:])
		}
	}
}

var fieldsOfLambdaFunctionURLRequestContextAuthorizerIAMDescription = [...]string{"accessKey", "accountId", "callerId", "userArn", "userId"}

func (v *LambdaFunctionURLRequestContextHTTPDescription) read(r *reader.Reader) {
	for name, more := r.Open(); more; name, more = r.Next() {
		switch name {
		case "method":
			r.String(&v.Method)
		case "path":
			r.String(&v.Path)
		case "protocol":
			r.String(&v.Protocol)
		case "sourceIp":
			r.String(&v.SourceIP)
		case "userAgent":
			r.String(&v.UserAgent)
		default:
			r.Skip(name, fieldsOfLambdaFunctionURLRequestContextHTTPDescription[:])
		}
	}
}

var fieldsOfLambdaFunctionURLRequestContextHTTPDescription = [...]string{"method", "path", "protocol", "sourceIp", "userAgent"}

// UnmarshalJSON sets the request to what [encoding/json] reads into one that is empty. After an error
// it is unchanged.
func (v *ALBTargetGroupRequest) UnmarshalJSON(data []byte) error {
	type plain ALBTargetGroupRequest
	return unmarshal(data, v, (*ALBTargetGroupRequest).read, func() (ALBTargetGroupRequest, error) {
		var slow plain
		err := json.Unmarshal(data, &slow)
		return ALBTargetGroupRequest(slow), err
	})
}

func (v *ALBTargetGroupRequest) read(r *reader.Reader) {
	for name, more := r.Open(); more; name, more = r.Next() {
		switch name {
		case "httpMethod":
			r.String(&v.HTTPMethod)
		case "path":
			r.String(&v.Path)
		case "queryStringParameters":
			r.Map(&v.QueryStringParameters)
		case "multiValueQueryStringParameters":
			r.Lists(&v.MultiValueQueryStringParameters)
		case "headers":
			r.Map(&v.Headers)
		case "multiValueHeaders":
			r.Lists(&v.MultiValueHeaders)
		case "requestContext":
			v.RequestContext.read(r)
		case "isBase64Encoded":
			r.Bool(&v.IsBase64Encoded)
		case "body":
			r.String(&v.Body)
		default:
			r.Skip(name, fieldsOfALBTargetGroupRequest[:])
		}
	}
}

var fieldsOfALBTargetGroupRequest = [...]string{"httpMethod", "path", "queryStringParameters", "multiValueQueryStringParameters", "headers", "multiValueHeaders", "requestContext", "isBase64Encoded", "body"}

func (v *ALBTargetGroupRequestContext) read(r *reader.Reader) {
	for name, more := r.Open(); more; name, more = r.Next() {
		switch name {
		case "elb":
			v.ELB.read(r)
		default:
			r.Skip(name, fieldsOfALBTargetGroupRequestContext[:])
		}
	}
}

var fieldsOfALBTargetGroupRequestContext = [...]string{"elb"}

func (v *ELBContext) read(r *reader.Reader) {
	for name, more := r.Open(); more; name, more = r.Next() {
		switch name {
		case "targetGroupArn":
			r.String(&v.TargetGroupArn)
		default:
			r.Skip(name, fieldsOfELBContext[:])
		}
	}
}

var fieldsOfELBContext = [...]string{"targetGroupArn"}

// UnmarshalJSON sets the request to what [encoding/json] reads into one that is empty. After an error
// it is unchanged.
func (v *APIGatewayCustomAuthorizerRequest) UnmarshalJSON(data []byte) error {
	type plain APIGatewayCustomAuthorizerRequest
	return unmarshal(data, v, (*APIGatewayCustomAuthorizerRequest).read, func() (APIGatewayCustomAuthorizerRequest, error) {
		var slow plain
		err := json.Unmarshal(data, &slow)
		return APIGatewayCustomAuthorizerRequest(slow), err
	})
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
	type plain APIGatewayCustomAuthorizerRequestTypeRequest
	return unmarshal(data, v, (*APIGatewayCustomAuthorizerRequestTypeRequest).read, func() (APIGatewayCustomAuthorizerRequestTypeRequest, error) {
		var slow plain
		err := json.Unmarshal(data, &slow)
		return APIGatewayCustomAuthorizerRequestTypeRequest(slow), err
	})
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
	type plain APIGatewayV2CustomAuthorizerV1Request
	return unmarshal(data, v, (*APIGatewayV2CustomAuthorizerV1Request).read, func() (APIGatewayV2CustomAuthorizerV1Request, error) {
		var slow plain
		err := json.Unmarshal(data, &slow)
		return APIGatewayV2CustomAuthorizerV1Request(slow), err
	})
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
	type plain APIGatewayV2CustomAuthorizerV2Request
	return unmarshal(data, v, (*APIGatewayV2CustomAuthorizerV2Request).read, func() (APIGatewayV2CustomAuthorizerV2Request, error) {
		var slow plain
		err := json.Unmarshal(data, &slow)
		return APIGatewayV2CustomAuthorizerV2Request(slow), err
	})
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
