//! The declarations of C and C++ that cbindgen does not write.

use std::fmt::Write;

use crate::model::Schema;
use crate::names::upper;
use crate::write::{Generated, NOTE};

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
 * Numbers of well-known header names: values of `apigw_pair.name_id` in `headers` and
 * `declared_headers`, whatever the case of the name. 0 is every other name. New ones may be added.
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
            writeln!(out, "    /** {} */", first_line(&field.doc)).unwrap();
            writeln!(
                out,
                "    string {name}() const noexcept {{ return get(view_.event->{name}); }}"
            )
            .unwrap();
        }
    }
    let maps = schema.maps.iter().map(|it| (&it.name, &it.doc, it.ignores_case));
    let extras = schema.extras.iter().map(|it| (&it.name, &it.doc, false));
    for (name, doc, ignores_case) in maps.chain(extras) {
        let name = name.get_ref();
        writeln!(out, "    /** {} */", first_line(doc)).unwrap();
        writeln!(
            out,
            "    pairs {name}() const noexcept {{ return {{view_, view_.event->{name}, {ignores_case}}}; }}"
        )
        .unwrap();
    }
    out
}

/// The first sentence of a text.
fn first_line(doc: &str) -> &str {
    doc.split_inclusive(". ").next().unwrap_or(doc).trim()
}
