//! Generates the tables of the documentation.

use std::fmt::Write;

use crate::model::Schema;
use crate::write::Generated;

/// The tables of `docs/format.md`.
pub(crate) fn files(schema: &Schema) -> Vec<Generated> {
    vec![
        Generated { path: "docs/format.md", region: Some("fields"), text: fields(schema) },
        Generated { path: "docs/format.md", region: Some("errors"), text: errors(schema) },
    ]
}

fn fields(schema: &Schema) -> String {
    let mut out = String::from("\n| field | meaning | from |\n|---|---|---|\n");
    for field in schema.strings.iter().chain(&schema.maps) {
        let (name, doc) = (field.name.get_ref(), &field.doc);
        writeln!(out, "| `{name}` | {doc} | {} |", schema.members_of(name)).unwrap();
    }
    for field in &schema.extras {
        writeln!(out, "| `{}` | {} | |", field.name.get_ref(), field.doc).unwrap();
    }
    out + "\n"
}

fn errors(schema: &Schema) -> String {
    let mut out = String::from("\n| number | name | meaning | offset |\n|---|---|---|---|\n");
    for error in schema.errors.iter().filter(|error| !error.only_c) {
        let (number, name) = (error.number.get_ref(), error.name.get_ref());
        let offset = error.offset.as_deref().unwrap_or_default();
        writeln!(out, "| {number} | `{name}` | {} | {offset} |", error.doc).unwrap();
    }
    out + "\n"
}
