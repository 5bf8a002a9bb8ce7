//! Strings, pairs and maps as offsets into the text block and the array of pairs.

/// The offset of an absent string, and the first index of an absent map.
pub const NONE: u32 = u32::MAX;

/// A string in the text block of an event: UTF-8, without a NUL at its end.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// The byte offset in the text block; the highest 32-bit number if the string is absent.
    pub off: u32,
    /// The length in bytes; an empty string has a valid offset and length 0.
    pub len: u32,
}

impl Span {
    /// The span of an absent string.
    pub const ABSENT: Span = Span { off: NONE, len: 0 };

    pub(crate) fn new(start: usize, end: usize) -> Span {
        Span { off: start as u32, len: (end - start) as u32 }
    }

    /// Returns whether there is a string; it may be empty.
    pub fn is_present(self) -> bool {
        self.off != NONE
    }
}

/// A name and its value, one entry of the array that contains all maps of an event.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The byte offset of the name.
    pub name_off: u32,
    /// The length of the name in bytes.
    pub name_len: u16,
    /// The number of a well-known header name in `headers` and `declared_headers`; otherwise 0.
    pub name_id: u16,
    /// The byte offset of the value; the highest 32-bit number for a bare name.
    pub value_off: u32,
    /// The length of the value in bytes.
    pub value_len: u32,
}

impl Pair {
    pub(crate) fn name(self) -> Span {
        Span { off: self.name_off, len: u32::from(self.name_len) }
    }

    pub(crate) fn value(self) -> Span {
        Span { off: self.value_off, len: self.value_len }
    }
}

/// A map of an event: consecutive entries of its array of pairs, in the event's order, including
/// repeated names.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The index of the first pair; the highest 32-bit number if the event does not have the map.
    pub first: u32,
    /// The number of pairs.
    pub count: u32,
}

impl Range {
    /// The range of an absent map.
    pub const ABSENT: Range = Range { first: NONE, count: 0 };

    /// Returns whether the event has the map. It may be empty.
    pub fn is_present(self) -> bool {
        self.first != NONE
    }
}
