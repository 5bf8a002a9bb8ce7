//! The text block of a decoded event.

use crate::record::table::Span;

/// The text block of a decoded event.
#[derive(Clone, Copy)]
pub(crate) struct Text<'a> {
    bytes: &'a [u8],
}

impl<'a> Text<'a> {
    /// `bytes` is a block in which the parser has found every span that is ever asked for.
    pub(crate) fn new(bytes: &'a [u8]) -> Text<'a> {
        Text { bytes }
    }

    pub(crate) fn bytes(self) -> &'a [u8] {
        self.bytes
    }

    /// The string of a span of this block's own event; `None` when it is absent.
    #[inline]
    pub(crate) fn get(self, span: Span) -> Option<&'a str> {
        if !span.is_present() {
            return None;
        }
        let start = span.off as usize;
        let bytes = &self.bytes[start..start + span.len as usize];
        debug_assert!(core::str::from_utf8(bytes).is_ok());
        // SAFETY: spans are made by the parser alone, between the quotes of strings that it has validated as UTF-8
        // (and around raw JSON made of such strings and ASCII), and by the readers of cookies, which split such strings at
        // ASCII, and of forms, which validate each name and value.
        Some(unsafe { core::str::from_utf8_unchecked(bytes) })
    }
}
