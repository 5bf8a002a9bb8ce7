//! The usual pairs of a map: strings without escapes.

use super::bytes::skip_white;
use crate::limits::MAX_NAME;
use crate::memory::PairTable;
use crate::record::header_names;
use crate::record::table::Pair;
use crate::simd::{Primitives, Work, try_chunk};

/// Takes pairs of plain strings as long as there are any.
pub(super) struct PlainPairs<'p, 't> {
    pub(super) text: &'p [u8],
    /// The closing quotes of the current window from `at` on.
    pub(super) closings: &'p [u32],
    /// The opening quote of the first pair's name.
    pub(super) at: usize,
    pub(super) pairs: &'p mut PairTable<'t>,
    /// Whether names get the numbers of well-known headers.
    pub(super) is_headers: bool,
}

/// Why there are no more plain pairs.
pub(super) enum End {
    /// After the map.
    OfMap,
    /// At the name of a pair that is not plain.
    AtName,
    /// After a value that something unusual follows.
    AfterValue,
}

impl Work for PlainPairs<'_, '_> {
    /// Where the walk is then, and how many closing quotes it has taken.
    type Output = (usize, usize, End);

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> Self::Output {
        if self.is_headers { self.take::<K, true>(kernel) } else { self.take::<K, false>(kernel) }
    }
}

impl PlainPairs<'_, '_> {
    #[inline(always)]
    fn take<K: Primitives, const IDS: bool>(self, kernel: K) -> (usize, usize, End) {
        let PlainPairs { text, closings, mut at, pairs, .. } = self;
        let mut left = closings;
        let mut pairs = pairs.append();
        let end = loop {
            let Some((&[close, value_close], rest)) = left.split_first_chunk() else {
                break End::AtName;
            };
            let (close, value_close) = (close as usize, value_close as usize);
            // A closing quote of a string that is not plain is beyond the text.
            let (Some(colon), Some(after)) =
                (try_chunk::<2>(text, close + 1), try_chunk::<2>(text, value_close + 1))
            else {
                break End::AtName;
            };
            let value = if colon == b":\"" {
                close + 3
            } else {
                let colon = skip_white(text, close + 1);
                let open = skip_white(text, colon + 1);
                if text[colon] != b':' || text[open] != b'"' {
                    break End::AtName;
                }
                open + 1
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
            let comma = skip_white(text, value_close + 1);
            let next = skip_white(text, comma + 1);
            if text[comma] != b',' || text[next] != b'"' {
                at = value_close + 1;
                break End::AfterValue;
            }
            at = next;
        };
        (at, closings.len() - left.len(), end)
    }
}
