//! serde's readers of the shared struct: serde_json and sonic-rs, which read it from bytes.

use std::hint::black_box;

use super::Reader;
use crate::event::{Body, Event};
use crate::fields::{Fields, Map, Text};
use crate::measure::Task;

pub(crate) fn fields(event: Event<'_>) -> Fields<String> {
    let mut fields = Fields { is_base64: event.is_base64_encoded.0, ..Fields::default() };
    let body = match event.body {
        Body::Text(text) => Some(text),
        Body::Absent | Body::Json => None,
    };
    let context = event.request_context.unwrap_or_default();
    let texts = [
        (Text::Method, event.http_method),
        (Text::Path, event.path),
        (Text::RawQuery, event.query),
        (Text::Route, context.path),
        (Text::RouteMethod, context.http_method),
        (Text::Stage, context.stage),
        (Text::RequestId, context.request_id),
        (Text::ApiId, context.api_id),
        (Text::ServiceName, context.service_name),
        (Text::SourceIp, context.source_ip),
        (Text::SecretId, context.identity.and_then(|identity| identity.secret_id)),
        (Text::DomainName, context.domain_name),
        (Text::AccountId, context.account_id),
    ];
    let maps = [
        (Map::Headers, event.headers),
        (Map::Query, event.query_string),
        (Map::PathParameters, event.path_parameters),
        (Map::DeclaredQuery, event.query_string_parameters),
        (Map::DeclaredHeaders, event.header_parameters),
        (Map::StageVariables, event.stage_variables),
    ];
    fields.texts[Text::Body as usize] = body;
    for (field, text) in texts {
        fields.texts[field as usize] = text.map(|text| text.0);
    }
    for (field, pairs) in maps {
        fields.maps[field as usize] = pairs.0;
    }
    fields.to_owned()
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
        serde_json::from_slice(input).ok().map(fields)
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
        sonic_rs::from_slice(input).ok().map(fields)
    }
}
