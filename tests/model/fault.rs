//! Faults of documents.

/// The first fault of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The stable name of the error code.
    pub(crate) code: &'static str,
    pub(crate) offset: usize,
    /// The known member whose own rule is broken.
    pub(crate) member: Option<&'static str>,
}

impl Fault {
    pub(super) fn new(code: &'static str, offset: usize) -> Fault {
        Fault { code, offset, member: None }
    }

    pub(super) fn of_member(code: &'static str, offset: usize, member: &'static str) -> Fault {
        Fault { code, offset, member: Some(member) }
    }

    /// Returns the fault at which serde_json has stopped, or invalid UTF-8 before it. serde_json
    /// checks the encoding of a string only after it has read the whole string.
    pub(super) fn of_syntax(input: &[u8], error: &serde_json::Error) -> Fault {
        let fault = Fault::of_grammar(input, taken(input, error), error);
        match core::str::from_utf8(input) {
            Err(utf8) if utf8.valid_up_to() < fault.offset => {
                Fault::new("invalid-utf8", utf8.valid_up_to())
            }
            _ => fault,
        }
    }

    fn of_grammar(input: &[u8], taken: usize, error: &serde_json::Error) -> Fault {
        // serde_json reads no byte after the one that it refuses.
        let last = taken.saturating_sub(1);
        if error.is_eof() {
            return match cut_off_hex(input) {
                Some(backslash) => Fault::new("invalid-escape", backslash),
                None => Fault::new("unexpected-end", input.len()),
            };
        }
        let text = error.to_string();
        let is = |message| text.starts_with(message);
        if is("control character") {
            Fault::new("control-character", last)
        } else if is("invalid number") {
            Fault::new("invalid-number", last)
        } else if is("trailing characters") {
            Fault::new("trailing-bytes", last)
        } else if is("invalid unicode code point") {
            Fault::new("invalid-utf8", taken)
        } else if is("invalid escape") {
            // serde_json reads four digits before it checks them.
            let unicode = taken.checked_sub(6).filter(|&at| is_unicode_escape(input, at));
            Fault::new("invalid-escape", unicode.unwrap_or(taken - 2))
        } else if is("unexpected end of hex escape") {
            // The byte after the first surrogate is not a backslash, or the next one is not `u`.
            let half = if input[taken - 2] == b'\\' { taken - 8 } else { taken - 7 };
            Fault::new("lone-surrogate", half)
        } else if is("lone leading surrogate") {
            // A lone low surrogate, or a high one followed by an escape that is not a low
            // surrogate.
            let is_low =
                matches!(input[taken - 4..taken], [b'd' | b'D', b'c'..=b'f' | b'C'..=b'F', ..]);
            Fault::new("lone-surrogate", if is_low { taken - 6 } else { taken - 12 })
        } else {
            Fault::new("unexpected-byte", last)
        }
    }
}

/// Returns the number of bytes that serde_json had read when it found the error.
fn taken(input: &[u8], error: &serde_json::Error) -> usize {
    let lines = input.split_inclusive(|&byte| byte == b'\n').take(error.line() - 1);
    lines.map(<[u8]>::len).sum::<usize>() + error.column()
}

/// Returns whether a `\u` escape begins at `at`.
fn is_unicode_escape(input: &[u8], at: usize) -> bool {
    let backslashes = input[..=at].iter().rev().take_while(|&&byte| byte == b'\\').count();
    backslashes % 2 == 1 && input.get(at + 1) == Some(&b'u')
}

/// Returns the backslash of a `\u` escape that the end of the input cuts off after a byte that is
/// not a hexadecimal digit.
fn cut_off_hex(input: &[u8]) -> Option<usize> {
    let tail = input.len().saturating_sub(5);
    let at = (tail..input.len()).find(|&at| is_unicode_escape(input, at))?;
    input[at + 2..].iter().any(|byte| !byte.is_ascii_hexdigit()).then_some(at)
}
