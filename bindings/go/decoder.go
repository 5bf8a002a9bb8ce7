//go:build cgo

package apigw

import (
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"unsafe"
)

// Limits bounds what a decoder accepts. A field that is 0 has its default.
type Limits struct {
	// Input is the number of bytes that an event may have, by default 16 MiB.
	Input int
	// Pairs is the number of names with values that an event may have, unknown members included, by
	// default 4096.
	Pairs int
	// Response is the number of bytes that an encoded response may have, by default 6 MiB.
	Response int
}

const (
	defaultInput = 16 << 20
	defaultPairs = 4096
)

// Decode decodes an event. The event and its strings are garbage-collected and safe to keep; data
// is not kept.
//
// Decode uses one of the decoders with default limits that the package keeps. Any number of
// goroutines may call it. An error is an [*Error].
func Decode(data []byte) (Event, error) {
	d := takeDecoder()
	event, err := d.Decode(data)
	putBack(d)
	return event, err
}

// DecodeThen decodes an event and calls use with it. use may keep the strings of the event, as
// those of [Decode], but not the event itself, whose memory is used for the next event. DecodeThen
// is for callers that convert every event to a value of their own, and needs less memory.
//
// An error is an [*Error], and use is not called.
func DecodeThen(data []byte, use func(Event)) error {
	d := takeDecoder()
	defer putBack(d)
	event, err := d.keep(data, stringsAlone)
	if err == nil {
		use(event)
	}
	return err
}

// Decoder decodes events and encodes responses, one after the other. It keeps the memory that the
// largest of them took.
//
// A decoder is used by one goroutine at a time. It needs no closing.
type Decoder struct {
	handle  handle
	limits  Limits
	isInUse bool
	// Where C writes tables and texts.
	table []uint32
	text  []byte
	// slab is the memory that the last events and responses were cut from, the first cut bytes of it.
	// A number is written without the garbage collector's write barrier.
	slab []byte
	cut  int

	// Memory for encoding: headers and their text, and a large output.
	headers    []header
	headerText []byte
	output     []byte
}

// NewDecoder makes a decoder with the default limits.
func NewDecoder() *Decoder {
	return NewDecoderWithLimits(Limits{})
}

// NewDecoderWithLimits makes a decoder. It panics if a limit is negative or above 4 GiB.
func NewDecoderWithLimits(limits Limits) *Decoder {
	d := new(Decoder)
	d.mustOpen(limits)
	runtime.AddCleanup(d, handle.free, d.handle)
	return d
}

func (d *Decoder) mustOpen(limits Limits) {
	if err := d.open(limits); err != nil {
		panic("apigw: no decoder: " + err.Error())
	}
}

func (d *Decoder) open(limits Limits) error {
	if limits.Input == 0 {
		limits.Input = defaultInput
	}
	if limits.Pairs == 0 {
		limits.Pairs = defaultPairs
	}
	if max(uint64(limits.Input), uint64(limits.Pairs), uint64(limits.Response)) > math.MaxUint32 {
		panic(fmt.Sprintf("apigw: impossible limits %+v", limits))
	}
	made, err := newHandle(limits)
	if err == nil {
		d.handle, d.limits = made, limits
	}
	return err
}

// Decode decodes an event. The event and its strings are garbage-collected, safe to keep, and do
// not change when the decoder is used again; data is not kept. All strings of the event are views
// of one block, which small events, of up to 16 KB, share with their neighbours: a string that is
// kept keeps its event, or up to 64 KB of small ones. [strings.Clone] a small one that outlives its
// event.
//
// An error is an [*Error].
func (d *Decoder) Decode(data []byte) (Event, error) {
	return d.keep(data, wholeEvent)
}

// keep decodes an event into garbage-collected memory, or its strings alone.
func (d *Decoder) keep(data []byte, form form) (Event, error) {
	// The first event of a process would pay for each page of the memory that others share.
	isFirst := d.table == nil
	if isFirst || len(data) > largestPacked {
		return d.decodeAlone(data)
	}
	table, text := d.tableRoom(len(data)), d.text
	if len(data) < longText {
		text = d.textRoom(len(data))
	}
	d.acquire()
	packed, err := d.handle.decodePacked(data, text, table, form, d.slab[d.cut:])
	if err != nil {
		d.release()
		if errors.Is(err, ErrBuffer) {
			return d.decodeAlone(data)
		}
		return Event{}, err
	}
	size := int(packed.size)
	isPacked := size+packSlack <= len(d.slab)-d.cut
	memory := d.allot(size)
	if !isPacked {
		pack(text, table, packed, memory)
	}
	d.release()
	if packed.is_strings && form == wholeEvent {
		table = d.kept(table)
	}
	t, off := tableOf(packed, table, memory)
	return Event{t, unsafe.String(unsafe.SliceData(memory), size)[off:]}, nil
}

// allot returns size bytes of garbage-collected memory: from the slab, if it has this much left.
// They are followed by packSlack bytes that the next allotment may use.
func (d *Decoder) allot(size int) []byte {
	if size+packSlack > max(len(d.slab)-d.cut, largestCut) {
		return unzeroed(size + packSlack)[:size]
	}
	memory := d.uncut(size)[:size]
	d.cut += aligned(size)
	return memory
}

// uncut returns what is left of the slab, or a new one if that is less than size, at most
// largestCut, and the slack. The first slabs are smaller, for programs that decode few events.
func (d *Decoder) uncut(size int) []byte {
	if room := size + packSlack; room > len(d.slab)-d.cut {
		d.slab, d.cut = unzeroed(min(max(2*len(d.slab), room, firstRoom), slabSize)), 0
	}
	return d.slab[d.cut:]
}

const (
	// slabSize is how much memory is made for several events and responses.
	slabSize = 64 << 10
	// largestCut is what the largest of them takes.
	largestCut = slabSize / 4
	// firstRoom is how much memory is made at first. Go makes two blocks of this size at a time.
	firstRoom = 4 << 10
	// largestPacked is the largest document that is decoded in memory of the decoder and packed from
	// there.
	largestPacked = 256 << 10
)

// decodeAlone decodes an event in memory of its own, where its strings stay. Most of a large one is
// a body, and copying that is what costs.
func (d *Decoder) decodeAlone(data []byte) (Event, error) {
	words := d.tableRoom(len(data))
	text, rest := data, []byte(nil)
	// What is too long, the library refuses unread.
	if len(data) <= d.limits.Input {
		room := len(data) + Padding
		if len(data) < longText {
			room += len(data)
		}
		text = unzeroed(aligned(room) + tableBehind)
		copy(text, data)
		rest = text[aligned(room):]
		text = text[:room]
	}
	if err := d.decode(text[:len(data)], text, words); err != nil {
		if errors.Is(err, ErrBuffer) {
			return d.decodeCopy(data)
		}
		return Event{}, err
	}
	used := usedWords(words)
	if len(rest) >= len(used)*wordSize {
		kept := unsafe.Slice((*uint32)(unsafe.Pointer(unsafe.SliceData(rest))), len(used))
		copy(kept, used)
		used = kept
	} else {
		used = d.kept(words)
	}
	return Event{tableIn(used), unsafe.String(unsafe.SliceData(text), len(text))}, nil
}

// decodeCopy decodes a long event whose decoded query does not fit into the padding.
func (d *Decoder) decodeCopy(data []byte) (Event, error) {
	d.acquire()
	event, err := d.handle.decodeCopy(data)
	d.release()
	return event, err
}

// usedWords is the words that the last event has of those that it was decoded to.
func usedWords(words []uint32) []uint32 {
	return words[:int(words[0])/wordSize+pairWords*int(words[countWord])]
}

// kept is the table of the last event in memory that the decoder does not use again: a copy, or, if
// it is large, the decoder's own, so that one decode never makes two large tables.
func (d *Decoder) kept(words []uint32) []uint32 {
	used := usedWords(words)
	if len(used) < len(words)/8 {
		return slices.Clone(used)
	}
	d.table = []uint32{}
	return used
}

// tableBehind is the table of some 200 pairs. A larger one costs an allocation of its own.
const tableBehind = 4 << 10

// aligned returns the first offset, from this one on, at which a table may begin.
func aligned(off int) int {
	return (off + wordSize - 1) / wordSize * wordSize
}

// unzeroed returns at least size bytes of memory that, unlike that of make, is not zeroed.
func unzeroed(size int) []byte {
	var memory strings.Builder
	memory.Grow(size)
	memory.WriteByte(0)
	return unsafe.Slice(unsafe.StringData(memory.String()), memory.Cap())
}

// DecodeInto decodes the event in buffer in place, without a copy and without an allocation. At
// least [Padding] bytes of capacity must follow it; they are overwritten. If the gateway passes the
// query percent-encoded, it is decoded into the capacity too, and [ErrBuffer] is returned if it
// does not fit. A capacity of 2*len(buffer)+Padding is enough for every event.
//
// The event and its strings are valid until the decoder decodes the next event and as long as
// buffer is not written. Strings that are kept longer must be cloned. On an error *event is left as
// it is, and what buffer holds is unspecified.
//
// It is for runtimes that recycle their buffers. An error is an [*Error].
func (d *Decoder) DecodeInto(event *Event, buffer []byte) error {
	words := d.tableRoom(len(buffer))
	if err := d.decode(buffer, buffer[:cap(buffer)], words); err != nil {
		return err
	}
	*event = Event{tableIn(words), unsafe.String(unsafe.SliceData(buffer), cap(buffer))}
	return nil
}

// Kernel is the name of the vector code that the decoder uses: "portable", "avx2" and others. The
// environment variable APIGW_KERNEL, read when a decoder is made, chooses one, for tests and
// measurements. That of the package's functions is made when the program starts.
func (d *Decoder) Kernel() string {
	defer runtime.KeepAlive(d)
	return d.handle.kernel()
}

// tableRoom is memory for the table of every event of length bytes.
func (d *Decoder) tableRoom(length int) []uint32 {
	need := eventRoom + pairWords*min(length/2, d.limits.Pairs)
	if need > len(d.table) {
		most := eventRoom + pairWords*d.limits.Pairs
		d.table = make([]uint32, min(max(need, len(d.table)*5/4), most))
	}
	return d.table
}

// textRoom is memory for the text of every event of length bytes, with its decoded query.
func (d *Decoder) textRoom(length int) []byte {
	if need := 2*length + Padding; need > len(d.text) {
		d.text = unzeroed(max(need, len(d.text)*5/4, firstRoom))
	}
	return d.text
}

func (d *Decoder) decode(data, text []byte, words []uint32) error {
	d.acquire()
	err := d.handle.decode(data, text, words)
	d.release()
	return err
}

// acquire and release enclose each use of the handle. The race detector sees what they write, but
// not what C writes, and the decoder cannot be freed between them.
func (d *Decoder) acquire() {
	if d.isInUse {
		panic("apigw: two goroutines use one decoder")
	}
	d.isInUse = true
}

func (d *Decoder) release() {
	d.isInUse = false
}
