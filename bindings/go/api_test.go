package apigw_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"apigw"
)

func TestHeadersAreFoundInAnyCaseAndOtherNamesExactly(t *testing.T) {
	event := mustDecode(t,
		`{"headers":{"X-A":["1","2"],"x-a":"3","K":"latin"},"queryString":{"A":"1","a":["2",true],`+
			`"b":true}}`)
	mustEqual(t, "header", event.Header("x-A"), "1")
	mustEqual(t, "get", event.Headers().Get("X-a"), "1")
	mustEqual(t, "values", event.Headers().Values("X-A"), []string{"1", "2", "3"})
	mustEqual(t, "len", event.Headers().Len(), 4)
	// The Kelvin sign is a k in Unicode, but not in ASCII.
	mustEqual(t, "kelvin", event.Header("\u212a"), "")
	mustEqual(t, "missing", event.Headers().Values("x-b"), []string(nil))

	mustEqual(t, "query", event.Query().Get("a"), "2")
	mustEqual(t, "query values", event.Query().Values("a"), []string{"2", ""})
	mustEqual(t, "query len", event.Query().Len(), 4)
	for name, want := range map[string]bool{"A": true, "b": true, "B": false, "": false} {
		if _, found := event.Query().Lookup(name); found != want {
			t.Fatalf("Lookup(%q) is %v", name, found)
		}
	}
}

func TestListsOfValuesDoNotTouchEachOther(t *testing.T) {
	event := mustDecode(t,
		`{"queryString":{"a":["1","2"],"b":"3","c":true,"a":["4",true,"5"],"d":"6"},`+
			`"headers":{"x":"1","X":"2"}}`)
	want := url.Values{"a": {"1", "2", "4", "5"}, "b": {"3"}, "c": {}, "d": {"6"}}
	got := event.QueryValues()
	mustEqual(t, "query", got, want)
	for name := range got {
		_ = append(got[name], "more")
	}
	mustEqual(t, "query", got, want)
	mustEqual(t, "headers", event.HTTPHeader(), http.Header{"X": {"1", "2"}})
}

func TestAnIterationCanStopAndStartAgain(t *testing.T) {
	query := mustDecode(t, `{"queryString":{"a":"1","b":"2","c":"3"}}`).Query()
	for range 2 {
		var names []string
		for name := range query {
			names = append(names, name)
			if name == "b" {
				break
			}
		}
		mustEqual(t, "names", names, []string{"a", "b"})
	}
}

func TestTheZeroEventHasNothing(t *testing.T) {
	var event apigw.Event
	mustEqual(t, "json", string(event.AppendJSON(nil)), `{"dialect":"unknown"}`)
	mustEqual(t, "kind", event.BodyKind(), apigw.BodyAbsent)
	mustEqual(t, "header", event.Header("host"), "")
	mustEqual(t, "query", event.Query().Len(), 0)
	mustEqual(t, "values", len(event.QueryValues()), 0)
}

func TestErrorsCompareWithTheirCodes(t *testing.T) {
	_, err := apigw.Decode([]byte(`{"requestContext":{"stage":1}}`))
	var fault *apigw.Error
	if !errors.As(err, &fault) || !errors.Is(err, apigw.ErrWrongType) ||
		errors.Is(err, apigw.ErrTooDeep) {
		t.Fatalf("%#v", err)
	}
	mustEqual(t, "error", *fault, apigw.Error{Code: apigw.ErrWrongType, Offset: 27,
		Member: "requestContext.stage"})
	mustEqual(t, "text", err.Error(),
		"apigw: error 33 at byte 27 (requestContext.stage): "+apigw.ErrWrongType.Error())
	mustEqual(t, "name", apigw.ErrWrongType.Name(), "wrong-type")
	_, err = apigw.Decode([]byte(`{`))
	mustEqual(t, "text", err.Error(), "apigw: error 16 at byte 1: "+apigw.ErrUnexpectedEnd.Error())
}

func TestNumbersBeyondThoseOfTheLibraryHaveNamesToo(t *testing.T) {
	mustEqual(t, "dialect", apigw.Dialect(1_000_000).String(), "unknown")
	mustEqual(t, "code", apigw.ErrorCode(1_000_000).Name(), "unknown")
}

func TestLimitsHoldExactly(t *testing.T) {
	pairs := func(count int) []byte {
		return []byte(`{"headers":{` + strings.TrimSuffix(strings.Repeat(`"a":"",`, count), ",") + `}}`)
	}
	padded := func(count int) []byte {
		return append([]byte(`{}`), bytes.Repeat([]byte(" "), count-2)...)
	}
	for _, it := range []struct {
		limits apigw.Limits
		event  []byte
		want   error
	}{
		{apigw.Limits{}, pairs(4096), nil},
		{apigw.Limits{}, pairs(4097), apigw.ErrTooManyPairs},
		{apigw.Limits{Pairs: 3}, pairs(3), nil},
		{apigw.Limits{Pairs: 3}, pairs(4), apigw.ErrTooManyPairs},
		{apigw.Limits{Pairs: 5000}, pairs(5000), nil},
		{apigw.Limits{}, padded(16 << 20), nil},
		{apigw.Limits{}, padded(16<<20 + 1), apigw.ErrInputTooLong},
		{apigw.Limits{Input: 100}, padded(100), nil},
		{apigw.Limits{Input: 100}, padded(101), apigw.ErrInputTooLong},
	} {
		decoder := apigw.NewDecoderWithLimits(it.limits)
		if _, err := decoder.Decode(it.event); !errors.Is(err, it.want) {
			t.Fatalf("%+v, %d bytes: %v, want %v", it.limits, len(it.event), err, it.want)
		}
		buffer := append(make([]byte, 0, len(it.event)+apigw.Padding), it.event...)
		var event apigw.Event
		if err := decoder.DecodeInto(&event, buffer); !errors.Is(err, it.want) {
			t.Fatalf("%+v, %d bytes in place: %v, want %v", it.limits, len(it.event), err, it.want)
		}
	}
}

func TestImpossibleLimitsPanic(t *testing.T) {
	for _, limits := range []apigw.Limits{{Input: -1}, {Pairs: -1}, {Input: 1 << 32},
		{Pairs: 1 << 32}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Fatalf("%+v is accepted", limits)
				}
			}()
			apigw.NewDecoderWithLimits(limits)
		}()
	}
}

func TestABufferNeedsRoomForThePadding(t *testing.T) {
	const text = `{"path":"/cats"}`
	decoder := apigw.NewDecoder()
	for room := range apigw.Padding + 2 {
		buffer := append(make([]byte, 0, len(text)+room), text...)
		event := mustDecode(t, `{"path":"/before"}`)
		err := decoder.DecodeInto(&event, buffer)
		want, path := error(nil), "/cats"
		if room < apigw.Padding {
			want, path = apigw.ErrArgument, "/before"
		}
		if !errors.Is(err, want) || event.Path() != path {
			t.Fatalf("%d bytes of room: %v, %q", room, err, event.Path())
		}
		if want != nil && string(buffer) != text {
			t.Fatalf("the buffer is %q", buffer)
		}
	}
	for _, empty := range [][]byte{nil, {}, make([]byte, 0, 100)} {
		if err := decoder.DecodeInto(new(apigw.Event), empty); err == nil {
			t.Fatal("an event without bytes")
		}
		if _, err := decoder.Decode(empty); !errors.Is(err, apigw.ErrUnexpectedEnd) {
			t.Fatal(err)
		}
	}
}

func TestABufferNeedsRoomForADecodedQuery(t *testing.T) {
	text := rawQuery("a=" + strings.Repeat("%20", 30) + "&b=2")
	decoder := apigw.NewDecoder()
	fitted := 0
	for size := len(text) + apigw.Padding; size <= 2*len(text)+apigw.Padding; size++ {
		event := mustDecode(t, `{"path":"/before"}`)
		err := decoder.DecodeInto(&event, append(make([]byte, 0, size), text...))
		if errors.Is(err, apigw.ErrBuffer) && fitted == 0 && event.Path() == "/before" {
			continue
		}
		fitted++
		if err != nil || event.Query().Get("a") != strings.Repeat(" ", 30) {
			t.Fatalf("%d bytes: %v, %v", size, err, event.Query().Get("a"))
		}
	}
	if fitted < 2 || fitted > len(text) {
		t.Fatalf("%d of %d sizes are enough", fitted, len(text)+1)
	}
}

func TestADecoderGoesOnAfterAnError(t *testing.T) {
	decoder := apigw.NewDecoder()
	for range 3 {
		if _, err := decoder.Decode([]byte(`{"path":`)); err == nil {
			t.Fatal("half an event")
		}
		event, err := decoder.Decode([]byte(`{"path":"/cats"}`))
		if err != nil || event.Path() != "/cats" {
			t.Fatal(err, event)
		}
	}
}

func TestDecodingAllocatesOneBlockOrNone(t *testing.T) {
	for _, name := range []string{"browser-get.tencent-api-gateway.json",
		"post-json-large.tencent-api-gateway.json",
		"spec-sample.json"} {
		data := read(t, "events", name)
		decoder := apigw.NewDecoder()
		buffer := make([]byte, 0, len(data)+apigw.Padding)
		var sum int
		use := func(event apigw.Event) {
			sum += len(event.Method()) + len(event.Path()) + len(event.Header("host")) + len(event.Body())
			for name, value := range event.Headers() {
				sum += len(name) + len(value)
			}
			for name, value := range event.Query() {
				sum += len(name) + len(value)
			}
			sum += len(event.Query().Get("foo")) + len(event.Headers().Get("accept")) +
				event.PathParameters().Len()
			if _, found := event.StageVariables().Lookup("stage"); found {
				sum++
			}
		}
		for what, it := range map[string]struct {
			most   float64
			decode func() (apigw.Event, error)
		}{
			"DecodeInto": {0, func() (event apigw.Event, err error) {
				err = decoder.DecodeInto(&event, append(buffer[:0], data...))
				return event, err
			}},
			"Decoder.Decode": {1, func() (apigw.Event, error) { return decoder.Decode(data) }},
		} {
			count := testing.AllocsPerRun(100, func() {
				event, err := it.decode()
				if err != nil {
					t.Fatal(err)
				}
				use(event)
			})
			if count > it.most {
				t.Fatalf("%s, %s: %v allocations", name, what, count)
			}
		}
		if sum == 0 {
			t.Fatal("nothing was read")
		}
	}
}

func TestLogsAndTextsShowNoSecrets(t *testing.T) {
	event := mustDecode(t,
		`{"httpMethod":"POST","path":"/login","headers":{"cookie":"SECRET"},
		"queryString":{"token":"SECRET"},
		"body":"SECRET","requestContext":{"serviceId":"service-1",
		"identity":{"secretId":"SECRET"},"sourceIp":"192.0.2.1"}}`)
	var log bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&log, nil))
	logger.Info("request", "event", event)
	var line struct{ Event map[string]any }
	if err := json.Unmarshal(log.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	mustEqual(t, "event", line.Event, map[string]any{
		"dialect": "tencent-api-gateway", "method": "POST", "path": "/login", "api_id": "service-1",
		"source_ip": "192.0.2.1", "body_len": 6.0,
	})
	for _, text := range []string{fmt.Sprint(event), fmt.Sprintf("%+v", event), fmt.Sprint(&event)} {
		mustEqual(t, "text", text, "POST /login (tencent-api-gateway)")
	}
	mustEqual(t, "timer", mustDecode(t, `{"Type":"Timer","TriggerName":"x"}`).String(), "(not-http)")
}

func TestKernelsHaveNames(t *testing.T) {
	kernel := apigw.NewDecoder().Kernel()
	if !slices.Contains([]string{"portable", "avx2", "avx512", "neon"}, kernel) {
		t.Fatal(kernel)
	}
	if apigw.LibraryVersion() == "" {
		t.Fatal("no version")
	}
}
