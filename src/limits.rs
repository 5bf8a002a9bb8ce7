//! What a decoder accepts at most.

/// Bytes that a kernel may read past the end of the document.
///
/// [`crate::Decoder::decode_in_place`] wants this much room after it. One block of the kernels is 64 bytes, so no
/// load that begins inside the document leaves the buffer.
pub const PADDING: usize = 64;

/// Objects and arrays that may be open at once; the event's own object is the first.
///
/// Events of the gateways nest three deep. The kinds of the open containers are kept in one 64-bit word.
pub const MAX_DEPTH: usize = 64;

/// Bytes of a name in a map, once unescaped: what the 16 bits of [`crate::table::Pair::name_len`] hold.
pub const MAX_NAME: usize = 65_535;

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
