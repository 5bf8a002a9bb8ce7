// Package oracle compares the vendors' types of this repository with the libraries of the vendors.
// It is a module of its own, so that a program that uses apigw does not depend on them.
package oracle

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	ours "apigw/aws/events"
	theirs "github.com/aws/aws-lambda-go/events"
)

// request is a type of a request, here and in the library of AWS.
type request struct{ ours, theirs any }

var requests = []request{
	{ours.APIGatewayProxyRequest{}, theirs.APIGatewayProxyRequest{}},
	{ours.APIGatewayV2HTTPRequest{}, theirs.APIGatewayV2HTTPRequest{}},
	{ours.ALBTargetGroupRequest{}, theirs.ALBTargetGroupRequest{}},
	{ours.LambdaFunctionURLRequest{}, theirs.LambdaFunctionURLRequest{}},
	{ours.APIGatewayWebsocketProxyRequest{}, theirs.APIGatewayWebsocketProxyRequest{}},
	{ours.APIGatewayCustomAuthorizerRequest{}, theirs.APIGatewayCustomAuthorizerRequest{}},
	{ours.APIGatewayCustomAuthorizerRequestTypeRequest{},
		theirs.APIGatewayCustomAuthorizerRequestTypeRequest{}},
	{ours.APIGatewayV2CustomAuthorizerV1Request{}, theirs.APIGatewayV2CustomAuthorizerV1Request{}},
	{ours.APIGatewayV2CustomAuthorizerV2Request{}, theirs.APIGatewayV2CustomAuthorizerV2Request{}},
}

var responses = []request{
	{ours.APIGatewayProxyResponse{}, theirs.APIGatewayProxyResponse{}},
	{ours.APIGatewayV2HTTPResponse{}, theirs.APIGatewayV2HTTPResponse{}},
	{ours.ALBTargetGroupResponse{}, theirs.ALBTargetGroupResponse{}},
	{ours.LambdaFunctionURLResponse{}, theirs.LambdaFunctionURLResponse{}},
	{ours.APIGatewayCustomAuthorizerResponse{}, theirs.APIGatewayCustomAuthorizerResponse{}},
	{ours.APIGatewayV2CustomAuthorizerSimpleResponse{},
		theirs.APIGatewayV2CustomAuthorizerSimpleResponse{}},
	{ours.APIGatewayV2CustomAuthorizerIAMPolicyResponse{},
		theirs.APIGatewayV2CustomAuthorizerIAMPolicyResponse{}},
}

func TestTheTypesAreThoseOfTheLibrary(t *testing.T) {
	for _, it := range append(responses, requests...) {
		mustHaveSameFields(t, reflect.TypeOf(it.ours), reflect.TypeOf(it.theirs))
	}
}

func mustHaveSameFields(t *testing.T, a, b reflect.Type) {
	t.Helper()
	if a.Kind() != b.Kind() || a.Name() != b.Name() {
		t.Fatalf("%v is %v in the library", a, b)
	}
	switch a.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Map:
		mustHaveSameFields(t, a.Elem(), b.Elem())
	case reflect.Struct:
		if a.NumField() != b.NumField() {
			t.Fatalf("%v has %d fields, in the library %d", a, a.NumField(), b.NumField())
		}
		for i := range a.NumField() {
			if f, g := a.Field(i), b.Field(i); f.Name != g.Name || f.Tag != g.Tag {
				t.Fatalf("%v: %v is %v in the library", a, f, g)
			}
			mustHaveSameFields(t, a.Field(i).Type, b.Field(i).Type)
		}
	}
}

// differs returns the place where two values of equal types differ, or "".
func differs(a, b reflect.Value) string {
	switch a.Kind() {
	case reflect.Struct:
		for i := range a.NumField() {
			if place := differs(a.Field(i), b.Field(i)); place != "" {
				return "." + a.Type().Field(i).Name + place
			}
		}
		return ""
	case reflect.Pointer:
		if a.IsNil() || b.IsNil() {
			break
		}
		return differs(a.Elem(), b.Elem())
	}
	if x, y := a.Interface(), b.Interface(); a.Kind() != reflect.Pointer {
		if !reflect.DeepEqual(x, y) {
			return fmt.Sprintf(": %#v, in the library %#v", x, y)
		}
		return ""
	}
	if a.IsNil() != b.IsNil() {
		return fmt.Sprintf(": %v, in the library %v", a, b)
	}
	return ""
}

// check reads a document as every type, by every way. It returns whether both have read it.
func (it request) check(t testing.TB, document []byte) bool {
	t.Helper()
	a, b := reflect.New(reflect.TypeOf(it.ours)), reflect.New(reflect.TypeOf(it.theirs))
	wantErr := json.Unmarshal(document, b.Interface())
	before := string(document)
	err := a.Interface().(json.Unmarshaler).UnmarshalJSON(document)
	if string(document) != before {
		t.Fatal("the document has changed")
	}
	if (err == nil) != (wantErr == nil) {
		t.Fatalf("%T: %v, in the library %v\n%q", it.ours, err, wantErr, document)
	}
	if err != nil {
		if !a.Elem().IsZero() {
			t.Fatalf("%T has something after an error", it.ours)
		}
		return false
	}
	if place := differs(a.Elem(), b.Elem()); place != "" {
		t.Fatalf("%T%s\n%q", it.ours, place, document)
	}
	c := reflect.New(reflect.TypeOf(it.ours))
	if err := json.Unmarshal(document, c.Interface()); err != nil ||
		differs(c.Elem(), b.Elem()) != "" {
		t.Fatalf("%T by json.Unmarshal: %v\n%q", it.ours, err, document)
	}
	// Into a request that has something already.
	if err := c.Interface().(json.Unmarshaler).UnmarshalJSON(document); err != nil ||
		differs(c.Elem(), b.Elem()) != "" {
		t.Fatalf("%T again: %v\n%q", it.ours, err, document)
	}
	// Into the maps that it has.
	refill := c.Interface().(interface{ Refill([]byte) error }).Refill
	for range 2 {
		if err := refill(document); err != nil {
			t.Fatalf("%T once more: %v\n%q", it.ours, err, document)
		}
	}
	for i := range c.Elem().NumField() {
		if field := c.Elem().Field(i); field.Kind() == reflect.Map && field.Len() == 0 {
			field.Set(a.Elem().Field(i))
		}
	}
	if place := differs(c.Elem(), b.Elem()); place != "" {
		t.Fatalf("%T once more%s\n%q", it.ours, place, document)
	}
	return true
}

// fixtures are the events of the test data, of the folder here, and of the library itself.
func fixtures(t testing.TB) [][]byte {
	t.Helper()
	library, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}",
		"github.com/aws/aws-lambda-go").Output()
	if err != nil {
		t.Fatal(err)
	}
	var all [][]byte
	for _, pattern := range []string{"../../../tests/data/events/*.json", "testdata/*.json",
		strings.TrimSpace(string(library)) + "/events/testdata/*.json"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, text)
		}
	}
	return all
}

func TestFixturesHaveTheValuesOfTheLibrary(t *testing.T) {
	read := 0
	for _, it := range requests {
		for _, text := range fixtures(t) {
			if it.check(t, text) {
				read++
			}
		}
	}
	if read < 500 {
		t.Fatalf("only %d have been read", read)
	}
}

func TestAnyDocumentHasTheValuesOfTheLibrary(t *testing.T) {
	for _, it := range requests {
		read, count := 0, 4000
		for seed := range count {
			g := &generator{Rand: rand.New(rand.NewPCG(uint64(seed), 1))}
			// Most documents are usual ones, which are not left to encoding/json.
			g.odd = []int{1 << 30, 400, 60}[seed%3]
			g.value(reflect.TypeOf(it.theirs))
			if it.check(t, []byte(g.String())) {
				read++
			}
		}
		if read < count/3 || read == count {
			t.Fatalf("%T: %d of %d have been read", it.ours, read, count)
		}
	}
}

func TestDocumentsThatAreCutOffOrDamaged(t *testing.T) {
	g := rand.New(rand.NewPCG(1, 2))
	for _, text := range fixtures(t) {
		if len(text) > 4000 {
			continue
		}
		it := requests[g.IntN(len(requests))]
		for range 20 {
			damaged := []byte(string(text))
			if len(damaged) > 0 {
				const wrong = "\"\\{}[],:0 x\xffn"
				damaged[g.IntN(len(damaged))] = wrong[g.IntN(len(wrong))]
			}
			it.check(t, damaged)
			it.check(t, damaged[:g.IntN(len(damaged)+1)])
		}
	}
}

func TestWhatIsUnusual(t *testing.T) {
	for _, text := range []string{
		`null`, ` null `, `{}`, ` {} `, `[]`, `1`, `""`, ``, `{`, `{"path"`, `{}x`, "\ufeff{}",
		`{"Path":"/a"}`, `{"PATH":"/a","path":"/b"}`, `{"path":"/a","PATH":"/b"}`, `{"pa\u0074h":"/a"}`,
		`{"path":"/a","path":null}`, `{"path":"/a","path":"/b"}`, `{"path":1}`, `{"path":{}}`,
		`{"headers":{"a":"1"},"headers":{"b":"2"}}`, `{"headers":{"a":"1"},"headers":null}`,
		`{"headers":null}`, `{"headers":{}}`, `{"headers":{"a":null}}`, `{"headers":{"a":"1","a":"2"}}`,
		`{"headers":{"a":1}}`, `{"headers":[]}`, `{"headers":{"ſ":"1"},"Headerſ":{"K":"2"}}`,
		`{"multiValueHeaders":{"a":null,"b":[],"c":[null,"1"],"c":["2"]}}`,
		`{"multiValueHeaders":{"a":["1"]},"multiValueHeaders":{"b":["2"]}}`,
		`{"multiValueHeaders":{"a":"1"}}`, `{"multiValueHeaders":{"a":[1]}}`,
		`{"cookies":["a","b"],"cookies":[null]}`, `{"cookies":null}`, `{"cookies":[]}`,
		`{"isBase64Encoded":null}`, `{"isBase64Encoded":"true"}`, `{"isBase64Encoded":true}`,
		`{"requestContext":null}`, `{"requestContext":[]}`, `{"requestContext":{"stage":"a"},` +
			`"requestContext":{"apiId":"b"}}`,
		`{"requestContext":{"requestTimeEpoch":1.5,"timeEpoch":1e3}}`,
		`{"requestContext":{"requestTimeEpoch":9223372036854775808}}`,
		`{"requestContext":{"requestTimeEpoch":-0,"timeEpoch":-7,"connectedAt":01}}`,
		`{"requestContext":{"authorizer":null}}`, `{"requestContext":{"authorizer":{}}}`,
		`{"requestContext":{"authorizer":{"a":1e400}}}`, `{"requestContext":{"authorizer":{"a":[` +
			`1,-2.5e-3,"x",null,true,{"b":{}}],"a":2,"":[]}}}`,
		`{"requestContext":{"authorizer":"x","messageId":null}}`,
		`{"requestContext":{"authorizer":{"jwt":{"claims":{"a":"1"},"scopes":null}}}}`,
		`{"requestContext":{"authorizer":{"jwt":null,"iam":{"cognitoIdentity":null}}}}`,
		`{"requestContext":{"authorizer":{"jwt":{"scopes":["a"]},"jwt":{"claims":{}}}}}`,
		`{"requestContext":{"identity":{"clientCert":{"validity":{"notAfter":"x"}},"clientCert":null}}}`,
		`{"requestContext":{"disconnectReason":"x","disconnectReason":null}}`,
		`{"path":"\ud800"}`, `{"path":"\ud83d\ude00\ud83d"}`, "{\"path\":\"\xff\"}", "{\"path\":\"\n\"}",
		`{"path":"\x"}`, `{"path":"é\"é"}`, "{\"\xff\":1}", "{\"headers\":{\"\xff\":\"\\n\xff\"}}",
		`{"x":` + strings.Repeat("[", 200) + strings.Repeat("]", 200) + `}`,
		`{"x":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `}`,
		`{"x":[tru]}`, `{"x":nul}`, `{"x":-}`, `{"x":1.}`, `{"x":.1}`, `{"x":1e}`, `{"x":"\u12"}`,
		`{"path":"/a",}`, `{,"path":"/a"}`, `{"path" "/a"}`, `{"path":"/a" "body":""}`,
	} {
		for _, it := range requests {
			it.check(t, []byte(text))
		}
	}
}

// A response of the types here is written as one of the library.
func TestResponsesAreWrittenAsByTheLibrary(t *testing.T) {
	for _, it := range responses {
		for seed := range 200 {
			g := &generator{Rand: rand.New(rand.NewPCG(uint64(seed), 3)), odd: 1 << 30}
			g.value(reflect.TypeOf(it.theirs))
			a, b := reflect.New(reflect.TypeOf(it.ours)), reflect.New(reflect.TypeOf(it.theirs))
			for _, v := range []reflect.Value{a, b} {
				if err := json.Unmarshal([]byte(g.String()), v.Interface()); err != nil {
					t.Fatal(err)
				}
			}
			got, err := json.Marshal(a.Interface())
			want, wantErr := json.Marshal(b.Interface())
			if err != nil || wantErr != nil || string(got) != string(want) {
				t.Fatalf("%T: %s %v, in the library %s %v", it.ours, got, err, want, wantErr)
			}
		}
	}
}

func FuzzRequests(f *testing.F) {
	for _, text := range fixtures(f) {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, document []byte) {
		for _, it := range requests {
			it.check(t, document)
		}
	})
}
