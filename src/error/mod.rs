//! Why an input was refused.

mod code;

use core::fmt;

pub use code::ErrorCode;

/// Why an input was refused: what is wrong, where, and in which member of the event.
///
/// Offsets count bytes of the input from 0: of the event when it is decoded, of the body or of another text when that is
/// read. They are the same on every CPU and for every kernel.
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

    /// What is wrong.
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// Byte offset of the fault in the input; the input's length where more was expected.
    pub fn offset(&self) -> usize {
        self.offset as usize
    }

    /// The member of the event in which the fault lies, where that is a known one: `requestContext.stage`.
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

/// A code and an offset: what the parser passes upwards until the member is known.
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
