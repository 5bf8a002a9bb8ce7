//! The declarations of the Python package.

use std::fmt::Write;

use crate::model::Schema;
use crate::names::camel;
use crate::rust::member_doc;
use crate::write::{Generated, NOTE, comment, format_rust};

/// The files of the Python package.
pub(crate) fn files(schema: &Schema) -> Result<Vec<Generated>, String> {
    let file = |path, text| Generated { path, region: None, text };
    Ok(vec![
        file("bindings/python/src/fields.rs", format_rust(&fields(schema))?),
        file("bindings/python/python/apigw/_names.py", names(schema)),
        Generated {
            path: "bindings/python/python/apigw/_apigw.pyi",
            region: Some("fields"),
            text: stubs(schema),
        },
    ])
}

/// Returns the names, documentations and other properties of all strings but the body, which has
/// functions of its own.
fn strings(schema: &Schema) -> impl ExactSizeIterator<Item = (&str, String)> {
    let strings: Vec<_> = schema.strings.iter().filter(|it| it.name.get_ref() != "body").collect();
    strings.into_iter().map(|it| (it.name.get_ref().as_str(), member_doc(schema, it)))
}

/// Returns the names and documentations of all maps, and whether they ignore case.
fn maps(schema: &Schema) -> impl Iterator<Item = (&str, String, bool)> {
    let maps = schema.maps.iter();
    let maps = maps.map(|it| (it.name.get_ref().as_str(), member_doc(schema, it), it.ignores_case));
    let extras = schema.extras.iter();
    maps.chain(extras.map(|it| (it.name.get_ref().as_str(), it.doc.clone(), false)))
}

fn fields(schema: &Schema) -> String {
    let mut out = format!("// {NOTE}\n\n//! The fields of an event, and the error for a bug.\n\n");
    out += "use apigw::table::{EventTable, Range};\n\
            use apigw::{Event, Pairs};\n\n";
    out += "/// A string of an event.
        pub(crate) struct StringField {
            pub(crate) name: &'static str,
            pub(crate) doc: &'static str,
            pub(crate) get: for<'a> fn(&Event<'a>) -> Option<&'a str>,
            /// Whether it is the method of the request.
            pub(crate) is_method: bool,
        }

        /// A map of an event.
        pub(crate) struct MapField {
            pub(crate) name: &'static str,
            pub(crate) doc: &'static str,
            pub(crate) get: for<'a> fn(&Event<'a>) -> Pairs<'a>,
            pub(crate) range: fn(&EventTable) -> Range,
            /// Whether it is a map of headers.
            pub(crate) ignores_case: bool,
        }\n\n";
    let all = strings(schema);
    writeln!(out, "/// The strings of an event except the body.").unwrap();
    writeln!(out, "pub(crate) static STRINGS: [StringField; {}] = [", all.len()).unwrap();
    for (name, doc) in all {
        let is_method = name == "method";
        writeln!(
            out,
            "StringField {{ name: {name:?}, doc: {}, get: |event| event.{name}(), \
             is_method: {is_method} }},",
            literal_of(&doc)
        )
        .unwrap();
    }
    let count = schema.maps.len() + schema.extras.len();
    out += "];\n\n/// The maps of an event.\n";
    writeln!(out, "pub(crate) static MAPS: [MapField; {count}] = [").unwrap();
    for (name, doc, ignores_case) in maps(schema) {
        writeln!(
            out,
            "MapField {{ name: {name:?}, doc: {}, get: |event| event.{name}(), \
             range: |table| table.{name}, ignores_case: {ignores_case} }},",
            literal_of(&doc)
        )
        .unwrap();
    }
    out += "];\n\n/// Number, name and text of the error for a bug in the library.\n";
    for error in schema.errors.iter().filter(|error| error.name.get_ref() == "panic") {
        let (number, name) = (error.number.get_ref(), error.name.get_ref());
        writeln!(
            out,
            "pub(crate) const PANIC: (u32, &str, &str) = ({number}, {name:?}, {:?});",
            error.text
        )
        .unwrap();
    }
    out
}

/// Returns a string literal with the lines of a documentation.
fn literal_of(doc: &str) -> String {
    // rustfmt leaves code as it is if a line of a literal is too long.
    let prefix = "                     |";
    let lines = comment(prefix, doc);
    let lines = lines.lines().map(|line| line.strip_prefix(prefix).unwrap_or(line).trim_start());
    let lines: Vec<_> = lines.map(|line| format!("{line:?}")).collect();
    let lines: Vec<_> = lines.iter().map(|line| line.trim_matches('"')).collect();
    format!("\"{}\"", lines.join("\\n\\\n"))
}

/// Returns the types of the names that the library has, and the numbers of errors.
fn names(schema: &Schema) -> String {
    let mut out = format!("# {NOTE}\n\"\"\"The names that the library has, as types.\"\"\"\n\n");
    out += "from types import MappingProxyType\nfrom typing import Final, Literal, TypeAlias\n\n";
    for kind in schema.kinds.iter().filter(|kind| !kind.only_c) {
        // Methods are not an enumeration in Python, because there may be any.
        if kind.name.get_ref() != "Method" {
            let names = kind.values.iter().map(|it| it.name.get_ref().as_str());
            out += &literal(kind.name.get_ref(), names);
        }
    }
    let errors = schema.errors.iter().map(|it| it.name.get_ref().as_str());
    out += &literal("ErrorCode", errors);
    out += "\nERRORS: Final = MappingProxyType[ErrorCode, int](\n    {\n";
    for error in &schema.errors {
        writeln!(out, "        {:?}: {},", error.name.get_ref(), error.number.get_ref()).unwrap();
    }
    out + "    }\n)\n\"\"\"The numbers of errors by their names.\"\"\"\n"
}

/// Returns an alias for the type of some strings.
fn literal<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> String {
    let mut out = format!("{}: TypeAlias = Literal[\n", camel_of(name));
    for name in names {
        writeln!(out, "    {name:?},").unwrap();
    }
    out + "]\n"
}

/// Returns a name that may be `CamelCase` already.
fn camel_of(name: &str) -> String {
    if name.contains(['-', '_']) { camel(name) } else { name.to_owned() }
}

fn stubs(schema: &Schema) -> String {
    let mut out = String::new();
    for (name, doc) in strings(schema) {
        out += &property(name, &doc, "str | None");
    }
    for (name, doc, _) in maps(schema) {
        out += &property(name, &doc, "Pairs");
    }
    out
}

fn property(name: &str, doc: &str, kind: &str) -> String {
    // As wide as the indentation and the quotes of a text on one line.
    let prefix = "             |";
    let mut lines = Vec::new();
    for line in comment(prefix, doc).lines() {
        let line = line.strip_prefix(prefix).unwrap_or(line).trim_start();
        lines.push(if line.is_empty() { String::new() } else { format!("        {line}") });
    }
    let end = if lines.len() > 1 { "\n        " } else { "" };
    let text = lines.join("\n");
    let text = text.trim();
    format!("    @property\n    def {name}(self) -> {kind}:\n        \"\"\"{text}{end}\"\"\"\n")
}
