//! The walk over an event, from string to string.
//!
//! It always knows what may come next. At an opening quote it takes the string's closing quote from the index and compares
//! the bytes after that one with `:"` or `,"`, the usual ones. Everything else goes through functions that look at every
//! byte. Strings are unescaped where they are, unknown members stay as they are.
//!
//! If the event is not as it should be, the walk ends with [`Stuck`] and does not say why: [`super::fault`] finds that out.

use super::bytes::{array, end, skip_white};
use super::draft::{Draft, bytes};
use super::fault::{self, Place, Resume};
use super::index::{Closings, Index, Unclosed};
use super::map::name_id;
use super::members::{Holds, Map, Member, Number, Object, Seen, Successors, Text};
use super::plain_pairs::{End, PlainPairs};
use super::skip::{Skip, scalar};
use super::string::rest;
use crate::error::{Error, ErrorCode, Fault};
use crate::limits::MAX_NAME;
use crate::memory::PairTable;
use crate::record::kinds::Dialect;
use crate::record::table::{EventTable, Pair, Range, Span, flags};
use crate::simd::{Passage, Primitives, Selected, Work, try_chunk};

/// What a decoder keeps from one event to the next. Nothing of it changes a result.
#[derive(Debug, Default)]
pub(super) struct WalkState {
    index: Index,
    successors: Successors,
}

impl WalkState {
    /// Gets ready for an event of `len` bytes. False when memory is short.
    #[inline]
    pub(super) fn reserve(&mut self, len: usize) -> bool {
        self.index.reserve(len)
    }

    /// Gives all memory back.
    pub(super) fn trim(&mut self) {
        self.index.trim();
    }
}

/// Decodes the document in `text`, which ends with `PADDING` zero bytes and for which `state` has been made ready. After an
/// error neither the text nor the event has a meaning.
#[inline]
pub(super) fn decode<'t>(
    kernel: Selected,
    text: &mut [u8],
    pairs: PairTable<'t>,
    state: &mut WalkState,
    event: &mut EventTable,
) -> Result<&'t [Pair], Error> {
    kernel.run(Decode { text, pairs, state, event })
}

struct Decode<'p, 't> {
    text: &'p mut [u8],
    pairs: PairTable<'t>,
    state: &'p mut WalkState,
    event: &'p mut EventTable,
}

impl<'t> Work for Decode<'_, 't> {
    type Output = Result<&'t [Pair], Error>;

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> Self::Output {
        let Decode { text, pairs, state, event } = self;
        let WalkState { index, successors } = state;
        let closings = Closings::new(index, text);
        let resume = Resume {
            place: Place::Document,
            at: 0,
            object: Object::Event,
            seen: Seen::default(),
            pairs: (0, 0),
        };
        let mut walk = Walk {
            kernel,
            text,
            closings,
            successors,
            pairs,
            at: 0,
            object: Object::Event,
            seen: Seen::default(),
            draft: Draft::default(),
            has_context: false,
            payload: None,
            resume,
            failure: Failure::Somewhere,
        };
        match walk.event() {
            Ok(dialect) => {
                walk.draft.is_ascii &= !walk.closings.has_non_ascii;
                Ok(walk.draft.finish(walk.text, dialect, walk.pairs, event))
            }
            Err(Stuck) => Err(match walk.failure {
                Failure::Known(error) => error,
                Failure::Somewhere => fault::find(walk.text, walk.pairs, walk.resume, None),
                Failure::InString(at, fault) => {
                    fault::find(walk.text, walk.pairs, walk.resume, Some((at, fault)))
                }
            }),
        }
    }
}

/// The event is not as it should be.
#[derive(Clone, Copy, Debug)]
struct Stuck;

impl From<Unclosed> for Stuck {
    fn from(_: Unclosed) -> Stuck {
        Stuck
    }
}

/// What is known of the fault of an event.
enum Failure {
    /// Somewhere behind the place from which on the event is to be walked again.
    Somewhere,
    /// In the string with the opening quote there, if there is none before.
    InString(usize, Fault),
    Known(Error),
}

/// Where the walk is after a member's name and colon.
enum Step {
    /// At the first name of an object.
    Into,
    /// After the value.
    After,
}

struct Walk<'w, 't, K> {
    kernel: K,
    text: &'w mut [u8],
    closings: Closings<'w>,
    successors: &'w mut Successors,
    pairs: PairTable<'t>,
    /// Offset of the next byte to be looked at.
    at: usize,
    /// The object whose members are being read.
    object: Object,
    seen: Seen,
    draft: Draft,
    has_context: bool,
    /// The `payload` member, name and raw value: only the whole event says whether it is a body or an unknown member.
    payload: Option<(Span, Span, &'static Member)>,
    /// From where on to look for a fault.
    resume: Resume,
    failure: Failure,
}

impl<K: Primitives> Walk<'_, '_, K> {
    #[inline(always)]
    fn event(&mut self) -> Result<Dialect, Stuck> {
        self.closings.window(self.kernel, self.text)?;
        self.at = skip_white(self.text, 0);
        if self.text[self.at] != b'{' {
            return Err(Stuck);
        }
        if self.enter()? {
            self.members()?;
        }
        self.at = skip_white(self.text, self.at);
        if self.at < end(self.text) {
            return Err(Stuck);
        }
        self.interpret()
    }

    /// The members of the event and of the objects in it that are known by name, to the end of the event.
    #[inline(always)]
    fn members(&mut self) -> Result<(), Stuck> {
        let mut before = Number::unknown(Object::Event);
        loop {
            let (number, step) = self.member(before)?;
            before = number;
            if let Step::Into = step {
                before = Number::unknown(self.object);
                continue;
            }
            while !self.next()? {
                if self.object == Object::Event {
                    return Ok(());
                }
                before = Number::of(self.object);
                self.object = self.object.parent();
            }
        }
    }

    /// The member at whose name the walk is.
    #[inline(always)]
    fn member(&mut self, before: Number) -> Result<(Number, Step), Stuck> {
        let start = self.at + 1;
        if let Some(&[close, value_close]) = self.closings.rest().first_chunk() {
            let (close, value_close) = (close as usize, value_close as usize);
            // No text is that long where a string is not plain.
            if let Some(colon) = try_chunk::<2>(self.text, close + 1) {
                let number =
                    self.successors.next(self.kernel, self.object, before, self.text, start, close);
                let member = number.member();
                if !self.seen.fill(member) {
                    return Err(Stuck);
                }
                if let Holds::Text(field) = member.holds
                    && colon == b":\""
                    && value_close < self.text.len()
                {
                    self.seen.mark(member);
                    self.draft.texts[field as usize] = Span::new(close + 3, value_close);
                    self.closings.skip(2);
                    self.at = value_close + 1;
                    return Ok((number, Step::After));
                }
                self.closings.skip(1);
                self.at = close + 1;
                return Ok((number, self.value(member, Span::new(start, close))?));
            }
        }
        let (name, is_changed) = self.string()?;
        if is_changed {
            self.resume_from(Place::MemberName(name));
        }
        let found = array(self.text, name.off as usize);
        let number = Number::of_name(self.object, found, name.len as usize);
        let member = number.member();
        if !self.seen.fill(member) {
            return Err(Stuck);
        }
        Ok((number, self.value(member, name)?))
    }

    /// The value of the member after whose name the walk is.
    #[inline(always)]
    fn value(&mut self, member: &'static Member, name: Span) -> Result<Step, Stuck> {
        self.colon()?;
        let first = self.text[self.at];
        if first != b'n' {
            self.seen.mark(member);
        }
        match member.holds {
            Holds::Map(map) => self.map(map)?,
            Holds::Text(field) => self.text(field)?,
            Holds::Object(object) => return self.step_into(object),
            Holds::Base64Flag => self.base64_flag()?,
            Holds::Body if !matches!(first, b'{' | b'[') => self.text(Text::Body)?,
            Holds::Body => {
                self.draft.flags |= flags::BODY_JSON;
                self.draft.texts[Text::Body as usize] = self.raw()?;
            }
            Holds::Payload => self.payload = Some((name, self.raw()?, member)),
            Holds::Version | Holds::Nothing | Holds::Unknown => {
                if name.len as usize > MAX_NAME {
                    return Err(Stuck);
                }
                let value = self.raw()?;
                if member.holds == Holds::Version {
                    self.seen.version(bytes(self.text, value));
                }
                if !self.pairs.push_extra(self.object as u16, name, value) {
                    return Err(Stuck);
                }
            }
        }
        Ok(Step::After)
    }

    /// The string value of a field, or `null`.
    #[inline(always)]
    fn text(&mut self, field: Text) -> Result<(), Stuck> {
        if self.text[self.at] != b'"' {
            return self.null();
        }
        let (text, is_changed) = self.string()?;
        self.draft.texts[field as usize] = text;
        if is_changed {
            self.resume_from(Place::AfterMember);
        }
        Ok(())
    }

    /// Steps into an object. `null` counts as no object; `[]` is how PHP writes an empty map.
    #[inline(always)]
    fn step_into(&mut self, object: Object) -> Result<Step, Stuck> {
        match self.text[self.at] {
            b'{' => {
                self.has_context |= object == Object::Context;
                if self.enter()? {
                    self.object = object;
                    return Ok(Step::Into);
                }
            }
            b'[' => {
                self.has_context |= object == Object::Context;
                self.empty_array()?;
            }
            _ => self.null()?,
        }
        Ok(Step::After)
    }

    #[inline(always)]
    fn base64_flag(&mut self) -> Result<(), Stuck> {
        let value_at = self.at;
        let is_true = match *array(self.text, value_at) {
            [b't', b'r', b'u', b'e', _] => {
                self.at += 4;
                true
            }
            [b'f', b'a', b'l', b's', b'e'] => {
                self.at += 5;
                false
            }
            [b'"', ..] => self.base64_flag_in_string()?,
            _ => {
                self.null()?;
                false
            }
        };
        if is_true {
            self.draft.flags |= flags::BODY_BASE64;
        }
        Ok(())
    }

    #[cold]
    #[inline(never)]
    fn base64_flag_in_string(&mut self) -> Result<bool, Stuck> {
        let value_at = self.at;
        let (value, is_changed) = self.string()?;
        let is_true = match bytes(self.text, value) {
            b"true" => true,
            b"false" => false,
            _ => {
                let fault = Fault::new(ErrorCode::WrongType, value_at);
                self.failure = Failure::InString(value_at, fault);
                return Err(Stuck);
            }
        };
        if is_changed {
            self.resume_from(Place::AfterMember);
        }
        Ok(is_true)
    }

    /// A map of pairs; `null` counts as none, `[]` as an empty one.
    #[inline(always)]
    fn map(&mut self, map: Map) -> Result<(), Stuck> {
        let first = self.pairs.len() as u32;
        match self.text[self.at] {
            b'{' => {
                if self.enter()? {
                    self.map_members(map)?;
                }
            }
            b'[' => self.empty_array()?,
            _ => return self.null(),
        }
        let count = self.pairs.len() as u32 - first;
        self.draft.maps[map as usize] = Range { first, count };
        Ok(())
    }

    /// The pairs of a map from the one at whose name the walk is to the end of the map.
    #[inline(always)]
    fn map_members(&mut self, map: Map) -> Result<(), Stuck> {
        loop {
            let plain = PlainPairs {
                text: self.text,
                closings: self.closings.rest(),
                at: self.at,
                pairs: &mut self.pairs,
                is_headers: map.is_headers(),
            };
            let (at, taken, end) = self.kernel.run(plain);
            self.at = at;
            self.closings.skip(taken);
            if let End::OfMap = end {
                return Ok(());
            }
            if let End::AtName = end {
                self.pair(map)?;
            }
            if !self.next()? {
                return Ok(());
            }
        }
    }

    /// The pair, or pairs of one name, at whose name the walk is.
    #[cold]
    #[inline(never)]
    fn pair(&mut self, map: Map) -> Result<(), Stuck> {
        let (name, is_changed) = self.string()?;
        if is_changed {
            self.resume_from(Place::PairName(map, name));
        }
        if name.len as usize > MAX_NAME {
            return Err(Stuck);
        }
        let id = name_id(self.text, name, map.is_headers());
        self.colon()?;
        if self.text[self.at] != b'[' {
            return self.pair_value(map, name, id, Place::AfterPair(map));
        }
        self.at = skip_white(self.text, self.at + 1);
        if self.text[self.at] == b']' {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.pair_value(map, name, id, Place::InList(map, name))?;
            self.at = skip_white(self.text, self.at);
            match self.text[self.at] {
                b',' => self.at = skip_white(self.text, self.at + 1),
                b']' => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(Stuck),
            }
        }
    }

    /// A value of a pair; `after` is the place after it.
    #[inline(always)]
    fn pair_value(&mut self, map: Map, name: Span, id: u16, after: Place) -> Result<(), Stuck> {
        if !self.pairs.has_room() {
            return Err(Stuck);
        }
        let first = self.text[self.at];
        let (value, is_changed) = match first {
            b'"' => self.string()?,
            b'{' | b'[' => return Err(Stuck),
            _ => {
                // A number or literal as its JSON text. `null`, and `true` where a bare key is written so, are no value.
                let start = self.at;
                self.at = scalar(self.text, start).map_err(|_| Stuck)?;
                let is_list = matches!(after, Place::InList(..));
                let is_bare = first == b'n' || first == b't' && (is_list || map.is_query());
                (if is_bare { Span::ABSENT } else { Span::new(start, self.at) }, false)
            }
        };
        self.pairs.push(Pair {
            name_off: name.off,
            name_len: name.len as u16,
            name_id: id,
            value_off: value.off,
            value_len: value.len,
        });
        if is_changed {
            self.resume_from(after);
        }
        Ok(())
    }

    /// What only the whole event says: its dialect and what depends on it.
    #[inline(always)]
    fn interpret(&mut self) -> Result<Dialect, Stuck> {
        let action = self.draft.texts[Text::WebSocketAction as usize];
        let dialect = self.seen.dialect(action.is_present(), self.has_context);
        if self.payload.is_some() {
            self.take_payload(dialect)?;
        }
        if dialect == Dialect::WebSocket {
            self.draft.flags |= match bytes(self.text, action) {
                b"connecting" => flags::WEBSOCKET_CONNECT,
                b"data send" | b"data recv" => flags::WEBSOCKET_MESSAGE,
                b"closing" => flags::WEBSOCKET_CLOSE,
                _ => 0,
            };
            if bytes(self.text, self.draft.texts[Text::DataType as usize]) == b"binary" {
                self.draft.flags |= flags::BODY_BASE64;
            }
        }
        Ok(dialect)
    }

    /// Makes `payload` the body where a dialect calls that so, or an unknown member.
    #[cold]
    #[inline(never)]
    fn take_payload(&mut self, dialect: Dialect) -> Result<(), Stuck> {
        let Some((name, value, member)) = self.payload else { return Ok(()) };
        if dialect == Dialect::Clb && !self.seen.has(Holds::Body) {
            return self.payload_body(value, member);
        }
        if self.pairs.push_extra(Object::Event as u16, name, value) {
            return Ok(());
        }
        let fault = Fault::new(ErrorCode::TooManyPairs, name.off as usize - 1);
        self.failure = Failure::Known(Error::new(fault, None));
        Err(Stuck)
    }

    /// The body whose raw value this is.
    fn payload_body(&mut self, value: Span, member: &'static Member) -> Result<(), Stuck> {
        let start = value.off as usize;
        self.draft.texts[Text::Body as usize] = match self.text[start] {
            b'{' | b'[' => {
                self.draft.flags |= flags::BODY_JSON;
                value
            }
            b'"' => {
                let found = rest(self.kernel, Passage::in_place(self.text), start + 1);
                // It has been checked before.
                let found = found.map_err(|_| Stuck)?;
                self.draft.is_ascii &= found.is_ascii;
                Span::new(start + 1, found.end)
            }
            b'n' => Span::ABSENT,
            _ => {
                let fault = Fault::new(ErrorCode::WrongType, start);
                self.failure = Failure::Known(Error::new(fault, Some(member.path)));
                return Err(Stuck);
            }
        };
        Ok(())
    }

    /// Steps into an object or map: to its first name, or after it if it has none.
    #[inline(always)]
    fn enter(&mut self) -> Result<bool, Stuck> {
        self.at += 1;
        if self.text[self.at] == b'"' {
            return Ok(true);
        }
        self.at = skip_white(self.text, self.at);
        match self.text[self.at] {
            b'"' => Ok(true),
            b'}' => {
                self.at += 1;
                Ok(false)
            }
            _ => Err(Stuck),
        }
    }

    /// Steps from after a value to the next name, or after the end of the object or map.
    #[inline(always)]
    fn next(&mut self) -> Result<bool, Stuck> {
        if array::<2>(self.text, self.at) == b",\"" {
            self.at += 1;
            return Ok(true);
        }
        if self.text[self.at] == b'}' {
            self.at += 1;
            return Ok(false);
        }
        self.next_after_white_space()
    }

    #[inline(never)]
    fn next_after_white_space(&mut self) -> Result<bool, Stuck> {
        self.at = skip_white(self.text, self.at);
        if self.text[self.at] == b'}' {
            self.at += 1;
            return Ok(false);
        }
        if self.text[self.at] != b',' {
            return Err(Stuck);
        }
        self.at = skip_white(self.text, self.at + 1);
        if self.text[self.at] == b'"' { Ok(true) } else { Err(Stuck) }
    }

    /// Steps from after a name over its colon to the value.
    #[inline(always)]
    fn colon(&mut self) -> Result<(), Stuck> {
        self.at = skip_white(self.text, self.at);
        if self.text[self.at] != b':' {
            return Err(Stuck);
        }
        self.at = skip_white(self.text, self.at + 1);
        Ok(())
    }

    /// The string at whose opening quote the walk is, and whether the text was changed to remove escapes.
    #[inline(always)]
    fn string(&mut self) -> Result<(Span, bool), Stuck> {
        let start = self.at + 1;
        let (close, is_dirty) = self.closings.take(self.kernel, self.text)?;
        if is_dirty {
            return self.unescape(start);
        }
        self.at = close + 1;
        Ok((Span::new(start, close), false))
    }

    #[inline(never)]
    fn unescape(&mut self, start: usize) -> Result<(Span, bool), Stuck> {
        match rest(self.kernel, Passage::in_place(self.text), start) {
            Ok(found) => {
                self.at = found.close + 1;
                self.draft.is_ascii &= found.is_ascii;
                Ok((Span::new(start, found.end), true))
            }
            Err(fault) => {
                self.failure = Failure::InString(start - 1, fault);
                Err(Stuck)
            }
        }
    }

    /// Notes that the text up to here has been changed.
    #[inline(always)]
    fn resume_from(&mut self, place: Place) {
        let pairs = self.pairs.counts();
        self.resume = Resume { place, at: self.at, object: self.object, seen: self.seen, pairs };
    }

    #[inline(always)]
    fn null(&mut self) -> Result<(), Stuck> {
        if array(self.text, self.at) != b"null" {
            return Err(Stuck);
        }
        self.at += 4;
        Ok(())
    }

    #[inline(always)]
    fn empty_array(&mut self) -> Result<(), Stuck> {
        self.at = skip_white(self.text, self.at + 1);
        if self.text[self.at] != b']' {
            return Err(Stuck);
        }
        self.at += 1;
        Ok(())
    }

    /// A value of any shape, left as it is.
    #[inline(always)]
    fn raw(&mut self) -> Result<Span, Stuck> {
        let (start, depth) = (self.at, self.object.depth());
        let skip = Skip { text: self.text, at: start, depth, strings: &mut self.closings };
        let skipped = self.kernel.run(skip).map_err(|_| Stuck)?;
        self.at = skipped.end;
        self.draft.is_ascii &= skipped.is_ascii;
        Ok(Span::new(start, self.at))
    }
}
