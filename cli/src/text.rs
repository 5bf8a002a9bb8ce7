//! Text for the eye: colours, and strings that may come from anybody.

use std::fmt::{self, Display, Formatter};
use std::io::{self, Write as _};

use anstream::stream::RawStream;
use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use indicatif::HumanCount;
use serde_json::ser::CompactFormatter;

/// The styles of everything that is printed; without colours they are empty.
#[derive(Clone, Copy, Default)]
pub(crate) struct Palette {
    pub(crate) place: Style,
    pub(crate) title: Style,
    pub(crate) label: Style,
    pub(crate) faint: Style,
    pub(crate) bad: Style,
    pub(crate) good: Style,
}

impl Palette {
    /// What suits a stream: colours on a terminal, unless the user or the environment says
    /// otherwise.
    pub(crate) fn of(stream: &impl RawStream) -> Palette {
        if AutoStream::choice(stream) == ColorChoice::Never {
            return Palette::default();
        }
        Palette {
            place: Style::new().bold(),
            title: AnsiColor::Green.on_default().bold(),
            label: AnsiColor::Cyan.on_default(),
            faint: Style::new().dimmed(),
            bad: AnsiColor::Red.on_default().bold(),
            good: AnsiColor::Green.on_default().bold(),
        }
    }
}

/// A string on one line whose control characters are shown as JSON escapes.
pub(crate) struct Printable<'a>(pub(crate) &'a str);

impl Display for Printable<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write_printable(out, self.0, |_| false)
    }
}

/// The same for text of several lines: line feeds and tabs stay.
pub(crate) struct PrintableLines<'a>(pub(crate) &'a str);

impl Display for PrintableLines<'_> {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        write_printable(out, self.0, |character| matches!(character, '\n' | '\t'))
    }
}

fn write_printable(
    out: &mut Formatter<'_>,
    text: &str,
    allowed: impl Fn(char) -> bool,
) -> fmt::Result {
    // Most strings are plain; without an early exit the compiler tests many bytes at once.
    if text.bytes().fold(true, |plain, byte| plain & matches!(byte, b' '..=b'~')) {
        return out.write_str(text);
    }
    let mut start = 0;
    for (at, character) in text.char_indices() {
        if commands_terminal(character) && !allowed(character) {
            out.write_str(&text[start..at])?;
            start = at + character.len_utf8();
            match character {
                '\n' => out.write_str("\\n")?,
                '\r' => out.write_str("\\r")?,
                '\t' => out.write_str("\\t")?,
                _ => write!(out, "\\u{:04x}", u32::from(character))?,
            }
        }
    }
    out.write_str(&text[start..])
}

/// Control characters (C1 ones too: U+009B begins a command), and those that reorder or break
/// lines.
fn commands_terminal(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

/// JSON that is safe on a terminal: serde_json leaves DEL, C1 and bidirectional controls as they
/// are.
pub(crate) struct TerminalJson;

impl serde_json::ser::Formatter for TerminalJson {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        CompactFormatter.write_string_fragment(writer, &Printable(fragment).to_string())
    }
}

/// Writes to standard output. Whoever reads it may have seen enough: that is no fault.
pub(crate) fn print(text: &[u8]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}

/// The count and the noun.
pub(crate) fn plural(count: u64, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", HumanCount(count))
}
