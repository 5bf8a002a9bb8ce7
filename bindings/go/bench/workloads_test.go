package bench

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"apigw"
	vendor "apigw/scf/events"

	"github.com/bytedance/sonic"
	goccy "github.com/goccy/go-json"
)

// corpus is where run.sh has put the events.
const corpus = "../../../target/corpus"

// library is a JSON library that fills structs of the caller's.
type library struct {
	name      string
	unmarshal func([]byte, any) error
	marshal   func(any) ([]byte, error)
}

// libraries is the peers. Sonic checks and copies strings, as apigw does, only in its mode that is
// compatible with encoding/json.
var libraries = []library{
	{"encoding-json", json.Unmarshal, json.Marshal},
	{"sonic", sonic.Unmarshal, sonic.Marshal},
	{"sonic-std", sonic.ConfigStd.Unmarshal, sonic.ConfigStd.Marshal},
	{"go-json", goccy.Unmarshal, goccy.Marshal},
}

func event(tb testing.TB, name string) []byte {
	tb.Helper()
	data, err := os.ReadFile(filepath.Join(corpus, name+".json"))
	if err != nil {
		tb.Fatal(err)
	}
	return data
}

// reader runs a workload on one event and returns a number that depends on everything it has read.
type reader struct {
	name string
	read func(data []byte) (int, error)
}

// run measures readers, which must agree with the first of them.
func run(b *testing.B, events []string, use func(apigw.Event) int, readers []reader) {
	for _, name := range events {
		data := event(b, name)
		for _, reader := range append(readers, floor(b, data, use)) {
			b.Run("event="+name+"/reader="+reader.name, func(b *testing.B) {
				want, err := readers[0].read(data)
				if err != nil {
					b.Fatal(err)
				}
				if got, err := reader.read(data); err != nil || got != want {
					b.Fatalf("%d and not %d, error %v", got, want, err)
				}
				measure(b, func() error {
					_, err := reader.read(data)
					return err
				})
			})
		}
	}
}

// measure counts processor time too, that of the garbage collector's threads included. In it, other
// programs on the machine count less.
func measure(b *testing.B, work func() error) {
	b.ReportAllocs()
	before := processorTime()
	for b.Loop() {
		if err := work(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(processorTime()-before)/float64(b.N), "cpu-ns/op")
}

func processorTime() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return usage.Utime.Nano() + usage.Stime.Nano()
}

// floor is no reader: of what a fresh event takes it does all but the decoding. It copies the input
// to fresh memory, and makes what the workload makes of an event.
func floor(b *testing.B, data []byte, use func(apigw.Event) int) reader {
	decoded, err := apigw.Decode(data)
	if err != nil {
		b.Fatal(err)
	}
	return reader{"floor", func(data []byte) (int, error) {
		block = bytes.Clone(data)
		return use(decoded), nil
	}}
}

var block []byte

// fresh decodes into garbage-collected memory.
func fresh(use func(apigw.Event) int) reader {
	return reader{"apigw", func(data []byte) (int, error) {
		decoded, err := apigw.Decode(data)
		return use(decoded), err
	}}
}

// pooled decodes like a runtime that reads every event into the same buffer. Copying it there
// stands for reading it.
func pooled(use func(apigw.Event) int) reader {
	decoder := apigw.NewDecoder()
	buffer := make([]byte, 0, 2<<20)
	return reader{"apigw-pooled", func(data []byte) (int, error) {
		var decoded apigw.Event
		err := decoder.DecodeInto(&decoded, append(buffer[:0], data...))
		return use(decoded), err
	}}
}

// filled decodes into a struct.
func filled[T any](it library, suffix string, use func(*T) int) reader {
	return reader{it.name + suffix, func(data []byte) (int, error) {
		var request T
		err := it.unmarshal(data, &request)
		return use(&request), err
	}}
}

// Method, path, a header and the body, as strings. The peers fill the vendor's struct, as functions
// do, or a struct of these fields alone.
func BenchmarkFew(b *testing.B) {
	few := func(e apigw.Event) int {
		return len(e.Method()) + len(e.Path()) + len(e.Header("host")) + len(e.Body())
	}
	readers := []reader{fresh(few), pooled(few)}
	for _, it := range libraries {
		readers = append(readers,
			filled(it, "", func(r *vendorRequest) int {
				return len(r.Method) + len(r.Path) + len(r.Headers["host"]) + len(r.Body)
			}),
			filled(it, "-few", func(r *fewRequest) int {
				return len(r.Method) + len(r.Path) + len(r.Headers["host"]) + len(r.Body)
			}),
		)
	}
	readers = append(readers, reader{"sonic-get", func(data []byte) (int, error) {
		sum := 0
		for _, path := range [][]any{{"httpMethod"}, {"path"}, {"headers", "host"}, {"body"}} {
			node, err := sonic.Get(data, path...)
			if !node.Exists() {
				continue
			}
			if err != nil {
				return 0, err
			}
			text, err := node.String()
			if err != nil {
				return 0, err
			}
			sum += len(text)
		}
		return sum, nil
	}})
	run(b, []string{"get", "post-1k"}, few, readers)
}

// The vendor's request type, maps included.
func BenchmarkVendor(b *testing.B) {
	sum := func(r *vendor.APIGatewayRequest) int {
		return len(r.Path) + len(r.Body) + len(r.Headers) + len(r.QueryString) + len(r.Context.Stage)
	}
	fill := func(e apigw.Event) int {
		r := vendor.Request(e)
		return sum(&r)
	}
	var recycled vendor.APIGatewayRequest
	readers := []reader{
		{"apigw", func(data []byte) (int, error) {
			var r vendor.APIGatewayRequest
			err := r.UnmarshalJSON(data)
			return sum(&r), err
		}},
		pooled(func(e apigw.Event) int {
			recycled.Fill(e)
			return sum(&recycled)
		}),
	}
	for _, it := range libraries {
		readers = append(readers, filled(it, "", func(r *vendorRequest) int {
			return len(r.Path) + len(r.Body) + len(r.Headers) + len(r.QueryString) + len(r.Context.Stage)
		}))
	}
	run(b, []string{"get", "post-1k"}, fill, readers)
}

// Every field. Maps are pairs in order; those of the peers, which cannot keep the order, are maps.
func BenchmarkAll(b *testing.B) {
	type pair struct{ name, value string }
	all := func(e apigw.Event) int {
		// On the stack, as what a function looks at and lets go of.
		pairs := make([]pair, 0, 64)
		add := func(name, value string) bool {
			pairs = append(pairs, pair{name, value})
			return true
		}
		e.Headers()(add)
		e.Query()(add)
		e.PathParameters()(add)
		e.DeclaredQuery()(add)
		e.DeclaredHeaders()(add)
		e.StageVariables()(add)
		sum := len(pairs)
		// The peers skip what their struct does not have.
		e.Extras()(add)
		e.ContextExtras()(add)
		for _, text := range [...]string{
			e.Method(), e.Path(), e.Route(), e.RouteMethod(), e.Stage(), e.RequestID(), e.APIID(),
			e.SourceIP(),
			e.SecretID(), e.Body(),
		} {
			sum += len(text)
		}
		return sum
	}
	readers := []reader{fresh(all), pooled(all)}
	for _, it := range libraries {
		readers = append(readers, filled(it, "", func(r *fullRequest) int {
			sum := len(r.Headers) + len(r.PathParameters) + len(r.DeclaredQuery) + len(r.DeclaredHeaders) +
				len(r.StageVariables)
			for _, values := range r.QueryString {
				sum += max(1, len(values))
			}
			for _, text := range [...]string{
				r.Method, r.Path, r.Context.Path, r.Context.Method, r.Context.Stage, r.Context.RequestID,
				r.Context.ServiceID, r.Context.SourceIP, r.Body,
			} {
				sum += len(text)
			}
			return sum
		}))
	}
	run(b, []string{"get", "post-1k"}, all, readers)
}

// A large body as bytes.
func BenchmarkBody(b *testing.B) {
	var body []byte
	read := func(e apigw.Event) int {
		if e.BodyKind() == apigw.BodyText {
			body = append(body[:0], e.Body()...)
			return len(body)
		}
		decoded, err := e.Bytes()
		if err != nil {
			b.Fatal(err)
		}
		return len(decoded)
	}
	readers := []reader{fresh(read), pooled(read)}
	for _, it := range libraries {
		readers = append(readers, filled(it, "", func(r *fullRequest) int {
			if !r.IsBase64Encoded {
				body = append(body[:0], r.Body...)
				return len(body)
			}
			decoded, err := base64.StdEncoding.DecodeString(r.Body)
			if err != nil {
				b.Fatal(err)
			}
			return len(decoded)
		}))
	}
	run(b, []string{"post-64k", "chinese-64k", "post-1m", "base64-1m"}, read, readers)
}

// A response of some headers and a body of JSON.
func BenchmarkResponse(b *testing.B) {
	headers := map[string]string{
		"Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store",
		"Set-Cookie":   "session=0123456789abcdef; Path=/",
		"X-Request-Id": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef", "Vary": "Accept-Encoding",
		"X-Powered-By": "\"cats\"",
	}
	response := apigw.Response{StatusCode: 200, Header: map[string][]string{}}
	for name, value := range headers {
		response.Header[name] = []string{value}
	}
	for _, name := range []string{"post-1k", "post-64k"} {
		request, err := apigw.Decode(event(b, name))
		if err != nil {
			b.Fatal(err)
		}
		response.Body = []byte(request.Body())
		plain := vendorResponse{StatusCode: 200, Headers: headers, Body: request.Body()}
		run := func(writer string, write func() ([]byte, error)) {
			b.Run("event="+name+"/reader="+writer, func(b *testing.B) {
				measure(b, func() error {
					_, err := write()
					return err
				})
			})
		}
		run("apigw", response.Encode)
		decoder := apigw.NewDecoder()
		var buffer []byte
		run("apigw-pooled", func() (_ []byte, err error) {
			buffer, err = decoder.AppendResponse(buffer[:0], response)
			return buffer, err
		})
		for _, it := range libraries {
			run(it.name, func() ([]byte, error) { return it.marshal(&plain) })
		}
		run("floor", func() ([]byte, error) {
			block = bytes.Clone(buffer)
			return block, nil
		})
	}
}
