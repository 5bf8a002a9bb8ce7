package apigw_test

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"os"
	"os/exec"
	"slices"
	"testing"

	"apigw"
	aws "apigw/aws/events"
	scf "apigw/scf/events"
)

// expectation is what the model of the library's own tests makes of an input: see tests/cases.
type expectation struct {
	Event *struct {
		Dialect     string
		Strings     map[string]string
		Maps        map[string][]*[2]*string
		Body        []string
		TimeMS      uint64 `json:"time_ms"`
		PathDecoded bool   `json:"path_decoded"`
		IsPartial   bool   `json:"is_partial"`
	}
	Error *struct {
		Code   string
		Offset int
		Member *string
	}

	// right is a normalised form that was found to be the expected one.
	right []byte
}

// cases is the inputs that the program of tests/cases writes, and what they must give. The variable
// APIGW_CASES has its path, APIGW_CASES_SEED and APIGW_CASES_COUNT choose others than those of
// every run.
func cases(t *testing.T) iter.Seq2[[]byte, []byte] {
	t.Helper()
	program := os.Getenv("APIGW_CASES")
	if program == "" {
		t.Fatal("APIGW_CASES has no path: cargo build -p apigw-cases, " +
			"and APIGW_CASES=$PWD/target/debug/apigw-cases")
	}
	argument := func(name, otherwise string) string {
		if value, found := os.LookupEnv(name); found {
			return value
		}
		return otherwise
	}
	command := exec.Command(program, "--seed", argument("APIGW_CASES_SEED", "1"), "--count",
		argument("APIGW_CASES_COUNT", "20000"))
	command.Stderr = os.Stderr
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	in := bufio.NewReaderSize(out, 1<<20)
	return func(yield func(input, expected []byte) bool) {
		for {
			input, err := part(in)
			if err == io.EOF {
				break
			}
			expected, expectedErr := part(in)
			if err := errors.Join(err, expectedErr); err != nil {
				t.Fatal(err)
			}
			if !yield(input, expected) {
				return
			}
		}
		if err := command.Wait(); err != nil {
			t.Fatal(err)
		}
	}
}

func part(in io.Reader) ([]byte, error) {
	var length uint32
	if err := binary.Read(in, binary.LittleEndian, &length); err != nil {
		return nil, err
	}
	content := make([]byte, length)
	_, err := io.ReadFull(in, content)
	return content, err
}

func parsed(t testing.TB, text []byte) map[string]any {
	t.Helper()
	var form map[string]any
	if err := json.Unmarshal(text, &form); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return form
}

// form is the normalised form that is expected.
func (e *expectation) form() map[string]any {
	form := map[string]any{"dialect": e.Event.Dialect}
	if e.Event.TimeMS != 0 {
		form["time_ms"] = float64(e.Event.TimeMS)
	}
	if e.Event.PathDecoded {
		form["path_decoded"] = true
	}
	for name, text := range e.Event.Strings {
		form[name] = text
	}
	for name, pairs := range e.Event.Maps {
		list := make([]any, len(pairs))
		for i, pair := range pairs {
			var value any
			if pair[1] != nil {
				value = *pair[1]
			}
			list[i] = []any{*pair[0], value}
		}
		form[name] = list
	}
	if e.Event.Body != nil {
		form["body_kind"], form["body"] = e.Event.Body[0], e.Event.Body[1]
	}
	return form
}

// isPartial returns whether only the dialect is known.
func (e *expectation) isPartial() bool {
	return e.Event != nil && e.Event.IsPartial
}

// check compares an event, or an error, with what is expected.
func (e *expectation) check(t testing.TB, way string, event apigw.Event, err error) {
	t.Helper()
	if e.isPartial() {
		// A member that the model does not read may be wrong.
		isRefused := errors.Is(err, apigw.ErrWrongType) || errors.Is(err, apigw.ErrNameTooLong) ||
			errors.Is(err, apigw.ErrTooManyPairs)
		if !isRefused && (err != nil || event.Dialect().String() != e.Event.Dialect) {
			t.Fatalf("%s: %v, %v, want %s", way, event.Dialect(), err, e.Event.Dialect)
		}
		return
	}
	if e.Error == nil {
		if err != nil {
			t.Fatalf("%s: %v", way, err)
		}
		// Parsing takes long, so the same form is parsed once.
		if form := event.AppendJSON(nil); e.right == nil || !bytes.Equal(form, e.right) {
			mustEqual(t, way, parsed(t, form), e.form())
			e.right = form
		}
		return
	}
	var fault *apigw.Error
	if !errors.As(err, &fault) {
		t.Fatalf("%s: the error is %v, want %+v", way, err, *e.Error)
	}
	if fault.Code.Name() != e.Error.Code || fault.Offset != e.Error.Offset || e.Error.Member != nil &&
		fault.Member != *e.Error.Member {
		t.Fatalf("%s: %+v, want %+v", way, *fault, *e.Error)
	}
}

// pairs is the pairs of a map as they are iterated over, where a bare name has the value "".
func (e *expectation) pairs(name string) [][2]string {
	var pairs [][2]string
	for _, pair := range e.Event.Maps[name] {
		value := ""
		if pair[1] != nil {
			value = *pair[1]
		}
		pairs = append(pairs, [2]string{*pair[0], value})
	}
	return pairs
}

// checkVendors compares the types of other libraries, filled with an event, with what is expected.
func (e *expectation) checkVendors(t testing.TB, ofSCF *scf.APIGatewayRequest,
	ofAWS *aws.APIGatewayProxyRequest) {
	t.Helper()
	if e.isPartial() {
		return
	}
	headers := map[string]string{}
	for _, pair := range e.pairs("headers") {
		headers[pair[0]] = pair[1]
	}
	mustEqual(t, "headers of scf", ofSCF.Headers, headers)
	mustEqual(t, "headers of aws", ofAWS.Headers, headers)
	query := scf.APIGatewayQueryString{}
	for _, pair := range e.Event.Maps["query"] {
		values := query[*pair[0]]
		if pair[1] != nil {
			values = append(values, *pair[1])
		}
		query[*pair[0]] = values
	}
	for name, values := range query {
		if !slices.Equal(ofSCF.QueryString[name], values) {
			t.Fatalf("query of scf: %q has %q, want %q", name, ofSCF.QueryString[name], values)
		}
	}
	mustEqual(t, "names in the query of scf", len(ofSCF.QueryString), len(query))
	strings := e.Event.Strings
	mustEqual(t, "path of scf", ofSCF.Path, strings["path"])
	mustEqual(t, "path of aws", ofAWS.Path, strings["path"])
	mustEqual(t, "stage of scf", ofSCF.Context.Stage, strings["stage"])
	if e.Event.Body != nil {
		mustEqual(t, "body of scf", ofSCF.Body, e.Event.Body[1])
		mustEqual(t, "body of aws", ofAWS.Body, e.Event.Body[1])
	}
}

func TestCasesOfTheModelByEveryWayOfDecoding(t *testing.T) {
	decoder, inPlace := apigw.NewDecoder(), apigw.NewDecoder()
	var ofSCF scf.APIGatewayRequest
	var ofAWS aws.APIGatewayProxyRequest
	var input, expected []byte
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("%d bytes: %.4000q\nexpected: %.4000s", len(input), input, expected)
		}
	})
	count := 0
	for input, expected = range cases(t) {
		count++
		var want expectation
		if err := json.Unmarshal(expected, &want); err != nil ||
			(want.Event == nil) == (want.Error == nil) {
			t.Fatalf("no expectation: %v", err)
		}
		// So that what is not written shows.
		buffer := append(bytes.Clone(input), bytes.Repeat([]byte(`"`),
			len(input)+apigw.Padding)...)[:len(input)]

		event, err := decoder.Decode(input)
		want.check(t, "Decoder.Decode", event, err)

		pooled, err := apigw.Decode(input)
		want.check(t, "Decode", pooled, err)

		calls := 0
		err = apigw.DecodeThen(input, func(event apigw.Event) {
			calls++
			want.check(t, "DecodeThen", event, nil)
			ofSCF.Fill(event)
			ofAWS.Fill(event)
		})
		if err != nil {
			want.check(t, "DecodeThen", apigw.Event{}, err)
		}
		mustEqual(t, "calls of use", calls == 1, err == nil)
		if calls == 1 {
			want.checkVendors(t, &ofSCF, &ofAWS)
		}

		var into apigw.Event
		err = inPlace.DecodeInto(&into, buffer)
		want.check(t, "Decoder.DecodeInto", into, err)
		if err == nil {
			ofSCF.Fill(into)
			ofAWS.Fill(into)
			want.checkVendors(t, &ofSCF, &ofAWS)
		}
		// The decoders have decoded other events since.
		if err == nil {
			want.check(t, "an event that was kept", event, nil)
		}
	}
	t.Logf("%d cases", count)
	if count < 100 {
		t.Fatal("these are too few")
	}
}
