package events

import (
	"encoding/json"

	"apigw/internal/fill"
	"apigw/internal/reader"
)

// UnmarshalJSON sets the request to what [encoding/json] reads into one that is empty. After an error
// it is unchanged.
func (v *APIGatewayV2HTTPRequest) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		// By convention.
		return nil
	}
	before := *v
	*v = APIGatewayV2HTTPRequest{}
	err := v.fill(data)
	if err != nil {
		*v = before
	}
	return err
}

// Refill does what UnmarshalJSON does, in the memory of the request: its maps are emptied and filled
// again, and are still those of a copy of it. A map that the event does not have is empty, and not
// nil. After an error the request is empty.
func (v *APIGatewayV2HTTPRequest) Refill(data []byte) error {
	*v = APIGatewayV2HTTPRequest{
		Headers:               fill.Cleared(v.Headers),
		QueryStringParameters: fill.Cleared(v.QueryStringParameters),
		PathParameters:        fill.Cleared(v.PathParameters),
		StageVariables:        fill.Cleared(v.StageVariables),
	}
	return v.fill(data)
}

func (v *APIGatewayV2HTTPRequest) fill(data []byte) error {
	if reader.Read(data, v.read) {
		return nil
	}
	type plain APIGatewayV2HTTPRequest
	var slow plain
	err := json.Unmarshal(data, &slow)
	*v = APIGatewayV2HTTPRequest(slow)
	if err != nil {
		*v = APIGatewayV2HTTPRequest{}
	}
	return err
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
	if string(data) == "null" {
		// By convention.
		return nil
	}
	before := *v
	*v = LambdaFunctionURLRequest{}
	err := v.fill(data)
	if err != nil {
		*v = before
	}
	return err
}

// Refill does what UnmarshalJSON does, in the memory of the request: its maps are emptied and filled
// again, and are still those of a copy of it. A map that the event does not have is empty, and not
// nil. After an error the request is empty.
func (v *LambdaFunctionURLRequest) Refill(data []byte) error {
	*v = LambdaFunctionURLRequest{
		Headers:               fill.Cleared(v.Headers),
		QueryStringParameters: fill.Cleared(v.QueryStringParameters),
	}
	return v.fill(data)
}

func (v *LambdaFunctionURLRequest) fill(data []byte) error {
	if reader.Read(data, v.read) {
		return nil
	}
	type plain LambdaFunctionURLRequest
	var slow plain
	err := json.Unmarshal(data, &slow)
	*v = LambdaFunctionURLRequest(slow)
	if err != nil {
		*v = LambdaFunctionURLRequest{}
	}
	return err
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
