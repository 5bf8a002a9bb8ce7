package apigw

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func decodeBoth(t *testing.T, decoder *Decoder, text string) Event {
	t.Helper()
	event, err := decoder.Decode([]byte(text))
	if err != nil {
		t.Fatalf("%.80s: %v", text, err)
	}
	form := string(event.AppendJSON(nil))
	var into Event
	if err := decoder.DecodeInto(&into, append(make([]byte, 0, 2*len(text)+Padding),
		text...)); err != nil {
		t.Fatal(err)
	}
	// In place, nothing is packed.
	if want := string(into.AppendJSON(nil)); form != want {
		t.Fatalf("%.80s, %d bytes:\n got %.2000s\nwant %.2000s", text, len(text), form, want)
	}
	return event
}

func TestWellKnownNamesAreThoseOfTheLibrary(t *testing.T) {
	decoder := NewDecoder()
	// The first event is not packed.
	decodeBoth(t, decoder, `{}`)
	for id, name := range headerNames[1:] {
		id := uint32(id + 1)
		title := strings.ToUpper(name[:1]) + name[1:]
		last := name[:len(name)-1] + strings.ToUpper(name[len(name)-1:])
		event := decodeBoth(t, decoder, fmt.Sprintf(`{"headers":{%q:"1",%q:"2",%q:"3"}}`, name, title,
			last))
		for i, want := range []string{name, title, last} {
			pair := event.table.pair(uint32(i))
			if got := event.name(pair); got != want || event.value(pair) != fmt.Sprint(i+1) {
				t.Fatalf("header %d is %q: %q", id, got, event.value(pair))
			}
			if isKnown := i == 0 && name != "cookie"; (pair.nameOff == none) != isKnown || isKnown &&
				pair.nameLen != id {
				t.Fatalf("%s is packed as %+v", want, pair)
			}
		}
	}
}

// In words of 16 bits, the time has four.
func TestTheTimeOfAPackedEvent(t *testing.T) {
	decoder := NewDecoder()
	decodeBoth(t, decoder, `{}`)
	for _, body := range []int{0, 1 << 15, 1 << 18} {
		for _, want := range []uint64{0, 1, 0xffff, 0x8000_0000, 1_700_000_000_123, 1<<64 - 1} {
			event := decodeBoth(t, decoder, fmt.Sprintf(
				`{"requestContext":{"requestTimeEpoch":%d},"body":"%s"}`, want, strings.Repeat("b", body)))
			if event.TimeMS() != want || event.table.isShort != (body == 0) {
				t.Fatal(event.TimeMS(), want, event.table.isShort)
			}
		}
	}
}

func TestEventsOfEverySizeArePackedWhole(t *testing.T) {
	decoder := NewDecoderWithLimits(Limits{Pairs: 1 << 20})
	kept := map[string]Event{}
	shortOnes := 0
	check := func(query int, body string) {
		text := fmt.Sprintf(`{"path":"/\u0063ats","queryString":{%s"n":"%d"},"headers":{"host":"h",`+
			`"X":["1",true]},"body":%s}`,
			strings.Repeat(`"":"",`, query), query, body)
		event := decodeBoth(t, decoder, text)
		if event.table.isShort {
			shortOnes++
		}
		var want string
		if err := json.Unmarshal([]byte(body), &want); err != nil {
			t.Fatal(err)
		}
		if event.Body() != want || event.Header("Host") != "h" || event.Query().Len() != query+1 {
			t.Fatalf("%d pairs, a body of %d bytes: it has %d", query, len(body), len(event.Body()))
		}
		kept[text] = event
	}
	for _, around := range []int{64, 4 << 10, largestCut, 1<<15 - 500, 1 << 15, largestPacked} {
		for size := around - 64; size < around+64; size++ {
			check(0, `"`+strings.Repeat("b", size)+`"`)
			if around <= largestCut {
				check(size%7, `"`+strings.Repeat(`\n`, size)+`"`)
			}
		}
	}
	for pairs := 4000; pairs < 4200; pairs += 3 {
		check(pairs, `""`)
	}
	check(100_000, `""`)
	if shortOnes == 0 || shortOnes == len(kept) {
		t.Fatalf("%d of %d events have short words", shortOnes, len(kept))
	}
	for text, event := range kept {
		again, err := decoder.Decode([]byte(text))
		if err != nil || string(event.AppendJSON(nil)) != string(again.AppendJSON(nil)) {
			t.Fatalf("%.80s, %d bytes, has changed", text, len(text))
		}
	}
}

func TestAnEventWhosePlaceIsTakenIsNotRead(t *testing.T) {
	decoder := NewDecoder()
	var old Event
	decode := func(event *Event, text string) {
		t.Helper()
		if err := decoder.DecodeInto(event, append(make([]byte, 0, len(text)+Padding),
			text...)); err != nil {
			t.Fatal(err)
		}
	}
	decode(&old, `{"queryString":{"a":"1"},"body":"a longer event"}`)
	decode(new(Event), `{"queryString":{"a":"1","b":"2"}}`)
	defer func() {
		if recover() != "apigw: an event is read after another one took its place" {
			t.Fatal("no panic")
		}
	}()
	t.Fatal(old.Query().Len())
}
