//! Events of every gateway that are encoded can be decoded, and have the same meaning.

use apigw::{Body, Decoder, Dialect, Encoder, ErrorCode, EventBuilder, Limits, WebSocketPhase};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

/// The dialects whose events are requests and have a method and a path.
fn requests() -> impl Iterator<Item = Dialect> {
    Dialect::ALL.into_iter().filter(|dialect| {
        !matches!(
            dialect,
            Dialect::Unknown
                | Dialect::TencentWebSocket
                | Dialect::TencentClb
                | Dialect::NotHttp
                | Dialect::AwsWebSocket
                | Dialect::AwsTokenAuthorizer
                | Dialect::AwsRequestAuthorizer
                | Dialect::AwsHttpApiAuthorizer
        )
    })
}

/// Returns whether the events of a dialect have every value of a repeated name.
fn has_repeats(dialect: Dialect) -> bool {
    !matches!(
        dialect,
        Dialect::AwsAlb
            | Dialect::AwsLatticeV1
            | Dialect::AlibabaFc
            | Dialect::AlibabaApiGateway
            | Dialect::BaiduCfc
    )
}

type Query = Vec<(String, Option<String>)>;

fn query() -> impl Strategy<Value = Query> {
    vec(("[a-z%+&= é中]{1,5}", option::of("[ -~é中😀]{0,8}")), 0..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_request_has_the_same_meaning_on_every_gateway(
        path in "(/[a-z0-9.%~-]{1,8}){1,3}",
        headers in vec(("x-[a-z]{1,4}", "[!-+.-~]{1,8}"), 0..6),
        mut query in query(),
        body in "[ -~é中\"\\\\\n]{1,40}",
    ) {
        query.sort_by(|a, b| a.0.cmp(&b.0));
        let mut encoder = Encoder::new();
        let mut decoder = Decoder::new();
        for dialect in requests() {
            let (mut headers, mut query) = (headers.clone(), query.clone());
            headers.sort();
            headers.dedup_by(|a, b| a.0 == b.0);
            if !has_repeats(dialect) {
                query.dedup_by(|a, b| a.0 == b.0);
            }
            let header_pairs: Vec<_> = headers.iter().map(|(n, v)| (&**n, &**v)).collect();
            let query_pairs: Vec<_> = query.iter().map(|(n, v)| (&**n, v.as_deref())).collect();
            let event = EventBuilder::new(dialect)
                .method("PUT")
                .path(&path)
                .headers(&header_pairs)
                .query(&query_pairs)
                .body(&body);
            let json = encoder.encode_event(&event).expect("an event").to_vec();
            serde_json::from_slice::<serde_json::Value>(&json).expect("JSON");
            let event = decoder.decode(&json).expect("an event");
            prop_assert_eq!(event.dialect(), dialect);
            let method = if dialect == Dialect::OpenWhisk { "put" } else { "PUT" };
            prop_assert_eq!(event.method(), Some(method), "{}", dialect);
            prop_assert_eq!(event.path(), Some(&*path), "{}", dialect);
            let found: Vec<_> = event.headers().into_iter().collect();
            let expected: Vec<_> = header_pairs.iter().map(|&(n, v)| (n, Some(v))).collect();
            prop_assert_eq!(found, expected, "{}", dialect);
            // Most gateways write a bare name like an empty value, some of them sorted by name.
            let value = |it: Option<&str>| it.unwrap_or_default().to_owned();
            let mut found: Vec<_> =
                event.query().into_iter().map(|(n, v)| (n.to_owned(), value(v))).collect();
            let mut expected: Vec<_> =
                query_pairs.iter().map(|&(n, v)| (n.to_owned(), value(v))).collect();
            if !event.query().is_present() {
                prop_assert!(expected.is_empty());
            }
            let by_name = |a: &(String, String), b: &(String, String)| a.0.cmp(&b.0);
            found.sort_by(by_name);
            expected.sort_by(by_name);
            if matches!(dialect, Dialect::TencentApiGateway | Dialect::TencentFunctionUrl) {
                // A value `true` in an array is a bare name there.
                prop_assert_eq!(found.len(), expected.len());
            } else {
                prop_assert_eq!(found, expected, "{}", dialect);
            }
            prop_assert_eq!(event.body(), Body::Text(&body), "{}", dialect);
        }
    }
}

#[test]
fn a_message_of_an_aws_websocket() {
    let mut encoder = Encoder::new();
    let mut decoder = Decoder::new();
    for (phase, kind) in [
        (WebSocketPhase::Connect, "CONNECT"),
        (WebSocketPhase::Message, "MESSAGE"),
        (WebSocketPhase::Close, "DISCONNECT"),
    ] {
        let event =
            EventBuilder::new(Dialect::AwsWebSocket).websocket_event(phase, "c").body(b"\xff\0");
        let json = encoder.encode_event(&event).expect("an event");
        let event = decoder.decode(json).expect("an event");
        assert_eq!(event.dialect(), Dialect::AwsWebSocket);
        assert_eq!(event.websocket_phase(), Some(phase));
        assert_eq!((event.event_type(), event.connection_id()), (Some(kind), Some("c")));
        let bytes = event.bytes().expect("base64");
        assert_eq!(bytes, (phase == WebSocketPhase::Message).then_some(&b"\xff\0"[..]));
    }
}

#[test]
fn events_that_are_no_requests_are_not_encoded() {
    let mut encoder = Encoder::new();
    for dialect in [Dialect::NotHttp, Dialect::AwsTokenAuthorizer, Dialect::Unknown] {
        let error = encoder.encode_event(&EventBuilder::new(dialect)).expect_err("no request");
        assert_eq!(error.code(), apigw::ErrorCode::NoResponse);
    }
}

#[test]
fn a_known_member_must_not_repeat_in_the_objects_of_other_gateways() {
    for (event, offset, member) in [
        (r#"{"http":{"method":"GET","path":"/","method":"PUT"}}"#, 35, "http"),
        (r#"{"Data":{"req":{"Method":"GET","Url":"/a","Url":"/b"}},"Metadata":{}}"#, 42, "Data"),
        (r#"{"Data":{"req":{"Method":"GET"},"req":{"Method":"PUT"}},"Metadata":{}}"#, 32, "Data"),
        (r#"{"Records":[{"cf":{"request":{"uri":"/","uri":"/a"}}}]}"#, 40, "Records"),
        (r#"{"Records":[{"cf":{"config":{},"config":{}}}]}"#, 31, "Records"),
        (
            r#"{"Records":[{"cf":{"request":{"headers":{"a":[{"key":"A","key":"B"}]}}}}]}"#,
            57,
            "Records",
        ),
    ] {
        let mut decoder = Decoder::new();
        let error = decoder.decode(event.as_bytes()).expect_err("refused");
        let found = (error.code(), error.offset(), error.member());
        assert_eq!(found, (ErrorCode::DuplicateMember, offset, Some(member)), "{event}");
    }
    // A member without a field may repeat, as anywhere in an event.
    let event = br#"{"http":{"method":"GET","headers":{},"x":1,"x":2}}"#;
    let mut decoder = Decoder::new();
    let event = decoder.decode(event).expect("an event");
    assert_eq!(event.http_extras().len(), 2);
}

#[test]
fn a_query_with_too_many_pairs_names_the_member_that_has_it() {
    let limits = Limits { pairs: 4, ..Limits::default() };
    for (event, member) in [
        (r#"{"headerParameters":{},"query":"a&b&c&d&e"}"#, "query"),
        (r#"{"requestContext":{"http":{}},"rawQueryString":"a&b&c&d&e"}"#, "rawQueryString"),
        (r#"{"__ow_method":"get","__ow_query":"a&b&c&d&e"}"#, "__ow_query"),
        (r#"{"http":{"method":"GET","headers":{},"queryString":"a&b&c&d&e"}}"#, "http"),
        (r#"{"Records":[{"cf":{"request":{"querystring":"a&b&c&d&e"}}}]}"#, "Records"),
    ] {
        let mut decoder = Decoder::with_limits(limits);
        let error = decoder.decode(event.as_bytes()).expect_err("refused");
        let at = event.find("\"a&b").expect("the query is there");
        let found = (error.code(), error.offset(), error.member());
        assert_eq!(found, (ErrorCode::TooManyPairs, at, Some(member)), "{event}");
    }
}
