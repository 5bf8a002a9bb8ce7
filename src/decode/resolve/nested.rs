//! Reads objects that the walk has kept as raw JSON text.
//!
//! The walk has checked their grammar, so the only faults left are wrong types and limits.

use super::Resolve;
use crate::decode::bytes::skip_white;
use crate::decode::exact::wrong_type;
use crate::decode::members::{Map, Object, Text};
use crate::error::{Error, ErrorCode, Fault};
use crate::record::table::Span;

/// Reads the value of the member with this name at the position of the parser, or returns false
/// and leaves the position unchanged.
pub(super) type Read<'f> = &'f mut dyn FnMut(&mut Resolve<'_, '_>, &[u8]) -> Result<bool, Fault>;

/// No object has more known members than this.
const MAX_KNOWN: usize = 8;

impl Resolve<'_, '_> {
    /// Reads the object at `at`, which `member` contains. Members that `read` does not know become
    /// extras. `null` counts as a missing object. A known member that is repeated is refused.
    pub(super) fn object(
        &mut self,
        at: usize,
        member: &'static str,
        read: Read<'_>,
    ) -> Result<(), Error> {
        self.parser.at = at;
        self.members(read).map_err(|fault| Error::new(fault, Some(member)))
    }

    /// Reads the object at the position of the parser, as [`Resolve::object`] does.
    pub(super) fn members(&mut self, read: Read<'_>) -> Result<(), Fault> {
        let mut has_more = match self.parser.text[self.parser.at] {
            b'{' => self.parser.enter()?,
            b'n' => {
                self.parser.scalar()?;
                false
            }
            _ => return Err(wrong_type(self.parser.text, self.parser.at)),
        };
        let mut seen = [Span::ABSENT; MAX_KNOWN];
        let mut seen_count = 0;
        while has_more {
            let name_at = self.parser.at;
            let name = self.parser.string()?;
            self.parser.check_name(name)?;
            self.parser.colon()?;
            let is_repeated =
                seen[..seen_count].iter().any(|&before| self.bytes(before) == self.bytes(name));
            if is_repeated {
                return Err(Fault::new(ErrorCode::DuplicateMember, name_at));
            }
            // The name is copied so that `read` may have the text. Longer names are unknown.
            let mut copy = [0; 32];
            let known = self.bytes(name).len().min(copy.len());
            copy[..known].copy_from_slice(&self.bytes(name)[..known]);
            if read(self, &copy[..known])? {
                seen[seen_count] = name;
                seen_count += 1;
            } else {
                let value = self.parser.raw_inside(1)?;
                self.parser.extra(Object::Http as u16, name, value)?;
            }
            has_more = self.parser.next_member()?;
        }
        Ok(())
    }

    /// Reads the string at the position of the parser into a field.
    pub(super) fn string_of(&mut self, field: Text) -> Result<bool, Fault> {
        let span = self.parser.string_or_null()?;
        self.set(field, span);
        Ok(true)
    }

    /// Reads the map at the position of the parser into a field.
    pub(super) fn map_of(&mut self, field: Map) -> Result<bool, Fault> {
        self.parser.whole_map(field)?;
        Ok(true)
    }

    /// Returns whether the object at `at` has a member with this name that is not `null`.
    pub(super) fn has_member(&mut self, at: usize, name: &[u8]) -> bool {
        self.raw_member(at, name).is_some()
    }

    /// Returns the raw value of a member of the object at `at`, if it is not `null`. Nothing in the
    /// text is changed.
    pub(super) fn raw_member(&mut self, at: usize, name: &[u8]) -> Option<Span> {
        // The walk has checked the grammar of the object.
        self.find_member(at, name).ok().flatten()
    }

    fn find_member(&mut self, at: usize, name: &[u8]) -> Result<Option<Span>, Fault> {
        self.parser.at = at;
        let mut has_more = self.parser.text[at] == b'{' && self.parser.enter()?;
        while has_more {
            let raw = self.parser.raw_inside(1)?;
            let is_wanted = self.bytes(raw).get(1..raw.len as usize - 1) == Some(name);
            self.parser.colon()?;
            let value = self.parser.raw_inside(1)?;
            if is_wanted && self.bytes(value) != b"null" {
                return Ok(Some(value));
            }
            has_more = self.parser.next_member()?;
        }
        Ok(None)
    }

    /// Returns the offset of the first element of the array at `at`.
    pub(super) fn first_element(&self, at: usize) -> Option<usize> {
        let text = &*self.parser.text;
        (text[at] == b'[').then(|| skip_white(text, at + 1)).filter(|&first| text[first] != b']')
    }
}
