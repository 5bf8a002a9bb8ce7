package apigw_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"

	"apigw"
)

func Example() {
	event, err := apigw.Decode([]byte(`{"httpMethod":"GET","path":"/cats",
		"headers":{"host":"example.com"},
		"queryString":{"tag":["black","white"],"tame":true},"body":"hello"}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(event.Method(), event.Path(), event.Header("Host"), event.Body())
	for name, value := range event.Query() {
		fmt.Printf("%s=%q\n", name, value)
	}
	fmt.Println(event.Query().Get("tag"), event.Query().Values("tag"))
	// Output:
	// GET /cats example.com hello
	// tag="black"
	// tag="white"
	// tame=""
	// black [black white]
}

func ExampleError() {
	_, err := apigw.Decode([]byte(`{"headers":7}`))
	fmt.Println(err)
	var fault *apigw.Error
	if errors.As(err, &fault) {
		fmt.Println(fault.Code.Name(), fault.Offset, fault.Member)
	}
	fmt.Println(errors.Is(err, apigw.ErrWrongType))
	// Output:
	// apigw: error 33 at byte 11 (headers): the member's value has the wrong type
	// wrong-type 11 headers
	// true
}

func ExampleDecoder_DecodeInto() {
	decoder := apigw.NewDecoder()
	// The runtime reads each event into the same buffer.
	buffer := make([]byte, 0, 64<<10)
	var event apigw.Event
	for _, text := range []string{`{"path":"/cats"}`, `{"path":"/\u0064ogs"}`} {
		buffer = append(buffer[:0], text...)
		if err := decoder.DecodeInto(&event, buffer); err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(event.Path())
	}
	// Output:
	// /cats
	// /dogs
}

func ExampleEvent_LogValue() {
	withoutTime := func(groups []string, attr slog.Attr) slog.Attr {
		if attr.Key == slog.TimeKey && len(groups) == 0 {
			return slog.Attr{}
		}
		return attr
	}
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: withoutTime}))
	event, err := apigw.Decode([]byte(`{"httpMethod":"GET","path":"/",
		"headers":{"cookie":"secret"},
		"requestContext":{"sourceIp":"192.0.2.1"}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	logger.Info("cat", "e", event)
	// Output:
	// level=INFO msg=cat e.dialect=unknown e.method=GET e.path=/ e.source_ip=192.0.2.1 e.body_len=0
}

func ExampleEvent_AppendJSON() {
	event, err := apigw.Decode([]byte(`{"path":"/","queryString":{"all":true},"more":{"user":7}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(event.AppendJSON(nil)))
	// Output:
	// {"dialect":"tencent-function-url","path":"/","query":[["all",null]],"extras":[["more","{\"user\":7}"]]}
}

func ExampleHandle() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /cats/{name}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, r.PathValue("name"), r.FormValue("n"))
	})
	response, err := apigw.Handle(context.Background(), mux,
		[]byte(`{"httpMethod":"GET","path":"/cats/tom","queryString":{"n":"7"}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(response))
	// Output:
	// {"isBase64Encoded":false,"statusCode":200,"headers":{"Content-Type":"text/html"},"body":"tom7"}
}

func ExampleResponse_Encode() {
	response, err := apigw.Response{
		StatusCode: http.StatusNotFound,
		Header:     http.Header{"Set-Cookie": {"a=1", "b=2"}},
		Body:       []byte("gone"),
	}.Encode()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(response))
	// Output:
	// {"isBase64Encoded":false,"statusCode":404,"headers":{"Set-Cookie":["a=1","b=2"]},"body":"gone"}
}

func ExampleEvent_JSON() {
	event, err := apigw.Decode([]byte(`{"body":"{\"cats\":[{\"name\":\"tom\",\"age\":7}]}"}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	document, err := event.JSON()
	if err != nil {
		fmt.Println(err)
		return
	}
	name, _ := document.Get("cats").At(0).Get("name").Text()
	age, isInt := document.Pointer("/cats/0/age").Int()
	fmt.Println(name, age, isInt, document.Get("dogs").Kind())
	// Output:
	// tom 7 true absent
}

func ExampleEvent_Form() {
	event, err := apigw.Decode([]byte(`{"body":"name=tom+cat&tag=%23grey"}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	form, err := event.Form()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(form.Get("name"), form.Get("tag"))
	// Output:
	// tom cat #grey
}
