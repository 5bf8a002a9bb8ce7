//! What stands between the strings of an event, which events of one origin have in common.
//!
//! A gateway writes the same members in the same order each time, and a client sends the same headers. So a decoder keeps
//! the skeleton of an event that it has walked through: the text from the end of each string value to the begin of the
//! next, and what the walk knew there. Where a later event has the same text, the walk would come to know the same, and
//! comparing is all there is to do ([`super::replay`]). A skeleton is never more than that: what differs is walked through.

use super::bytes::end;
use super::members::{MAPS, Map, Member, Object, Seen, Text};
use crate::record::table::{Range, Span};

/// Bytes that are compared at once.
pub(super) const LITERAL: usize = 32;

/// Steps that a skeleton may have: about 15 KB of them, with their states.
const MOST_STEPS: usize = 96;

/// What follows a literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A string that is a field of the event.
    Text,
    /// A string that is the value of a pair.
    Pair,
    /// A string that is a value in the list of a pair.
    Element,
    /// Nothing: the skeleton so far ends with the value of a pair, which is not quoted, or is none. Whether a number ends
    /// there too, only what follows tells.
    Unquoted,
    /// More of the skeleton.
    More,
    /// The end of the document.
    End,
}

impl Kind {
    /// Whether the walk can go on behind the value.
    pub(super) fn is_whole(self) -> bool {
        matches!(self, Kind::Text | Kind::Pair | Kind::End)
    }
}

/// The name of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name {
    /// How many bytes before the value, or before the end of one that is not quoted, the name begins; 0 where it is that of
    /// the pair before.
    pub(super) back: u16,
    pub(super) len: u16,
    pub(super) id: u16,
}

/// A piece of skeleton and the value behind it.
#[derive(Clone, Copy)]
pub(super) struct Step {
    /// From the quote that ends the value before to the one that begins the next; the first `len` bytes count.
    pub(super) literal: [u8; LITERAL],
    /// All bits of these bytes.
    pub(super) mask: [u8; LITERAL],
    pub(super) len: u8,
    pub(super) kind: Kind,
    /// Whether the walk can go on without the skeleton here.
    pub(super) is_exit: bool,
    pub(super) field: Text,
    pub(super) name: Name,
    /// Bytes of the value that stood here last.
    pub(super) before: u32,
    /// Bytes of a value that is not quoted.
    pub(super) unquoted: Option<u16>,
}

/// What the walk knows at a value.
#[derive(Clone, Copy)]
pub(super) struct State {
    pub(super) object: Object,
    pub(super) member: Option<&'static Member>,
    /// The map that the value is in.
    pub(super) map: Option<Map>,
    pub(super) seen: Seen,
    pub(super) maps: [Range; MAPS],
    pub(super) flags: u32,
    pub(super) has_context: bool,
}

/// The skeleton of an event.
#[derive(Default)]
pub(super) struct Skeleton {
    pub(super) steps: Vec<Step>,
    /// At the value of each step.
    pub(super) states: Vec<State>,
}

impl Skeleton {
    /// Makes room for as much as it may be. False if there is no memory.
    pub(super) fn reserve(&mut self) -> bool {
        self.states.try_reserve_exact(MOST_STEPS).is_ok()
            && self.steps.try_reserve_exact(MOST_STEPS).is_ok()
    }

    #[inline]
    pub(super) fn has_room(&self) -> bool {
        self.steps.capacity() > 0
    }

    pub(super) fn clear(&mut self) {
        self.steps.clear();
        self.states.clear();
    }

    /// Whether there is nothing to compare with.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Whether it goes to the end of its event.
    #[inline]
    pub(super) fn is_whole(&self) -> bool {
        self.steps.last().is_some_and(|step| step.kind == Kind::End)
    }

    /// How many steps two skeletons begin with in common: the walk knows the same behind them.
    pub(super) fn common(&self, other: &Skeleton) -> usize {
        self.steps.iter().zip(&other.steps).take_while(|(a, b)| a.is_same(b)).count()
    }

    /// Begins to learn, in place of what was learned before.
    pub(super) fn learn(&mut self) -> Learning<'_> {
        self.clear();
        Learning {
            steps: &mut self.steps,
            states: &mut self.states,
            begin: 0,
            is_literal: true,
            is_over: false,
        }
    }
}

/// The pair that a value belongs to.
#[derive(Clone, Copy)]
pub(super) struct PairName {
    pub(super) name: Span,
    pub(super) id: u16,
    pub(super) place: ValuePlace,
}

/// Where the value of a pair stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum ValuePlace {
    Alone,
    FirstOfList,
    /// In a list behind other values.
    Next,
}

/// A skeleton in the making, while the walk goes through its event.
pub(super) struct Learning<'s> {
    steps: &'s mut Vec<Step>,
    states: &'s mut Vec<State>,
    /// Where the literal begins.
    begin: usize,
    /// Whether the text since then is still as it was sent.
    is_literal: bool,
    /// No more can be learned from this event.
    is_over: bool,
}

impl Learning<'_> {
    /// There is something here of which a skeleton has no notion.
    pub(super) fn give_up(&mut self) {
        self.is_over = true;
    }

    /// Nothing was learned: the event is refused.
    pub(super) fn forget(&mut self) {
        self.steps.clear();
    }

    /// A string was unescaped in place.
    pub(super) fn unescaped(&mut self) {
        self.is_literal = false;
    }

    /// The string value of a field, whose opening quote is at `quote`.
    pub(super) fn text(&mut self, text: &[u8], quote: usize, field: Text, state: State) {
        self.step(text, quote + 1, Step { kind: Kind::Text, field, ..Step::MORE }, state);
    }

    /// The string value of a pair, whose opening quote is at `quote`.
    pub(super) fn pair(&mut self, text: &[u8], quote: usize, pair: PairName, state: State) {
        let kind = if pair.place == ValuePlace::Alone { Kind::Pair } else { Kind::Element };
        let Some(name) = self.name(quote + 1, pair) else { return };
        self.step(text, quote + 1, Step { kind, name, ..Step::MORE }, state);
    }

    /// The value of a pair that ends before `behind`.
    pub(super) fn unquoted(
        &mut self,
        text: &[u8],
        behind: usize,
        pair: PairName,
        value: Span,
        state: State,
    ) {
        let Some(name) = self.name(behind, pair) else { return };
        let unquoted = value.is_present().then_some(value.len as u16);
        if u16::try_from(value.len).is_err() {
            self.give_up();
        }
        self.step(text, behind, Step { kind: Kind::Unquoted, name, unquoted, ..Step::MORE }, state);
        self.value_ends(behind);
    }

    /// How the pair's name is found from `behind`. None, and nothing more is learned, if it is too far away.
    fn name(&mut self, behind: usize, pair: PairName) -> Option<Name> {
        let PairName { name, id, place } = pair;
        let distance = if place == ValuePlace::Next { 0 } else { behind - name.off as usize };
        let back = u16::try_from(distance).ok();
        self.is_over |= back.is_none();
        back.map(|back| Name { back, len: name.len as u16, id })
    }

    /// The value that was told last ends: `at` is the offset of its closing quote.
    pub(super) fn value_ends(&mut self, at: usize) {
        self.begin = at;
        self.is_literal = true;
    }

    /// The document ends.
    pub(super) fn end(&mut self, text: &[u8], state: State) {
        self.step(text, end(text), Step { kind: Kind::End, ..Step::MORE }, state);
    }

    /// Takes the text up to `behind`, where what `step` tells of follows.
    fn step(&mut self, text: &[u8], behind: usize, step: Step, state: State) {
        let count = (behind - self.begin).div_ceil(LITERAL);
        self.is_over |= !self.is_literal || self.steps.len() + count > MOST_STEPS;
        if self.is_over {
            return;
        }
        let literal = &text[self.begin..behind];
        for (i, piece) in literal.chunks(LITERAL).enumerate() {
            let mut step = if i + 1 == count { step } else { Step::MORE };
            step.is_exit = self.steps.last().is_none_or(|last| last.kind.is_whole());
            self.steps.push(step.behind(piece));
            self.states.push(state);
        }
    }
}

impl Step {
    const MORE: Step = Step {
        literal: [0; LITERAL],
        mask: [0; LITERAL],
        len: 0,
        kind: Kind::More,
        is_exit: false,
        field: Text::Method,
        name: Name { back: 0, len: 0, id: 0 },
        before: 0,
        unquoted: None,
    };

    /// Whether an event takes both in the same way.
    fn is_same(&self, other: &Step) -> bool {
        (self.len, self.kind, self.field, self.name, self.unquoted)
            == (other.len, other.kind, other.field, other.name, other.unquoted)
            && self.literal == other.literal
    }

    /// The same behind this text.
    fn behind(self, text: &[u8]) -> Step {
        let mut step = self;
        step.literal[..text.len()].copy_from_slice(text);
        step.mask[..text.len()].fill(!0);
        step.len = text.len() as u8;
        step
    }
}
