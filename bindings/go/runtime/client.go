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
	"strings"
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
	protocol
	connection net.Conn
	reader     *bufio.Reader
	writer     *bufio.Writer
	event      bytes.Buffer
	// requestID is that of the last event.
	requestID string
}

func newClient() *client {
	return &client{
		protocol: protocolOf(),
		reader:   bufio.NewReaderSize(nil, bufferSize),
		writer:   bufio.NewWriterSize(nil, bufferSize),
	}
}

func (c *client) close() {
	if c.connection != nil {
		c.connection.Close()
		c.connection = nil
	}
}

// start reports that the function is ready, where the platform wants to know.
func (c *client) start(ctx context.Context) error {
	if c.ready == "" {
		return nil
	}
	return c.insist(ctx, func() (int, error) {
		ready := report{contentType: "text/plain", body: []byte(" ")}
		response, err := c.exchange(ctx, c.ready, &ready, io.Discard)
		return response.StatusCode, err
	})
}

// nextEvent waits for an event. Its bytes are valid until the next one.
func (c *client) nextEvent(ctx context.Context) (event []byte, invocation Invocation, err error) {
	c.requestID = ""
	err = c.insist(ctx, func() (int, error) {
		c.event.Reset()
		response, err := c.exchange(ctx, c.next, nil, &c.event)
		id := response.Header.Get(c.idHeader)
		invocation = Invocation{RequestID: id, arrival: time.Now()}
		c.invocation(response.Header, &invocation)
		return response.StatusCode, err
	})
	c.requestID = invocation.RequestID
	return c.event.Bytes(), invocation, err
}

// path returns the path for what becomes of the last event.
func (c *client) path(pattern string) string {
	return strings.Replace(pattern, "%s", c.requestID, 1)
}

// respond sends the response of a handler, or why there is none.
func (c *client) respond(response []byte, fault error) error {
	if fault == nil {
		path := c.path(c.response)
		status, err := c.post(path, &report{contentType: "application/json", body: response})
		if err != nil || status == c.accepted {
			return err
		}
		fault = fmt.Errorf("the platform returned %d for a response of %d bytes", status, len(response))
	}
	logger.Print(fault)
	report := c.report(fault)
	_, err := c.post(c.path(c.failure), &report)
	return err
}

// failToStart reports that the function cannot start, where the platform wants to know.
func (c *client) failToStart(fault error) error {
	if c.initFailure == "" {
		return nil
	}
	report := c.report(fault)
	_, err := c.post(c.initFailure, &report)
	return err
}

// post sends a response, even if the function is being stopped.
func (c *client) post(path string, body *report) (status int, err error) {
	ctx := context.Background()
	err = c.insist(ctx, func() (int, error) {
		response, err := c.exchange(ctx, path, body, io.Discard)
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

// exchange sends a request, which is GET if it has no body, and writes the body of the reply. Until
// the first byte of the reply arrives, the end of ctx ends it.
func (c *client) exchange(ctx context.Context, path string, body *report, to io.Writer) (
	response *http.Response, err error,
) {
	none := &http.Response{}
	if err := c.connect(ctx); err != nil {
		return none, err
	}
	isEvent := body == nil
	if !isEvent {
		c.connection.SetDeadline(time.Now().Add(transferTime))
	}
	if err := c.write(path, body); err != nil {
		c.close()
		return none, err
	}
	if err := c.await(ctx); err != nil {
		c.close()
		return none, err
	}
	return c.receive(isEvent, to)
}

// receive reads the reply, whose first byte has come.
func (c *client) receive(isEvent bool, to io.Writer) (response *http.Response, err error) {
	if isEvent {
		c.connection.SetDeadline(time.Now().Add(transferTime))
	}
	response, err = http.ReadResponse(c.reader, nil)
	if err != nil {
		c.close()
		return &http.Response{}, err
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

func (c *client) write(path string, body *report) error {
	// The writer keeps the first error.
	if body == nil {
		fmt.Fprintf(c.writer, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", path, c.address)
		return c.writer.Flush()
	}
	fmt.Fprintf(c.writer, "POST %s HTTP/1.1\r\nHost: %s\r\n", path, c.address)
	fmt.Fprintf(c.writer, "Content-Type: %s\r\n", body.contentType)
	fmt.Fprintf(c.writer, "Content-Length: %d\r\n", len(body.body))
	if c.isEchoed && c.requestID != "" {
		// It prevents that a late response is taken for that of the next event.
		fmt.Fprintf(c.writer, "%s: %s\r\n", c.idHeader, c.requestID)
	}
	if body.kind != "" {
		fmt.Fprintf(c.writer, "Lambda-Runtime-Function-Error-Type: %s\r\n", body.kind)
	}
	c.writer.WriteString("\r\n")
	c.writer.Write(body.body)
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
