//go:build cgo

package apigw

import (
	"context"
	"maps"
	"net/http"
)

// Handle decodes an event, has a handler serve it as a request, and encodes what it has written:
//
//	response, err := apigw.Handle(ctx, http.DefaultServeMux, data)
//
// The handler finds the event with [FromContext]. As with a server of net/http, the status is 200
// unless the handler writes another, and the content type is detected if the handler sets none.
// Nothing is sent before the handler returns, and its panic is the caller's. An error is that of
// decoding, of [Event.Request], or of encoding.
func Handle(ctx context.Context, handler http.Handler, data []byte) ([]byte, error) {
	event, err := Decode(data)
	if err != nil {
		return nil, err
	}
	request, err := event.Request(ctx)
	if err != nil {
		return nil, err
	}
	recorder := recorder{header: http.Header{}, isHead: request.Method == http.MethodHead}
	handler.ServeHTTP(&recorder, request)
	recorder.WriteHeader(http.StatusOK)
	recorder.response.Dialect = event.Dialect()
	return recorder.response.Encode()
}

// recorder is a [http.ResponseWriter] that keeps what is written.
type recorder struct {
	header    http.Header
	isWritten bool
	isHead    bool
	response  Response
}

func (r *recorder) Header() http.Header {
	return r.header
}

// WriteHeader keeps the status and the headers of this moment, the first time that it is called.
func (r *recorder) WriteHeader(status int) {
	isInformation := 100 <= status && status < 200 && status != http.StatusSwitchingProtocols
	if r.isWritten || isInformation {
		return
	}
	r.isWritten = true
	r.response.StatusCode = status
	r.response.Header = maps.Clone(r.header)
	// The gateway frames the body.
	delete(r.response.Header, "Transfer-Encoding")
}

func (r *recorder) Write(data []byte) (int, error) {
	if _, found := r.header["Content-Type"]; !found && !r.isWritten {
		r.header.Set("Content-Type", http.DetectContentType(data))
	}
	r.WriteHeader(http.StatusOK)
	switch status := r.response.StatusCode; {
	case status == http.StatusNoContent || status == http.StatusNotModified:
		return 0, http.ErrBodyNotAllowed
	case !r.isHead:
		r.response.Body = append(r.response.Body, data...)
	}
	return len(data), nil
}

// Flush is there for handlers that demand an [http.Flusher].
func (r *recorder) Flush() {
	r.WriteHeader(http.StatusOK)
}
