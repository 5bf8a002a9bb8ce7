package runtimes

import (
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestTheSpecification serves the unchanged example of the specification to curl.
func TestTheSpecification(t *testing.T) {
	g := start(t, "spec")
	url := g.url + "/release/hello_world"
	output, err := exec.Command("curl", "-si", "-X", "POST", url).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, output)
	}
	head, body, _ := strings.Cut(string(output), "\r\n\r\n")
	if !strings.HasPrefix(head, "HTTP/1.1 200 OK\r\n") ||
		!strings.Contains(head, "\r\ncontent-type: text/html") || body != "hello world" {
		t.Errorf("%s", output)
	}
	if log := g.log.String(); !strings.Contains(log, "httpMethod: 'POST'") {
		t.Errorf("the function has printed %s", log)
	}
}

// TestProgramsOfTheDocuments runs the programs in the READMEs of the runtimes.
func TestProgramsOfTheDocuments(t *testing.T) {
	start(t, "readme-go").check(t, request{method: "GET", target: "/cats/tom", want: "hello tom\n",
		headers: http.Header{"Content-Type": {"text/plain; charset=utf-8"}}})
	node := start(t, "readme-node")
	for _, path := range []string{"/main", "/old"} {
		node.check(t, request{target: path, want: "hello"})
	}
	node.check(t, request{target: "/fetch", want: "hello",
		headers: http.Header{"Content-Type": {"text/plain;charset=UTF-8"}}})
	node.check(t, request{target: "/mixed?a=1", want: `{"a":"1"}`,
		headers: http.Header{"Content-Type": {"application/json"}}})
}

// TestAnotherClientOfTheProtocol runs a function on a runtime from another project, the crate
// tencent_scf. The gateway has everything that it needs, and it reads from the event what was sent.
func TestAnotherClientOfTheProtocol(t *testing.T) {
	g := start(t, "other")
	g.check(t, request{method: "PUT", target: "/cats/tom?colour=grey", body: "hello",
		header:  http.Header{"x-test": {"1"}},
		want:    "PUT /cats/tom /cats/{name} release tom grey 1 hello default other 128 3000 32",
		headers: http.Header{"X-Other": {"1", "2"}}})
	g.check(t, request{target: "/cats/panic", status: 502, pattern: "no cat"})
	g.check(t, request{method: "GET", target: "/cats/tom",
		want: "GET /cats/tom /cats/{name} release tom    default other 128 3000 32"})
}

// TestClientsOfLambda runs functions on three clients of the Lambda Runtime API that are not of
// this project: the crate lambda_runtime, aws-lambda-go and awslambdaric.
func TestClientsOfLambda(t *testing.T) {
	for _, language := range []string{"rust", "go", "python"} {
		t.Run(language, func(t *testing.T) {
			name := "lambda-" + language
			g := start(t, name)
			g.check(t, request{method: "PUT", target: "/cats/tom",
				want: "PUT tom " + name + " 128 arn:aws:lambda:ap-guangzhou:123456789012:function:" + name +
					" 32 true",
				headers: http.Header{"X-Other": {"1"}}})
			g.check(t, request{target: "/cats/panic", status: 502, pattern: `errorMessage.*no cat`})
			g.check(t, request{method: "GET", target: "/cats/tom", pattern: "^GET tom "})
		})
	}
}

// TestAStreamOfLambda lets the crate lambda_runtime stream a response: three pieces, with pauses.
func TestAStreamOfLambda(t *testing.T) {
	checkStreams(t, start(t, "lambda-stream"))
}

// TestAStreamOfARouter lets the runtime in Rust stream the response of an axum router.
func TestAStreamOfARouter(t *testing.T) {
	g := start(t, "rust-axum")
	checkStreams(t, g)
	g.check(t, request{method: "GET", target: "/cats/tom", want: "hello tom\n"})
	g.check(t, request{method: "GET", target: "/cats/tom/dick", status: 404})
}

// TestAStreamOfOurRuntimes lets the other runtimes stream a response.
func TestAStreamOfOurRuntimes(t *testing.T) {
	for _, folder := range []string{"go-stream", "node-stream"} {
		t.Run(folder, func(t *testing.T) { checkStreams(t, start(t, folder)) })
	}
}

// TestAWebServer has `apigw proxy` hand requests to a web server.
func TestAWebServer(t *testing.T) {
	for _, protocol := range []string{"scf", "lambda"} {
		t.Run(protocol, func(t *testing.T) {
			g := startFile(t, filepath.Join("proxy", protocol+".yml"))
			for range 3 {
				g.check(t, ok)
			}
		})
	}
}

func checkStreams(t *testing.T, g *gateway) {
	for range 2 {
		g.checkStream(t, "/cats/tom", 3, http.Header{"Content-Type": {"text/event-stream"},
			"Set-Cookie": {"a=1", "b=2"}})
	}
}
