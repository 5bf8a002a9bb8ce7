//! Sets of ASCII characters, looked up many at a time.

/// A set of ASCII characters, for each low half of a byte the high halves that make a member of it with that.
pub(crate) struct AsciiSet {
    pub(super) high_halves: [u8; 16],
}

impl AsciiSet {
    pub(crate) const fn new(is_in: [bool; 128]) -> AsciiSet {
        let mut high_halves = [0; 16];
        let mut byte = 0;
        while byte < 128 {
            high_halves[byte & 15] |= (is_in[byte] as u8) << (byte >> 4);
            byte += 1;
        }
        AsciiSet { high_halves }
    }

    pub(crate) fn contains(&self, byte: u8) -> bool {
        byte < 128 && self.high_halves[usize::from(byte & 15)] >> (byte >> 4) & 1 == 1
    }
}
