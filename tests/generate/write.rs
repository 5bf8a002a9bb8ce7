//! The JSON text of an event, and the expected result of reading it.

use std::collections::BTreeSet;

use super::spec::{
    BodySpec, CONTEXT_TEXTS, EVENT_TEXTS, IDENTITY_TEXTS, Json, MAPS, MapSpec, ObjectSpec, Spec,
    WEBSOCKET_TEXTS,
};
use crate::common::model::Event;
use crate::common::random::Random;

/// A document and its content.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) json: String,
    pub(crate) event: Event,
    /// The number of pairs of all maps and of unknown members.
    pub(crate) pairs: usize,
    /// The known members at the top, in their spelling.
    pub(crate) top_names: Vec<&'static str>,
}

/// A member to write.
enum Member<'s> {
    Text(&'static str, &'static str, &'s Option<String>),
    Map(&'static str, &'static str, &'s MapSpec),
    Extra(&'static str, &'s (String, Json)),
    /// The body under its name.
    Body(&'static str, &'s BodySpec),
    Payload(&'s Json),
    /// The flag under its name, as it is written.
    Flag(&'static str, &'static str),
    Object(&'static str, Vec<Member<'s>>),
    /// An object that is replaced by something else.
    NoObject(&'static str, &'static str),
}

struct Writer {
    out: String,
    random: Random,
    event: Event,
    pairs: usize,
    is_base64: bool,
    /// The known members that are not `null`; a member inside another has both names.
    seen: BTreeSet<&'static str>,
    has_body_member: bool,
    payload: Option<Payload>,
}

/// The `payload` member as it is written, its text if it is a string, and its place among the
/// unknown members.
struct Payload {
    raw: String,
    text: Option<String>,
    extras_before: usize,
}

pub(crate) fn write(spec: &Spec) -> Written {
    let mut writer = Writer {
        out: String::new(),
        random: Random::new(spec.spelling),
        event: Event { is_ascii_document: true, ..Event::default() },
        pairs: 0,
        is_base64: false,
        seen: BTreeSet::new(),
        has_body_member: false,
        payload: None,
    };
    let mut members = object_members(&spec.event, &EVENT_TEXTS, "extras");
    for ((field, name), map) in MAPS.iter().zip(&spec.maps) {
        let name = writer.alias(name);
        members.extend(map.iter().map(|map| Member::Map(field, name, map)));
    }
    members.extend(spec.payload.iter().map(Member::Payload));
    let flag_name = writer.alias("isBase64Encoded");
    members.extend(spec.base64_flag.map(|flag| Member::Flag(flag_name, flag)));
    if let Some(context) = &spec.context {
        let mut inner = object_members(context, &CONTEXT_TEXTS, "context_extras");
        for member in &mut inner {
            if let Member::Text(_, name, _) = member {
                *name = writer.alias(name);
            }
        }
        let identity = spec.identity.iter();
        inner.extend(identity.map(|identity| {
            let inner = object_members(identity, &IDENTITY_TEXTS, "identity_extras");
            Member::object("identity", identity, inner)
        }));
        members.push(Member::object("requestContext", context, inner));
    }
    let has_body = !matches!(spec.body, BodySpec::Absent);
    // The body of a WebSocket event is inside another member.
    let is_data = has_body
        && spec.websocket.as_ref().is_some_and(|websocket| websocket.instead.is_none())
        && !matches!(spec.body, BodySpec::Json(_))
        && writer.random.once_in(2);
    if has_body && !is_data {
        members.push(Member::Body("body", &spec.body));
    }
    if let Some(websocket) = &spec.websocket {
        let mut inner = object_members(websocket, &WEBSOCKET_TEXTS, "websocket_extras");
        if is_data {
            inner.push(Member::Body("data", &spec.body));
        }
        members.push(Member::object("websocket", websocket, inner));
    }
    let top_names = members.iter().filter_map(Member::known_name).collect();
    writer.white();
    writer.members(members);
    writer.white();
    writer.conclude();
    Written { json: writer.out, event: writer.event, pairs: writer.pairs, top_names }
}

fn object_members<'s>(
    object: &'s ObjectSpec,
    texts: &[(&'static str, &'static str)],
    extras: &'static str,
) -> Vec<Member<'s>> {
    let texts = texts.iter().zip(&object.texts).filter_map(|((field, name), text)| {
        text.as_ref().map(|text| Member::Text(field, name, text))
    });
    texts.chain(object.extras.iter().map(|extra| Member::Extra(extras, extra))).collect()
}

impl<'s> Member<'s> {
    fn object(name: &'static str, object: &ObjectSpec, inner: Vec<Member<'s>>) -> Member<'s> {
        match object.instead {
            Some(instead) => Member::NoObject(name, instead),
            None => Member::Object(name, inner),
        }
    }

    fn known_name(&self) -> Option<&'static str> {
        match self {
            Member::Text(_, name, _)
            | Member::Map(_, name, _)
            | Member::Object(name, _)
            | Member::NoObject(name, _)
            | Member::Body(name, _)
            | Member::Flag(name, _) => Some(name),
            Member::Payload(_) => Some("payload"),
            Member::Extra(..) => None,
        }
    }
}

impl Writer {
    /// Returns a known name, or sometimes an alias of it.
    fn alias(&mut self, name: &'static str) -> &'static str {
        let alias = match name {
            "headerParameters" => "headersParameters",
            "isBase64Encoded" => "isBase64",
            "serviceId" => "apiId",
            _ => return name,
        };
        if self.random.once_in(4) { alias } else { name }
    }

    fn members(&mut self, mut members: Vec<Member<'_>>) {
        self.random.shuffle(&mut members);
        self.out.push('{');
        self.white();
        for (i, member) in members.into_iter().enumerate() {
            if i > 0 {
                self.comma();
            }
            self.has_body_member |= matches!(member, Member::Body(..));
            match &member {
                Member::Extra(_, (name, _)) => self.string(name),
                _ => self.string(member.known_name().unwrap_or_default()),
            }
            self.colon();
            self.member(member);
            self.white();
        }
        self.out.push('}');
    }

    fn member(&mut self, member: Member<'_>) {
        match member {
            Member::Text(_, _, None)
            | Member::Map(_, _, MapSpec::Null)
            | Member::Body(_, BodySpec::Null) => {
                self.out.push_str("null");
            }
            Member::Text(field, name, Some(text)) => {
                self.seen.insert(name);
                self.string(text);
                self.event.strings.insert(field, text.clone());
            }
            Member::Map(field, name, MapSpec::EmptyArray) => {
                self.seen.insert(name);
                self.out.push_str("[ ]");
                self.event.maps.entry(field).or_default();
            }
            Member::Map(field, name, MapSpec::Pairs(pairs)) => {
                self.seen.insert(name);
                self.map(field, pairs);
            }
            Member::Extra(map, (name, json)) => {
                let raw = self.json(json);
                self.pair(map, name, Some(raw));
            }
            Member::Body(_, BodySpec::Text(text)) => {
                self.string(text);
                self.event.body = Some(("text", text.clone()));
            }
            Member::Body(_, BodySpec::Json(json)) => {
                let raw = self.json(json);
                self.event.body = Some(("json", raw));
            }
            Member::Body(_, BodySpec::Absent) => unreachable!("it is not among the members"),
            Member::Payload(json) => {
                let extras_before = self.event.maps.get("extras").map_or(0, Vec::len);
                let raw = self.json(json);
                let text = match json {
                    Json::Text(text) => Some(text.clone()),
                    _ => None,
                };
                if !matches!(json, Json::Null) {
                    self.seen.insert("payload");
                }
                self.payload = Some(Payload { raw, text, extras_before });
            }
            Member::Flag(_, text) => {
                self.out.push_str(text);
                self.is_base64 = text.trim_matches('"') == "true";
            }
            Member::Object(name, members) => {
                self.seen.insert(name);
                self.members(members);
            }
            Member::NoObject(name, instead) => {
                if instead != "null" {
                    self.seen.insert(name);
                }
                self.out.push_str(instead);
            }
        }
    }

    fn map(&mut self, field: &'static str, pairs: &[(String, Json)]) {
        let is_query = matches!(field, "query" | "declared_query");
        self.event.maps.entry(field).or_default();
        self.out.push('{');
        self.white();
        for (i, (name, value)) in pairs.iter().enumerate() {
            if i > 0 {
                self.comma();
            }
            self.string(name);
            self.colon();
            if let Json::Array(values) = value {
                self.out.push('[');
                self.white();
                for (i, value) in values.iter().enumerate() {
                    if i > 0 {
                        self.comma();
                    }
                    self.map_value(field, name, value, true);
                    self.white();
                }
                self.out.push(']');
            } else {
                self.map_value(field, name, value, is_query);
            }
            self.white();
        }
        self.out.push('}');
    }

    fn map_value(&mut self, field: &'static str, name: &str, value: &Json, true_is_bare: bool) {
        let raw = self.json(value);
        let value = match value {
            Json::Text(text) => Some(text.clone()),
            Json::Null | Json::Raw("null") => None,
            Json::Bool(true) | Json::Raw("true") if true_is_bare => None,
            Json::Raw(raw) if raw.starts_with('"') => Some(raw.trim_matches('"').to_owned()),
            _ => Some(raw),
        };
        self.pair(field, name, value);
    }

    fn pair(&mut self, map: &'static str, name: &str, value: Option<String>) {
        self.event.maps.entry(map).or_default().push((name.to_owned(), value));
        self.pairs += 1;
    }

    /// Writes a value and returns its text.
    fn json(&mut self, json: &Json) -> String {
        let start = self.out.len();
        match json {
            Json::Null => self.out.push_str("null"),
            Json::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Json::Number(text) => self.out.push_str(text),
            Json::Raw(text) => self.out.push_str(text),
            Json::Text(text) => self.string(text),
            Json::Array(values) => {
                self.out.push('[');
                self.white();
                for (i, value) in values.iter().enumerate() {
                    if i > 0 {
                        self.comma();
                    }
                    self.json(value);
                    self.white();
                }
                self.out.push(']');
            }
            Json::Object(members) => {
                self.out.push('{');
                self.white();
                for (i, (name, value)) in members.iter().enumerate() {
                    if i > 0 {
                        self.comma();
                    }
                    self.string(name);
                    self.colon();
                    self.json(value);
                    self.white();
                }
                self.out.push('}');
            }
        }
        self.out[start..].to_owned()
    }

    fn string(&mut self, text: &str) {
        self.event.is_ascii_document &= text.is_ascii();
        self.out.push('"');
        // Most strings have only the necessary escapes, some have many.
        let escapes_one_in = self.random.choose(&[2, 10, 1000, 1000, 1000]);
        for character in text.chars() {
            let short = match character {
                '"' => Some('"'),
                '\\' => Some('\\'),
                '/' => Some('/'),
                '\u{8}' => Some('b'),
                '\u{c}' => Some('f'),
                '\n' => Some('n'),
                '\r' => Some('r'),
                '\t' => Some('t'),
                _ => None,
            };
            let must_be_escaped = matches!(character, '"' | '\\' | '\0'..='\u{1f}');
            if !must_be_escaped && !self.random.once_in(escapes_one_in) {
                self.out.push(character);
            } else if let Some(letter) = short
                && !self.random.once_in(4)
            {
                self.out.extend(['\\', letter]);
            } else {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    let escape = if self.random.once_in(2) {
                        format!("\\u{unit:04x}")
                    } else {
                        format!("\\u{unit:04X}")
                    };
                    self.out.push_str(&escape);
                }
            }
        }
        self.out.push('"');
    }

    fn white(&mut self) {
        if self.random.once_in(8) {
            for _ in 0..self.random.choose(&[1, 1, 2, 70]) {
                let white = self.random.choose(&[' ', '\n', '\r', '\t']);
                self.out.push(white);
            }
        }
    }

    fn comma(&mut self) {
        self.white();
        self.out.push(',');
        self.white();
    }

    fn colon(&mut self) {
        self.white();
        self.out.push(':');
        self.white();
    }

    /// Returns the dialect of the first row that matches in the table of docs/format.md.
    fn dialect(&self) -> &'static str {
        let extra = |map: &str, name: &str, is_wanted: fn(&str) -> bool| {
            let mut pairs = self.event.maps.get(map).into_iter().flatten();
            pairs.any(|(found, raw)| found == name && raw.as_deref().is_some_and(is_wanted))
        };
        let event = |name| extra("extras", name, |raw| raw != "null");
        let context = |name| extra("context_extras", name, |raw| raw != "null");
        let seen = |name| self.seen.contains(name);
        let is_gateway = ["queryString", "headerParameters", "headersParameters"]
            .into_iter()
            .chain(["serviceId", "serviceName"])
            .any(seen);
        if self.event.strings.contains_key("websocket_action") {
            "websocket"
        } else if event("Records") || (event("Type") && event("TriggerName")) {
            "not-http"
        } else if context("elb")
            || extra("extras", "version", |raw| raw == r#""2.0""#)
            || (extra("extras", "version", |raw| raw == r#""v1""#) && event("rawPath"))
            || context("eventType")
        {
            "unknown"
        } else if context("envId") {
            "cloudbase"
        } else if is_gateway {
            // Since 2026 a Function URL has a context with the address of the client.
            let string = |name| self.event.strings.contains_key(name);
            let is_url = string("source_ip")
                && !["serviceId", "serviceName"].into_iter().any(seen)
                && !["route", "stage"].into_iter().any(string);
            if seen("requestContext") && !is_url { "api-gateway" } else { "function-url" }
        } else if seen("payload") && seen("headers") && !self.event.strings.contains_key("method") {
            "clb"
        } else {
            "unknown"
        }
    }

    /// Sets what depends on several members.
    fn conclude(&mut self) {
        let dialect = self.dialect();
        self.event.dialect = dialect;
        if let Some(payload) = self.payload.take() {
            if dialect == "clb" && !self.has_body_member {
                self.event.body = match payload.text {
                    Some(text) => Some(("text", text)),
                    None => Some(("json", payload.raw)),
                };
            } else {
                let pair = ("payload".to_owned(), Some(payload.raw));
                let extras = self.event.maps.entry("extras").or_default();
                extras.insert(payload.extras_before, pair);
                self.pairs += 1;
            }
        }
        let event = &mut self.event;
        let text = |field| event.strings.get(field).map(String::as_str);
        let is_websocket = text("websocket_action").is_some();
        let is_base64 = self.is_base64 || (is_websocket && text("data_type") == Some("binary"));
        let phase = match text("websocket_action") {
            Some("connecting") => Some("connect"),
            Some("data send" | "data recv") => Some("message"),
            Some("closing") => Some("close"),
            _ => None,
        };
        event.strings.extend(phase.map(|phase| ("websocket_phase", phase.to_owned())));
        if let Some((kind @ "text", _)) = &mut event.body
            && is_base64
        {
            *kind = "base64";
        }
    }
}
