// Package apigw decodes API-gateway events, the JSON that a serverless platform passes to a
// function for each HTTP request, into strings, fast and safe on hostile input. It reads the events
// of Tencent SCF: API Gateway in all its generations, WebSocket, Function URL, CLB and CloudBase.
//
//	event, err := apigw.Decode(data)
//	if err != nil {
//		return err
//	}
//	fmt.Println(event.Method(), event.Path(), event.Header("host"))
//	for name, value := range event.Query() {
//		fmt.Println(name, value)
//	}
//
// # Memory
//
// The decoder is a C library, called once for each event. [Decode] and [Decoder.Decode] return an
// event in ordinary garbage-collected memory: one block with its table and its strings. Nothing
// must be closed or freed, and strings can be kept. A string that is kept keeps the block of its
// event, the body included, and small events share blocks of up to 64 KB: [strings.Clone] a small
// one that is to outlive its event. The same holds for the bytes of a small encoded response.
// [Decoder.DecodeInto] copies and allocates nothing, and its event lives as long as its
// documentation says. With it, a runtime that recycles its memory fills a vendor's type whose maps
// are recycled too: the method Fill of the requests in apigw/scf/events and apigw/aws/events.
//
// # Goroutines
//
// Functions may be called from any goroutine. An [Event] is never changed and may be read by any
// number of them. A [Decoder] is used by one goroutine at a time.
//
// # Errors
//
// Any input gives an event or an [*Error], which has a code, a byte offset and, if it is known, the
// member of the event. Codes are errors, to be compared by [errors.Is].
//
// # Linking
//
// `make go` in the repository builds the C library into this module, for Linux on amd64 or arm64;
// `go build` then needs a C compiler and nothing else. With the build tag apigw_system the
// installed C library is used instead, found with pkg-config.
package apigw
