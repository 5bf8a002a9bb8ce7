package runtime

import (
	"context"
	"errors"
	"log"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"apigw"
)

// Handler handles an event and returns the bytes that the platform gets. The event's bytes are
// valid until it returns. Its context ends at the time limit, and [FromContext] finds the
// invocation in it.
type Handler func(ctx context.Context, event []byte) ([]byte, error)

// Result is what a function returns for an event: an [apigw.Response], an [apigw.WebSocketReply],
// or [Raw].
type Result interface {
	// Encode returns the bytes that the platform gets.
	Encode() ([]byte, error)
}

// Raw is sent as it is: for a trigger without integrated response, whose client receives it, and
// for events that are not requests.
type Raw []byte

// Encode is the bytes themselves.
func (r Raw) Encode() ([]byte, error) {
	return r, nil
}

// Invocation has what the platform sent with an event.
type Invocation struct {
	// RequestID is the platform's number of the invocation, as its logs have it.
	RequestID string
	// MemoryLimit is the memory limit of the function in megabytes; 0 if the platform sent none.
	MemoryLimit int
	// TimeLimit is the time limit of the handler, from the arrival of the event; 0 if the platform
	// sent none. The context of the handler ends then.
	TimeLimit time.Duration
	// FunctionARN is the name of the function, version or alias that was called; of AWS Lambda.
	FunctionARN string
	// TraceID is the header of X-Ray, which _X_AMZN_TRACE_ID has too; of AWS Lambda.
	TraceID string
	// ClientContext and CognitoIdentity are JSON about a mobile application; of AWS Lambda, and
	// empty if no such application has called.
	ClientContext, CognitoIdentity string

	arrival time.Time
}

type contextKey struct{}

// FromContext is the invocation that a handler is called for. The context of the requests that
// [HTTP] makes has it too.
func FromContext(ctx context.Context) (Invocation, bool) {
	invocation, found := ctx.Value(contextKey{}).(Invocation)
	return invocation, found
}

// HTTP returns a handler of events that passes them to a handler of requests, as [apigw.Handle]
// does.
func HTTP(handler http.Handler) Handler {
	return func(ctx context.Context, event []byte) ([]byte, error) {
		return apigw.Handle(ctx, handler, event)
	}
}

// Func returns a handler of events that passes decoded events to a function. The event's strings
// are safe to keep. A response without a dialect has that of its event.
func Func[A Result](function func(context.Context, apigw.Event) (A, error)) Handler {
	return func(ctx context.Context, data []byte) ([]byte, error) {
		event, err := apigw.Decode(data)
		if err != nil {
			return nil, err
		}
		result, err := function(ctx, event)
		if err != nil {
			return nil, err
		}
		switch result := any(result).(type) {
		case nil:
			return nil, errors.New("the handler has not responded")
		case apigw.Response:
			if result.Dialect == 0 {
				result.Dialect = event.Dialect()
			}
			return result.Encode()
		default:
			return result.(Result).Encode()
		}
	}
}

// Start serves requests until SIGTERM or SIGINT. It returns then; if the platform cannot be
// reached, it ends the program with a message and status 1.
func Start(handler http.Handler) {
	start(HTTP(handler))
}

// StartFunc is [Start] for a function of events:
//
//	runtime.StartFunc(func(ctx context.Context, event apigw.Event) (apigw.Response, error) {
//		return apigw.Response{Body: []byte("hello " + event.Path())}, nil
//	})
//
// A function with several kinds of results returns a [Result].
func StartFunc[A Result](function func(context.Context, apigw.Event) (A, error)) {
	start(Func(function))
}

func start(handler Handler) {
	startServing(func(ctx context.Context) error { return Serve(ctx, handler) })
}

func startServing(serve func(context.Context) error) {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := serve(ctx); err != nil {
		logger.Fatal(err)
	}
}

// FailToStart ends the program with status 1, because the function cannot start. It reports the
// reason to the platform, where that has a way for it, and writes it to standard error. It is
// called instead of [Start].
func FailToStart(reason error) {
	client := newClient()
	if err := client.failToStart(reason); err != nil {
		logger.Print(err)
	}
	logger.Fatal(reason)
}

var logger = log.New(os.Stderr, "apigw-runtime: ", 0)

// Serve serves events until ctx ends, and returns nil then; a response that is being made is still
// sent. An error is that the platform cannot be reached.
//
// [Start] and [StartFunc] call it; it is for programs that have other reasons to stop than signals.
func Serve(ctx context.Context, handler Handler) error {
	client := newClient()
	return client.serve(ctx, func(event []byte, invocation Invocation) error {
		return client.respond(handle(ctx, handler, event, invocation))
	})
}

// serve has events handled until ctx ends.
func (c *client) serve(ctx context.Context, handle func([]byte, Invocation) error) error {
	defer c.close()
	err := c.start(ctx)
	for err == nil && ctx.Err() == nil {
		var event []byte
		var invocation Invocation
		event, invocation, err = c.nextEvent(ctx)
		if err == nil {
			err = handle(event, invocation)
		}
	}
	if ctx.Err() != nil && errors.Is(err, context.Cause(ctx)) {
		return nil
	}
	return err
}

// handle calls the handler. What stops the function does not stop an event that is being handled.
func handle(ctx context.Context, handler Handler, event []byte,
	invocation Invocation) (response []byte, err error) {
	if len(event) > maxEvent {
		return nil, errEventTooLong
	}
	ctx = context.WithValue(context.WithoutCancel(ctx), contextKey{}, invocation)
	if invocation.TimeLimit > 0 {
		limited, cancel := context.WithDeadline(ctx, invocation.arrival.Add(invocation.TimeLimit))
		defer cancel()
		ctx = limited
	}
	defer func() {
		if cause := recover(); cause != nil {
			stack := string(debug.Stack())
			response, err = nil, &panicError{cause, stack}
			logger.Print(stack)
		}
	}()
	response, err = handler(ctx, event)
	if err == nil && len(response) > maxResponse {
		err = apigw.ErrResponseTooLong
	}
	return response, err
}
