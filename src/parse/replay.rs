//! Events that have the skeleton of an earlier one.

use super::TEXTS;
use super::bytes::{array, end};
use super::skeleton::{Kind, Name, Skeleton, Step};
use super::string::{Found, rest};
use crate::arena::PairTable;
use crate::error::Fault;
use crate::simd::{LIST, Passage, Primitives, Work, list_stops};
use crate::table::{Pair, Span};

/// Goes through an event for as long as it has the skeleton, and fills in what its values are.
pub(super) struct Replay<'p, 't> {
    pub(super) text: &'p mut [u8],
    pub(super) pairs: &'p mut PairTable<'t>,
    pub(super) texts: &'p mut [Span; TEXTS],
    pub(super) skeleton: &'p mut Skeleton,
}

/// How far that went.
pub(super) struct Replayed {
    /// Steps up to the last value behind which the walk can go on.
    pub(super) steps: usize,
    /// Offset of the quote that ends that value, or behind the document.
    pub(super) at: usize,
    pub(super) is_ascii: bool,
    /// What is wrong with that value.
    pub(super) fault: Option<Fault>,
}

impl Work for Replay<'_, '_> {
    type Output = Replayed;

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> Replayed {
        let Replay { text, pairs, texts, skeleton } = self;
        let Skeleton { steps, stops, .. } = skeleton;
        let stops = stops.first_chunk_mut().expect("there is room for a list");
        let (count, listed) = kernel.run(List { text, start: 0, list: stops });
        let mut walk =
            Walk { text, pairs, texts, stops, next: 0, count, listed, at: 0, is_ascii: true };
        let mut taken = 0;
        let fault = loop {
            taken += kernel.run_apart(PlainSteps { walk: &mut walk, steps: &steps[taken..] });
            match kernel.run_apart(OtherSteps { walk: &mut walk, steps: &steps[taken..] }) {
                Ok(0) => break None,
                Ok(steps) => taken += steps,
                Err((steps, fault)) => {
                    taken += steps;
                    break Some(fault);
                }
            }
        };
        Replayed { steps: taken, at: walk.at, is_ascii: walk.is_ascii, fault }
    }
}

/// Where the walk stands: in front of a step, behind a value that is not in a list.
struct Walk<'p, 't> {
    text: &'p mut [u8],
    pairs: &'p mut PairTable<'t>,
    texts: &'p mut [Span; TEXTS],
    /// Offsets of stops: those before `count` are valid.
    stops: &'p mut [u32; LIST],
    count: usize,
    /// Index of the next stop.
    next: usize,
    /// Offset of the first block whose stops are not listed.
    listed: usize,
    /// Where the text that is compared begins: behind what was compared before, or at the quote behind the last value.
    at: usize,
    is_ascii: bool,
}

/// Takes steps as long as they are the usual ones: a string without escapes, all of it in the list. Tells how many.
struct PlainSteps<'w, 'p, 't> {
    walk: &'w mut Walk<'p, 't>,
    steps: &'w [Step],
}

impl Work for PlainSteps<'_, '_, '_> {
    type Output = usize;

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> usize {
        let PlainSteps { walk, steps } = self;
        let text = &*walk.text;
        let stops = &walk.stops[..walk.count];
        let mut pairs = walk.pairs.append();
        let (mut next, mut at) = (walk.next, walk.at);
        let mut here = array(text, at);
        let mut rest = steps.iter();
        while let Some(step) = rest.as_slice().first() {
            if kernel.differs(here, &step.literal, &step.mask) {
                break;
            }
            let behind = next + usize::from(step.stops);
            let begin = at + usize::from(step.len);
            let Some(&stop) = stops.get(behind) else { break };
            if step.kind == Kind::More {
                (at, next, here) = (begin, behind, array(text, begin));
                rest.next();
                continue;
            }
            let stop = stop as usize;
            let close = array(text, stop);
            if close[0] != b'"' {
                break;
            }
            let value = Span::new(begin, stop);
            if step.kind == Kind::Text {
                walk.texts[step.field as usize] = value;
            } else {
                let name = begin - usize::from(step.name.back);
                if step.kind != Kind::Pair || !pairs.push(pair(step.name, name, value)) {
                    break;
                }
            }
            (at, next, here) = (stop, behind, close);
            rest.next();
        }
        let mut taken = steps.len() - rest.len();
        // Back to where the walk could go on.
        while steps.get(taken).is_some_and(|step| !step.is_exit) {
            taken -= 1;
            at -= usize::from(steps[taken].len);
            next -= usize::from(steps[taken].stops);
        }
        (walk.at, walk.next) = (at, next);
        taken
    }
}

/// Takes steps of any kind up to a value behind which the walk can go on. Tells how many: 0, and nothing has changed, if the
/// event is another one here. Or what is wrong with the value of the last one.
struct OtherSteps<'w, 'p, 't> {
    walk: &'w mut Walk<'p, 't>,
    steps: &'w [Step],
}

impl Work for OtherSteps<'_, '_, '_> {
    type Output = Result<usize, (usize, Fault)>;

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> Self::Output {
        let OtherSteps { walk, steps } = self;
        let (start, pairs) = (walk.at, walk.pairs.len());
        for (i, step) in steps.iter().enumerate() {
            match walk.step(kernel, step) {
                Ok(Taken::Whole) => return Ok(i + 1),
                Ok(Taken::Within) => {}
                Ok(Taken::Not) => break,
                Err(fault) => return Err((i + 1, fault)),
            }
        }
        walk.at = start;
        walk.pairs.truncate(pairs);
        Ok(0)
    }
}

enum Taken {
    /// The walk can go on behind it.
    Whole,
    /// Only the skeleton can.
    Within,
    Not,
}

impl Walk<'_, '_> {
    #[inline(always)]
    fn step<K: Primitives>(&mut self, kernel: K, step: &Step) -> Result<Taken, Fault> {
        if kernel.differs(array(self.text, self.at), &step.literal, &step.mask) {
            return Ok(Taken::Not);
        }
        let at = self.at + usize::from(step.len);
        self.next += usize::from(step.stops);
        match step.kind {
            Kind::Text | Kind::Pair | Kind::Element => self.string(kernel, step, at),
            Kind::Unquoted => {
                let value = match step.unquoted {
                    Some(len) => Span::new(at - usize::from(len), at),
                    None => Span::ABSENT,
                };
                self.at = at;
                Ok(self.pair(step, at, value))
            }
            Kind::More => {
                self.at = at;
                Ok(Taken::Within)
            }
            Kind::End if at == end(self.text) => {
                self.at = at;
                Ok(Taken::Whole)
            }
            Kind::End => Ok(Taken::Not),
        }
    }

    #[inline(always)]
    fn string<K: Primitives>(&mut self, kernel: K, step: &Step, at: usize) -> Result<Taken, Fault> {
        let Some(stop) = self.stop(kernel) else { return Ok(Taken::Not) };
        let mut found = Found { close: stop, end: stop, is_ascii: true };
        if self.text[stop] != b'"' {
            let has_room = step.kind == Kind::Text || self.pairs.has_room();
            if step.kind == Kind::Element || !has_room {
                // The walk will go through this once more, and has to find it as it was sent.
                return Ok(Taken::Not);
            }
            found = rest(kernel, Passage::in_place(self.text), stop)?;
            self.is_ascii &= found.is_ascii;
            self.skip_to(kernel, found.close);
        }
        self.at = found.close;
        let value = Span::new(at, found.end);
        if step.kind == Kind::Text {
            self.texts[step.field as usize] = value;
            return Ok(Taken::Whole);
        }
        Ok(self.pair(step, at, value))
    }

    /// Adds the pair of a value that begins at `at`, or ends there if it is not quoted.
    #[inline(always)]
    fn pair(&mut self, step: &Step, at: usize, value: Span) -> Taken {
        let name = match step.name.back {
            0 => self.pairs.last().map_or(0, |pair| pair.name_off as usize),
            back => at - usize::from(back),
        };
        if !self.pairs.push(pair(step.name, name, value)) {
            return Taken::Not;
        }
        if step.kind.is_whole() { Taken::Whole } else { Taken::Within }
    }

    /// The next stop; none at the document's end.
    #[inline(always)]
    fn stop<K: Primitives>(&mut self, kernel: K) -> Option<usize> {
        while self.next >= self.count {
            if self.listed >= end(self.text) {
                return None;
            }
            self.next -= self.count;
            self.list(kernel);
        }
        Some(self.stops[self.next] as usize)
    }

    /// Makes the stop at `at` the next one.
    #[inline(always)]
    fn skip_to<K: Primitives>(&mut self, kernel: K, at: usize) {
        if at >= self.listed {
            (self.listed, self.next) = (at, 0);
            self.list(kernel);
        } else {
            while (self.stops[self.next] as usize) < at {
                self.next += 1;
            }
        }
    }

    fn list<K: Primitives>(&mut self, kernel: K) {
        let list = List { text: self.text, start: self.listed, list: self.stops };
        (self.count, self.listed) = kernel.run(list);
    }
}

fn pair(name: Name, at: usize, value: Span) -> Pair {
    Pair {
        name_off: at as u32,
        name_len: name.len,
        name_id: name.id,
        value_off: value.off,
        value_len: value.len,
    }
}

/// Lists the stops of some blocks from the first one on that has any. Tells how many stops that are, and the offset
/// behind the last block.
struct List<'p> {
    text: &'p [u8],
    start: usize,
    list: &'p mut [u32; LIST],
}

impl Work for List<'_> {
    type Output = (usize, usize);

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> (usize, usize) {
        let List { text, start, list } = self;
        // A long string.
        let at = kernel.skip_plain(text, start);
        list_stops(kernel, text, at, end(text), list)
    }
}
