package apigw_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"apigw"
)

const data = "../../tests/data"

func read(t testing.TB, path ...string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(append([]string{data}, path...)...))
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// fixture is an event of tests/data and what it must give: a normalised form, or an error.
type fixture struct {
	name   string
	bytes  []byte
	form   string
	code   string
	offset int
}

func fixtures(t testing.TB) []fixture {
	t.Helper()
	entries, err := os.ReadDir(filepath.Join(data, "events"))
	if err != nil {
		t.Fatal(err)
	}
	faults := map[string][]string{}
	for row := range strings.Lines(string(read(t, "errors.tsv"))) {
		columns := strings.Split(strings.TrimSpace(row), "\t")
		faults[columns[0]] = columns[1:]
	}
	var all []fixture
	for _, entry := range entries {
		it := fixture{name: entry.Name(), bytes: read(t, "events", entry.Name())}
		if fault, ok := faults[it.name]; ok {
			it.code = fault[0]
			if it.offset, err = strconv.Atoi(fault[1]); err != nil {
				t.Fatal(err)
			}
		} else {
			it.form = strings.TrimSuffix(string(read(t, "golden", it.name)), "\n")
		}
		all = append(all, it)
	}
	if len(all) < 200 {
		t.Fatalf("only %d events", len(all))
	}
	return all
}

// check compares what a decode has given with what it must give.
func (it *fixture) check(t *testing.T, event apigw.Event, err error) {
	t.Helper()
	if it.code == "" {
		if err != nil {
			t.Errorf("%s: %v", it.name, err)
		} else if form := string(event.AppendJSON(nil)); form != it.form {
			t.Errorf("%s:\n got %s\nwant %s", it.name, form, it.form)
		}
		return
	}
	var fault *apigw.Error
	if !errors.As(err, &fault) {
		t.Errorf("%s: error is %v", it.name, err)
	} else if fault.Code.Name() != it.code || fault.Offset != it.offset {
		t.Errorf("%s: %v (%s), want %s at %d", it.name, err, fault.Code.Name(), it.code, it.offset)
	}
	if form := string(event.AppendJSON(nil)); form != `{"dialect":"unknown"}` {
		t.Errorf("%s: an event next to the error: %s", it.name, form)
	}
}

func TestEveryWayOfDecodingGivesTheNormalisedFormOrTheError(t *testing.T) {
	decoder := apigw.NewDecoder()
	for _, it := range fixtures(t) {
		before := bytes.Clone(it.bytes)

		event, err := apigw.Decode(it.bytes)
		it.check(t, event, err)
		event, err = decoder.Decode(it.bytes)
		it.check(t, event, err)
		if !bytes.Equal(it.bytes, before) {
			t.Fatalf("%s: the input has changed", it.name)
		}

		// Exactly as much room as every event fits in, and garbage in it.
		buffer := append(bytes.Clone(it.bytes), strings.Repeat(`"`, len(it.bytes)+apigw.Padding)...)
		buffer = buffer[:len(it.bytes):len(buffer)]
		var into apigw.Event
		err = decoder.DecodeInto(&into, buffer)
		it.check(t, into, err)
	}
}

func TestMarshalledEventsMeanTheNormalisedForm(t *testing.T) {
	for _, it := range fixtures(t) {
		if it.code != "" {
			continue
		}
		event, err := apigw.Decode(it.bytes)
		if err != nil {
			t.Fatal(err)
		}
		// encoding/json writes what the event gives with more escapes.
		marshalled, err := json.Marshal(map[string]apigw.Event{"event": event})
		if err != nil {
			t.Fatal(err)
		}
		var got map[string]any
		var want any
		if err := json.Unmarshal(marshalled, &got); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(it.form), &want); err != nil {
			t.Fatal(err)
		}
		mustEqual(t, it.name, got["event"], want)
	}
}
