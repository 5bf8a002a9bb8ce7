//! Generates the C and C++ declarations that cbindgen does not write.

use std::fmt::Write;

use crate::model::Schema;
use crate::names::upper;
use crate::write::{self, Generated, NOTE};

/// The files of C and C++.
pub(crate) fn files(schema: &Schema) -> Vec<Generated> {
    vec![
        Generated { path: "include/apigw_headers.h", region: None, text: headers(schema) },
        Generated { path: "include/apigw.hpp", region: Some("fields"), text: accessors(schema) },
    ]
}

fn headers(schema: &Schema) -> String {
    let mut out = format!(
        "/* {NOTE} */

/*
 * The numbers of well-known header names, in any case: values of `apigw_pair.name_id` in `headers`
 * and `declared_headers`. Every other name has number 0. New ones may be added.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 */

#ifndef APIGW_HEADERS_H
#define APIGW_HEADERS_H

"
    );
    for (index, name) in schema.headers.names.iter().enumerate() {
        let name = name.get_ref();
        writeln!(out, "#define APIGW_HEADER_{} {}", upper(name), index + 1).unwrap();
    }
    out + "\n#endif\n"
}

fn accessors(schema: &Schema) -> String {
    let mut out = String::new();
    for field in &schema.strings {
        let name = field.name.get_ref();
        if name != "body" {
            out += &comment(first_line(&field.doc));
            out += &function("string", name, &format!("return text(event_.table->{name});"));
        }
    }
    let maps = schema.maps.iter().map(|it| (&it.name, &it.doc, it.ignores_case));
    let extras = schema.extras.iter().map(|it| (&it.name, &it.doc, false));
    for (name, doc, ignores_case) in maps.chain(extras) {
        let name = name.get_ref();
        out += &comment(first_line(doc));
        let body = format!("return {{event_, event_.table->{name}, {ignores_case}}};");
        out += &function("pairs", name, &body);
    }
    out
}

/// Returns a member function: on one line if it has at most 100 columns.
fn function(result: &str, name: &str, body: &str) -> String {
    let line = format!("    {result} {name}() const noexcept {{ {body} }}\n");
    if line.len() <= 101 {
        return line;
    }
    format!("    {result} {name}() const noexcept {{\n        {body}\n    }}\n")
}

/// Returns the comment of a member: on one line if it has at most 100 columns.
fn comment(text: &str) -> String {
    let line = format!("    /** {text} */\n");
    if line.chars().count() <= 101 {
        return line;
    }
    format!("    /**\n{}     */\n", write::comment("     * ", text))
}

/// Returns the first sentence of a text.
fn first_line(doc: &str) -> &str {
    doc.split_inclusive(". ").next().unwrap_or(doc).trim()
}
