//! What `apigw bench` compares with: serde_json, filling a struct of an event's members.
//!
//! Strings are borrowed where they hold no escape, maps keep their order and repeated names, and
//! unknown members are skipped. The last makes serde_json's work lighter than apigw's, which keeps
//! them.

use std::borrow::Cow;
use std::fmt::{self, Formatter};

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "a decoder's work is to fill them")]
pub(crate) struct Event<'a> {
    #[serde(borrow)]
    request_context: Option<Context<'a>>,
    #[serde(borrow, default)]
    headers: Pairs<'a>,
    #[serde(borrow, default)]
    body: Body<'a>,
    #[serde(borrow)]
    path: Option<Text<'a>>,
    #[serde(borrow)]
    http_method: Option<Text<'a>>,
    #[serde(borrow, alias = "isBase64", default)]
    is_base64_encoded: Value<'a>,
    #[serde(borrow, default)]
    query_string: Pairs<'a>,
    #[serde(borrow)]
    query: Option<Text<'a>>,
    #[serde(borrow, default)]
    query_string_parameters: Pairs<'a>,
    #[serde(borrow, default)]
    path_parameters: Pairs<'a>,
    #[serde(borrow, alias = "headersParameters", default)]
    header_parameters: Pairs<'a>,
    #[serde(borrow, default)]
    stage_variables: Pairs<'a>,
    #[serde(borrow)]
    websocket: Option<WebSocket<'a>>,
    #[serde(borrow, default)]
    payload: Body<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "a decoder's work is to fill them")]
struct Context<'a> {
    #[serde(borrow, alias = "apiId")]
    service_id: Option<Text<'a>>,
    #[serde(borrow)]
    service_name: Option<Text<'a>>,
    #[serde(borrow)]
    path: Option<Text<'a>>,
    #[serde(borrow)]
    http_method: Option<Text<'a>>,
    #[serde(borrow)]
    request_id: Option<Text<'a>>,
    #[serde(borrow)]
    identity: Option<Identity<'a>>,
    #[serde(borrow)]
    source_ip: Option<Text<'a>>,
    #[serde(borrow)]
    stage: Option<Text<'a>>,
    #[serde(borrow)]
    domain_name: Option<Text<'a>>,
    #[serde(borrow)]
    account_id: Option<Text<'a>>,
    #[serde(borrow)]
    connection_id: Option<Text<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "a decoder's work is to fill them")]
struct Identity<'a> {
    #[serde(borrow)]
    secret_id: Option<Text<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "a decoder's work is to fill them")]
struct WebSocket<'a> {
    #[serde(borrow)]
    action: Option<Text<'a>>,
    #[serde(borrow, rename = "secConnectionID")]
    connection_id: Option<Text<'a>>,
    #[serde(borrow, rename = "secWebSocketProtocol")]
    protocol: Option<Text<'a>>,
    #[serde(borrow, rename = "secWebSocketExtensions")]
    extensions: Option<Text<'a>>,
    #[serde(borrow)]
    data_type: Option<Text<'a>>,
    #[serde(borrow, default)]
    data: Body<'a>,
}

/// Borrowed unless it holds escapes.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// The value of a map's member.
#[derive(Default)]
enum Value<'a> {
    /// A name without a value.
    #[default]
    Bare,
    #[expect(dead_code, reason = "a decoder's work is to fill it")]
    Text(Cow<'a, str>),
    /// Values of the same name.
    Many(Vec<Value<'a>>),
}

/// A map in which names may repeat.
#[derive(Default)]
#[expect(dead_code, reason = "a decoder's work is to fill it")]
struct Pairs<'a>(Vec<(Cow<'a, str>, Value<'a>)>);

#[derive(Default)]
#[expect(dead_code, reason = "a decoder's work is to fill it")]
enum Body<'a> {
    #[default]
    Absent,
    Text(Cow<'a, str>),
    /// An object or an array, skipped.
    Json,
}

impl<'de: 'a, 'a> Deserialize<'de> for Value<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Value<'a>, D::Error> {
        deserializer.deserialize_any(ValueVisitor)
    }
}

struct ValueVisitor;

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value<'de>;

    fn expecting(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str("a scalar or an array of scalars")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Owned(text.into())))
    }

    fn visit_bool<E>(self, bare: bool) -> Result<Value<'de>, E> {
        Ok(if bare { Value::Bare } else { Value::Text(Cow::Borrowed("false")) })
    }

    fn visit_unit<E>(self) -> Result<Value<'de>, E> {
        Ok(Value::Bare)
    }

    fn visit_u64<E>(self, number: u64) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Owned(number.to_string())))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Owned(number.to_string())))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Owned(number.to_string())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Value<'de>, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = elements.next_element()? {
            values.push(value);
        }
        Ok(Value::Many(values))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Pairs<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Pairs<'a>, D::Error> {
        deserializer.deserialize_any(PairsVisitor)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Pairs<'de>;

    fn expecting(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str("an object, null or an empty array")
    }

    fn visit_unit<E>(self) -> Result<Pairs<'de>, E> {
        Ok(Pairs::default())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, _: A) -> Result<Pairs<'de>, A::Error> {
        Ok(Pairs::default())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Pairs<'de>, A::Error> {
        let mut pairs = Vec::new();
        while let Some((Text(name), value)) = members.next_entry()? {
            match value {
                Value::Many(values) => {
                    pairs.extend(values.into_iter().map(|value| (name.clone(), value)));
                }
                value => pairs.push((name, value)),
            }
        }
        Ok(Pairs(pairs))
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Body<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Body<'a>, D::Error> {
        deserializer.deserialize_any(BodyVisitor)
    }
}

struct BodyVisitor;

impl<'de> Visitor<'de> for BodyVisitor {
    type Value = Body<'de>;

    fn expecting(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str("a string, an object, an array or null")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Body<'de>, E> {
        Ok(Body::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Body<'de>, E> {
        Ok(Body::Text(Cow::Owned(text.into())))
    }

    fn visit_unit<E>(self) -> Result<Body<'de>, E> {
        Ok(Body::Absent)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Body<'de>, A::Error> {
        while elements.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Body::Json)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Body<'de>, A::Error> {
        while members.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Body::Json)
    }
}
