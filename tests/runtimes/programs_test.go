package runtimes

import (
	"net/http"
	"os/exec"
	"strings"
	"testing"
)

// TestTheSpecification serves the example of the specification, both files as it has them, to curl.
func TestTheSpecification(t *testing.T) {
	g := start(t, "spec")
	output, err := exec.Command("curl", "-si", "-X", "POST", g.url+"/release/hello_world").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	head, body, _ := strings.Cut(string(output), "\r\n\r\n")
	if !strings.HasPrefix(head, "HTTP/1.1 200 OK\r\n") || !strings.Contains(head, "\r\ncontent-type: text/html") || body != "hello world" {
		t.Errorf("%s", output)
	}
	if log := g.log.String(); !strings.Contains(log, "httpMethod: 'POST'") {
		t.Errorf("the function has printed %s", log)
	}
}

// TestProgramsOfTheDocuments runs what the READMEs of the runtimes show.
func TestProgramsOfTheDocuments(t *testing.T) {
	text := http.Header{"Content-Type": {"text/plain; charset=utf-8"}}
	start(t, "readme-go").check(t, request{method: "GET", target: "/cats/tom", want: "hello tom\n", headers: text})
	node := start(t, "readme-node")
	for _, path := range []string{"/main", "/old"} {
		node.check(t, request{target: path, want: "hello"})
	}
	node.check(t, request{target: "/fetch", want: "hello", headers: http.Header{"Content-Type": {"text/plain;charset=UTF-8"}}})
	node.check(t, request{target: "/mixed?a=1", want: `{"a":"1"}`, headers: http.Header{"Content-Type": {"application/json"}}})
}

// TestAnotherClientOfTheProtocol runs a function on the crate tencent_scf, which is not ours: what it needs of a platform, this one
// has, and what it reads from the event is what was sent.
func TestAnotherClientOfTheProtocol(t *testing.T) {
	g := start(t, "other")
	g.check(t, request{method: "PUT", target: "/cats/tom?colour=grey", body: "hello",
		header:  http.Header{"x-test": {"1"}},
		want:    "PUT /cats/tom /cats/{name} release tom grey 1 hello default other 128 3000 32",
		headers: http.Header{"X-Other": {"1", "2"}}})
	g.check(t, request{target: "/cats/panic", status: 502, pattern: "no cat"})
	g.check(t, request{method: "GET", target: "/cats/tom", want: "GET /cats/tom /cats/{name} release tom    default other 128 3000 32"})
}
