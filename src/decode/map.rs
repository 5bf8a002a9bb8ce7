//! Maps of names and values.

use super::bytes::{array, skip_white, unexpected};
use super::members::Map;
use super::skeleton::{PairName, ValuePlace};
use super::stops::Stops;
use super::walk::{Parser, Place, empty_array, wrong_type};
use crate::error::{ErrorCode, Fault};
use crate::limits::MAX_NAME;
use crate::memory::PairTable;
use crate::record::header_names;
use crate::record::table::{Pair, Range, Span};
use crate::simd::{Primitives, Work};

impl Map {
    /// Names get the numbers of well-known headers.
    fn is_headers(self) -> bool {
        matches!(self, Map::Headers | Map::DeclaredHeaders)
    }

    /// `true` is a bare key.
    fn is_query(self) -> bool {
        matches!(self, Map::Query | Map::DeclaredQuery)
    }
}

impl<K: Primitives> Parser<'_, '_, K> {
    /// Steps into the map at whose value the walk stands, or behind it; `null` is none, `[]` an empty one.
    #[inline(always)]
    pub(super) fn map(&mut self, map: Map) -> Result<Place, Fault> {
        let has_pairs = match self.text[self.at] {
            b'{' => self.enter()?,
            b'[' => {
                self.at = empty_array(self.text, self.at)?;
                false
            }
            b'n' => {
                self.scalar()?;
                return Ok(Place::Behind);
            }
            _ => return Err(wrong_type(self.text, self.at)),
        };
        self.maps[map as usize] = Range { first: self.pairs.len() as u32, count: 0 };
        Ok(if has_pairs { Place::Pair(map) } else { Place::Behind })
    }

    /// The pairs of a map from the one at whose name the walk stands to the end of the map.
    #[inline(always)]
    pub(super) fn map_members(&mut self, map: Map) -> Result<(), Fault> {
        loop {
            if self.is_learning() || !self.plain_pairs(map) {
                self.map_member(map)?;
            }
            if let Place::Behind = self.next_pair(map)? {
                return Ok(());
            }
        }
    }

    /// Steps from behind a pair's value to the next name, or behind the map's end.
    #[inline(always)]
    pub(super) fn next_pair(&mut self, map: Map) -> Result<Place, Fault> {
        if self.next_member()? {
            return Ok(Place::Pair(map));
        }
        let range = &mut self.maps[map as usize];
        range.count = self.pairs.len() as u32 - range.first;
        Ok(Place::Behind)
    }

    /// Takes pairs as far as they are plain; false if the walk is left at one that is not.
    #[inline(always)]
    fn plain_pairs(&mut self, map: Map) -> bool {
        let plain = PlainPairs {
            text: self.text,
            stops: self.stops,
            at: self.at,
            pairs: &mut self.pairs,
            is_headers: map.is_headers(),
        };
        let (at, stops, is_taken) = self.kernel.run(plain);
        (self.at, self.stops) = (at, stops);
        is_taken
    }

    #[inline(always)]
    fn map_member(&mut self, map: Map) -> Result<(), Fault> {
        let name = self.string()?;
        self.check_name(name)?;
        let name_id = self.name_id(name, map);
        self.colon()?;
        let is_list = self.text[self.at] == b'[';
        if is_list {
            self.at = skip_white(self.text, self.at + 1);
            if self.text[self.at] == b']' {
                self.at += 1;
                return Ok(());
            }
        }
        let mut place = if is_list { ValuePlace::FirstOfList } else { ValuePlace::Alone };
        loop {
            self.value(map, PairName { name, id: name_id, place })?;
            if !is_list {
                return Ok(());
            }
            place = ValuePlace::Next;
            self.at = skip_white(self.text, self.at);
            match self.text[self.at] {
                b',' => self.at = skip_white(self.text, self.at + 1),
                b']' => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(unexpected(self.text, self.at)),
            }
        }
    }

    #[inline(always)]
    fn value(&mut self, map: Map, pair: PairName) -> Result<(), Fault> {
        let first = self.text[self.at];
        let state = self.state(Some(map));
        let value = if first == b'"' {
            self.learn(|learning, text, at| learning.pair(text, at, pair, state));
            let value = self.string()?;
            self.learn(|learning, _, at| learning.value_ends(at - 1));
            value
        } else {
            let is_bare = first == b't' && (pair.place != ValuePlace::Alone || map.is_query());
            let value = self.unquoted(is_bare)?;
            self.learn(|learning, text, at| learning.unquoted(text, at, pair, value, state));
            value
        };
        self.pair(pair.name, pair.id, value)
    }

    /// A number or literal as its JSON text; `null` and what `is_bare` says are no value.
    #[inline(always)]
    fn unquoted(&mut self, is_bare: bool) -> Result<Span, Fault> {
        let first = self.text[self.at];
        if matches!(first, b'{' | b'[') || self.is_strict {
            return Err(wrong_type(self.text, self.at));
        }
        let text = self.scalar()?;
        Ok(if is_bare || first == b'n' { Span::ABSENT } else { text })
    }

    #[inline(always)]
    pub(super) fn name_id(&self, name: Span, map: Map) -> u16 {
        name_id(self.text, name, map.is_headers())
    }

    #[inline(always)]
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
fn name_id(text: &[u8], name: Span, is_headers: bool) -> u16 {
    if is_headers {
        header_names::lookup(array(text, name.off as usize), name.len as usize)
    } else {
        0
    }
}

/// Takes pairs of strings without escapes and non-ASCII text, from the opening quote at `at` on. Ends behind a value that no such pair follows, with true, or else at the opening quote of a
/// pair that is not of this form.
struct PlainPairs<'p, 't> {
    text: &'p [u8],
    /// The stops from before `at` on.
    stops: Stops,
    at: usize,
    pairs: &'p mut PairTable<'t>,
    is_headers: bool,
}

impl Work for PlainPairs<'_, '_> {
    type Output = (usize, Stops, bool);

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> Self::Output {
        let PlainPairs { text, mut stops, mut at, pairs, is_headers } = self;
        stops.skip_to(kernel, text, at);
        loop {
            let before = stops;
            // The name's opening quote.
            stops.next(kernel, text);
            let name_close = stops.next(kernel, text);
            let value_open = if array::<3>(text, name_close) == b"\":\"" {
                name_close + 2
            } else {
                let colon = skip_white(text, name_close + 1);
                let value = skip_white(text, colon + 1);
                if text[name_close] != b'"' || text[colon] != b':' || text[value] != b'"' {
                    return (at, before, false);
                }
                stops.skip_to(kernel, text, value);
                value
            };
            stops.next(kernel, text);
            let value_close = stops.next(kernel, text);
            if text[value_close] != b'"' {
                return (at, before, false);
            }
            let name = Span::new(at + 1, name_close);
            if name.len as usize > MAX_NAME {
                return (at, before, false);
            }
            let value = Span::new(value_open + 1, value_close);
            let pair = Pair {
                name_off: name.off,
                name_len: name.len as u16,
                name_id: name_id(text, name, is_headers),
                value_off: value.off,
                value_len: value.len,
            };
            if !pairs.push(pair) {
                return (at, before, false);
            }
            let end = value_close + 1;
            if array::<2>(text, end) == b",\"" {
                at = end + 1;
                continue;
            }
            let comma = skip_white(text, end);
            let next = skip_white(text, comma + 1);
            if text[comma] != b',' || text[next] != b'"' {
                return (end, stops, true);
            }
            stops.skip_to(kernel, text, next);
            at = next;
        }
    }
}
