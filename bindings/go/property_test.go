package apigw_test

import (
	"encoding/json"
	"iter"
	"strconv"
	"strings"
	"testing"

	"apigw"
)

// model is an event as encoding/json sees it.
type model map[string]any

func modelOf(t testing.TB, text string) model {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var m model
	if err := decoder.Decode(&m); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return m
}

func (m model) object(name string) model {
	object, _ := m[name].(map[string]any)
	return object
}

func (m model) string(name string) string {
	text, _ := m[name].(string)
	return text
}

// lists is a map in which every value is a list of texts. True is a bare name in a query and in a
// list.
func (m model) lists(isQuery bool) map[string][]string {
	lists := map[string][]string{}
	for name, value := range m {
		values, isList := value.([]any)
		if !isList {
			values = []any{value}
		}
		for _, value := range values {
			lists[name] = append(lists[name], scalarText(value, isQuery || isList))
		}
	}
	return lists
}

func scalarText(value any, isTrueBare bool) string {
	switch value := value.(type) {
	case string:
		return value
	case bool:
		if value && isTrueBare {
			return ""
		}
		return strconv.FormatBool(value)
	case json.Number:
		return value.String()
	default:
		return ""
	}
}

func listsOf(pairs iter.Seq2[string, string]) map[string][]string {
	lists := map[string][]string{}
	for name, value := range pairs {
		lists[name] = append(lists[name], value)
	}
	return lists
}

// check compares an event with what encoding/json has read of it.
func (m model) check(t testing.TB, event apigw.Event) {
	t.Helper()
	context := m.object("requestContext")
	query, declared := m.object("queryString"), m.object("queryStringParameters")
	if d := event.Dialect(); d != apigw.DialectTencentAPIGateway &&
		d != apigw.DialectTencentFunctionURL {
		// Without a member that only Tencent's gateways have, the declared query is the query.
		query, declared = declared, nil
	}
	for _, it := range []struct{ what, got, want string }{
		{"method", event.Method(), m.string("httpMethod")},
		{"path", event.Path(), m.string("path")},
		{"service id", event.APIID(), context.string("serviceId")},
		{"route", event.Route(), context.string("path")},
		{"route method", event.RouteMethod(), context.string("httpMethod")},
		{"request id", event.RequestID(), context.string("requestId")},
		{"source ip", event.SourceIP(), context.string("sourceIp")},
		{"stage", event.Stage(), context.string("stage")},
	} {
		mustEqual(t, it.what, it.got, it.want)
	}
	for _, it := range []struct {
		name    string
		want    model
		pairs   iter.Seq2[string, string]
		isQuery bool
	}{
		{"headers", m.object("headers"), iter.Seq2[string, string](event.Headers()), false},
		{"query", query, iter.Seq2[string, string](event.Query()), true},
		{"declared query", declared, iter.Seq2[string, string](event.DeclaredQuery()), true},
		{"pathParameters", m.object("pathParameters"), iter.Seq2[string,
			string](event.PathParameters()), false},
		{"headerParameters", m.object("headerParameters"), iter.Seq2[string,
			string](event.DeclaredHeaders()), false},
		{"stageVariables", m.object("stageVariables"), iter.Seq2[string,
			string](event.StageVariables()), false},
	} {
		mustEqual(t, it.name, listsOf(it.pairs), it.want.lists(it.isQuery))
	}
	m.checkBody(t, event)
	m.checkExtras(t, event.Extras(), "authorizer", "übrig")
	context.checkExtras(t, event.ContextExtras(), "websocketEnable")
}

func (m model) checkBody(t testing.TB, event apigw.Event) {
	t.Helper()
	isBase64 := m["isBase64Encoded"] == true || m["isBase64Encoded"] == "true"
	switch body := m["body"].(type) {
	case nil:
		mustEqual(t, "body kind", event.BodyKind(), apigw.BodyAbsent)
	case string:
		mustEqual(t, "body", event.Body(), body)
		mustEqual(t, "base64", event.BodyKind() == apigw.BodyBase64, isBase64)
		mustEqual(t, "text", event.BodyKind() == apigw.BodyText, !isBase64)
	default:
		mustEqual(t, "body kind", event.BodyKind(), apigw.BodyJSON)
		mustMean(t, event.Body(), body)
	}
}

func (m model) checkExtras(t testing.TB, extras apigw.Pairs, names ...string) {
	t.Helper()
	for _, name := range names {
		raw, found := extras.Lookup(name)
		value, expected := m[name]
		mustEqual(t, name, found, expected)
		if found {
			mustMean(t, raw, value)
		}
	}
}

func mustMean(t testing.TB, text string, want any) {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var got any
	if err := decoder.Decode(&got); err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	mustEqual(t, "JSON text", got, want)
}

func TestValuesAreThoseOfEncodingJSON(t *testing.T) {
	decoder := apigw.NewDecoder()
	var into apigw.Event
	var text string
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the event is %s", text)
		}
	})
	for seed := uint64(0); seed < 10_000; seed += step(t) {
		text = generate(seed)
		event, err := apigw.Decode([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		modelOf(t, text).check(t, event)
		if err := decoder.DecodeInto(&into, roomy([]byte(text))); err != nil {
			t.Fatal(err)
		}
		mustEqual(t, "in place", string(into.AppendJSON(nil)), string(event.AppendJSON(nil)))
	}
}
