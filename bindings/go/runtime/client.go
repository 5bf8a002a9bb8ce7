package runtime

import (
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
	// The platform takes no larger answer (https://cloud.tencent.com/document/product/583/11637).
	maxAnswer = 6 << 20
)

// client is the client's side of the runtime API: one connection, one request after the other.
type client struct {
	transport *http.Transport
	base      string
	event     bytes.Buffer
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
		base: "http://" + net.JoinHostPort(host, port),
		// Neither a proxy nor a limit of time for an answer: an event comes when it comes.
		transport: &http.Transport{
			DialContext:        (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
			DisableCompression: true,
			WriteBufferSize:    64 << 10,
			ReadBufferSize:     64 << 10,
		},
	}
}

func (c *client) close() {
	c.transport.CloseIdleConnections()
}

func (c *client) ready(ctx context.Context) error {
	return c.insist(ctx, func() (int, error) {
		response, err := c.send(ctx, http.MethodPost, "/runtime/init/ready", "text/plain", []byte(" "))
		return finish(response, err)
	})
}

// next waits for an event. Its bytes are valid until the next one.
func (c *client) next(ctx context.Context) (event []byte, invocation Invocation, err error) {
	err = c.insist(ctx, func() (int, error) {
		// As soon as an event comes, it is not given up any more.
		waiting, cancel := context.WithCancelCause(context.WithoutCancel(ctx))
		defer cancel(nil)
		stop := context.AfterFunc(ctx, func() { cancel(context.Cause(ctx)) })
		response, err := c.send(waiting, http.MethodGet, "/runtime/invocation/next", "", nil)
		arrival := time.Now()
		stop()
		if err != nil {
			return 0, err
		}
		c.event.Reset()
		if _, err := c.event.ReadFrom(response.Body); err != nil {
			return 0, errors.Join(err, response.Body.Close())
		}
		invocation = invocationOf(response.Header, arrival)
		return finish(response, nil)
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

// answer sends what a handler has made, or why it has not.
func (c *client) answer(answer []byte, fault error) error {
	if fault == nil {
		status, err := c.post("/runtime/invocation/response", "application/json", answer)
		if err != nil || status == http.StatusOK {
			return err
		}
		fault = fmt.Errorf("the platform answers %d to a response of %d bytes", status, len(answer))
	}
	logger.Print(fault)
	_, err := c.post("/runtime/invocation/error", "text/plain; charset=utf-8", []byte(fault.Error()))
	return err
}

// post sends an answer, whatever stops the function.
func (c *client) post(path, contentType string, body []byte) (status int, err error) {
	ctx := context.Background()
	err = c.insist(ctx, func() (int, error) {
		response, err := c.send(ctx, http.MethodPost, path, contentType, body)
		if err == nil {
			status = response.StatusCode
			// The platform is there: what it says is not asked again.
			_, err = finish(response, nil)
		}
		return http.StatusOK, err
	})
	return status, err
}

// insist makes an attempt, and again after pauses if there is no answer or none with status 200.
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
			err = fmt.Errorf("%s answers %d", c.base, status)
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

func (c *client) send(ctx context.Context, method, path, contentType string, body []byte) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, method, c.base+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	return c.transport.RoundTrip(request)
}

// finish reads an answer to its end, so that its connection can be used again.
func finish(response *http.Response, err error) (status int, _ error) {
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(io.Discard, response.Body)
	return response.StatusCode, errors.Join(err, response.Body.Close())
}
