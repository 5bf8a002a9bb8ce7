//go:build cgo

package apigw

import (
	"sync"
	"sync/atomic"
)

// The decoders of functions that have none. One is made once and stays: a program that does one thing at a time needs no
// other, and its first event does not wait for a pool and a cleanup to be set up. Whoever finds it taken has one of others.
var (
	resident        Decoder
	isResidentTaken atomic.Bool
	others          = sync.Pool{New: func() any { return NewDecoder() }}
)

func takeDecoder() *Decoder {
	if isResidentTaken.Load() || !isResidentTaken.CompareAndSwap(false, true) {
		return others.Get().(*Decoder)
	}
	if resident.handle == (handle{}) {
		resident.open(Limits{})
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
