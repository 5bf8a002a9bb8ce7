// A web server that knows nothing of functions, for `apigw proxy`.
package main

import (
	"io"
	"net/http"
	"os"
)

func main() {
	handler := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		io.WriteString(w, "ok")
	}
	err := http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), http.HandlerFunc(handler))
	os.Stderr.WriteString(err.Error())
	os.Exit(1)
}
