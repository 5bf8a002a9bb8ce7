//! Writing the members of an event.

use core::fmt::{self, Write};
use std::collections::BinaryHeap;

use base64_simd::{Out, STANDARD};

use super::escape;
use super::event_builder::Body;
use crate::decode::check;
use crate::error::ErrorCode;
use crate::limits::{MAX_NAME, PADDING};
use crate::memory::Output;
use crate::record::kinds::BodyEncoding;
use crate::simd::Selected;

/// Why an event is refused, and the offset of the error: small, because it passes many functions.
pub(super) type Refusal = (ErrorCode, usize);

/// Writes the members of objects. What is refused is reported at the end; what is written after it
/// does not count.
pub(super) struct Members<'w, 'o> {
    kernel: Selected,
    pub(super) out: &'w mut Output<'o>,
    /// The bytes that come before the next member.
    pub(super) before: &'static [u8],
    /// The first refusal.
    refusal: Option<Refusal>,
}

impl<'w, 'o> Members<'w, 'o> {
    /// Begins an object.
    pub(super) fn new(kernel: Selected, out: &'w mut Output<'o>) -> Members<'w, 'o> {
        Members { kernel, out, before: b"{", refusal: None }
    }

    /// Ends the object.
    pub(super) fn finish(self) -> Result<(), Refusal> {
        self.out.push(b"}");
        self.refusal.map_or(Ok(()), Err)
    }

    pub(super) fn refuse(&mut self, refusal: Refusal) {
        self.refusal.get_or_insert(refusal);
    }

    #[inline(never)]
    pub(super) fn name(&mut self, name: &str) {
        if name.len() > MAX_NAME {
            return self.refuse((ErrorCode::NameTooLong, 0));
        }
        self.out.push(self.before);
        self.before = b",";
        self.quoted(name.as_bytes(), BodyEncoding::Text);
        self.out.push(b":");
    }

    /// Writes a member whose name needs no escape and whose value is JSON.
    #[inline(never)]
    pub(super) fn raw(&mut self, name: &'static str, value: &[u8]) {
        for bytes in [self.before, b"\"", name.as_bytes(), b"\":", value] {
            self.out.push(bytes);
        }
        self.before = b",";
    }

    #[inline(never)]
    pub(super) fn number(&mut self, name: &'static str, value: u64) {
        self.raw(name, b"");
        self.digits(value);
    }

    /// Writes a number without a name.
    pub(super) fn digits(&mut self, number: impl fmt::Display) {
        // Writing to an output never fails.
        let _ = write!(self.out, "{number}");
    }

    #[inline(never)]
    pub(super) fn open(&mut self, name: &'static str) {
        self.raw(name, b"{");
        self.before = b"";
    }

    pub(super) fn close(&mut self) {
        self.out.push(b"}");
        self.before = b",";
    }

    #[inline(never)]
    pub(super) fn flag(&mut self, is_base64: bool) {
        self.raw("isBase64Encoded", if is_base64 { b"true" } else { b"false" });
    }

    #[inline(never)]
    pub(super) fn string(&mut self, name: &'static str, value: Option<&str>) {
        let Some(value) = value else { return };
        self.name(name);
        self.quoted(value.as_bytes(), BodyEncoding::Text);
    }

    /// Writes a JSON string of text or of base64.
    #[inline(never)]
    pub(super) fn quoted(&mut self, bytes: &[u8], encoding: BodyEncoding) {
        if let Err(refusal) = self.try_quoted(bytes, encoding) {
            self.refuse(refusal);
        }
    }

    fn try_quoted(&mut self, bytes: &[u8], encoding: BodyEncoding) -> Result<(), Refusal> {
        self.out.push(b"\"");
        if encoding == BodyEncoding::Base64 {
            self.out.push_with(STANDARD.encoded_length(bytes.len()), |room| {
                let _ = STANDARD.encode(bytes, Out::from_uninit_slice(room));
            });
        } else {
            escape::text_by(self.kernel, bytes, self.out)
                .map_err(|offset| (ErrorCode::InvalidUtf8, offset))?;
        }
        self.out.push(b"\"");
        Ok(())
    }

    /// Writes a member that is an object or array, inside of `depth` others.
    pub(super) fn json(&mut self, name: &'static str, json: &str, depth: usize) {
        match check_json(self.kernel, json, depth) {
            Ok(()) => self.raw(name, json.as_bytes()),
            Err(refusal) => self.refuse(refusal),
        }
    }

    /// Writes the body, and returns whether it is in base64.
    pub(super) fn body(&mut self, name: &'static str, body: Body<'_>) -> bool {
        let (bytes, encoding) = match body {
            Body::Absent => return false,
            Body::Json(json) => {
                self.json(name, json, 1);
                return false;
            }
            Body::Bytes(_, BodyEncoding::Stream) => {
                self.refuse((ErrorCode::NoResponse, 0));
                return false;
            }
            Body::Bytes(bytes, encoding) => (bytes, encoding),
        };
        self.name(name);
        let before = self.out.len();
        match self.try_quoted(bytes, encoding) {
            Err(_) if encoding == BodyEncoding::Auto => {
                self.out.truncate(before);
                self.quoted(bytes, BodyEncoding::Base64);
                return true;
            }
            Err(refusal) => self.refuse(refusal),
            Ok(()) => {}
        }
        encoding == BodyEncoding::Base64
    }

    pub(super) fn strings(
        &mut self,
        name: &'static str,
        pairs: &[(&str, &str)],
        repeated: Repeated,
    ) {
        self.pairs(name, pairs.len(), &|index| (pairs[index].0, Some(pairs[index].1)), repeated)
    }

    pub(super) fn map(
        &mut self,
        name: &'static str,
        pairs: &[(&str, Option<&str>)],
        repeated: Repeated,
    ) {
        self.pairs(name, pairs.len(), &|index| pairs[index], repeated)
    }

    /// Writes a map sorted by name. The values of a repeated name are in their original order.
    #[inline(never)]
    fn pairs<'a>(
        &mut self,
        name: &'static str,
        len: usize,
        pair: &dyn Fn(usize) -> (&'a str, Option<&'a str>),
        repeated: Repeated,
    ) {
        self.open(name);
        let names = match sorted(len, pair) {
            Ok(names) => names,
            Err(refusal) => return self.refuse(refusal),
        };
        for group in names.chunk_by(|a, b| a.0 == b.0) {
            self.name(group[0].0);
            let is_list = match repeated {
                Repeated::ListOfSeveral => group.len() > 1,
                Repeated::List => true,
                Repeated::Last | Repeated::Joined => false,
            };
            if is_list {
                self.out.push(b"[");
            }
            if repeated == Repeated::Joined {
                let values: Vec<_> =
                    group.iter().map(|&(_, index)| pair(index).1.unwrap_or_default()).collect();
                self.quoted(values.join(",").as_bytes(), BodyEncoding::Text);
            } else {
                let skipped = if repeated == Repeated::Last { group.len() - 1 } else { 0 };
                for (place, &(_, index)) in group[skipped..].iter().enumerate() {
                    if place > 0 {
                        self.out.push(b",");
                    }
                    match pair(index).1 {
                        Some(value) => self.quoted(value.as_bytes(), BodyEncoding::Text),
                        None if repeated == Repeated::ListOfSeveral => self.out.push(b"true"),
                        None => self.out.push(b"\"\""),
                    }
                }
            }
            if is_list {
                self.out.push(b"]");
            }
        }
        self.close();
    }
}

/// How the values of a repeated name are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeated {
    /// Several values as an array, and a bare name as `true`.
    ListOfSeveral,
    /// As an array, even a single value.
    List,
    /// Only the last value.
    Last,
    /// Joined by commas.
    Joined,
}

/// Returns the names and indices of the pairs, sorted by name. Equal names keep their order.
///
/// A heap sorts with less code than `sort_unstable`, and maps are short.
fn sorted<'a>(
    len: usize,
    pair: &dyn Fn(usize) -> (&'a str, Option<&'a str>),
) -> Result<Vec<(&'a str, usize)>, Refusal> {
    let mut names = Vec::new();
    if names.try_reserve(len).is_err() {
        return Err((ErrorCode::OutOfMemory, 0));
    }
    names.extend((0..len).map(|index| (pair(index).0, index)));
    Ok(BinaryHeap::from(names).into_sorted_vec())
}

/// Checks that the text is an object or array that is not nested too deeply inside the event.
#[cold]
fn check_json(kernel: Selected, json: &str, depth: usize) -> Result<(), Refusal> {
    let text = json.trim_start_matches([' ', '\t', '\n', '\r']);
    if !text.starts_with(['{', '[']) {
        return Err((ErrorCode::WrongType, json.len() - text.len()));
    }
    let mut padded = Vec::new();
    if padded.try_reserve(json.len() + PADDING).is_err() {
        return Err((ErrorCode::OutOfMemory, 0));
    }
    padded.extend_from_slice(json.as_bytes());
    padded.resize(json.len() + PADDING, 0);
    check(kernel, &padded, depth).map_err(|fault| (fault.code, fault.offset as usize))
}
