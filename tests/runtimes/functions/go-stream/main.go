// A function that sends its response in three pieces, with pauses.
package main

import (
	"fmt"
	"net/http"
	"time"

	"apigw/runtime"
)

func main() {
	runtime.StartStream(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		w.Header()["Set-Cookie"] = []string{"a=1", "b=2"}
		w.WriteHeader(http.StatusCreated)
		for number := range 3 {
			fmt.Fprintf(w, "piece %d\n", number)
			w.(http.Flusher).Flush()
			time.Sleep(300 * time.Millisecond)
		}
	}))
}
