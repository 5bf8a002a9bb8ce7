package runtime_test

import (
	"context"
	"fmt"
	"net/http"

	"apigw"
	"apigw/runtime"
)

// A function that serves requests. [runtime.Start] calls the handler for each event; here it is
// called by hand.
func ExampleHTTP() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /cats/{name}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, r.PathValue("name"))
	})
	handler := runtime.HTTP(mux)
	response, err := handler(context.Background(), []byte(`{"httpMethod":"GET","path":"/cats/tom"}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(string(response))
	// Output:
	// {"isBase64Encoded":false,"statusCode":200,"headers":{"Content-Type":"text/html"},"body":"tom"}
}

// A function of events. [runtime.StartFunc] calls it for each event; here it is called by hand.
func ExampleFunc() {
	handler := runtime.Func(func(_ context.Context, event apigw.Event) (apigw.Response, error) {
		return apigw.Response{Body: []byte("hello " + event.Query().Get("name"))}, nil
	})
	response, err := handler(context.Background(), []byte(`{"path":"/","queryString":{"name":"tom"}}`))
	fmt.Println(string(response), err)
	// Output:
	// {"isBase64Encoded":false,"statusCode":200,"headers":{},"body":"hello tom"} <nil>
}
