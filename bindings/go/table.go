//go:build cgo

package apigw

import "unsafe"

// The structs of apigw.h. They hold no pointers: C writes offsets only, and the garbage collector does not look inside.

// span is a string in the text block.
type span struct {
	off, len uint32
}

// pairRange is a map: neighbouring entries of the array of pairs.
type pairRange struct {
	first, count uint32
}

// pair is a name and its value.
type pair struct {
	nameOff  uint32
	nameLen  uint16
	nameID   uint16
	valueOff uint32
	valueLen uint32
}

// table is the fixed part of an event. Its pairs follow it, size bytes from its start.
type table struct {
	size      uint32
	dialect   uint32
	methodID  uint32
	flags     uint32
	pairCount uint32

	method              span
	path                span
	route               span
	routeMethod         span
	stage               span
	requestID           span
	serviceID           span
	serviceName         span
	sourceIP            span
	secretID            span
	domainName          span
	accountID           span
	rawQuery            span
	webSocketAction     span
	connectionID        span
	dataType            span
	webSocketProtocol   span
	webSocketExtensions span
	body                span

	headers         pairRange
	query           pairRange
	pathParameters  pairRange
	declaredQuery   pairRange
	declaredHeaders pairRange
	stageVariables  pairRange
	extras          pairRange
	contextExtras   pairRange
	identityExtras  pairRange
	webSocketExtras pairRange

	// status is that of a response.
	status uint32
}

const (
	wordSize  = int(unsafe.Sizeof(uint32(0)))
	pairWords = int(unsafe.Sizeof(pair{})) / wordSize
	// headerWords are the offsets and lengths of a header's name and value.
	headerWords = 4
	// eventRoom is more words than an event has, also one of a newer library.
	eventRoom = 256
)

// words is the number of words that the table and its pairs take.
func (t *table) words() int {
	return int(t.size)/wordSize + pairWords*int(t.pairCount)
}

// pairs is the array of pairs behind a table.
func (t *table) pairs() []pair {
	if t.pairCount == 0 {
		// A pointer behind the table would be one into other memory.
		return nil
	}
	return unsafe.Slice((*pair)(unsafe.Add(unsafe.Pointer(t), t.size)), t.pairCount)
}

// tableAt is the table that words begin with.
func tableAt(words []uint32) *table {
	return (*table)(unsafe.Pointer(unsafe.SliceData(words)))
}

// bytesOf is the memory of words.
func bytesOf(words []uint32) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(words))), len(words)*wordSize)
}

// absent is the table of an event that has nothing.
var absent = func() (t table) {
	words := unsafe.Slice((*uint32)(unsafe.Pointer(&t)), int(unsafe.Sizeof(t))/wordSize)
	for i := range words {
		words[i] = none
	}
	t.size, t.dialect, t.methodID, t.flags, t.pairCount, t.status = uint32(unsafe.Sizeof(t)), 0, 0, 0, 0, 0
	return t
}()
