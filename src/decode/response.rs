//! Decodes the text of a function's response to its record.

use super::bytes::{end, skip_white, unexpected};
use super::draft::bytes;
use super::exact::{Parser, Step, wrong_type};
use super::members::{Map, Text};
use crate::encode::STATUS_RANGE;
use crate::error::{Error, ErrorCode, Fault};
use crate::memory::PairTable;
use crate::record::kinds::Dialect;
use crate::record::table::{EventTable, Pair, Span, flags};
use crate::simd::Selected;

/// The form in which a response is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// An integrated response in its documented form.
    Strict,
    /// An integrated response in any form that a gateway accepts.
    Lenient,
    /// Not known yet: only looks for `statusCode`, which makes it an integrated response.
    Unknown,
    /// A JSON value that is the body.
    Json,
    /// Text that is the body.
    Text,
}

/// Decodes the response in `text`, which ends with `PADDING` zero bytes. After an error, the
/// contents of `text` and `table` are unspecified.
pub(crate) fn parse_response<'t>(
    kernel: Selected,
    text: &mut [u8],
    pairs: PairTable<'t>,
    shape: Shape,
    table: &mut EventTable,
) -> Result<&'t [Pair], Error> {
    let mut parser = Parser::new(kernel, text, pairs);
    parser.is_strict = shape == Shape::Strict;
    let mut response = Response { parser, member: None, seen: [false; 4], status: 200 };
    let is_whole = match shape {
        Shape::Strict | Shape::Lenient => response.integrated(),
        Shape::Unknown => response.look_for_status(),
        Shape::Json => response.json(),
        Shape::Text => response.text(),
    };
    if let Err(fault) = is_whole {
        return Err(Error::new(fault, response.member));
    }
    let Response { parser, status, .. } = response;
    let Parser { text, pairs, draft, .. } = parser;
    let pairs = draft.finish(text, Dialect::Unknown, pairs, table);
    table.status = status;
    Ok(pairs)
}

struct Response<'p, 't> {
    parser: Parser<'p, 't>,
    /// The known member that is being read.
    member: Option<&'static str>,
    /// Which known members have been read.
    seen: [bool; MEMBERS.len()],
    status: u32,
}

const MEMBERS: [&str; 4] = ["statusCode", "headers", "body", "isBase64Encoded"];

impl Response<'_, '_> {
    #[inline]
    fn integrated(&mut self) -> Result<(), Fault> {
        self.parser.at = skip_white(self.parser.text, 0);
        match self.byte() {
            b'{' => {}
            b'[' | b'"' | b't' | b'f' | b'n' | b'-' | b'0'..=b'9' => {
                return Err(Fault::new(ErrorCode::NotAnObject, self.parser.at));
            }
            _ => return Err(unexpected(self.parser.text, self.parser.at)),
        }
        let mut has_more = self.parser.enter()?;
        while has_more {
            self.one_member()?;
            self.member = None;
            has_more = self.parser.next_member()?;
        }
        let end_of_object = self.parser.at - 1;
        self.parser.expect_end()?;
        if !self.seen[0] {
            self.member = Some(MEMBERS[0]);
            return Err(Fault::new(ErrorCode::MissingMember, end_of_object));
        }
        self.parser.draft.flags |= flags::INTEGRATED;
        Ok(())
    }

    #[inline]
    fn one_member(&mut self) -> Result<(), Fault> {
        let name_at = self.parser.at;
        let name = self.parser.string()?;
        let known =
            MEMBERS.iter().position(|known| known.as_bytes() == bytes(self.parser.text, name));
        let Some(known) = known else {
            self.parser.check_name(name)?;
            self.parser.colon()?;
            let value = self.parser.raw_inside(1)?;
            return self.parser.extra(0, name, value);
        };
        self.member = Some(MEMBERS[known]);
        if self.seen[known] {
            return Err(Fault::new(ErrorCode::DuplicateMember, name_at));
        }
        self.seen[known] = true;
        self.parser.colon()?;
        match known {
            0 => self.status(),
            1 => self.headers(),
            2 => self.body(),
            _ => self.base64_flag(),
        }
    }

    #[inline]
    fn status(&mut self) -> Result<(), Fault> {
        let at = self.parser.at;
        let digits = match self.byte() {
            b'-' | b'0'..=b'9' => self.parser.scalar()?,
            b'"' if !self.parser.is_strict => self.parser.string()?,
            _ => return Err(wrong_type(self.parser.text, at)),
        };
        let digits = core::str::from_utf8(bytes(self.parser.text, digits)).unwrap_or_default();
        match digits.parse() {
            Ok(status) if digits.len() == 3 && STATUS_RANGE.contains(&status) => {
                self.status = status
            }
            _ => return Err(Fault::new(ErrorCode::InvalidStatus, at)),
        }
        Ok(())
    }

    #[inline]
    fn headers(&mut self) -> Result<(), Fault> {
        if self.parser.is_strict && self.byte() != b'{' {
            return Err(wrong_type(self.parser.text, self.parser.at));
        }
        if let Step::Name = self.parser.map(Map::Headers)? {
            self.parser.map_members(Map::Headers)?;
        }
        Ok(())
    }

    #[inline]
    fn body(&mut self) -> Result<(), Fault> {
        let body = match self.byte() {
            b'"' => self.parser.string()?,
            b'n' if !self.parser.is_strict => {
                self.parser.scalar()?;
                Span::ABSENT
            }
            _ => return Err(wrong_type(self.parser.text, self.parser.at)),
        };
        self.parser.draft.texts[Text::Body as usize] = body;
        Ok(())
    }

    #[inline]
    fn base64_flag(&mut self) -> Result<(), Fault> {
        if self.parser.is_strict && !matches!(self.byte(), b't' | b'f') {
            return Err(wrong_type(self.parser.text, self.parser.at));
        }
        self.parser.base64_flag()
    }

    /// Checks only the JSON grammar, and only up to the status.
    #[inline]
    fn look_for_status(&mut self) -> Result<(), Fault> {
        self.parser.at = skip_white(self.parser.text, 0);
        if self.byte() != b'{' {
            return Ok(());
        }
        let mut has_more = self.parser.enter()?;
        while has_more {
            let name = self.parser.string()?;
            if bytes(self.parser.text, name) == MEMBERS[0].as_bytes() {
                self.parser.draft.flags |= flags::INTEGRATED;
                return Ok(());
            }
            self.parser.colon()?;
            self.parser.raw_inside(1)?;
            has_more = self.parser.next_member()?;
        }
        Ok(())
    }

    #[inline]
    fn json(&mut self) -> Result<(), Fault> {
        self.parser.at = skip_white(self.parser.text, 0);
        if let b'{' | b'[' = self.byte() {
            self.parser.draft.flags |= flags::BODY_JSON;
        }
        let value = self.parser.raw_inside(0)?;
        self.parser.draft.texts[Text::Body as usize] = value;
        self.parser.expect_end()
    }

    #[inline]
    fn text(&mut self) -> Result<(), Fault> {
        let end = end(self.parser.text);
        let text = &self.parser.text[..end];
        if let Err(error) = core::str::from_utf8(text) {
            return Err(Fault::new(ErrorCode::InvalidUtf8, error.valid_up_to()));
        }
        self.parser.draft.is_ascii = text.is_ascii();
        self.parser.draft.texts[Text::Body as usize] = Span::new(0, end);
        Ok(())
    }

    #[inline]
    fn byte(&self) -> u8 {
        self.parser.text[self.parser.at]
    }
}
