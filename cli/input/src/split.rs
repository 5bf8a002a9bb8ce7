//! Cuts the inputs into pieces that can be decoded independently: blocks of whole lines, or one
//! document.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use memchr::{memchr, memchr_iter, memrchr};

use crate::form::{Form, WINDOW, is_blank, recognise};
use crate::source::{Opened, Source};

/// Bytes in a block of lines: large enough that taking one costs nothing, small enough for a core's
/// cache.
const BLOCK: usize = 512 * 1024;

/// Bytes that are kept and used again from piece to piece.
#[derive(Default)]
pub struct Buffer {
    /// Initialised up to its length, of which `length` bytes are in use.
    bytes: Vec<u8>,
    length: usize,
}

impl Buffer {
    /// The bytes of the piece.
    pub fn filled(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    fn clear(&mut self) {
        self.length = 0;
    }

    fn append(&mut self, bytes: &[u8]) {
        self.spare(bytes.len())[..bytes.len()].copy_from_slice(bytes);
        self.length += bytes.len();
    }

    /// At least `count` bytes to write to; what is written counts once `length` is raised.
    fn spare(&mut self, count: usize) -> &mut [u8] {
        let end = self.length + count;
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        &mut self.bytes[self.length..end]
    }
}

/// What the buffer holds.
#[derive(Debug, PartialEq, Eq)]
pub enum Kind {
    /// Whole lines, each of them an event or blank.
    Lines,
    /// One event.
    Single,
    /// Nothing: this is wrong with the input, which ends here.
    Failed(String),
}

/// Describes what the buffer holds.
pub struct Piece {
    /// What the buffer holds.
    pub kind: Kind,
    /// The number of the source.
    pub source: usize,
    /// The line in which it begins, from 1.
    pub line: u64,
    /// Its place in the uncompressed input.
    pub offset: u64,
}

/// All pieces of all inputs, in order.
pub struct Pieces {
    sources: Vec<Source>,
    opened: usize,
    current: Option<Stream>,
    form: Form,
    limit: usize,
    read: Arc<AtomicU64>,
}

impl Pieces {
    /// Events longer than `limit` come as pieces of their own, cut off a few bytes after the limit.
    pub fn new(sources: Vec<Source>, form: Form, limit: usize) -> Pieces {
        Pieces { sources, opened: 0, current: None, form, limit, read: Arc::default() }
    }

    /// Counts the bytes that have been read, compressed as they are.
    pub fn read(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.read)
    }

    /// Puts the next piece into the buffer.
    pub fn next(&mut self, buffer: &mut Buffer) -> Option<Piece> {
        loop {
            if let Some(stream) = &mut self.current {
                if let Some(piece) = stream.next(buffer) {
                    return Some(piece);
                }
                self.current = None;
            }
            let source = self.opened;
            let opened = self.sources.get(source)?.open(&self.read);
            self.opened += 1;
            match opened {
                Ok(opened) => {
                    self.current = Some(Stream::new(source, opened, self.form, self.limit));
                }
                Err(reason) => {
                    return Some(Piece { kind: Kind::Failed(reason), source, line: 1, offset: 0 });
                }
            }
        }
    }
}

/// One input, being cut.
struct Stream {
    source: usize,
    input: Opened,
    form: Form,
    limit: usize,
    state: State,
    /// Bytes that were read but belong to the next piece.
    carry: Vec<u8>,
    /// The input is at its end or broken.
    ended: bool,
    /// What broke it.
    failure: Option<String>,
    /// Where the next piece begins.
    line: u64,
    offset: u64,
}

enum State {
    /// Its form is not known yet.
    Start,
    Lines,
    /// Inside a line that is too long to be an event.
    LongLine,
    /// Nothing but the failure, if any, is left.
    Done,
}

impl Stream {
    fn new(source: usize, input: Opened, form: Form, limit: usize) -> Stream {
        let offset = input.skipped;
        Stream {
            source,
            input,
            form,
            limit,
            state: State::Start,
            carry: Vec::new(),
            ended: false,
            failure: None,
            line: 1,
            offset,
        }
    }

    fn next(&mut self, buffer: &mut Buffer) -> Option<Piece> {
        match self.state {
            State::Start => self.start(buffer),
            State::Lines => self.lines(buffer),
            State::LongLine => self.pass_long_line(buffer),
            State::Done => self.done(),
        }
    }

    /// Recognises the form and returns the first piece.
    fn start(&mut self, buffer: &mut Buffer) -> Option<Piece> {
        buffer.clear();
        let mut searched = 0;
        loop {
            if is_blank(buffer.filled()) {
                self.advance(buffer.filled());
                buffer.clear();
                if self.ended {
                    let empty = if self.offset == 0 { "is empty" } else { "holds no event" };
                    self.failure.get_or_insert_with(|| empty.into());
                    return self.done();
                }
            } else if self.ended
                || buffer.length > WINDOW.max(self.limit)
                || memchr(b'\n', &buffer.filled()[searched..]).is_some()
            {
                match recognise(self.form, buffer.filled(), self.ended, self.limit) {
                    Some(Form::Document) => return self.document(buffer),
                    Some(_) => {
                        self.carry.extend_from_slice(buffer.filled());
                        return self.lines(buffer);
                    }
                    None => {}
                }
            }
            searched = buffer.length;
            self.fill(buffer);
        }
    }

    /// The whole input as one event, or as much of it as shows that it is too long.
    fn document(&mut self, buffer: &mut Buffer) -> Option<Piece> {
        while !self.ended && buffer.length <= self.limit {
            self.fill(buffer);
        }
        if self.failure.is_some() {
            return self.done();
        }
        self.state = State::Done;
        Some(self.piece(Kind::Single, buffer))
    }

    /// The next block of lines.
    fn lines(&mut self, buffer: &mut Buffer) -> Option<Piece> {
        self.state = State::Lines;
        buffer.clear();
        buffer.append(&self.carry);
        self.carry.clear();
        let mut searched = 0;
        loop {
            if self.ended || self.input.live || buffer.length >= BLOCK {
                let filled = buffer.filled();
                if let Some(at) = memrchr(b'\n', &filled[searched..]) {
                    let end = searched + at + 1;
                    self.carry.extend_from_slice(&filled[end..]);
                    buffer.length = end;
                    return Some(self.piece(Kind::Lines, buffer));
                }
                if self.ended {
                    // What a broken input ends with is no event but half of one.
                    if filled.is_empty() || self.failure.is_some() {
                        return self.done();
                    }
                    self.state = State::Done;
                    return Some(self.piece(Kind::Lines, buffer));
                }
                // A carriage return may follow an event of exactly the limit.
                if filled.len() > self.limit + 1 {
                    self.state = State::LongLine;
                    return Some(self.piece(Kind::Single, buffer));
                }
                searched = filled.len();
            }
            self.fill(buffer);
        }
    }

    /// Reads on to the end of the line and returns the piece after it.
    fn pass_long_line(&mut self, buffer: &mut Buffer) -> Option<Piece> {
        while !self.ended {
            buffer.clear();
            self.fill(buffer);
            let filled = buffer.filled();
            if let Some(end) = memchr(b'\n', filled) {
                self.carry.extend_from_slice(&filled[end + 1..]);
                self.advance(&filled[..=end]);
                return self.lines(buffer);
            }
            self.advance(filled);
        }
        self.done()
    }

    fn done(&mut self) -> Option<Piece> {
        self.state = State::Done;
        let kind = Kind::Failed(self.failure.take()?);
        Some(Piece { kind, source: self.source, line: self.line, offset: self.offset })
    }

    fn piece(&mut self, kind: Kind, buffer: &Buffer) -> Piece {
        let piece = Piece { kind, source: self.source, line: self.line, offset: self.offset };
        self.advance(buffer.filled());
        piece
    }

    fn advance(&mut self, bytes: &[u8]) {
        self.line += memchr_iter(b'\n', bytes).count() as u64;
        self.offset += bytes.len() as u64;
    }

    /// Reads once, up to the end of a block.
    fn fill(&mut self, buffer: &mut Buffer) {
        let room = BLOCK - buffer.length % BLOCK;
        match self.input.read(&mut buffer.spare(room)[..room]) {
            Ok(0) => self.ended = true,
            Ok(count) => buffer.length += count,
            Err(reason) => {
                // Whole lines before the fault are good events.
                let lines = self.line - 1 + memchr_iter(b'\n', buffer.filled()).count() as u64;
                self.failure = Some(match lines {
                    0 => reason,
                    1 => format!("{reason} after 1 line"),
                    _ => format!("{reason} after {} lines", grouped(lines)),
                });
                self.ended = true;
            }
        }
    }
}

/// A number with a comma before each group of three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::grouped;

    #[test]
    fn digits_are_grouped_by_three() {
        let numbers = [0, 12, 999, 1_000, 65_432, 1_234_567];
        assert_eq!(
            numbers.map(grouped),
            ["0", "12", "999", "1,000", "65,432", "1,234,567"].map(String::from)
        );
    }
}
