package apigw_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/url"
	"os"
	"testing"

	"apigw"
)

// The cases that the requests of every language are tested with.
type requestCase struct {
	Name    string
	Event   json.RawMessage
	Request *struct {
		Method  string
		Path    string
		Query   [][2]string
		Headers [][2]string
		Body    string
	}
	// The event is not one of a request.
	IsOther bool `json:"is_other"`
}

func TestTheRequestOfAnEventIsThatOfTheTable(t *testing.T) {
	text, err := os.ReadFile("../../tests/data/requests.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []requestCase
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		request, err := mustDecode(t, string(c.Event)).Request(context.Background())
		if c.Request == nil {
			if err == nil {
				t.Fatalf("%s: %v is a request", c.Name, request.URL)
			}
			if c.IsOther {
				mustEqual(t, c.Name, errors.Is(err, apigw.ErrNotRequest), true)
			}
			continue
		}
		if err != nil {
			t.Fatalf("%s: %v", c.Name, err)
		}
		mustEqual(t, c.Name, request.Method, c.Request.Method)
		mustEqual(t, c.Name, request.URL.EscapedPath(), c.Request.Path)
		query := url.Values{}
		for _, pair := range c.Request.Query {
			query.Add(pair[0], pair[1])
		}
		mustEqual(t, c.Name, request.URL.Query(), query)
		for _, header := range c.Request.Headers {
			var want []string
			for _, other := range c.Request.Headers {
				if other[0] == header[0] {
					want = append(want, other[1])
				}
			}
			mustEqual(t, c.Name, request.Header.Values(header[0]), want)
		}
		body, err := io.ReadAll(request.Body)
		if err != nil {
			t.Fatalf("%s: %v", c.Name, err)
		}
		mustEqual(t, c.Name, compact(body), compact([]byte(c.Request.Body)))
	}
}

// compact is JSON without the blanks that a writer is free to add.
func compact(text []byte) string {
	var out bytes.Buffer
	if json.Compact(&out, text) != nil {
		return string(text)
	}
	return out.String()
}
