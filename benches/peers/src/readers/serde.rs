//! The struct that serde's readers fill, and the two of them that read it from bytes: serde_json and sonic-rs.
//!
//! Strings are borrowed where they hold no escape. Maps keep their order and their repeated names.

use std::borrow::Cow;
use std::fmt::{self, Formatter};
use std::hint::black_box;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};

use super::Reader;
use crate::fields::{self, Fields};
use crate::measure::Task;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Event<'a> {
    #[serde(borrow)]
    request_context: Option<Context<'a>>,
    #[serde(borrow, default)]
    headers: Pairs<'a>,
    #[serde(borrow)]
    body: Option<Text<'a>>,
    #[serde(borrow)]
    path: Option<Text<'a>>,
    #[serde(borrow)]
    http_method: Option<Text<'a>>,
    #[serde(alias = "isBase64")]
    is_base64_encoded: Option<bool>,
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
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
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
struct Identity<'a> {
    #[serde(borrow)]
    secret_id: Option<Text<'a>>,
}

/// A `Cow` that borrows also within an `Option`.
#[derive(Clone, Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// A map in which names may repeat.
#[derive(Default)]
struct Pairs<'a>(fields::Pairs<Cow<'a, str>>);

impl Event<'_> {
    pub(crate) fn fields(self) -> Fields<String> {
        let context = self.request_context.unwrap_or_default();
        let texts = [
            self.http_method,
            self.path,
            self.query,
            self.body,
            context.path,
            context.http_method,
            context.stage,
            context.request_id,
            context.service_id,
            context.service_name,
            context.source_ip,
            context.identity.and_then(|identity| identity.secret_id),
            context.domain_name,
            context.account_id,
            context.connection_id,
        ];
        let maps = [
            self.headers,
            self.query_string,
            self.path_parameters,
            self.query_string_parameters,
            self.header_parameters,
            self.stage_variables,
        ];
        Fields {
            texts: texts.map(|text| text.map(|text| text.0)),
            maps: maps.map(|pairs| pairs.0),
            is_base64: self.is_base64_encoded.unwrap_or_default(),
        }
        .to_owned()
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Pairs<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Pairs<'a>, D::Error> {
        deserializer.deserialize_map(PairsVisitor)
    }
}

struct PairsVisitor;

impl<'de> Visitor<'de> for PairsVisitor {
    type Value = Pairs<'de>;

    fn expecting(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Pairs<'de>, A::Error> {
        let mut pairs = Vec::with_capacity(members.size_hint().unwrap_or_default());
        while let Some(Text(name)) = members.next_key()? {
            members.next_value_seed(Values { name, pairs: &mut pairs })?;
        }
        Ok(Pairs(pairs))
    }
}

/// Reads the value of a member, or each element of it, straight into a map's pairs.
struct Values<'p, 'a> {
    name: Cow<'a, str>,
    pairs: &'p mut fields::Pairs<Cow<'a, str>>,
}

impl<'a> Values<'_, 'a> {
    fn push(self, value: Option<Cow<'a, str>>) {
        self.pairs.push((self.name, value));
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
        self.push(Some(Cow::Borrowed(text)));
        Ok(())
    }

    fn visit_str<E>(self, text: &str) -> Result<(), E> {
        self.push(Some(Cow::Owned(text.into())));
        Ok(())
    }

    fn visit_bool<E>(self, bare: bool) -> Result<(), E> {
        self.push((!bare).then_some(Cow::Borrowed("false")));
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        self.push(None);
        Ok(())
    }

    fn visit_u64<E>(self, number: u64) -> Result<(), E> {
        self.push(Some(Cow::Owned(number.to_string())));
        Ok(())
    }

    fn visit_i64<E>(self, number: i64) -> Result<(), E> {
        self.push(Some(Cow::Owned(number.to_string())));
        Ok(())
    }

    fn visit_f64<E>(self, number: f64) -> Result<(), E> {
        self.push(Some(Cow::Owned(number.to_string())));
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        let Values { name, pairs } = self;
        while elements.next_element_seed(Values { name: name.clone(), pairs })?.is_some() {}
        Ok(())
    }
}

pub(crate) struct SerdeJson;

impl Task for SerdeJson {
    fn name(&self) -> String {
        "serde_json".into()
    }

    fn run(&mut self, input: &[u8]) {
        black_box(serde_json::from_slice::<Event<'_>>(input).expect("the corpus has valid events"));
    }
}

impl Reader for SerdeJson {
    fn fields(&mut self, input: &[u8]) -> Option<Fields<String>> {
        serde_json::from_slice(input).ok().map(Event::fields)
    }
}

pub(crate) struct SonicRs;

impl Task for SonicRs {
    fn name(&self) -> String {
        "sonic-rs".into()
    }

    fn run(&mut self, input: &[u8]) {
        black_box(sonic_rs::from_slice::<Event<'_>>(input).expect("the corpus has valid events"));
    }
}

impl Reader for SonicRs {
    fn fields(&mut self, input: &[u8]) -> Option<Fields<String>> {
        sonic_rs::from_slice(input).ok().map(Event::fields)
    }
}
