//! From the text of an event to its table.
//!
//! The walk goes through the document once. Strings are unescaped where they stand, unknown members stay as they are.

use crate::error::{Error, ErrorCode, Fault};
use crate::limits::MAX_NAME;
use crate::memory::PairTable;
use crate::record::kinds::{Dialect, Method};
use crate::record::table::{EventTable, Pair, Range, Span, flags};
use crate::simd::{Passage, Primitives, Selected, Work};

use super::bytes::{array, end, skip_white, unexpected};
use super::members::{Holds, MAPS, Map, Member, Object, Seen, TEXTS, Text, lookup};
use super::replay::{Replay, Replayed};
use super::skeleton::{Kind, Learning, State};
use super::skeletons::Skeletons;
use super::skip::{Skip, scalar};
use super::stops::Stops;
use super::string::rest;

/// Decodes the document in `text`, which ends with `PADDING` zero bytes. After an error neither the text nor the event
/// has a meaning.
#[inline]
pub(crate) fn parse<'t>(
    kernel: Selected,
    text: &mut [u8],
    pairs: PairTable<'t>,
    skeletons: &mut Skeletons,
    event: &mut EventTable,
) -> Result<&'t [Pair], Error> {
    let kernel = if skeletons.is_due() { Selected::LEARNER } else { kernel };
    kernel.run(Parse { text, pairs, skeletons, event })
}

/// Whether the document in `text`, which ends with `PADDING` zero bytes, is JSON that may stand inside `depth` open
/// containers.
pub(crate) fn check(kernel: Selected, text: &mut [u8], depth: usize) -> Result<(), Fault> {
    let start = skip_white(text, 0);
    let value = kernel.run(Skip { text, at: start, depth })?;
    let rest = skip_white(text, value.end);
    if rest < end(text) {
        return Err(Fault::new(ErrorCode::TrailingBytes, rest));
    }
    Ok(())
}

struct Parse<'p, 't> {
    text: &'p mut [u8],
    pairs: PairTable<'t>,
    skeletons: &'p mut Skeletons,
    event: &'p mut EventTable,
}

impl<'t> Work for Parse<'_, 't> {
    type Output = Result<&'t [Pair], Error>;

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> Self::Output {
        let Parse { text, pairs, skeletons, event } = self;
        let mut parser = Parser::new(kernel, text, pairs);
        match parser.event(skeletons) {
            Ok(dialect) => Ok(parser.finish(dialect, event)),
            Err(fault) => {
                if let Some(learning) = &mut parser.learning {
                    learning.forget();
                }
                Err(Error::new(fault, parser.path()))
            }
        }
    }
}

/// The state of the walk. Everything that is called for each string or pair is inlined into one function, so that the
/// state lives in registers; what is called seldom takes only what it needs.
pub(super) struct Parser<'p, 't, K> {
    pub(super) kernel: K,
    pub(super) text: &'p mut [u8],
    pub(super) stops: Stops,
    pub(super) pairs: PairTable<'t>,
    /// Offset of the next byte to be looked at.
    pub(super) at: usize,
    /// The object whose members are being read.
    pub(super) object: Object,
    /// The known member that is being read.
    pub(super) member: Option<&'static Member>,
    pub(super) seen: Seen,
    pub(super) texts: [Span; TEXTS],
    pub(super) maps: [Range; MAPS],
    pub(super) flags: u32,
    pub(super) is_ascii: bool,
    pub(super) has_context: bool,
    /// Whether a response is taken as it is documented: values in maps have to be strings, or lists of them.
    pub(super) is_strict: bool,
    /// The `payload` member, name and raw value: a body or an unknown member, which only the whole event tells.
    pub(super) payload: Option<(Span, Span, &'static Member)>,
    /// What is learned from this event, if `K` can and it is time to.
    pub(super) learning: Option<Learning<'p>>,
}

/// Where the walk begins.
pub(super) enum Start {
    Document,
    /// Behind a value, in this map if it is in one.
    Behind(Option<Map>),
    /// Behind the last member.
    End,
}

/// Where the walk stands.
pub(super) enum Place {
    /// At the name of a member.
    Member,
    /// At the name of a pair.
    Pair(Map),
    /// Behind the value of a member.
    Behind,
}

impl<'p, 't, K: Primitives> Parser<'p, 't, K> {
    #[inline(always)]
    pub(super) fn new(kernel: K, text: &'p mut [u8], pairs: PairTable<'t>) -> Parser<'p, 't, K> {
        Parser {
            kernel,
            stops: Stops::from(kernel, text, 0),
            text,
            pairs,
            at: 0,
            object: Object::Event,
            member: None,
            seen: Seen::default(),
            texts: [Span::ABSENT; TEXTS],
            maps: [Range::ABSENT; MAPS],
            flags: 0,
            is_ascii: true,
            has_context: false,
            is_strict: false,
            payload: None,
            learning: None,
        }
    }

    #[inline(always)]
    pub(super) fn event(&mut self, skeletons: &'p mut Skeletons) -> Result<Dialect, Fault> {
        let start = if K::LEARNS && skeletons.is_due() {
            self.learning = Some(skeletons.learn());
            Start::Document
        } else {
            self.replay(skeletons)?
        };
        let place = match start {
            Start::Document => self.enter_document()?,
            Start::Behind(Some(map)) => Some(self.next_pair(map)?),
            Start::Behind(None) => Some(Place::Behind),
            Start::End => return self.interpret(),
        };
        if let Some(place) = place {
            self.members(place)?;
        }
        self.nothing_more()?;
        let state = self.state(None);
        self.learn(|learning, text, _| learning.end(text, state));
        self.interpret()
    }

    /// Goes as far as the event has one of the skeletons.
    #[inline(always)]
    pub(super) fn replay(&mut self, skeletons: &mut Skeletons) -> Result<Start, Fault> {
        if skeletons.are_none() {
            skeletons.note_stranger();
            return Ok(Start::Document);
        }
        let replay =
            Replay { text: self.text, pairs: &mut self.pairs, texts: &mut self.texts, skeletons };
        let Replayed { which, steps, at, is_ascii, fault } = self.kernel.run_apart(replay);
        if steps == skeletons.get(which).steps.len() {
            skeletons.note(which);
        } else {
            skeletons.note_stranger();
        }
        let skeleton = skeletons.get(which);
        let Some(last) = steps.checked_sub(1) else {
            return fault.map_or(Ok(Start::Document), Err);
        };
        let state = skeleton.states[last];
        self.restore(state);
        self.is_ascii = is_ascii;
        if let Some(fault) = fault {
            return Err(fault);
        }
        if skeleton.steps[last].kind == Kind::End {
            return Ok(Start::End);
        }
        self.at = at + 1;
        self.stops = Stops::from(self.kernel, self.text, self.at);
        Ok(Start::Behind(state.map))
    }

    pub(super) fn state(&self, map: Option<Map>) -> State {
        State {
            object: self.object,
            member: self.member,
            map,
            seen: self.seen,
            maps: self.maps,
            flags: self.flags,
            has_context: self.has_context,
        }
    }

    #[inline(always)]
    pub(super) fn restore(&mut self, state: State) {
        self.object = state.object;
        self.member = state.member;
        self.seen = state.seen;
        self.maps = state.maps;
        self.flags = state.flags;
        self.has_context = state.has_context;
    }

    /// Tells what is learned from this event, if anything is, where the walk stands.
    #[inline(always)]
    pub(super) fn learn(&mut self, tell: impl FnOnce(&mut Learning<'_>, &[u8], usize)) {
        if K::LEARNS
            && let Some(learning) = &mut self.learning
        {
            tell(learning, self.text, self.at);
        }
    }

    #[inline(always)]
    pub(super) fn is_learning(&self) -> bool {
        K::LEARNS && self.learning.is_some()
    }

    /// Steps into the document; none if it has no members.
    #[inline(always)]
    pub(super) fn enter_document(&mut self) -> Result<Option<Place>, Fault> {
        self.at = skip_white(self.text, 0);
        match self.text[self.at] {
            b'{' => Ok(self.enter()?.then_some(Place::Member)),
            b'[' | b'"' | b't' | b'f' | b'n' | b'-' | b'0'..=b'9' => {
                Err(Fault::new(ErrorCode::NotAnObject, self.at))
            }
            _ => Err(unexpected(self.text, self.at)),
        }
    }

    #[inline(always)]
    pub(super) fn nothing_more(&mut self) -> Result<(), Fault> {
        self.at = skip_white(self.text, self.at);
        if self.at < end(self.text) {
            return Err(Fault::new(ErrorCode::TrailingBytes, self.at));
        }
        Ok(())
    }

    /// What errors call the place of the walk.
    pub(super) fn path(&self) -> Option<&'static str> {
        self.member.map(|member| member.path).or(self.object.path())
    }

    /// The members of the event and of the objects in it that we know by name, to the end of the event.
    #[inline(always)]
    pub(super) fn members(&mut self, mut place: Place) -> Result<(), Fault> {
        loop {
            place = match place {
                Place::Member => self.one_member()?,
                Place::Pair(map) => {
                    self.map_members(map)?;
                    Place::Behind
                }
                Place::Behind => {
                    self.member = None;
                    while !self.next_member()? {
                        if self.object == Object::Event {
                            return Ok(());
                        }
                        self.object = self.object.parent();
                    }
                    Place::Member
                }
            }
        }
    }

    /// One member, or, if it holds an object or map, the way to what stands first in it.
    #[inline(always)]
    pub(super) fn one_member(&mut self) -> Result<Place, Fault> {
        let name_at = self.at;
        let name = self.string()?;
        let Some(member) =
            lookup(self.object, array(self.text, name.off as usize), name.len as usize)
        else {
            self.unknown(name)?;
            return Ok(Place::Behind);
        };
        if member.holds != Holds::Nothing {
            self.member = Some(member);
        }
        if !self.seen.fill(member) {
            return Err(Fault::new(ErrorCode::DuplicateMember, name_at));
        }
        self.colon()?;
        if self.text[self.at] != b'n' {
            self.seen.mark(member);
        }
        let field = match member.holds {
            Holds::Text(field) => field,
            Holds::Body if !matches!(self.text[self.at], b'{' | b'[') => Text::Body,
            Holds::Body => {
                self.flags |= flags::BODY_JSON;
                self.learn(|learning, _, _| learning.give_up());
                self.texts[Text::Body as usize] = self.raw()?;
                return Ok(Place::Behind);
            }
            Holds::Map(map) => return self.map(map),
            Holds::Object(inner) => return self.step_into(inner),
            Holds::Base64Flag => {
                self.base64_flag()?;
                return Ok(Place::Behind);
            }
            Holds::Payload => {
                self.learn(|learning, _, _| learning.give_up());
                self.payload = Some((name, self.raw()?, member));
                return Ok(Place::Behind);
            }
            Holds::Version | Holds::Nothing => {
                let value = self.raw()?;
                if member.holds == Holds::Version {
                    self.seen.version(&self.text[value.off as usize..][..value.len as usize]);
                }
                self.extra(self.object, name, value)?;
                return Ok(Place::Behind);
            }
        };
        self.texts[field as usize] = self.text(field)?;
        Ok(Place::Behind)
    }

    /// The string value of a field, or `null`.
    #[inline(always)]
    pub(super) fn text(&mut self, field: Text) -> Result<Span, Fault> {
        let state = self.state(None);
        if self.text[self.at] == b'"' {
            self.learn(|learning, text, at| learning.text(text, at, field, state));
        }
        let text = self.string_or_null()?;
        if text.is_present() {
            self.learn(|learning, _, at| learning.value_ends(at - 1));
        }
        Ok(text)
    }

    #[inline(always)]
    pub(super) fn unknown(&mut self, name: Span) -> Result<(), Fault> {
        self.check_name(name)?;
        self.colon()?;
        let value = self.raw()?;
        self.extra(self.object, name, value)
    }

    /// Steps into an object to its first name, or behind it, if there is none. `null` is as good as no object; `[]` is how
    /// PHP writes an empty map.
    #[inline(always)]
    pub(super) fn step_into(&mut self, object: Object) -> Result<Place, Fault> {
        let has_members = match self.text[self.at] {
            b'{' => self.enter()?,
            b'[' => {
                self.at = empty_array(self.text, self.at)?;
                false
            }
            b'n' => {
                self.at = scalar(self.text, self.at)?;
                return Ok(Place::Behind);
            }
            _ => return Err(wrong_type(self.text, self.at)),
        };
        self.has_context |= object == Object::Context;
        if !has_members {
            return Ok(Place::Behind);
        }
        self.object = object;
        self.member = None;
        Ok(Place::Member)
    }

    /// The body of the one dialect that calls it `payload`, whose raw value this is.
    #[inline(always)]
    pub(super) fn payload_body(&mut self, value: Span) -> Result<Span, Fault> {
        let start = value.off as usize;
        match self.text[start] {
            b'{' | b'[' => {
                self.flags |= flags::BODY_JSON;
                Ok(value)
            }
            b'"' => {
                let found = rest(self.kernel, Passage::in_place(self.text), start + 1)?;
                self.is_ascii &= found.is_ascii;
                Ok(Span::new(start + 1, found.end))
            }
            b'n' => Ok(Span::ABSENT),
            _ => Err(wrong_type(self.text, start)),
        }
    }

    #[inline(always)]
    pub(super) fn base64_flag(&mut self) -> Result<(), Fault> {
        let value_at = self.at;
        let value = match self.text[value_at] {
            b'"' => self.string()?,
            b't' | b'f' | b'n' => self.scalar()?,
            _ => return Err(wrong_type(self.text, value_at)),
        };
        match self.bytes(value) {
            b"true" => self.flags |= flags::BODY_BASE64,
            b"false" => {}
            b"null" if self.text[value_at] == b'n' => {}
            _ => return Err(Fault::new(ErrorCode::WrongType, value_at)),
        }
        Ok(())
    }

    /// What only the whole event tells: its dialect and what depends on it.
    #[inline(always)]
    pub(super) fn interpret(&mut self) -> Result<Dialect, Fault> {
        let action = self.texts[Text::WebSocketAction as usize];
        let dialect = self.seen.dialect(action.is_present(), self.has_context);
        if let Some((name, value, member)) = self.payload {
            if dialect == Dialect::Clb && !self.seen.has(Holds::Body) {
                self.member = Some(member);
                self.texts[Text::Body as usize] = self.payload_body(value)?;
            } else {
                self.extra(Object::Event, name, value)?;
            }
        }
        if dialect == Dialect::WebSocket {
            self.flags |= match self.bytes(action) {
                b"connecting" => flags::WEBSOCKET_CONNECT,
                b"data send" | b"data recv" => flags::WEBSOCKET_MESSAGE,
                b"closing" => flags::WEBSOCKET_CLOSE,
                _ => 0,
            };
            if self.bytes(self.texts[Text::DataType as usize]) == b"binary" {
                self.flags |= flags::BODY_BASE64;
            }
        }
        Ok(dialect)
    }

    #[inline(always)]
    pub(super) fn finish(self, dialect: Dialect, event: &mut EventTable) -> &'t [Pair] {
        let flags = if self.is_ascii { self.flags | flags::ASCII } else { self.flags };
        let method = Method::from_bytes(self.bytes(self.texts[Text::Method as usize]));
        let (pairs, extras) = self.pairs.finish();
        let size = size_of::<EventTable>() as u32;
        let head = [size, dialect as u32, method as u32, flags, pairs.len() as u32];
        *event = EventTable::new(head, self.texts, self.maps, extras);
        pairs
    }

    /// The bytes of a span, none when it is absent.
    #[inline(always)]
    pub(super) fn bytes(&self, span: Span) -> &[u8] {
        if span.is_present() { &self.text[span.off as usize..][..span.len as usize] } else { b"" }
    }

    /// Steps into an object: to its first name, or behind it if it has no members.
    #[inline(always)]
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

    /// Steps from behind a member's value to the next name, or behind the object's end.
    #[inline(always)]
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

    /// Steps from behind a name over its colon to the value.
    #[inline(always)]
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

    /// The string at whose opening quote the walk stands.
    #[inline(always)]
    pub(super) fn string(&mut self) -> Result<Span, Fault> {
        let start = self.at + 1;
        self.stops.skip_to(self.kernel, self.text, start);
        let stop = self.stops.next(self.kernel, self.text);
        if self.text[stop] == b'"' {
            self.at = stop + 1;
            return Ok(Span::new(start, stop));
        }
        let found = rest(self.kernel, Passage::in_place(self.text), stop)?;
        self.at = found.close + 1;
        self.is_ascii &= found.is_ascii;
        self.learn(|learning, _, _| learning.unescaped());
        Ok(Span::new(start, found.end))
    }

    #[inline(always)]
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

    /// The number or literal at which the walk stands.
    #[inline(always)]
    pub(super) fn scalar(&mut self) -> Result<Span, Fault> {
        let start = self.at;
        self.at = scalar(self.text, start)?;
        Ok(Span::new(start, self.at))
    }

    /// A value of any shape, left as it is.
    #[inline(always)]
    pub(super) fn raw(&mut self) -> Result<Span, Fault> {
        self.raw_inside(self.object.depth())
    }

    /// The same inside this many open containers.
    #[inline(always)]
    pub(super) fn raw_inside(&mut self, depth: usize) -> Result<Span, Fault> {
        let start = self.at;
        let skip = Skip { text: self.text, at: start, depth };
        let skipped = self.kernel.run(skip)?;
        self.at = skipped.end;
        self.is_ascii &= skipped.is_ascii;
        Ok(Span::new(start, self.at))
    }

    #[inline(always)]
    pub(super) fn extra(&mut self, object: Object, name: Span, value: Span) -> Result<(), Fault> {
        self.learn(|learning, _, _| learning.give_up());
        if self.pairs.push_extra(object as u16, name, value) {
            Ok(())
        } else {
            Err(Fault::new(ErrorCode::TooManyPairs, name.off as usize - 1))
        }
    }

    #[inline(always)]
    pub(super) fn check_name(&self, name: Span) -> Result<(), Fault> {
        if name.len as usize > MAX_NAME {
            return Err(Fault::new(ErrorCode::NameTooLong, name.off as usize - 1));
        }
        Ok(())
    }
}

/// The fault of a value that may not stand where it does.
#[cold]
pub(super) fn wrong_type(text: &[u8], at: usize) -> Fault {
    match text[at] {
        b'{' | b'[' | b'"' | b't' | b'f' | b'n' | b'-' | b'0'..=b'9' => {
            Fault::new(ErrorCode::WrongType, at)
        }
        _ => unexpected(text, at),
    }
}

/// The end of the `[]` that begins at `at`.
#[cold]
pub(super) fn empty_array(text: &[u8], at: usize) -> Result<usize, Fault> {
    let inside = skip_white(text, at + 1);
    match text[inside] {
        b']' => Ok(inside + 1),
        _ if inside == end(text) => Err(unexpected(text, inside)),
        _ => Err(Fault::new(ErrorCode::WrongType, at)),
    }
}
