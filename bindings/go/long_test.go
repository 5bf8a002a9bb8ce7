package apigw_test

import (
	"encoding/json"
	"errors"
	"runtime"
	"strings"
	"testing"

	"apigw"
)

// TestLongBodies keeps events of all ways that a long body may go, and looks at them when their
// decoder has had others.
func TestLongBodies(t *testing.T) {
	type request struct {
		Body    string            `json:"body"`
		Headers map[string]string `json:"headers"`
		Path    string            `json:"path"`
	}
	type kept struct {
		request
		event apigw.Event
	}
	decoder := apigw.NewDecoder()
	var events []kept
	for _, size := range []int{1 << 10, 15 << 10, 16<<10 - 64, 16 << 10, 17 << 10, 64 << 10, 255 << 10,
		300 << 10} {
		for _, unit := range []string{"QUJD", "{\"k\":\"v\\n\"},\n", "{\"中文\":\"é😀\"}", "x",
			strings.Repeat("a", 9000) + "\"\n"} {
			for _, path := range []string{"/", "/ü\n", strings.Repeat("p", 20<<10)} {
				want := request{strings.Repeat(unit, size/len(unit)),
					map[string]string{"host": "example.com", "x": path}, path}
				data, err := json.Marshal(want)
				if err != nil {
					t.Fatal(err)
				}
				event, err := decoder.Decode(data)
				if err != nil {
					t.Fatal(err)
				}
				clear(data)
				events = append(events, kept{want, event})
			}
		}
	}
	runtime.GC()
	for _, it := range events {
		is := request{it.event.Body(), map[string]string{}, it.event.Path()}
		for name, value := range it.event.Headers() {
			is.Headers[name] = value
		}
		if is.Body != it.Body || is.Path != it.Path || is.Headers["host"] != "example.com" ||
			is.Headers["x"] != it.Path {
			t.Errorf("%d bytes of %.10q are not what they were", len(it.Body), it.Body)
		}
	}
}

// TestFaultsInLongEvents compares their offsets with where they are.
func TestFaultsInLongEvents(t *testing.T) {
	decoder := apigw.NewDecoder()
	if _, err := decoder.Decode([]byte("{}")); err != nil {
		t.Fatal(err)
	}
	body := strings.Repeat(`\"k\":`, 8<<10)
	for _, it := range []struct{ front, back string }{
		{`{"body":"` + body, "\x00\"}"},
		{`{"body":"` + body + `","path":`, "7}"},
		{`{"body":"` + body + `"}`, "x"},
		{`{"path":`, `7,"body":"` + body + `"}`},
	} {
		_, err := decoder.Decode([]byte(it.front + it.back))
		var fault *apigw.Error
		if !errors.As(err, &fault) || fault.Offset != len(it.front) {
			t.Errorf("%.20q: %v, want offset %d", it.back, err, len(it.front))
		}
	}
}
