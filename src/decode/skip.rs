//! Skips a value of any type, which is kept as raw JSON text but validated as RFC 8259 demands.

use super::bytes::{end, is_white, skip_white, unexpected};
use super::index::Closings;
use super::string::{is_short_escape, rest};
use super::structural::StructuralBytes;
use crate::error::{ErrorCode, Fault};
use crate::limits::MAX_DEPTH;
use crate::simd::{Primitives, Transcode, WithSimd, chunk};

/// A skipped value.
pub(super) struct Skipped {
    /// The offset after its last byte.
    pub(super) end: usize,
    pub(super) is_ascii: bool,
}

/// Skips the value that begins at `at`, inside `depth` open containers.
pub(super) struct Skip<'t, S> {
    pub(super) text: &'t [u8],
    pub(super) at: usize,
    pub(super) depth: usize,
    /// Finds the ends of the strings.
    pub(super) strings: S,
}

/// Finds the ends of strings, one after the other.
pub(super) trait Strings {
    /// Drops everything before `at`. The walk calls this after white space.
    fn skip_to<K: Primitives>(&mut self, kernel: K, text: &[u8], at: usize);

    /// Takes the string that opens at `at`, which is the next one, and returns its closing quote if
    /// the string is plain. Otherwise [`Strings::rest`] must be called.
    fn plain<K: Primitives>(&mut self, kernel: K, text: &[u8], at: usize) -> Option<usize>;

    /// Takes the string that opens at `at`, plain or not. Returns the offset after its closing
    /// quote, and whether it is ASCII.
    fn rest<K: Primitives>(
        &mut self,
        kernel: K,
        text: &[u8],
        at: usize,
    ) -> Result<(usize, bool), Fault>;
}

impl<'t> Skip<'t, Scan> {
    /// Skips without an index.
    pub(super) fn scan(text: &'t [u8], at: usize, depth: usize) -> Skip<'t, Scan> {
        Skip { text, at, depth, strings: Scan { bytes: None } }
    }
}

impl<S: Strings> WithSimd for Skip<'_, S> {
    type Output = Result<Skipped, Fault>;

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> Result<Skipped, Fault> {
        let Skip { text, at, depth, strings } = self;
        let mut walk = Walk { kernel, text, at, strings, is_ascii: true };
        walk.strings.skip_to(kernel, text, at);
        match walk.text[at] {
            b'{' | b'[' => walk.container(MAX_DEPTH - depth)?,
            b'"' => walk.rest()?,
            _ => walk.at = number_or_literal(walk.text, at)?,
        }
        Ok(Skipped { end: walk.at, is_ascii: walk.is_ascii })
    }
}

struct Walk<'t, K, S> {
    kernel: K,
    text: &'t [u8],
    /// Offset of the next byte to read.
    at: usize,
    strings: S,
    is_ascii: bool,
}

impl<K: Primitives, S: Strings> Walk<'_, K, S> {
    /// Skips an object or array. At most `room` containers may be open at once, including this one.
    #[inline(always)]
    fn container(&mut self, room: usize) -> Result<(), Fault> {
        // One bit for each open container, the innermost lowest: 1 for an object, 0 for an array.
        let mut kinds: u64 = 0;
        let mut open = 0;
        'values: loop {
            let here = chunk::<16>(self.text, self.at);
            let mut next = match here[0] {
                b'"' => {
                    self.string()?;
                    self.two()
                }
                b'{' => {
                    if open == room {
                        return Err(Fault::new(ErrorCode::TooDeep, self.at));
                    }
                    open += 1;
                    kinds = kinds << 1 | 1;
                    self.at += 1;
                    if here[1] == b'"' {
                        self.name()?;
                        continue 'values;
                    }
                    self.skip_white();
                    if self.text[self.at] != b'}' {
                        self.any_name()?;
                        continue 'values;
                    }
                    self.two()
                }
                b'[' => {
                    if open == room {
                        return Err(Fault::new(ErrorCode::TooDeep, self.at));
                    }
                    open += 1;
                    kinds <<= 1;
                    self.at += 1;
                    if here[1] <= b' ' {
                        self.skip_white();
                        if self.text[self.at] != b']' {
                            continue 'values;
                        }
                        self.two()
                    } else if here[1] != b']' {
                        continue 'values;
                    } else {
                        two(here, 1)
                    }
                }
                byte => {
                    let len = match byte {
                        b'0'..=b'9' => short_number(here),
                        _ => literal_len(here),
                    };
                    match len {
                        Some(len) => {
                            self.at += len;
                            two(here, len)
                        }
                        None if is_white(byte) => {
                            self.skip_white();
                            continue 'values;
                        }
                        None => {
                            self.at = scalar(self.text, self.at)?;
                            self.two()
                        }
                    }
                }
            };
            // After a value: close the containers that end here, until another value follows.
            loop {
                let is_object = kinds & 1 == 1;
                if is_object {
                    if next == u16::from_le_bytes(*b",\"") {
                        self.at += 1;
                        self.name()?;
                        break;
                    }
                } else if next as u8 == b',' {
                    self.at += 1;
                    break;
                }
                let byte = next as u8;
                if byte == if is_object { b'}' } else { b']' } {
                    self.at += 1;
                    kinds >>= 1;
                    open -= 1;
                    if open == 0 {
                        return Ok(());
                    }
                } else if is_white(byte) {
                    self.skip_white();
                } else if byte == b',' {
                    self.at += 1;
                    self.skip_white();
                    self.any_name()?;
                    break;
                } else {
                    return Err(unexpected(self.text, self.at));
                }
                next = self.two();
            }
        }
    }

    /// Returns the two bytes at the current position, the first one lowest.
    #[inline(always)]
    fn two(&self) -> u16 {
        u16::from_le_bytes(*chunk(self.text, self.at))
    }

    #[inline(always)]
    fn skip_white(&mut self) {
        self.at = skip_white(self.text, self.at);
        self.strings.skip_to(self.kernel, self.text, self.at);
    }

    /// Skips a member's name and its colon.
    #[inline(always)]
    fn name(&mut self) -> Result<(), Fault> {
        let Some(close) = self.strings.plain(self.kernel, self.text, self.at) else {
            self.rest()?;
            return self.colon();
        };
        self.at = close + 1;
        if self.text[self.at] == b':' {
            self.at += 1;
            return Ok(());
        }
        self.colon()
    }

    /// Skips a member's name and its colon, if a name is here at all.
    #[inline(always)]
    fn any_name(&mut self) -> Result<(), Fault> {
        if self.text[self.at] != b'"' {
            return Err(unexpected(self.text, self.at));
        }
        self.name()
    }

    #[inline(always)]
    fn colon(&mut self) -> Result<(), Fault> {
        self.skip_white();
        if self.text[self.at] != b':' {
            return Err(unexpected(self.text, self.at));
        }
        self.at += 1;
        Ok(())
    }

    /// Skips a string.
    #[inline(always)]
    fn string(&mut self) -> Result<(), Fault> {
        match self.strings.plain(self.kernel, self.text, self.at) {
            Some(close) => self.at = close + 1,
            None => self.rest()?,
        }
        Ok(())
    }

    /// Skips a string that need not be plain.
    #[inline(always)]
    fn rest(&mut self) -> Result<(), Fault> {
        let (end, is_ascii) = self.strings.rest(self.kernel, self.text, self.at)?;
        self.at = end;
        self.is_ascii &= is_ascii;
        Ok(())
    }
}

/// Finds the ends of strings in the text itself.
pub(super) struct Scan {
    /// The structural bytes from the last position. The first one is the opening quote of the next
    /// string: outside strings only tabs and line breaks are structural too, and `skip_to` drops
    /// these.
    bytes: Option<StructuralBytes>,
}

impl Scan {
    #[inline(always)]
    fn bytes<K: Primitives>(&self, kernel: K, text: &[u8], at: usize) -> StructuralBytes {
        self.bytes.unwrap_or_else(|| StructuralBytes::from(kernel, text, at))
    }
}

impl Strings for Scan {
    #[inline(always)]
    fn skip_to<K: Primitives>(&mut self, kernel: K, text: &[u8], at: usize) {
        match &mut self.bytes {
            Some(bytes) => bytes.skip_to(kernel, text, at),
            None => self.bytes = Some(StructuralBytes::from(kernel, text, at)),
        }
    }

    #[inline(always)]
    fn plain<K: Primitives>(&mut self, kernel: K, text: &[u8], at: usize) -> Option<usize> {
        let mut bytes = self.bytes(kernel, text, at);
        let close = bytes.second(kernel, text);
        if text[close] != b'"' {
            return None;
        }
        self.bytes = Some(bytes);
        Some(close)
    }

    #[inline(always)]
    fn rest<K: Primitives>(
        &mut self,
        kernel: K,
        text: &[u8],
        at: usize,
    ) -> Result<(usize, bool), Fault> {
        let bytes = self.bytes(kernel, text, at);
        let (end, bytes, is_ascii) = kernel.run_outlined(RestOfString { text, bytes })?;
        self.bytes = Some(bytes);
        Ok((end, is_ascii))
    }
}

/// Finds the ends of strings in the index.
impl Strings for &mut Closings<'_> {
    #[inline(always)]
    fn skip_to<K: Primitives>(&mut self, _: K, _: &[u8], _: usize) {}

    #[inline(always)]
    fn plain<K: Primitives>(&mut self, _: K, _: &[u8], _: usize) -> Option<usize> {
        self.take_plain()
    }

    #[inline(always)]
    fn rest<K: Primitives>(
        &mut self,
        kernel: K,
        text: &[u8],
        at: usize,
    ) -> Result<(usize, bool), Fault> {
        // Any fault will do here, because the exact walk finds the real one.
        let any_fault = |_| Fault::new(ErrorCode::UnexpectedEnd, at);
        let (close, is_dirty) = self.take(kernel, text).map_err(any_fault)?;
        let is_ascii = !is_dirty || kernel.run_outlined(CheckString { text, at: at + 1 })?;
        Ok((close + 1, is_ascii))
    }
}

/// Checks the escapes of a whole string. Returns whether it is ASCII.
struct CheckString<'t> {
    text: &'t [u8],
    at: usize,
}

impl WithSimd for CheckString<'_> {
    type Output = Result<bool, Fault>;

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> Self::Output {
        let CheckString { text, at } = self;
        rest(kernel, Transcode::discarding(text), at).map(|found| found.is_ascii)
    }
}

/// The number of escapes in a string that are checked one by one. A string with more of them is
/// checked block by block.
const FEW: usize = 4;

/// The rest of a string. Its opening quote is the next structural.
struct RestOfString<'t> {
    text: &'t [u8],
    bytes: StructuralBytes,
}

impl WithSimd for RestOfString<'_> {
    type Output = Result<(usize, StructuralBytes, bool), Fault>;

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> Self::Output {
        let RestOfString { text, mut bytes } = self;
        let mut at = bytes.second(kernel, text);
        for _ in 0..FEW {
            let [byte, escaped] = *chunk(text, at);
            if byte == b'"' {
                return Ok((at + 1, bytes, true));
            }
            if byte != b'\\' || !is_short_escape(escaped) {
                break;
            }
            bytes.skip_to(kernel, text, at + 2);
            at = bytes.next(kernel, text);
        }
        let found = rest(kernel, Transcode::discarding(text), at)?;
        let end = found.close + 1;
        bytes.skip_to(kernel, text, end);
        Ok((end, bytes, found.is_ascii))
    }
}

/// Returns the two bytes at `at`, the first one lowest.
#[inline(always)]
fn two(here: &[u8; 16], at: usize) -> u16 {
    u16::from_le_bytes([here[at], here[at + 1]])
}

/// Returns the length of the literal at the front of `here`, if there is one.
#[inline(always)]
fn literal_len(here: &[u8; 16]) -> Option<usize> {
    let first = u64::from_le_bytes(*here.first_chunk().expect("less than 16"));
    let is = |literal: u32| first as u32 == literal;
    const FALSE: u64 = u64::from_le_bytes(*b"false\0\0\0");
    if is(u32::from_le_bytes(*b"true")) || is(u32::from_le_bytes(*b"null")) {
        Some(4)
    } else if first << 24 == FALSE << 24 {
        Some(5)
    } else {
        None
    }
}

/// Returns the length of the number at the front of `here`, whose first byte is a digit. Returns
/// `None` unless the number is a few digits and perhaps a fraction.
#[inline(always)]
fn short_number(here: &[u8; 16]) -> Option<usize> {
    let others = non_digits(*here.first_chunk().expect("less than 16"));
    if others == 0 {
        return None;
    }
    let mut len = others.trailing_zeros() as usize / 8;
    if here[0] == b'0' && len > 1 {
        return None;
    }
    if here[len] == b'.' {
        let others = others & (others - 1);
        let fraction = len + 1;
        len = others.trailing_zeros() as usize / 8;
        if others == 0 || len == fraction {
            return None;
        }
    }
    let has_exponent = here[len] != b',' && here[len] | 0x20 == b'e';
    (!has_exponent).then_some(len)
}

/// Returns the high bit of the first byte that is not a digit and, if that is a dot, of the next
/// one. The bits after these are unspecified.
///
/// There is no branch on each byte, because the lengths of numbers are hard to predict.
#[inline(always)]
fn non_digits(bytes: [u8; 8]) -> u64 {
    const LOW: u64 = 0x0101_0101_0101_0101;
    let values = u64::from_le_bytes(bytes) ^ (LOW * u64::from(b'0'));
    (values.wrapping_add(LOW * (0x7f - 9)) | values) & (LOW * 0x80)
}

/// Returns the end of the number or literal that begins at `at`. This function is not inlined,
/// because such values are rare outside unknown members.
#[inline(never)]
pub(super) fn scalar(text: &[u8], at: usize) -> Result<usize, Fault> {
    number_or_literal(text, at)
}

/// Returns the end of the number or literal that begins at `at`.
#[inline(always)]
fn number_or_literal(text: &[u8], at: usize) -> Result<usize, Fault> {
    match text[at] {
        b'-' | b'0'..=b'9' => number(text, at),
        b't' | b'f' | b'n' => match literal_len(chunk(text, at)) {
            Some(len) => Ok(at + len),
            None => Err(bad_literal(text, at)),
        },
        _ => Err(unexpected(text, at)),
    }
}

/// Returns the fault of a text that only begins like a literal.
#[cold]
fn bad_literal(text: &[u8], at: usize) -> Fault {
    let literal: &[u8] = match text[at] {
        b't' => b"true",
        b'f' => b"false",
        _ => b"null",
    };
    let is_same = |&(i, &byte): &(usize, &u8)| text[at + i] == byte;
    unexpected(text, at + literal.iter().enumerate().take_while(is_same).count())
}

/// Returns the end of a number (RFC 8259 section 6). Its value is not computed.
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

/// Returns the end of one or more digits.
#[inline(always)]
fn digits(text: &[u8], start: usize) -> Result<usize, Fault> {
    let mut at = start;
    loop {
        let count = non_digits(*chunk(text, at)).trailing_zeros() as usize / 8;
        at += count;
        if count < 8 {
            break;
        }
    }
    if at > start { Ok(at) } else { Err(no_digit(text, at)) }
}

#[cold]
fn no_digit(text: &[u8], at: usize) -> Fault {
    let code = if at == end(text) { ErrorCode::UnexpectedEnd } else { ErrorCode::InvalidNumber };
    Fault::new(code, at)
}
