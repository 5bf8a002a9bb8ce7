//! An event as serde fills it. `apigw bench` and `benches/peers` compare apigw with it.
//!
//! Strings are borrowed unless they contain escapes, maps keep their order and repeated names, and
//! unknown members are skipped. Skipping them is less work than what apigw does, which keeps them.

use std::borrow::Cow;
use std::fmt::{self, Formatter};

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "`apigw bench` only fills them")]
pub(crate) struct Event<'a> {
    #[serde(borrow)]
    pub(crate) request_context: Option<Context<'a>>,
    #[serde(borrow, default)]
    pub(crate) headers: Pairs<'a>,
    #[serde(borrow, default)]
    pub(crate) body: Body<'a>,
    #[serde(borrow)]
    pub(crate) path: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) http_method: Option<Text<'a>>,
    #[serde(alias = "isBase64", default)]
    pub(crate) is_base64_encoded: Flag,
    #[serde(borrow, default)]
    pub(crate) query_string: Pairs<'a>,
    #[serde(borrow)]
    pub(crate) query: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub(crate) query_string_parameters: Pairs<'a>,
    #[serde(borrow, default)]
    pub(crate) path_parameters: Pairs<'a>,
    #[serde(borrow, alias = "headersParameters", default)]
    pub(crate) header_parameters: Pairs<'a>,
    #[serde(borrow, default)]
    pub(crate) stage_variables: Pairs<'a>,
    #[serde(borrow)]
    pub(crate) websocket: Option<WebSocket<'a>>,
    #[serde(borrow, default)]
    pub(crate) payload: Body<'a>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "`apigw bench` only fills them")]
pub(crate) struct Context<'a> {
    #[serde(borrow, alias = "serviceId")]
    pub(crate) api_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) service_name: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) path: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) http_method: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) request_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) identity: Option<Identity<'a>>,
    #[serde(borrow)]
    pub(crate) source_ip: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) stage: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) domain_name: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) account_id: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) connection_id: Option<Text<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "`apigw bench` only fills them")]
pub(crate) struct Identity<'a> {
    #[serde(borrow)]
    pub(crate) secret_id: Option<Text<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "`apigw bench` only fills them")]
pub(crate) struct WebSocket<'a> {
    #[serde(borrow)]
    pub(crate) action: Option<Text<'a>>,
    #[serde(borrow, rename = "secConnectionID")]
    pub(crate) connection_id: Option<Text<'a>>,
    #[serde(borrow, rename = "secWebSocketProtocol")]
    pub(crate) protocol: Option<Text<'a>>,
    #[serde(borrow, rename = "secWebSocketExtensions")]
    pub(crate) extensions: Option<Text<'a>>,
    #[serde(borrow)]
    pub(crate) data_type: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub(crate) data: Body<'a>,
}

/// A `Cow` that is borrowed unless it contains escapes, inside an `Option` too.
#[derive(Deserialize)]
pub(crate) struct Text<'a>(#[serde(borrow)] pub(crate) Cow<'a, str>);

/// A flag, which may be a string.
#[derive(Default)]
#[allow(dead_code, reason = "`apigw bench` only fills it")]
pub(crate) struct Flag(pub(crate) bool);

/// A map in which names may repeat. A bare name has no value.
#[derive(Default)]
#[allow(dead_code, reason = "`apigw bench` only fills it")]
pub(crate) struct Pairs<'a>(pub(crate) Vec<(Cow<'a, str>, Option<Cow<'a, str>>)>);

#[derive(Default)]
#[allow(dead_code, reason = "`apigw bench` only fills it")]
pub(crate) enum Body<'a> {
    #[default]
    Absent,
    Text(Cow<'a, str>),
    /// An object or an array, which is skipped.
    Json,
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Flag, D::Error> {
        deserializer.deserialize_any(FlagVisitor)
    }
}

struct FlagVisitor;

impl Visitor<'_> for FlagVisitor {
    type Value = Flag;

    fn expecting(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str("a boolean, a string or null")
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Flag, E> {
        Ok(Flag(flag))
    }

    fn visit_str<E>(self, text: &str) -> Result<Flag, E> {
        Ok(Flag(text == "true"))
    }

    fn visit_unit<E>(self) -> Result<Flag, E> {
        Ok(Flag::default())
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
        let mut pairs = Vec::with_capacity(members.size_hint().unwrap_or_default());
        while let Some(Text(name)) = members.next_key()? {
            members.next_value_seed(Values { name, pairs: &mut pairs })?;
        }
        Ok(Pairs(pairs))
    }
}

/// Reads the value of a member, or each element of it, directly into the pairs of a map.
struct Values<'p, 'a> {
    name: Cow<'a, str>,
    pairs: &'p mut Vec<(Cow<'a, str>, Option<Cow<'a, str>>)>,
}

impl<'a> Values<'_, 'a> {
    fn push<E>(self, value: Option<Cow<'a, str>>) -> Result<(), E> {
        self.pairs.push((self.name, value));
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for Values<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Values<'_, 'de> {
    type Value = ();

    fn expecting(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str("a scalar or an array of scalars")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<(), E> {
        self.push(Some(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.push(Some(Cow::Owned(text.into())))
    }

    fn visit_bool<E>(self, is_bare: bool) -> Result<(), E> {
        self.push((!is_bare).then_some(Cow::Borrowed("false")))
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.push(None)
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.push(Some(Cow::Owned(number.to_string())))
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.push(Some(Cow::Owned(number.to_string())))
    }

    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        self.push(Some(Cow::Owned(number.to_string())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        let Values { name, pairs } = self;
        while elements.next_element_seed(Values { name: name.clone(), pairs })?.is_some() {}
        Ok(())
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
