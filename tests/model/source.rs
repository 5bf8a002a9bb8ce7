//! The document as serde_json reads it, byte by byte, with a count of the bytes that it has taken.

use std::cell::Cell;
use std::io;

pub(super) struct Source<'a> {
    pub(super) input: &'a [u8],
    taken: Cell<usize>,
}

impl<'a> Source<'a> {
    pub(super) fn new(input: &'a [u8]) -> Source<'a> {
        Source { input, taken: Cell::new(0) }
    }

    /// How many bytes serde_json has taken, the one that it only looks ahead at included.
    pub(super) fn taken(&self) -> usize {
        self.taken.get()
    }

    /// Offset of the first byte from `at` on that is not white space.
    pub(super) fn skip_white(&self, at: usize) -> usize {
        let is_white = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        at + self.input[at..].iter().take_while(|byte| is_white(byte)).count()
    }

    /// The text from `start` to `end`, of which serde_json has checked that it is UTF-8.
    pub(super) fn text(&self, start: usize, end: usize) -> String {
        String::from_utf8(self.input[start..end].to_vec()).expect("serde_json has checked it")
    }
}

impl io::Read for &Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // One byte at a time, whatever the buffer: the count has to be exact.
        let Some((&byte, slot)) = self.input.get(self.taken()).zip(buffer.first_mut()) else {
            return Ok(0);
        };
        *slot = byte;
        self.taken.set(self.taken() + 1);
        Ok(1)
    }
}
