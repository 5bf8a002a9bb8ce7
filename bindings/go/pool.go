//go:build cgo

package apigw

import (
	"sync"
	"sync/atomic"
)

// The decoders of the functions without a decoder. One is made when the program starts and is kept:
// it is ready for the first event, and enough for a program that handles one event at a time. If it
// is taken, a decoder of the pool is used.
var (
	resident        Decoder
	isResidentTaken atomic.Bool
	others          = sync.Pool{New: func() any { return NewDecoder() }}
)

func init() {
	// If none can be made, the call that needs it fails.
	_ = resident.open(Limits{})
}

func takeDecoder() *Decoder {
	if isResidentTaken.Load() || !isResidentTaken.CompareAndSwap(false, true) {
		return others.Get().(*Decoder)
	}
	if resident.handle == (handle{}) {
		resident.mustOpen(Limits{})
	}
	return &resident
}

func putBack(d *Decoder) {
	if d == &resident {
		isResidentTaken.Store(false)
	} else {
		others.Put(d)
	}
}

// acquireDecoder takes a decoder for calls on its handle, until releaseDecoder.
func acquireDecoder() *Decoder {
	d := takeDecoder()
	d.acquire()
	return d
}

func releaseDecoder(d *Decoder) {
	d.release()
	putBack(d)
}
