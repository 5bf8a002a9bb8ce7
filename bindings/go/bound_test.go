package apigw_test

import (
	"fmt"
	"math"
	"runtime"
	"strings"
	"testing"

	"apigw"
)

// mostMemory is what one decode may allocate for an input, and a kept event may hold, with the
// default limits.
func mostMemory(input int) int {
	return 5*input + 64<<10
}

// listUnder is an event with a list of values under a name, as it is written.
func listUnder(member, name string, values int) string {
	return fmt.Sprintf(`{"httpMethod":"GET",%q:{"%s":[%s1]}}`, member, name,
		strings.Repeat("1,", values-1))
}

// costly is events that a careless decoder would need much memory for.
func costly() map[string]string {
	all := map[string]string{}
	for unit, text := range map[string]string{"plain": "n", "escaped": `\n`, "wide": "中",
		"escaped wide": `\u4e2d`} {
		for _, units := range []int{0, 1, 100, 1000, 10_000, 65_535 / 3} {
			for _, values := range []int{2, 30, 250, 510, 513, 1000, 4090} {
				for _, member := range []string{"queryString", "headers"} {
					name := fmt.Sprintf("%d values under a name of %d %s characters in %s", values, units, unit,
						member)
					all[name] = listUnder(member, strings.Repeat(text, units), values)
				}
			}
		}
	}
	for _, count := range []int{100, 300, 600, 1000, 2000, 4090} {
		for form, pair := range map[string]string{"empty names": `"":1`, "bare names": `"n":true`,
			"lists": `"n":["",""]`, "known names": `"host":""`} {
			all[fmt.Sprintf("%d times %s", count, form)] = `{"headers":{` +
				strings.Repeat(pair+",", count/2) + pair + `}}`
		}
		all[fmt.Sprintf("%d unknown members", count)] = `{` + strings.Repeat(`"x":1,`, count) + `"y":2}`
	}
	for _, size := range []int{100, 15 << 10, 17 << 10, 300 << 10} {
		all[fmt.Sprintf("a body of %d bytes", size)] = `{"body":"` + strings.Repeat("b", size) + `"}`
		all[fmt.Sprintf("a body of %d escapes", size)] = `{"body":"` + strings.Repeat(`\n`, size) + `"}`
	}
	// The pairs of a raw query are parts of it, or are decoded to memory of their own.
	for form, part := range map[string]string{"plain": "nn=vv", "encoded": "%6e=%76", "bare": "n",
		"one long": "n=" + strings.Repeat("v", 500), "one long encoded": strings.Repeat("%76", 170)} {
		for _, count := range []int{30, 500, 4090} {
			all[fmt.Sprintf("a raw query of %d pairs, %s", count, form)] = rawQuery(
				strings.Repeat(part+"&", count))
		}
	}
	return all
}

// rawQuery is an event that has its query as one string.
func rawQuery(query string) string {
	return `{"version":"2.0","rawPath":"/","rawQueryString":"` + query +
		`","requestContext":{"routeKey":"GET /cats","http":{"method":"GET"}}}`
}

// allocated is the number of bytes that work allocates.
func allocated(work func()) int {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	work()
	runtime.ReadMemStats(&after)
	return int(after.TotalAlloc - before.TotalAlloc)
}

// The name of a list was counted and copied once for each value: 262 MB for 74 KB of input.
func TestADecodeAllocatesAtMostFiveTimesTheInputAnd64KiB(t *testing.T) {
	for name, text := range costly() {
		for _, it := range []struct {
			way    string
			decode func(*apigw.Decoder, []byte) error
		}{
			{"Decode", func(d *apigw.Decoder, data []byte) error {
				event, err := d.Decode(data)
				runtime.KeepAlive(event)
				return err
			}},
			{"DecodeThen", func(_ *apigw.Decoder, data []byte) error {
				return apigw.DecodeThen(data, func(apigw.Event) {})
			}},
			{"DecodeInto", func(d *apigw.Decoder, data []byte) error {
				var event apigw.Event
				return d.DecodeInto(&event, data)
			}},
		} {
			// The count includes what other goroutines allocate meanwhile, so the least one holds.
			took := math.MaxInt
			for range 3 {
				data := roomy([]byte(text))
				// A decoder that has nothing yet but what the smallest event takes.
				decoder := apigw.NewDecoder()
				if _, err := decoder.Decode([]byte("{}")); err != nil {
					t.Fatal(err)
				}
				var err error
				took = min(took, allocated(func() { err = it.decode(decoder, data) }))
				if err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
			if most := mostMemory(len(text)); took > most {
				t.Errorf("%s by %s: %d bytes of input allocate %d, and may %d", name, it.way, len(text), took,
					most)
			}
		}
	}
}

func TestAKeptEventHoldsAtMostFiveTimesTheInputAnd64KiB(t *testing.T) {
	const count = 20
	for name, text := range costly() {
		decoder := apigw.NewDecoder()
		events := make([]apigw.Event, count)
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		for i := range events {
			var err error
			if events[i], err = decoder.Decode([]byte(text)); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		held := (int(after.HeapAlloc) - int(before.HeapAlloc)) / count
		if most := mostMemory(len(text)); held > most {
			t.Errorf("%s: %d bytes of input hold %d, and may %d", name, len(text), held, most)
		}
		runtime.KeepAlive(events)
	}
}

// The size of the packed event had more than 32 bits and was cut to 34 bytes, where a megabyte was
// written.
func TestAListWhosePackedNamesWouldExceed32Bits(t *testing.T) {
	const values = 65_521
	decoder := apigw.NewDecoderWithLimits(apigw.Limits{Pairs: 100_000})
	for _, text := range []string{`{}`, listUnder("queryString", strings.Repeat("n", 65_535),
		values)} {
		event, err := decoder.Decode([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if text == `{}` {
			// The first event of a decoder is not packed.
			continue
		}
		mustEqual(t, "values", event.Query().Len(), values)
		for name, value := range event.Query() {
			if len(name) != 65_535 || value != "1" {
				t.Fatalf("a name of %d bytes has %q", len(name), value)
			}
		}
	}
}

func TestPairsThatShareANameAndNeighboursOfThem(t *testing.T) {
	decoder, inPlace := apigw.NewDecoder(), apigw.NewDecoder()
	for _, text := range []string{
		`{"queryString":{"gr\u00f6\u00dfe":["1","2",true],"größe":"3","":["4","5"],"a":"6","":"7"}}`,
		`{"headers":{"Set-Cookie":["a","b"],"set-cookie":["c","d"],"cookie":["e","f"],"x":[],"x":["g",` +
			`"h"]},"x":1,"x":2}`,
		`{"headers":{"x":["1","2"]},"queryString":{"x":["3","4"]},"pathParameters":{"x":["5",null]}}`,
		listUnder("headers", strings.Repeat("é", 5000), 5),
		listUnder("queryString", "n", 600),
		rawQuery("a=1&b=%20&%6e&c"),
		rawQuery(strings.Repeat("a=%C3%A9&", 600)),
		rawQuery(strings.Repeat("a=%C3%A9&", 1200) + strings.Repeat("b", 20_000)),
		rawQuery("v=" + strings.Repeat("b", 1<<18) + strings.Repeat("=%C3%A9", 1200)),
	} {
		if _, err := decoder.Decode([]byte("{}")); err != nil {
			t.Fatal(err)
		}
		event, err := decoder.Decode([]byte(text))
		mustEqual(t, "error", err, nil)
		var into apigw.Event
		mustEqual(t, "error", inPlace.DecodeInto(&into, roomy([]byte(text))), nil)
		mustEqual(t, "form", string(event.AppendJSON(nil)), string(into.AppendJSON(nil)))
	}
}
