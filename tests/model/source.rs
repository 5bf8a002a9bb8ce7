//! The document as serde_json reads it, byte by byte, with the number of bytes read.

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

    /// The number of bytes that serde_json has read, including one byte of look-ahead.
    pub(super) fn taken(&self) -> usize {
        self.taken.get()
    }

    /// Returns the offset of the first byte from `at` on that is not white space.
    pub(super) fn skip_white(&self, at: usize) -> usize {
        let is_white = |byte: &u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
        at + self.input[at..].iter().take_while(|byte| is_white(byte)).count()
    }

    /// Returns the text from `start` to `end`, which serde_json has checked to be UTF-8.
    pub(super) fn text(&self, start: usize, end: usize) -> String {
        String::from_utf8(self.input[start..end].to_vec()).expect("serde_json has checked it")
    }
}

impl io::Read for &Source<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // Always one byte at a time, because the count must be exact.
        let Some((&byte, slot)) = self.input.get(self.taken()).zip(buffer.first_mut()) else {
            return Ok(0);
        };
        *slot = byte;
        self.taken.set(self.taken() + 1);
        Ok(1)
    }
}
