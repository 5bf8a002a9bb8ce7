//! Events in text: what form an input has, and the lines of a block.

use memchr::{memchr, memchr_iter};

use crate::args::Form;
use crate::split::{Kind, Piece, WINDOW};

/// One event's text and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Located<'a> {
    /// The line, or the document from its first byte on.
    pub(crate) text: &'a [u8],
    /// The line in which the text begins, from 1.
    pub(crate) line: u64,
    /// Its place in the uncompressed input.
    pub(crate) offset: u64,
}

impl Located<'_> {
    /// The line in which the object begins.
    pub(crate) fn first_line(&self) -> u64 {
        let blank = self.text.len() - self.text.trim_ascii_start().len();
        self.line_of(blank)
    }

    /// The line of a byte of the text.
    pub(crate) fn line_of(&self, offset: usize) -> u64 {
        let before = &self.text[..offset.min(self.text.len())];
        self.line + memchr_iter(b'\n', before).count() as u64
    }
}

/// Calls `each` with every event of a piece, until it answers false.
pub(crate) fn for_each<'a>(
    piece: &Piece,
    text: &'a [u8],
    mut each: impl FnMut(Located<'a>) -> bool,
) {
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

/// Nothing but what JSON calls white space.
pub(crate) fn is_blank(text: &[u8]) -> bool {
    text.iter().all(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
}

/// Decides what an input that begins with `text`, not blank, is. `None`: more of it is needed.
pub(crate) fn recognise(form: Form, text: &[u8], whole: bool, limit: usize) -> Option<Form> {
    if form != Form::Auto {
        return Some(form);
    }
    let text = text.trim_ascii_start();
    let mut lines = Vec::new();
    let mut rest = text;
    while let Some(end) = memchr(b'\n', rest) {
        let line;
        (line, rest) = (&rest[..end], &rest[end + 1..]);
        if !is_blank(line) {
            lines.push(line);
        }
    }
    if whole && !is_blank(rest) {
        lines.push(rest);
    }
    let enough = whole || text.len() > WINDOW.max(limit);
    match lines.first() {
        Some(first) if is_object(first) => Some(Form::Ndjson),
        // A line so long is no line of a document that was laid out to be read.
        None if enough => Some(Form::Ndjson),
        _ if !enough && (text.len() < WINDOW || lines.len() < 2) => None,
        _ if lines.iter().any(|line| is_object(line)) => Some(Form::Ndjson),
        _ => Some(Form::Document),
    }
}

/// Begins with a brace, which is closed by the last byte that is not blank. What is in between is
/// not checked.
fn is_object(line: &[u8]) -> bool {
    if line.first() != Some(&b'{') {
        return false;
    }
    let line = line.trim_ascii_end();
    let mut depth = 0_usize;
    let mut in_string = false;
    let mut bytes = line.iter().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\\' if in_string => {
                bytes.next();
            }
            b'"' => in_string = !in_string,
            _ if in_string => {}
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth -= 1;
                if depth == 0 {
                    return at + 1 == line.len();
                }
            }
            _ => {}
        }
    }
    false
}
