package apigw_test

import (
	"fmt"
	"iter"
	"runtime/debug"
	"sync"
	"testing"

	"apigw"
	aws "apigw/aws/events"
	scf "apigw/scf/events"
)

// vendors is requests of the vendors' types whose memory is used again and again, and the decoder
// that fills them in place.
type vendors struct {
	decoder *apigw.Decoder
	buffer  []byte
	event   apigw.Event
	scf     scf.APIGatewayRequest
	aws     aws.APIGatewayProxyRequest
}

func newVendors() *vendors {
	return &vendors{decoder: apigw.NewDecoder()}
}

// fill overwrites the event before, and fills the requests if there is one.
func (v *vendors) fill(text []byte) error {
	clear(v.buffer)
	v.buffer = append(append(v.buffer[:0], text...),
		make([]byte, len(text)+apigw.Padding)...)[:len(text)]
	if err := v.decoder.DecodeInto(&v.event, v.buffer); err != nil {
		return err
	}
	v.scf.Fill(v.event)
	v.aws.Fill(v.event)
	return nil
}

// lastOf is the last value of each name.
func lastOf(pairs iter.Seq2[string, string]) map[string]string {
	last := map[string]string{}
	for name, value := range pairs {
		last[name] = value
	}
	return last
}

// check compares the requests with fresh ones and the maps with those of an event of other memory,
// so that nothing is left of the events before.
func (v *vendors) check(t testing.TB, event apigw.Event) {
	t.Helper()
	want := scf.Request(event)
	if want.QueryString == nil {
		want.QueryString = scf.APIGatewayQueryString{}
	}
	got := v.scf
	if got.QueryString == nil {
		got.QueryString = scf.APIGatewayQueryString{}
	}
	mustEqual(t, "scf", got, want)
	mustEqual(t, "aws", v.aws, aws.Request(event))

	headers, query := iter.Seq2[string, string](event.Headers()), iter.Seq2[string,
		string](event.Query())
	if event.Query().Len() == 0 {
		query = iter.Seq2[string, string](event.DeclaredQuery())
	}
	mustEqual(t, "headers", got.Headers, lastOf(headers))
	mustEqual(t, "headers", v.aws.Headers, lastOf(headers))
	mustEqual(t, "all headers", v.aws.MultiValueHeaders, listsOf(headers))
	mustEqual(t, "query", v.aws.QueryStringParameters, lastOf(query))
	mustEqual(t, "all of the query", v.aws.MultiValueQueryStringParameters, listsOf(query))
	mustEqual(t, "path parameters", v.aws.PathParameters,
		lastOf(iter.Seq2[string, string](event.PathParameters())))
	mustEqual(t, "stage variables", v.aws.StageVariables,
		lastOf(iter.Seq2[string, string](event.StageVariables())))
}

func TestRecycledRequestsAreThoseOfFreshMemory(t *testing.T) {
	all := fixtures(t)
	var group sync.WaitGroup
	for i := range 8 {
		group.Add(1)
		go func() {
			defer group.Done()
			v := newVendors()
			for j := range all {
				text := all[(j+i*31)%len(all)].bytes
				if event, err := apigw.Decode(text); (err == nil) != (v.fill(text) == nil) {
					t.Errorf("%s: in place it is another error than %v", text, err)
				} else if err == nil {
					v.check(t, event)
				}
			}
		}()
	}
	group.Wait()
}

func TestRecycledRequestsOfRandomEvents(t *testing.T) {
	v := newVendors()
	for seed := uint64(0); seed < 1_000; seed += step(t) {
		text := generate(seed)
		if err := v.fill([]byte(text)); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		v.check(t, mustDecode(t, text))
	}
}

// A request that is filled again keeps its maps, not its strings: those of an event in fresh memory
// stay as they were.
func TestStringsOfRecycledRequestsLiveAsLongAsTheirEvent(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	var request scf.APIGatewayRequest
	var kept [][3]string
	for i := range 20_000 / int(step(t)) {
		request.Fill(mustDecode(t, numbered(i)))
		kept = append(kept, [3]string{request.Path, request.Headers["host"], request.QueryString["n"][0]})
	}
	for i, strings := range kept {
		mustEqual(t, "strings", strings, [3]string{fmt.Sprint("/cats/", i), fmt.Sprint(i, ".example.com"),
			fmt.Sprint(i)})
	}
}

func TestARecycledRequestHasNothingOfTheOneBefore(t *testing.T) {
	v := newVendors()
	for _, text := range []string{
		`{"httpMethod":"GET","path":"/a","body":"x","headers":{"a":"1","b":"2"},
			"queryString":{"q":["1","2"],"r":"3"},
			"pathParameters":{"p":"1"},"stageVariables":{"s":"1"},
			"requestContext":{"identity":{"secretId":"k"}}}`,
		`{"headers":{"b":"3"},"queryString":{"r":true}}`,
		`{"queryStringParameters":{"d":"1"}}`,
		`{}`,
	} {
		if err := v.fill([]byte(text)); err != nil {
			t.Fatal(err)
		}
		v.check(t, mustDecode(t, text))
	}
	mustEqual(t, "scf", v.scf, scf.APIGatewayRequest{Headers: map[string]string{},
		QueryString: scf.APIGatewayQueryString{}})
}

func TestRecycledRequestsAllocateTheListsAlone(t *testing.T) {
	event := mustDecode(t, numbered(1))
	var scf scf.APIGatewayRequest
	var aws aws.APIGatewayProxyRequest
	scf.Fill(event)
	aws.Fill(event)
	mustEqual(t, "scf", testing.AllocsPerRun(100, func() { scf.Fill(event) }), 1.0)
	// The header x comes twice.
	mustEqual(t, "aws", testing.AllocsPerRun(100, func() { aws.Fill(event) }), 3.0)
}

func TestHeadersIntoAMap(t *testing.T) {
	event := mustDecode(t, `{"headers":{"a":["1","2"],"A":"3","flag":true}}`)
	want := lastOf(iter.Seq2[string, string](event.Headers()))
	headers := event.HeaderMapInto(nil)
	mustEqual(t, "made", headers, want)
	headers["stale"] = "x"
	mustEqual(t, "filled again", event.HeaderMapInto(headers), want)
	mustEqual(t, "the same map", len(headers), 3)
	mustEqual(t, "emptied", mustDecode(t, `{}`).HeaderMapInto(headers), map[string]string{})
	mustEqual(t, "made of nothing", mustDecode(t, `{}`).HeaderMapInto(nil), map[string]string{})
}

func TestQueryValuesIntoAMap(t *testing.T) {
	event, none := mustDecode(t, `{"queryString":{"a":["1","2"],"flag":true}}`), mustDecode(t, `{}`)
	want := map[string][]string{"a": {"1", "2"}, "flag": {}}
	values := event.QueryValuesInto(nil)
	mustEqual(t, "made", map[string][]string(values), want)
	mustEqual(t, "made of nothing", none.QueryValuesInto(nil) == nil, true)
	values["stale"] = []string{"x"}
	mustEqual(t, "filled again", map[string][]string(event.QueryValuesInto(values)), want)
	mustEqual(t, "the same map", len(values), 2)
	mustEqual(t, "emptied", none.QueryValuesInto(values) != nil && len(values) == 0, true)
}
