//! The exact walk, which reads the bytes in order and so finds the first fault first.
//!
//! It has two uses: it decodes responses, and it finds the faults of events. The walk over the
//! index is faster, but only reports that there is a fault. Strings are unescaped in place. Unknown
//! members are kept as raw JSON text.

use super::bytes::{array, end, skip_white, unexpected};
use super::draft::{Draft, bytes};
use super::skip::{Skip, scalar};
use super::string::{Found, rest};
use crate::error::{ErrorCode, Fault};
use crate::limits::MAX_NAME;
use crate::memory::PairTable;
use crate::record::table::{Span, flags};
use crate::simd::{Primitives, Selected, Transcode, WithSimd};

/// Checks that the document in `text` is JSON that may be nested inside `depth` open containers.
/// `text` ends with `PADDING` zero bytes.
pub(crate) fn check(kernel: Selected, text: &[u8], depth: usize) -> Result<(), Fault> {
    let start = skip_white(text, 0);
    let value = kernel.run(Skip::scan(text, start, depth))?;
    let rest = skip_white(text, value.end);
    if rest < end(text) {
        return Err(Fault::new(ErrorCode::TrailingBytes, rest));
    }
    Ok(())
}

/// The state of the exact walk.
pub(super) struct Parser<'p, 't> {
    kernel: Selected,
    pub(super) text: &'p mut [u8],
    pub(super) pairs: PairTable<'t>,
    /// Offset of the next byte to read.
    pub(super) at: usize,
    pub(super) draft: Draft,
    /// Whether a response must have its documented form, in which the values of maps are strings or
    /// lists of strings.
    pub(super) is_strict: bool,
    /// Where the values of maps may be lists.
    pub(super) lists: Lists,
    /// The opening quote and the fault of a string that is known to be invalid. The string has been
    /// changed already, so it cannot be read again.
    pub(super) broken: Option<(usize, Fault)>,
}

/// Whether the values of a map may be lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lists {
    Allowed,
    Refused,
    Required,
}

/// Where the walk is in an object or map.
pub(super) enum Step {
    /// At the next name.
    Name,
    /// After the value.
    After,
}

/// The string that begins at `start`, unescaped in place.
struct OneString<'p> {
    text: &'p mut [u8],
    start: usize,
}

impl WithSimd for OneString<'_> {
    type Output = Result<Found, Fault>;

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> Self::Output {
        let OneString { text, start } = self;
        let structural = kernel.first_structural(text, start);
        if text[structural] == b'"' {
            return Ok(Found { close: structural, end: structural, is_ascii: true });
        }
        rest(kernel, Transcode::in_place(text), structural)
    }
}

impl<'p, 't> Parser<'p, 't> {
    pub(super) fn new(
        kernel: Selected,
        text: &'p mut [u8],
        pairs: PairTable<'t>,
    ) -> Parser<'p, 't> {
        Parser {
            kernel,
            text,
            pairs,
            at: 0,
            draft: Draft::default(),
            is_strict: false,
            lists: Lists::Allowed,
            broken: None,
        }
    }

    /// Enters the document: advances to its first name, or past its end if it is empty. Returns
    /// whether there is a name.
    pub(super) fn enter_document(&mut self) -> Result<bool, Fault> {
        self.at = skip_white(self.text, 0);
        match self.text[self.at] {
            b'{' => self.enter(),
            b'[' | b'"' | b't' | b'f' | b'n' | b'-' | b'0'..=b'9' => {
                Err(Fault::new(ErrorCode::NotAnObject, self.at))
            }
            _ => Err(unexpected(self.text, self.at)),
        }
    }

    pub(super) fn expect_end(&mut self) -> Result<(), Fault> {
        self.at = skip_white(self.text, self.at);
        if self.at < end(self.text) {
            return Err(Fault::new(ErrorCode::TrailingBytes, self.at));
        }
        Ok(())
    }

    pub(super) fn base64_flag(&mut self) -> Result<(), Fault> {
        let value_at = self.at;
        let value = match self.text[value_at] {
            b'"' => self.string()?,
            b't' | b'f' | b'n' => self.scalar()?,
            _ => return Err(wrong_type(self.text, value_at)),
        };
        match bytes(self.text, value) {
            b"true" => self.draft.flags |= flags::BODY_BASE64,
            b"false" => {}
            b"null" if self.text[value_at] == b'n' => {}
            _ => return Err(Fault::new(ErrorCode::WrongType, value_at)),
        }
        Ok(())
    }

    /// Enters an object: advances to its first name, or past its end if it is empty. Returns
    /// whether there is a name.
    pub(super) fn enter(&mut self) -> Result<bool, Fault> {
        self.at = skip_white(self.text, self.at + 1);
        match self.text[self.at] {
            b'"' => Ok(true),
            b'}' => {
                self.at += 1;
                Ok(false)
            }
            _ => Err(unexpected(self.text, self.at)),
        }
    }

    /// Advances from the end of a member's value to the next name, or past the end of the object.
    /// Returns whether there is a name.
    pub(super) fn next_member(&mut self) -> Result<bool, Fault> {
        if array::<2>(self.text, self.at) == b",\"" {
            self.at += 1;
            return Ok(true);
        }
        self.at = skip_white(self.text, self.at);
        match self.text[self.at] {
            b',' => {
                self.at = skip_white(self.text, self.at + 1);
                if self.text[self.at] == b'"' {
                    Ok(true)
                } else {
                    Err(unexpected(self.text, self.at))
                }
            }
            b'}' => {
                self.at += 1;
                Ok(false)
            }
            _ => Err(unexpected(self.text, self.at)),
        }
    }

    /// Advances from the end of a name past its colon to the value.
    pub(super) fn colon(&mut self) -> Result<(), Fault> {
        if array::<2>(self.text, self.at) == b":\"" {
            self.at += 1;
            return Ok(());
        }
        self.at = skip_white(self.text, self.at);
        if self.text[self.at] != b':' {
            return Err(unexpected(self.text, self.at));
        }
        self.at = skip_white(self.text, self.at + 1);
        Ok(())
    }

    /// Reads the string whose opening quote is at the current position.
    #[inline(never)]
    pub(super) fn string(&mut self) -> Result<Span, Fault> {
        if let Some((open, fault)) = self.broken
            && open == self.at
        {
            return Err(fault);
        }
        let start = self.at + 1;
        let found = self.kernel.run(OneString { text: self.text, start })?;
        self.at = found.close + 1;
        self.draft.is_ascii &= found.is_ascii;
        Ok(Span::new(start, found.end))
    }

    pub(super) fn string_or_null(&mut self) -> Result<Span, Fault> {
        match self.text[self.at] {
            b'"' => self.string(),
            b'n' => {
                self.at = scalar(self.text, self.at)?;
                Ok(Span::ABSENT)
            }
            _ => Err(wrong_type(self.text, self.at)),
        }
    }

    /// Reads the number or literal at the current position.
    pub(super) fn scalar(&mut self) -> Result<Span, Fault> {
        let start = self.at;
        self.at = scalar(self.text, start)?;
        Ok(Span::new(start, self.at))
    }

    /// Skips a value of any type inside `depth` open containers, and returns its raw JSON text.
    #[inline(never)]
    pub(super) fn raw_inside(&mut self, depth: usize) -> Result<Span, Fault> {
        let start = self.at;
        let skipped = self.kernel.run(Skip::scan(self.text, start, depth))?;
        self.at = skipped.end;
        self.draft.is_ascii &= skipped.is_ascii;
        Ok(Span::new(start, self.at))
    }

    pub(super) fn extra(&mut self, object: u16, name: Span, value: Span) -> Result<(), Fault> {
        if self.pairs.push_extra(object, name, value) {
            Ok(())
        } else {
            Err(Fault::new(ErrorCode::TooManyPairs, name.off as usize - 1))
        }
    }

    pub(super) fn check_name(&self, name: Span) -> Result<(), Fault> {
        if name.len as usize > MAX_NAME {
            return Err(Fault::new(ErrorCode::NameTooLong, name.off as usize - 1));
        }
        Ok(())
    }
}

/// Returns the fault of a value whose type is not allowed at `at`.
#[cold]
pub(super) fn wrong_type(text: &[u8], at: usize) -> Fault {
    match text[at] {
        b'{' | b'[' | b'"' | b't' | b'f' | b'n' | b'-' | b'0'..=b'9' => {
            Fault::new(ErrorCode::WrongType, at)
        }
        _ => unexpected(text, at),
    }
}

/// Returns the end of the `[]` that begins at `at`.
#[cold]
pub(super) fn empty_array(text: &[u8], at: usize) -> Result<usize, Fault> {
    let inside = skip_white(text, at + 1);
    match text[inside] {
        b']' => Ok(inside + 1),
        _ if inside == end(text) => Err(unexpected(text, inside)),
        _ => Err(Fault::new(ErrorCode::WrongType, at)),
    }
}
