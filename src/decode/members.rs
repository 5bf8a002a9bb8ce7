//! The members that the decoder knows, found by their names.

pub(super) use super::member::{Member, MemberKind, Object};
use super::member::{OBJECTS, UNKNOWN};
use super::member_list::{COUNT, KNOWN, marks};
use crate::memory::Padded;
pub(super) use crate::record::fields::{MAP_SLOTS, Map, TEXT_SLOTS, Text};
use crate::record::names::{self, WIDTH};
use crate::simd::Primitives;

impl Map {
    /// Returns the member that holds the map, for errors.
    pub(super) fn member(self) -> &'static Member {
        let is_this = |member: &&Member| {
            member.kind == MemberKind::Map(self)
                || self == Map::CookieList && member.kind == MemberKind::Cookies
        };
        MEMBERS.iter().find(is_this).expect("every map is held by a member")
    }
}

/// All known members, followed by one entry per object for its unknown members. The length is a
/// power of two, so that a masked index needs no bounds check.
static MEMBERS: [Member; SIZE] = {
    let mut members = [UNKNOWN; SIZE];
    let mut i = 0;
    while i < SIZE {
        if i < COUNT {
            members[i] = KNOWN[i];
        }
        members[i].number = i as u8;
        i += 1;
    }
    members
};

const SIZE: usize = 128;
const _: () = assert!(COUNT + OBJECTS <= SIZE);

const SLOT_BITS: u32 = 10;
/// Found by trial: with it, no two members share a slot. This is checked at compile time.
const MULTIPLIER: u64 = 0x7a86_f7a2_43c7_1b9b;

/// The index of the member in each slot. Empty slots have the index of an unknown member.
static SLOTS: [u8; 1 << SLOT_BITS] = {
    let mut slots = [COUNT as u8; 1 << SLOT_BITS];
    let mut i = 0;
    while i < COUNT {
        let slot = slot(MEMBERS[i].object, MEMBERS[i].key);
        assert!(slots[slot] == COUNT as u8);
        slots[slot] = i as u8;
        i += 1;
    }
    slots
};

#[inline(always)]
const fn slot(object: Object, key: u64) -> usize {
    ((key ^ (object as u64) << 6).wrapping_mul(MULTIPLIER) >> (64 - SLOT_BITS)) as usize
}

impl Member {
    /// Returns the entry for the unknown members of an object. Each object has its own, because
    /// `Successors` remembers what follows an unknown member, and a name may be known in one object
    /// only.
    #[inline(always)]
    pub(super) fn unknown(object: Object) -> &'static Member {
        &MEMBERS[COUNT + object as usize]
    }

    /// Returns the member that holds this object.
    #[inline(always)]
    pub(super) fn of_object(object: Object) -> &'static Member {
        const ALL: [usize; OBJECTS] = {
            let mut all = [0; OBJECTS];
            let mut i = 0;
            while i < COUNT {
                if let MemberKind::Object(held) = KNOWN[i].kind {
                    all[held as usize] = i;
                }
                i += 1;
            }
            all
        };
        &MEMBERS[ALL[object as usize]]
    }

    /// Returns the member of `object` whose name is the first `len` bytes of `found`. A quote must
    /// follow the name.
    #[inline(always)]
    pub(super) fn named(object: Object, found: &[u8; WIDTH], len: usize) -> &'static Member {
        let member = names::key(found, len).map(|key| Member::in_slot(slot(object, key)));
        let is_known = |member: &&Member| member.object == object && member.name.is(found, len);
        member.filter(is_known).unwrap_or(Member::unknown(object))
    }

    /// Returns the member of `object` whose name is between `start` and the quote at `close`. The
    /// name must not have escapes. No branch depends on the name.
    #[inline(always)]
    pub(super) fn between<K: Primitives>(
        kernel: K,
        object: Object,
        text: Padded<'_>,
        start: usize,
        close: usize,
    ) -> &'static Member {
        let Some(found) = text.get(start) else { return Member::unknown(object) };
        let member = Member::in_slot(slot(object, names::key_between(text, start, close)));
        let is_known = member.name.begins(kernel, found) & (member.object == object);
        if is_known { member } else { Member::unknown(object) }
    }

    #[inline(always)]
    fn in_slot(slot: usize) -> &'static Member {
        &MEMBERS[usize::from(SLOTS[slot]) % SIZE]
    }
}

/// Remembers which member came after each member in earlier events.
///
/// It serves as a guess that saves a look-up and never changes a result. Both members belong to the
/// same object, except before the first event.
pub(super) struct Successors([&'static Member; SIZE]);

impl Default for Successors {
    fn default() -> Successors {
        Successors([Member::unknown(Object::Event); SIZE])
    }
}

impl Successors {
    /// Returns the member of `object` whose name is between `start` and the quote at `close`.
    /// `before` is the member before it.
    #[inline(always)]
    pub(super) fn next<K: Primitives>(
        &mut self,
        kernel: K,
        object: Object,
        before: &Member,
        text: Padded<'_>,
        start: usize,
        close: usize,
    ) -> &'static Member {
        let guess = &mut self.0[usize::from(before.number) % SIZE];
        // The name of an unknown member's entry matches no text.
        if text.get(start).is_some_and(|found| guess.name.begins(kernel, found)) {
            debug_assert!(guess.object == object);
            return guess;
        }
        *guess = Member::between(kernel, object, text, start, close);
        guess
    }
}

/// The members that have been seen in an event so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    bits: u64,
    pub(super) marks: u64,
}

impl Seen {
    /// Records a member. Returns false if it has occurred before.
    #[inline(always)]
    pub(super) fn fill(&mut self, member: &Member) -> bool {
        let is_new = self.bits & member.bit == 0;
        self.bits |= member.bit;
        is_new
    }

    /// Records what the presence of a member says if it is not `null`.
    #[inline(always)]
    pub(super) fn mark(&mut self, member: &Member) {
        self.marks |= member.marks;
    }

    /// Records what the value of `version` says. `value` is its JSON text.
    pub(super) fn version(&mut self, value: &[u8]) {
        if value == b"\"v1\"" {
            self.marks |= marks::VERSION_V1;
        }
    }

    /// Returns whether the event has a member of this kind.
    pub(super) fn has(self, kind: MemberKind) -> bool {
        self.bits & kind.bit() != 0
    }
}
