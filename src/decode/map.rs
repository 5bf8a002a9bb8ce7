//! Reads maps of names and values in the exact walk.

use super::bytes::{array, skip_white, unexpected};
use super::draft::bytes;
use super::exact::{Lists, Parser, Step, empty_array, wrong_type};
use super::members::Map;
use crate::error::{ErrorCode, Fault};
use crate::limits::MAX_NAME;
use crate::record::header_names;
use crate::record::table::{Pair, Range, Span};

impl Map {
    /// Returns whether the map's names get the IDs of well-known headers.
    pub(super) fn is_headers(self) -> bool {
        matches!(
            self,
            Map::Headers | Map::DeclaredHeaders | Map::EventHeadersParameters | Map::MultiHeaders
        )
    }

    /// Returns whether `true` is a bare key in this map.
    pub(super) fn is_query(self) -> bool {
        matches!(self, Map::Query | Map::DeclaredQuery | Map::MultiQuery)
    }
}

impl Parser<'_, '_> {
    /// Enters the map at the current position, or advances past it if it has no pairs. `null`
    /// counts as a missing map, `[]` as an empty one.
    pub(super) fn map(&mut self, map: Map) -> Result<Step, Fault> {
        let has_pairs = match self.text[self.at] {
            b'{' => self.enter()?,
            b'[' => {
                self.at = empty_array(self.text, self.at)?;
                false
            }
            b'n' => {
                self.scalar()?;
                return Ok(Step::After);
            }
            _ => return Err(wrong_type(self.text, self.at)),
        };
        self.draft.maps[map as usize] = Range { first: self.pairs.len() as u32, count: 0 };
        Ok(if has_pairs { Step::Name } else { Step::After })
    }

    /// Reads the map at the current position.
    pub(super) fn whole_map(&mut self, map: Map) -> Result<(), Fault> {
        if let Step::Name = self.map(map)? {
            self.map_members(map)?;
        }
        Ok(())
    }

    /// Reads the pairs of a map, from the name at the current position to the end of the map.
    pub(super) fn map_members(&mut self, map: Map) -> Result<(), Fault> {
        loop {
            self.map_member(map)?;
            if let Step::After = self.next_pair(map)? {
                return Ok(());
            }
        }
    }

    /// Advances from the end of a pair's value to the next name, or past the end of the map.
    pub(super) fn next_pair(&mut self, map: Map) -> Result<Step, Fault> {
        if self.next_member()? {
            return Ok(Step::Name);
        }
        let range = &mut self.draft.maps[map as usize];
        range.count = (self.pairs.len() as u32).wrapping_sub(range.first);
        Ok(Step::After)
    }

    fn map_member(&mut self, map: Map) -> Result<(), Fault> {
        let name = self.string()?;
        self.map_value(map, name)
    }

    /// Reads the value of a pair whose name ends at the current position.
    pub(super) fn map_value(&mut self, map: Map, name: Span) -> Result<(), Fault> {
        self.check_name(name)?;
        self.colon()?;
        let is_list = self.text[self.at] == b'[';
        let is_refused = if is_list { Lists::Refused } else { Lists::Required };
        if self.lists == is_refused {
            return Err(wrong_type(self.text, self.at));
        }
        if !is_list {
            return self.value(map, name, false);
        }
        self.at = skip_white(self.text, self.at + 1);
        if self.text[self.at] == b']' {
            self.at += 1;
            return Ok(());
        }
        self.value(map, name, true)?;
        self.rest_of_list(map, name)
    }

    /// Reads the rest of a list of values, from the end of one value.
    pub(super) fn rest_of_list(&mut self, map: Map, name: Span) -> Result<(), Fault> {
        while let Step::Name = self.next_element()? {
            self.value(map, name, true)?;
        }
        Ok(())
    }

    fn value(&mut self, map: Map, name: Span, is_in_list: bool) -> Result<(), Fault> {
        let first = self.text[self.at];
        let value = if first == b'"' {
            self.string()?
        } else {
            self.unquoted(first == b't' && (is_in_list || map.is_query()))?
        };
        self.pair(name, self.name_id(name, map), value)
    }

    /// Reads a number or literal as its JSON text. `null` has no value, and neither has a bare key.
    fn unquoted(&mut self, is_bare: bool) -> Result<Span, Fault> {
        let first = self.text[self.at];
        if matches!(first, b'{' | b'[') || self.is_strict {
            return Err(wrong_type(self.text, self.at));
        }
        let text = self.scalar()?;
        Ok(if is_bare || first == b'n' { Span::ABSENT } else { text })
    }

    pub(super) fn name_id(&self, name: Span, map: Map) -> u16 {
        name_id(self.text, name, map.is_headers())
    }

    pub(super) fn pair(&mut self, name: Span, name_id: u16, value: Span) -> Result<(), Fault> {
        let pair = Pair {
            name_off: name.off,
            name_len: name.len as u16,
            name_id,
            value_off: value.off,
            value_len: value.len,
        };
        if self.pairs.push(pair) {
            Ok(())
        } else {
            Err(Fault::new(ErrorCode::TooManyPairs, name.off as usize - 1))
        }
    }
}

#[inline(always)]
pub(super) fn name_id(text: &[u8], name: Span, is_headers: bool) -> u16 {
    if is_headers {
        header_names::lookup(array(text, name.off as usize), name.len as usize)
    } else {
        0
    }
}

/// Returns the pair of a cookie `name=value`; a cookie without `=` has no value. `None` if the name
/// is too long.
pub(super) fn cookie_pair(text: &[u8], cookie: Span) -> Option<Pair> {
    let (start, end) = (cookie.off as usize, (cookie.off + cookie.len) as usize);
    let sign = text[start..end].iter().position(|&byte| byte == b'=');
    let name_len = sign.unwrap_or(cookie.len as usize);
    if name_len > MAX_NAME {
        return None;
    }
    let value = sign.map_or(Span::ABSENT, |sign| Span::new(start + sign + 1, end));
    Some(Pair {
        name_off: cookie.off,
        name_len: name_len as u16,
        name_id: 0,
        value_off: value.off,
        value_len: value.len,
    })
}

impl Parser<'_, '_> {
    /// Returns the value of the first header with this name, which is empty if there is none.
    pub(super) fn header(&self, name: &[u8]) -> &[u8] {
        let range = self.draft.maps[Map::Headers as usize];
        let mut pairs = (range.first..range.first.wrapping_add(range.count))
            .map(|index| self.pairs.get(index as usize));
        let found = pairs.find(|pair| bytes(self.text, pair.name()).eq_ignore_ascii_case(name));
        found.map_or(b"", |pair| bytes(self.text, pair.value()))
    }

    /// Enters the list at the current position: advances to its first element, or past its end.
    pub(super) fn enter_list(&mut self) -> Result<Step, Fault> {
        self.at = skip_white(self.text, self.at + 1);
        if self.text[self.at] != b']' {
            return Ok(Step::Name);
        }
        self.at += 1;
        Ok(Step::After)
    }

    /// Advances from the end of an element to the next one, or past the end of the list.
    pub(super) fn next_element(&mut self) -> Result<Step, Fault> {
        self.at = skip_white(self.text, self.at);
        match self.text[self.at] {
            b',' => {
                self.at = skip_white(self.text, self.at + 1);
                Ok(Step::Name)
            }
            b']' => {
                self.at += 1;
                Ok(Step::After)
            }
            _ => Err(unexpected(self.text, self.at)),
        }
    }

    /// Reads the list of cookies at the current position. `null` counts as a missing list.
    pub(super) fn cookies(&mut self) -> Result<(), Fault> {
        match self.text[self.at] {
            b'[' => {}
            b'n' => {
                self.scalar()?;
                return Ok(());
            }
            _ => return Err(wrong_type(self.text, self.at)),
        }
        if let Step::Name = self.enter_list()? {
            self.cookie()?;
            self.rest_of_cookies()?;
        }
        Ok(())
    }

    /// Reads the rest of the list of cookies, from the end of one of them.
    pub(super) fn rest_of_cookies(&mut self) -> Result<(), Fault> {
        while let Step::Name = self.next_element()? {
            self.cookie()?;
        }
        Ok(())
    }

    fn cookie(&mut self) -> Result<(), Fault> {
        let open = self.at;
        if self.text[open] != b'"' {
            return Err(wrong_type(self.text, open));
        }
        let cookie = self.string()?;
        let Some(pair) = cookie_pair(self.text, cookie) else {
            return Err(Fault::new(ErrorCode::NameTooLong, open));
        };
        if self.pairs.push(pair) { Ok(()) } else { Err(Fault::new(ErrorCode::TooManyPairs, open)) }
    }
}
