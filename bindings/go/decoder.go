//go:build cgo

package apigw

import (
	"fmt"
	"math"
	"runtime"
	"strings"
	"sync"
	"unsafe"
)

// Limits bounds what a decoder accepts. A field that is 0 has its default.
type Limits struct {
	// Input is the number of bytes that an event may have, by default 16 MiB.
	Input int
	// Pairs is the number of names with values that an event may have, unknown members included, by default 4096.
	Pairs int
	// Response is the number of bytes that an encoded response may have, by default 6 MiB.
	Response int
}

const (
	defaultInput = 16 << 20
	defaultPairs = 4096
)

// Decode decodes an event. The event and its strings are garbage-collected and safe to keep; data is not kept.
//
// It takes a decoder with the default limits from a pool, and any number of goroutines may call it. An error is an [*Error].
func Decode(data []byte) (Event, error) {
	d := decoders.Get().(*Decoder)
	event, err := d.Decode(data)
	decoders.Put(d)
	return event, err
}

var decoders = sync.Pool{New: func() any { return NewDecoder() }}

// acquireDecoder takes a decoder from the pool for calls on its handle, until putBack.
func acquireDecoder() *Decoder {
	d := decoders.Get().(*Decoder)
	d.acquire()
	return d
}

func (d *Decoder) putBack() {
	d.release()
	decoders.Put(d)
}

// Decoder decodes events and encodes responses, one after the other. It keeps the memory that the largest of them took.
//
// A decoder is used by one goroutine at a time. It needs no closing.
type Decoder struct {
	handle handle
	limits Limits
	// scratch is where C writes tables, and tableRoom is how many bytes the next one is expected to take.
	scratch   []uint32
	tableRoom int
	isInUse   bool
	// slab is what is left of the memory that the last events were cut from.
	slab []byte

	// Memory for encoding: the text and words of headers, and the output.
	text   []byte
	words  []uint32
	output []byte
}

// NewDecoder makes a decoder with the default limits.
func NewDecoder() *Decoder {
	return NewDecoderWithLimits(Limits{})
}

// NewDecoderWithLimits makes a decoder. It panics if a limit is negative or above 4 GiB.
func NewDecoderWithLimits(limits Limits) *Decoder {
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
	if err != nil {
		panic("apigw: no decoder: " + err.Error())
	}
	d := &Decoder{handle: made, limits: limits}
	runtime.AddCleanup(d, handle.free, made)
	return d
}

// Decode decodes an event. The event and its strings are garbage-collected, safe to keep, and do not change when the
// decoder is used again; data is not kept. All strings of the event are views of one block, which small events, of up to 5 KB,
// share with their neighbours: a string that is kept keeps its event, or up to 16 KB of small ones. [strings.Clone] a small one
// that outlives its event.
//
// An error is an [*Error].
func (d *Decoder) Decode(data []byte) (Event, error) {
	words := d.room(len(data))
	memory, isCut := data, false
	// What is too long, the library refuses unread.
	if len(data) <= d.limits.Input {
		size := len(data) + max(Padding, d.tableRoom+wordSize)
		isCut = size <= largestCut
		switch {
		case !isCut:
			memory = unzeroed(size)
		case size <= len(d.slab):
			memory = d.slab
		default:
			memory = unzeroed(slabSize)
		}
		copy(memory, data)
	}
	if err := d.decode(memory[:len(data)], memory, words); err != nil {
		return Event{}, err
	}
	used := bytesOf(words[:tableAt(words).words()])
	// The table's place is that of the padding, which only the decode needed.
	end := aligned(len(data))
	place := memory[end:]
	if len(place) < len(used) {
		place = unzeroed(len(used))
	} else {
		end = aligned(end + len(used))
	}
	copy(place, used)
	if isCut {
		d.slab = memory[min(end, len(memory)):]
	}
	d.expectTable(len(used))
	return eventOf((*table)(unsafe.Pointer(unsafe.SliceData(place))), unsafe.String(unsafe.SliceData(memory), len(data))), nil
}

const (
	// slabSize is how much memory is made for several events. Go makes two blocks of 4 KB at a time, and that dearly.
	slabSize = 16 << 10
	// largestCut is what the largest of them takes.
	largestCut = slabSize / 3
)

// expectTable makes room for the next table behind the next text: for as much as this one took, or, if this one took less
// than those before, somewhat less than for them.
func (d *Decoder) expectTable(size int) {
	if size > d.tableRoom {
		d.tableRoom = min(size, mostTableRoom)
	} else {
		d.tableRoom -= (d.tableRoom - size) / 8
	}
}

// mostTableRoom is the table of some 200 pairs. A larger one costs an allocation of its own.
const mostTableRoom = 4 << 10

// aligned is where a table may begin, at or behind an offset.
func aligned(off int) int {
	return (off + wordSize - 1) / wordSize * wordSize
}

// unzeroed is at least so many bytes of memory that, unlike that of make, is not zeroed.
func unzeroed(size int) []byte {
	var memory strings.Builder
	memory.Grow(size)
	memory.WriteByte(0)
	return unsafe.Slice(unsafe.StringData(memory.String()), memory.Cap())
}

// DecodeInto decodes the event in buffer where it stands, without a copy and without an allocation. At least [Padding] bytes
// of capacity must follow it; they are overwritten.
//
// The event and its strings are valid until the decoder decodes the next event and as long as buffer is not written. Strings
// that are kept longer must be cloned. On an error *event is left as it is, and what buffer holds is unspecified.
//
// It is for runtimes that recycle their buffers. An error is an [*Error].
func (d *Decoder) DecodeInto(event *Event, buffer []byte) error {
	words := d.room(len(buffer))
	if err := d.decode(buffer, buffer[:cap(buffer)], words); err != nil {
		return err
	}
	*event = eventOf(tableAt(words), unsafe.String(unsafe.SliceData(buffer), len(buffer)))
	return nil
}

// Kernel is the name of the vector code that the decoder uses: "portable", "avx2" and others. The environment variable
// APIGW_KERNEL, read when a decoder is made, chooses one, for tests and measurements.
func (d *Decoder) Kernel() string {
	defer runtime.KeepAlive(d)
	return d.handle.kernel()
}

// room is memory for the table of every event of length bytes.
func (d *Decoder) room(length int) []uint32 {
	need := eventRoom + pairWords*min(length/2, d.limits.Pairs)
	if need > len(d.scratch) {
		d.scratch = make([]uint32, max(need, len(d.scratch)*5/4))
	}
	return d.scratch
}

func (d *Decoder) decode(data, text []byte, words []uint32) error {
	d.acquire()
	err := d.handle.decode(data, text, words)
	d.release()
	return err
}

// acquire and release stand around each use of the handle. The race detector sees what they write, but not what C writes, and
// the decoder cannot be freed between them.
func (d *Decoder) acquire() {
	if d.isInUse {
		panic("apigw: two goroutines use one decoder")
	}
	d.isInUse = true
}

func (d *Decoder) release() {
	d.isInUse = false
}
