package bench

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"apigw"
	vendor "apigw/scf/events"

	"github.com/bytedance/sonic"
	"github.com/bytedance/sonic/ast"
	goccy "github.com/goccy/go-json"
)

// corpus is where run.sh has put the events.
const corpus = "../../../target/corpus"

func event(b *testing.B, name string) []byte {
	b.Helper()
	data, err := os.ReadFile(filepath.Join(corpus, name+".json"))
	if err != nil {
		b.Fatal(err)
	}
	return data
}

// reader does a workload on one event and answers with the number of bytes it has found.
type reader struct {
	name string
	read func(data []byte) (int, error)
}

func unmarshal[T any](name string, unmarshal func([]byte, any) error, found func(*T) int) reader {
	return reader{name, func(data []byte) (int, error) {
		var request T
		err := unmarshal(data, &request)
		return found(&request), err
	}}
}

// unmarshalers are the libraries that fill a struct of the caller's.
var unmarshalers = []struct {
	name      string
	unmarshal func([]byte, any) error
}{
	{"encoding-json", json.Unmarshal},
	{"sonic", sonic.Unmarshal},
	{"sonic-std", sonic.ConfigStd.Unmarshal},
	{"go-json", goccy.Unmarshal},
}

func run(b *testing.B, events []string, readers []reader) {
	for _, name := range events {
		data := event(b, name)
		for _, reader := range readers {
			b.Run("event="+name+"/reader="+reader.name, func(b *testing.B) {
				want, err := readers[0].read(data)
				if err != nil {
					b.Fatal(err)
				}
				if found, err := reader.read(data); err != nil || found != want {
					b.Fatalf("found %d bytes and not %d, error %v", found, want, err)
				}
				b.ReportAllocs()
				b.SetBytes(int64(len(data)))
				for b.Loop() {
					if _, err := reader.read(data); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}

// pooled decodes like a runtime that reads each event into the same buffer; copying it there stands for reading it.
func pooled(use func(apigw.Event) int) func(data []byte) (int, error) {
	decoder := apigw.NewDecoder()
	var buffer []byte
	var decoded apigw.Event
	return func(data []byte) (int, error) {
		buffer = append(buffer[:0], data...)
		if cap(buffer)-len(buffer) < apigw.Padding {
			buffer = append(make([]byte, 0, 2*len(data)+apigw.Padding), data...)
		}
		err := decoder.DecodeInto(&decoded, buffer)
		return use(decoded), err
	}
}

func fresh(use func(apigw.Event) int) func(data []byte) (int, error) {
	return func(data []byte) (int, error) {
		decoded, err := apigw.Decode(data)
		return use(decoded), err
	}
}

// W1: method, path, a header and the body, as strings.
func BenchmarkW1(b *testing.B) {
	four := func(e apigw.Event) int {
		return len(e.Method()) + len(e.Path()) + len(e.Header("host")) + len(e.Body())
	}
	readers := []reader{{"apigw", fresh(four)}, {"apigw-pooled", pooled(four)}}
	for _, it := range unmarshalers {
		readers = append(readers,
			unmarshal(it.name, it.unmarshal, func(r *vendorRequest) int {
				return len(r.Method) + len(r.Path) + len(r.Headers["host"]) + len(r.Body)
			}),
			unmarshal(it.name+"-few", it.unmarshal, func(r *fewRequest) int {
				return len(r.Method) + len(r.Path) + len(r.Headers["host"]) + len(r.Body)
			}),
		)
	}
	readers = append(readers, reader{"sonic-get", func(data []byte) (int, error) {
		found := 0
		for _, path := range [][]any{{"httpMethod"}, {"path"}, {"headers", "host"}, {"body"}} {
			var text string
			node, err := sonic.Get(data, path...)
			if err == nil && node.TypeSafe() == ast.V_STRING {
				text, err = node.String()
			}
			if err != nil && node.Exists() {
				return 0, err
			}
			found += len(text)
		}
		return found, nil
	}})
	run(b, []string{"get", "post-1k"}, readers)
}

// W2: the vendor's request type, with maps.
func BenchmarkW2Vendor(b *testing.B) {
	readers := []reader{{"apigw", func(data []byte) (int, error) {
		var r vendor.APIGatewayRequest
		err := r.UnmarshalJSON(data)
		return len(r.Path) + len(r.Body) + len(r.Headers) + len(r.QueryString) + len(r.Context.Stage), err
	}}}
	for _, it := range unmarshalers {
		readers = append(readers, unmarshal(it.name, it.unmarshal, func(r *vendorRequest) int {
			return len(r.Path) + len(r.Body) + len(r.Headers) + len(r.QueryString) + len(r.Context.Stage)
		}))
	}
	run(b, []string{"get", "post-1k"}, readers)
}

// W2: every field, maps as pairs in order; the others have maps.
func BenchmarkW2Pairs(b *testing.B) {
	type pair struct{ name, value string }
	var pairs []pair
	all := func(e apigw.Event) int {
		pairs = pairs[:0]
		for _, each := range []apigw.Pairs{
			apigw.Pairs(e.Headers()), e.Query(), e.PathParameters(), e.DeclaredQuery(), apigw.Pairs(e.DeclaredHeaders()),
			e.StageVariables(), e.Extras(), e.ContextExtras(),
		} {
			for name, value := range each {
				pairs = append(pairs, pair{name, value})
			}
		}
		strings := [...]string{
			e.Method(), e.Path(), e.Route(), e.RouteMethod(), e.Stage(), e.RequestID(), e.ServiceID(), e.SourceIP(),
			e.SecretID(), e.Body(),
		}
		found := len(pairs)
		for _, text := range strings {
			found += len(text)
		}
		return found
	}
	readers := []reader{{"apigw", fresh(all)}, {"apigw-pooled", pooled(all)}}
	for _, it := range unmarshalers {
		readers = append(readers, unmarshal(it.name, it.unmarshal, func(r *fullRequest) int {
			found := len(r.Headers) + len(r.QueryString) + len(r.PathParameters) + len(r.DeclaredQuery) +
				len(r.DeclaredHeaders) + len(r.StageVariables)
			for _, text := range [...]string{
				r.Method, r.Path, r.Context.Path, r.Context.Method, r.Context.Stage, r.Context.RequestID,
				r.Context.ServiceID, r.Context.SourceIP, r.Body,
			} {
				found += len(text)
			}
			return found
		}))
	}
	run(b, []string{"get", "post-1k"}, readers)
}

// W3: a large body as bytes.
func BenchmarkW3(b *testing.B) {
	body := func(e apigw.Event) int {
		data, err := []byte(e.Body()), error(nil)
		if err != nil {
			return 0
		}
		return len(data)
	}
	readers := []reader{{"apigw", fresh(body)}, {"apigw-pooled", pooled(func(e apigw.Event) int { return len(e.Body()) })}}
	for _, it := range unmarshalers {
		readers = append(readers, unmarshal(it.name, it.unmarshal, func(r *vendorRequest) int {
			return len([]byte(r.Body))
		}))
	}
	run(b, []string{"post-64k", "chinese-64k", "post-1m"}, readers)
}
