package apigw_test

import (
	"reflect"
	"testing"

	"apigw"
)

func mustEqual(t testing.TB, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%s:\n got %#v\nwant %#v", what, got, want)
	}
}

func mustDecode(t testing.TB, event string) apigw.Event {
	t.Helper()
	decoded, err := apigw.Decode([]byte(event))
	if err != nil {
		t.Fatalf("%s: %v", event, err)
	}
	return decoded
}
