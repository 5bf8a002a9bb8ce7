//! Why a response was refused.

use core::fmt;
use core::fmt::Write;

use crate::error::ErrorCode;

/// The reason why a response was not encoded, and the position of the error.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct EncodeError {
    code: ErrorCode,
    offset: usize,
    header: Option<Header>,
}

/// The header that was refused.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Header {
    index: usize,
    name: [u8; MAX_NAME],
    name_len: u8,
}

/// The maximum length of a name in a message.
const MAX_NAME: usize = 48;

impl EncodeError {
    #[cold]
    pub(crate) fn new(code: ErrorCode, offset: usize) -> EncodeError {
        EncodeError { code, offset, header: None }
    }

    #[cold]
    pub(super) fn of_header(
        code: ErrorCode,
        offset: usize,
        index: usize,
        name: &[u8],
    ) -> EncodeError {
        let mut header = Header { index, name: [0; MAX_NAME], name_len: 0 };
        for character in name.iter().flat_map(|byte| byte.escape_ascii()) {
            if let Some(place) = header.name.get_mut(usize::from(header.name_len)) {
                *place = character;
                header.name_len += 1;
            }
        }
        EncodeError { code, offset, header: Some(header) }
    }

    /// Returns what is wrong.
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// Returns the byte offset of the error in the header's name or value, or in the body.
    pub fn offset(&self) -> usize {
        if self.code == ErrorCode::Buffer { 0 } else { self.offset }
    }

    /// Returns the member of the encoded response that has the error: `statusCode`, `headers` or
    /// `body`.
    pub fn member(&self) -> Option<&'static str> {
        match self.code {
            ErrorCode::InvalidStatus => Some("statusCode"),
            ErrorCode::InvalidHeaderName | ErrorCode::InvalidHeaderValue => Some("headers"),
            ErrorCode::InvalidUtf8 => Some("body"),
            _ => None,
        }
    }

    /// Returns the index of the refused header among the headers of the response.
    pub fn header_index(&self) -> Option<usize> {
        self.header.map(|header| header.index)
    }

    /// Returns the beginning of the refused header's name.
    ///
    /// Bytes that are not printable ASCII, quotes and backslashes are written as escapes, so the
    /// name can be written to a log.
    pub fn header_name(&self) -> Option<&str> {
        let header = self.header.as_ref()?;
        core::str::from_utf8(&header.name[..usize::from(header.name_len)]).ok()
    }

    /// Returns the length of the response if the buffer was too small for it.
    pub fn need(&self) -> Option<usize> {
        (self.code == ErrorCode::Buffer).then_some(self.offset)
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error {}", self.code.number())?;
        if let Some(name) = self.header_name() {
            let part = match self.code {
                ErrorCode::InvalidHeaderName => "name",
                _ => "value",
            };
            write!(f, " at byte {} of the {part} of header \"{name}\"", self.offset)?;
        } else if self.code == ErrorCode::InvalidUtf8 {
            write!(f, " at byte {} (body)", self.offset)?;
        } else if let Some(member) = self.member() {
            write!(f, " ({member})")?;
        }
        write!(f, ": {}", self.code.text())?;
        if let Some(need) = self.need() {
            write!(f, ", it needs {need} bytes")?;
        }
        Ok(())
    }
}

impl fmt::Debug for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EncodeError(")?;
        fmt::Display::fmt(self, f)?;
        f.write_char(')')
    }
}

impl std::error::Error for EncodeError {}
