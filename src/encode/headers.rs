//! Writing the headers of a response, with the values of a repeated name in one member.

use crate::error::ErrorCode;
use crate::memory::Output;
use crate::simd::{BLOCK, Primitives, WithSimd};

use super::form::Repeats;
use super::header_source::Headers;
use super::name_index::{LAST, NameIndex, hash};
use super::rules::{TOKEN, name_fault};
use super::{EncodeError, escape};

/// Writes the headers of a response after the brace that opens them, and closes it. Other members
/// for headers may follow.
#[inline(always)]
pub(super) fn write<K: Primitives>(
    kernel: K,
    headers: &dyn Headers,
    names: &mut NameIndex,
    repeats: Repeats,
    out: &mut Output<'_>,
) -> Result<(), EncodeError> {
    let before = out.len();
    let may_be_plain = !matches!(repeats, Repeats::AllMultiValue | Repeats::Objects);
    if may_be_plain && write_distinct(kernel, headers, repeats, out)? {
        out.push(b"}");
        return Ok(());
    }
    out.truncate(before);
    kernel.run(Grouped { headers, names, repeats, out })
}

/// Writes headers whose names are all different. Returns false as soon as a name may be a repeated
/// one, or that of a cookie which belongs elsewhere.
#[inline(always)]
fn write_distinct<K: Primitives>(
    kernel: K,
    headers: &dyn Headers,
    repeats: Repeats,
    out: &mut Output<'_>,
) -> Result<bool, EncodeError> {
    let mut seen = Seen::default();
    for index in 0..headers.len() {
        let (name, value) = headers.get(index);
        if index > 0 {
            out.push(b"\",");
        }
        out.push(b"\"");
        if !seen.add(name) || repeats == Repeats::JoinedAndCookies && is_set_cookie(name) {
            return Ok(false);
        }
        write_name(kernel, name, index, out)?;
        out.push(b"\":\"");
        write_value(kernel, name, value, index, out)?;
    }
    if !headers.is_empty() {
        out.push(b"\"");
    }
    Ok(true)
}

/// Writes headers, with all values of a name together.
struct Grouped<'w, 'o> {
    headers: &'w dyn Headers,
    names: &'w mut NameIndex,
    repeats: Repeats,
    out: &'w mut Output<'o>,
}

impl WithSimd for Grouped<'_, '_> {
    type Output = Result<(), EncodeError>;

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> Result<(), EncodeError> {
        let Grouped { headers, names, repeats, out } = self;
        if !names.fill(headers) {
            return Err(EncodeError::new(ErrorCode::OutOfMemory, 0));
        }
        let groups = Groups { kernel, headers, names };
        groups
            .write(repeats, out)
            .or_else(|error| first_fault(kernel, headers, out).and(Err(error)))
    }
}

fn is_set_cookie(name: &[u8]) -> bool {
    name.eq_ignore_ascii_case(b"set-cookie")
}

/// How the values of a name are written.
enum Values {
    /// As one string, joined by commas.
    Joined,
    /// As an array of strings.
    Array,
    /// As an array of objects.
    Objects,
}

/// The headers by name.
struct Groups<'g, K> {
    kernel: K,
    headers: &'g dyn Headers,
    names: &'g NameIndex,
}

impl<K: Primitives> Groups<'_, K> {
    #[inline(always)]
    fn write(&self, repeats: Repeats, out: &mut Output<'_>) -> Result<(), EncodeError> {
        match repeats {
            Repeats::Array => self.members(out, |is_repeated, _| {
                Some(if is_repeated { Values::Array } else { Values::Joined })
            })?,
            Repeats::JoinedOrArray => self.members(out, |is_repeated, name| {
                let is_list = is_repeated && is_set_cookie(name);
                Some(if is_list { Values::Array } else { Values::Joined })
            })?,
            Repeats::Joined => {
                self.members(out, |is_repeated, name| {
                    (!is_repeated || !is_set_cookie(name)).then_some(Values::Joined)
                })?;
                self.spelled_cookies(out)?;
            }
            Repeats::JoinedAndCookies => {
                self.members(out, |_, name| (!is_set_cookie(name)).then_some(Values::Joined))?;
                self.cookies(out)?;
            }
            Repeats::MultiValue => {
                self.members(out, |is_repeated, _| (!is_repeated).then_some(Values::Joined))?;
                out.push(b"},\"multiValueHeaders\":{");
                self.members(out, |is_repeated, _| is_repeated.then_some(Values::Array))?;
            }
            Repeats::AllMultiValue => self.members(out, |_, _| Some(Values::Array))?,
            Repeats::Objects => self.members(out, |_, _| Some(Values::Objects))?,
        }
        if repeats != Repeats::JoinedAndCookies {
            out.push(b"}");
        }
        Ok(())
    }

    /// Writes the names for which `form` returns how their values are written. It gets whether a
    /// name is repeated, and the name.
    #[inline(always)]
    fn members(
        &self,
        out: &mut Output<'_>,
        form: impl Fn(bool, &[u8]) -> Option<Values>,
    ) -> Result<(), EncodeError> {
        let Groups { kernel, headers, names } = *self;
        kernel.run_outlined(Members { headers, names, form: &form, out })
    }

    /// Writes the value of the header with this index.
    #[inline(always)]
    fn value(&self, index: usize, out: &mut Output<'_>) -> Result<(), EncodeError> {
        self.kernel.run_outlined(OneValue { headers: self.headers, index, out })
    }

    /// Returns the indices of the headers `set-cookie`.
    fn set_cookies(&self) -> impl Iterator<Item = usize> {
        (0..self.headers.len()).filter(|&index| is_set_cookie(self.headers.get(index).0))
    }

    /// Closes the headers and writes the cookies in a member of their own.
    #[inline(always)]
    fn cookies(&self, out: &mut Output<'_>) -> Result<(), EncodeError> {
        let mut before: &[u8] = b"},\"cookies\":[\"";
        for index in self.set_cookies() {
            out.push(before);
            self.value(index, out)?;
            before = b"\",\"";
        }
        out.push(if before.len() > 3 { b"}" } else { b"\"]" });
        Ok(())
    }

    /// Writes repeated cookies, each under its name in a spelling of its own.
    #[inline(always)]
    fn spelled_cookies(&self, out: &mut Output<'_>) -> Result<(), EncodeError> {
        if self.set_cookies().nth(1).is_none() {
            return Ok(());
        }
        let has_others = (0..self.headers.len()).any(|it| !is_set_cookie(self.headers.get(it).0));
        let mut before: &[u8] = if has_others { b",\"" } else { b"\"" };
        for (number, index) in self.set_cookies().enumerate() {
            out.push(before);
            out.push(&spelling(number));
            out.push(b"\":\"");
            self.value(index, out)?;
            before = b"\",\"";
        }
        out.push(b"\"");
        Ok(())
    }
}

/// The headers whose names `form` chooses. There is one function for all choices, because it is
/// long.
struct Members<'w, 'o> {
    headers: &'w dyn Headers,
    names: &'w NameIndex,
    form: &'w dyn Fn(bool, &[u8]) -> Option<Values>,
    out: &'w mut Output<'o>,
}

impl WithSimd for Members<'_, '_> {
    type Output = Result<(), EncodeError>;

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> Self::Output {
        let Members { headers, names, form, out } = self;
        let mut before: &[u8] = b"\"";
        let places = names.places.iter().enumerate();
        for (index, place) in places.filter(|(_, place)| place.is_first) {
            let (name, _) = headers.get(index);
            let Some(values) = form(place.next != LAST, name) else { continue };
            out.push(before);
            let (open, between, close): (&[u8], &[u8], &[u8]) = match values {
                Values::Joined => (b"\":\"", b", ", b"\",\""),
                Values::Array => (b"\":[\"", b"\",\"", b"\"],\""),
                Values::Objects => (b"\":[{\"key\":\"", b"\"},{\"key\":\"", b"\"}],\""),
            };
            let is_object = matches!(values, Values::Objects);
            if is_object {
                write_lower(kernel, name, index, out)?;
            } else {
                write_name(kernel, name, index, out)?;
            }
            out.push(open);
            let mut next = index as u32;
            while next != LAST {
                if next != index as u32 {
                    out.push(between);
                }
                let (name, value) = headers.get(next as usize);
                if is_object {
                    write_name(kernel, name, next as usize, out)?;
                    out.push(b"\",\"value\":\"");
                }
                write_value(kernel, name, value, next as usize, out)?;
                next = names.places[next as usize].next;
            }
            before = close;
        }
        // `before` closes the last member and opens another one, which does not follow.
        out.push(before.strip_suffix(b",\"").unwrap_or_default());
        Ok(())
    }
}

/// The value of one header.
struct OneValue<'w, 'o> {
    headers: &'w dyn Headers,
    index: usize,
    out: &'w mut Output<'o>,
}

impl WithSimd for OneValue<'_, '_> {
    type Output = Result<(), EncodeError>;

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> Self::Output {
        let OneValue { headers, index, out } = self;
        let (name, value) = headers.get(index);
        write_value(kernel, name, value, index, out)
    }
}

/// Returns the spelling of `set-cookie` in which the bits of the number decide which letters are in
/// upper case. There are 512.
fn spelling(number: usize) -> [u8; 10] {
    let mut name = *b"set-cookie";
    let letters = name.iter_mut().filter(|letter| letter.is_ascii_lowercase());
    for (bit, letter) in letters.enumerate() {
        if number >> bit & 1 == 1 {
            letter.make_ascii_uppercase();
        }
    }
    name
}

/// Returns the error of the first header that has one. Grouping visits the headers in another
/// order.
#[cold]
fn first_fault<K: Primitives>(
    kernel: K,
    headers: &dyn Headers,
    out: &mut Output<'_>,
) -> Result<(), EncodeError> {
    for index in 0..headers.len() {
        let (name, _) = headers.get(index);
        write_lower(kernel, name, index, out)?;
        kernel.run_outlined(OneValue { headers, index, out })?;
    }
    Ok(())
}

/// The hashes of the names so far. Two names may have the same hash.
#[derive(Default)]
struct Seen {
    bits: [u64; 8],
}

impl Seen {
    /// Adds a name. Returns false if it may be a repeated one.
    #[inline(always)]
    fn add(&mut self, name: &[u8]) -> bool {
        let hash = hash(name);
        let word = &mut self.bits[(hash >> 61) as usize];
        let bit = 1 << (hash >> 55 & 63);
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }
}

#[inline(always)]
fn write_name<K: Primitives>(
    kernel: K,
    name: &[u8],
    index: usize,
    out: &mut Output<'_>,
) -> Result<(), EncodeError> {
    if name.len() <= BLOCK && !name.is_empty() && out.push_of_set(kernel, name, &TOKEN) {
        return Ok(());
    }
    if let Some(offset) = name_fault(name) {
        return Err(EncodeError::of_header(ErrorCode::InvalidHeaderName, offset, index, name));
    }
    out.push(name);
    Ok(())
}

/// Writes a name in lower case.
#[inline(never)]
fn write_lower<K: Primitives>(
    kernel: K,
    name: &[u8],
    index: usize,
    out: &mut Output<'_>,
) -> Result<(), EncodeError> {
    let before = out.len();
    write_name(kernel, name, index, out)?;
    out.truncate(before);
    name.iter().for_each(|byte| out.push(&[byte.to_ascii_lowercase()]));
    Ok(())
}

#[inline(always)]
fn write_value<K: Primitives>(
    kernel: K,
    name: &[u8],
    value: &[u8],
    index: usize,
    out: &mut Output<'_>,
) -> Result<(), EncodeError> {
    escape::header_value(kernel, value, out).map_err(|offset| {
        EncodeError::of_header(ErrorCode::InvalidHeaderValue, offset, index, name)
    })
}
