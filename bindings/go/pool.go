//go:build cgo

package apigw

import (
	"sync"
	"sync/atomic"
)

// The decoders of functions that have none. One is made when the program starts and stays: a program that does one thing at a
// time needs no other, and its first event, for which somebody waits, finds it ready. Whoever finds it taken has one of others.
var (
	resident        Decoder
	isResidentTaken atomic.Bool
	others          = sync.Pool{New: func() any { return NewDecoder() }}
)

func init() {
	// If there is none to be had, whoever needs one says so.
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
