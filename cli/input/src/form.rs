//! What an input is: one document, or one event a line.

use memchr::memchr;

/// Bytes from which the form of an input is recognised, unless its first lines are longer.
pub(crate) const WINDOW: usize = 1024 * 1024;

/// What an input is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Form {
    /// Decided by its text.
    #[default]
    Auto,
    /// One event on any number of lines.
    Document,
    /// One event a line.
    Ndjson,
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
