//! Writing the headers of a response, with the values of a repeated name in one member.

use crate::error::ErrorCode;
use crate::memory::Output;
use crate::record::kinds::Dialect;
use crate::simd::{BLOCK, Primitives, WithSimd};

use super::header_source::Headers;
use super::name_index::{LAST, NameIndex, hash};
use super::rules::{TOKEN, name_fault};
use super::{EncodeError, escape};

/// Writes the members of the response's `headers`.
#[inline(always)]
pub(super) fn write<K: Primitives>(
    kernel: K,
    headers: &dyn Headers,
    names: &mut NameIndex,
    dialect: Dialect,
    out: &mut Output<'_>,
) -> Result<(), EncodeError> {
    let before = out.len();
    if write_distinct(kernel, headers, out)? {
        return Ok(());
    }
    out.truncate(before);
    kernel.run(Grouped { headers, names, dialect, out })
}

/// Writes headers whose names are all different. Returns false as soon as a name may be a repeated
/// one.
#[inline(always)]
fn write_distinct<K: Primitives>(
    kernel: K,
    headers: &dyn Headers,
    out: &mut Output<'_>,
) -> Result<bool, EncodeError> {
    let mut seen = Seen::default();
    for index in 0..headers.len() {
        let (name, value) = headers.get(index);
        if index > 0 {
            out.push(b"\",");
        }
        out.push(b"\"");
        if !seen.add(name) {
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

/// Writes headers, with all values of a name in one member.
struct Grouped<'w, 'o> {
    headers: &'w dyn Headers,
    names: &'w mut NameIndex,
    dialect: Dialect,
    out: &'w mut Output<'o>,
}

impl WithSimd for Grouped<'_, '_> {
    type Output = Result<(), EncodeError>;

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> Result<(), EncodeError> {
        let Grouped { headers, names, dialect, out } = self;
        write_grouped(kernel, headers, names, dialect, out)
            .or_else(|error| first_fault(kernel, headers, out).and(Err(error)))
    }
}

#[inline(always)]
fn write_grouped<K: Primitives>(
    kernel: K,
    headers: &dyn Headers,
    names: &mut NameIndex,
    dialect: Dialect,
    out: &mut Output<'_>,
) -> Result<(), EncodeError> {
    if !names.fill(headers) {
        return Err(EncodeError::new(ErrorCode::OutOfMemory, 0));
    }
    let mut before: &[u8] = b"\"";
    for (index, place) in names.places.iter().enumerate().filter(|(_, place)| place.is_first) {
        let (name, value) = headers.get(index);
        let is_joined =
            dialect == Dialect::TencentFunctionUrl && !name.eq_ignore_ascii_case(b"set-cookie");
        let is_list = place.next != LAST && !is_joined;
        out.push(before);
        write_name(kernel, name, index, out)?;
        out.push(if is_list { b"\":[\"" } else { b"\":\"" });
        write_value(kernel, name, value, index, out)?;
        let mut next = place.next;
        while next != LAST {
            let (name, value) = headers.get(next as usize);
            out.push(if is_list { b"\",\"" } else { b", " });
            write_value(kernel, name, value, next as usize, out)?;
            next = names.places[next as usize].next;
        }
        before = if is_list { b"\"],\"" } else { b"\",\"" };
    }
    // `before` closes the last member and opens another one, which does not follow.
    out.push(before.strip_suffix(b",\"").unwrap_or_default());
    Ok(())
}

/// Returns the error of the first header that has one. Grouping visits the headers in another
/// order.
#[inline(always)]
fn first_fault<K: Primitives>(
    kernel: K,
    headers: &dyn Headers,
    out: &mut Output<'_>,
) -> Result<(), EncodeError> {
    for index in 0..headers.len() {
        let (name, value) = headers.get(index);
        write_name(kernel, name, index, out)?;
        write_value(kernel, name, value, index, out)?;
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
