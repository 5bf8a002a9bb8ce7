//go:build cgo

package apigw

import "unsafe"

// table has the offsets of the strings of an event in its text. It has no pointers: C writes
// offsets only, and the garbage collector does not look inside.
//
// Its words have 32 bits, as apigw_event_table and apigw_pair of apigw.h, or, if it is short, 16
// (see pack.h). Offsets of short words are positive, so that none is the only one with a sign.
type table struct {
	// words is the fixed part. That of the zero Event is nil.
	words     unsafe.Pointer
	pairs     unsafe.Pointer
	pairCount uint32
	isShort   bool
}

// Numbers of single words.
const (
	dialectWord = 1
	flagsWord   = 3
	countWord   = 4
	statusWord  = fixedWords - 3
	timeWord    = fixedWords - 2
	// fixedWords is how many this package knows. A newer library has more before the pairs.
	fixedWords = 88
)

// pair is a name and its value. An offset of none means that the name is a well-known header name,
// whose number is nameLen, or that there is no value.
type pair struct {
	nameOff, nameLen   uint32
	valueOff, valueLen uint32
}

// longPair is a pair in words of 32 bits.
type longPair struct {
	nameOff  uint32
	nameLen  uint16
	nameID   uint16
	valueOff uint32
	valueLen uint32
}

// shortPair is a pair in words of 16 bits.
type shortPair struct {
	nameOff, nameLen   int16
	valueOff, valueLen int16
}

const (
	wordSize  = int(unsafe.Sizeof(uint32(0)))
	pairWords = int(unsafe.Sizeof(longPair{})) / wordSize
	// eventRoom is more words than an event has, also one of a newer library.
	eventRoom = 256
)

// word is a word of the fixed part.
func (t *table) word(i uintptr) uint32 {
	switch {
	case t.isShort:
		return uint32(*(*int16)(unsafe.Add(t.words, 2*i)))
	case t.words == nil:
		return absent[i]
	default:
		return *(*uint32)(unsafe.Add(t.words, 4*i))
	}
}

// time is the two words of the time. In short words the upper halves are apart.
func (t *table) time() uint64 {
	if !t.isShort {
		return uint64(t.word(timeWord+1))<<32 | uint64(t.word(timeWord))
	}
	half := func(i uintptr) uint64 { return uint64(*(*uint16)(unsafe.Add(t.words, 2*i))) }
	return half(tableWords+1)<<48 | half(timeWord+1)<<32 | half(tableWords)<<16 | half(timeWord)
}

// pairRange is a map: neighbouring pairs. That of an absent map has no pairs.
type pairRange struct {
	first, count uint32
	isAbsent     bool
}

func (t *table) pairRange(w mapWords) pairRange {
	first := t.word(uintptr(w))
	return pairRange{first, t.word(uintptr(w) + 1), first == none}
}

// pair is the pair with an index.
func (t *table) pair(i uint32) pair {
	if i >= t.pairCount {
		panic("apigw: an event is read after another one took its place")
	}
	if t.isShort {
		p := (*shortPair)(unsafe.Add(t.pairs, uintptr(i)*unsafe.Sizeof(shortPair{})))
		return pair{uint32(p.nameOff), uint32(p.nameLen), uint32(p.valueOff), uint32(p.valueLen)}
	}
	p := (*longPair)(unsafe.Add(t.pairs, uintptr(i)*unsafe.Sizeof(longPair{})))
	return pair{p.nameOff, uint32(p.nameLen), p.valueOff, p.valueLen}
}

// tableIn is the table that the library has written to words.
func tableIn(words []uint32) table {
	start := unsafe.Pointer(unsafe.SliceData(words))
	return table{words: start, pairs: unsafe.Add(start, words[0]), pairCount: words[countWord]}
}

// absent is the fixed part of an event that has nothing.
var absent = func() (words [fixedWords]uint32) {
	for w := methodWords; w <= bodyWords; w += 2 {
		words[w] = none
	}
	for w := headersWords; w <= webSocketExtrasWords; w += 2 {
		words[w] = none
	}
	return words
}()
