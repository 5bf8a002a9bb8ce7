//! Why an input was refused.

use core::fmt;

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

/// What is wrong with an input. A number is never given to another fault.
///
/// 1 to 15 lie with the caller or the system, 16 to 31 with the JSON text, 32 to 47 with the shape of
/// the event, 48 to 63 are limits, 64 to 79 lie with a response.
#[repr(u32)]
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// The buffer has no room for [`crate::PADDING`] bytes after the document.
    Argument = 1,
    /// The system gave no memory for the event.
    OutOfMemory = 3,
    /// The buffer is too small for the response: [`crate::EncodeError::need`] is what it takes.
    Buffer = 5,
    /// The input ends in the middle of the document (RFC 8259 section 2).
    UnexpectedEnd = 16,
    /// A byte that JSON does not allow at its place (RFC 8259 section 2).
    UnexpectedByte = 17,
    /// Something but white space follows the document.
    TrailingBytes = 18,
    /// A number that breaks the grammar (RFC 8259 section 6), or one beyond the range of a 64-bit float in a document
    /// whose values are read; its offset is its first byte's then.
    InvalidNumber = 19,
    /// An escape that JSON does not have (RFC 8259 section 7); the offset is its backslash's.
    InvalidEscape = 20,
    /// Half of a UTF-16 surrogate pair (RFC 8259 section 8.2); the offset is its backslash's.
    LoneSurrogate = 21,
    /// A raw byte below 0x20 inside a string (RFC 8259 section 7).
    ControlCharacter = 22,
    /// Bytes that are not UTF-8 (RFC 8259 section 8.1); the offset is where the faulty sequence begins.
    InvalidUtf8 = 23,
    /// Not base64 of the standard alphabet with padding (RFC 4648 section 4).
    /// In a decoded response, the offset is the value's.
    InvalidBase64 = 24,
    /// A body of parts (RFC 7578) that breaks off or has no boundary.
    InvalidMultipart = 25,
    /// The document is not a JSON object.
    NotAnObject = 32,
    /// A known member has a type that it may not have; the offset is its value's.
    WrongType = 33,
    /// A known member occurs twice; the offset is where the second one begins.
    DuplicateMember = 34,
    /// A member without which a response is none; the offset is where its object ends.
    MissingMember = 35,
    /// The input is longer than [`crate::Limits::input`].
    InputTooLong = 48,
    /// More than [`crate::MAX_DEPTH`] objects and arrays are open at once.
    TooDeep = 49,
    /// The event has more pairs than [`crate::Limits::pairs`].
    TooManyPairs = 50,
    /// A name in a map is longer than [`crate::MAX_NAME`] bytes.
    NameTooLong = 51,
    /// A JSON document inside the event has more values and names than [`crate::Limits::nodes`].
    TooManyNodes = 52,
    /// A status that is not between 100 and 999 (RFC 9110 section 15).
    InvalidStatus = 64,
    /// A header's name that is no token (RFC 9110 section 5.1). In a decoded response, the offset is the name's.
    InvalidHeaderName = 65,
    /// A control character in a header's value (RFC 9110 section 5.5), or bytes that are not UTF-8. In a decoded response, the
    /// offset is the value's.
    InvalidHeaderValue = 66,
    /// The response is longer than [`crate::Encoder::limit`].
    ResponseTooLong = 67,
}

impl ErrorCode {
    /// Every code, by number.
    pub const ALL: [ErrorCode; 26] = [
        ErrorCode::Argument,
        ErrorCode::OutOfMemory,
        ErrorCode::Buffer,
        ErrorCode::UnexpectedEnd,
        ErrorCode::UnexpectedByte,
        ErrorCode::TrailingBytes,
        ErrorCode::InvalidNumber,
        ErrorCode::InvalidEscape,
        ErrorCode::LoneSurrogate,
        ErrorCode::ControlCharacter,
        ErrorCode::InvalidUtf8,
        ErrorCode::InvalidBase64,
        ErrorCode::InvalidMultipart,
        ErrorCode::NotAnObject,
        ErrorCode::WrongType,
        ErrorCode::DuplicateMember,
        ErrorCode::MissingMember,
        ErrorCode::InputTooLong,
        ErrorCode::TooDeep,
        ErrorCode::TooManyPairs,
        ErrorCode::NameTooLong,
        ErrorCode::TooManyNodes,
        ErrorCode::InvalidStatus,
        ErrorCode::InvalidHeaderName,
        ErrorCode::InvalidHeaderValue,
        ErrorCode::ResponseTooLong,
    ];

    /// The stable number.
    pub fn number(self) -> u32 {
        self as u32
    }

    /// The stable name: `unexpected-end`.
    pub const fn name(self) -> &'static str {
        match self {
            ErrorCode::Argument => "argument",
            ErrorCode::OutOfMemory => "out-of-memory",
            ErrorCode::Buffer => "buffer",
            ErrorCode::UnexpectedEnd => "unexpected-end",
            ErrorCode::UnexpectedByte => "unexpected-byte",
            ErrorCode::TrailingBytes => "trailing-bytes",
            ErrorCode::InvalidNumber => "invalid-number",
            ErrorCode::InvalidEscape => "invalid-escape",
            ErrorCode::LoneSurrogate => "lone-surrogate",
            ErrorCode::ControlCharacter => "control-character",
            ErrorCode::InvalidUtf8 => "invalid-utf8",
            ErrorCode::InvalidBase64 => "invalid-base64",
            ErrorCode::InvalidMultipart => "invalid-multipart",
            ErrorCode::NotAnObject => "not-an-object",
            ErrorCode::WrongType => "wrong-type",
            ErrorCode::DuplicateMember => "duplicate-member",
            ErrorCode::MissingMember => "missing-member",
            ErrorCode::InputTooLong => "input-too-long",
            ErrorCode::TooDeep => "too-deep",
            ErrorCode::TooManyPairs => "too-many-pairs",
            ErrorCode::NameTooLong => "name-too-long",
            ErrorCode::TooManyNodes => "too-many-nodes",
            ErrorCode::InvalidStatus => "invalid-status",
            ErrorCode::InvalidHeaderName => "invalid-header-name",
            ErrorCode::InvalidHeaderValue => "invalid-header-value",
            ErrorCode::ResponseTooLong => "response-too-long",
        }
    }

    /// One sentence for people.
    pub const fn text(self) -> &'static str {
        match self {
            ErrorCode::Argument => "the buffer has no room for the padding after the document",
            ErrorCode::OutOfMemory => "the system gave no memory",
            ErrorCode::Buffer => "the buffer is too small",
            ErrorCode::UnexpectedEnd => "the input ends in the middle of the document",
            ErrorCode::UnexpectedByte => "JSON does not allow this byte here",
            ErrorCode::TrailingBytes => "something follows the document",
            ErrorCode::InvalidNumber => "this is not a JSON number",
            ErrorCode::InvalidEscape => "JSON has no such escape",
            ErrorCode::LoneSurrogate => "half of a surrogate pair stands alone",
            ErrorCode::ControlCharacter => "a string holds a raw control character",
            ErrorCode::InvalidUtf8 => "the bytes are not UTF-8",
            ErrorCode::InvalidBase64 => "this is not base64 with padding",
            ErrorCode::InvalidMultipart => "the body's parts break off or have no boundary",
            ErrorCode::NotAnObject => "an event is a JSON object, this document is not",
            ErrorCode::WrongType => "the member's value has the wrong type",
            ErrorCode::DuplicateMember => "the member occurs twice",
            ErrorCode::MissingMember => "the member is missing",
            ErrorCode::InputTooLong => "the input is longer than the limit",
            ErrorCode::TooDeep => "objects and arrays are nested too deeply",
            ErrorCode::TooManyPairs => "the event has too many names and values",
            ErrorCode::NameTooLong => "a name is too long",
            ErrorCode::TooManyNodes => "the JSON document has too many values",
            ErrorCode::InvalidStatus => "a status is a number from 100 to 999",
            ErrorCode::InvalidHeaderName => {
                "a header's name is letters, digits and !#$%&'*+-.^_`|~"
            }
            ErrorCode::InvalidHeaderValue => {
                "a header's value is UTF-8 text without control characters"
            }
            ErrorCode::ResponseTooLong => "the response is longer than the limit",
        }
    }
}

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
