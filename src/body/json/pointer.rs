//! JSON Pointer (RFC 6901).

/// One reference token as it is written, in which `~1` stands for `/` and `~0` for `~`.
#[derive(Clone, Copy)]
pub(super) struct Token<'p>(&'p str);

/// Returns the tokens of a pointer, or `None` if it is not a valid pointer.
pub(super) fn tokens(pointer: &str) -> Option<impl Iterator<Item = Token<'_>>> {
    let is_escape = |rest: &str| rest.starts_with(['0', '1']);
    if !pointer.split('~').skip(1).all(is_escape)
        || !(pointer.is_empty() || pointer.starts_with('/'))
    {
        return None;
    }
    Some(pointer.split('/').skip(1).map(Token))
}

impl Token<'_> {
    /// Returns whether this is the token for a member with this name.
    pub(super) fn is(self, name: &str) -> bool {
        // Each part after a tilde begins with the digit of its escape.
        let mut parts = self.0.split('~');
        let mut rest = parts.next().and_then(|first| name.strip_prefix(first));
        for part in parts {
            let character = if part.starts_with('0') { '~' } else { '/' };
            rest = rest
                .and_then(|rest| rest.strip_prefix(character))
                .and_then(|rest| rest.strip_prefix(&part[1..]));
        }
        rest == Some("")
    }
}

/// Returns the array index of a token: digits without leading zeros.
pub(super) fn index(token: Token<'_>) -> Option<usize> {
    let digits = token.0;
    let is_index = digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits == "0" || !digits.starts_with('0'));
    if is_index { digits.parse().ok() } else { None }
}
