//! Generates the enumerations of the core.

use std::fmt::Write;

use crate::model::{Kind, Schema};
use crate::rust::{doc, head};

pub(crate) fn kinds(schema: &Schema) -> String {
    let mut out = head("Enumerations of the interface.");
    for kind in schema.kinds.iter().filter(|kind| !kind.only_c) {
        out += &rust_kind(schema, kind);
    }
    out
}

fn rust_kind(schema: &Schema, kind: &Kind) -> String {
    let name = kind.name.get_ref();
    let mut out = doc(schema, &kind.doc);
    out += "#[repr(u32)]\n#[non_exhaustive]\n\
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]\n";
    writeln!(out, "pub enum {name} {{").unwrap();
    for (number, value) in kind.values.iter().enumerate() {
        out += &doc(schema, &value.doc);
        let default = if number == 0 { "#[default]\n" } else { "" };
        writeln!(out, "{default}{} = {number},", value.rust).unwrap();
    }
    writeln!(out, "}}\n\nimpl {name} {{").unwrap();
    writeln!(
        out,
        "/// Every value, by number.\npub const ALL: [{name}; {}] = [",
        kind.values.len()
    )
    .unwrap();
    for value in &kind.values {
        writeln!(out, "{name}::{},", value.rust).unwrap();
    }
    out += "];\n\n";
    let number =
        "/// Returns the value with this number, or `None` if this version does not know it.";
    writeln!(
        out,
        "{number}\npub fn from_number(number: u32) -> Option<{name}> {{
            {name}::ALL.get(number as usize).copied()
        }}\n"
    )
    .unwrap();
    writeln!(
        out,
        "/// Returns the stable name, such as `{}`.\n\
         pub const fn name(self) -> &'static str {{ match self {{",
        kind.values[1].name.get_ref()
    )
    .unwrap();
    for value in &kind.values {
        writeln!(out, "{name}::{} => \"{}\",", value.rust, value.name.get_ref()).unwrap();
    }
    out += "} }\n}\n\n";
    if kind.values.iter().any(|value| value.rules.is_some()) {
        out += &rules(schema, kind);
    }
    out
}

/// The rules for the response to an event of each dialect.
fn rules(schema: &Schema, kind: &Kind) -> String {
    let name = kind.name.get_ref();
    let mut out = format!(
        "impl {name} {{
        /// Returns the rules by which the gateway of this dialect reads a response, or `None` if
        /// its events do not get one.
        pub const fn response_rules(self) -> Option<ResponseRules> {{ Some(match self {{\n"
    );
    for value in &kind.values {
        match schema.rules_of(value) {
            Some(rules) => {
                writeln!(out, "{name}::{} => ResponseRules::{},", value.rust, rules.rust).unwrap();
            }
            None => writeln!(out, "{name}::{} => return None,", value.rust).unwrap(),
        }
    }
    out + "}) }\n}\n\n"
}
