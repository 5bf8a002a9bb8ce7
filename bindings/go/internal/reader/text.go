package reader

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf16"
	"unicode/utf8"
)

const (
	ones  = 0x0101_0101_0101_0101
	highs = 0x8080_8080_8080_8080
)

// plain returns the first place from at on that has a quote, a backslash or a control character, or
// the length, and whether all bytes before it are ASCII.
func plain(data []byte, at int) (end int, isASCII bool) {
	var all uint64
	for len(data)-at >= 8 {
		word := binary.LittleEndian.Uint64(data[at:])
		// The lowest high bit that is set here is that of such a byte. Higher ones may be wrong.
		quotes, slashes := word^'"'*ones, word^'\\'*ones
		special := ((quotes-ones)&^quotes | (slashes-ones)&^slashes | (word-' '*ones)&^word) & highs
		if special != 0 {
			count := bits.TrailingZeros64(special) / 8
			return at + count, (all|word&(1<<(8*count)-1))&highs == 0
		}
		all |= word
		at += 8
	}
	for at < len(data) && data[at] >= ' ' && data[at] != '"' && data[at] != '\\' {
		all |= uint64(data[at])
		at++
	}
	return at, all&highs == 0
}

// unescape reads a string from start, of which the bytes before end need nothing.
func (r *Reader) unescape(start, end int) span {
	if r.unescaped.Cap() == 0 {
		// No string is longer than it is in the document. Few have escapes.
		r.unescaped.Grow(min(len(r.data)-start, 256))
	}
	first := r.unescaped.Len()
	isASCII := plainASCII(r.data[start:min(end, len(r.data))])
	for {
		r.unescaped.Write(r.data[start:end])
		if end >= len(r.data) {
			r.fail()
			return span{}
		}
		switch r.data[end] {
		case '"':
			r.at = end + 1
			if !isASCII && !utf8.ValidString(r.unescaped.String()[first:]) {
				r.fail()
			}
			return span{len(r.text) + first, len(r.text) + r.unescaped.Len()}
		case '\\':
			start = r.escape(end)
		default:
			start = 0
		}
		if start == 0 {
			r.fail()
			return span{}
		}
		var isPlain bool
		end, isPlain = plain(r.data, start)
		isASCII = isASCII && isPlain
	}
}

func plainASCII(text []byte) bool {
	for _, c := range text {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// escape reads an escape, and returns where it ends, or 0 if JSON has no such escape.
func (r *Reader) escape(at int) int {
	if len(r.data)-at < 2 {
		return 0
	}
	c := r.data[at+1]
	switch c {
	case '"', '\\', '/':
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	case 'u':
		return r.unicode(at)
	default:
		return 0
	}
	r.unescaped.WriteByte(c)
	return at + 2
}

// unicode reads an escape such as \u00e9, or two that are a surrogate pair. A lone surrogate is
// left to encoding/json.
func (r *Reader) unicode(at int) int {
	char, isHex := hex(r.data, at)
	if !isHex {
		return 0
	}
	at += 6
	if utf16.IsSurrogate(char) {
		low, isLow := hex(r.data, at)
		char = utf16.DecodeRune(char, low)
		if !isLow || char == utf8.RuneError {
			return 0
		}
		at += 6
	}
	r.unescaped.WriteRune(char)
	return at
}

// hex is the number of an escape of a character.
func hex(data []byte, at int) (rune, bool) {
	if len(data)-at < 6 || data[at] != '\\' || data[at+1] != 'u' {
		return 0, false
	}
	var char rune
	for _, c := range data[at+2 : at+6] {
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		char = char<<4 | rune(c)
	}
	return char, true
}
