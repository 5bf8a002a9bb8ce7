// Package runtime runs a function: it asks the platform for events, passes each event to a handler,
// and sends the response.
//
//	func main() {
//		http.HandleFunc("GET /cats/{name}", func(w http.ResponseWriter, r *http.Request) {
//			fmt.Fprintf(w, "hello %s\n", r.PathValue("name"))
//		})
//		runtime.Start(http.DefaultServeMux)
//	}
//
// The program is the file bootstrap of the function's package, or is started by it; apigw dev
// starts it in the same way. The same program runs on two platforms:
//
//   - AWS Lambda, if AWS_LAMBDA_RUNTIME_API is set, by its [runtime API]
//   - Tencent SCF otherwise, by the protocol of [custom runtimes] at
//     http://$SCF_RUNTIME_API:$SCF_RUNTIME_API_PORT, by default http://127.0.0.1:9001
//
// apigw dev serves both, and the variable TENCENTCLOUD_RUNENV=SCF selects the second.
//
// Events are handled one after the other. Whatever must happen before the first event, happens
// before [Start] or [StartFunc] is called: with it the function is ready. If it cannot be,
// [FailToStart] is called.
//
// # Failures
//
// A handler that fails or panics, an input that is not an event, and a response that cannot be
// encoded are reported to the platform with their reason, also on standard error, and the next
// event comes as ever. AWS Lambda gets the type of the error too, and the stack of a panic. A
// connection that breaks is made again, with five more attempts within two seconds.
//
// # Stopping
//
// SIGTERM and SIGINT end the program between two events: a response that is being made is still
// sent, and an event of which the first byte has come is still handled.
//
// [runtime API]: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
// [custom runtimes]: https://cloud.tencent.com/document/product/583/47274
package runtime
