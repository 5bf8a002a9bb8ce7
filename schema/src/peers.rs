//! Generates the fields that the readers of the benchmarks fill.

use std::fmt::Write;

use crate::model::{Field, Schema};
use crate::names::{camel, upper};
use crate::write::{Generated, format_rust};

/// The regions of the benchmarks.
pub(crate) fn files(schema: &Schema) -> Result<Vec<Generated>, String> {
    let region = Some("fields");
    Ok(vec![
        Generated {
            path: "benches/peers/src/fields.rs",
            region,
            text: format_rust(&rust(schema))?,
        },
        Generated { path: "benches/peers/shims/event.h", region, text: c(schema) },
    ])
}

/// Returns the names of the strings and of the maps.
fn fields(schema: &Schema) -> (Vec<&str>, Vec<&str>) {
    fn name(field: &Field) -> &str {
        field.name.get_ref()
    }
    (schema.strings.iter().map(name).collect(), schema.maps.iter().map(name).collect())
}

fn rust(schema: &Schema) -> String {
    let (strings, maps) = fields(schema);
    let mut out = String::new();
    for (title, name, count, fields) in
        [("Strings", "Text", "TEXTS", &strings), ("Maps", "Map", "MAPS", &maps)]
    {
        let variants: Vec<String> = fields.iter().map(|field| camel(field)).collect();
        writeln!(
            out,
            "/// {title}. The readers in C fill those that events of AWS alone have.
#[derive(Clone, Copy, Debug)]
#[allow(dead_code)]
pub(crate) enum {name} {{ {}, }}

/// The number of them.
pub(crate) const {count}: usize = {};
",
            variants.join(", "),
            fields.len()
        )
        .unwrap();
    }
    let text = |field: &&str| match *field {
        "body" => "body".to_owned(),
        field => format!("event.{field}()"),
    };
    let texts: Vec<String> = strings.iter().map(text).collect();
    let maps: Vec<String> = maps.iter().map(|field| format!("event.{field}()")).collect();
    writeln!(
        out,
        "/// Returns the strings of an event.
pub(crate) fn texts<'a>(
    event: &apigw::Event<'a>,
    body: Option<&'a str>,
) -> [Option<&'a str>; TEXTS] {{
    [{}]
}}

/// Returns the maps of an event.
pub(crate) fn maps<'a>(event: &apigw::Event<'a>) -> [apigw::Pairs<'a>; MAPS] {{
    [{}]
}}
",
        texts.join(", "),
        maps.join(", ")
    )
    .unwrap();
    out
}

fn c(schema: &Schema) -> String {
    let (strings, maps) = fields(schema);
    let list = |fields: &[&str], count| {
        let names: String = fields.iter().map(|field| format!("    {},\n", upper(field))).collect();
        format!("enum {{\n{names}    {count},\n}};\n")
    };
    format!("{}\n{}", list(&strings, "TEXTS"), list(&maps, "MAPS"))
}
