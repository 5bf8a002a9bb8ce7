//! serde's readers of events of AWS, which make the types of the crate `aws_lambda_events`. Those
//! own their strings, and leave queries and cookies as they were sent.

use std::hint::black_box;

use aws_lambda_events::alb::AlbTargetGroupRequest;
use aws_lambda_events::apigw::{
    ApiGatewayProxyRequest, ApiGatewayV2httpRequest, ApiGatewayWebsocketProxyRequest,
};
use serde::de::DeserializeOwned;

use super::Reader;
use crate::fields::Fields;
use crate::measure::Task;

/// Returns the readers for the events of a series.
pub(crate) fn readers(series: &str) -> [Types; 2] {
    match series.split_once("aws-").map(|(_, rest)| rest.trim_end_matches("-400")) {
        Some("http-api") => types::<ApiGatewayV2httpRequest>(),
        Some("rest-api") => types::<ApiGatewayProxyRequest>(),
        Some("alb") => types::<AlbTargetGroupRequest>(),
        Some("websocket") => types::<ApiGatewayWebsocketProxyRequest>(),
        _ => unreachable!("{series} is not a series of AWS"),
    }
}

/// A reader that makes a type.
pub(crate) struct Types {
    name: &'static str,
    read: fn(&[u8]),
}

fn types<T: DeserializeOwned>() -> [Types; 2] {
    fn serde_json<T: DeserializeOwned>(input: &[u8]) {
        black_box(serde_json::from_slice::<T>(input).expect("the corpus has valid events"));
    }
    fn sonic_rs<T: DeserializeOwned>(input: &[u8]) {
        black_box(sonic_rs::from_slice::<T>(input).expect("the corpus has valid events"));
    }
    [
        Types { name: "sonic-rs", read: sonic_rs::<T> },
        Types { name: "serde_json", read: serde_json::<T> },
    ]
}

impl Task for Types {
    fn name(&self) -> String {
        self.name.into()
    }

    fn run(&mut self, input: &[u8]) {
        (self.read)(input);
    }
}

impl Reader for Types {
    fn fields(&mut self, _: &[u8]) -> Option<Fields<String>> {
        None
    }
}
