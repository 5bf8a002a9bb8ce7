//! The member names that the decoder knows, and what the members of an event say about its dialect.

use crate::memory::Padded;
pub(super) use crate::record::fields::{MAPS, Map, TEXTS, Text};
use crate::record::kinds::Dialect;
use crate::record::names::{self, Name, WIDTH};
use crate::simd::Primitives;

/// The objects whose members are known by name. Their numbers are those of
/// [`crate::memory::PairTable::push_extra`].
#[repr(u8)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Object {
    Event,
    Context,
    Identity,
    WebSocket,
}

impl Object {
    /// Returns the path of the object itself, for errors.
    pub(super) const fn path(self) -> Option<&'static str> {
        match self {
            Object::Event => None,
            Object::Context => Some("requestContext"),
            Object::Identity => Some("requestContext.identity"),
            Object::WebSocket => Some("websocket"),
        }
    }

    /// Returns the object that contains this one.
    pub(super) fn parent(self) -> Object {
        match self {
            Object::Event | Object::Context | Object::WebSocket => Object::Event,
            Object::Identity => Object::Context,
        }
    }

    /// Returns the number of open containers inside the object, including the object.
    pub(super) fn depth(self) -> usize {
        match self {
            Object::Event => 1,
            Object::Context | Object::WebSocket => 2,
            Object::Identity => 3,
        }
    }
}

/// The number of objects.
const OBJECTS: usize = Object::WebSocket as usize + 1;

impl Map {
    /// Returns the member that holds the map, for errors.
    pub(super) fn member(self) -> &'static Member {
        let is_this = |member: &&Member| member.kind == MemberKind::Map(self);
        MEMBERS.iter().find(is_this).expect("every map is held by a member")
    }
}

/// The kind of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MemberKind {
    Text(Text),
    Map(Map),
    Object(Object),
    /// A string, or an object or array that is kept as raw JSON text.
    Body,
    Base64Flag,
    /// The body in one dialect, an unknown member in the others.
    Payload,
    /// A version, which helps to detect the dialect.
    Version,
    /// A member whose only use is to detect the dialect. It is kept like an unknown member.
    Nothing,
    /// The name is unknown.
    Unknown,
}

/// The bits of [`Seen`].
mod seen {
    use super::{MemberKind, Text};

    pub(super) const RECORDS: u64 = 1 << 48;
    pub(super) const TYPE: u64 = 1 << 49;
    pub(super) const TRIGGER_NAME: u64 = 1 << 50;
    /// Members that only the events of other vendors have.
    pub(super) const SIBLING: u64 = 1 << 51;
    pub(super) const VERSION_1: u64 = 1 << 52;
    pub(super) const RAW_PATH: u64 = 1 << 53;
    pub(super) const ENV_ID: u64 = 1 << 54;
    /// Members that only the events of the API gateway and of Function URLs have.
    pub(super) const API_GATEWAY: u64 = 1 << 55;
    pub(super) const PAYLOAD: u64 = 1 << 56;
    pub(super) const HEADERS: u64 = 1 << 57;
    pub(super) const METHOD: u64 = 1 << 58;
    /// Members of the context that a gateway always sends.
    pub(super) const CONTEXT: u64 = 1 << 59;
    pub(super) const SOURCE_IP: u64 = 1 << 60;

    /// Returns the bit of a field, which may be filled only once.
    pub(super) const fn field(kind: MemberKind) -> u64 {
        match kind {
            MemberKind::Text(text) => 1 << text as u8,
            MemberKind::Body => field(MemberKind::Text(Text::Body)),
            MemberKind::Map(map) => 1 << (24 + map as u8),
            MemberKind::Object(object) => 1 << (32 + object as u8),
            MemberKind::Base64Flag => 1 << 40,
            MemberKind::Payload => 1 << 41,
            MemberKind::Version | MemberKind::Nothing | MemberKind::Unknown => 0,
        }
    }
}

/// A known member: its name, its object and its meaning.
#[derive(Clone, Copy)]
#[repr(align(64))]
pub(super) struct Member {
    name: Name,
    key: u64,
    object: Object,
    /// Its index in [`MEMBERS`].
    number: u8,
    pub(super) kind: MemberKind,
    /// Its path in an event, for errors.
    pub(super) path: &'static str,
    field: u64,
    marks: u64,
}

/// Returns the member at `path`, which ends with its name.
const fn known(object: Object, path: &'static str, kind: MemberKind) -> Member {
    let parent = match object.path() {
        Some(parent) => parent.len() + 1,
        None => 0,
    };
    named(object, path, path.split_at(parent).1, kind)
}

/// Returns the member at `path` with another name.
const fn named(object: Object, path: &'static str, name: &str, kind: MemberKind) -> Member {
    let key = names::key_of(name);
    Member {
        name: Name::exact(name),
        key,
        object,
        number: 0,
        kind,
        path,
        field: seen::field(kind),
        marks: 0,
    }
}

/// Returns a member whose only use is to detect the dialect.
const fn mark(object: Object, name: &str, marks: u64) -> Member {
    named(object, "", name, MemberKind::Nothing).with(marks)
}

impl Member {
    const fn with(self, marks: u64) -> Member {
        Member { marks, ..self }
    }
}

/// The number of known members.
const COUNT: usize = 43;

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

const SIZE: usize = 64;
const _: () = assert!(COUNT + OBJECTS <= SIZE);

const KNOWN: [Member; COUNT] = {
    use MemberKind::{Base64Flag, Body, Payload, Version};
    use Object::{Context, Event, Identity, WebSocket};
    use seen::*;
    [
        known(Event, "requestContext", MemberKind::Object(Context)),
        known(Event, "headers", MemberKind::Map(Map::Headers)).with(HEADERS),
        known(Event, "body", Body),
        known(Event, "path", MemberKind::Text(Text::Path)),
        known(Event, "httpMethod", MemberKind::Text(Text::Method)).with(METHOD),
        known(Event, "isBase64Encoded", Base64Flag),
        // The name until February 2019.
        named(Event, "isBase64Encoded", "isBase64", Base64Flag),
        known(Event, "queryString", MemberKind::Map(Map::Query)).with(API_GATEWAY),
        known(Event, "query", MemberKind::Text(Text::RawQuery)),
        known(Event, "queryStringParameters", MemberKind::Map(Map::DeclaredQuery)),
        known(Event, "pathParameters", MemberKind::Map(Map::PathParameters)),
        known(Event, "headerParameters", MemberKind::Map(Map::DeclaredHeaders)).with(API_GATEWAY),
        // The name in the vendor's emulator.
        named(
            Event,
            "headerParameters",
            "headersParameters",
            MemberKind::Map(Map::DeclaredHeaders),
        )
        .with(API_GATEWAY),
        known(Event, "stageVariables", MemberKind::Map(Map::StageVariables)),
        known(Event, "websocket", MemberKind::Object(WebSocket)),
        known(Event, "payload", Payload).with(PAYLOAD),
        mark(Event, "Records", RECORDS),
        mark(Event, "Type", TYPE),
        mark(Event, "TriggerName", TRIGGER_NAME),
        known(Event, "version", Version),
        mark(Event, "rawPath", RAW_PATH),
        known(Context, "requestContext.serviceId", MemberKind::Text(Text::ServiceId))
            .with(API_GATEWAY | CONTEXT),
        // The name that other vendors use.
        named(Context, "requestContext.serviceId", "apiId", MemberKind::Text(Text::ServiceId)),
        // The name until February 2019, and in the documentation of WebSocket.
        known(Context, "requestContext.serviceName", MemberKind::Text(Text::ServiceName))
            .with(API_GATEWAY | CONTEXT),
        known(Context, "requestContext.path", MemberKind::Text(Text::Route)).with(CONTEXT),
        known(Context, "requestContext.httpMethod", MemberKind::Text(Text::RouteMethod)),
        known(Context, "requestContext.requestId", MemberKind::Text(Text::RequestId)),
        known(Context, "requestContext.identity", MemberKind::Object(Identity)),
        known(Context, "requestContext.sourceIp", MemberKind::Text(Text::SourceIp)).with(SOURCE_IP),
        known(Context, "requestContext.stage", MemberKind::Text(Text::Stage)).with(CONTEXT),
        known(Context, "requestContext.domainName", MemberKind::Text(Text::DomainName)),
        known(Context, "requestContext.accountId", MemberKind::Text(Text::AccountId)),
        known(Context, "requestContext.connectionId", MemberKind::Text(Text::ConnectionId))
            .with(SIBLING),
        mark(Context, "elb", SIBLING),
        mark(Context, "eventType", SIBLING),
        mark(Context, "envId", ENV_ID),
        known(Identity, "requestContext.identity.secretId", MemberKind::Text(Text::SecretId)),
        known(WebSocket, "websocket.action", MemberKind::Text(Text::WebSocketAction)),
        known(WebSocket, "websocket.secConnectionID", MemberKind::Text(Text::ConnectionId)),
        known(
            WebSocket,
            "websocket.secWebSocketProtocol",
            MemberKind::Text(Text::WebSocketProtocol),
        ),
        known(
            WebSocket,
            "websocket.secWebSocketExtensions",
            MemberKind::Text(Text::WebSocketExtensions),
        ),
        known(WebSocket, "websocket.dataType", MemberKind::Text(Text::DataType)),
        known(WebSocket, "websocket.data", MemberKind::Text(Text::Body)),
    ]
};

const UNKNOWN: Member = Member {
    name: Name::NONE,
    key: 0,
    object: Object::Event,
    number: 0,
    kind: MemberKind::Unknown,
    path: "",
    field: 0,
    marks: 0,
};

const SLOT_BITS: u32 = 7;
/// Found by trial: with it, no two members share a slot. This is checked at compile time.
const MULTIPLIER: u64 = 0x9090_89ae_90e0_0355;

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

/// The fields and the hints of the dialect that have been seen in an event so far.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Seen {
    bits: u64,
}

impl Seen {
    /// Records a member. Returns false if its field has been filled before.
    #[inline(always)]
    pub(super) fn fill(&mut self, member: &Member) -> bool {
        let is_new = self.bits & member.field == 0;
        self.bits |= member.field;
        is_new
    }

    /// Records the hint of the dialect that a member gives if it is not `null`.
    #[inline(always)]
    pub(super) fn mark(&mut self, member: &Member) {
        self.bits |= member.marks;
    }

    /// Records the hint of the dialect that a `version` gives. `value` is its JSON text.
    pub(super) fn version(&mut self, value: &[u8]) {
        self.bits |= match value {
            b"\"2.0\"" => seen::SIBLING,
            b"\"v1\"" => seen::VERSION_1,
            _ => 0,
        };
    }

    /// Returns whether the event has a member of this kind.
    pub(super) fn has(self, kind: MemberKind) -> bool {
        self.has_all(seen::field(kind))
    }

    fn has_all(self, bits: u64) -> bool {
        self.bits & bits == bits
    }

    /// Returns the dialect of the event. Other vendors are checked first, so that their events are
    /// never taken for events of the API gateway.
    pub(super) fn dialect(self, has_action: bool, has_context: bool) -> Dialect {
        if has_action {
            Dialect::WebSocket
        } else if self.has_all(seen::RECORDS) || self.has_all(seen::TYPE | seen::TRIGGER_NAME) {
            Dialect::NotHttp
        } else if self.has_all(seen::SIBLING) || self.has_all(seen::VERSION_1 | seen::RAW_PATH) {
            Dialect::Unknown
        } else if self.has_all(seen::ENV_ID) {
            Dialect::CloudBase
        } else if self.has_all(seen::API_GATEWAY) {
            // Since 2026 a Function URL has a context with the address of the client.
            let is_url =
                !has_context || self.has_all(seen::SOURCE_IP) && !self.has_all(seen::CONTEXT);
            if is_url { Dialect::FunctionUrl } else { Dialect::ApiGateway }
        } else if self.has_all(seen::PAYLOAD | seen::HEADERS) && !self.has_all(seen::METHOD) {
            Dialect::Clb
        } else {
            Dialect::Unknown
        }
    }
}
