//! Reads the members of the event and of the objects in it.

use super::{Failure, Next, Stuck, Walk, after_white_space};
use crate::decode::bytes::array;
use crate::decode::draft::bytes;
use crate::decode::fault::Place;
use crate::decode::map::cookie_pair;
use crate::decode::members::{Map, Member, MemberKind, Object, Text};
use crate::error::{ErrorCode, Fault};
use crate::limits::MAX_NAME;
use crate::record::table::{Range, Span, flags};
use crate::simd::Primitives;

/// Where the walk is after it has read a member's name and colon.
enum Step {
    /// At the first name of an object.
    Into,
    /// After the value.
    After,
}

impl<K: Primitives> Walk<'_, '_, K> {
    /// Reads the members of the event and of its known objects, to the end of the event.
    ///
    /// The state that plain strings need is in local variables, and so in registers. It is written
    /// back to the fields before any other function is called.
    #[inline(always)]
    pub(super) fn members(&mut self) -> Result<(), Stuck> {
        let mut before = Member::unknown(self.object);
        let (mut at, mut next, mut seen) = (self.at, self.closings.next, self.seen);
        loop {
            let text = self.text.read();
            // The entry of a string that is not plain is an offset beyond the text.
            let step = if let Some((close, value_close)) = self.closings.two(next)
                && let Some(colon) = text.after::<2>(close)
            {
                let name = at + 1;
                before = self.successors.next(self.kernel, self.object, before, text, name, close);
                let member = before;
                if !seen.fill(member) {
                    return Err(Stuck);
                }
                if let MemberKind::Text(field) = member.kind
                    && colon == b":\""
                    && let Some(after) = text.after::<2>(value_close)
                {
                    seen.mark(member);
                    self.draft.texts[field as usize] = Span::new(close + 3, value_close);
                    next += 2;
                    if after == b",\"" {
                        at = value_close + 2;
                        continue;
                    }
                    at = value_close + 1;
                    Step::After
                } else {
                    (self.at, self.closings.next, self.seen) = (close + 1, next + 1, seen);
                    let step = self.any_value(member, Span::new(name, close))?;
                    (at, next, seen) = (self.at, self.closings.next, self.seen);
                    step
                }
            } else {
                (self.at, self.closings.next, self.seen) = (at, next, seen);
                let (member, step) = self.any_member()?;
                before = member;
                (at, next, seen) = (self.at, self.closings.next, self.seen);
                step
            };
            if let Step::Into = step {
                before = Member::unknown(self.object);
                continue;
            }
            // Advance to the next name, and leave the objects that end here.
            loop {
                match self.text.read().get(at) {
                    Some(b",\"") => {
                        at += 1;
                        break;
                    }
                    Some([b'}', _]) => {
                        at += 1;
                        if self.object == Object::Event {
                            (self.at, self.closings.next, self.seen) = (at, next, seen);
                            return Ok(());
                        }
                        before = Member::of_object(self.object);
                        self.object = self.object.parent();
                    }
                    _ => match after_white_space(self.text.slice(), at)? {
                        Next::Name(name) => {
                            at = name;
                            break;
                        }
                        Next::End(end) => at = end,
                    },
                }
            }
        }
    }

    /// Reads the value of a member whose name ends at the current position. Most values that are
    /// not plain strings are maps, so maps come first.
    #[inline(always)]
    fn any_value(&mut self, member: &'static Member, name: Span) -> Result<Step, Stuck> {
        if let MemberKind::Map(map) = member.kind {
            match self.text.read().get(self.at) {
                Some(b":{\"") => {
                    self.seen.mark(member);
                    self.at += 2;
                    self.map_of_pairs(map)?;
                    return Ok(Step::After);
                }
                Some(b":{}") => {
                    self.seen.mark(member);
                    self.at += 3;
                    self.draft.maps[map as usize] =
                        Range { first: self.pairs.len() as u32, count: 0 };
                    return Ok(Step::After);
                }
                _ => {}
            }
        }
        self.value(member, name)
    }

    /// Reads a member whose name may have escapes.
    #[cold]
    #[inline(never)]
    fn any_member(&mut self) -> Result<(&'static Member, Step), Stuck> {
        let (name, is_changed) = self.string()?;
        if is_changed {
            self.resume_from(Place::MemberName(name));
        }
        let found = array(self.text.slice(), name.off as usize);
        let member = Member::named(self.object, found, name.len as usize);
        if !self.seen.fill(member) {
            return Err(Stuck);
        }
        Ok((member, self.value(member, name)?))
    }

    /// Reads the value of a member whose name ends at the current position.
    #[inline(always)]
    fn value(&mut self, member: &'static Member, name: Span) -> Result<Step, Stuck> {
        let first = self.colon()?;
        if first != b'n' {
            self.seen.mark(member);
        }
        match member.kind {
            MemberKind::Map(map) => self.map(map)?,
            MemberKind::Text(field) => self.text_or_null(field)?,
            MemberKind::Object(object) => return self.step_into(object),
            MemberKind::Base64Flag => self.base64_flag()?,
            MemberKind::Body if !matches!(first, b'{' | b'[') => self.text_or_null(Text::Body)?,
            MemberKind::Body => {
                self.draft.flags |= flags::BODY_JSON;
                self.draft.texts[Text::Body as usize] = self.raw()?;
            }
            MemberKind::Raw(_) if first == b'n' => self.null()?,
            MemberKind::Raw(field) => self.draft.texts[field as usize] = self.raw()?,
            MemberKind::Cookies => self.cookies()?,
            MemberKind::Version | MemberKind::Mark | MemberKind::Unknown => {
                if name.len as usize > MAX_NAME {
                    return Err(Stuck);
                }
                let start = self.at;
                let value = if first == b'n' {
                    self.null()?;
                    Span::new(start, self.at)
                } else {
                    self.raw()?
                };
                if member.kind == MemberKind::Version {
                    self.seen.version(bytes(self.text.slice(), value));
                }
                if !self.pairs.push_extra(self.object as u16, name, value) {
                    return Err(Stuck);
                }
            }
        }
        Ok(Step::After)
    }

    /// Reads the string value of a field, or `null`.
    #[inline(always)]
    fn text_or_null(&mut self, field: Text) -> Result<(), Stuck> {
        if self.byte() != b'"' {
            return self.null();
        }
        let (text, is_changed) = self.string()?;
        self.draft.texts[field as usize] = text;
        if is_changed {
            self.resume_from(Place::AfterMember);
        }
        Ok(())
    }

    /// Enters an object. `null` counts as a missing object. `[]` counts as an empty one, as PHP
    /// writes it.
    #[inline(always)]
    fn step_into(&mut self, object: Object) -> Result<Step, Stuck> {
        match self.byte() {
            b'{' => {
                if self.enter()? {
                    self.object = object;
                    return Ok(Step::Into);
                }
            }
            b'[' => self.empty_array()?,
            _ => self.null()?,
        }
        Ok(Step::After)
    }

    #[inline(always)]
    fn base64_flag(&mut self) -> Result<(), Stuck> {
        let is_true = match self.text.read().get(self.at) {
            Some(&[b't', b'r', b'u', b'e', _]) => {
                self.at += 4;
                true
            }
            Some(b"false") => {
                self.at += 5;
                false
            }
            Some([b'"', ..]) => self.base64_flag_in_string()?,
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
        let is_true = match bytes(self.text.slice(), value) {
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

    /// Reads a map of pairs. `null` counts as a missing map, `[]` as an empty one.
    #[inline(never)]
    fn map(&mut self, map: Map) -> Result<(), Stuck> {
        let range = Range { first: self.pairs.len() as u32, count: 0 };
        match self.byte() {
            b'{' => {
                if self.enter()? {
                    return self.map_of_pairs(map);
                }
            }
            b'[' => self.empty_array()?,
            _ => return self.null(),
        }
        self.draft.maps[map as usize] = range;
        Ok(())
    }

    /// Reads the list of cookies. `null` counts as a missing list.
    #[cold]
    #[inline(never)]
    fn cookies(&mut self) -> Result<(), Stuck> {
        if self.byte() != b'[' {
            return self.null();
        }
        let first = self.pairs.len() as u32;
        self.step(1);
        while self.byte() != b']' {
            if self.byte() != b'"' || !self.pairs.has_room() {
                return Err(Stuck);
            }
            let (cookie, is_changed) = self.string()?;
            self.pairs.push(cookie_pair(self.text.slice(), cookie).ok_or(Stuck)?);
            if is_changed {
                self.resume_from(Place::InCookies);
            }
            self.step(0);
            match self.byte() {
                b',' => {
                    self.step(1);
                    if self.byte() == b']' {
                        return Err(Stuck);
                    }
                }
                b']' => {}
                _ => return Err(Stuck),
            }
        }
        self.at += 1;
        let count = self.pairs.len() as u32 - first;
        self.draft.maps[Map::CookieList as usize] = Range { first, count };
        Ok(())
    }
}
