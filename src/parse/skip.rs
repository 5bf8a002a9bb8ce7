//! Values of any shape: validated as strictly as RFC 8259 is, and left as they are.

use super::bytes::{array, end, skip_white, unexpected};
use super::stops::Stops;
use super::string::{Rest, is_short_escape};
use crate::error::{ErrorCode, Fault};
use crate::limits::MAX_DEPTH;
use crate::simd::{Primitives, Work};

/// A value that was walked over.
pub(super) struct Skipped {
    /// Offset behind its last byte.
    pub(super) end: usize,
    pub(super) is_ascii: bool,
}

/// Walks over the value that begins at `at`, inside `depth` open containers.
pub(super) struct Skip<'t> {
    pub(super) text: &'t mut [u8],
    pub(super) at: usize,
    pub(super) depth: usize,
}

impl Work for Skip<'_> {
    type Output = Result<Skipped, Fault>;

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> Result<Skipped, Fault> {
        let Skip { text, at, depth } = self;
        let stops = Stops::from(kernel, text, at);
        let mut walk = Walk { kernel, stops, text, is_ascii: true };
        let end = walk.value(at, depth)?;
        Ok(Skipped { end, is_ascii: walk.is_ascii })
    }
}

struct Walk<'t, K> {
    kernel: K,
    stops: Stops,
    text: &'t mut [u8],
    is_ascii: bool,
}

/// Escapes of a string that are looked at one by one; a string with more of them is done block by block.
const FEW: usize = 4;

impl<K: Primitives> Walk<'_, K> {
    /// The end of the value at `at`, inside `depth` open containers.
    #[inline(always)]
    fn value(&mut self, mut at: usize, depth: usize) -> Result<usize, Fault> {
        // One bit for each container that was opened here, the innermost lowest: 1 for an object.
        let mut kinds: u64 = 0;
        let mut open = 0;
        loop {
            at = match self.text[at] {
                b'"' => self.string(at)?,
                opening @ (b'{' | b'[') => {
                    if depth + open == MAX_DEPTH {
                        return Err(Fault::new(ErrorCode::TooDeep, at));
                    }
                    let is_object = opening == b'{';
                    at = skip_white(self.text, at + 1);
                    if self.text[at] != opening + 2 {
                        kinds = kinds << 1 | u64::from(is_object);
                        open += 1;
                        if is_object {
                            at = self.name(at)?;
                        }
                        continue;
                    }
                    at + 1
                }
                _ => number_or_literal(self.text, at)?,
            };
            // Behind a value: close what ends here, until another value follows.
            loop {
                if open == 0 {
                    return Ok(at);
                }
                let is_object = kinds & 1 == 1;
                if is_object && array::<2>(self.text, at) == b",\"" {
                    at = self.name(at + 1)?;
                    break;
                }
                at = skip_white(self.text, at);
                if self.text[at] == b',' {
                    at = skip_white(self.text, at + 1);
                    if is_object {
                        at = self.name(at)?;
                    }
                    break;
                }
                if self.text[at] != if is_object { b'}' } else { b']' } {
                    return Err(unexpected(self.text, at));
                }
                at += 1;
                kinds >>= 1;
                open -= 1;
            }
        }
    }

    /// From a member's name over its colon to the value.
    #[inline(always)]
    fn name(&mut self, at: usize) -> Result<usize, Fault> {
        if self.text[at] != b'"' {
            return Err(unexpected(self.text, at));
        }
        let end = self.string(at)?;
        let [colon, first] = *array(self.text, end);
        if colon == b':' && first > b' ' {
            return Ok(end + 1);
        }
        let colon = skip_white(self.text, end);
        if self.text[colon] != b':' {
            return Err(unexpected(self.text, colon));
        }
        Ok(skip_white(self.text, colon + 1))
    }

    /// The end of the string whose opening quote is at `at`.
    #[inline(always)]
    fn string(&mut self, at: usize) -> Result<usize, Fault> {
        self.stops.skip_to(self.kernel, self.text, at + 1);
        let stop = self.stops.next(self.kernel, self.text);
        if self.text[stop] == b'"' { Ok(stop + 1) } else { self.rest(stop) }
    }

    /// The end of a string whose first stop is no quote.
    #[inline(always)]
    fn rest(&mut self, mut stop: usize) -> Result<usize, Fault> {
        for _ in 0..FEW {
            let [backslash, escaped] = *array(self.text, stop);
            if backslash != b'\\' || !is_short_escape(escaped) {
                break;
            }
            self.stops.skip_to(self.kernel, self.text, stop + 2);
            stop = self.stops.next(self.kernel, self.text);
            if self.text[stop] == b'"' {
                return Ok(stop + 1);
            }
        }
        let found = self.kernel.run(Rest::<true> { text: self.text, start: stop })?;
        self.is_ascii &= found.is_ascii;
        Ok(found.close + 1)
    }
}

/// The end of the number or literal that begins at `at`, by a function of its own: such values are rare outside unknown
/// members.
#[inline(never)]
pub(super) fn scalar(text: &[u8], at: usize) -> Result<usize, Fault> {
    number_or_literal(text, at)
}

/// The end of the number or literal that begins at `at`.
#[inline(always)]
fn number_or_literal(text: &[u8], at: usize) -> Result<usize, Fault> {
    match text[at] {
        b'-' | b'0'..=b'9' => number(text, at),
        b't' => literal(text, at, b"true"),
        b'f' => literal(text, at, b"false"),
        b'n' => literal(text, at, b"null"),
        _ => Err(unexpected(text, at)),
    }
}

/// The end of a literal whose first byte is at `at`.
#[inline(always)]
fn literal<const N: usize>(text: &[u8], at: usize, literal: &[u8; N]) -> Result<usize, Fault> {
    let found = array::<N>(text, at);
    if found == literal { Ok(at + N) } else { Err(no_literal(text, at, literal)) }
}

/// The fault of what only begins like a literal.
#[cold]
fn no_literal(text: &[u8], at: usize, literal: &[u8]) -> Fault {
    let is_same = |&(i, &byte): &(usize, &u8)| text[at + i] == byte;
    unexpected(text, at + literal.iter().enumerate().take_while(is_same).count())
}

/// The end of a number (RFC 8259 section 6). Its value is nobody's business here.
#[inline(always)]
fn number(text: &[u8], start: usize) -> Result<usize, Fault> {
    let first = start + usize::from(text[start] == b'-');
    let mut at = digits(text, first)?;
    if text[first] == b'0' && at > first + 1 {
        return Err(Fault::new(ErrorCode::InvalidNumber, first + 1));
    }
    if text[at] == b'.' {
        at = digits(text, at + 1)?;
    }
    if matches!(text[at], b'e' | b'E') {
        at += 1;
        if matches!(text[at], b'+' | b'-') {
            at += 1;
        }
        at = digits(text, at)?;
    }
    Ok(at)
}

/// The end of one digit or more.
#[inline(always)]
fn digits(text: &[u8], start: usize) -> Result<usize, Fault> {
    let mut at = start;
    loop {
        let count = leading_digits(*array(text, at));
        at += count;
        if count < 8 {
            break;
        }
    }
    if at > start { Ok(at) } else { Err(no_digit(text, at)) }
}

/// How many digits there are before the first other byte: without a branch on each, as lengths of numbers are hard to
/// predict.
#[inline(always)]
fn leading_digits(bytes: [u8; 8]) -> usize {
    const LOW: u64 = 0x0101_0101_0101_0101;
    let values = u64::from_le_bytes(bytes) ^ (LOW * u64::from(b'0'));
    let too_large = ((values & (LOW * 0x7f)) + LOW * (0x7f - 9)) | values;
    (too_large & (LOW * 0x80)).trailing_zeros() as usize / 8
}

#[cold]
fn no_digit(text: &[u8], at: usize) -> Fault {
    let code = if at == end(text) { ErrorCode::UnexpectedEnd } else { ErrorCode::InvalidNumber };
    Fault::new(code, at)
}
