//! Look-up tables that several kernels share.

/// For each mask of eight bytes, the shuffle that moves the kept bytes to the front.
pub(super) static FRONT: [[u8; 8]; 256] = front();

const fn front() -> [[u8; 8]; 256] {
    let mut table = [[0; 8]; 256];
    let mut keep = 0;
    while keep < 256 {
        let mut end = 0;
        let mut byte = 0;
        while byte < 8 {
            if keep >> byte & 1 == 1 {
                table[keep][end] = byte as u8;
                end += 1;
            }
            byte += 1;
        }
        keep += 1;
    }
    table
}

/// The escapes of two bytes (RFC 8259 section 7): the byte after the backslash and its value.
/// Quotes and backslashes are not listed, because they are their own values.
pub(super) const SHORT_ESCAPES: [(u8, u8); 6] =
    [(b'/', b'/'), (b'b', 0x08), (b'f', 0x0c), (b'n', b'\n'), (b'r', b'\r'), (b't', b'\t')];

/// The short escapes, arranged for look-ups by vectors: the byte after the backslash, and its
/// value. An unused place has a byte that is looked up at another place, so it never matches.
pub(super) struct ShortEscapes<const N: usize> {
    pub(super) letters: [u8; N],
    pub(super) values: [u8; N],
}

/// Indexed by the six lowest bits of the byte.
pub(super) const SHORT_ESCAPES_BY_BITS: ShortEscapes<64> = {
    let mut table = ShortEscapes { letters: [0; 64], values: [0; 64] };
    // A zero byte would be looked up here.
    table.letters[0] = 1;
    let mut i = 0;
    while i < SHORT_ESCAPES.len() {
        let (letter, value) = SHORT_ESCAPES[i];
        let place = letter as usize % 64;
        assert!(table.values[place] == 0);
        table.letters[place] = letter;
        table.values[place] = value;
        i += 1;
    }
    table
};

/// Indexed by the exclusive or of the byte's two halves.
#[cfg(target_arch = "x86_64")]
pub(super) const SHORT_ESCAPES_BY_HALVES: ShortEscapes<16> = {
    let mut table = ShortEscapes { letters: [0; 16], values: [0; 16] };
    let mut i = 0;
    while i < SHORT_ESCAPES.len() {
        let (letter, value) = SHORT_ESCAPES[i];
        let place = ((letter ^ letter >> 4) & 0x0f) as usize;
        assert!(table.values[place] == 0);
        table.letters[place] = letter;
        table.values[place] = value;
        i += 1;
    }
    // A zero byte would be looked up here.
    assert!(table.letters[0] != 0);
    table
};

/// The letter of the escape of each byte below 0x10, or `NO_LETTER`. The entry of 0x0f is also used
/// for 0x10 to 0x1f.
pub(super) const LETTERS: [u8; 16] = {
    let mut letters = [NO_LETTER; 16];
    letters[0x08] = b'b';
    letters[0x09] = b't';
    letters[0x0a] = b'n';
    letters[0x0c] = b'f';
    letters[0x0d] = b'r';
    letters
};

/// Its highest bit distinguishes it from letters.
pub(super) const NO_LETTER: u8 = 0xff;

/// For each mask of eight bytes, a shuffle that drops backslashes. Its input is the eight bytes
/// with a backslash before each. It keeps only the backslashes whose bits are set.
pub(super) static EXPAND: [[u8; 16]; 256] = expand();

const fn expand() -> [[u8; 16]; 256] {
    let mut table = [[0; 16]; 256];
    let mut escaped = 0;
    while escaped < 256 {
        let mut end = 0;
        let mut byte = 0;
        while byte < 8 {
            if escaped >> byte & 1 == 1 {
                table[escaped][end] = 2 * byte as u8;
                end += 1;
            }
            table[escaped][end] = 2 * byte as u8 + 1;
            end += 1;
            byte += 1;
        }
        escaped += 1;
    }
    table
}

// Faults of UTF-8, one bit for each kind.
//
// A fault shows in the first two bytes of a sequence, or in the distance between a lead byte and
// its continuations (Keiser and Lemire, "Validating UTF-8 In Less Than One Instruction Per Byte",
// 2021). The tables are indexed by both nibbles of the first byte and the high nibble of the
// second. There is a fault if all three entries have its bit.
const TOO_SHORT: u8 = 1 << 0; // lead byte, then no continuation
const TOO_LONG: u8 = 1 << 1; // ASCII, then a continuation
const OVERLONG_3: u8 = 1 << 2; // E0, then below A0
const TOO_LARGE: u8 = 1 << 3; // F4, then 90 or above; or F5 and above
const SURROGATE: u8 = 1 << 4; // ED, then A0 or above
const OVERLONG_2: u8 = 1 << 5; // C0 or C1
const TOO_LARGE_1000: u8 = 1 << 6; // F5 and above, then 80 to 8F; shares its bit with OVERLONG_4
const OVERLONG_4: u8 = 1 << 6; // F0, then below 90
const TWO_CONTINUATIONS: u8 = 1 << 7; // right only as the third or fourth byte of a sequence

pub(super) const FIRST_HIGH: [u8; 16] = [
    TOO_LONG,
    TOO_LONG,
    TOO_LONG,
    TOO_LONG,
    TOO_LONG,
    TOO_LONG,
    TOO_LONG,
    TOO_LONG,
    TWO_CONTINUATIONS,
    TWO_CONTINUATIONS,
    TWO_CONTINUATIONS,
    TWO_CONTINUATIONS,
    TOO_SHORT | OVERLONG_2,
    TOO_SHORT,
    TOO_SHORT | OVERLONG_3 | SURROGATE,
    TOO_SHORT | TOO_LARGE | TOO_LARGE_1000 | OVERLONG_4,
];

const ANY_LOW: u8 = TOO_SHORT | TOO_LONG | TWO_CONTINUATIONS;
pub(super) const FIRST_LOW: [u8; 16] = [
    ANY_LOW | OVERLONG_3 | OVERLONG_2 | OVERLONG_4,
    ANY_LOW | OVERLONG_2,
    ANY_LOW,
    ANY_LOW,
    ANY_LOW | TOO_LARGE,
    ANY_LOW | TOO_LARGE | TOO_LARGE_1000,
    ANY_LOW | TOO_LARGE | TOO_LARGE_1000,
    ANY_LOW | TOO_LARGE | TOO_LARGE_1000,
    ANY_LOW | TOO_LARGE | TOO_LARGE_1000,
    ANY_LOW | TOO_LARGE | TOO_LARGE_1000,
    ANY_LOW | TOO_LARGE | TOO_LARGE_1000,
    ANY_LOW | TOO_LARGE | TOO_LARGE_1000,
    ANY_LOW | TOO_LARGE | TOO_LARGE_1000,
    ANY_LOW | TOO_LARGE | TOO_LARGE_1000 | SURROGATE,
    ANY_LOW | TOO_LARGE | TOO_LARGE_1000,
    ANY_LOW | TOO_LARGE | TOO_LARGE_1000,
];

const CONTINUATION: u8 = TOO_LONG | OVERLONG_2 | TWO_CONTINUATIONS;
pub(super) const SECOND_HIGH: [u8; 16] = [
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    CONTINUATION | OVERLONG_3 | TOO_LARGE_1000 | OVERLONG_4,
    CONTINUATION | OVERLONG_3 | TOO_LARGE,
    CONTINUATION | SURROGATE | TOO_LARGE,
    CONTINUATION | SURROGATE | TOO_LARGE,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
    TOO_SHORT,
];
