package events

import (
	"encoding/json"

	"apigw/internal/fill"
	"apigw/internal/reader"
)

// UnmarshalJSON sets the request to what [encoding/json] reads into one that is empty. After an error
// it is unchanged.
func (v *ALBTargetGroupRequest) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		// By convention.
		return nil
	}
	before := *v
	*v = ALBTargetGroupRequest{}
	err := v.fill(data)
	if err != nil {
		*v = before
	}
	return err
}

// Refill does what UnmarshalJSON does, in the memory of the request: its maps are emptied and filled
// again, and are still those of a copy of it. A map that the event does not have is empty, and not
// nil. After an error the request is empty.
func (v *ALBTargetGroupRequest) Refill(data []byte) error {
	*v = ALBTargetGroupRequest{
		QueryStringParameters:           fill.Cleared(v.QueryStringParameters),
		MultiValueQueryStringParameters: fill.Cleared(v.MultiValueQueryStringParameters),
		Headers:                         fill.Cleared(v.Headers),
		MultiValueHeaders:               fill.Cleared(v.MultiValueHeaders),
	}
	return v.fill(data)
}

func (v *ALBTargetGroupRequest) fill(data []byte) error {
	if reader.Read(data, v.read) {
		return nil
	}
	type plain ALBTargetGroupRequest
	var slow plain
	err := json.Unmarshal(data, &slow)
	*v = ALBTargetGroupRequest(slow)
	if err != nil {
		*v = ALBTargetGroupRequest{}
	}
	return err
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
