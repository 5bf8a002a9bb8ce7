//! Generates the declarations of the core.

use std::fmt::Write;

use toml::Spanned;

use crate::model::{Field, Member, Schema};
use crate::names::{camel, members, upper};
use crate::write::{Generated, NOTE, comment, format_rust};

/// The files of the core.
pub(crate) fn files(schema: &Schema) -> Result<Vec<Generated>, String> {
    let files = [
        ("src/limits/values.rs", limits(schema)),
        ("src/record/fields.rs", fields(schema)),
        ("src/record/accessors.rs", accessors(schema)),
        ("src/decode/member_list.rs", crate::members::list(schema)),
        ("src/record/kinds.rs", crate::rust_kinds::kinds(schema)),
        ("src/record/header_list.rs", header_list(schema)),
        ("src/error/code.rs", error_codes(schema)),
        ("src/capi/constants.rs", constants(schema)),
    ];
    let file =
        |(path, text): (_, String)| Ok(Generated { path, region: None, text: format_rust(&text)? });
    files.into_iter().map(file).collect()
}

pub(crate) fn head(module: &str) -> String {
    format!("// {NOTE}\n\n//! {module}\n\n")
}

/// Returns the documentation of an item, in which names of limits are links.
pub(crate) fn doc(schema: &Schema, text: &str) -> String {
    let mut text = text.to_owned();
    for limit in &schema.limits {
        let name = limit.name.get_ref();
        text = text.replace(&format!("`{name}`"), &format!("[`{name}`](crate::{name})"));
    }
    // Indented, because most items are. rustfmt removes it from the others.
    comment("    /// ", &text)
}

/// Returns the documentation of an accessor: the result first.
fn accessor_doc(schema: &Schema, text: &str) -> String {
    let (first, rest) = text.split_at(1);
    doc(schema, &format!("Returns {}{rest}", first.to_ascii_lowercase()))
}

/// Returns the documentation in the C header, in which names of limits are those of C.
fn c_doc(schema: &Schema, text: &str) -> String {
    let mut text = text.to_owned();
    for limit in &schema.limits {
        let name = limit.name.get_ref();
        text = text.replace(&format!("`{name}`"), &format!("`APIGW_{name}`"));
    }
    text = text.replace("`BODY_BASE64`", "`APIGW_FLAG_BODY_BASE64`");
    comment("/// ", &text)
}

fn limits(schema: &Schema) -> String {
    let mut out = head("Limits that are part of the interface.");
    for limit in &schema.limits {
        out += &doc(schema, &limit.doc);
        writeln!(out, "pub const {}: usize = {};\n", limit.name.get_ref(), limit.value).unwrap();
    }
    out
}

fn fields(schema: &Schema) -> String {
    let (strings, maps, extras) = (&schema.strings, &schema.maps, &schema.extras);
    let mut out = head("The fields of a decoded event.");
    out += "use super::span::{Range, Span};\n\n";
    out += "/// The fixed part of a decoded event. New members are added at the end.\n";
    out += "#[repr(C)]\n#[derive(Clone, Copy, Debug)]\npub struct EventTable {\n";
    out += "/// The number of bytes that the library has filled. Later members are invalid.\n";
    out +=
        "pub size: u32,\n/// The number of the dialect, the kind of gateway that made the event.\n";
    out += "pub dialect: u32,\n";
    out +=
        "/// The number of the method if it is registered, compared without case; otherwise 0.\n";
    out += "pub method_id: u32,\n";
    out += "/// Bits for the kind of body, for ASCII text, and for what happened to a WebSocket.\n";
    out += "pub flags: u32,\n/// The number of pairs in all maps together.\npub pair_count: u32,\n";
    for place in schema.places() {
        let is_named = |name: &Spanned<String>| name.get_ref() == place.name;
        if let Some(field) = strings.iter().find(|field| is_named(&field.name)) {
            out += &doc(schema, &member_doc(schema, field));
            writeln!(out, "pub {}: Span,", place.name).unwrap();
        } else if let Some(field) = maps.iter().find(|field| is_named(&field.name)) {
            out += &doc(schema, &member_doc(schema, field));
            writeln!(out, "pub {}: Range,", place.name).unwrap();
        } else if let Some(field) = extras.iter().find(|field| is_named(&field.name)) {
            out += &doc(schema, &field.doc);
            writeln!(out, "pub {}: Range,", place.name).unwrap();
        } else {
            out += match place.name {
                "status" => "/// The status of a response, 100 to 999; 0 in an event.\n",
                "time_low" => {
                    "/// The lower half of the request's time, milliseconds since 1970. Both\n\
                     /// halves are 0 if the event has no time.\n"
                }
                _ => "/// The upper half of the time.\n",
            };
            writeln!(out, "pub {}: u32,", place.name).unwrap();
        }
    }
    out += "}\n\n";

    out += "/// The bits of [`EventTable::flags`].\npub mod flags {\n";
    for (bit, flag) in schema.flags.iter().enumerate() {
        out += &comment("/// ", &flag.doc);
        writeln!(out, "pub const {}: u32 = 1 << {bit};", flag.name.get_ref()).unwrap();
    }
    out += "}\n\n";
    let slots = slots(schema, false);
    out += &list_enum("Strings of an event", "Text", &slots);
    out += &count("strings", "TEXTS", "TEXT_SLOTS", strings.len(), slots.len());
    out += &fallbacks("Text", "TEXT_FALLBACKS", &slots[strings.len()..]);
    let slots = self::slots(schema, true);
    out += &list_enum("Maps of an event", "Map", &slots);
    out += &count("maps", "MAPS", "MAP_SLOTS", maps.len(), slots.len());
    out += &fallbacks("Map", "MAP_FALLBACKS", &slots[maps.len()..]);
    writeln!(
        out,
        "/// The number of objects whose unknown members are kept.\n\
         pub(crate) const EXTRAS: usize = {};\n",
        extras.len()
    )
    .unwrap();

    let names = |names: Vec<&String>| names.iter().map(|it| format!("{it}, ")).collect::<String>();
    let strings = names(strings.iter().map(|it| it.name.get_ref()).collect());
    let maps = names(maps.iter().map(|it| it.name.get_ref()).collect());
    let extras = names(extras.iter().map(|it| it.name.get_ref()).collect());
    write!(
        out,
        "impl EventTable {{
    /// An event without any member.
    pub(crate) const ABSENT: EventTable = EventTable::new(
        [0; 5],
        &[Span::ABSENT; TEXTS],
        &[Range::ABSENT; MAPS],
        [Range::ABSENT; EXTRAS],
    );

    /// Makes a table from the fields in their order.
    pub(crate) const fn new(
        head: [u32; 5],
        texts: &[Span; TEXTS],
        maps: &[Range; MAPS],
        extras: [Range; EXTRAS],
    ) -> EventTable {{
        let [size, dialect, method_id, flags, pair_count] = head;
        let [{strings}] = *texts;
        let [{maps}] = *maps;
        let [{extras}] = extras;
        EventTable {{
            size, dialect, method_id, flags, pair_count, {strings} {maps} {extras}
            status: 0, time_low: 0, time_high: 0,
        }}
    }}
}}
"
    )
    .unwrap();
    out
}

/// Returns the documentation of a field with the members that it is read from.
pub(crate) fn member_doc(schema: &Schema, field: &Field) -> String {
    let doc = &field.doc;
    match schema.members_of(field.name.get_ref()) {
        paths if paths.is_empty() => doc.clone(),
        paths => format!("{doc}\n\nFrom {}.", members(&paths)),
    }
}

/// A place in which the decoder keeps a string or a map.
pub(crate) struct Slot<'s> {
    /// The variant of the enumeration.
    variant: String,
    /// The member that fills the slot, if it is not that of a field.
    member: Option<&'s Member>,
}

/// Returns the slots of the strings or of the maps: those of the fields, then those of members that
/// fill no field themselves, or only if a member of a higher rank is absent.
pub(crate) fn slots(schema: &Schema, is_map: bool) -> Vec<Slot<'_>> {
    let fields = if is_map { &schema.maps } else { &schema.strings };
    let mut slots: Vec<_> = fields
        .iter()
        .map(|field| Slot { variant: variant(field.name.get_ref()), member: None })
        .collect();
    slots.extend(schema.members.iter().filter_map(|member| {
        let variant = slot_of(schema, member, is_map)?;
        let is_new = fields.iter().all(|field| self::variant(field.name.get_ref()) != variant);
        is_new.then_some(Slot { variant, member: Some(member) })
    }));
    slots
}

/// Returns the slot of a member that is a string or a map.
pub(crate) fn slot_of(schema: &Schema, member: &Member, is_map: bool) -> Option<String> {
    let (field, source) = if is_map {
        (&member.map, &member.source_map)
    } else if member.kind.as_deref() == Some("time") {
        return Some(path_variant(member));
    } else {
        (if member.raw.is_some() { &member.raw } else { &member.string }, &member.source)
    };
    if let Some(source) = source {
        return Some(variant(source));
    }
    let field = field.as_deref()?;
    let first = schema.members.iter().find(|it| it.field() == Some(field))?;
    Some(if std::ptr::eq(first, member) { variant(field) } else { path_variant(member) })
}

/// Converts `requestContext.http.method` to `RequestContextHttpMethod`, and `rawPath` to
/// `EventRawPath`.
fn path_variant(member: &Member) -> String {
    let path = member.path.get_ref();
    let prefix = if path.contains('.') { "" } else { "event." };
    format!("{prefix}{path}")
        .split('.')
        .map(|name| name[..1].to_ascii_uppercase() + &name[1..])
        .collect()
}

fn list_enum(what: &str, name: &str, slots: &[Slot<'_>]) -> String {
    let mut out = format!(
        "/// {what}, in the order of [`EventTable`], and the members from which they are made.\n\
         #[repr(u8)]\n#[derive(Clone, Copy, Debug, PartialEq, Eq)]\npub(crate) enum {name} {{\n"
    );
    for slot in slots {
        if let Some(member) = slot.member {
            writeln!(out, "/// `{}`.", member.path.get_ref()).unwrap();
        }
        writeln!(out, "{},", slot.variant).unwrap();
    }
    out + "}\n\n"
}

fn count(what: &str, fields: &str, slots: &str, field_count: usize, slot_count: usize) -> String {
    format!(
        "/// The number of {what} of an event.\n\
         pub(crate) const {fields}: usize = {field_count};\n\n\
         /// The number of {what} that a decoder keeps.\n\
         pub(crate) const {slots}: usize = {slot_count};\n\n"
    )
}

/// Returns the list of the members that fill a field if those of a higher rank are absent.
fn fallbacks(kind: &str, name: &str, slots: &[Slot<'_>]) -> String {
    let mut pairs = String::new();
    let mut number = 0;
    for slot in slots {
        if let Some(field) = slot.member.and_then(Member::field) {
            writeln!(pairs, "({kind}::{}, {kind}::{}),", variant(field), slot.variant).unwrap();
            number += 1;
        }
    }
    format!(
        "/// Fields, each with a member that fills it if all of a higher rank are absent.\n\
         pub(crate) const {name}: [({kind}, {kind}); {number}] = [{pairs}];\n\n"
    )
}

/// Returns the variant of a field: `websocket_protocol` becomes `WebSocketProtocol`.
pub(crate) fn variant(field: &str) -> String {
    camel(field).replace("Websocket", "WebSocket")
}

fn accessors(schema: &Schema) -> String {
    let mut out = head("The accessors of an event's strings and maps.");
    out += "use super::event::{Event, WebSocketPhase};\nuse super::pairs::Pairs;\n\n";
    out += "impl<'a> Event<'a> {\n";
    // The accessor of the body is not generated, because it also returns the kind of body.
    let strings: Vec<_> = schema.strings.iter().filter(|it| it.name.get_ref() != "body").collect();
    for field in &strings {
        let name = field.name.get_ref();
        out += &accessor_doc(schema, &member_doc(schema, field));
        writeln!(
            out,
            "pub fn {name}(&self) -> Option<&'a str> {{ self.string(self.table().{name}) }}\n"
        )
        .unwrap();
    }
    for field in &schema.maps {
        let (name, ignores_case) = (field.name.get_ref(), field.ignores_case);
        out += &accessor_doc(schema, &member_doc(schema, field));
        writeln!(
            out,
            "pub fn {name}(&self) -> Pairs<'a> {{ \
             self.map(self.table().{name}, {ignores_case}) }}\n"
        )
        .unwrap();
    }
    for field in &schema.extras {
        let name = field.name.get_ref();
        out += &accessor_doc(schema, &field.doc);
        writeln!(
            out,
            "pub fn {name}(&self) -> Pairs<'a> {{ self.map(self.table().{name}, false) }}\n"
        )
        .unwrap();
    }
    let list = |what: &str, function: &str, item: &str| {
        format!(
            "/// Iterates over {what}, with the names of their accessors. A later
            /// version may have more.
            pub fn {function}(
                &self,
            ) -> impl ExactSizeIterator<Item = (&'static str, {item})> + use<'a> {{ ["
        )
    };
    out += &list("all strings except the body", "strings", "Option<&'a str>");
    for field in &strings {
        let name = field.name.get_ref();
        if name == "event_type" {
            out += "(\"websocket_phase\", self.websocket_phase().map(WebSocketPhase::name)),\n";
        }
        writeln!(out, "(\"{name}\", self.{name}()),").unwrap();
    }
    let end = "].into_iter() }\n\n";
    out += end;
    let maps: Vec<_> = schema.maps.iter().map(|it| it.name.get_ref()).collect();
    let extras: Vec<_> = schema.extras.iter().map(|it| it.name.get_ref()).collect();
    let lists = [("maps", "the maps", maps), ("all_extras", "the unknown members", extras)];
    for (function, what, names) in lists {
        out += &list(what, function, "Pairs<'a>");
        for name in names {
            writeln!(out, "(\"{name}\", self.{name}()),").unwrap();
        }
        out += end;
    }
    out + "}\n"
}

fn header_list(schema: &Schema) -> String {
    let names = &schema.headers.names;
    let mut out = head("Well-known header names.");
    out += "/// The names by number; the first is number 1.\n";
    writeln!(out, "pub(crate) const NAMES: [&str; {}] = [", names.len()).unwrap();
    for name in names {
        writeln!(out, "\"{}\",", name.get_ref()).unwrap();
    }
    out + "];\n"
}

fn error_codes(schema: &Schema) -> String {
    let errors: Vec<_> = schema.errors.iter().filter(|error| !error.only_c).collect();
    let mut out = head("The numbers, names and texts of errors.");
    out += "/// The kind of an error. A number is never given to another error.
        ///
        /// Numbers 1 to 15 are about the caller or the system, 16 to 31 about the JSON text,
        /// 32 to 47 about the members of the event, 48 to 63 about limits, 64 to 79 about a
        /// response.
        #[repr(u32)]
        #[non_exhaustive]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ErrorCode {\n"
        .replace("\n        ", "\n")
        .as_str();
    for error in &errors {
        out += &doc(schema, &error.doc);
        writeln!(out, "{} = {},", camel(error.name.get_ref()), error.number.get_ref()).unwrap();
    }
    writeln!(out, "}}\n\nimpl ErrorCode {{\n/// Every code, by number.").unwrap();
    writeln!(out, "pub const ALL: [ErrorCode; {}] = [", errors.len()).unwrap();
    for error in &errors {
        writeln!(out, "ErrorCode::{},", camel(error.name.get_ref())).unwrap();
    }
    out += "];\n\n/// Returns the stable number.\npub fn number(self) -> u32 { self as u32 }\n\n";
    out += "/// Returns the stable name, such as `unexpected-end`.\n\
            pub const fn name(self) -> &'static str { match self {\n";
    for error in &errors {
        let name = error.name.get_ref();
        writeln!(out, "ErrorCode::{} => \"{name}\",", camel(name)).unwrap();
    }
    out += "} }\n\n/// Returns the meaning, a sentence without a full stop.\n";
    out += "pub const fn text(self) -> &'static str { match self {\n";
    for error in &errors {
        writeln!(out, "ErrorCode::{} => {:?},", camel(error.name.get_ref()), error.text).unwrap();
    }
    out + "} }\n}\n"
}

/// Returns the constants from which cbindgen writes those of `apigw.h`. It accepts only literals.
fn constants(schema: &Schema) -> String {
    let mut out = head("The constants of `include/apigw.h`.");
    out += "// Most of them are only used in the header.\n#![allow(dead_code)]\n\n";
    out += "/// # Limits\n/// ---\n";
    for limit in &schema.limits {
        let first = limit.doc.split("\n\n").next().unwrap_or_default();
        out += &c_doc(schema, first);
        writeln!(out, "pub const APIGW_{}: usize = {};\n", limit.name.get_ref(), limit.value)
            .unwrap();
    }
    out += "/// The offset of an absent string, the first index of an absent map, and the result of
/// `apigw_event_find` if nothing is found.
pub const APIGW_NONE: u32 = u32::MAX;

/// # Status codes
///
/// Numbers 1 to 15 are about the caller or the system, 16 to 31 about the JSON text, 32 to 47 about
/// the members of the event, 48 to 63 about limits, 64 to 79 about a response. New ones may be
/// added; a number is never given to another error. Offsets count bytes of the input from 0, and
/// are the same on every CPU.
/// ---
/// Success.
pub const APIGW_OK: u32 = 0;\n";
    for error in &schema.errors {
        out += &c_doc(schema, error.c_doc.as_deref().unwrap_or(&error.doc));
        let (name, number) = (upper(error.name.get_ref()), error.number.get_ref());
        writeln!(out, "pub const APIGW_E_{name}: u32 = {number};").unwrap();
    }
    for kind in &schema.kinds {
        writeln!(out, "\n/// # {}\n///", kind.title).unwrap();
        out += &comment("/// ", &kind.doc);
        out += "/// ---\n";
        for (number, value) in kind.values.iter().enumerate() {
            out += &c_doc(schema, &value.doc);
            let name = upper(value.name.get_ref());
            writeln!(out, "pub const APIGW_{}_{name}: u32 = {number};", kind.c_prefix).unwrap();
        }
    }
    out += "\n/// # Flags\n///\n/// The bits of `apigw_event_table.flags`.\n/// ---\n";
    for (bit, flag) in schema.flags.iter().enumerate() {
        out += &c_doc(schema, &flag.doc);
        writeln!(out, "pub const APIGW_FLAG_{}: u32 = {:#04x};", flag.name.get_ref(), 1u32 << bit)
            .unwrap();
    }
    out += "\n/// The number, name and text of every status.\n";
    writeln!(
        out,
        "pub(super) const STATUSES: [(u32, &str, &str); {}] = [",
        schema.errors.len() + 1
    )
    .unwrap();
    out += "(0, \"ok\", \"success\"),\n";
    for error in &schema.errors {
        let text = error.c_text.as_ref().unwrap_or(&error.text);
        writeln!(out, "({}, \"{}\", {text:?}),", error.number.get_ref(), error.name.get_ref())
            .unwrap();
    }
    out + "];\n"
}
