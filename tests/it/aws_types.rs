//! Events of AWS have the values that the types of the crate `aws_lambda_events` have.

use std::collections::HashMap;

use apigw::{Body, Decoder, Dialect, Encoder, Event, EventBuilder, Pairs};
use apigw_corpus::first_of_series;
use aws_lambda_events::alb::AlbTargetGroupRequest;
use aws_lambda_events::apigw::{
    ApiGatewayProxyRequest, ApiGatewayV2httpRequest, ApiGatewayWebsocketProxyRequest,
};
use aws_lambda_events::lambda_function_urls::LambdaFunctionUrlRequest;
use aws_lambda_events::query_map::QueryMap;
use aws_lambda_events::vpc_lattice::{VpcLatticeRequestV1, VpcLatticeRequestV2};
use http::HeaderMap;
use serde::de::DeserializeOwned;

/// Passes events of a dialect to `check`: those of a series of the corpus, and one that is made
/// here, with repeated names, characters that are escaped, and a body.
fn each<T: DeserializeOwned>(dialect: Dialect, series: Option<&str>, check: impl Fn(Event<'_>, T)) {
    let corpus = series.map(|name| first_of_series(name, 300).expect("a series"));
    let corpus = corpus.into_iter().flatten().map(|event| event.json);
    let made = EventBuilder::new(dialect)
        .method("PUT")
        .path("/cats/tom cat")
        .route("/cats/{name}")
        .stage("live")
        .request_id("request")
        .api_id("api")
        .domain_name(match dialect {
            Dialect::AwsFunctionUrl => "id.lambda-url.eu-west-1.on.aws",
            _ => "api.example",
        })
        .account_id("account")
        .source_ip("192.0.2.1")
        .user_agent("agent/1")
        .headers(&[("accept", "a/b"), ("x-tag", "\"1\""), ("x-tag", "2"), ("cookie", "a=1; b")])
        .query(&[("é", Some("a+b &c")), ("tag", Some("")), ("tag", Some("2"))])
        .path_parameters(&[("name", "tom cat")])
        .stage_variables(&[("level", "7")])
        .body("{\"caf\u{e9}\":1}");
    let made = Encoder::new().encode_event(&made).expect("it is a request").to_vec();
    let made = String::from_utf8(made).expect("JSON");
    let mut decoder = Decoder::new();
    for json in corpus.chain([made]) {
        let theirs: T = serde_json::from_str(&json).expect(&json);
        let ours = decoder.decode(json.as_bytes()).expect(&json);
        assert_eq!(ours.dialect(), dialect, "{json}");
        check(ours, theirs);
    }
}

#[track_caller]
fn same(ours: Option<&str>, theirs: Option<&String>) {
    assert_eq!(ours, theirs.map(String::as_str));
}

/// Returns names and values, sorted by name. Equal names keep their order.
fn sorted<'a>(
    pairs: impl IntoIterator<Item = (&'a str, Option<&'a str>)>,
) -> Vec<(String, String)> {
    let own = |(name, value): (&str, Option<&str>)| (name.into(), value.unwrap_or("").into());
    let mut pairs: Vec<(String, String)> = pairs.into_iter().map(own).collect();
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    pairs
}

#[track_caller]
fn same_headers(ours: Pairs<'_>, theirs: &HeaderMap) {
    let mut lower = sorted(ours);
    lower.iter_mut().for_each(|(name, _)| name.make_ascii_lowercase());
    lower.sort_by(|a, b| a.0.cmp(&b.0));
    let value = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let mut theirs: Vec<(String, String)> =
        theirs.iter().map(|(name, it)| (name.as_str().to_owned(), value(it))).collect();
    theirs.sort_by(|a, b| a.0.cmp(&b.0));
    assert_eq!(lower, theirs);
}

#[track_caller]
fn same_query(ours: Pairs<'_>, theirs: &QueryMap) {
    assert_eq!(sorted(ours), sorted(theirs.iter().map(|(name, value)| (name, Some(value)))));
}

#[track_caller]
fn same_map(ours: Pairs<'_>, theirs: &HashMap<String, String>) {
    assert_eq!(sorted(ours), sorted(theirs.iter().map(|(name, value)| (&**name, Some(&**value)))));
}

#[track_caller]
fn same_body(ours: Event<'_>, body: Option<&String>, is_base64: bool) {
    let ours = match ours.body() {
        Body::Absent => None,
        Body::Text(text) | Body::Json(text) => Some((text, false)),
        Body::Base64(text) => Some((text, true)),
    };
    assert_eq!(ours, body.map(|text| (text.as_str(), is_base64)));
}

#[track_caller]
fn same_cookies(ours: Event<'_>, theirs: Option<&Vec<String>>) {
    let join = |(name, value): (&str, Option<&str>)| match value {
        Some(value) => format!("{name}={value}"),
        None => name.to_owned(),
    };
    let ours: Vec<String> = ours.cookie_list().into_iter().map(join).collect();
    assert_eq!(ours, theirs.cloned().unwrap_or_default());
}

/// Compares the path with the one that begins with the stage, unless that is `$default`.
#[track_caller]
fn same_raw_path(ours: Event<'_>, theirs: Option<&String>) {
    let stage = match ours.stage() {
        None | Some("$default") => String::new(),
        Some(stage) => format!("/{stage}"),
    };
    assert_eq!(Some(format!("{stage}{}", ours.path().unwrap_or_default())), theirs.cloned());
}

#[test]
fn events_of_http_apis() {
    each(Dialect::AwsHttpApi, Some("aws-http-api"), |ours, it: ApiGatewayV2httpRequest| {
        let context = &it.request_context;
        assert_eq!(ours.method(), Some(context.http.method.as_str()));
        same(ours.route_key(), it.route_key.as_ref());
        same(ours.route_key(), context.route_key.as_ref());
        same_raw_path(ours, it.raw_path.as_ref());
        same(ours.full_path(), context.http.path.as_ref());
        same(ours.raw_query(), it.raw_query_string.as_ref());
        same_map(ours.path_parameters(), &it.path_parameters);
        same_map(ours.stage_variables(), &it.stage_variables);
        same_headers(ours.headers(), &it.headers);
        same_cookies(ours, it.cookies.as_ref());
        same(ours.account_id(), context.account_id.as_ref());
        same(ours.stage(), context.stage.as_ref());
        same(ours.request_id(), context.request_id.as_ref());
        same(ours.api_id(), context.apiid.as_ref());
        same(ours.domain_name(), context.domain_name.as_ref());
        same(ours.protocol(), context.http.protocol.as_ref());
        same(ours.source_ip(), context.http.source_ip.as_ref());
        same(ours.user_agent(), context.http.user_agent.as_ref());
        assert_eq!(ours.time_ms().unwrap_or_default(), context.time_epoch as u64);
        same_body(ours, it.body.as_ref(), it.is_base64_encoded);
    });
}

#[test]
fn events_of_function_urls() {
    each(Dialect::AwsFunctionUrl, None, |ours, it: LambdaFunctionUrlRequest| {
        let context = &it.request_context;
        same(ours.method(), context.http.method.as_ref());
        same_raw_path(ours, it.raw_path.as_ref());
        same(ours.raw_query(), it.raw_query_string.as_ref());
        same_headers(ours.headers(), &it.headers);
        same_cookies(ours, it.cookies.as_ref());
        same(ours.account_id(), context.account_id.as_ref());
        same(ours.request_id(), context.request_id.as_ref());
        same(ours.api_id(), context.apiid.as_ref());
        same(ours.domain_name(), context.domain_name.as_ref());
        same(ours.source_ip(), context.http.source_ip.as_ref());
        same_body(ours, it.body.as_ref(), it.is_base64_encoded);
    });
}

#[test]
fn events_of_rest_apis() {
    each(Dialect::AwsRestApi, Some("aws-rest-api"), |ours, it: ApiGatewayProxyRequest| {
        let context = &it.request_context;
        assert_eq!(ours.method(), Some(it.http_method.as_str()));
        same(ours.path(), it.path.as_ref());
        same(ours.route(), it.resource.as_ref());
        same(ours.full_path(), context.path.as_ref());
        same_headers(ours.headers(), &it.multi_value_headers);
        same_headers(ours.single_headers(), &it.headers);
        same_query(ours.query(), &it.multi_value_query_string_parameters);
        same_query(ours.single_query(), &it.query_string_parameters);
        same_map(ours.path_parameters(), &it.path_parameters);
        same_map(ours.stage_variables(), &it.stage_variables);
        same(ours.account_id(), context.account_id.as_ref());
        same(ours.stage(), context.stage.as_ref());
        same(ours.request_id(), context.request_id.as_ref());
        same(ours.api_id(), context.apiid.as_ref());
        same(ours.domain_name(), context.domain_name.as_ref());
        same(ours.protocol(), context.protocol.as_ref());
        same(ours.source_ip(), context.identity.source_ip.as_ref());
        same(ours.user_agent(), context.identity.user_agent.as_ref());
        assert_eq!(ours.time_ms().unwrap_or_default(), context.request_time_epoch as u64);
        same_body(ours, it.body.as_ref(), it.is_base64_encoded);
    });
}

/// Their query is still percent-encoded, so ours is compared with the encoded pairs, decoded.
#[test]
fn events_of_load_balancers() {
    for (dialect, series) in [(Dialect::AwsAlb, Some("aws-alb")), (Dialect::AwsAlbMultiValue, None)]
    {
        each(dialect, series, |ours, it: AlbTargetGroupRequest| {
            assert_eq!(ours.method(), Some(it.http_method.as_str()));
            same(ours.path(), it.path.as_ref());
            let (headers, query) = match dialect {
                Dialect::AwsAlb => (&it.headers, &it.query_string_parameters),
                _ => (&it.multi_value_headers, &it.multi_value_query_string_parameters),
            };
            same_headers(ours.headers(), headers);
            let encoded: Vec<_> =
                query.iter().map(|(name, value)| format!("{name}={value}")).collect();
            let mut decoded: Vec<(String, String)> =
                form_urlencoded::parse(encoded.join("&").as_bytes()).into_owned().collect();
            decoded.sort_by(|a, b| a.0.cmp(&b.0));
            assert_eq!(sorted(ours.query()), decoded);
            same_body(ours, it.body.as_ref(), it.is_base64_encoded);
        });
    }
}

#[test]
fn events_of_websocket_apis() {
    let series = Some("aws-websocket");
    each(Dialect::AwsWebSocket, series, |ours, it: ApiGatewayWebsocketProxyRequest| {
        let context = &it.request_context;
        same(ours.route_key(), context.route_key.as_ref());
        same(ours.event_type(), context.event_type.as_ref());
        same(ours.connection_id(), context.connection_id.as_ref());
        same(ours.message_id(), context.message_id.as_ref());
        same(ours.stage(), context.stage.as_ref());
        same(ours.request_id(), context.request_id.as_ref());
        same(ours.api_id(), context.apiid.as_ref());
        same(ours.domain_name(), context.domain_name.as_ref());
        same(ours.source_ip(), context.identity.source_ip.as_ref());
        same_headers(ours.headers(), &it.multi_value_headers);
        same_query(ours.query(), &it.multi_value_query_string_parameters);
        assert_eq!(ours.time_ms().unwrap_or_default(), context.request_time_epoch as u64);
        same_body(ours, it.body.as_ref(), it.is_base64_encoded);
    });
}

#[test]
fn events_of_vpc_lattice() {
    each(Dialect::AwsLattice, None, |ours, it: VpcLatticeRequestV2| {
        assert_eq!(ours.method(), it.method.as_ref().map(|method| method.as_str()));
        same(ours.path(), it.path.as_ref());
        same_headers(ours.headers(), &it.headers);
        same_query(ours.query(), &it.query_string_parameters);
        same_body(ours, it.body.as_ref(), it.is_base64_encoded);
    });
    each(Dialect::AwsLatticeV1, None, |ours, it: VpcLatticeRequestV1| {
        assert_eq!(ours.method(), it.method.as_ref().map(|method| method.as_str()));
        same(ours.path(), it.raw_path.as_ref());
        // Their type splits the values that the gateway has joined.
        for (name, value) in ours.headers() {
            let theirs: Vec<_> = it.headers.get_all(name).iter().map(|it| it.as_bytes()).collect();
            assert_eq!(value.map(str::as_bytes), Some(&*theirs.join(&b',')));
        }
        same_query(ours.query(), &it.query_string_parameters);
    });
}
