//! The pairs of a map.

use super::{Stuck, Walk};
use crate::decode::bytes::skip_white;
use crate::decode::fault::Place;
use crate::decode::index::is_dirty;
use crate::decode::map::name_id;
use crate::decode::members::Map;
use crate::decode::skip::scalar;
use crate::limits::MAX_NAME;
use crate::record::header_names;
use crate::record::table::{Pair, Range, Span};
use crate::simd::{Primitives, WithSimd};

impl<K: Primitives> Walk<'_, '_, K> {
    /// Reads the pairs of a map, from the name at the current position to the end of the map.
    #[inline(always)]
    pub(super) fn map_of_pairs(&mut self, map: Map) -> Result<(), Stuck> {
        let first = self.pairs.len() as u32;
        self.kernel.run_outlined(Pairs::<_, false> { map, walk: self })?;
        let count = self.pairs.len() as u32 - first;
        self.draft.maps[map as usize] = Range { first, count };
        Ok(())
    }
}

/// The state of the loop over the pairs of a map.
///
/// The loop is a function of its own so that its variables are all in registers. `SPACED` says
/// whether there may be white space between the pairs.
struct Pairs<'p, 'w, 't, K, const SPACED: bool> {
    walk: &'p mut Walk<'w, 't, K>,
    map: Map,
}

impl<P: Primitives, const SPACED: bool> WithSimd for Pairs<'_, '_, '_, P, SPACED> {
    type Output = Result<(), Stuck>;

    #[inline(always)]
    fn run<K: Primitives>(self, _: K) -> Self::Output {
        let Pairs { walk, map } = self;
        if map.is_headers() {
            walk.pairs_to_end::<true, SPACED>(map)
        } else {
            walk.pairs_to_end::<false, SPACED>(map)
        }
    }
}

/// The loop over lists of one string, a function of its own for the same reason.
struct ShortLists<'p, 'w, 't, K, const IDS: bool> {
    walk: &'p mut Walk<'w, 't, K>,
}

impl<P: Primitives, const IDS: bool> WithSimd for ShortLists<'_, '_, '_, P, IDS> {
    type Output = ();

    #[inline(always)]
    fn run<K: Primitives>(self, _: K) {
        self.walk.short_lists::<IDS>();
    }
}

/// Why the loop over plain pairs ended.
enum End {
    /// The position is after the map.
    OfMap,
    /// The position is at the name of a pair that is not plain.
    AtName,
    /// The position is after a value. The next bytes are neither a comma and a name nor a brace.
    AfterValue,
}

impl<K: Primitives> Walk<'_, '_, K> {
    /// Reads the pairs to the end of the map. `IDS` says whether names get the IDs of well-known
    /// headers.
    #[inline(always)]
    fn pairs_to_end<const IDS: bool, const SPACED: bool>(&mut self, map: Map) -> Result<(), Stuck> {
        loop {
            match self.plain_pairs::<IDS, SPACED>() {
                End::OfMap => return Ok(()),
                End::AtName if !SPACED && self.is_at_spaced_pair() => {
                    return self.kernel.run_outlined(Pairs::<_, true> { map, walk: self });
                }
                End::AtName if self.escaped_pair::<IDS>(map)? => {}
                End::AtName if self.is_at_short_list() => {
                    self.kernel.run_outlined(ShortLists::<_, IDS> { walk: self });
                }
                End::AtName => self.pair(map)?,
                End::AfterValue => {}
            }
            if !self.next()? {
                return Ok(());
            }
        }
    }

    /// Returns whether there is white space around the next colon.
    #[inline(always)]
    fn is_at_spaced_pair(&self) -> bool {
        let close = self.closings.two(self.closings.next).map_or(usize::MAX, |(close, _)| close);
        let colon = self.text.read().after(close);
        colon.is_some_and(|&[colon, value]| colon <= b' ' || value <= b' ')
    }

    /// Returns whether the next pair is a plain name and a list of one plain string.
    #[inline(always)]
    fn is_at_short_list(&self) -> bool {
        let text = self.text.read();
        self.closings.two(self.closings.next).is_some_and(|(close, value_close)| {
            text.after(close) == Some(b":[\"") && text.after(value_close) == Some(b"]")
        })
    }

    /// Reads consecutive pairs whose name and value are plain strings; most pairs are.
    ///
    /// `SPACED` says whether there may be white space between them. The loop is shorter without it.
    #[inline(always)]
    fn plain_pairs<const IDS: bool, const SPACED: bool>(&mut self) -> End {
        let (kernel, text) = (self.kernel, self.text.read());
        let closings = self.closings.rest();
        let mut left = closings;
        let mut at = self.at;
        let mut pairs = self.pairs.append();
        let end = loop {
            let Some((&[close, value_close], rest)) = left.split_first_chunk() else {
                break End::AtName;
            };
            let (close, value_close) = (close as usize, value_close as usize);
            // The entry of a string that is not plain is an offset beyond the text.
            let (Some(colon), Some(after)) = (text.after::<2>(close), text.after::<2>(value_close))
            else {
                break End::AtName;
            };
            let value = if colon == b":\"" {
                close + 3
            } else if SPACED && let Some(value) = value_after(text.slice(), close + 1) {
                value
            } else {
                break End::AtName;
            };
            let name = at + 1;
            let name_len = close.wrapping_sub(name);
            if name_len > MAX_NAME {
                break End::AtName;
            }
            let pair = Pair {
                name_off: name as u32,
                name_len: name_len as u16,
                name_id: if IDS { header_names::between(kernel, text, name, close) } else { 0 },
                value_off: value as u32,
                value_len: value_close.wrapping_sub(value) as u32,
            };
            if !pairs.push(pair) {
                break End::AtName;
            }
            left = rest;
            at = value_close + 2;
            if after == b",\"" {
                continue;
            }
            if after[0] == b'}' {
                break End::OfMap;
            }
            if SPACED && let Some(name) = name_after(text.slice(), value_close + 1) {
                at = name;
                continue;
            }
            at = value_close + 1;
            break End::AfterValue;
        };
        let taken = closings.len() - left.len();
        drop(pairs);
        self.at = at;
        self.closings.next += taken;
        end
    }

    /// Reads a pair of a plain name and a string with escapes. Returns false if it is any other
    /// pair.
    #[inline(always)]
    fn escaped_pair<const IDS: bool>(&mut self, map: Map) -> Result<bool, Stuck> {
        let text = self.text.read();
        let Some((close, value_close)) = self.closings.two(self.closings.next) else {
            return Ok(false);
        };
        let name = self.at + 1;
        let name_len = close.wrapping_sub(name);
        let has_string = text.after(close) == Some(b":\"");
        if !has_string || !is_dirty(value_close) || name_len > MAX_NAME || !self.pairs.has_room() {
            return Ok(false);
        }
        let name_id = if IDS { header_names::between(self.kernel, text, name, close) } else { 0 };
        self.closings.next += 2;
        let (value, _) = self.unescape(close + 3)?;
        self.pairs.push(Pair {
            name_off: name as u32,
            name_len: name_len as u16,
            name_id,
            value_off: value.off,
            value_len: value.len,
        });
        self.resume_from(Place::AfterPair(map));
        Ok(true)
    }

    /// Reads consecutive pairs of a plain name and a list of one plain string, as in maps with
    /// several values for a name.
    #[inline(always)]
    fn short_lists<const IDS: bool>(&mut self) {
        let (kernel, text) = (self.kernel, self.text.read());
        let closings = self.closings.rest();
        let mut left = closings;
        let (mut at, mut end) = (self.at, self.at);
        let mut pairs = self.pairs.append();
        while let Some((&[close, value_close], rest)) = left.split_first_chunk() {
            let (close, value_close) = (close as usize, value_close as usize);
            let (name, value) = (at + 1, close + 4);
            let name_len = close.wrapping_sub(name);
            let Some(after) = text.after::<3>(value_close) else { break };
            let is_list = text.after(close) == Some(b":[\"") && after[0] == b']';
            if !is_list || name_len > MAX_NAME {
                break;
            }
            let pair = Pair {
                name_off: name as u32,
                name_len: name_len as u16,
                name_id: if IDS { header_names::between(kernel, text, name, close) } else { 0 },
                value_off: value as u32,
                value_len: value_close.wrapping_sub(value) as u32,
            };
            if !pairs.push(pair) {
                break;
            }
            left = rest;
            end = value_close + 2;
            if after != b"],\"" {
                break;
            }
            at = value_close + 3;
        }
        let taken = closings.len() - left.len();
        drop(pairs);
        self.at = end;
        self.closings.next += taken;
    }

    /// Reads the name at the current position and its value, or all values of a list.
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
        let id = name_id(self.text.slice(), name, map.is_headers());
        self.colon()?;
        if self.byte() != b'[' {
            return self.pair_value(map, name, id, Place::AfterPair(map));
        }
        self.step(1);
        if self.byte() == b']' {
            self.at += 1;
            return Ok(());
        }
        loop {
            self.pair_value(map, name, id, Place::InList(map, name))?;
            self.step(0);
            match self.byte() {
                b',' => self.step(1),
                b']' => {
                    self.at += 1;
                    return Ok(());
                }
                _ => return Err(Stuck),
            }
        }
    }

    /// Reads a value of a pair. `after` is the place after the value.
    #[inline(always)]
    fn pair_value(&mut self, map: Map, name: Span, id: u16, after: Place) -> Result<(), Stuck> {
        if !self.pairs.has_room() {
            return Err(Stuck);
        }
        let first = self.byte();
        let (value, is_changed) = match first {
            b'"' => self.string()?,
            b'{' | b'[' => return Err(Stuck),
            _ => {
                // A number or literal becomes its JSON text. `null` has no value, and neither has a
                // `true` that stands for a bare key.
                let start = self.at;
                self.at = scalar(self.text.slice(), start).map_err(|_| Stuck)?;
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
}

/// Returns the offset of the string value after a colon, with white space around it.
#[inline(always)]
fn value_after(text: &[u8], at: usize) -> Option<usize> {
    let colon = skip_white(text, at);
    let open = skip_white(text, colon + 1);
    (text[colon] == b':' && text[open] == b'"').then_some(open + 1)
}

/// Returns the offset of the name's opening quote after a comma, with white space around it.
#[inline(always)]
fn name_after(text: &[u8], at: usize) -> Option<usize> {
    let comma = skip_white(text, at);
    let open = skip_white(text, comma + 1);
    (text[comma] == b',' && text[open] == b'"').then_some(open)
}
