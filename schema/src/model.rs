//! The schema as it is in the file.

use serde::Deserialize;
use toml::Spanned;

/// The content of `apigw.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Schema {
    pub(crate) marks: Vec<Spanned<String>>,
    pub(crate) members: Vec<Member>,
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
    /// The version of the table in which the field was added. Fields of later versions follow all
    /// others.
    #[serde(default = "first")]
    pub(crate) added: u32,
    /// Whether names of a map are compared without ASCII case.
    #[serde(default)]
    pub(crate) ignores_case: bool,
}

fn first() -> u32 {
    1
}

/// A member of an event that decoders know by its name.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Member {
    /// The names of the objects that contain it and its own name, with dots between them.
    pub(crate) path: Spanned<String>,
    /// The string that its value is.
    pub(crate) string: Option<String>,
    /// The string that its raw JSON text is.
    pub(crate) raw: Option<String>,
    /// The name of a string that is not part of the table and helps to fill it.
    pub(crate) source: Option<String>,
    pub(crate) map: Option<String>,
    /// The name of a map that is not part of the table and helps to fill it.
    pub(crate) source_map: Option<String>,
    /// The object that its value is, by its name in the decoder.
    pub(crate) object: Option<String>,
    /// A kind of its own.
    pub(crate) kind: Option<String>,
    /// What its presence says about the event.
    pub(crate) mark: Option<Spanned<String>>,
    pub(crate) also: Option<Spanned<String>>,
}

impl Member {
    /// Returns the paths of the object that contains the member, and its name.
    pub(crate) fn split(&self) -> (&str, &str) {
        let path = self.path.get_ref();
        path.rsplit_once('.').unwrap_or(("", path))
    }

    /// Returns the field that the member fills.
    pub(crate) fn field(&self) -> Option<&str> {
        match self.kind.as_deref() {
            Some("body") => Some("body"),
            Some("cookies") => Some("cookie_list"),
            _ => self.string.as_deref().or(self.raw.as_deref()).or(self.map.as_deref()),
        }
    }
}

/// A field of the table: its name, and the number of its first word.
pub(crate) struct Place<'s> {
    pub(crate) name: &'s str,
    pub(crate) word: usize,
}

/// The words in front of the fields.
pub(crate) const HEAD: [&str; 5] = ["size", "dialect", "method_id", "flags", "pair_count"];
/// The words after the fields of the first version.
pub(crate) const TAIL: [&str; 3] = ["status", "time_low", "time_high"];

impl Schema {
    /// Returns the members that fill a field, by rank, for the documentation.
    pub(crate) fn members_of(&self, field: &str) -> String {
        let members = self.members.iter().filter(|member| member.field() == Some(field));
        let paths: Vec<_> = members.map(|member| member.path.get_ref().as_str()).collect();
        paths.join(", or ")
    }

    /// Returns the rules for responses to events of a dialect.
    pub(crate) fn rules_of(&self, dialect: &Value) -> Option<&Value> {
        let name = dialect.rules.as_ref()?;
        let rules = self.kinds.iter().find(|kind| kind.name.get_ref() == "ResponseRules")?;
        rules.values.iter().find(|rules| rules.name.get_ref() == name.get_ref())
    }

    /// Returns the fields of the table in the order of their words.
    pub(crate) fn places(&self) -> Vec<Place<'_>> {
        let strings = self.strings.iter().map(|it| (it.added, it.name.get_ref()));
        let maps = self.maps.iter().map(|it| (it.added, it.name.get_ref()));
        let extras = self.extras.iter().map(|it| (it.added, it.name.get_ref()));
        let mut fields: Vec<_> = strings.chain(maps).chain(extras).collect();
        fields.sort_by_key(|(added, _)| *added);
        let mut places = Vec::new();
        let mut word = HEAD.len();
        for (added, name) in fields {
            if added > 1 && places.iter().all(|place: &Place<'_>| place.name != TAIL[0]) {
                push_tail(&mut places, &mut word);
            }
            places.push(Place { name, word });
            word += 2;
        }
        if places.iter().all(|place| place.name != TAIL[0]) {
            push_tail(&mut places, &mut word);
        }
        places
    }

    /// Returns the number of the first word of a field.
    pub(crate) fn word(&self, field: &str) -> usize {
        let place = self.places().into_iter().find(|place| place.name == field);
        place.expect("the field is part of the table").word
    }
}

fn push_tail(places: &mut Vec<Place<'_>>, word: &mut usize) {
    for name in TAIL {
        places.push(Place { name, word: *word });
        *word += 1;
    }
}

/// The members of an object that have no field.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Extras {
    pub(crate) name: Spanned<String>,
    pub(crate) doc: String,
    #[serde(default = "first")]
    pub(crate) added: u32,
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
    /// Of a dialect: the name of the rules for its responses, if its events get one.
    pub(crate) rules: Option<Spanned<String>>,
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
