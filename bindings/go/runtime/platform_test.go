package runtime_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
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
}

// newPlatform starts one, for the function whose environment is set to find it.
func newPlatform(t *testing.T, steps ...step) *platform {
	t.Helper()
	p := &platform{t: t, steps: steps, timeLimit: "3000", stopping: make(chan func(), 1)}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /runtime/init/ready", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("GET /runtime/invocation/next", p.next)
	mux.HandleFunc("POST /runtime/invocation/response", p.receive)
	mux.HandleFunc("POST /runtime/invocation/error", p.receive)
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
	w.Header()["request_id"] = []string{"7d1fe9d8"}
	w.Header()["memory_limit_in_mb"] = []string{"128"}
	w.Header()["time_limit_in_ms"] = []string{p.timeLimit}
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

func (p *platform) receive(w http.ResponseWriter, r *http.Request) {
	got, err := io.ReadAll(r.Body)
	if err != nil {
		p.t.Error(err)
	}
	step := p.steps[p.at]
	want, wantType := step.response, "application/json"
	if r.URL.Path == "/runtime/invocation/error" {
		want, wantType = step.fault, "text/plain; charset=utf-8"
	}
	if id := r.Header.Get("request_id"); id != "7d1fe9d8" {
		p.t.Errorf("step %d, %s: the response is for the event %q", p.at, r.URL.Path, id)
	}
	if string(got) != want || want == "" || r.Header.Get("Content-Type") != wantType {
		p.t.Errorf("step %d, %s: %q\n got %.300q\nwant %.300q", p.at, r.URL.Path,
			r.Header.Get("Content-Type"), got, want)
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
