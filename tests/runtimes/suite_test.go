package runtimes

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// The sizes of the largest body of a request, as text and in base64, and of the largest body of a
// response. The event and the output of the function have at most 6 MiB
// (https://cloud.tencent.com/document/product/583/11637).
const (
	largest         = 6 << 20
	largestBinary   = largest / 4 * 3
	largestResponse = largest - len(`{"isBase64Encoded":false,"statusCode":200,`+
		`"headers":{"content-type":"text/plain"},"body":""}`)
)

var (
	ok = request{target: "/", want: "ok", headers: http.Header{"Content-Type": {"text/plain"}}}
	// The response of the gateway if the output of the function is not a response
	// (https://cloud.tencent.com/document/product/583/12513).
	invalid = `{"errno":403,` +
		`"error":"Invalid scf response format. please check your scf response format."}`
)

func describe(method, target, want string) request {
	return request{method: method, target: target, probe: "describe", want: want}
}

func TestRequestsGetTheSameResponses(t *testing.T) {
	chinese := "name=" + "%E7%8C%AB"
	requests := []request{
		ok,
		describe("GET", "/", "GET / / release\nbody absent 0\n"),
		describe("POST", "/", "POST / / release\nbody text 0\n"),
		describe("PUT", "/a/b?x=1", "PUT /a/b / release\nquery x=1\nbody text 0\n"),
		describe("DELETE", "/a%20b", "DELETE /a%20b / release\nbody absent 0\n"),
		describe("PATCH", "//a//", "PATCH //a// / release\nbody text 0\n"),
		describe("OPTIONS", "/", "OPTIONS / / release\nbody absent 0\n"),
		describe("BREW", "/", "BREW / / release\nbody absent 0\n"),
		{method: "HEAD", target: "/", headers: ok.headers},
		describe("GET", "/cats/tom",
			"GET /cats/tom /cats/{name} release\nparameter name=tom\nbody absent 0\n"),
		describe("GET", "/?flag", "GET / / release\nquery flag=\nbody absent 0\n"),
		describe("GET", "/?a=1&b=2&a=3&a",
			"GET / / release\nquery a=1\nquery a=3\nquery a=\nquery b=2\nbody absent 0\n"),
		describe("GET", "/?a=%26%3D%00&b=x+y&c=%22%5C",
			"GET / / release\nquery a=&=\x00\nquery b=x y\nquery c=\"\\\nbody absent 0\n"),
		describe("GET", "/?"+chinese, "GET / / release\nquery name=猫\nbody absent 0\n"),
		describe("GET", "/?%ff=%ff", "GET / / release\nquery \ufffd=\ufffd\nbody absent 0\n"),
		{method: "GET", target: "/", probe: "describe",
			header: http.Header{"x-test-b": {"1", "2"}, "X-TEST-A": {`"\` + "\t"}},
			pattern: `\AGET / / release\n(header x-test-a="\\\nheader x-test-b=1, 2|` +
				`header x-test-b=1, 2\nheader x-test-a="\\)\nbody absent 0\n\z`},
		{target: "/", probe: "echo",
			body: "a\x00\"\\\n\u732b\U0001f63a", want: "a\x00\"\\\n\u732b\U0001f63a"},
		{target: "/", probe: "echo", body: `{"json":"\u0000"}`, want: `{"json":"\u0000"}`},
		{target: "/", probe: "echo", body: "not \xff UTF-8", want: "not \ufffd UTF-8"},
		{target: "/binary", probe: "echo", body: "all \xff\x00\xfe bytes", want: "all \xff\x00\xfe bytes",
			headers: http.Header{"Content-Type": {"application/octet-stream"}}},
		{target: "/binary", probe: "describe", body: "\xff",
			want: "POST /binary /binary release\nbody base64 1\n"},
		{target: "/", probe: "cookies", status: 418,
			headers: http.Header{"Set-Cookie": {"a=1", "b=2"}, "X-Empty": {""}}},
		{target: "/pass", want: `{"isBase64Encoded":false,"statusCode":200,` +
			`"headers":{"content-type":"text/plain"},"body":"ok"}`,
			headers: http.Header{"Content-Type": {"application/json"}}},
		{target: "/pass", probe: "text", want: `"no response"`},
	}
	inEachLanguage(t, func(t *testing.T, g *gateway) {
		for _, r := range requests {
			g.check(t, r)
		}
	})
}

func TestBodiesOfAllSizes(t *testing.T) {
	inEachLanguage(t, func(t *testing.T, g *gateway) {
		for _, size := range []int{0, 1, 2, 3, 63, 64, 65, 4095, 65536, 1 << 20, largestResponse} {
			text := strings.Repeat("a", size)
			g.check(t, request{target: fmt.Sprintf("/?n=%d", size), probe: "size", want: text})
			g.check(t, request{target: "/", probe: "describe", body: text,
				want: fmt.Sprintf("POST / / release\nbody text %d\n", size)})
		}
		for _, size := range []int{1, 2, 3, 64, 1000, 1 << 20, 4 << 20} {
			bytes := strings.Repeat("\xff\x00\x80", size/3) + "\xff\x00\x80"[:size%3]
			g.check(t, request{target: "/binary", probe: "echo", body: bytes, want: bytes})
		}
		for path, size := range map[string]int{"/": largest, "/binary": largestBinary} {
			kind := map[string]string{"/": "text", "/binary": "base64"}[path]
			g.check(t, request{target: path, probe: "describe", body: strings.Repeat("a", size),
				want: fmt.Sprintf("POST %s %s release\nbody %s %d\n", path, path, kind, size)})
			g.check(t, request{target: path, probe: "describe", body: strings.Repeat("a", size+1),
				status: 413, pattern: fmt.Sprintf("the body is longer than %d bytes", size)})
			g.check(t, ok)
		}
		g.check(t, request{target: fmt.Sprintf("/?n=%d", largestResponse+1), probe: "size", status: 502,
			pattern: "the response is longer than the limit"})
		g.check(t, ok)
	})
}

func TestBadResponsesAndFailures(t *testing.T) {
	inEachLanguage(t, func(t *testing.T, g *gateway) {
		g.check(t, request{target: "/", probe: "text", status: 403, want: invalid})
		g.check(t, request{target: "/", probe: "object", status: 403, want: invalid})
		g.check(t, request{target: "/", probe: "fail", status: 502,
			pattern: `"errorMessage":"user code exception caught".*` +
				`"stackTrace":".*no cat.*"statusCode":430`})
		g.check(t, ok)
		// The later requests reach a function that has only just started.
		for range 5 {
			g.check(t, request{target: "/", probe: "crash", status: 502,
				pattern: `"errorMessage":"the function crashed: .*3.*"statusCode":430`})
			g.check(t, ok)
		}
	})
}

func TestTimeouts(t *testing.T) {
	inEachLanguage(t, func(t *testing.T, g *gateway) {
		// The timeout of the function, which the client gets with status 200, and that of the
		// gateway, which is a 504.
		g.check(t, request{target: "/", probe: "slow", pattern: `"statusCode":433`})
		g.check(t, ok)
		g.check(t, request{target: "/short", probe: "slow", status: 504,
			pattern: "did not .* in 1 second"})
		g.check(t, ok)
	})
}

func TestAThousandClientsGetTheirOwnResponses(t *testing.T) {
	inEachLanguage(t, func(t *testing.T, g *gateway) {
		var clients sync.WaitGroup
		for client := range 1000 {
			clients.Go(func() {
				for n := range 3 {
					body := fmt.Sprintf("client %d, request %d", client, n)
					if err := g.try(request{target: "/", probe: "echo", body: body, want: body}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		clients.Wait()
		g.check(t, ok)
	}, "--concurrency", "2")
}

// TestKilledUnderLoad kills the function repeatedly while clients send requests. Each client gets a
// response, and only the one whose event the function had gets an error.
func TestKilledUnderLoad(t *testing.T) {
	const clients, kills = 50, 6
	inEachLanguage(t, func(t *testing.T, g *gateway) {
		var responded, crashed atomic.Int32
		var isOver atomic.Bool
		var all sync.WaitGroup
		for client := range clients {
			all.Go(func() {
				for n := 0; !isOver.Load(); n++ {
					body := fmt.Sprintf("client %d, request %d", client, n)
					response, got, err := g.send(request{target: "/", probe: "echo", body: body})
					switch {
					case err != nil:
						t.Error(err)
						return
					case response.StatusCode == http.StatusOK && got == body:
						responded.Add(1)
					case response.StatusCode == http.StatusBadGateway &&
						strings.Contains(got, "the function crashed"):
						crashed.Add(1)
					default:
						t.Errorf("%d %q", response.StatusCode, got)
						return
					}
				}
			})
		}
		killed := 0
		for deadline := time.Now().Add(30 * time.Second); killed < kills && time.Now().Before(deadline); {
			// Only a function that has responded is killed, not one that is starting.
			for before := responded.Load(); responded.Load() < before+100 && time.Now().Before(deadline); {
				time.Sleep(5 * time.Millisecond)
			}
			processes, err := g.functions()
			if err != nil {
				t.Error(err)
				break
			}
			if len(processes) == 1 && syscall.Kill(processes[0], syscall.SIGKILL) == nil {
				killed++
				// Another request may fail until the process has ended.
				for syscall.Kill(processes[0], 0) == nil && time.Now().Before(deadline) {
					time.Sleep(time.Millisecond)
				}
			}
		}
		isOver.Store(true)
		all.Wait()
		if killed != kills || responded.Load() < 100*kills || crashed.Load() > kills {
			t.Errorf("%d kills, %d responses, %d crashes", killed, responded.Load(), crashed.Load())
		}
		g.check(t, ok)
	})
}
