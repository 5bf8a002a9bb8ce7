//! What a decoder accepts at most.

mod values;

pub use values::{MAX_DEPTH, MAX_NAME, PADDING};

/// Offsets are 32 bits wide and the highest one means "absent".
pub(crate) const MAX_INPUT: usize = u32::MAX as usize - 2 * PADDING;

/// Settable limits of a [`crate::Decoder`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of an input. Default 16 MiB: the largest request that the gateway passes on is 16 MB, to a function 6 MB
    /// (<https://cloud.tencent.com/document/product/628/34009>).
    pub input: usize,
    /// Pairs of all maps of an event and of its unknown members together. Default 4096: a browser sends about 30, and
    /// 4096 pairs take 64 KiB.
    pub pairs: usize,
    /// Values and names of a JSON document inside an event: a body, an unknown member. Default 1 048 576: a body of 6 MB,
    /// the largest that a function gets, has about 600 000 at ten bytes each. Documents of twice as many bytes and more
    /// are checked and counted before they are read.
    pub nodes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { input: 16 << 20, pairs: 4096, nodes: 1 << 20 }
    }
}
