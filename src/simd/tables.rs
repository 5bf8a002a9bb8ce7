//! Tables that several kernels look things up in.

/// For each mask of eight bytes the shuffle that moves the kept ones to the front.
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

/// The bytes behind a backslash that are escapes of two bytes (RFC 8259 section 7), and what they stand for. Quotes and
/// backslashes, which stand for themselves, are not among them.
pub(super) const SHORT_ESCAPES: [(u8, u8); 6] =
    [(b'/', b'/'), (b'b', 0x08), (b'f', 0x0c), (b'n', b'\n'), (b'r', b'\r'), (b't', b'\t')];

/// Short escapes where vectors can look them up: the byte behind the backslash, and what it stands for. Elsewhere stands a byte
/// that is looked up in another place.
pub(super) struct ShortEscapes<const N: usize> {
    pub(super) letters: [u8; N],
    pub(super) values: [u8; N],
}

/// By the six lowest bits of the byte.
pub(super) const SHORT_ESCAPES_BY_BITS: ShortEscapes<64> = {
    let mut table = ShortEscapes { letters: [0; 64], values: [0; 64] };
    // The only place where a zero byte would be found.
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

/// By the difference of the byte's two halves.
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
    // A zero byte would be found in the first place.
    assert!(table.letters[0] != 0);
    table
};

/// The letter of the escape of each byte below 0x10. `NO_LETTER` where there is none: also for 0x0f, which stands for all
/// bytes from there to 0x1f.
pub(super) const LETTERS: [u8; 16] = {
    let mut letters = [NO_LETTER; 16];
    letters[0x08] = b'b';
    letters[0x09] = b't';
    letters[0x0a] = b'n';
    letters[0x0c] = b'f';
    letters[0x0d] = b'r';
    letters
};

/// Its highest bit tells it from letters.
pub(super) const NO_LETTER: u8 = 0xff;

/// For each mask of eight bytes the shuffle that, of the same bytes with a backslash before each, drops the backslashes
/// whose bits are not set.
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

// What can be wrong with a sequence of UTF-8 shows in its first two bytes, or in the distance of a lead byte and the
// continuations that it announces (Keiser and Lemire, "Validating UTF-8 In Less Than One Instruction Per Byte", 2021).
// Each bit is one kind of fault; a fault is there when both nibbles of the first byte and the high one of the second
// allow it.
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
