//! The JSON text of an event, and what must be read from it.

use super::spec::{
    BodySpec, CONTEXT_TEXTS, EVENT_TEXTS, IDENTITY_TEXTS, Json, MAPS, MapSpec, ObjectSpec, Spec,
    WEBSOCKET_TEXTS,
};
use crate::common::model::Event;
use crate::common::random::Random;

/// A document and what it says.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) json: String,
    pub(crate) event: Event,
    /// Number of pairs of all maps and unknown members.
    pub(crate) pairs: usize,
    /// The known members at the top, as they are spelt.
    pub(crate) top_names: Vec<&'static str>,
}

/// One member to be written.
enum Member<'s> {
    Text(&'static str, &'static str, &'s Option<String>),
    Map(&'static str, &'static str, &'s MapSpec),
    Extra(&'static str, &'s (String, Json)),
    Body(&'s BodySpec),
    Flag(&'static str),
    Object(&'static str, Vec<Member<'s>>),
}

struct Writer {
    out: String,
    random: Random,
    event: Event,
    pairs: usize,
    is_base64: bool,
}

pub(crate) fn write(spec: &Spec) -> Written {
    let mut writer = Writer {
        out: String::new(),
        random: Random::new(spec.spelling),
        event: Event { is_ascii_document: true, ..Event::default() },
        pairs: 0,
        is_base64: false,
    };
    let mut members = object_members(&spec.event, &EVENT_TEXTS, "extras");
    for ((field, name), map) in MAPS.iter().zip(&spec.maps) {
        members.extend(map.iter().map(|map| Member::Map(field, name, map)));
    }
    if !matches!(spec.body, BodySpec::Absent) {
        members.push(Member::Body(&spec.body));
    }
    members.extend(spec.base64_flag.map(Member::Flag));
    if let Some(context) = &spec.context {
        let mut inner = object_members(context, &CONTEXT_TEXTS, "context_extras");
        let identity = spec.identity.iter();
        inner.extend(identity.map(|identity| {
            Member::Object("identity", object_members(identity, &IDENTITY_TEXTS, "identity_extras"))
        }));
        members.push(Member::Object("requestContext", inner));
    }
    if let Some(websocket) = &spec.websocket {
        let inner = object_members(websocket, &WEBSOCKET_TEXTS, "websocket_extras");
        members.push(Member::Object("websocket", inner));
    }
    let top_names = members.iter().filter_map(Member::known_name).collect();
    writer.white();
    writer.members(members);
    writer.white();
    writer.conclude(spec.context.is_some());
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

impl Member<'_> {
    fn known_name(&self) -> Option<&'static str> {
        match self {
            Member::Text(_, name, _) | Member::Map(_, name, _) | Member::Object(name, _) => {
                Some(name)
            }
            Member::Body(_) => Some("body"),
            Member::Flag(_) => Some("isBase64Encoded"),
            Member::Extra(..) => None,
        }
    }
}

impl Writer {
    fn members(&mut self, mut members: Vec<Member<'_>>) {
        self.random.shuffle(&mut members);
        self.out.push('{');
        self.white();
        for (i, member) in members.into_iter().enumerate() {
            if i > 0 {
                self.comma();
            }
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
            | Member::Body(BodySpec::Null) => {
                self.out.push_str("null");
            }
            Member::Text(field, _, Some(text)) => {
                self.string(text);
                self.event.strings.insert(field, text.clone());
            }
            Member::Map(field, _, MapSpec::EmptyArray) => {
                self.out.push_str("[ ]");
                self.event.maps.entry(field).or_default();
            }
            Member::Map(field, _, MapSpec::Pairs(pairs)) => self.map(field, pairs),
            Member::Extra(map, (name, json)) => {
                let raw = self.json(json);
                self.pair(map, name, Some(raw));
            }
            Member::Body(BodySpec::Text(text)) => {
                self.string(text);
                self.event.body = Some(("text", text.clone()));
            }
            Member::Body(BodySpec::Json(json)) => {
                let raw = self.json(json);
                self.event.body = Some(("json", raw));
            }
            Member::Body(BodySpec::Absent) => unreachable!("it is not among the members"),
            Member::Flag(text) => {
                self.out.push_str(text);
                self.is_base64 = text.trim_matches('"') == "true";
            }
            Member::Object(_, members) => self.members(members),
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
            Json::Null => None,
            Json::Bool(true) if true_is_bare => None,
            _ => Some(raw),
        };
        self.pair(field, name, value);
    }

    fn pair(&mut self, map: &'static str, name: &str, value: Option<String>) {
        self.event.maps.entry(map).or_default().push((name.to_owned(), value));
        self.pairs += 1;
    }

    /// Writes a value and gives back its text.
    fn json(&mut self, json: &Json) -> String {
        let start = self.out.len();
        match json {
            Json::Null => self.out.push_str("null"),
            Json::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Json::Number(text) => self.out.push_str(text),
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
        // Most strings have as few escapes as they can, some have many.
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

    /// What follows from the members together.
    fn conclude(&mut self, has_context: bool) {
        let event = &mut self.event;
        let text = |field| event.strings.get(field).map(String::as_str);
        let is_gateway = event.maps.contains_key("query")
            || event.maps.contains_key("declared_headers")
            || text("service_id").is_some()
            || text("service_name").is_some();
        let is_websocket = text("websocket_action").is_some();
        event.dialect = match (is_websocket, is_gateway, has_context) {
            (true, _, _) => "websocket",
            (_, true, true) => "api-gateway",
            (_, true, false) => "function-url",
            _ => "unknown",
        };
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
