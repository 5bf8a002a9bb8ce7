package apigw_test

import (
	"fmt"
	"os"
	"reflect"
	"strconv"
	"testing"

	"apigw"
)

func mustEqual(t testing.TB, what string, got, want any) {
	t.Helper()
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%s:\n got %.2000s\nwant %.2000s", what, fmt.Sprintf("%#v", got),
			fmt.Sprintf("%#v", want))
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

// step is 1, or the value of APIGW_TEST_STEP: in an emulator, tests run one case of this number.
func step(t testing.TB) uint64 {
	t.Helper()
	text, found := os.LookupEnv("APIGW_TEST_STEP")
	if !found {
		return 1
	}
	step, err := strconv.ParseUint(text, 10, 32)
	if err != nil {
		t.Fatal(err)
	}
	return step
}

// roomy is a copy of an event with the room that every event can be decoded in.
func roomy(event []byte) []byte {
	return append(make([]byte, 0, 2*len(event)+apigw.Padding), event...)
}
