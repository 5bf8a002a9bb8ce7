//! Events that have the skeleton of an earlier one.

use super::bytes::{array, end};
use super::members::TEXTS;
use super::skeleton::{Kind, Name, Step};
use super::skeletons::Skeletons;
use super::string::{Found, rest};
use crate::error::Fault;
use crate::memory::PairTable;
use crate::record::table::{Pair, Span};
use crate::simd::{BLOCK, Passage, Primitives, Work, chunk};

/// Goes through an event for as long as it has one of the skeletons, and fills in what its values are.
pub(super) struct Replay<'p, 't> {
    pub(super) text: &'p mut [u8],
    pub(super) pairs: &'p mut PairTable<'t>,
    pub(super) texts: &'p mut [Span; TEXTS],
    pub(super) skeletons: &'p mut Skeletons,
}

/// How far that went.
pub(super) struct Replayed {
    /// The skeleton that it went along.
    pub(super) which: usize,
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
        let Replay { text, pairs, texts, skeletons } = self;
        let mut which = skeletons.first();
        let mut tried = Default::default();
        let mut walk = Walk { text, pairs, texts, at: 0, is_ascii: true };
        let mut taken = 0;
        let fault = loop {
            let steps = &mut skeletons.get(which).steps[..];
            taken += kernel.run_apart(PlainSteps { walk: &mut walk, steps: &mut steps[taken..] });
            match kernel.run_apart(OtherSteps { walk: &mut walk, steps: &steps[taken..] }) {
                Ok(0) => {
                    let here = array(walk.text, walk.at);
                    match skeletons.other(kernel, &mut tried, which, taken, here) {
                        Some(other) => which = other,
                        None => break None,
                    }
                }
                Ok(more) => {
                    taken += more;
                    if taken == steps.len() {
                        break None;
                    }
                }
                Err((steps, fault)) => {
                    taken += steps;
                    break Some(fault);
                }
            }
        };
        Replayed { which, steps: taken, at: walk.at, is_ascii: walk.is_ascii, fault }
    }
}

/// Where the walk stands: in front of a step, behind a value that is not in a list.
struct Walk<'p, 't> {
    text: &'p mut [u8],
    pairs: &'p mut PairTable<'t>,
    texts: &'p mut [Span; TEXTS],
    /// Where the text that is compared begins: behind what was compared before, or at the quote behind the last value.
    at: usize,
    is_ascii: bool,
}

/// Takes steps as long as they are the usual ones: a string without escapes. Tells how many.
struct PlainSteps<'w, 'p, 't> {
    walk: &'w mut Walk<'p, 't>,
    steps: &'w mut [Step],
}

impl Work for PlainSteps<'_, '_, '_> {
    type Output = usize;

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> usize {
        let PlainSteps { walk, steps } = self;
        let text = &*walk.text;
        // Once here, and not for every load.
        assert!(text.len() >= BLOCK);
        let mut pairs = walk.pairs.append();
        let mut at = walk.at;
        let mut here = array(text, at);
        let mut taken = 0;
        for step in steps.iter_mut() {
            if kernel.differs(here, &step.literal, &step.mask) {
                break;
            }
            let begin = at + usize::from(step.len);
            if step.kind == Kind::More {
                (at, here) = (begin, array(text, begin));
                taken += 1;
                continue;
            }
            let mut stop = begin + step.before as usize;
            if !is_plain_string(kernel, text, begin, stop) {
                stop = kernel.first_stop(text, begin);
                step.before = (stop - begin) as u32;
                if text[stop] != b'"' {
                    break;
                }
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
            (at, here) = (stop, array(text, stop));
            taken += 1;
        }
        // Back to where the walk could go on.
        while steps.get(taken).is_some_and(|step| !step.is_exit) {
            taken -= 1;
            at -= usize::from(steps[taken].len);
        }
        walk.at = at;
        taken
    }
}

/// Whether a string that begins at `begin` ends with a quote at `end` and has no stops before.
#[inline(always)]
fn is_plain_string<K: Primitives>(kernel: K, text: &[u8], begin: usize, end: usize) -> bool {
    if text.get(end) != Some(&b'"') {
        return false;
    }
    let mut at = begin;
    while end - at >= BLOCK {
        if kernel.has_stop(kernel.load(chunk(text, at))) {
            return false;
        }
        at += BLOCK;
    }
    kernel.is_plain_up_to(chunk(text, at), end - at)
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
        let stop = kernel.first_stop(self.text, at);
        let mut found = Found { close: stop, end: stop, is_ascii: true };
        if self.text[stop] != b'"' {
            let has_room = step.kind == Kind::Text || self.pairs.has_room();
            if step.kind == Kind::Element || !has_room {
                // The walk will go through this once more, and has to find it as it was sent.
                return Ok(Taken::Not);
            }
            found = rest(kernel, Passage::in_place(self.text), stop)?;
            self.is_ascii &= found.is_ascii;
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
