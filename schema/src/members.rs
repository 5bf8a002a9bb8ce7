//! Generates the list of the members that the decoder knows.

use std::fmt::Write;

use crate::model::{Member, Schema};
use crate::names::camel;
use crate::rust::{head, slot_of};

/// Returns the file of the members.
pub(crate) fn list(schema: &Schema) -> String {
    let mut out = head("The members that the decoder knows by their names.");
    out += "use super::member::{Member, MemberKind, Object, known, mark};\n\
            use crate::record::fields::{Map, Text};\n\n";
    out += "/// What the presence of members says about an event.\npub(super) mod marks {\n";
    for (bit, mark) in schema.marks.iter().enumerate() {
        let paths: Vec<_> = schema
            .members
            .iter()
            .filter(|member| marks(member).any(|it| it == mark.get_ref()))
            .map(|member| format!("`{}`", member.path.get_ref()))
            .collect();
        let what = if mark.get_ref() == "VERSION_V1" {
            "`version` with the value `v1`".to_owned()
        } else {
            paths.join(" or ")
        };
        out += &crate::write::comment("    /// ", &format!("The event has {what}."));
        writeln!(out, "pub(in crate::decode) const {}: u64 = 1 << {bit};", mark.get_ref()).unwrap();
    }
    out += &crate::write::comment(
        "    /// ",
        "The event has a member that fills a field only in some dialects, or if another member \
         is absent.",
    );
    writeln!(
        out,
        "pub(in crate::decode) const SECONDARY: u64 = 1 << {};\n}}\n",
        schema.marks.len()
    )
    .unwrap();
    writeln!(
        out,
        "/// The number of known members.\npub(super) const COUNT: usize = {};\n",
        schema.members.len()
    )
    .unwrap();
    out += "/// The known members.\npub(super) const KNOWN: [Member; COUNT] = [\n";
    for member in &schema.members {
        out += &entry(schema, member);
    }
    out + "];\n"
}

fn marks(member: &Member) -> impl Iterator<Item = &String> {
    member.mark.iter().chain(&member.also).map(|mark| mark.get_ref())
}

fn entry(schema: &Schema, member: &Member) -> String {
    let (object, name) = member.split();
    let object = match object {
        "" => "Event",
        object => schema
            .members
            .iter()
            .find(|it| it.path.get_ref() == object)
            .and_then(|it| it.object.as_deref())
            .expect("the object is a known member"),
    };
    let mut marks: Vec<_> = marks(member).map(|mark| format!("marks::{mark}")).collect();
    let (kind, is_secondary) = match kind(schema, member) {
        Some(kind) => kind,
        None => {
            return format!("mark(Object::{object}, {name:?}, {}),\n", joined(&marks));
        }
    };
    if is_secondary {
        marks.push("marks::SECONDARY".to_owned());
    }
    let (path, marks) = (member.path.get_ref(), joined(&marks));
    format!("known(Object::{object}, {path:?}, {kind}, {marks}),\n")
}

fn joined(marks: &[String]) -> String {
    if marks.is_empty() { "0".to_owned() } else { marks.join(" | ") }
}

/// Returns the kind of a member that has one, and whether it is of a secondary rank.
fn kind(schema: &Schema, member: &Member) -> Option<(String, bool)> {
    if let Some(object) = &member.object {
        return Some((format!("MemberKind::Object(Object::{object})"), false));
    }
    if let Some(slot) = slot_of(schema, member, true) {
        let is_field = schema.maps.iter().any(|it| crate::rust::variant(it.name.get_ref()) == slot);
        return Some((format!("MemberKind::Map(Map::{slot})"), !is_field));
    }
    match (member.kind.as_deref(), slot_of(schema, member, false)) {
        (Some("time"), Some(slot)) => Some((format!("MemberKind::Raw(Text::{slot})"), true)),
        (Some(kind), _) => Some((format!("MemberKind::{}", camel(kind)), kind == "cookies")),
        (None, Some(slot)) => {
            let is_field =
                schema.strings.iter().any(|it| crate::rust::variant(it.name.get_ref()) == slot);
            let kind = if member.raw.is_some() { "Raw" } else { "Text" };
            Some((format!("MemberKind::{kind}(Text::{slot})"), !is_field))
        }
        (None, None) => None,
    }
}
