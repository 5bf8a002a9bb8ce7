package runtime

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"apigw"
)

// StartStream is [Start] for a handler whose response is sent as it writes it: a flush sends what
// has been written. It is for functions whose caller takes a stream, such as a Function URL with
// RESPONSE_STREAM. On Tencent SCF, which takes none, it is [Start].
//
// A handler that panics after it has begun to write is reported, and the response is cut short for
// the client.
func StartStream(handler http.Handler) {
	startServing(func(ctx context.Context) error { return ServeStream(ctx, handler) })
}

// ServeStream is [Serve] for a handler whose response is sent as it writes it: see [StartStream].
func ServeStream(ctx context.Context, handler http.Handler) error {
	client := newClient()
	if !client.takesStreams {
		return Serve(ctx, HTTP(handler))
	}
	return client.serve(ctx, func(event []byte, invocation Invocation) error {
		writer := &streamWriter{client: client, header: http.Header{}}
		_, fault := handle(ctx, writer.handler(handler), event, invocation)
		return writer.finish(fault)
	})
}

// streamWriter is a [http.ResponseWriter] that sends what is written to the platform, in chunks.
type streamWriter struct {
	client  *client
	header  http.Header
	hasBody bool
	isHead  bool
	// hasBegun is whether the platform has the head, and fault why it gets no more.
	hasBegun bool
	fault    error
}

// handler returns a handler of events that passes requests to another one.
func (w *streamWriter) handler(handler http.Handler) Handler {
	return func(ctx context.Context, data []byte) ([]byte, error) {
		event, err := apigw.Decode(data)
		if err != nil {
			return nil, err
		}
		request, err := event.Request(ctx)
		if err != nil {
			return nil, err
		}
		w.isHead = request.Method == http.MethodHead
		handler.ServeHTTP(w, request)
		w.WriteHeader(http.StatusOK)
		return nil, nil
	}
}

func (w *streamWriter) Header() http.Header {
	return w.header
}

// prelude is what comes before the body
// (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-custom.html).
type prelude struct {
	StatusCode int               `json:"statusCode"`
	Headers    map[string]string `json:"headers"`
	Cookies    []string          `json:"cookies"`
}

const streamHead = "POST %s HTTP/1.1\r\nHost: %s\r\n" +
	"Content-Type: application/vnd.awslambda.http-integration-response\r\n" +
	"Lambda-Runtime-Function-Response-Mode: streaming\r\n" +
	"Transfer-Encoding: chunked\r\n" +
	"Trailer: Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body\r\n\r\n"

// WriteHeader sends the status and the headers of this moment, the first time that it is called.
func (w *streamWriter) WriteHeader(status int) {
	isInformation := 100 <= status && status < 200 && status != http.StatusSwitchingProtocols
	if w.hasBegun || isInformation {
		return
	}
	w.hasBegun = true
	w.hasBody = !w.isHead && status != http.StatusNoContent && status != http.StatusNotModified
	head := prelude{status, map[string]string{}, w.header["Set-Cookie"]}
	for name, values := range w.header {
		switch name {
		case "Set-Cookie", "Content-Length", "Transfer-Encoding":
			// Cookies have a list, and the gateway frames the body.
		default:
			head.Headers[name] = strings.Join(values, ", ")
		}
	}
	// Strings and numbers always become JSON.
	text, _ := json.Marshal(head)
	c := w.client
	if w.fault = c.connect(context.Background()); w.fault != nil {
		return
	}
	// The writer keeps the first error.
	fmt.Fprintf(c.writer, streamHead, c.path(c.response), c.address)
	w.chunk(append(text, make([]byte, 8)...))
}

func (w *streamWriter) chunk(data []byte) {
	if w.fault != nil || len(data) == 0 {
		return
	}
	w.client.connection.SetDeadline(time.Now().Add(transferTime))
	fmt.Fprintf(w.client.writer, "%x\r\n", len(data))
	w.client.writer.Write(data)
	_, w.fault = w.client.writer.WriteString("\r\n")
}

func (w *streamWriter) Write(data []byte) (int, error) {
	if _, found := w.header["Content-Type"]; !found && !w.hasBegun {
		w.header.Set("Content-Type", http.DetectContentType(data))
	}
	w.WriteHeader(http.StatusOK)
	if !w.hasBody {
		if w.isHead {
			return len(data), nil
		}
		return 0, http.ErrBodyNotAllowed
	}
	w.chunk(data)
	if w.fault != nil {
		return 0, w.fault
	}
	return len(data), nil
}

// Flush sends what has been written.
func (w *streamWriter) Flush() {
	w.WriteHeader(http.StatusOK)
	if w.fault == nil {
		w.fault = w.client.writer.Flush()
	}
}

// finish ends the response, or reports why there is none.
func (w *streamWriter) finish(fault error) error {
	c := w.client
	if !w.hasBegun {
		return c.respond(nil, fault)
	}
	if fault != nil {
		logger.Print(fault)
	}
	status := c.accepted
	if w.fault == nil {
		status, w.fault = w.end(fault)
	}
	if w.fault != nil {
		// It cannot be sent again. The next request finds out whether the platform is there.
		c.close()
		logger.Print("the streamed response is lost: ", w.fault)
		return nil
	}
	if status != c.accepted {
		return c.respond(nil, fmt.Errorf("the platform returned %d for a streamed response", status))
	}
	return nil
}

// end writes the last chunk, with the error of a handler, and returns the status of the reply.
func (w *streamWriter) end(fault error) (status int, err error) {
	c := w.client
	var trailers bytes.Buffer
	if fault != nil {
		report := c.report(fault)
		fmt.Fprintf(&trailers, "Lambda-Runtime-Function-Error-Type: %s\r\n", report.kind)
		fmt.Fprintf(&trailers, "Lambda-Runtime-Function-Error-Body: %s\r\n",
			base64.StdEncoding.EncodeToString(report.body))
	}
	fmt.Fprintf(c.writer, "0\r\n%s\r\n", trailers.Bytes())
	if err := c.writer.Flush(); err != nil {
		return 0, err
	}
	c.connection.SetDeadline(time.Now().Add(transferTime))
	if err := c.await(context.Background()); err != nil {
		return 0, err
	}
	response, err := c.receive(false, io.Discard)
	return response.StatusCode, err
}
