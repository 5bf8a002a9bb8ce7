// A function on github.com/aws/aws-lambda-go.
package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

type event struct {
	Method         string            `json:"httpMethod"`
	PathParameters map[string]string `json:"pathParameters"`
}

type response struct {
	StatusCode int               `json:"statusCode"`
	Headers    map[string]string `json:"headers"`
	Body       string            `json:"body"`
}

func main() {
	lambda.Start(func(ctx context.Context, event event) (response, error) {
		name := event.PathParameters["name"]
		if name == "panic" {
			return response{}, errors.New("no cat")
		}
		invocation, _ := lambdacontext.FromContext(ctx)
		deadline, _ := ctx.Deadline()
		text := fmt.Sprint(event.Method, " ", name, " ", lambdacontext.FunctionName, " ",
			lambdacontext.MemoryLimitInMB, " ", invocation.InvokedFunctionArn, " ",
			len(invocation.AwsRequestID), " ", deadline.After(time.Now()))
		return response{StatusCode: 200, Headers: map[string]string{"x-other": "1"}, Body: text}, nil
	})
}
