package apigw_test

import (
	"fmt"
	"reflect"
	"testing"

	"apigw"
)

func mustEqual(t testing.TB, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%s:\n got %.2000s\nwant %.2000s", what, fmt.Sprintf("%#v", got), fmt.Sprintf("%#v", want))
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
