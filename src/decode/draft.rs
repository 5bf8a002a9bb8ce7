//! The record of an event or response while it is being decoded.

use super::members::{MAPS, TEXTS, Text};
use crate::memory::PairTable;
use crate::record::kinds::{Dialect, Method};
use crate::record::table::{EventTable, Pair, Range, Span, flags};

/// The fields found so far.
pub(super) struct Draft {
    pub(super) texts: [Span; TEXTS],
    pub(super) maps: [Range; MAPS],
    pub(super) flags: u32,
    pub(super) is_ascii: bool,
}

impl Default for Draft {
    #[inline(always)]
    fn default() -> Draft {
        Draft {
            texts: [Span::ABSENT; TEXTS],
            maps: [Range::ABSENT; MAPS],
            flags: 0,
            is_ascii: true,
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
        *event = EventTable::new(head, &self.texts, &self.maps, extras);
        pairs
    }
}

/// Returns the bytes of a span. They are empty if the span is absent.
#[inline(always)]
pub(super) fn bytes(text: &[u8], span: Span) -> &[u8] {
    if span.is_present() { &text[span.off as usize..][..span.len as usize] } else { b"" }
}
