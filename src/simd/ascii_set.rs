//! Sets of ASCII characters, for a look-up of many bytes at a time.

/// A set of ASCII characters.
pub(crate) struct AsciiSet {
    /// For each low half of a byte, a mask of the high halves that make it a member.
    // The portable kernel does not use it.
    #[cfg_attr(not(any(target_arch = "x86_64", target_arch = "aarch64")), allow(dead_code))]
    pub(super) high_halves: [u8; 16],
    /// 1 for each byte that is not in the set, otherwise 0.
    pub(super) outside: [u8; 256],
}

impl AsciiSet {
    pub(crate) const fn new(is_in: [bool; 128]) -> AsciiSet {
        let mut high_halves = [0; 16];
        let mut outside = [1; 256];
        let mut byte = 0;
        while byte < 128 {
            high_halves[byte & 15] |= (is_in[byte] as u8) << (byte >> 4);
            outside[byte] = !is_in[byte] as u8;
            byte += 1;
        }
        AsciiSet { high_halves, outside }
    }

    pub(crate) fn contains(&self, byte: u8) -> bool {
        self.outside[usize::from(byte)] == 0
    }
}
