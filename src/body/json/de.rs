//! JSON values as values of the caller's own types, with serde.

use core::fmt;

use serde::de::value::{Error as TypeError, MapDeserializer, SeqDeserializer};
use serde::de::{Deserialize, Deserializer, Error as _, IntoDeserializer, Unexpected, Visitor};
use serde::forward_to_deserialize_any;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_path_to_error::Segment;

use super::fault::offset_of_node;
use super::value::{Json, JsonKind};
use crate::error::Error;
use crate::record::event::Event;

impl<'a> Event<'a> {
    /// Deserializes the body into a value of your own type. The body is read as by [`Event::json`];
    /// strings may be borrowed from the event. Returns `None` if there is no body.
    ///
    /// ```
    /// #[derive(serde::Deserialize)]
    /// struct Order<'a> {
    ///     item: &'a str,
    ///     count: u32,
    /// }
    ///
    /// let mut decoder = apigw::Decoder::new();
    /// let event = decoder.decode(br#"{"body":"{\"item\":\"shoes\",\"count\":2}"}"#)?;
    /// let order: Order = event.deserialize()?.expect("there is a body");
    /// assert_eq!((order.item, order.count), ("shoes", 2));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn deserialize<T: Deserialize<'a>>(&self) -> Result<Option<T>, DeserializeError> {
        let Some(json) = self.json().map_err(DeserializeError::Body)? else { return Ok(None) };
        T::deserialize(json).map(Some).map_err(|reason| self.misfit::<T>(json, reason))
    }

    /// Finds the place of what does not fit the type: the body is read once more, with a record of
    /// the path, which would be too slow for bodies that fit.
    #[cold]
    fn misfit<T: Deserialize<'a>>(&self, body: Json<'a>, reason: TypeError) -> DeserializeError {
        let mut member = String::from("body");
        let mut value = body;
        if let Err(error) = serde_path_to_error::deserialize::<_, T>(body) {
            for segment in error.path() {
                let next = match segment {
                    Segment::Seq { index } => value.at(*index),
                    Segment::Map { key } | Segment::Enum { variant: key } => value.get(key),
                    Segment::Unknown => None,
                };
                // What is absent has no place of its own.
                let Some(next) = next else { break };
                value = next;
                match segment {
                    Segment::Seq { .. } => member += &segment.to_string(),
                    _ => member += &format!(".{segment}"),
                }
            }
        }
        let text = self.bytes().ok().flatten().unwrap_or_default();
        let number = value.number_in(body);
        let offset = number.and_then(|number| offset_of_node(text, number)).unwrap_or_default();
        DeserializeError::Type { reason, member, offset }
    }
}

/// The reason why a body cannot be deserialized into a type.
#[derive(Clone, Debug, PartialEq)]
pub enum DeserializeError {
    /// The body is not JSON.
    Body(Error),
    /// The body is JSON, but does not fit the type.
    #[non_exhaustive]
    Type {
        /// Why it does not fit.
        reason: TypeError,
        /// The member that does not fit, such as `body.items[0].count`, or `body`. A member that is
        /// missing is reported for the object that must have it.
        member: String,
        /// The byte offset of the member's value in the text of the body, or in the decoded bytes
        /// if it is base64.
        offset: usize,
    },
}

impl DeserializeError {
    /// Returns the byte offset of the error in the text of the body, or in the decoded bytes if it
    /// is base64.
    pub fn offset(&self) -> usize {
        match self {
            DeserializeError::Body(error) => error.offset(),
            DeserializeError::Type { offset, .. } => *offset,
        }
    }

    /// Returns the member of the event that has the error, such as `body.items[0].count`. It is
    /// `body` if the body is not JSON.
    pub fn member(&self) -> &str {
        match self {
            DeserializeError::Body(error) => error.member().unwrap_or("body"),
            DeserializeError::Type { member, .. } => member,
        }
    }
}

impl fmt::Display for DeserializeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DeserializeError::Body(error) => error.fmt(f),
            DeserializeError::Type { reason, member, offset } => {
                write!(f, "error at byte {offset} ({member}): {reason}")
            }
        }
    }
}

impl std::error::Error for DeserializeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            DeserializeError::Body(error) => Some(error),
            DeserializeError::Type { reason, .. } => Some(reason),
        }
    }
}

impl<'de> Deserializer<'de> for Json<'de> {
    type Error = TypeError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypeError> {
        match self.kind() {
            JsonKind::Null => visitor.visit_unit(),
            JsonKind::Bool => visitor.visit_bool(self.as_bool().unwrap_or_default()),
            JsonKind::Int => visitor.visit_i64(self.as_i64().unwrap_or_default()),
            JsonKind::Uint => visitor.visit_u64(self.as_u64().unwrap_or_default()),
            JsonKind::Float => visitor.visit_f64(self.as_f64().unwrap_or_default()),
            JsonKind::String => visitor.visit_borrowed_str(self.as_str().unwrap_or_default()),
            JsonKind::Array => {
                let mut elements = SeqDeserializer::new(self.iter());
                let value = visitor.visit_seq(&mut elements)?;
                elements.end()?;
                Ok(value)
            }
            JsonKind::Object => {
                let mut members =
                    MapDeserializer::new(self.entries().map(|(name, value)| (Name(name), value)));
                let value = visitor.visit_map(&mut members)?;
                members.end()?;
                Ok(value)
            }
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, TypeError> {
        if self.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, TypeError> {
        visitor.visit_newtype_struct(self)
    }

    /// A variant is its name, or an object with one member, as serde_json writes it.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, TypeError> {
        match self.kind() {
            JsonKind::String => visitor.visit_enum(serde::de::value::BorrowedStrDeserializer::new(
                self.as_str().unwrap_or_default(),
            )),
            JsonKind::Object if self.len() == 1 => {
                let members = self.entries().map(|(name, value)| (Name(name), value));
                visitor.visit_enum(serde::de::value::MapAccessDeserializer::new(
                    MapDeserializer::new(members),
                ))
            }
            _ => Err(TypeError::invalid_type(
                Unexpected::Other("JSON that is not a variant"),
                &visitor,
            )),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

impl<'a> IntoDeserializer<'a, TypeError> for Json<'a> {
    type Deserializer = Json<'a>;

    fn into_deserializer(self) -> Json<'a> {
        self
    }
}

/// The name of a member, which can be borrowed like a value.
struct Name<'a>(&'a str);

impl<'a> IntoDeserializer<'a, TypeError> for Name<'a> {
    type Deserializer = serde::de::value::BorrowedStrDeserializer<'a, TypeError>;

    fn into_deserializer(self) -> Self::Deserializer {
        serde::de::value::BorrowedStrDeserializer::new(self.0)
    }
}

/// Serializes the value as JSON.
impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.kind() {
            JsonKind::Null => serializer.serialize_unit(),
            JsonKind::Bool => serializer.serialize_bool(self.as_bool().unwrap_or_default()),
            JsonKind::Int => serializer.serialize_i64(self.as_i64().unwrap_or_default()),
            JsonKind::Uint => serializer.serialize_u64(self.as_u64().unwrap_or_default()),
            JsonKind::Float => serializer.serialize_f64(self.as_f64().unwrap_or_default()),
            JsonKind::String => serializer.serialize_str(self.as_str().unwrap_or_default()),
            JsonKind::Array => serializer.collect_seq(self.iter()),
            JsonKind::Object => {
                let mut members = serializer.serialize_map(Some(self.len()))?;
                for (name, value) in self.entries() {
                    members.serialize_entry(name, &value)?;
                }
                members.end()
            }
        }
    }
}
