// The function of the suite in Go. ../c/probe.c and ../node/index.cjs do the same. The header
// x-probe selects what it does.
package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"apigw"
	"apigw/runtime"
)

func main() {
	runtime.StartFunc(probe)
}

func probe(_ context.Context, event apigw.Event) (runtime.Result, error) {
	switch event.Header("x-probe") {
	case "describe":
		return describe(event)
	case "echo":
		body, err := event.Bytes()
		return respond("application/octet-stream", body), err
	case "cookies":
		header := http.Header{"Set-Cookie": {"a=1", "b=2"}, "X-Empty": {""}}
		return apigw.Response{StatusCode: http.StatusTeapot, Header: header}, nil
	case "size":
		n, err := strconv.Atoi(event.Query().Get("n"))
		return respond("text/plain", []byte(strings.Repeat("a", n))), err
	case "text":
		return runtime.Raw(`"no response"`), nil
	case "object":
		return runtime.Raw(`{"a":1}`), nil
	case "fail":
		return nil, errors.New("no cat")
	case "crash":
		os.Exit(3)
	case "slow":
		time.Sleep(4 * time.Second)
	}
	return respond("text/plain", []byte("ok")), nil
}

func respond(contentType string, body []byte) apigw.Response {
	return apigw.Response{Header: http.Header{"content-type": {contentType}}, Body: body}
}

func describe(event apigw.Event) (runtime.Result, error) {
	var text strings.Builder
	fmt.Fprintln(&text, event.Method(), event.Path(), event.Route(), event.Stage())
	for name, value := range event.PathParameters() {
		fmt.Fprintf(&text, "parameter %s=%s\n", name, value)
	}
	for name, value := range event.Query() {
		fmt.Fprintf(&text, "query %s=%s\n", name, value)
	}
	for name, value := range event.Headers() {
		if strings.HasPrefix(name, "x-test") {
			fmt.Fprintf(&text, "header %s=%s\n", name, value)
		}
	}
	body, err := event.Bytes()
	kinds := map[apigw.BodyKind]string{
		apigw.BodyAbsent: "absent", apigw.BodyText: "text", apigw.BodyBase64: "base64",
	}
	fmt.Fprintln(&text, "body", kinds[event.BodyKind()], len(body))
	return respond("text/plain", []byte(text.String())), err
}
