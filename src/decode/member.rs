//! A member that the decoder knows: its object, its name and its meaning.

use crate::record::fields::{MAP_SLOTS, Map, TEXT_SLOTS, Text};
use crate::record::names::{self, Name};

/// The objects whose members are known by name. Their numbers are those of
/// [`crate::memory::PairTable::push_extra`].
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Object {
    Event,
    Context,
    Identity,
    Http,
    WebSocket,
}

impl Object {
    /// Returns the path of the object itself, for errors.
    pub(super) const fn path(self) -> Option<&'static str> {
        match self {
            Object::Event => None,
            Object::Context => Some("requestContext"),
            Object::Identity => Some("requestContext.identity"),
            Object::Http => Some("requestContext.http"),
            Object::WebSocket => Some("websocket"),
        }
    }

    /// Returns the object that contains this one.
    pub(super) fn parent(self) -> Object {
        match self {
            Object::Event | Object::Context | Object::WebSocket => Object::Event,
            Object::Identity | Object::Http => Object::Context,
        }
    }

    /// Returns the number of open containers inside the object, including the object.
    pub(super) fn depth(self) -> usize {
        match self {
            Object::Event => 1,
            Object::Context | Object::WebSocket => 2,
            Object::Identity | Object::Http => 3,
        }
    }
}

/// The number of objects.
pub(super) const OBJECTS: usize = Object::WebSocket as usize + 1;

/// The kind of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MemberKind {
    Text(Text),
    /// Any value, which is kept as raw JSON text.
    Raw(Text),
    Map(Map),
    Object(Object),
    /// A list of cookies.
    Cookies,
    /// A string, or an object or array that is kept as raw JSON text.
    Body,
    Base64Flag,
    /// A version, which helps to detect the dialect.
    Version,
    /// A member without a field, whose presence helps to detect the dialect, or which is frequent.
    /// It is kept like an unknown member.
    Mark,
    /// The name is unknown.
    Unknown,
}

impl MemberKind {
    /// Returns the bit of `Seen` for the member, which may occur only once.
    pub(super) const fn bit(self) -> u64 {
        const MAPS_AT: usize = TEXT_SLOTS;
        const OBJECTS_AT: usize = MAPS_AT + MAP_SLOTS;
        const OTHERS_AT: usize = OBJECTS_AT + OBJECTS;
        const { assert!(OTHERS_AT < 64) };
        match self {
            MemberKind::Text(text) | MemberKind::Raw(text) => 1 << text as u8,
            MemberKind::Body => 1 << Text::Body as u8,
            MemberKind::Map(map) => 1 << (MAPS_AT + map as usize),
            MemberKind::Cookies => 1 << (MAPS_AT + Map::CookieList as usize),
            MemberKind::Object(object) => 1 << (OBJECTS_AT + object as usize),
            MemberKind::Base64Flag => 1 << OTHERS_AT,
            MemberKind::Version | MemberKind::Mark | MemberKind::Unknown => 0,
        }
    }
}

/// A known member: its name, its object and its meaning.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct Member {
    pub(super) name: Name,
    pub(super) key: u64,
    pub(super) object: Object,
    /// Its index in the list of members.
    pub(super) number: u8,
    pub(super) kind: MemberKind,
    /// Its path in an event, for errors.
    pub(super) path: &'static str,
    pub(super) bit: u64,
    pub(super) marks: u64,
}

/// Returns the member at `path`, which ends with its name. Its presence has these marks.
pub(super) const fn known(
    object: Object,
    path: &'static str,
    kind: MemberKind,
    marks: u64,
) -> Member {
    let parent = match object.path() {
        Some(parent) => parent.len() + 1,
        None => 0,
    };
    named(object, path, path.split_at(parent).1, kind, marks)
}

/// Returns a member without a field, which helps to detect the dialect or is frequent.
pub(super) const fn mark(object: Object, name: &str, marks: u64) -> Member {
    named(object, "", name, MemberKind::Mark, marks)
}

const fn named(
    object: Object,
    path: &'static str,
    name: &str,
    kind: MemberKind,
    marks: u64,
) -> Member {
    let key = names::key_of(name);
    Member { name: Name::exact(name), key, object, number: 0, kind, path, bit: kind.bit(), marks }
}

/// A member that matches no name.
pub(super) const UNKNOWN: Member = Member {
    name: Name::NONE,
    key: 0,
    object: Object::Event,
    number: 0,
    kind: MemberKind::Unknown,
    path: "",
    bit: 0,
    marks: 0,
};
