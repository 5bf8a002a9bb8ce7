package runtime

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"apigw"
)

// Handler answers an event by the bytes that the platform gets. The event's bytes are valid until it returns. Its context ends
// at the time limit, and [FromContext] finds the invocation in it.
type Handler func(ctx context.Context, event []byte) ([]byte, error)

// Answer is what a function answers to an event: an [apigw.Response], an [apigw.WebSocketReply], or [Raw].
type Answer interface {
	// Encode is the answer as the platform gets it.
	Encode() ([]byte, error)
}

// Raw is an answer as it is: for a trigger without integrated response, whose client gets it, and for events that are no
// request.
type Raw []byte

// Encode is the bytes themselves.
func (r Raw) Encode() ([]byte, error) {
	return r, nil
}

// Invocation is what the platform tells of an event beside the event.
type Invocation struct {
	// RequestID is the platform's number of the invocation, as its logs have it.
	RequestID string
	// MemoryLimit is how many megabytes of memory the function may take; 0 if the platform does not tell.
	MemoryLimit int
	// TimeLimit is how long the handler may take, from when the event came; 0 if the platform does not tell. The context of the
	// handler ends then.
	TimeLimit time.Duration

	arrival time.Time
}

type contextKey struct{}

// FromContext is the invocation that a handler is called for. The context of the requests that [HTTP] makes has it too.
func FromContext(ctx context.Context) (Invocation, bool) {
	invocation, found := ctx.Value(contextKey{}).(Invocation)
	return invocation, found
}

// HTTP is a handler of events that has a handler of requests answer them, as [apigw.Handle] does.
func HTTP(handler http.Handler) Handler {
	return func(ctx context.Context, event []byte) ([]byte, error) {
		return apigw.Handle(ctx, handler, event)
	}
}

// Func is a handler of events that has a function of decoded events answer them. The event's strings are safe to keep. A response
// without a dialect has that of its event.
func Func[A Answer](function func(context.Context, apigw.Event) (A, error)) Handler {
	return func(ctx context.Context, data []byte) ([]byte, error) {
		event, err := apigw.Decode(data)
		if err != nil {
			return nil, err
		}
		answer, err := function(ctx, event)
		if err != nil {
			return nil, err
		}
		switch answer := any(answer).(type) {
		case nil:
			return nil, errors.New("the handler has not answered")
		case apigw.Response:
			if answer.Dialect == 0 {
				answer.Dialect = event.Dialect()
			}
			return answer.Encode()
		default:
			return answer.(Answer).Encode()
		}
	}
}

// Start serves requests until SIGTERM or SIGINT. It returns then; if the platform cannot be reached, it ends the program with a
// message and status 1.
func Start(handler http.Handler) {
	start(HTTP(handler))
}

// StartFunc is [Start] for a function of events:
//
//	runtime.StartFunc(func(ctx context.Context, event apigw.Event) (apigw.Response, error) {
//		return apigw.Response{Body: []byte("hello " + event.Path())}, nil
//	})
//
// One that answers with several kinds returns an [Answer].
func StartFunc[A Answer](function func(context.Context, apigw.Event) (A, error)) {
	start(Func(function))
}

func start(handler Handler) {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	if err := Serve(ctx, handler); err != nil {
		logger.Fatal(err)
	}
}

var logger = log.New(os.Stderr, "apigw-runtime: ", 0)

// Serve serves events until ctx ends, and answers nil then: an answer that is being made is still sent. An error is that the
// platform cannot be reached.
//
// [Start] and [StartFunc] call it; it is for programs that have other reasons to stop than signals.
func Serve(ctx context.Context, handler Handler) error {
	client := newClient()
	defer client.close()
	err := client.ready(ctx)
	for err == nil && ctx.Err() == nil {
		var event []byte
		var invocation Invocation
		event, invocation, err = client.next(ctx)
		if err == nil {
			err = client.answer(handle(ctx, handler, event, invocation))
		}
	}
	if ctx.Err() != nil && errors.Is(err, context.Cause(ctx)) {
		return nil
	}
	return err
}

// handle calls the handler. What stops the function does not stop an event that is being handled.
func handle(ctx context.Context, handler Handler, event []byte, invocation Invocation) (answer []byte, err error) {
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
			answer, err = nil, fmt.Errorf("panic: %v", cause)
			logger.Printf("%s", debug.Stack())
		}
	}()
	answer, err = handler(ctx, event)
	if err == nil && len(answer) > maxAnswer {
		err = apigw.ErrResponseTooLong
	}
	return answer, err
}
