package apigw_test

import (
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"testing"

	"apigw"
)

// numbered returns an event whose strings all contain its number.
func numbered(i int) string {
	return fmt.Sprintf(`{"httpMethod":"GET","path":"/\u0063ats/%d",`+
		`"headers":{"host":"%d.example.com","x":["%d",true]},`+
		`"queryString":{"n":"%d"},"requestContext":{"stage":"s%d"},"body":"{\"n\":%d}","more":{"n":%d}}`,
		i, i, i, i, i, i, i)
}

func checkNumbered(t testing.TB, event apigw.Event, i int) {
	t.Helper()
	n := fmt.Sprint(i)
	for _, it := range [][2]string{
		{event.Method(), "GET"},
		{event.Path(), "/cats/" + n},
		{event.Header("Host"), n + ".example.com"},
		{event.Header("x"), n},
		{event.Query().Get("n"), n},
		{event.Stage(), "s" + n},
		{event.Body(), `{"n":` + n + `}`},
		{event.Extras().Get("more"), `{"n":` + n + `}`},
	} {
		if it[0] != it[1] {
			t.Errorf("event %d: %q, want %q", i, it[0], it[1])
		}
	}
}

func TestEventsThatAreKeptStayAsTheyWere(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	count := 100_000 / int(step(t))
	decoder := apigw.NewDecoder()
	events := make([]apigw.Event, count)
	// Some are kept by a string alone.
	paths := make([]string, 0, count/10)
	for i := range events {
		event, err := decoder.Decode([]byte(numbered(i)))
		if err != nil {
			t.Fatal(err)
		}
		if i%10 == 0 {
			paths = append(paths, event.Path())
		} else {
			events[i] = event
		}
		if i%10_000 == 0 {
			runtime.GC()
		}
	}
	decoder = nil
	runtime.GC()
	for i, event := range events {
		if i%10 == 0 {
			mustEqual(t, "path", paths[i/10], fmt.Sprint("/cats/", i))
		} else {
			checkNumbered(t, event, i)
		}
	}
}

func TestStringsOfEventsThatAreNotKeptStayAsTheyWere(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	type strung struct{ path, host, body, query string }
	var kept []strung
	sizes := []int{0, 10, 3000, 15 << 10, 17 << 10, 100 << 10, 300 << 10}
	body := func(i int) string { return fmt.Sprint(strings.Repeat("b", sizes[i%len(sizes)]), i) }
	for i := range 300 {
		data := fmt.Appendf(nil,
			`{"path":"/%d","headers":{"host":"%d.example.com"},"body":"%s","queryString":{"n":"%d"}}`, i, i,
			body(i), i)
		calls := 0
		err := apigw.DecodeThen(data, func(event apigw.Event) {
			calls++
			// Another event while this one is looked at.
			if err := apigw.DecodeThen([]byte(numbered(i)),
				func(other apigw.Event) { checkNumbered(t, other, i) }); err != nil {
				t.Error(err)
			}
			want, err := apigw.Decode(data)
			mustEqual(t, "JSON", string(event.AppendJSON(nil)), string(want.AppendJSON(nil)))
			mustEqual(t, "error", err, nil)
			kept = append(kept, strung{event.Path(), event.Header("Host"), event.Body(),
				event.Query().Get("n")})
		})
		mustEqual(t, "error", err, nil)
		mustEqual(t, "calls", calls, 1)
		clear(data)
	}
	runtime.GC()
	for i, is := range kept {
		want := strung{fmt.Sprint("/", i), fmt.Sprint(i, ".example.com"), body(i), fmt.Sprint(i)}
		if is != want {
			t.Errorf("event %d: %.80v", i, is)
		}
	}
}

func TestDecodeThenOfWhatIsNoEvent(t *testing.T) {
	use := func(apigw.Event) { t.Error("there is no event") }
	if err := apigw.DecodeThen([]byte(`{"path":1}`), use); !errors.Is(err, apigw.ErrWrongType) {
		t.Error(err)
	}
	// A panic is the caller's, and the decoder is used again.
	for range 3 {
		func() {
			defer func() { mustEqual(t, "panic", recover(), any("cats")) }()
			_ = apigw.DecodeThen([]byte(numbered(1)), func(apigw.Event) { panic("cats") })
		}()
	}
	err := apigw.DecodeThen([]byte(numbered(2)),
		func(event apigw.Event) { checkNumbered(t, event, 2) })
	mustEqual(t, "error", err, nil)
}

// Events share memory up to a size, and tables outgrow what the last ones took.
func TestNeighboursOfAnySizeStayAsTheyWere(t *testing.T) {
	decoder := apigw.NewDecoder()
	event := func(i int) string {
		query := strings.Repeat(`"q":"1",`, i*37%300)
		return fmt.Sprintf(`{"path":"/%d","queryString":{%s"n":"%d"},"body":"%s"}`, i, query, i,
			strings.Repeat("b", i*101%7000))
	}
	events := make([]apigw.Event, 500)
	for i := range events {
		var err error
		if events[i], err = decoder.Decode([]byte(event(i))); err != nil {
			t.Fatal(err)
		}
		if i%7 == 0 {
			if _, err := decoder.Decode([]byte(`{"path":"/refused",`)); err == nil {
				t.Fatal("half an event is one")
			}
		}
	}
	for i, kept := range events {
		mustEqual(t, "path", kept.Path(), fmt.Sprint("/", i))
		mustEqual(t, "n", kept.Query().Get("n"), fmt.Sprint(i))
		mustEqual(t, "pairs", kept.Query().Len(), i*37%300+1)
		mustEqual(t, "body", kept.Body(), strings.Repeat("b", i*101%7000))
	}
}

func TestTheFirstEventOfADecoderIsThatOfAnyOther(t *testing.T) {
	used := apigw.NewDecoder()
	for _, it := range fixtures(t) {
		decoder := apigw.NewDecoder()
		first, err := decoder.Decode(it.bytes)
		it.check(t, first, err)
		second, err := decoder.Decode(it.bytes)
		it.check(t, second, err)
		again, err := used.Decode(it.bytes)
		it.check(t, again, err)
		mustEqual(t, it.name, string(first.AppendJSON(nil)), string(second.AppendJSON(nil)))
	}
}

func TestDecodersAreFreedWhileOthersWork(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(1))
	for i := range 5_000 {
		event, err := apigw.NewDecoder().Decode([]byte(numbered(i)))
		if err != nil {
			t.Fatal(err)
		}
		checkNumbered(t, event, i)
	}
}

func TestManyGoroutinesShareThePool(t *testing.T) {
	all := fixtures(t)
	var group sync.WaitGroup
	for i := range 64 {
		group.Add(1)
		go func() {
			defer group.Done()
			decoder := apigw.NewDecoder()
			var into apigw.Event
			var buffer []byte
			for j := range all {
				it := &all[(j+i*7)%len(all)]
				event, err := apigw.Decode(it.bytes)
				it.check(t, event, err)

				buffer = roomy(it.bytes)
				into = apigw.Event{}
				err = decoder.DecodeInto(&into, buffer)
				it.check(t, into, err)
			}
		}()
	}
	group.Wait()
}

// A decoded event is read by many goroutines.
func TestManyGoroutinesReadOneEvent(t *testing.T) {
	event := mustDecode(t, numbered(7))
	var group sync.WaitGroup
	for range 64 {
		group.Add(1)
		go func() {
			defer group.Done()
			for range 100 {
				checkNumbered(t, event, 7)
			}
		}()
	}
	group.Wait()
}
