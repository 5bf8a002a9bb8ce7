package apigw_test

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"apigw"
)

func mustParse(t testing.TB, text string) apigw.JSON {
	t.Helper()
	document, err := apigw.ParseJSON(text)
	if err != nil {
		t.Fatalf("%.200s: %v", text, err)
	}
	return document
}

// plain is what encoding/json has read, with its numbers as apigw has them.
func plain(t testing.TB, value any) any {
	switch value := value.(type) {
	case json.Number:
		text := value.String()
		if integer, err := strconv.ParseInt(text, 10, 64); err == nil && text != "-0" {
			return integer
		}
		if integer, err := strconv.ParseUint(text, 10, 64); err == nil {
			return integer
		}
		float, err := value.Float64()
		if err != nil {
			t.Fatal(err)
		}
		return float
	case []any:
		for i := range value {
			value[i] = plain(t, value[i])
		}
	case map[string]any:
		for name := range value {
			value[name] = plain(t, value[name])
		}
	}
	return value
}

func encodingJSON(t testing.TB, text string) any {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("%.200s: %v", text, err)
	}
	return plain(t, value)
}

func TestJSONIsThatOfEncodingJSON(t *testing.T) {
	for seed := uint64(0); seed < 3_000; seed += step(t) {
		g := &generator{Rand: rand.New(rand.NewPCG(seed, 7))}
		g.any(6)
		// The generator has a number that no type can represent.
		text := strings.ReplaceAll(g.String(), "1e400", "1e300")
		mustEqual(t, "value", mustParse(t, text).Value(), encodingJSON(t, text))
	}
}

func TestJSONTestSuite(t *testing.T) {
	paths, err := filepath.Glob(filepath.Join(data, "jsontestsuite", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	counts := map[byte]int{}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(path)
		counts[name[0]]++
		document, err := apigw.ParseJSON(string(text))
		switch {
		case name[0] == 'n' && err == nil:
			t.Errorf("%s is accepted", name)
		case name[0] == 'y' && err != nil:
			t.Errorf("%s: %v", name, err)
		// encoding/json has the last of members with one name.
		case name[0] == 'y' && !strings.Contains(name, "duplicated"):
			mustEqual(t, name, document.Value(), encodingJSON(t, string(text)))
		}
	}
	if counts['y'] < 90 || counts['n'] < 180 {
		t.Fatalf("%v", counts)
	}
}

func TestJSONIsReadWithoutChecksOnTheWay(t *testing.T) {
	j := mustParse(t,
		`{"a":[1,-2,18446744073709551615,1.5,-0,true,null,"\u0061\u0000"],"b":{"c~/":{"":7}},`+
			`"a":"second"}`)
	a := j.Get("a")
	mustEqual(t, "kinds", []apigw.JSONKind{
		j.Kind(), a.Kind(), a.At(0).Kind(), a.At(2).Kind(), a.At(3).Kind(), a.At(4).Kind(),
		a.At(5).Kind(), a.At(6).Kind(),
		a.At(7).Kind(), a.At(8).Kind(), a.At(-1).Kind(), j.At(0).Kind(), a.Get("a").Kind(),
		j.Get("x").Get("y").At(3).Kind(),
	}, []apigw.JSONKind{
		apigw.JSONObject, apigw.JSONArray, apigw.JSONInt, apigw.JSONUint, apigw.JSONFloat,
		apigw.JSONFloat, apigw.JSONBool,
		apigw.JSONNull, apigw.JSONString, apigw.JSONAbsent, apigw.JSONAbsent, apigw.JSONAbsent,
		apigw.JSONAbsent,
		apigw.JSONAbsent,
	})
	mustEqual(t, "lengths", []int{j.Len(), a.Len(), a.At(0).Len(), apigw.JSON{}.Len()},
		[]int{3, 8, 0, 0})
	for i, want := range []struct {
		int, uint, float bool
		value            float64
	}{
		{true, true, true, 1}, {true, false, true, -2}, {false, true, true, math.MaxUint64}, {false,
			false, true, 1.5},
		{false, false, true, 0}, {}, {}, {},
	} {
		_, isInt := a.At(i).Int()
		_, isUint := a.At(i).Uint()
		float, isFloat := a.At(i).Float()
		mustEqual(t, "number "+strconv.Itoa(i), []any{isInt, isUint, isFloat},
			[]any{want.int, want.uint, want.float})
		if float != want.value {
			t.Fatal(float)
		}
	}
	if value, ok := a.At(5).Bool(); !value || !ok {
		t.Fatal("true")
	}
	if _, ok := a.At(0).Bool(); ok {
		t.Fatal("1 is no truth value")
	}
	if text, ok := a.At(7).Text(); text != "a\x00" || !ok {
		t.Fatal(text)
	}
	if _, ok := a.Text(); ok {
		t.Fatal("an array is no string")
	}
	if value, _ := a.At(1).Int(); value != -2 {
		t.Fatal(value)
	}
	if value, _ := a.At(2).Uint(); value != math.MaxUint64 {
		t.Fatal(value)
	}
	for pointer, want := range map[string]any{
		"": j.Value(), "/a/0": int64(1), "/a/7": "a\x00", "/b/c~0~1/": int64(7),
		"/b/c~0~1": map[string]any{"": int64(7)},
		"a":        nil, "/a/00": nil, "/a/-": nil, "/a/8": nil, "/a/0/0": nil, "/x": nil, "/a/": nil,
	} {
		mustEqual(t, pointer, j.Pointer(pointer).Value(), want)
	}
	names := ""
	for name := range j.Members() {
		names += name
	}
	mustEqual(t, "names", names, "aba")
	for range a.Elements() {
		names += "."
		if len(names) == 5 {
			break
		}
	}
	mustEqual(t, "elements", names, "aba..")
}

func TestExtrasAreReadAsJSON(t *testing.T) {
	event := mustDecode(t, `{"authorizer":{"claims":{"sub":"u-1"}},"n":5}`)
	authorizer, err := event.Extra("authorizer")
	if err != nil {
		t.Fatal(err)
	}
	n, err := event.Extra("n")
	if err != nil {
		t.Fatal(err)
	}
	absent, err := event.Extra("x")
	if err != nil {
		t.Fatal(err)
	}
	// The first document is still there.
	got := []any{authorizer.Pointer("/claims/sub").Value(), n.Value(), absent.Value()}
	mustEqual(t, "values", got, []any{"u-1", int64(5), nil})
}

func TestClaimsOfEveryAuthorizer(t *testing.T) {
	text, err := os.ReadFile("../../tests/data/claims.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct {
		Name   string
		Event  json.RawMessage
		Claims map[string]any
	}
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		claims, err := mustDecode(t, string(c.Event)).Claims()
		if err != nil {
			t.Fatalf("%s: %v", c.Name, err)
		}
		mustEqual(t, c.Name, claims.Kind() == apigw.JSONObject, c.Claims != nil)
		for name, want := range c.Claims {
			// encoding/json reads every number as a float.
			if number, isNumber := want.(float64); isNumber {
				want = int64(number)
			}
			mustEqual(t, c.Name, claims.Get(name).Value(), want)
		}
		mustEqual(t, c.Name, claims.Len(), len(c.Claims))
	}
}

func TestWrongJSONSaysWhere(t *testing.T) {
	for text, want := range map[string]apigw.Error{
		"":                            {Code: apigw.ErrUnexpectedEnd},
		`{"a":}`:                      {Code: apigw.ErrUnexpectedByte, Offset: 5},
		`[1] 2`:                       {Code: apigw.ErrTrailingBytes, Offset: 4},
		`["\ud800"]`:                  {Code: apigw.ErrLoneSurrogate, Offset: 2},
		"[\"\xff\"]":                  {Code: apigw.ErrInvalidUTF8, Offset: 2},
		`1e400`:                       {Code: apigw.ErrInvalidNumber},
		strings.Repeat("[", 65) + "1": {Code: apigw.ErrTooDeep, Offset: 64},
	} {
		_, err := apigw.ParseJSON(text)
		mustFail(t, err, want)
	}
}
