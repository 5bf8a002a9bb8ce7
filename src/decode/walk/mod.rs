//! The walk over an event, from string to string.
//!
//! The walk always knows what may come next. At an opening quote it takes the string's closing
//! quote from the index. Then it compares the bytes after the closing quote with `:"` or `,"`,
//! which are by far the most frequent. Everything else goes through functions that look at every
//! byte. Strings are unescaped in place. Unknown members are kept as raw JSON text.
//!
//! The walk ends with [`Stuck`] when the event has a fault, and does not say which:
//! [`super::fault`] finds it.

mod members;
mod pairs;

use super::bytes::{skip_white, white_space};
use super::draft::Draft;
use super::fault::{self, Place, Resume};
use super::index::{Closings, Index, IndexFault};
use super::members::{Object, Seen, Successors};
use super::resolve::{Walked, record};
use super::skip::Skip;
use super::string::rest;
use crate::error::{Error, Fault};
use crate::limits::PADDING;
use crate::memory::{PaddedMut, PairTable, Room};
use crate::record::kinds::Dialect;
use crate::record::table::{EventTable, Pair, Span};
use crate::simd::{Primitives, Selected, Transcode, WithSimd};

/// What a decoder keeps from one event to the next. Except for the dialect, it affects the speed
/// only, never a result.
#[derive(Default)]
pub(super) struct WalkState {
    index: Index,
    successors: Successors,
    /// The dialect of all events, or `None` if their members decide.
    pub(super) dialect: Option<Dialect>,
}

impl WalkState {
    /// Allocates the index for an event of `len` bytes. Returns false if there is not enough
    /// memory.
    #[inline]
    pub(super) fn reserve(&mut self, len: usize) -> bool {
        self.index.reserve(len)
    }

    /// Frees all memory.
    pub(super) fn trim(&mut self) {
        self.index.trim();
    }
}

/// Decodes the document in the first `len` bytes of `room`, which `PADDING` zero bytes follow.
/// Decoded queries are written to the padding and to the room after it.
///
/// Returns the pairs, and the length of the text that the record refers to.
/// [`WalkState::reserve`] must have been called for the length. After an error, the contents of
/// `room` and `event` are unspecified. The error is [`ErrorCode::Buffer`] if the room is too small.
#[inline]
pub(super) fn decode<'t>(
    kernel: Selected,
    room: &mut Room<'_>,
    len: usize,
    pairs: PairTable<'t>,
    state: &mut WalkState,
    event: &mut EventTable,
) -> Result<(&'t [Pair], usize), Error> {
    kernel.run(Decode { input: None, room, len, pairs, state, event })
}

/// Copies `input` to `room`, which also has room for the padding, and decodes it like [`decode`].
#[inline]
pub(super) fn decode_copy<'t>(
    kernel: Selected,
    input: &[u8],
    room: &mut Room<'_>,
    pairs: PairTable<'t>,
    state: &mut WalkState,
    event: &mut EventTable,
) -> Result<(&'t [Pair], usize), Error> {
    kernel.run(Decode { input: Some(input), room, len: input.len(), pairs, state, event })
}

struct Decode<'p, 'r, 't> {
    input: Option<&'p [u8]>,
    room: &'p mut Room<'r>,
    len: usize,
    pairs: PairTable<'t>,
    state: &'p mut WalkState,
    event: &'p mut EventTable,
}

impl<'t> WithSimd for Decode<'_, '_, 't> {
    type Output = Result<(&'t [Pair], usize), Error>;

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> Self::Output {
        let Decode { input, room, len, pairs, state, event } = self;
        let WalkState { index, successors, dialect } = state;
        let document = &mut room.text()[..len + PADDING];
        let mut closings = Closings::new(index);
        let listed = match input {
            Some(input) => closings.copy(kernel, input, document),
            None => closings.window(kernel, document),
        };
        let resume = Resume {
            place: Place::Document,
            at: 0,
            object: Object::Event,
            seen: Seen::default(),
            pairs: (0, 0),
        };
        let mut walk = Walk {
            kernel,
            text: PaddedMut::new(document),
            closings,
            successors,
            pairs,
            at: 0,
            object: Object::Event,
            seen: Seen::default(),
            draft: Draft::default(),
            resume,
            failure: Failure::Somewhere,
        };
        // A closure here would not be compiled with the kernel's target features.
        let decoded = match listed {
            Ok(()) => walk.event(),
            Err(fault) => Err(fault.into()),
        };
        match decoded {
            Ok(()) => {
                walk.draft.is_ascii &= !walk.closings.has_non_ascii;
                let Walk { pairs, draft, seen, .. } = walk;
                record(room, len, Walked { pairs, draft, seen }, *dialect, event)
            }
            Err(Stuck) => Err(match walk.failure {
                Failure::Somewhere => {
                    fault::find(walk.text.slice_mut(), walk.pairs, walk.resume, None)
                }
                Failure::InString(at, fault) => {
                    fault::find(walk.text.slice_mut(), walk.pairs, walk.resume, Some((at, fault)))
                }
            }),
        }
    }
}

/// The event has a fault.
#[derive(Clone, Copy, Debug)]
struct Stuck;

impl From<IndexFault> for Stuck {
    fn from(_: IndexFault) -> Stuck {
        Stuck
    }
}

/// What the walk knows about the fault of an event.
enum Failure {
    /// The fault is somewhere after the place at which the exact walk starts.
    Somewhere,
    /// The string with this opening quote has this fault; there may be another one before it.
    InString(usize, Fault),
}

struct Walk<'w, 't, K> {
    kernel: K,
    text: PaddedMut<'w>,
    closings: Closings<'w>,
    successors: &'w mut Successors,
    pairs: PairTable<'t>,
    /// Offset of the next byte to read.
    at: usize,
    /// The object whose members are being read.
    object: Object,
    seen: Seen,
    draft: Draft,
    /// The place from which the exact walk looks for a fault.
    resume: Resume,
    failure: Failure,
}

impl<K: Primitives> Walk<'_, '_, K> {
    #[inline(always)]
    fn event(&mut self) -> Result<(), Stuck> {
        self.step(0);
        if self.byte() != b'{' {
            return Err(Stuck);
        }
        if self.enter()? {
            self.members()?;
        }
        self.step(0);
        if self.at < self.text.read().end() {
            return Err(Stuck);
        }
        Ok(())
    }

    /// Returns the byte at the current position.
    #[inline(always)]
    fn byte(&self) -> u8 {
        self.text.read().byte(self.at)
    }

    /// Advances by `len` bytes and past any white space after them.
    #[inline(always)]
    fn step(&mut self, len: usize) {
        self.at += len;
        if self.byte() <= b' ' {
            self.at = white_space(self.text.slice(), self.at);
        }
    }

    /// Enters an object or map: advances to its first name, or past its end if it is empty. Returns
    /// whether there is a name.
    #[inline(always)]
    fn enter(&mut self) -> Result<bool, Stuck> {
        self.step(1);
        match self.byte() {
            b'"' => Ok(true),
            b'}' => {
                self.at += 1;
                Ok(false)
            }
            _ => Err(Stuck),
        }
    }

    /// Advances from the end of a value to the next name, or past the end of the object or map.
    /// Returns whether there is a name.
    #[inline(always)]
    fn next(&mut self) -> Result<bool, Stuck> {
        match self.text.read().get(self.at) {
            Some(b",\"") => {
                self.at += 1;
                Ok(true)
            }
            Some([b'}', _]) => {
                self.at += 1;
                Ok(false)
            }
            _ => {
                let next = after_white_space(self.text.slice(), self.at)?;
                let (Next::Name(at) | Next::End(at)) = next;
                self.at = at + usize::from(matches!(next, Next::End(_)));
                Ok(matches!(next, Next::Name(_)))
            }
        }
    }

    /// Advances from the end of a name past its colon to the value, and returns the value's first
    /// byte.
    #[inline(always)]
    fn colon(&mut self) -> Result<u8, Stuck> {
        if let Some(&[b':', first]) = self.text.read().get(self.at)
            && first > b' '
        {
            self.at += 1;
            return Ok(first);
        }
        self.step(0);
        if self.byte() != b':' {
            return Err(Stuck);
        }
        self.step(1);
        Ok(self.byte())
    }

    /// Reads the string at the current position. Also returns whether the text was changed to
    /// remove escapes.
    #[inline(always)]
    fn string(&mut self) -> Result<(Span, bool), Stuck> {
        let start = self.at + 1;
        let (close, is_dirty) = self.closings.take(self.kernel, self.text.slice())?;
        if is_dirty {
            return self.unescape(start);
        }
        self.at = close + 1;
        Ok((Span::new(start, close), false))
    }

    #[inline(never)]
    fn unescape(&mut self, start: usize) -> Result<(Span, bool), Stuck> {
        match rest(self.kernel, Transcode::in_place(self.text.slice_mut()), start) {
            Ok(found) => {
                self.at = found.close + 1;
                self.draft.is_ascii &= found.is_ascii;
                Ok((Span::new(start, found.end), true))
            }
            Err(fault) => {
                self.failure = Failure::InString(start - 1, fault);
                Err(Stuck)
            }
        }
    }

    /// Records the current position: the text before it has been changed, so the exact walk must
    /// start here.
    #[inline(always)]
    fn resume_from(&mut self, place: Place) {
        let pairs = self.pairs.counts();
        self.resume = Resume { place, at: self.at, object: self.object, seen: self.seen, pairs };
    }

    #[inline(always)]
    fn null(&mut self) -> Result<(), Stuck> {
        if self.text.read().get(self.at) != Some(b"null") {
            return Err(Stuck);
        }
        self.at += 4;
        Ok(())
    }

    #[inline(always)]
    fn empty_array(&mut self) -> Result<(), Stuck> {
        self.step(1);
        if self.byte() != b']' {
            return Err(Stuck);
        }
        self.at += 1;
        Ok(())
    }

    /// Skips a value of any type and returns its raw JSON text.
    #[inline(always)]
    fn raw(&mut self) -> Result<Span, Stuck> {
        let (start, depth) = (self.at, self.object.depth());
        let text = self.text.slice();
        let skip = Skip { text, at: start, depth, strings: &mut self.closings };
        let skipped = self.kernel.run(skip).map_err(|_| Stuck)?;
        self.at = skipped.end;
        self.draft.is_ascii &= skipped.is_ascii;
        Ok(Span::new(start, self.at))
    }
}

/// What follows a value.
enum Next {
    /// A comma and a name; the offset is the name's opening quote.
    Name(usize),
    /// A closing brace, at this offset.
    End(usize),
}

/// Returns what follows the value that ends at `at`. White space may precede it.
#[cold]
#[inline(never)]
fn after_white_space(text: &[u8], at: usize) -> Result<Next, Stuck> {
    let at = skip_white(text, at);
    match text[at] {
        b'}' => Ok(Next::End(at)),
        b',' => {
            let name = skip_white(text, at + 1);
            if text[name] == b'"' { Ok(Next::Name(name)) } else { Err(Stuck) }
        }
        _ => Err(Stuck),
    }
}
