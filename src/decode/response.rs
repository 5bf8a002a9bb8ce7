//! Decodes the text of a function's response to its record.

use super::bytes::{end, skip_white, unexpected};
use super::draft::bytes;
use super::exact::{Lists, Parser, wrong_type};
use super::map::name_id;
use super::members::{Map, Text};
use crate::encode::STATUS_RANGE;
use crate::error::{Error, ErrorCode, Fault};
use crate::memory::PairTable;
use crate::record::kinds::Dialect;
use crate::record::table::{EventTable, Pair, Range, Span, flags};
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
    /// The response for a REST API of AWS.
    AwsRestApi,
    /// The response for an HTTP API of AWS, which has a `statusCode`.
    AwsHttpApi,
    /// The response for a load balancer of AWS.
    AwsAlb,
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
    parser.is_strict = matches!(shape, Shape::Strict | Shape::AwsAlb);
    let mut response =
        Response { parser, shape, member: None, seen: [false; MEMBERS.len()], status: 200 };
    let is_whole = match shape {
        Shape::Strict | Shape::Lenient => response.integrated(),
        Shape::AwsRestApi | Shape::AwsHttpApi | Shape::AwsAlb => {
            response.integrated().map(|()| response.join_headers())
        }
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

/// The name of the headers that cookies become.
const SET_COOKIE: &[u8] = b"set-cookie";

struct Response<'p, 't> {
    parser: Parser<'p, 't>,
    shape: Shape,
    /// The known member that is being read.
    member: Option<&'static str>,
    /// Which known members have been read.
    seen: [bool; MEMBERS.len()],
    status: u32,
}

const MEMBERS: [&str; 6] =
    ["statusCode", "headers", "body", "isBase64Encoded", "multiValueHeaders", "cookies"];

impl Shape {
    /// Returns whether the response may have the member of [`MEMBERS`] with this index.
    fn has(self, member: usize) -> bool {
        match member {
            4 => matches!(self, Shape::AwsRestApi | Shape::AwsAlb),
            5 => self == Shape::AwsHttpApi,
            _ => true,
        }
    }
}

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
        // Any other member is enough for a REST API of AWS.
        let is_enough = self.shape == Shape::AwsRestApi && self.seen.contains(&true);
        if !self.seen[0] && !is_enough {
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
        let Some(known) = known.filter(|&known| self.shape.has(known)) else {
            if self.shape == Shape::AwsRestApi {
                return Err(Fault::new(ErrorCode::UnknownMember, name_at));
            }
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
            3 => self.base64_flag(),
            4 => self.multi_value_headers(),
            _ => self.cookies(),
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
        if self.shape == Shape::Strict && self.byte() != b'{' {
            return Err(wrong_type(self.parser.text, self.parser.at));
        }
        self.parser.lists = match self.shape {
            Shape::AwsRestApi | Shape::AwsHttpApi | Shape::AwsAlb => Lists::Refused,
            _ => Lists::Allowed,
        };
        self.parser.whole_map(Map::Headers)
    }

    fn multi_value_headers(&mut self) -> Result<(), Fault> {
        self.parser.lists = Lists::Required;
        self.parser.whole_map(Map::MultiHeaders)
    }

    fn cookies(&mut self) -> Result<(), Fault> {
        let first = self.parser.pairs.len() as u32;
        self.parser.cookies()?;
        let count = self.parser.pairs.len() as u32 - first;
        self.parser.draft.maps[Map::CookieList as usize] = Range { first, count };
        Ok(())
    }

    /// Makes one map of the headers and of those in other members.
    fn join_headers(&mut self) {
        let Parser { text, pairs, draft, .. } = &mut self.parser;
        let maps = &mut draft.maps;
        let single = maps[Map::Headers as usize];
        let multi = maps[Map::MultiHeaders as usize];
        if self.shape == Shape::AwsAlb {
            if multi.is_present() {
                maps[Map::Headers as usize] = multi;
            }
            return;
        }
        let cookies = maps[Map::CookieList as usize];
        maps[Map::CookieList as usize] = Range::ABSENT;
        let count = pairs.len() as u32;
        if single.is_present() || multi.is_present() || cookies.is_present() {
            maps[Map::Headers as usize] = Range { first: 0, count };
        }
        let name = Span { off: end(text) as u32, len: SET_COOKIE.len() as u32 };
        if cookies.count > 0 {
            // Every pair has its name in the text, and there is room in the padding.
            text[name.off as usize..][..SET_COOKIE.len()].copy_from_slice(SET_COOKIE);
        }
        for index in cookies.first..cookies.first.wrapping_add(cookies.count) {
            let cookie = pairs.get(index as usize);
            let value = if cookie.value().is_present() {
                cookie.name_len as u32 + 1 + cookie.value_len
            } else {
                cookie.name_len.into()
            };
            pairs.set(
                index as usize,
                Pair {
                    name_off: name.off,
                    name_len: name.len as u16,
                    name_id: name_id(text, name, true),
                    value_off: cookie.name_off,
                    value_len: value,
                },
            );
        }
        // The values of both maps with the same name are merged, those of the lists first.
        if single.count > 0 && multi.count > 0 && single.first < multi.first {
            pairs.rotate(single.count as usize);
        }
    }

    #[inline]
    fn body(&mut self) -> Result<(), Fault> {
        let body = match self.byte() {
            b'"' => self.parser.string()?,
            b'n' if self.shape != Shape::Strict => {
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
