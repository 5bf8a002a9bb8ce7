package apigw_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"apigw"
)

// FuzzDecode compares all ways of decoding, and what is accepted with encoding/json, which refuses
// less.
func FuzzDecode(f *testing.F) {
	for _, it := range fixtures(f) {
		f.Add(it.bytes)
	}
	for seed := range uint64(20) {
		f.Add([]byte(generate(seed)))
	}
	decoder := apigw.NewDecoder()
	f.Fuzz(func(t *testing.T, data []byte) {
		before := bytes.Clone(data)
		event, err := apigw.Decode(data)
		if !bytes.Equal(data, before) {
			t.Fatal("the input has changed")
		}
		form := event.AppendJSON(nil)
		var into apigw.Event
		intoErr := decoder.DecodeInto(&into, roomy(data))
		if err != nil {
			var fault, intoFault *apigw.Error
			if !errors.As(err, &fault) || !errors.As(intoErr, &intoFault) || *fault != *intoFault {
				t.Fatalf("%v, in place %v", err, intoErr)
			}
			if fault.Offset > len(data) {
				t.Fatalf("%v, but there are %d bytes", err, len(data))
			}
			return
		}
		if intoErr != nil || !bytes.Equal(into.AppendJSON(nil), form) {
			t.Fatalf("in place: %v, %s", intoErr, into.AppendJSON(nil))
		}
		if !json.Valid(form) {
			t.Fatalf("no JSON: %q", form)
		}
		m := modelOf(t, string(data))
		// The other dialects have other members for these.
		if event.Dialect() != apigw.DialectTencentAPIGateway {
			return
		}
		mustEqual(t, "path", event.Path(), m.string("path"))
		mustEqual(t, "method", event.Method(), m.string("httpMethod"))
		if body, isText := m["body"].(string); isText {
			mustEqual(t, "body", event.Body(), body)
		}
	})
}
