package runtime

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

// protocol is what differs between the runtime APIs of the platforms.
type protocol struct {
	address string
	// ready is the path that reports that the function is ready. Without it, the first request for
	// an event does.
	ready string
	next  string
	// response and failure are the paths for what becomes of an event. %s is its identifier.
	response, failure string
	// initFailure is the path that reports that a function cannot start, if there is one.
	initFailure string
	// accepted is the status that acknowledges a response.
	accepted int
	// idHeader is the header that has the identifier of an event, and isEchoed whether responses
	// have it too.
	idHeader string
	isEchoed bool
	// invocation reads the other headers of an event.
	invocation func(http.Header, *Invocation)
	// takesStreams is whether a response can be sent as it is made.
	takesStreams bool
	// report writes an error in the form of the platform.
	report func(error) report
}

// report is an error as the platform gets it. The kind is empty where the platform has none.
type report struct {
	contentType, kind string
	body              []byte
}

// scf is that of Tencent SCF (https://cloud.tencent.com/document/product/583/47274).
var scf = protocol{
	ready:      "/runtime/init/ready",
	next:       "/runtime/invocation/next",
	response:   "/runtime/invocation/response",
	failure:    "/runtime/invocation/error",
	accepted:   http.StatusOK,
	idHeader:   "request_id",
	isEchoed:   true,
	invocation: scfInvocation,
	report: func(fault error) report {
		return report{contentType: "text/plain; charset=utf-8", body: []byte(fault.Error())}
	},
}

// lambda is that of AWS Lambda (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html).
var lambda = protocol{
	next:        "/2018-06-01/runtime/invocation/next",
	response:    "/2018-06-01/runtime/invocation/%s/response",
	failure:     "/2018-06-01/runtime/invocation/%s/error",
	initFailure: "/2018-06-01/runtime/init/error",
	accepted:    http.StatusAccepted,
	idHeader:    "Lambda-Runtime-Aws-Request-Id",
	invocation:  lambdaInvocation,
	report:      lambdaReport,

	takesStreams: true,
}

// protocolOf returns that of the platform that the environment names. A gateway that serves both
// says by TENCENTCLOUD_RUNENV that it stands for SCF.
func protocolOf() protocol {
	address := os.Getenv("AWS_LAMBDA_RUNTIME_API")
	if address != "" && os.Getenv("TENCENTCLOUD_RUNENV") != "SCF" {
		found := lambda
		found.address = address
		if _, _, err := net.SplitHostPort(address); err != nil {
			found.address = net.JoinHostPort(strings.Trim(address, "[]"), "80")
		}
		return found
	}
	host, port := os.Getenv("SCF_RUNTIME_API"), os.Getenv("SCF_RUNTIME_API_PORT")
	if host == "" {
		host = "127.0.0.1"
	}
	if port == "" {
		port = "9001"
	}
	found := scf
	found.address = net.JoinHostPort(host, port)
	return found
}

func scfInvocation(header http.Header, invocation *Invocation) {
	// 0, which means that there is none, for what is no number.
	memory, _ := strconv.ParseUint(header.Get("memory_limit_in_mb"), 10, 31)
	limit, _ := strconv.ParseUint(header.Get("time_limit_in_ms"), 10, 32)
	invocation.MemoryLimit = int(memory)
	invocation.TimeLimit = time.Duration(limit) * time.Millisecond
}

func lambdaInvocation(header http.Header, invocation *Invocation) {
	memory, _ := strconv.ParseUint(os.Getenv("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"), 10, 31)
	invocation.MemoryLimit = int(memory)
	deadline, err := strconv.ParseInt(header.Get("Lambda-Runtime-Deadline-Ms"), 10, 64)
	if err == nil {
		// A time limit of 0 means that there is none.
		left := time.UnixMilli(deadline).Sub(invocation.arrival)
		invocation.TimeLimit = max(left, time.Nanosecond)
	}
	invocation.FunctionARN = header.Get("Lambda-Runtime-Invoked-Function-Arn")
	invocation.TraceID = header.Get("Lambda-Runtime-Trace-Id")
	invocation.ClientContext = header.Get("Lambda-Runtime-Client-Context")
	invocation.CognitoIdentity = header.Get("Lambda-Runtime-Cognito-Identity")
	// The clients of AWS find the trace there.
	if invocation.TraceID != "" {
		os.Setenv("_X_AMZN_TRACE_ID", invocation.TraceID)
	}
}

func lambdaReport(fault error) report {
	var panicked *panicError
	kind := strings.TrimPrefix(fmt.Sprintf("%T", fault), "*")
	stack := []string{}
	if errors.As(fault, &panicked) {
		kind, stack = "Runtime.Panic", strings.Split(strings.TrimSpace(panicked.stack), "\n")
	}
	failure := struct {
		Message string   `json:"errorMessage"`
		Kind    string   `json:"errorType"`
		Stack   []string `json:"stackTrace"`
	}{fault.Error(), kind, stack}
	// Strings always become JSON.
	body, _ := json.Marshal(failure)
	return report{contentType: "application/json", kind: kind, body: body}
}

// panicError is the panic of a handler.
type panicError struct {
	cause any
	stack string
}

func (p *panicError) Error() string {
	return fmt.Sprintf("panic: %v", p.cause)
}
