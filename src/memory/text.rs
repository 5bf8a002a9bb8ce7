//! The text block of a decoded event.

use crate::record::table::Span;

/// The text block of a decoded event.
#[derive(Clone, Copy)]
pub(crate) struct Text<'a> {
    bytes: &'a [u8],
}

impl<'a> Text<'a> {
    /// Makes a text block. The parser has found in `bytes` every span that will be asked for.
    pub(crate) fn new(bytes: &'a [u8]) -> Text<'a> {
        Text { bytes }
    }

    pub(crate) fn bytes(self) -> &'a [u8] {
        self.bytes
    }

    /// Returns the string of a span of the same event, or `None` if the string is absent.
    #[inline]
    pub(crate) fn get(self, span: Span) -> Option<&'a str> {
        if !span.is_present() {
            return None;
        }
        let start = span.off as usize;
        let bytes = &self.bytes[start..start + span.len as usize];
        debug_assert!(core::str::from_utf8(bytes).is_ok());
        // SAFETY: the parser makes spans only between the quotes of strings that it has validated
        // as UTF-8, and around raw JSON, which consists of such strings and ASCII. The reader of
        // cookies splits such strings at ASCII characters, and the reader of forms validates each
        // name and value.
        Some(unsafe { core::str::from_utf8_unchecked(bytes) })
    }
}
