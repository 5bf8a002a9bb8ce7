//! The JSON text of an event.

use super::spec::{
    BodySpec, CONTEXT_TEXTS, EVENT_TEXTS, HTTP_TEXTS, IDENTITY_TEXTS, Json, MAPS, MapSpec,
    ObjectSpec, Spec, WEBSOCKET_TEXTS,
};
use crate::common::random::Random;

/// A document.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) json: String,
    /// The known members at the top, in their spelling.
    pub(crate) top_names: Vec<&'static str>,
}

/// A member to write.
enum Member<'s> {
    Text(&'static str, &'s Option<String>),
    Map(&'static str, &'s MapSpec),
    Extra(&'s (String, Json)),
    /// The body under its name.
    Body(&'static str, &'s BodySpec),
    /// The flag under its name, as it is written.
    Flag(&'static str, &'static str),
    Object(&'static str, Vec<Member<'s>>),
    /// An object that is replaced by something else.
    NoObject(&'static str, &'static str),
}

struct Writer {
    out: String,
    random: Random,
}

pub(crate) fn write(spec: &Spec) -> Written {
    let mut writer = Writer { out: String::new(), random: Random::new(spec.spelling) };
    let mut members = object_members(&spec.event, &EVENT_TEXTS);
    for (name, map) in MAPS.iter().zip(&spec.maps) {
        let name = writer.alias(name);
        members.extend(map.iter().map(|map| Member::Map(name, map)));
    }
    let flag_name = writer.alias("isBase64Encoded");
    members.extend(spec.base64_flag.map(|flag| Member::Flag(flag_name, flag)));
    if let Some(context) = &spec.context {
        let mut inner = object_members(context, &CONTEXT_TEXTS);
        let identity = spec.identity.iter();
        inner.extend(identity.map(|identity| {
            Member::object("identity", identity, object_members(identity, &IDENTITY_TEXTS))
        }));
        let http = spec.http.iter();
        inner.extend(
            http.map(|http| Member::object("http", http, object_members(http, &HTTP_TEXTS))),
        );
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
        let mut inner = object_members(websocket, &WEBSOCKET_TEXTS);
        if is_data {
            inner.push(Member::Body("data", &spec.body));
        }
        members.push(Member::object("websocket", websocket, inner));
    }
    let top_names = members.iter().filter_map(Member::known_name).collect();
    writer.white();
    writer.members(members);
    writer.white();
    Written { json: writer.out, top_names }
}

fn object_members<'s>(object: &'s ObjectSpec, texts: &[&'static str]) -> Vec<Member<'s>> {
    let texts = texts.iter().zip(&object.texts);
    let texts = texts.filter_map(|(name, text)| text.as_ref().map(|text| Member::Text(name, text)));
    texts.chain(object.extras.iter().map(Member::Extra)).collect()
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
            Member::Text(name, _)
            | Member::Map(name, _)
            | Member::Object(name, _)
            | Member::NoObject(name, _)
            | Member::Body(name, _)
            | Member::Flag(name, _) => Some(name),
            Member::Extra(_) => None,
        }
    }
}

impl Writer {
    /// Returns a known name, or sometimes an alias of it.
    fn alias(&mut self, name: &'static str) -> &'static str {
        let alias = match name {
            "headerParameters" => "headersParameters",
            "isBase64Encoded" => "isBase64",
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
            match &member {
                Member::Extra((name, _)) => self.string(name),
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
            Member::Text(_, None)
            | Member::Map(_, MapSpec::Null)
            | Member::Body(_, BodySpec::Null) => {
                self.out.push_str("null");
            }
            Member::Text(_, Some(text)) | Member::Body(_, BodySpec::Text(text)) => {
                self.string(text);
            }
            Member::Map(_, MapSpec::EmptyArray) => self.out.push_str("[ ]"),
            Member::Map(_, MapSpec::Pairs(pairs)) => self.map(pairs),
            Member::Extra((_, json)) | Member::Body(_, BodySpec::Json(json)) => self.json(json),
            Member::Body(_, BodySpec::Absent) => unreachable!("it is not among the members"),
            Member::Flag(_, text) | Member::NoObject(_, text) => self.out.push_str(text),
            Member::Object(_, members) => self.members(members),
        }
    }

    fn map(&mut self, pairs: &[(String, Json)]) {
        self.out.push('{');
        self.white();
        for (i, (name, value)) in pairs.iter().enumerate() {
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

    /// Writes a value.
    fn json(&mut self, json: &Json) {
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
    }

    fn string(&mut self, text: &str) {
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
}
