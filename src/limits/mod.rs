//! The limits of a decoder.

mod values;

pub use values::{MAX_DEPTH, MAX_NAME, PADDING};

/// The maximum length of any input: offsets are 31 bits wide, so that the index can mark one with
/// the bit that is left.
pub(crate) const MAX_INPUT: usize = (1 << 31) - 2 * PADDING;

/// The limits of a [`crate::Decoder`], which the caller may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The maximum length of an input in bytes. The default is 16 MiB: the gateway accepts requests
    /// of up to 16 MB, and passes up to 6 MB to a function
    /// (<https://cloud.tencent.com/document/product/628/34009>).
    pub input: usize,
    /// The maximum number of pairs in all maps of an event, including its unknown members. The
    /// default is 4096: a browser sends about 30, and 4096 pairs take 64 KiB.
    pub pairs: usize,
    /// The maximum number of values and names in a JSON document inside an event, such as the body
    /// or an unknown member. The default is 1 048 576: a body of 6 MB, the largest that a function
    /// gets, has about 600 000 if each takes ten bytes. Documents with at least twice as many bytes
    /// as this limit are checked and counted before they are read.
    pub nodes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { input: 16 << 20, pairs: 4096, nodes: 1 << 20 }
    }
}
