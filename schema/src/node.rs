//! The declarations of the Node package.

use std::fmt::Write;

use crate::model::{HEAD, Kind, Schema, TAIL};
use crate::names::{lower_camel, members, upper};
use crate::write::{Generated, NOTE, comment};

/// The files of the Node package.
pub(crate) fn files(schema: &Schema) -> Vec<Generated> {
    let file = |path, text| Generated { path, region: None, text };
    let region = |path, name, text| Generated { path, region: Some(name), text };
    let types = "bindings/node/index.d.ts";
    vec![
        file("bindings/node/lib/faults.cjs", faults(schema)),
        file("bindings/node/lib/fields.cjs", fields(schema)),
        file("bindings/node/lib/names.cjs", header_names(schema)),
        region(types, "fields", field_types(schema)),
        region(types, "dialects", union(kind(schema, "Dialect"))),
        region(types, "rules", union(kind(schema, "ResponseRules"))),
        region(types, "errors", error_types(schema)),
    ]
}

fn head() -> String {
    format!("'use strict';\n\n// {NOTE}\n\n")
}

/// A string of JavaScript.
fn quoted(text: &str) -> String {
    if text.contains('\'') { format!("\"{text}\"") } else { format!("'{text}'") }
}

fn faults(schema: &Schema) -> String {
    let mut out =
        head() + "/** Errors: number, stable name, and what it means. */\nmodule.exports = [\n";
    for error in &schema.errors {
        let text = quoted(error.c_text.as_ref().unwrap_or(&error.text));
        writeln!(out, "    [{}, '{}', {text}],", error.number.get_ref(), error.name.get_ref())
            .unwrap();
    }
    out + "];\n"
}

fn header_names(schema: &Schema) -> String {
    let out =
        head() + "/** Well-known header names in lower case, by their numbers from 1 on. */\n";
    let names: Vec<&str> = schema.headers.names.iter().map(|name| &**name.get_ref()).collect();
    out + "exports.HEADERS = `\n"
        + &comment("    ", &names.join(" "))
        + "`\n    .trim()\n    .split(/\\s+/);\n"
}

fn fields(schema: &Schema) -> String {
    let mut out = head();
    out += "/** The number of the first word of each field in the table of an event. */\n";
    out += "exports.WORDS = {\n";
    for (index, name) in HEAD.iter().enumerate() {
        writeln!(out, "    {}: {index},", upper(name)).unwrap();
    }
    for place in schema.places() {
        writeln!(out, "    {}: {},", upper(place.name), place.word).unwrap();
    }
    out += "};\n\n";
    out += "/** Bits of the flags. */\nexports.FLAGS = {\n";
    for (bit, flag) in schema.flags.iter().enumerate() {
        writeln!(out, "    {}: {},", flag.name.get_ref(), 1u32 << bit).unwrap();
    }
    out += "};\n";
    for (name, title, values) in [
        ("DIALECTS", "Names of dialects", kind(schema, "Dialect")),
        ("ENCODINGS", "Ways to write a body", kind(schema, "BodyEncoding")),
        ("RULES", "Names of the rules of responses", kind(schema, "ResponseRules")),
    ] {
        writeln!(out, "\n/** {title} by their numbers. */").unwrap();
        let names: Vec<String> =
            values.values.iter().map(|value| format!("'{}'", value.name.get_ref())).collect();
        let line = format!("exports.{name} = [{}];", names.join(", "));
        // As the formatter of the package has it.
        if line.len() <= 100 {
            writeln!(out, "{line}").unwrap();
        } else {
            writeln!(out, "exports.{name} = [\n    {},\n];", names.join(",\n    ")).unwrap();
        }
    }
    out += "\n/** The number of words in the table of an event. */\n";
    let fields = schema.strings.len() + schema.maps.len() + schema.extras.len();
    writeln!(out, "exports.TABLE_WORDS = {};", HEAD.len() + 2 * fields + TAIL.len()).unwrap();
    out += "\n/** How many strings, maps, and objects with members of no field there are. */\n";
    writeln!(out, "exports.STRINGS = {};", schema.strings.len()).unwrap();
    writeln!(out, "exports.MAPS = {};", schema.maps.len()).unwrap();
    writeln!(out, "exports.EXTRAS = {};", schema.extras.len()).unwrap();
    out += "\n/** Maps whose names have no case. */\n";
    let maps = schema.maps.iter().filter(|map| map.ignores_case);
    let names: Vec<String> = maps.map(|map| format!("'{}'", upper(map.name.get_ref()))).collect();
    writeln!(out, "exports.WITHOUT_CASE = [{}];", names.join(", ")).unwrap();
    out
}

fn kind<'a>(schema: &'a Schema, name: &str) -> &'a Kind {
    let found = schema.kinds.iter().find(|kind| kind.name.get_ref() == name);
    found.expect("the schema has the kind")
}

fn field_types(schema: &Schema) -> String {
    let mut out = String::new();
    for field in schema.strings.iter().filter(|it| it.name.get_ref() != "body") {
        out += &doc(&field.doc, &schema.members_of(field.name.get_ref()));
        writeln!(out, "    readonly {}: string | undefined;", lower_camel(field.name.get_ref()))
            .unwrap();
    }
    let maps = schema.maps.iter().map(|it| (&it.name, &it.doc));
    let extras = schema.extras.iter().map(|it| (&it.name, &it.doc));
    for (name, text) in maps.chain(extras) {
        out += &doc(text, &schema.members_of(name.get_ref()));
        writeln!(out, "    readonly {}: Pairs;", lower_camel(name.get_ref())).unwrap();
    }
    out
}

/// The type of the names of a kind, with the meaning of each.
fn union(kind: &Kind) -> String {
    let mut out = format!("/**\n{} *\n", comment(" * ", &kind.doc));
    for value in &kind.values {
        let text = format!("- `{}`: {}", value.name.get_ref(), value.doc);
        out += &comment(" * ", &text);
    }
    write!(out, " */\nexport type {} =", kind.name.get_ref()).unwrap();
    for value in &kind.values {
        write!(out, "\n    | '{}'", value.name.get_ref()).unwrap();
    }
    out + ";\n"
}

fn error_types(schema: &Schema) -> String {
    let mut out = String::new();
    for error in &schema.errors {
        let name = upper(error.name.get_ref());
        writeln!(out, "    readonly {name}: {};", error.number.get_ref()).unwrap();
    }
    out
}

/// A comment of a member, on one line where it fits.
fn doc(text: &str, paths: &str) -> String {
    let from = if paths.is_empty() { String::new() } else { format!(" From {}.", members(paths)) };
    let text = format!("{text}{from}");
    let line = format!("    /** {text} */\n");
    if line.len() <= 101 {
        return line;
    }
    format!("    /**\n{}     */\n", comment("     * ", &text))
}
