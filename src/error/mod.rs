//! Why an input was refused.

mod code;

use core::fmt;

pub use code::ErrorCode;

/// The reason why an input was refused, the position, and the member of the event.
///
/// Offsets count bytes of the input from 0. The input is the event when an event is decoded, and
/// the body or another text when that is read. Offsets are the same on every CPU and for every
/// kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    code: ErrorCode,
    offset: u32,
    member: Option<&'static str>,
}

impl Error {
    pub(crate) fn new(fault: Fault, member: Option<&'static str>) -> Error {
        Error { code: fault.code, offset: fault.offset, member }
    }

    /// Returns what is wrong.
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// Returns the byte offset of the error in the input, or the length of the input if it ends too
    /// early.
    pub fn offset(&self) -> usize {
        self.offset as usize
    }

    /// Returns the member of the event that has the error, such as `requestContext.stage`, if it is
    /// a known member.
    pub fn member(&self) -> Option<&'static str> {
        self.member
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "error {} at byte {}", self.code.number(), self.offset)?;
        if let Some(member) = self.member {
            write!(f, " ({member})")?;
        }
        write!(f, ": {}", self.code.text())
    }
}

impl std::error::Error for Error {}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A code and an offset: the part of an [`Error`] that the parser knows before it knows the member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) code: ErrorCode,
    pub(crate) offset: u32,
}

impl Fault {
    #[cold]
    pub(crate) fn new(code: ErrorCode, offset: usize) -> Fault {
        Fault { code, offset: offset as u32 }
    }
}
