// Package bench compares apigw with other JSON readers on the events of benches/corpus.
package bench

import (
	"encoding/json"
	"fmt"
)

// vendorRequest has the shape of the vendor's request type: plain fields, and a query whose values
// are strings, lists or true.
type vendorRequest struct {
	Headers     map[string]string `json:"headers"`
	Method      string            `json:"httpMethod"`
	Path        string            `json:"path"`
	QueryString vendorQuery       `json:"queryString"`
	Body        string            `json:"body"`
	Context     struct {
		ServiceID string `json:"serviceId"`
		RequestID string `json:"requestId"`
		Method    string `json:"httpMethod"`
		Path      string `json:"path"`
		SourceIP  string `json:"sourceIp"`
		Stage     string `json:"stage"`
		Identity  struct {
			SecretID *string `json:"secretId"`
		} `json:"identity"`
	} `json:"requestContext"`
}

type vendorQuery map[string][]string

func (q *vendorQuery) UnmarshalJSON(data []byte) error {
	var values map[string]any
	if err := json.Unmarshal(data, &values); err != nil {
		return err
	}
	*q = make(vendorQuery, len(values))
	for name, value := range values {
		list := []string{}
		switch value := value.(type) {
		case bool:
		case string:
			list = append(list, value)
		case []any:
			for _, element := range value {
				text, ok := element.(string)
				if !ok {
					return fmt.Errorf("%s: a value of type %T", name, element)
				}
				list = append(list, text)
			}
		default:
			return fmt.Errorf("%s: a value of type %T", name, value)
		}
		(*q)[name] = list
	}
	return nil
}

// fewRequest has four fields only.
type fewRequest struct {
	Headers map[string]string `json:"headers"`
	Method  string            `json:"httpMethod"`
	Path    string            `json:"path"`
	Body    string            `json:"body"`
}

// fullRequest has every field, its maps plain.
type fullRequest struct {
	vendorRequest
	PathParameters  map[string]string `json:"pathParameters"`
	DeclaredQuery   map[string]string `json:"queryStringParameters"`
	DeclaredHeaders map[string]string `json:"headerParameters"`
	StageVariables  map[string]string `json:"stageVariables"`
	IsBase64Encoded bool              `json:"isBase64Encoded"`
}

// vendorResponse has the shape of the vendor's response type.
type vendorResponse struct {
	IsBase64Encoded bool              `json:"isBase64Encoded"`
	StatusCode      int               `json:"statusCode"`
	Headers         map[string]string `json:"headers"`
	Body            string            `json:"body"`
}
