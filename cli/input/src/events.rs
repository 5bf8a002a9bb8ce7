//! Events in text: the lines of a block.

use memchr::memchr_iter;

use crate::form::is_blank;
use crate::split::{Kind, Piece};

/// An event's text and its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Located<'a> {
    /// The line, or the document from its first byte on.
    pub text: &'a [u8],
    /// The line in which the text begins, from 1.
    pub line: u64,
    /// Its place in the uncompressed input.
    pub offset: u64,
}

impl<'a> Located<'a> {
    /// The event without the white space before it.
    pub fn trimmed(&self) -> Located<'a> {
        let blank = self.text.iter().take_while(|byte| is_blank(&[**byte])).count();
        let (offset, line) = (self.offset + blank as u64, self.line_of(blank));
        Located { text: &self.text[blank..], line, offset }
    }

    /// The line in which the object begins.
    pub fn first_line(&self) -> u64 {
        let blank = self.text.len() - self.text.trim_ascii_start().len();
        self.line_of(blank)
    }

    /// The line of a byte of the text.
    pub fn line_of(&self, offset: usize) -> u64 {
        let before = &self.text[..offset.min(self.text.len())];
        self.line + memchr_iter(b'\n', before).count() as u64
    }
}

/// Calls `each` with every event of a piece, until it returns false.
pub fn for_each<'a>(piece: &Piece, text: &'a [u8], mut each: impl FnMut(Located<'a>) -> bool) {
    let Piece { kind, line, offset, .. } = piece;
    match kind {
        Kind::Failed(_) => {}
        Kind::Single => {
            each(Located { text, line: *line, offset: *offset });
        }
        Kind::Lines => {
            let ends =
                memchr_iter(b'\n', text).chain((!text.ends_with(b"\n")).then_some(text.len()));
            let mut start = 0;
            for (line, end) in (*line..).zip(ends) {
                let event = &text[start..end];
                let event = event.strip_suffix(b"\r").unwrap_or(event);
                let offset = *offset + start as u64;
                start = end + 1;
                if !is_blank(event) && !each(Located { text: event, line, offset }) {
                    return;
                }
            }
        }
    }
}
