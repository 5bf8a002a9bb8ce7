//! `apigw event make`: a sample event of each dialect.

use std::io::{self, IsTerminal};
use std::path::Path;

use apigw::{BodyEncoding, Dialect, Encoder, EventBuilder};
use apigw_gateway::query;
use apigw_input::describe;

use crate::args::{self, EventMake};
use crate::dev::complain;
use crate::response::read;
use crate::text::{self, Printable};

const CONNECTION: &str = "sample-connection";
const REQUEST: &str = "sample-request";

/// Whether the event could be made.
pub(crate) fn run(command: &args::Event) -> io::Result<bool> {
    let args::Event::Make(arguments) = command;
    match make(arguments) {
        Ok(json) => {
            let shown =
                if io::stdout().is_terminal() { Printable(&json).to_string() } else { json };
            text::print(format!("{shown}\n").as_bytes())?;
            Ok(true)
        }
        Err(reason) => {
            complain(&format!("apigw: {}\n", Printable(&reason)));
            Ok(false)
        }
    }
}

fn make(arguments: &EventMake) -> Result<String, String> {
    let body = match arguments.body.as_deref() {
        None => None,
        Some(text) => Some(match text.strip_prefix('@') {
            Some(path) => {
                read(Path::new(path)).map_err(|error| format!("{path}: {}", describe(&error)))?
            }
            None => text.as_bytes().to_vec(),
        }),
    };
    let (path, query_text) = arguments.path.split_once('?').unwrap_or((&arguments.path, ""));
    let query = query(query_text);
    let pairs: Vec<(&str, Option<&str>)> =
        query.iter().map(|(name, value)| (name.as_str(), value.as_deref())).collect();
    let is_balancer = arguments.dialect == Dialect::TencentClb;
    let method = arguments.method.to_uppercase();
    let mut headers: Vec<(&str, &str)> = Vec::new();
    if is_balancer {
        headers.extend([("X-Method", method.as_str()), ("X-Uri", arguments.path.as_str())]);
    }
    // A gateway writes names in lower case, the load balancer as they were sent.
    let lower: Vec<(String, &str)> = arguments
        .headers
        .iter()
        .map(|(name, value)| {
            let name = if is_balancer { name.clone() } else { name.to_ascii_lowercase() };
            (name, value.as_str())
        })
        .collect();
    headers.extend(lower.iter().map(|(name, value)| (name.as_str(), *value)));
    if !headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
        headers.push((if is_balancer { "Host" } else { "host" }, "localhost"));
    }
    // These gateways have a stage without a name, which is not in the path.
    let stage = match arguments.dialect {
        Dialect::AwsHttpApi | Dialect::AwsFunctionUrl => "$default",
        _ => "release",
    };
    let variables = [("stage", stage)];
    let mut event = EventBuilder::new(arguments.dialect)
        .websocket_event(arguments.phase, CONNECTION)
        .method(&method)
        .path(path)
        .route(path)
        .route_method(&method)
        .stage(stage)
        .request_id(REQUEST)
        .api_id("service-sample")
        .source_ip("127.0.0.1")
        .user_agent("apigw")
        .headers(&headers)
        .query(&pairs)
        .stage_variables(&variables);
    if let Some(body) = &body {
        let encoding = if arguments.base64 { BodyEncoding::Base64 } else { BodyEncoding::Auto };
        event = event.encoded_body(body, encoding);
    }
    let mut encoder = Encoder::new();
    // A body becomes longer in JSON.
    encoder.set_limit(128 << 20);
    let json = encoder.encode_event(&event).map_err(|error| error.to_string())?;
    Ok(String::from_utf8_lossy(json).into_owned())
}
