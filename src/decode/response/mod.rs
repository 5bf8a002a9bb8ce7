//! Decodes the text of a function's response to its record.

mod body;
mod headers;
mod outputs;
mod shape;

use super::bytes::skip_white;
use super::draft::bytes;
use super::exact::{Parser, wrong_type};
use super::members::Text;
use crate::encode::STATUS_RANGE;
use crate::error::{Error, ErrorCode, Fault};
use crate::memory::PairTable;
use crate::record::kinds::Dialect;
use crate::record::table::{EventTable, Pair, Span, flags};
use crate::simd::Selected;

pub(super) use shape::Shape;
use shape::{MEMBERS, Member};

/// Decodes the response in `text`, which ends with `PADDING` zero bytes. After an error, the
/// contents of `text` and `table` are unspecified.
pub(super) fn parse_response<'t>(
    kernel: Selected,
    text: &mut [u8],
    pairs: PairTable<'t>,
    shape: Shape,
    table: &mut EventTable,
) -> Result<&'t [Pair], Error> {
    let mut parser = Parser::new(kernel, text, pairs);
    parser.is_strict = shape.is_strict();
    let mut response = Response {
        parser,
        shape,
        depth: 1,
        member: None,
        seen: [false; MEMBERS.len()],
        status: None,
    };
    let is_whole = match shape {
        Shape::Unknown => response.look_for_status(),
        Shape::Json => response.json(),
        Shape::Text => response.text(),
        Shape::Azure => response.outputs(),
        _ => response.integrated(),
    };
    let is_whole = is_whole.and_then(|()| response.join_headers());
    if let Err(fault) = is_whole {
        return Err(Error::new(fault, response.member));
    }
    response.base64_by_type();
    let status = response.status.unwrap_or_else(|| response.default_status());
    let Parser { text, pairs, draft, .. } = response.parser;
    let pairs = draft.finish(text, Dialect::Unknown, pairs, table);
    table.status = status;
    Ok(pairs)
}

struct Response<'p, 't> {
    parser: Parser<'p, 't>,
    shape: Shape,
    /// The number of open containers around the members.
    depth: usize,
    /// The known member that is being read.
    member: Option<&'static str>,
    /// Which known members have been read.
    seen: [bool; MEMBERS.len()],
    status: Option<u32>,
}

impl Response<'_, '_> {
    fn integrated(&mut self) -> Result<(), Fault> {
        let has_more = self.parser.enter_document()?;
        self.members(has_more)?;
        let end_of_object = self.parser.at - 1;
        self.parser.expect_end()?;
        let is_enough = match self.shape {
            Shape::OpenWhisk | Shape::Netlify => true,
            // Any other member is enough for a REST API of AWS.
            Shape::AwsRestApi => self.seen.contains(&true),
            _ => self.status.is_some(),
        };
        if !is_enough {
            self.member = Some(self.shape.status_name());
            return Err(Fault::new(ErrorCode::MissingMember, end_of_object));
        }
        self.parser.draft.flags |= flags::INTEGRATED;
        Ok(())
    }

    /// Reads the members of the object that has been entered, to its end.
    fn members(&mut self, mut has_more: bool) -> Result<(), Fault> {
        while has_more {
            self.one_member()?;
            self.member = None;
            has_more = self.parser.next_member()?;
        }
        Ok(())
    }

    fn one_member(&mut self) -> Result<(), Fault> {
        let name_at = self.parser.at;
        let name = self.parser.string()?;
        let Some(member) = self.shape.member(bytes(self.parser.text, name)) else {
            if !self.shape.takes_unknown(bytes(self.parser.text, name)) {
                return Err(Fault::new(ErrorCode::UnknownMember, name_at));
            }
            return self.unknown(name);
        };
        self.member = Some(MEMBERS[member as usize]);
        if self.seen[member as usize] {
            return Err(Fault::new(ErrorCode::DuplicateMember, name_at));
        }
        self.seen[member as usize] = true;
        self.parser.colon()?;
        match member {
            Member::StatusCode | Member::Status => self.status(),
            Member::Headers => self.headers(),
            Member::Body => self.body(),
            Member::Base64Flag => self.base64_flag(),
            Member::BodyEncoding => self.body_encoding(),
            Member::MultiHeaders => self.multi_value_headers(),
            Member::Cookies => self.cookies(),
        }
    }

    /// Keeps the member with this name as raw JSON text.
    fn unknown(&mut self, name: Span) -> Result<(), Fault> {
        self.parser.check_name(name)?;
        self.parser.colon()?;
        let value = self.parser.raw_inside(self.depth)?;
        self.parser.extra(0, name, value)
    }

    fn status(&mut self) -> Result<(), Fault> {
        let at = self.parser.at;
        let (takes_number, takes_string) = match self.shape {
            Shape::AwsCloudFront => (false, true),
            shape => (true, !shape.is_strict()),
        };
        let digits = match self.byte() {
            b'-' | b'0'..=b'9' if takes_number => self.parser.scalar()?,
            b'"' if takes_string => self.parser.string()?,
            _ => return Err(wrong_type(self.parser.text, at)),
        };
        let digits = core::str::from_utf8(bytes(self.parser.text, digits)).unwrap_or_default();
        match digits.parse() {
            Ok(status) if digits.len() == 3 && STATUS_RANGE.contains(&status) => {
                self.status = Some(status);
                Ok(())
            }
            _ => Err(Fault::new(ErrorCode::InvalidStatus, at)),
        }
    }

    /// The status of a response without one.
    fn default_status(&self) -> u32 {
        let has_body = self.parser.draft.texts[Text::Body as usize].len > 0;
        if self.shape == Shape::OpenWhisk && !has_body { 204 } else { 200 }
    }

    /// Checks only the JSON grammar, and only up to the status.
    fn look_for_status(&mut self) -> Result<(), Fault> {
        self.parser.at = skip_white(self.parser.text, 0);
        if self.byte() != b'{' {
            return Ok(());
        }
        let mut has_more = self.parser.enter()?;
        while has_more {
            let name = self.parser.string()?;
            if bytes(self.parser.text, name) == MEMBERS[Member::StatusCode as usize].as_bytes() {
                self.parser.draft.flags |= flags::INTEGRATED;
                return Ok(());
            }
            self.parser.colon()?;
            self.parser.raw_inside(1)?;
            has_more = self.parser.next_member()?;
        }
        Ok(())
    }

    fn byte(&self) -> u8 {
        self.parser.text[self.parser.at]
    }
}
