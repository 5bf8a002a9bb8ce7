//! Values of any shape: validated as strictly as RFC 8259 is, and left as they are.

use super::bytes::{array, end, skip_white, unexpected};
use super::stops::Stops;
use super::string::Rest;
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
        let mut walk = Walk { kernel, stops, text, at, is_ascii: true };
        walk.value(depth)?;
        Ok(Skipped { end: walk.at, is_ascii: walk.is_ascii })
    }
}

struct Walk<'t, K> {
    kernel: K,
    stops: Stops,
    text: &'t mut [u8],
    at: usize,
    is_ascii: bool,
}

impl<K: Primitives> Walk<'_, K> {
    #[inline(always)]
    fn value(&mut self, depth: usize) -> Result<(), Fault> {
        // One bit for each container that was opened here, the innermost lowest: 1 for an object.
        let mut kinds: u64 = 0;
        let mut open = 0;
        loop {
            match self.text[self.at] {
                opening @ (b'{' | b'[') => {
                    if depth + open == MAX_DEPTH {
                        return Err(Fault::new(ErrorCode::TooDeep, self.at));
                    }
                    let is_object = opening == b'{';
                    self.at = skip_white(self.text, self.at + 1);
                    if self.text[self.at] == opening + 2 {
                        self.at += 1;
                    } else {
                        kinds = kinds << 1 | u64::from(is_object);
                        open += 1;
                        if is_object {
                            self.name()?;
                        }
                        continue;
                    }
                }
                b'"' => self.string()?,
                _ => self.at = scalar(self.text, self.at)?,
            }
            // Behind a value: close what ends here, until another value follows.
            loop {
                if open == 0 {
                    return Ok(());
                }
                let is_object = kinds & 1 == 1;
                // Without the test for white space where there is none.
                if self.text[self.at] != b',' {
                    self.at = skip_white(self.text, self.at);
                }
                match self.text[self.at] {
                    b',' => {
                        self.at += 1;
                        if self.text[self.at] != b'"' {
                            self.at = skip_white(self.text, self.at);
                        }
                        if is_object {
                            self.name()?;
                        }
                        break;
                    }
                    closing @ (b'}' | b']') if (closing == b'}') == is_object => {
                        self.at += 1;
                        kinds >>= 1;
                        open -= 1;
                    }
                    _ => return Err(unexpected(self.text, self.at)),
                }
            }
        }
    }

    /// A member's name and its colon, up to the value.
    #[inline(always)]
    fn name(&mut self) -> Result<(), Fault> {
        if self.text[self.at] != b'"' {
            return Err(unexpected(self.text, self.at));
        }
        self.string()?;
        if self.text[self.at] != b':' {
            self.at = skip_white(self.text, self.at);
            if self.text[self.at] != b':' {
                return Err(unexpected(self.text, self.at));
            }
        }
        self.at = skip_white(self.text, self.at + 1);
        Ok(())
    }

    #[inline(always)]
    fn string(&mut self) -> Result<(), Fault> {
        self.stops.skip_to(self.kernel, self.text, self.at + 1);
        let stop = self.stops.next(self.kernel, self.text);
        if self.text[stop] == b'"' {
            self.at = stop + 1;
            return Ok(());
        }
        let found = self.kernel.run(Rest::<true> { text: self.text, start: stop })?;
        self.at = found.close + 1;
        self.is_ascii &= found.is_ascii;
        Ok(())
    }
}

/// The end of the number or literal that begins at `at`.
#[inline(always)]
pub(super) fn scalar(text: &[u8], at: usize) -> Result<usize, Fault> {
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

#[cold]
fn no_literal(text: &[u8], at: usize, literal: &[u8]) -> Fault {
    let valid = literal.iter().zip(&text[at..]).take_while(|(expected, found)| expected == found);
    unexpected(text, at + valid.count())
}

/// The end of a number (RFC 8259 section 6). Its value is nobody's business here.
#[inline(always)]
fn number(text: &[u8], start: usize) -> Result<usize, Fault> {
    let mut at = start;
    if text[at] == b'-' {
        at += 1;
    }
    if text[at] == b'0' {
        at += 1;
        if text[at].is_ascii_digit() {
            return Err(Fault::new(ErrorCode::InvalidNumber, at));
        }
    } else {
        at = digits(text, at)?;
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
    const LOW: u64 = 0x0101_0101_0101_0101;
    let mut at = start;
    loop {
        // The high bit of each byte that is no digit: one whose distance from '0' is over 9.
        let distances = u64::from_le_bytes(*array(text, at)) ^ (LOW * u64::from(b'0'));
        let others = ((distances & LOW * 0x7f) + LOW * 0x76 | distances) & LOW * 0x80;
        at += others.trailing_zeros() as usize / 8;
        if others != 0 {
            break;
        }
    }
    if at > start {
        return Ok(at);
    }
    let code = if at == end(text) { ErrorCode::UnexpectedEnd } else { ErrorCode::InvalidNumber };
    Err(Fault::new(code, at))
}
