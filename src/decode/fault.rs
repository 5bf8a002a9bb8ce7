//! Finds the first fault of an event, and its place.
//!
//! The walk over the index finds that an event has a fault, but not always the first fault. The
//! walk in this module then reads the event in order, from the last place at which the text was
//! changed. Every CPU runs the same code for this, so the offsets do not depend on the kernel.

use super::bytes::array;
use super::exact::{Parser, Step, empty_array, wrong_type};
use super::members::{Map, Member, MemberKind, Object, Seen};
use super::skip::scalar;
use crate::error::{Error, ErrorCode, Fault};
use crate::memory::PairTable;
use crate::record::table::Span;
use crate::simd::Selected;

/// Where to start. The text before is known to be valid, and may have been changed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Resume {
    pub(super) place: Place,
    /// Offset of the next byte to read.
    pub(super) at: usize,
    pub(super) object: Object,
    pub(super) seen: Seen,
    /// The numbers of pairs and of unknown members so far.
    pub(super) pairs: (usize, usize),
}

/// What precedes the next byte.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    Document,
    /// The name of a member.
    MemberName(Span),
    /// The value of a member.
    AfterMember,
    /// The name of a pair.
    PairName(Map, Span),
    /// One value in a list of values. The pair has this name.
    InList(Map, Span),
    /// The value of a pair.
    AfterPair(Map),
    /// One cookie in the list of cookies.
    InCookies,
}

/// Returns the first fault of the event in `text`, starting from `resume`.
///
/// `broken` is a string that has been changed already: the offset of its opening quote, and its
/// fault.
#[cold]
#[inline(never)]
pub(super) fn find(
    text: &mut [u8],
    mut pairs: PairTable<'_>,
    resume: Resume,
    broken: Option<(usize, Fault)>,
) -> Error {
    pairs.rewind(resume.pairs);
    let mut parser = Parser::new(Selected::PORTABLE, text, pairs);
    (parser.at, parser.broken) = (resume.at, broken);
    let mut event = Event { parser, object: resume.object, seen: resume.seen, member: None };
    match event.walk(resume.place) {
        Err(fault) => Error::new(fault, event.path()),
        Ok(()) => {
            debug_assert!(false, "the walk over the index refused an event without a fault");
            Error::new(Fault::new(ErrorCode::UnexpectedByte, event.parser.at), None)
        }
    }
}

struct Event<'p, 't> {
    parser: Parser<'p, 't>,
    /// The object whose members are being read.
    object: Object,
    /// The known member that is being read.
    member: Option<&'static Member>,
    seen: Seen,
}

impl Event<'_, '_> {
    /// Returns the name that errors have for the current position.
    fn path(&self) -> Option<&'static str> {
        self.member.map(|member| member.path).or(self.object.path())
    }

    fn walk(&mut self, place: Place) -> Result<(), Fault> {
        let mut step = match place {
            Place::Document => {
                if !self.parser.enter_document()? {
                    return self.parser.expect_end();
                }
                Step::Name
            }
            Place::MemberName(name) => self.member(name)?,
            Place::AfterMember => Step::After,
            Place::PairName(map, name) => {
                self.member = Some(map.member());
                self.parser.map_value(map, name)?;
                self.rest_of_map(map)?
            }
            Place::InList(map, name) => {
                self.member = Some(map.member());
                self.parser.rest_of_list(map, name)?;
                self.rest_of_map(map)?
            }
            Place::AfterPair(map) => {
                self.member = Some(map.member());
                self.rest_of_map(map)?
            }
            Place::InCookies => {
                self.member = Some(Map::CookieList.member());
                self.parser.rest_of_cookies()?;
                Step::After
            }
        };
        loop {
            step = match step {
                Step::Name => {
                    let name = self.parser.string()?;
                    self.member(name)?
                }
                Step::After => {
                    self.member = None;
                    while !self.parser.next_member()? {
                        if self.object == Object::Event {
                            return self.parser.expect_end();
                        }
                        self.object = self.object.parent();
                    }
                    Step::Name
                }
            }
        }
    }

    fn rest_of_map(&mut self, map: Map) -> Result<Step, Fault> {
        if let Step::Name = self.parser.next_pair(map)? {
            self.parser.map_members(map)?;
        }
        Ok(Step::After)
    }

    /// Reads a member whose name ends at the current position. Enters its value if that is an
    /// object.
    fn member(&mut self, name: Span) -> Result<Step, Fault> {
        let found = array(self.parser.text, name.off as usize);
        let member = Member::named(self.object, found, name.len as usize);
        if member.kind == MemberKind::Unknown {
            self.parser.check_name(name)?;
            self.parser.colon()?;
            self.extra(name)?;
            return Ok(Step::After);
        }
        if member.kind != MemberKind::Mark {
            self.member = Some(member);
        }
        if !self.seen.fill(member) {
            return Err(Fault::new(ErrorCode::DuplicateMember, name.off as usize - 1));
        }
        self.parser.colon()?;
        let at = self.parser.at;
        match member.kind {
            MemberKind::Body if matches!(self.parser.text[at], b'{' | b'[') => {
                self.raw()?;
            }
            MemberKind::Text(_) | MemberKind::Body => {
                self.parser.string_or_null()?;
            }
            MemberKind::Raw(_) => {
                self.raw()?;
            }
            MemberKind::Cookies => self.parser.cookies()?,
            MemberKind::Map(map) => {
                if let Step::Name = self.parser.map(map)? {
                    self.parser.map_members(map)?;
                }
            }
            MemberKind::Object(object) => return self.enter(object),
            MemberKind::Base64Flag => self.parser.base64_flag()?,
            MemberKind::Version | MemberKind::Mark | MemberKind::Unknown => self.extra(name)?,
        }
        Ok(Step::After)
    }

    /// Enters an object: advances to its first name, or past its end if it is empty.
    fn enter(&mut self, object: Object) -> Result<Step, Fault> {
        let at = self.parser.at;
        match self.parser.text[at] {
            b'{' => {
                if self.parser.enter()? {
                    self.object = object;
                    self.member = None;
                    return Ok(Step::Name);
                }
            }
            b'[' => self.parser.at = empty_array(self.parser.text, at)?,
            b'n' => self.parser.at = scalar(self.parser.text, at)?,
            _ => return Err(wrong_type(self.parser.text, at)),
        }
        Ok(Step::After)
    }

    fn raw(&mut self) -> Result<Span, Fault> {
        self.parser.raw_inside(self.object.depth())
    }

    fn extra(&mut self, name: Span) -> Result<(), Fault> {
        let value = self.raw()?;
        self.parser.extra(self.object as u16, name, value)
    }
}
