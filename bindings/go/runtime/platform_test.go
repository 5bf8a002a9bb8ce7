package runtime_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// step is an event that the platform hands out, and what it expects and does.
type step struct {
	event string
	// response is the response of a function that has not failed, fault the message of one that has.
	response, fault string
	does            action
}

// action is what the platform does besides sending the event of a step.
type action int

const (
	nothing action = iota
	// dropNext and refuseNext: no event comes, but the connection's end or status 500.
	dropNext
	refuseNext
	// endless: the event has no end.
	endless
	// dropResponse and refuseResponse: the first response is not acknowledged, or with status 413.
	dropResponse
	refuseResponse
	// stopInside and stopBefore: the function is stopped between the headers and the body of the
	// event, and before its response is read.
	stopInside
	stopBefore
)

// platform is a runtime API that goes through steps, and stops the function when there is none
// left.
type platform struct {
	t           *testing.T
	steps       []step
	at          int
	isOut       bool
	isAgain     bool
	stopping    chan func()
	connections atomic.Int32
	address     *net.TCPAddr
	timeLimit   string
	// isLambda is whether it speaks the protocol of AWS Lambda, instead of that of Tencent SCF.
	isLambda bool
	// begun is closed when the first byte of a streamed body has come.
	begun chan struct{}
	// startFault is what a function has said that cannot start, and kinds the types of errors.
	startFault string
	kinds      []string
}

// newPlatform starts one, for the function whose environment is set to find it.
func newPlatform(t *testing.T, isLambda bool, steps ...step) *platform {
	t.Helper()
	p := &platform{t: t, steps: steps, timeLimit: "3000", stopping: make(chan func(), 1),
		isLambda: isLambda}
	mux := http.NewServeMux()
	if isLambda {
		const base = "/2018-06-01/runtime"
		mux.HandleFunc("GET "+base+"/invocation/next", p.next)
		mux.HandleFunc("POST "+base+"/invocation/7d1fe9d8/response", p.receive)
		mux.HandleFunc("POST "+base+"/invocation/7d1fe9d8/error", p.receive)
		mux.HandleFunc("POST "+base+"/init/error", func(w http.ResponseWriter, r *http.Request) {
			p.startFault, _ = p.fault(r)
			w.WriteHeader(http.StatusAccepted)
		})
	} else {
		mux.HandleFunc("POST /runtime/init/ready", func(http.ResponseWriter, *http.Request) {})
		mux.HandleFunc("GET /runtime/invocation/next", p.next)
		mux.HandleFunc("POST /runtime/invocation/response", p.receive)
		mux.HandleFunc("POST /runtime/invocation/error", p.receive)
	}
	mux.HandleFunc("/", func(_ http.ResponseWriter,
		r *http.Request) {
		t.Errorf("%s %s", r.Method, r.URL)
	})
	server := httptest.NewUnstartedServer(mux)
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			p.connections.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	p.address = server.Listener.Addr().(*net.TCPAddr)
	if isLambda {
		t.Setenv("AWS_LAMBDA_RUNTIME_API", p.address.String())
		t.Setenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
		return p
	}
	t.Setenv("SCF_RUNTIME_API", p.address.IP.String())
	t.Setenv("SCF_RUNTIME_API_PORT", p.address.AddrPort().String()[len(p.address.IP.String())+1:])
	return p
}

func (p *platform) stop() {
	stop := <-p.stopping
	p.stopping <- stop
	stop()
}

func (p *platform) next(w http.ResponseWriter, r *http.Request) {
	if p.at == len(p.steps) {
		p.stop()
		<-r.Context().Done()
		return
	}
	step := p.steps[p.at]
	switch step.does {
	case dropNext:
		p.at++
		panic(http.ErrAbortHandler)
	case refuseNext:
		p.at++
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	if p.isOut {
		p.t.Errorf("step %d: the event is asked for again", p.at)
	}
	p.isOut = true
	p.head(w.Header())
	if step.does == stopInside {
		w.(http.Flusher).Flush()
		time.Sleep(50 * time.Millisecond)
		p.stop()
		time.Sleep(50 * time.Millisecond)
	}
	if step.does == endless {
		for err := error(nil); err == nil; {
			_, err = w.Write(make([]byte, 1<<16))
		}
		return
	}
	io.WriteString(w, step.event)
}

// head writes the headers of an event.
func (p *platform) head(header http.Header) {
	if !p.isLambda {
		header["request_id"] = []string{"7d1fe9d8"}
		header["memory_limit_in_mb"] = []string{"128"}
		header["time_limit_in_ms"] = []string{p.timeLimit}
		return
	}
	header.Set("Lambda-Runtime-Aws-Request-Id", "7d1fe9d8")
	if limit, err := strconv.Atoi(p.timeLimit); err == nil {
		deadline := time.Now().Add(time.Duration(limit) * time.Millisecond).UnixMilli()
		header.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(deadline, 10))
	}
	header.Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:a:1:function:f")
	header.Set("Lambda-Runtime-Trace-Id", "Root=1-2-3")
	header.Set("Lambda-Runtime-Client-Context", `{"client":{}}`)
	header.Set("Lambda-Runtime-Cognito-Identity", `{"cognitoIdentityId":"i"}`)
}

// stream reads a response in a stream, and the error in its trailers. It passes on that the first
// byte of the body has come.
func (p *platform) stream(r *http.Request) (body, contentType string) {
	var all []byte
	for {
		piece := make([]byte, 4096)
		n, err := r.Body.Read(piece)
		all = append(all, piece[:n]...)
		if _, rest, found := strings.Cut(string(all), "\x00\x00\x00\x00\x00\x00\x00\x00"); found &&
			rest != "" && p.begun != nil {
			close(p.begun)
			p.begun = nil
		}
		if err != nil {
			break
		}
	}
	message := ""
	if text := r.Trailer.Get("Lambda-Runtime-Function-Error-Body"); text != "" {
		report, err := base64.StdEncoding.DecodeString(text)
		var fault struct {
			Message string `json:"errorMessage"`
			Kind    string `json:"errorType"`
		}
		if err != nil || json.Unmarshal(report, &fault) != nil ||
			fault.Kind != r.Trailer.Get("Lambda-Runtime-Function-Error-Type") {
			p.t.Errorf("%v %q", err, r.Trailer)
		}
		message = fault.Message
	}
	if message != p.steps[p.at].fault {
		p.t.Errorf("step %d: %q, not %q", p.at, message, p.steps[p.at].fault)
	}
	return string(all), r.Header.Get("Content-Type")
}

// fault reads the message of an error and its content type.
func (p *platform) fault(r *http.Request) (message, contentType string) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		p.t.Error(err)
	}
	if !p.isLambda {
		return string(body), r.Header.Get("Content-Type")
	}
	var fault struct {
		Message string   `json:"errorMessage"`
		Kind    string   `json:"errorType"`
		Stack   []string `json:"stackTrace"`
	}
	if err := json.Unmarshal(body, &fault); err != nil {
		p.t.Errorf("%v: %s", err, body)
	}
	kind := r.Header.Get("Lambda-Runtime-Function-Error-Type")
	if fault.Kind != kind || kind == "" || (len(fault.Stack) > 0) != (kind == "Runtime.Panic") {
		p.t.Errorf("%q: %s", kind, body)
	}
	p.kinds = append(p.kinds, kind)
	return fault.Message, r.Header.Get("Content-Type")
}

func (p *platform) receive(w http.ResponseWriter, r *http.Request) {
	step := p.steps[p.at]
	var got, kind, want, wantKind string
	if r.Header.Get("Lambda-Runtime-Function-Response-Mode") == "streaming" {
		got, kind = p.stream(r)
		want, wantKind = step.response, "application/vnd.awslambda.http-integration-response"
	} else if strings.HasSuffix(r.URL.Path, "/error") {
		got, kind = p.fault(r)
		want, wantKind = step.fault, "text/plain; charset=utf-8"
		if p.isLambda {
			wantKind = "application/json"
		}
	} else {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			p.t.Error(err)
		}
		got, kind = string(body), r.Header.Get("Content-Type")
		want, wantKind = step.response, "application/json"
	}
	if id := r.Header.Get("request_id"); !p.isLambda && id != "7d1fe9d8" {
		p.t.Errorf("step %d, %s: the response is for the event %q", p.at, r.URL.Path, id)
	}
	if got != want || want == "" || kind != wantKind {
		p.t.Errorf("step %d, %s: %q\n got %.300q\nwant %.300q", p.at, r.URL.Path, kind, got, want)
	}
	switch {
	case step.does == dropResponse && !p.isAgain:
		p.isAgain = true
		panic(http.ErrAbortHandler)
	case step.does == refuseResponse && !p.isAgain:
		p.isAgain = true
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	case step.does == stopBefore:
		p.stop()
	}
	p.at++
	p.isOut, p.isAgain = false, false
	if p.isLambda {
		w.WriteHeader(http.StatusAccepted)
	}
}

// done fails the test unless all steps have been gone through.
func (p *platform) done() {
	p.t.Helper()
	if p.at != len(p.steps) {
		p.t.Errorf("%d of %d steps", p.at, len(p.steps))
	}
}

// context is one that the platform ends when it stops the function.
func (p *platform) context() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	p.stopping <- cancel
	p.t.Cleanup(cancel)
	return ctx
}
