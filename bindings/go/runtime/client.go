package runtime

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"
)

const (
	attempts   = 6
	firstPause = 50 * time.Millisecond
	// The platform accepts no larger response (https://cloud.tencent.com/document/product/583/11637).
	maxResponse = 6 << 20
	bufferSize  = 64 << 10
	// An event with a body of 6 MB of which every byte is escaped has less.
	maxEvent = 64 << 20
)

// transferTime is the time that a reply of the platform may take: from its beginning if it is an
// event, otherwise from the request.
const transferTime = time.Minute

var errEventTooLong = fmt.Errorf("the event is longer than %d bytes", maxEvent)

// client is the client's side of the runtime API: one connection, one request after the other. A
// request and its reply are in one goroutine, which takes half of the time that http.Client takes,
// and knows when the first byte has come.
type client struct {
	address    string
	connection net.Conn
	reader     *bufio.Reader
	writer     *bufio.Writer
	event      bytes.Buffer
	// requestID is that of the last event.
	requestID string
}

func newClient() *client {
	host, port := os.Getenv("SCF_RUNTIME_API"), os.Getenv("SCF_RUNTIME_API_PORT")
	if host == "" {
		host = "127.0.0.1"
	}
	if port == "" {
		port = "9001"
	}
	return &client{
		address: net.JoinHostPort(host, port),
		reader:  bufio.NewReaderSize(nil, bufferSize),
		writer:  bufio.NewWriterSize(nil, bufferSize),
	}
}

func (c *client) close() {
	if c.connection != nil {
		c.connection.Close()
		c.connection = nil
	}
}

func (c *client) ready(ctx context.Context) error {
	return c.insist(ctx, func() (int, error) {
		response, err := c.exchange(ctx, http.MethodPost, "/runtime/init/ready", "text/plain",
			[]byte(" "), io.Discard)
		return response.StatusCode, err
	})
}

// next waits for an event. Its bytes are valid until the next one.
func (c *client) next(ctx context.Context) (event []byte, invocation Invocation, err error) {
	err = c.insist(ctx, func() (int, error) {
		c.event.Reset()
		response, err := c.exchange(ctx, http.MethodGet, "/runtime/invocation/next", "", nil, &c.event)
		invocation = invocationOf(response.Header, time.Now())
		c.requestID = invocation.RequestID
		return response.StatusCode, err
	})
	return c.event.Bytes(), invocation, err
}

func invocationOf(header http.Header, arrival time.Time) Invocation {
	// 0, which means that there is none, for what is no number.
	memory, _ := strconv.ParseUint(header.Get("memory_limit_in_mb"), 10, 31)
	limit, _ := strconv.ParseUint(header.Get("time_limit_in_ms"), 10, 32)
	return Invocation{
		RequestID:   header.Get("request_id"),
		MemoryLimit: int(memory),
		TimeLimit:   time.Duration(limit) * time.Millisecond,
		arrival:     arrival,
	}
}

// respond sends the response of a handler, or why there is none.
func (c *client) respond(response []byte, fault error) error {
	if fault == nil {
		status, err := c.post("/runtime/invocation/response", "application/json", response)
		if err != nil || status == http.StatusOK {
			return err
		}
		fault = fmt.Errorf("the platform returned %d for a response of %d bytes", status, len(response))
	}
	logger.Print(fault)
	_, err := c.post("/runtime/invocation/error", "text/plain; charset=utf-8", []byte(fault.Error()))
	return err
}

// post sends a response, even if the function is being stopped.
func (c *client) post(path, contentType string, body []byte) (status int, err error) {
	ctx := context.Background()
	err = c.insist(ctx, func() (int, error) {
		response, err := c.exchange(ctx, http.MethodPost, path, contentType, body, io.Discard)
		status = response.StatusCode
		// The platform is there: what it says is not asked again.
		return http.StatusOK, err
	})
	return status, err
}

// insist makes an attempt, and further ones after pauses until a reply has status 200.
func (c *client) insist(ctx context.Context, attempt func() (status int, err error)) error {
	pause := firstPause
	for left := attempts; ; pause *= 2 {
		status, err := attempt()
		switch {
		case err == nil && status == http.StatusOK:
			return nil
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err == nil:
			err = fmt.Errorf("http://%s returned %d", c.address, status)
		}
		if left--; left == 0 {
			return err
		}
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
	}
}

// exchange sends a request and writes the body of the reply. Until the first byte of the reply
// arrives, the end of ctx ends it.
func (c *client) exchange(ctx context.Context, method, path, contentType string, body []byte,
	to io.Writer) (
	response *http.Response, err error,
) {
	none := &http.Response{}
	if err := c.connect(ctx); err != nil {
		return none, err
	}
	isEvent := method == http.MethodGet
	if !isEvent {
		c.connection.SetDeadline(time.Now().Add(transferTime))
	}
	if err := c.write(method, path, contentType, body); err != nil {
		c.close()
		return none, err
	}
	if err := c.await(ctx); err != nil {
		c.close()
		return none, err
	}
	if isEvent {
		c.connection.SetDeadline(time.Now().Add(transferTime))
	}
	response, err = http.ReadResponse(c.reader, &http.Request{Method: method})
	if err != nil {
		c.close()
		return none, err
	}
	// One byte more than allowed: Serve refuses such an event.
	copied, err := io.CopyN(to, response.Body, maxEvent+1)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	if err != nil || response.Close || copied > maxEvent {
		c.close()
		return response, err
	}
	c.connection.SetDeadline(time.Time{})
	return response, response.Body.Close()
}

func (c *client) connect(ctx context.Context) error {
	if c.connection != nil {
		return nil
	}
	connection, err := (&net.Dialer{Timeout: 10 * time.Second}).DialContext(ctx, "tcp", c.address)
	if err != nil {
		return err
	}
	c.connection = connection
	c.reader.Reset(connection)
	c.writer.Reset(connection)
	return nil
}

func (c *client) write(method, path, contentType string, body []byte) error {
	// The writer keeps the first error.
	fmt.Fprintf(c.writer, "%s %s HTTP/1.1\r\nHost: %s\r\n", method, path, c.address)
	if method == http.MethodPost {
		fmt.Fprintf(c.writer, "Content-Type: %s\r\nContent-Length: %d\r\n", contentType, len(body))
		if c.requestID != "" {
			// It prevents that a late response is taken for that of the next event.
			fmt.Fprintf(c.writer, "request_id: %s\r\n", c.requestID)
		}
	}
	c.writer.WriteString("\r\n")
	c.writer.Write(body)
	return c.writer.Flush()
}

// await waits for the first byte of a reply.
func (c *client) await(ctx context.Context) error {
	interrupted := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		c.connection.SetReadDeadline(time.Unix(1, 0))
		close(interrupted)
	})
	_, err := c.reader.Peek(1)
	if !stop() {
		<-interrupted
		// The byte has come all the same.
		c.connection.SetReadDeadline(time.Time{})
	}
	return err
}
