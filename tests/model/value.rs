//! Values and names, as serde_json passes them.

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::members::{Member, Object, Role};
use super::{Fault, Reader};

const MAX_DEPTH: usize = 64;
const MAX_NAME: usize = 65_535;

/// The kind of a value, which its first byte decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Object,
    Array,
    Text,
    True,
    False,
    Null,
    Number,
}

impl Kind {
    fn of(first: u8) -> Option<Kind> {
        Some(match first {
            b'{' => Kind::Object,
            b'[' => Kind::Array,
            b'"' => Kind::Text,
            b't' => Kind::True,
            b'f' => Kind::False,
            b'n' => Kind::Null,
            b'-' | b'0'..=b'9' => Kind::Number,
            _ => return None,
        })
    }
}

/// A name in a map of the event, whose values follow.
struct Entry {
    name: String,
    name_at: usize,
    /// The map, by accessor and by member.
    field: &'static str,
    path: &'static str,
    is_query: bool,
}

/// What may come next, and its purpose.
#[derive(Clone, Copy)]
enum Want<'e> {
    Member(Member),
    /// A cookie in the list of cookies.
    Cookie(Member),
    /// An unknown member.
    Extra(&'e Entry),
    /// A value of a map: a scalar, or an array of them.
    MapValue(&'e Entry),
    Scalar(&'e Entry),
    /// Something inside a value of any shape.
    Raw,
}

impl Want<'_> {
    fn allows(self, kind: Kind) -> bool {
        let is_container = matches!(kind, Kind::Object | Kind::Array);
        match self {
            Want::Raw | Want::Extra(_) => true,
            Want::Cookie(_) => kind == Kind::Text,
            Want::MapValue(_) => kind != Kind::Object,
            Want::Scalar(_) => !is_container,
            Want::Member(member) => match member.role {
                Role::Object(_) | Role::Map { .. } => is_container || kind == Kind::Null,
                Role::Text => matches!(kind, Kind::Text | Kind::Null),
                Role::Body => is_container || matches!(kind, Kind::Text | Kind::Null),
                Role::Flag => matches!(kind, Kind::Text | Kind::True | Kind::False | Kind::Null),
                Role::Raw => true,
                Role::Cookies => matches!(kind, Kind::Array | Kind::Null),
            },
        }
    }

    /// Returns the member that has a value of a wrong type.
    fn path(self) -> &'static str {
        match self {
            Want::Member(member) | Want::Cookie(member) => member.path,
            Want::MapValue(entry) | Want::Scalar(entry) => entry.path,
            Want::Raw | Want::Extra(_) => "",
        }
    }
}

/// A value that was read.
struct Found {
    kind: Kind,
    start: usize,
    end: usize,
    /// The content of a string.
    text: Option<String>,
}

/// The value that comes next.
pub(super) struct Value<'r, 'a, 'e> {
    reader: &'r mut Reader<'a>,
    want: Want<'e>,
    /// The number of open containers around it.
    depth: usize,
    /// Whether it is in an array, where serde_json has already read the first byte of the value.
    is_element: bool,
}

impl<'r, 'a> Value<'r, 'a, '_> {
    pub(super) fn root(reader: &'r mut Reader<'a>) -> Self {
        let root = Member { field: "", path: "", role: Role::Object(Object::Event) };
        Value { reader, want: Want::Member(root), depth: 0, is_element: false }
    }
}

/// Returns whether the value is not `null`.
impl<'de> DeserializeSeed<'de> for Value<'_, '_, '_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<bool, D::Error> {
        let Value { reader, want, depth, is_element } = self;
        let source = reader.source;
        let start = if is_element { source.taken() - 1 } else { source.skip_white(source.taken()) };
        let kind = source.input.get(start).and_then(|&first| Kind::of(first));
        if kind.is_some_and(|kind| !want.allows(kind)) {
            return Err(reader.fail(Fault::of_member("wrong-type", start, want.path())));
        }
        let begun = Begun { reader: &mut *reader, want, kind, start, depth: depth + 1 };
        let text = json.deserialize_any(begun)?;
        let kind = kind.ok_or_else(|| D::Error::custom("no value begins like this"))?;
        // serde_json finds the end of a number at the byte after it.
        let end = source.taken() - usize::from(kind == Kind::Number);
        reader.take(want, Found { kind, start, end, text }).map_err(|fault| reader.fail(fault))?;
        Ok(kind != Kind::Null)
    }
}

impl Reader<'_> {
    /// Stores a value.
    fn take(&mut self, want: Want, found: Found) -> Result<(), Fault> {
        let Found { kind, start, end, text } = found;
        match want {
            Want::Raw => {}
            Want::MapValue(_) if kind == Kind::Array => {}
            Want::MapValue(entry) | Want::Scalar(entry) => {
                let is_bare = entry.is_query || matches!(want, Want::Scalar(_));
                let value = match kind {
                    Kind::Null => None,
                    Kind::True if is_bare => None,
                    Kind::Text => text,
                    _ => Some(self.source.text(start, end)),
                };
                self.pair(entry, value)?;
            }
            Want::Extra(entry) if entry.field == "extras" && entry.name == "payload" => {
                self.payload_at.get_or_insert(start);
                self.pair(entry, Some(self.source.text(start, end)))?;
            }
            Want::Extra(entry) => self.pair(entry, Some(self.source.text(start, end)))?,
            Want::Cookie(_) => {
                let text = text.unwrap_or_default();
                let (name, value) = match text.split_once('=') {
                    Some((name, value)) => (name, Some(value.to_owned())),
                    None => (text.as_str(), None),
                };
                if name.len() > MAX_NAME {
                    return Err(Fault::new("name-too-long", start));
                }
                self.count_pair(start)?;
                let pair = (name.to_owned(), value);
                self.map("cookie_list").push(pair);
            }
            Want::Member(member) => match member.role {
                Role::Map { .. } if kind != Kind::Null => {
                    self.map(member.field);
                }
                Role::Cookies if kind != Kind::Null => {
                    self.map(member.field);
                }
                Role::Raw if kind != Kind::Null => {
                    let raw = self.source.text(start, end);
                    self.event.strings.insert(member.field, raw);
                }
                Role::Object(_) | Role::Map { .. } | Role::Cookies | Role::Raw => {}
                Role::Text | Role::Body if member.field == "body" => {
                    self.event.body = match kind {
                        Kind::Object | Kind::Array => Some(("json", self.source.text(start, end))),
                        _ => text.map(|text| ("text", text)),
                    };
                }
                Role::Text | Role::Body => {
                    if matches!(member.field, "raw_query" | "raw.query") {
                        self.raw_query_at = start;
                    }
                    self.event.strings.extend(text.map(|text| (member.field, text)));
                }
                Role::Flag => match (kind, text.as_deref()) {
                    (Kind::True, _) | (_, Some("true")) => self.is_base64 = true,
                    (Kind::False | Kind::Null, _) | (_, Some("false")) => {}
                    _ => return Err(Fault::of_member("wrong-type", start, member.path)),
                },
            },
        }
        Ok(())
    }

    fn pair(&mut self, entry: &Entry, value: Option<String>) -> Result<(), Fault> {
        self.count_pair(entry.name_at)?;
        self.map(entry.field).push((entry.name.clone(), value));
        Ok(())
    }

    /// Notes the name of a member. A second one for the same accessor is a fault.
    fn member(&mut self, object: Object, name: &Name) -> Result<Option<Member>, Fault> {
        let member = object.member(&name.text);
        match member {
            Some(member) if !self.filled.insert(member.field) => {
                Err(Fault::of_member("duplicate-member", name.at, member.path))
            }
            _ => Ok(member),
        }
    }
}

/// A value whose first byte is known.
struct Begun<'r, 'a, 'e> {
    reader: &'r mut Reader<'a>,
    want: Want<'e>,
    kind: Option<Kind>,
    start: usize,
    /// The number of open containers inside it, if it is one itself.
    depth: usize,
}

impl<'a> Begun<'_, 'a, '_> {
    fn check_depth<E: Error>(&mut self) -> Result<(), E> {
        if self.depth <= MAX_DEPTH {
            return Ok(());
        }
        Err(self.reader.fail(Fault::new("too-deep", self.start)))
    }

    fn value<'s, 'e>(&'s mut self, want: Want<'e>) -> Value<'s, 'a, 'e> {
        Value { reader: self.reader, want, depth: self.depth, is_element: false }
    }

    fn element<'s, 'e>(&'s mut self, want: Want<'e>) -> Value<'s, 'a, 'e> {
        Value { is_element: true, ..self.value(want) }
    }

    fn members<'de, A: MapAccess<'de>>(
        mut self,
        object: Object,
        mut json: A,
    ) -> Result<(), A::Error> {
        while let Some(name) = json.next_key_seed(NameSeed(self.reader))? {
            let member = self.reader.member(object, &name).map_err(|f| self.reader.fail(f))?;
            let Some(member) = member else {
                let entry = self.entry(name, object.extras(), "", false)?;
                json.next_value_seed(self.value(Want::Extra(&entry)))?;
                continue;
            };
            if json.next_value_seed(self.value(Want::Member(member)))? {
                self.reader.seen.insert((object, name.text));
            }
        }
        Ok(())
    }

    fn pairs<'de, A: MapAccess<'de>>(
        mut self,
        map: Member,
        is_query: bool,
        mut json: A,
    ) -> Result<(), A::Error> {
        while let Some(name) = json.next_key_seed(NameSeed(self.reader))? {
            let entry = self.entry(name, map.field, map.path, is_query)?;
            json.next_value_seed(self.value(Want::MapValue(&entry)))?;
        }
        Ok(())
    }

    fn entry<E: Error>(
        &mut self,
        name: Name,
        field: &'static str,
        path: &'static str,
        is_query: bool,
    ) -> Result<Entry, E> {
        if name.text.len() > MAX_NAME {
            return Err(self.reader.fail(Fault::new("name-too-long", name.at)));
        }
        Ok(Entry { name: name.text, name_at: name.at, field, path, is_query })
    }
}

/// Returns the text of a string.
impl<'de> Visitor<'de> for Begun<'_, '_, '_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_unit<E: Error>(self) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<Option<String>, E> {
        Ok(None)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Option<String>, E> {
        self.reader.event.is_ascii_document &= text.is_ascii();
        Ok(Some(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut json: A) -> Result<Option<String>, A::Error> {
        self.check_depth()?;
        let want = self.want;
        match want {
            Want::MapValue(entry) | Want::Scalar(entry) => {
                while json.next_element_seed(self.element(Want::Scalar(entry)))?.is_some() {}
            }
            Want::Member(Member { role: Role::Object(_) | Role::Map { .. }, path, .. }) => {
                // Only an empty array counts as an empty map.
                let source = self.reader.source;
                let next = source.input.get(source.skip_white(source.taken()));
                if next.is_some_and(|&next| next != b']') {
                    let fault = Fault::of_member("wrong-type", self.start, path);
                    return Err(self.reader.fail(fault));
                }
                json.next_element::<IgnoredAny>()?;
            }
            Want::Member(member @ Member { role: Role::Cookies, .. }) => {
                while json.next_element_seed(self.element(Want::Cookie(member)))?.is_some() {}
            }
            Want::Member(_) | Want::Cookie(_) | Want::Extra(_) | Want::Raw => {
                while json.next_element_seed(self.element(Want::Raw))?.is_some() {}
            }
        }
        Ok(None)
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut json: A) -> Result<Option<String>, A::Error> {
        if self.kind == Some(Kind::Number) {
            // serde_json passes a number of any size in this way.
            while json.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(None);
        }
        self.check_depth()?;
        match self.want {
            Want::Member(Member { role: Role::Object(object), .. }) => {
                self.members(object, json)?
            }
            Want::Member(map @ Member { role: Role::Map { is_query }, .. }) => {
                self.pairs(map, is_query, json)?;
            }
            _ => {
                while json.next_key_seed(NameSeed(self.reader))?.is_some() {
                    json.next_value_seed(self.value(Want::Raw))?;
                }
            }
        }
        Ok(None)
    }
}

/// A member's name, and the offset of its opening quote.
struct Name {
    text: String,
    at: usize,
}

struct NameSeed<'r, 'a>(&'r mut Reader<'a>);

impl<'de> DeserializeSeed<'de> for NameSeed<'_, '_> {
    type Value = Name;

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> Result<Name, D::Error> {
        // serde_json has already read the opening quote.
        let at = self.0.source.taken() - 1;
        let text = <String as serde::Deserialize>::deserialize(json)?;
        self.0.event.is_ascii_document &= text.is_ascii();
        Ok(Name { text, at })
    }
}
