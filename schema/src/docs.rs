//! Generates the tables of the documentation.

use std::fmt::Write;

use crate::model::Schema;
use crate::write::Generated;

/// The tables of `docs/format.md` and `docs/events-schema.md`.
pub(crate) fn files(schema: &Schema) -> Vec<Generated> {
    vec![
        Generated { path: "docs/format.md", region: Some("fields"), text: fields(schema) },
        Generated { path: "docs/format.md", region: Some("errors"), text: errors(schema) },
        Generated { path: COLUMNS, region: Some("columns"), text: columns(schema) },
        Generated { path: COLUMNS, region: Some("unknown columns"), text: unknown_columns(schema) },
    ]
}

const COLUMNS: &str = "docs/events-schema.md";

/// The columns of the strings and maps, in the order of the event's iterators.
fn columns(schema: &Schema) -> String {
    let mut out = String::from(HEAD);
    // The body has a column of another type.
    for field in schema.strings.iter().filter(|field| field.name.get_ref() != "body") {
        let name = field.name.get_ref();
        if name == "event_type" {
            let doc = "What happened to a WebSocket connection: `connect`, `message` or `close`.";
            writeln!(out, "| `websocket_phase` | utf8 | {doc} |").unwrap();
        }
        writeln!(out, "| `{name}` | utf8 | {} |", field.doc).unwrap();
    }
    for field in &schema.maps {
        writeln!(out, "| `{}` | pairs | {} |", field.name.get_ref(), field.doc).unwrap();
    }
    out + "\n"
}

fn unknown_columns(schema: &Schema) -> String {
    let mut out = String::from(HEAD);
    for field in &schema.extras {
        writeln!(out, "| `{}` | utf8 | {} |", field.name.get_ref(), field.doc).unwrap();
    }
    out + "\n"
}

const HEAD: &str = "\n| column | type | meaning |\n|---|---|---|\n";

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
