package runtime_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"apigw"
	"apigw/runtime"
)

// TestMain runs a function in place of the tests if it is told to.
func TestMain(m *testing.M) {
	switch os.Getenv("APIGW_TEST_FUNCTION") {
	case "http":
		runtime.Start(mux())
	case "typed":
		runtime.StartFunc(typed)
	case "broken":
		runtime.FailToStart(errors.New("there is no cat"))
	default:
		os.Exit(m.Run())
	}
	fmt.Println("it has returned")
}

func mux() *http.ServeMux {
	mux := http.NewServeMux()
	text := func(w http.ResponseWriter) { w.Header().Set("Content-Type", "text/plain") }
	mux.HandleFunc("/hello", func(w http.ResponseWriter, _ *http.Request) {
		text(w)
		io.WriteString(w, "hello")
	})
	mux.HandleFunc("/invocation", func(w http.ResponseWriter, r *http.Request) {
		text(w)
		invocation, found := runtime.FromContext(r.Context())
		deadline, isLimited := r.Context().Deadline()
		isInTime := isLimited && time.Until(deadline) > 0 && time.Until(deadline) <= invocation.TimeLimit
		event, isThere := apigw.FromContext(r.Context())
		fmt.Fprint(w, invocation.RequestID, " ", invocation.MemoryLimit, " ",
			invocation.TimeLimit.Round(time.Second), " ", found, isInTime, isThere,
			event.Method())
	})
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		text(w)
		io.Copy(w, r.Body)
	})
	mux.HandleFunc("/panic", func(http.ResponseWriter, *http.Request) { panic("no cat") })
	mux.HandleFunc("/stopped", func(w http.ResponseWriter, r *http.Request) {
		text(w)
		time.Sleep(50 * time.Millisecond)
		fmt.Fprint(w, r.Context().Err())
	})
	mux.HandleFunc("/bad-header", func(w http.ResponseWriter, _ *http.Request) {
		text(w)
		w.Header().Set("X-A", "a\r\nb")
	})
	return mux
}

func typed(_ context.Context, event apigw.Event) (runtime.Result, error) {
	switch event.Path() {
	case "/fail":
		return nil, errors.New("no cat")
	case "/nothing":
		return nil, nil
	case "/raw":
		return runtime.Raw("\x00raw"), nil
	case "/raw-limit":
		return runtime.Raw(strings.Repeat("a", 6<<20)), nil
	case "/raw-over-limit":
		return runtime.Raw(strings.Repeat("a", 6<<20+1)), nil
	}
	if event.WebSocketPhase() == apigw.WebSocketConnect {
		return apigw.WebSocketReply{ConnectionID: event.ConnectionID()}, nil
	}
	return apigw.Response{Body: []byte("hello"), Header: http.Header{"A": {"1", "2"}}}, nil
}

func event(path string) string {
	return `{"httpMethod":"POST","path":"` + path + `","requestContext":{"serviceId":"s"}}`
}

func response(body string) string {
	return `{"isBase64Encoded":false,"statusCode":200,"headers":{"Content-Type":"text/plain"},` +
		`"body":"` + body + `"}`
}

// onBoth runs a test with both protocols.
func onBoth(t *testing.T, test func(t *testing.T, isLambda bool)) {
	t.Run("scf", func(t *testing.T) { test(t, false) })
	t.Run("lambda", func(t *testing.T) { test(t, true) })
}

const timer = `{"Type":"Timer","TriggerName":"t"}`

func TestRequestsAreServed(t *testing.T) {
	onBoth(t, func(t *testing.T, isLambda bool) {
		const size = 6<<20 - 100
		platform := newPlatform(t, isLambda,
			step{fault: "apigw: error 16 at byte 0: the input ends in the middle of the document"},
			step{event: event("/hello"), response: response("hello")},
			step{event: event("/invocation"), response: response("7d1fe9d8 128 3s true true truePOST")},
			step{event: `{"httpMethod":"POST","path":"/echo","body":"\u0000\"\u732b"}`,
				response: response(`\u0000\"猫`)},
			step{event: `{"httpMethod":"POST","path":"/echo","isBase64Encoded":true,"body":"/w=="}`,
				response: `{"isBase64Encoded":true,"statusCode":200,"headers":{"Content-Type":"text/plain"},` +
					`"body":"/w=="}`},
			step{event: event("/panic"), fault: "panic: no cat"},
			step{event: event("/bad-header"),
				fault: "apigw: error 66 at byte 1 (headers.X-A): a header's value is UTF-8 text " +
					"without control characters"},
			step{event: "no event",
				fault: "apigw: error 32 at byte 0: an event is a JSON object, this document is not"},
			step{event: timer, fault: apigw.ErrNotRequest.Error()},
			step{event: `{"httpMethod":"POST","path":"/echo","body":"` + strings.Repeat("a", size) + `"}`,
				response: response(strings.Repeat("a", size))},
		)
		if err := runtime.Serve(platform.context(), runtime.HTTP(mux())); err != nil {
			t.Fatal(err)
		}
		platform.done()
		if n := platform.connections.Load(); n != 1 {
			t.Errorf("%d connections", n)
		}
	})
}

func TestAFunctionHandlesEvents(t *testing.T) {
	onBoth(t, func(t *testing.T, isLambda bool) {
		list := `{"isBase64Encoded":false,"statusCode":200,"headers":{"A":["1","2"]},"body":"hello"}`
		joined := `{"isBase64Encoded":false,"statusCode":200,"headers":{"A":"1, 2"},"body":"hello"}`
		platform := newPlatform(t, isLambda,
			step{event: event("/"), response: list},
			step{event: `{"body":"","headers":{},"httpMethod":"GET","path":"/","queryString":{}}`,
				response: joined},
			step{event: timer, response: list},
			step{event: event("/fail"), fault: "no cat"},
			step{event: event("/nothing"), fault: "the handler has not responded"},
			step{event: event("/raw"), response: "\x00raw"},
			step{event: `{"requestContext":{"websocketEnable":true},"websocket":{"action":"connecting",` +
				`"secConnectionID":"id"}}`,
				response: `{"errNo":0,"errMsg":"ok","websocket":{"action":"connecting",` +
					`"secConnectionID":"id"}}`},
			step{event: event("/raw-limit"), response: strings.Repeat("a", 6<<20)},
			step{event: event("/raw-over-limit"), fault: "the response is longer than the limit"},
			step{event: `{"path":7}`,
				fault: "apigw: error 33 at byte 8 (path): the member's value has the wrong type"},
		)
		if err := runtime.Serve(platform.context(), runtime.Func(typed)); err != nil {
			t.Fatal(err)
		}
		platform.done()
	})
}

func TestFaultsOfThePlatformAreSurvived(t *testing.T) {
	onBoth(t, func(t *testing.T, isLambda bool) {
		hello := step{event: event("/hello"), response: response("hello")}
		with := func(does action, fault string) step {
			step := hello
			step.does, step.fault = does, fault
			return step
		}
		platform := newPlatform(t, isLambda,
			with(dropNext, ""), hello, with(refuseNext, ""), with(refuseNext, ""), hello, with(dropResponse,
				""), hello,
			step{event: event("/panic"), fault: "panic: no cat", does: dropResponse},
			with(refuseResponse, "the platform returned 413 for a response of 97 bytes"), hello)
		t.Setenv("http_proxy", "http://127.0.0.1:1")
		if err := runtime.Serve(platform.context(), runtime.HTTP(mux())); err != nil {
			t.Fatal(err)
		}
		platform.done()
	})
}

func TestAnEventWithoutEndIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, isLambda bool) {
		platform := newPlatform(t, isLambda,
			step{does: endless, fault: "the event is longer than 67108864 bytes"},
			step{event: event("/"), response: "1"})
		handler := func(context.Context, []byte) ([]byte, error) { return []byte("1"), nil }
		if err := runtime.Serve(platform.context(), handler); err != nil {
			t.Fatal(err)
		}
		platform.done()
	})
}

func TestAPlatformThatRefusesOrIsNotThereIsAnError(t *testing.T) {
	onBoth(t, func(t *testing.T, isLambda bool) {
		refuse := step{does: refuseNext}
		platform := newPlatform(t, isLambda, refuse, refuse, refuse, refuse, refuse, refuse)
		err := runtime.Serve(platform.context(), runtime.HTTP(mux()))
		if want := fmt.Sprintf("http://%s returned 500", platform.address); err == nil ||
			err.Error() != want {
			t.Errorf("%v, not %q", err, want)
		}
		platform.done()

		t.Setenv("SCF_RUNTIME_API", "::1")
		t.Setenv("SCF_RUNTIME_API_PORT", "1")
		if isLambda {
			t.Setenv("AWS_LAMBDA_RUNTIME_API", "[::1]:1")
		}
		err = runtime.Serve(context.Background(), runtime.HTTP(mux()))
		if !errors.Is(err, syscall.ECONNREFUSED) && !errors.Is(err, syscall.EADDRNOTAVAIL) {
			t.Error(err)
		}
	})
}

func TestWhatStopsTheFunctionDoesNotStopAnEvent(t *testing.T) {
	onBoth(t, func(t *testing.T, isLambda bool) {
		for _, does := range []action{nothing, stopInside, stopBefore} {
			platform := newPlatform(t, isLambda, step{event: event("/stopped"), response: response("<nil>"),
				does: does})
			if err := runtime.Serve(platform.context(), runtime.HTTP(mux())); err != nil {
				t.Fatal(err)
			}
			platform.done()
		}
	})
}

// itself is this program once more, with more variables: run by APIGW_TEST_RUNNER, if that is set,
// on an emulated CPU.
func itself(variables ...string) *exec.Cmd {
	command := []string{os.Args[0]}
	if runner := os.Getenv("APIGW_TEST_RUNNER"); runner != "" {
		command = []string{runner, os.Args[0]}
	}
	program := exec.Command(command[0], command[1:]...)
	program.Env = append(os.Environ(), variables...)
	return program
}

// TestAProgram runs Start and StartFunc in a process of their own, which SIGTERM ends.
func TestAProgram(t *testing.T) {
	onBoth(t, func(t *testing.T, isLambda bool) {
		bodies := map[string]string{"http": response("hello"),
			"typed": `{"isBase64Encoded":false,"statusCode":200,"headers":{"A":["1","2"]},"body":"hello"}`}
		for kind, body := range bodies {
			for _, does := range []action{nothing, stopInside, stopBefore} {
				platform := newPlatform(t, isLambda, step{event: event("/hello"), response: body, does: does})
				program := itself("APIGW_TEST_FUNCTION=" + kind)
				program.Stderr = os.Stderr
				output, err := program.StdoutPipe()
				if err != nil {
					t.Fatal(err)
				}
				if err := program.Start(); err != nil {
					t.Fatal(err)
				}
				// A second signal, to a program that asks for one more event before it hears of the
				// first, would kill it.
				platform.stopping <- sync.OnceFunc(func() { program.Process.Signal(syscall.SIGTERM) })
				line, err := bufio.NewReader(output).ReadString('\n')
				if line != "it has returned\n" || err != nil {
					t.Errorf("%q, %v", line, err)
				}
				if err := program.Wait(); err != nil {
					t.Error(err)
				}
				platform.done()
			}
		}
	})
}

func TestAProgramWithoutAPlatformSaysWhy(t *testing.T) {
	program := itself("APIGW_TEST_FUNCTION=http", "SCF_RUNTIME_API=127.0.0.1",
		"SCF_RUNTIME_API_PORT=1")
	output, err := program.CombinedOutput()
	if program.ProcessState.ExitCode() != 1 || !strings.HasPrefix(string(output),
		"apigw-runtime: dial tcp 127.0.0.1:1: ") {
		t.Errorf("%v: %s", err, output)
	}
}

func TestTheTimeLimitEndsTheContext(t *testing.T) {
	onBoth(t, func(t *testing.T, isLambda bool) {
		platform := newPlatform(t, isLambda,
			step{event: event("/"), response: "context deadline exceeded"})
		platform.timeLimit = "50"
		handler := func(ctx context.Context, _ []byte) ([]byte, error) {
			<-ctx.Done()
			return []byte(ctx.Err().Error()), nil
		}
		if err := runtime.Serve(platform.context(), handler); err != nil {
			t.Fatal(err)
		}
		platform.done()
	})
}

func TestAllEventsTakeOneConnection(t *testing.T) {
	onBoth(t, func(t *testing.T, isLambda bool) {
		const events = 2000
		steps := make([]step, events)
		for i := range steps {
			steps[i] = step{event: event("/hello"), response: response("hello")}
		}
		platform := newPlatform(t, isLambda, steps...)
		if err := runtime.Serve(platform.context(), runtime.HTTP(mux())); err != nil {
			t.Fatal(err)
		}
		platform.done()
		if n := platform.connections.Load(); n != 1 {
			t.Errorf("%d connections", n)
		}
	})
}

func TestAnInvocationOfLambda(t *testing.T) {
	platform := newPlatform(t, true, step{event: "{}", response: "ok"},
		step{event: "{}", fault: "no cat"})
	handler := func(ctx context.Context, _ []byte) ([]byte, error) {
		got, _ := runtime.FromContext(ctx)
		if got.RequestID != "7d1fe9d8" || got.MemoryLimit != 128 ||
			got.FunctionARN != "arn:aws:lambda:a:1:function:f" || got.TraceID != "Root=1-2-3" ||
			got.ClientContext != `{"client":{}}` || got.CognitoIdentity != `{"cognitoIdentityId":"i"}` {
			t.Errorf("%+v", got)
		}
		if trace := os.Getenv("_X_AMZN_TRACE_ID"); trace != "Root=1-2-3" {
			t.Errorf("%q", trace)
		}
		if platform.at == 1 {
			return nil, errors.New("no cat")
		}
		return []byte("ok"), nil
	}
	t.Setenv("_X_AMZN_TRACE_ID", "")
	if err := runtime.Serve(platform.context(), handler); err != nil {
		t.Fatal(err)
	}
	platform.done()
	if !slices.Equal(platform.kinds, []string{"errors.errorString"}) {
		t.Errorf("%q", platform.kinds)
	}
}

// TestTheGatewayOfBothIsTakenForSCF reaches the platform that TENCENTCLOUD_RUNENV names.
func TestTheGatewayOfBothIsTakenForSCF(t *testing.T) {
	platform := newPlatform(t, false, step{event: event("/hello"), response: response("hello")})
	t.Setenv("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:1")
	t.Setenv("TENCENTCLOUD_RUNENV", "SCF")
	if err := runtime.Serve(platform.context(), runtime.HTTP(mux())); err != nil {
		t.Fatal(err)
	}
	platform.done()
}

func TestAFunctionThatCannotStartSaysWhy(t *testing.T) {
	onBoth(t, func(t *testing.T, isLambda bool) {
		platform := newPlatform(t, isLambda)
		program := itself("APIGW_TEST_FUNCTION=broken")
		output, _ := program.CombinedOutput()
		want := "apigw-runtime: there is no cat\n"
		if program.ProcessState.ExitCode() != 1 || string(output) != want {
			t.Errorf("%v: %s", program.ProcessState, output)
		}
		if isLambda && platform.startFault != "there is no cat" {
			t.Errorf("%q", platform.startFault)
		}
	})
}
