package runtime_test

import (
	"fmt"
	"io"
	"net/http"
	"testing"

	"apigw/runtime"
)

// streams are handlers that write and flush.
func streams(begun chan struct{}) *http.ServeMux {
	mux := http.NewServeMux()
	mux.HandleFunc("/pieces", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Add("Set-Cookie", "a=1")
		w.Header().Add("Set-Cookie", "b=2")
		w.Header()["Vary"] = []string{"a", "b"}
		w.Header().Set("Content-Type", "text/plain")
		w.WriteHeader(http.StatusCreated)
		io.WriteString(w, "first;")
		w.(http.Flusher).Flush()
		<-begun
		io.WriteString(w, "second")
	})
	mux.HandleFunc("/nothing", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("/detected", func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, "<html>")
	})
	mux.HandleFunc("/no-content", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
		_, err := io.WriteString(w, "a")
		if err != http.ErrBodyNotAllowed {
			panic(err)
		}
	})
	mux.HandleFunc("/panic", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, "first")
		panic("no cat")
	})
	mux.HandleFunc("/early", func(http.ResponseWriter, *http.Request) { panic("no cat") })
	return mux
}

func TestAResponseIsStreamed(t *testing.T) {
	const end = "\x00\x00\x00\x00\x00\x00\x00\x00"
	head := func(status int, headers string) string {
		return fmt.Sprintf(`{"statusCode":%d,"headers":{%s},"cookies":null}`, status, headers) + end
	}
	text := `"Content-Type":"text/plain; charset=utf-8"`
	pieces := `{"statusCode":201,"headers":{"Content-Type":"text/plain","Vary":"a, b"},` +
		`"cookies":["a=1","b=2"]}` + end + "first;second"
	platform := newPlatform(t, true,
		step{event: event("/pieces"), response: pieces},
		step{event: event("/nothing"), response: head(200, "")},
		step{event: event("/detected"),
			response: head(200, `"Content-Type":"text/html; charset=utf-8"`) + "<html>"},
		step{event: event("/no-content"), response: head(204, "")},
		step{event: event("/panic"), response: head(200, text) + "first", fault: "panic: no cat"},
		step{event: event("/early"), fault: "panic: no cat"},
		step{event: "[]",
			fault: "apigw: error 32 at byte 0: an event is a JSON object, this document is not"},
		step{event: event("/nothing"), response: head(200, "")},
	)
	platform.begun = make(chan struct{})
	if err := runtime.ServeStream(platform.context(), streams(platform.begun)); err != nil {
		t.Fatal(err)
	}
	platform.done()
}

func TestAResponseIsWholeForSCF(t *testing.T) {
	begun := make(chan struct{})
	close(begun)
	platform := newPlatform(t, false, step{event: event("/pieces"),
		response: `{"isBase64Encoded":false,"statusCode":201,"headers":{"Content-Type":"text/plain",` +
			`"Set-Cookie":["a=1","b=2"],"Vary":["a","b"]},"body":"first;second"}`})
	if err := runtime.ServeStream(platform.context(), streams(begun)); err != nil {
		t.Fatal(err)
	}
	platform.done()
}
