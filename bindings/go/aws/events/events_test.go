package events_test

import (
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"apigw"
	"apigw/aws/events"
)

func TestARequestOfAnotherGatewayFillsTheTypes(t *testing.T) {
	const text = `{"httpMethod":"POST","path":"/notes/7",
		"headers":{"Host":"example.com","X-A":["1","2"],
		"user-agent":"curl","x-api-requestid":"r"},"queryString":{"a":["1","2"],"flag":true},
		"queryStringParameters":{"a":"1"},"pathParameters":{"id":"7"},
		"stageVariables":{"db":"x"},"requestContext":{"serviceId":"s","path":"/notes/{id}",
		"httpMethod":"ANY","stage":"release","sourceIp":"192.0.2.1","accountId":"1250000000",
		"domainName":"d"},"body":"aGk=","isBase64Encoded":true}`
	want := events.APIGatewayProxyRequest{
		Resource:   "/notes/{id}",
		Path:       "/notes/7",
		HTTPMethod: "POST",
		Headers: map[string]string{
			"Host": "example.com", "X-A": "2", "user-agent": "curl", "x-api-requestid": "r",
		},
		MultiValueHeaders: map[string][]string{
			"Host": {"example.com"}, "X-A": {"1", "2"}, "user-agent": {"curl"}, "x-api-requestid": {"r"},
		},
		QueryStringParameters:           map[string]string{"a": "2", "flag": ""},
		MultiValueQueryStringParameters: map[string][]string{"a": {"1", "2"}, "flag": {""}},
		PathParameters:                  map[string]string{"id": "7"},
		StageVariables:                  map[string]string{"db": "x"},
		RequestContext: events.APIGatewayProxyRequestContext{
			AccountID: "1250000000", Stage: "release", DomainName: "d", RequestID: "r",
			ResourcePath: "/notes/{id}",
			HTTPMethod:   "POST", APIID: "s",
			Identity: events.APIGatewayRequestIdentity{SourceIP: "192.0.2.1", UserAgent: "curl"},
		},
		Body:            "aGk=",
		IsBase64Encoded: true,
	}
	event, err := apigw.Decode([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	got := events.Request(event)
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("\n got %+v\nwant %+v", got, want)
	}
}

func TestEventsOfAWSAreReadAsTheyAre(t *testing.T) {
	const text = `{"httpMethod":"GET","path":"/a%20b","queryStringParameters":{"q":"a%2Bb"},` +
		`"multiValueHeaders":{"x-a":["1",null]},"headers":null,"requestContext":{"elb":` +
		`{"targetGroupArn":"arn:x"}},"isBase64Encoded":false,"more":[1,{"a":"\u00e9"}]}`
	want := events.ALBTargetGroupRequest{
		HTTPMethod: "GET", Path: "/a%20b", QueryStringParameters: map[string]string{"q": "a%2Bb"},
		MultiValueHeaders: map[string][]string{"x-a": {"1", ""}},
		RequestContext: events.ALBTargetGroupRequestContext{
			ELB: events.ELBContext{TargetGroupArn: "arn:x"}},
	}
	var got, direct events.ALBTargetGroupRequest
	if err := json.Unmarshal([]byte(text), &got); err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("%v\n got %+v\nwant %+v", err, got, want)
	}
	if err := direct.UnmarshalJSON([]byte(text)); err != nil || !reflect.DeepEqual(direct, want) {
		t.Fatalf("%v\n got %+v\nwant %+v", err, direct, want)
	}
}

func TestADeclaredQueryStandsInForTheQuery(t *testing.T) {
	event, err := apigw.Decode([]byte(`{"queryStringParameters":{"a":"1"}}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := events.Request(event).QueryStringParameters; !reflect.DeepEqual(got,
		map[string]string{"a": "1"}) {
		t.Fatal(got)
	}
}

func TestWhatIsRefusedSaysWhy(t *testing.T) {
	request := events.APIGatewayProxyRequest{Path: "/before"}
	err := request.UnmarshalJSON([]byte(`{"path":1}`))
	var fault *json.UnmarshalTypeError
	if !errors.As(err, &fault) || fault.Field != "path" || request.Path != "/before" {
		t.Fatal(err, request)
	}
}

func TestResponsesHaveTheFormOfTheGateway(t *testing.T) {
	for _, it := range []struct {
		response events.APIGatewayProxyResponse
		want     string
	}{
		{
			events.APIGatewayProxyResponse{
				StatusCode:        201,
				Headers:           map[string]string{"a": "1", "b": "2"},
				MultiValueHeaders: map[string][]string{"b": {"3"}, "set-cookie": {"x=1", "y=2"}},
				Body:              "hi",
			},
			`{"isBase64Encoded":false,"statusCode":201,"headers":{"a":"1","b":"3","set-cookie":["x=1",` +
				`"y=2"]},"body":"hi"}`,
		},
		{
			events.APIGatewayProxyResponse{Body: "aGk=", IsBase64Encoded: true},
			`{"isBase64Encoded":true,"statusCode":200,"headers":{},"body":"aGk="}`,
		},
	} {
		got, err := it.response.Encode()
		if err != nil || string(got) != it.want {
			t.Errorf("%s, %v, want %s", got, err, it.want)
		}
	}
	for _, wrong := range []events.APIGatewayProxyResponse{
		{Body: "???", IsBase64Encoded: true},
		{Body: "\xff"},
		{StatusCode: 7},
		{Headers: map[string]string{"a": "\n"}},
	} {
		if got, err := wrong.Encode(); err == nil {
			t.Errorf("%s", got)
		}
	}
}
