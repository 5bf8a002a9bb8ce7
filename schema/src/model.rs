//! The schema as it is in the file.

use serde::Deserialize;
use toml::Spanned;

/// The content of `apigw.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Schema {
    #[serde(rename = "limit")]
    pub(crate) limits: Vec<Limit>,
    #[serde(rename = "string")]
    pub(crate) strings: Vec<Field>,
    #[serde(rename = "map")]
    pub(crate) maps: Vec<Field>,
    pub(crate) extras: Vec<Extras>,
    #[serde(rename = "flag")]
    pub(crate) flags: Vec<Flag>,
    #[serde(rename = "kind")]
    pub(crate) kinds: Vec<Kind>,
    #[serde(rename = "error")]
    pub(crate) errors: Vec<Fault>,
    pub(crate) headers: Headers,
}

/// A limit that is part of the interface.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Limit {
    pub(crate) name: Spanned<String>,
    pub(crate) value: u64,
    pub(crate) doc: String,
}

/// A string or a map of an event.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Field {
    pub(crate) name: Spanned<String>,
    pub(crate) doc: String,
    /// The members of an event that it is read from.
    pub(crate) member: String,
    /// Whether names of a map are compared without ASCII case.
    #[serde(default)]
    pub(crate) ignores_case: bool,
}

/// The members of an object that have no field.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Extras {
    pub(crate) name: Spanned<String>,
    pub(crate) doc: String,
}

/// A bit of the flags. Its index in the list is the number of the bit.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Flag {
    pub(crate) name: Spanned<String>,
    pub(crate) doc: String,
}

/// An enumeration whose values are numbered from 0.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Kind {
    pub(crate) name: Spanned<String>,
    pub(crate) c_prefix: String,
    /// The prefix of its constants in Go, if it has any.
    pub(crate) go_prefix: Option<String>,
    /// Whether Rust has no generated type for it.
    #[serde(default)]
    pub(crate) only_c: bool,
    pub(crate) title: String,
    pub(crate) doc: String,
    pub(crate) values: Vec<Value>,
}

/// A value of an enumeration.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Value {
    /// The stable name.
    pub(crate) name: Spanned<String>,
    /// The name of the variant in Rust.
    pub(crate) rust: String,
    /// The name of the constant in Go, if it is not derived from `rust`.
    pub(crate) go: Option<String>,
    pub(crate) doc: String,
}

/// An error.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fault {
    pub(crate) number: Spanned<u32>,
    pub(crate) name: Spanned<String>,
    pub(crate) doc: String,
    /// What the offset refers to, for the documentation.
    pub(crate) offset: Option<String>,
    /// One sentence for people, without a full stop.
    pub(crate) text: String,
    /// Whether only functions of the C interface return it.
    #[serde(default)]
    pub(crate) only_c: bool,
    /// The documentation in C, where the meaning is wider.
    pub(crate) c_doc: Option<String>,
    pub(crate) c_text: Option<String>,
    /// The name of the constant in Go, if it is not derived from `name`; `-` if there is none.
    pub(crate) go: Option<String>,
}

/// The well-known header names.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Headers {
    pub(crate) names: Vec<Spanned<String>>,
}
