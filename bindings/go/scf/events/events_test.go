package events_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"apigw"
	"apigw/scf/events"
)

// plain is a request without the method that decodes it: encoding/json reads it member by member.
type plain struct {
	Headers     map[string]string               `json:"headers"`
	Method      string                          `json:"httpMethod"`
	Path        string                          `json:"path"`
	QueryString query                           `json:"queryString"`
	Body        string                          `json:"body"`
	Context     events.APIGatewayRequestContext `json:"requestContext"`
}

type query map[string][]string

// UnmarshalJSON reads strings, lists of strings, and true as an empty list.
func (q *query) UnmarshalJSON(data []byte) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(data, &members); err != nil || members == nil {
		return err
	}
	*q = query{}
	for name, member := range members {
		list, text := []string{}, ""
		if json.Unmarshal(member, &text) == nil {
			list = append(list, text)
		} else if string(member) != "true" {
			if err := json.Unmarshal(member, &list); err != nil {
				return err
			}
		}
		(*q)[name] = list
	}
	return nil
}

func TestRequestsAreThoseOfEncodingJSON(t *testing.T) {
	var paths []string
	// Of other vendors, apigw reads members that have other names.
	for _, pattern := range []string{"spec-*.json", "*.tencent-api-gateway.json",
		"*.tencent-function-url.json"} {
		matches, err := filepath.Glob(filepath.Join("../../../../tests/data/events", pattern))
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, matches...)
	}
	different := []string{
		// Members under names that the library does not know.
		"identity-source-ip.tencent-api-gateway.json", "names-2018.tencent-api-gateway.json",
		"query-array-empty.tencent-api-gateway.json", "query-null.tencent-api-gateway.json",
		"query-repeated-name.tencent-api-gateway.json",
	}
	compared := 0
	for _, path := range paths {
		if slices.Contains(different, filepath.Base(path)) {
			continue
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var got events.APIGatewayRequest
		var want plain
		if json.Unmarshal(data, &want) != nil || got.UnmarshalJSON(data) != nil {
			// The two refuse different things.
			continue
		}
		compared++
		expected := events.APIGatewayRequest{
			Headers: want.Headers, Method: want.Method, Path: want.Path, Body: want.Body,
			Context:     want.Context,
			QueryString: events.APIGatewayQueryString(want.QueryString),
		}
		if !same(got, expected) {
			t.Errorf("%s:\n got %+v\nwant %+v", filepath.Base(path), got, expected)
		}
		var nested struct{ Event events.APIGatewayRequest }
		if err := json.Unmarshal([]byte(`{"event":`+string(data)+`}`), &nested); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(nested.Event, got) {
			t.Errorf("%s: %+v", filepath.Base(path), nested.Event)
		}
	}
	if compared < 60 {
		t.Fatalf("only %d events were compared", compared)
	}
}

// same takes an absent map for an empty one.
func same(a, b events.APIGatewayRequest) bool {
	for _, request := range []*events.APIGatewayRequest{&a, &b} {
		if len(request.Headers) == 0 {
			request.Headers = nil
		}
		if len(request.QueryString) == 0 {
			request.QueryString = nil
		}
	}
	return reflect.DeepEqual(a, b)
}

func TestRequestsSurviveMarshalling(t *testing.T) {
	var request, again events.APIGatewayRequest
	const text = `{"headers":{"host":"example.com"},"httpMethod":"GET","path":"/",
		"queryString":{"a":["1","2"],"b":"3"},
		"requestContext":{"serviceId":"s","identity":{"secretId":"k"}},"body":"x"}`
	if err := json.Unmarshal([]byte(text), &request); err != nil {
		t.Fatal(err)
	}
	marshalled, err := json.Marshal(request)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(marshalled, &again); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(request, again) || *again.Context.Identity.SecretID != "k" {
		t.Fatalf("%+v", again)
	}
}

func TestWhatIsRefusedSaysWhy(t *testing.T) {
	request := events.APIGatewayRequest{Path: "/before"}
	err := request.UnmarshalJSON([]byte(`{"path":1}`))
	var fault *apigw.Error
	if !errors.As(err, &fault) || fault.Offset != 8 || request.Path != "/before" {
		t.Fatal(err, request)
	}
}

func TestResponsesAreThoseOfEncodingJSON(t *testing.T) {
	type plain events.APIGatewayResponse
	for _, response := range []events.APIGatewayResponse{
		{StatusCode: 200, Headers: map[string]string{}, Body: ""},
		{StatusCode: 404, Headers: map[string]string{"B": "2", "A": "1 \"x\""}, Body: "no \"cat\"\n"},
		{StatusCode: 200, Headers: map[string]string{"A": "1"}, Body: "aGk=", IsBase64Encoded: true},
	} {
		got, err := json.Marshal(response)
		if err != nil {
			t.Fatal(err)
		}
		want, err := json.Marshal(plain(response))
		if err != nil || string(got) != string(want) {
			t.Errorf("\n got %s\nwant %s", got, want)
		}
	}
	for _, wrong := range []events.APIGatewayResponse{
		{Body: "???", IsBase64Encoded: true},
		{Body: "\xff"},
		{StatusCode: 7},
		{Headers: map[string]string{"a": "\n"}},
	} {
		if got, err := json.Marshal(wrong); err == nil {
			t.Errorf("%s", got)
		}
	}
}
