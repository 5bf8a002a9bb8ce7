//! The skeletons that a decoder keeps: one for each kind of client, of the few that it tells apart.

use super::skeleton::{LITERAL, Learning, Skeleton, Step};
use crate::simd::Primitives;

/// Skeletons that are kept at once.
const MOST: usize = 4;

/// How much more an event weighs that follows no skeleton than one that does: if one in five does not, others are learned.
const STRANGER: u32 = 4;

/// Events without a skeleton after which a decoder learns that of the next one. Once it has learned as many as it keeps, it
/// doubles its patience each time, so that where no two events are alike learning costs little.
const FIRST_PATIENCE: u32 = 2;
const MOST_PATIENCE: u32 = 1024;

/// How often in a row a decoder may learn from events that had a skeleton.
const MOST_MISTAKES: u32 = 8;

/// The skeletons of a decoder, and how often events have followed them.
pub(crate) struct Skeletons {
    all: [Skeleton; MOST],
    /// How many steps two of them have in common.
    common: [[u8; MOST]; MOST],
    /// When each was followed last, in events that were.
    used: [u64; MOST],
    /// Of all that were learned, which one each is.
    numbers: [u32; MOST],
    /// The number of the one that the last event had all of, or 0.
    number: u32,
    /// How many were learned, whatever was given back since.
    count: u32,
    clock: u64,
    /// The one that was followed last.
    last: usize,
    /// The one that was learned last, if nothing is known yet of what it has in common with others.
    learned: Option<usize>,
    /// How often one was learned, up to as many as are kept.
    lessons: usize,
    /// The weight of the events that followed none.
    strangers: u32,
    /// How many of them it takes until one is learned from.
    patience: u32,
    /// How often in a row an event was learned from that had a skeleton.
    mistakes: u32,
    /// Events that are let pass before another one is learned from.
    pause: u32,
}

impl Default for Skeletons {
    fn default() -> Skeletons {
        Skeletons {
            all: Default::default(),
            common: [[0; MOST]; MOST],
            used: [0; MOST],
            numbers: [0; MOST],
            number: 0,
            count: 0,
            clock: 0,
            last: 0,
            learned: None,
            lessons: 0,
            strangers: 0,
            patience: FIRST_PATIENCE,
            mistakes: 0,
            pause: 0,
        }
    }
}

impl Skeletons {
    /// Makes room for all that skeletons take, once, at the second event: the first one of a process has enough to wait for.
    /// False if there is no memory.
    #[inline]
    pub(crate) fn reserve(&mut self) -> bool {
        self.strangers == 0 || self.all[MOST - 1].has_room() || self.allocate()
    }

    #[cold]
    fn allocate(&mut self) -> bool {
        self.all.iter_mut().all(Skeleton::reserve)
    }

    /// Gives the memory back.
    pub(crate) fn trim(&mut self) {
        *self = Skeletons { count: self.count, ..Skeletons::default() };
    }

    /// The number of the skeleton that the last event had, which no other one of this decoder has; 0 if it had none.
    #[cfg(feature = "capi")]
    pub(crate) fn number(&self) -> u32 {
        self.number
    }

    /// Whether the next event is one to learn from.
    #[inline]
    pub(super) fn is_due(&self) -> bool {
        self.strangers >= STRANGER * self.patience && self.pause == 0
    }

    /// Whether there is nothing to compare with.
    #[inline]
    pub(super) fn are_none(&self) -> bool {
        self.learned.is_none() && self.all[self.last].is_empty()
    }

    /// Notes that an event had no skeleton, or a part of one.
    #[inline]
    pub(super) fn note_stranger(&mut self) {
        self.number = 0;
        self.pause = self.pause.saturating_sub(1);
        self.strangers = self.strangers.saturating_add(STRANGER);
    }

    /// Notes which skeleton an event had.
    #[inline]
    pub(super) fn note(&mut self, followed: usize) {
        self.strangers = self.strangers.saturating_sub(1);
        self.pause = self.pause.saturating_sub(1);
        self.clock += 1;
        self.used[followed] = self.clock;
        self.last = followed;
        self.number = if self.all[followed].is_whole() { self.numbers[followed] } else { 0 };
    }

    /// The skeleton to begin with.
    #[inline]
    pub(super) fn first(&mut self) -> usize {
        if let Some(learned) = self.learned.take() {
            self.compare(learned);
        }
        self.last
    }

    #[inline]
    pub(super) fn get(&mut self, which: usize) -> &mut Skeleton {
        &mut self.all[which]
    }

    /// One of those that have not been tried, which begins with the same `taken` steps and goes on as the event does.
    #[inline(always)]
    pub(super) fn other<K: Primitives>(
        &self,
        kernel: K,
        tried: &mut [bool; MOST],
        which: usize,
        taken: usize,
        here: &[u8; LITERAL],
    ) -> Option<usize> {
        tried[which] = true;
        let goes_on = |step: &Step| !kernel.differs(here, &step.literal, &step.mask);
        (0..MOST).find(|&other| {
            !tried[other]
                && usize::from(self.common[which][other]) >= taken
                && self.all[other].steps.get(taken).is_some_and(goes_on)
        })
    }

    /// Begins to learn, in place of the one that was followed the longest time ago if there are as many as there may be.
    pub(super) fn learn(&mut self) -> Learning<'_> {
        let oldest = (0..MOST).min_by_key(|&which| (!self.all[which].is_empty(), self.used[which]));
        let which = oldest.expect("there are some");
        self.strangers = 0;
        self.used[which] = self.clock;
        self.learned = Some(which);
        self.count += 1;
        self.numbers[which] = self.count;
        self.number = 0;
        self.all[which].learn()
    }

    #[cold]
    fn compare(&mut self, learned: usize) {
        for other in 0..MOST {
            let count = self.all[learned].common(&self.all[other]) as u8;
            self.common[learned][other] = count;
            self.common[other][learned] = count;
        }
        if let Some(twin) = self.twin(learned) {
            self.last = twin;
            self.all[learned].clear();
            self.try_later();
            return;
        }
        if !self.all[learned].is_empty() {
            self.last = learned;
        }
        self.mistakes = 0;
        if self.lessons < MOST {
            self.lessons += 1;
        } else {
            self.patience = (2 * self.patience).min(MOST_PATIENCE);
        }
    }

    /// Another skeleton that is the same.
    fn twin(&self, learned: usize) -> Option<usize> {
        let steps = self.all[learned].steps.len();
        (0..MOST).find(|&other| {
            other != learned
                && steps > 0
                && self.all[other].steps.len() == steps
                && usize::from(self.common[learned][other]) == steps
        })
    }

    /// An event was learned from because others before had no skeleton, and itself had one. Where clients take turns, another
    /// pause before the next lesson hits the one without a skeleton. The place of the oldest is free until then.
    fn try_later(&mut self) {
        self.mistakes += 1;
        if self.mistakes > MOST_MISTAKES {
            self.mistakes = 0;
            return;
        }
        self.pause = self.mistakes;
        self.strangers = STRANGER * self.patience + self.pause;
    }
}
