package apigw_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"apigw"
)

func TestResponsesAreEncodedAsDocumented(t *testing.T) {
	for _, it := range []struct {
		response apigw.Response
		want     string
	}{
		{apigw.Response{}, `{"isBase64Encoded":false,"statusCode":200,"headers":{},"body":""}`},
		{
			apigw.Response{
				StatusCode: 404,
				Header: http.Header{"Set-Cookie": {"a=1", "b=2"}, "Content-Type": {"text/plain"},
					"X-None": {}},
				Body: []byte("\"no\" <such> cat\n红"),
			},
			`{"isBase64Encoded":false,"statusCode":404,"headers":{"Content-Type":"text/plain",` +
				`"Set-Cookie":["a=1","b=2"]},` +
				`"body":"\"no\" <such> cat\n红"}`,
		},
		{
			apigw.Response{Body: []byte{0xff, 0xfe}},
			`{"isBase64Encoded":true,"statusCode":200,"headers":{},"body":"//4="}`,
		},
		{
			apigw.Response{Body: []byte("hi"), Encoding: apigw.BodyAsBase64},
			`{"isBase64Encoded":true,"statusCode":200,"headers":{},"body":"aGk="}`,
		},
		{
			apigw.Response{Header: http.Header{"Via": {"a", "b"}}, Dialect: apigw.DialectTencentFunctionURL},
			`{"isBase64Encoded":false,"statusCode":200,"headers":{"Via":"a, b"},"body":""}`,
		},
		{
			apigw.Response{Body: []byte{0xff}, Encoding: apigw.BodyAsStream,
				Header:  http.Header{"Set-Cookie": {"a=1"}},
				Dialect: apigw.DialectAWSFunctionURL},
			`{"statusCode":200,"headers":{},"cookies":["a=1"]}` + "\x00\x00\x00\x00\x00\x00\x00\x00\xff",
		},
	} {
		encoded, err := it.response.Encode()
		if err != nil {
			t.Fatal(err)
		}
		mustEqual(t, "response", string(encoded), it.want)
		appended, err := apigw.NewDecoder().AppendResponse([]byte("before "), it.response)
		if err != nil {
			t.Fatal(err)
		}
		mustEqual(t, "appended", string(appended), "before "+it.want)
	}
}

func TestWrongResponsesSayWhy(t *testing.T) {
	for _, it := range []struct {
		response apigw.Response
		want     apigw.Error
	}{
		{apigw.Response{StatusCode: 99}, apigw.Error{Code: apigw.ErrInvalidStatus, Member: "statusCode"}},
		{apigw.Response{StatusCode: 1000}, apigw.Error{Code: apigw.ErrInvalidStatus,
			Member: "statusCode"}},
		{apigw.Response{StatusCode: -1}, apigw.Error{Code: apigw.ErrInvalidStatus, Member: "statusCode"}},
		{apigw.Response{StatusCode: 1<<32 + 200}, apigw.Error{Code: apigw.ErrInvalidStatus,
			Member: "statusCode"}},
		{
			apigw.Response{Header: http.Header{"a b": {"x"}}},
			apigw.Error{Code: apigw.ErrInvalidHeaderName, Offset: 1, Member: "headers.a b"},
		},
		{
			apigw.Response{Header: http.Header{"X-A": {"fine", "x\r\nset-cookie: y"}}},
			apigw.Error{Code: apigw.ErrInvalidHeaderValue, Offset: 1, Member: "headers.X-A"},
		},
		{
			apigw.Response{Body: []byte("ab\xff"), Encoding: apigw.BodyAsText},
			apigw.Error{Code: apigw.ErrInvalidUTF8, Offset: 2, Member: "body"},
		},
		{apigw.Response{Encoding: 7}, apigw.Error{Code: apigw.ErrArgument}},
	} {
		_, err := it.response.Encode()
		var fault *apigw.Error
		if !errors.As(err, &fault) || *fault != it.want {
			t.Errorf("%+v: %v, want %v", it.response, err, &it.want)
		}
	}
}

func TestTheLengthOfAResponseIsLimitedExactly(t *testing.T) {
	const empty = len(`{"isBase64Encoded":false,"statusCode":200,"headers":{},"body":""}`)
	decoder := apigw.NewDecoderWithLimits(apigw.Limits{Response: empty + 100})
	for length, want := range map[int]error{99: nil, 100: nil, 101: apigw.ErrResponseTooLong} {
		to := []byte("before")
		encoded, err := decoder.AppendResponse(to,
			apigw.Response{Body: []byte(strings.Repeat("x", length))})
		if !errors.Is(err, want) || err == nil && len(encoded) != len(to)+empty+length {
			t.Fatalf("%d: %v, %d bytes", length, err, len(encoded))
		}
		if err != nil {
			mustEqual(t, "the buffer", string(encoded), "before")
		}
	}
}

// randomResponse has any body and any headers that may be.
func randomResponse(seed uint64) apigw.Response {
	random := rand.New(rand.NewPCG(seed, 1))
	r := apigw.Response{StatusCode: 100 + random.IntN(900), Header: http.Header{}}
	for i := range random.IntN(20) {
		name := fmt.Sprintf("X-%d", i)
		for range 1 + random.IntN(2) {
			r.Header.Add(name, strings.Repeat("v\"\t\\é", random.IntN(10)))
		}
	}
	r.Body = make([]byte, random.IntN(300))
	for i := range r.Body {
		r.Body[i] = byte(random.IntN([]int{0x80, 0x80, 256}[seed%3]))
	}
	return r
}

func TestResponsesMeanToEncodingJSONWhatTheyAre(t *testing.T) {
	for seed := uint64(0); seed < 2_000; seed += step(t) {
		response := randomResponse(seed)
		encoded, err := json.Marshal(response)
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			IsBase64Encoded bool
			StatusCode      int
			Headers         map[string]any
			Body            string
		}
		if err := json.Unmarshal(encoded, &got); err != nil {
			t.Fatalf("%s: %v", encoded, err)
		}
		mustEqual(t, "status", got.StatusCode, response.StatusCode)
		body := []byte(got.Body)
		if got.IsBase64Encoded {
			if err := json.Unmarshal([]byte(`"`+got.Body+`"`), &body); err != nil {
				t.Fatal(err)
			}
		}
		mustEqual(t, "body", string(body), string(response.Body))
		headers := http.Header{}
		for name, value := range got.Headers {
			switch value := value.(type) {
			case string:
				headers.Add(name, value)
			case []any:
				for _, value := range value {
					headers.Add(name, value.(string))
				}
			}
		}
		mustEqual(t, "headers", headers, response.Header)

		again, err := apigw.DecodeResponse(encoded, apigw.RulesStrict)
		if err != nil {
			t.Fatal(err)
		}
		again.Encoding = response.Encoding
		mustEqual(t, "decoded", fmt.Sprint(again), fmt.Sprint(response))
	}
}

func TestResponsesAreDecodedByRules(t *testing.T) {
	const loose = `{"statusCode":"201","headers":{"x-n":1},"body":null}`
	if _, err := apigw.DecodeResponse([]byte(loose), apigw.RulesStrict); !errors.Is(err,
		apigw.ErrWrongType) {
		t.Fatal(err)
	}
	if _, err := apigw.DecodeResponse([]byte(`{"headers":{}}`), apigw.RulesStrict); !errors.Is(err,
		apigw.ErrMissingMember) {
		t.Fatal(err)
	}
	got, err := apigw.DecodeResponse([]byte(loose), apigw.RulesGateway)
	if err != nil {
		t.Fatal(err)
	}
	mustEqual(t, "gateway", got, apigw.Response{StatusCode: 201, Header: http.Header{"X-N": {"1"}}})
	got, err = apigw.DecodeResponse([]byte(`[1]`), apigw.RulesFunctionURL)
	if err != nil {
		t.Fatal(err)
	}
	mustEqual(t, "function URL", got, apigw.Response{
		StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte("[1]"),
	})
	got, err = apigw.DecodeResponse([]byte(`plain`), apigw.RulesPassThrough)
	if err != nil {
		t.Fatal(err)
	}
	mustEqual(t, "passed through", string(got.Body), "plain")
}

func TestEncodingAllocatesTheAnswerOnly(t *testing.T) {
	response := apigw.Response{
		Header: http.Header{"Content-Type": {"text/html"}, "Via": {"a", "b"}},
		Body:   []byte(strings.Repeat(`"`, 5000)),
	}
	decoder := apigw.NewDecoder()
	var buffer []byte
	appended := testing.AllocsPerRun(100, func() {
		var err error
		if buffer, err = decoder.AppendResponse(buffer[:0], response); err != nil {
			t.Fatal(err)
		}
	})
	if appended > 0 {
		t.Fatalf("%v allocations", appended)
	}
}

func TestRepliesToWebSocketClients(t *testing.T) {
	for _, it := range []struct {
		reply apigw.WebSocketReply
		want  string
	}{
		{
			apigw.WebSocketReply{ConnectionID: "c"},
			`{"errNo":0,"errMsg":"ok","websocket":{"action":"connecting","secConnectionID":"c"}}`,
		},
		{
			apigw.WebSocketReply{ConnectionID: "c\"", Protocol: "chat", Extensions: "e"},
			`{"errNo":0,"errMsg":"ok","websocket":{"action":"connecting","secConnectionID":"c\"",` +
				`"secWebSocketProtocol":"chat","secWebSocketExtensions":"e"}}`,
		},
		{
			apigw.WebSocketReply{ErrorNumber: -7, ErrorMessage: "no", ConnectionID: "c"},
			`{"errNo":-7,"errMsg":"no","websocket":{"action":"connecting","secConnectionID":"c"}}`,
		},
	} {
		encoded, err := json.Marshal(it.reply)
		if err != nil {
			t.Fatal(err)
		}
		mustEqual(t, "reply", string(encoded), it.want)
	}
	if _, err := (apigw.WebSocketReply{ConnectionID: "\xff"}).Encode(); !errors.Is(err,
		apigw.ErrInvalidUTF8) {
		t.Fatal(err)
	}
}

func TestAHandlerServesAnEvent(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /echo/{name}", func(w http.ResponseWriter, r *http.Request) {
		event, _ := apigw.FromContext(r.Context())
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "1"})
		http.SetCookie(w, &http.Cookie{Name: "b", Value: "2"})
		w.WriteHeader(http.StatusCreated)
		w.Header().Set("X-Late", "too late")
		w.WriteHeader(http.StatusTeapot)
		fmt.Fprint(w, r.PathValue("name"), " ", r.FormValue("q"), " ", string(body), " ",
			event.SourceIP())
	})
	mux.HandleFunc("/picture", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusEarlyHints)
		w.Header().Set("Transfer-Encoding", "chunked")
		if _, err := w.Write([]byte("\x89PNG\r\n\x1a\n")); err != nil {
			t.Error(err)
		}
		w.(http.Flusher).Flush()
	})
	mux.HandleFunc("/nothing", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
		if _, err := w.Write([]byte("x")); !errors.Is(err, http.ErrBodyNotAllowed) {
			t.Error(err)
		}
	})
	mux.HandleFunc("/silent", func(http.ResponseWriter, *http.Request) {})
	for _, it := range []struct{ event, want string }{
		{
			`{"httpMethod":"POST","path":"/echo/cat","queryString":{"q":"7"},"body":"hi",` +
				`"requestContext":{"sourceIp":"192.0.2.1"}}`,
			`{"isBase64Encoded":false,"statusCode":201,"headers":{"Set-Cookie":["a=1","b=2"]},` +
				`"body":"cat 7 hi 192.0.2.1"}`,
		},
		{
			`{"httpMethod":"GET","path":"/picture"}`,
			`{"isBase64Encoded":true,"statusCode":200,"headers":{"Content-Type":"image/png"},` +
				`"body":"iVBORw0KGgo="}`,
		},
		{
			`{"httpMethod":"HEAD","path":"/picture"}`,
			`{"isBase64Encoded":false,"statusCode":200,"headers":{"Content-Type":"image/png"},"body":""}`,
		},
		{
			`{"httpMethod":"GET","path":"/nothing"}`,
			`{"isBase64Encoded":false,"statusCode":204,"headers":{},"body":""}`,
		},
		{`{"httpMethod":"GET","path":"/silent"}`,
			`{"isBase64Encoded":false,"statusCode":200,"headers":{},"body":""}`},
	} {
		response, err := apigw.Handle(t.Context(), mux, []byte(it.event))
		if err != nil {
			t.Fatalf("%s: %v", it.event, err)
		}
		mustEqual(t, it.event, string(response), it.want)
	}
	if _, err := apigw.Handle(t.Context(), mux, []byte(`{"httpMethod":`)); !errors.Is(err,
		apigw.ErrUnexpectedEnd) {
		t.Fatal(err)
	}
	if _, err := apigw.Handle(t.Context(), mux, []byte(`{}`)); !errors.Is(err, apigw.ErrNotRequest) {
		t.Fatal(err)
	}
}
