//! The record of an event or response while it is being decoded.

use super::members::{MAP_SLOTS, TEXT_SLOTS, Text};
use crate::memory::PairTable;
use crate::record::kinds::{Dialect, Method};
use crate::record::table::{EventTable, Pair, Range, Span, flags};

/// The fields found so far.
pub(super) struct Draft {
    pub(super) texts: [Span; TEXT_SLOTS],
    pub(super) maps: [Range; MAP_SLOTS],
    pub(super) flags: u32,
    pub(super) is_ascii: bool,
    /// The time of the request in milliseconds since 1970, or 0.
    pub(super) time: u64,
}

impl Default for Draft {
    #[inline(always)]
    fn default() -> Draft {
        Draft {
            texts: [Span::ABSENT; TEXT_SLOTS],
            maps: [Range::ABSENT; MAP_SLOTS],
            flags: 0,
            is_ascii: true,
            time: 0,
        }
    }
}

impl Draft {
    /// Writes the record and returns its pairs.
    #[inline(always)]
    pub(super) fn finish<'t>(
        &self,
        text: &[u8],
        dialect: Dialect,
        pairs: PairTable<'t>,
        event: &mut EventTable,
    ) -> &'t [Pair] {
        let flags = if self.is_ascii { self.flags | flags::ASCII } else { self.flags };
        let method = Method::from_bytes(bytes(text, self.texts[Text::Method as usize]));
        let (pairs, extras) = pairs.finish();
        let size = size_of::<EventTable>() as u32;
        let head = [size, dialect as u32, method as u32, flags, pairs.len() as u32];
        let texts = self.texts.first_chunk().expect("fields come before other slots");
        let maps = self.maps.first_chunk().expect("fields come before other slots");
        *event = EventTable::new(head, texts, maps, extras);
        (event.time_low, event.time_high) = (self.time as u32, (self.time >> 32) as u32);
        pairs
    }
}

/// Returns the bytes of a span. They are empty if the span is absent.
#[inline(always)]
pub(super) fn bytes(text: &[u8], span: Span) -> &[u8] {
    if span.is_present() { &text[span.off as usize..][..span.len as usize] } else { b"" }
}
