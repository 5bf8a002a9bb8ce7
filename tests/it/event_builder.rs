//! Events built from parts have the same parts when they are decoded.

use apigw::{
    Body, BodyEncoding, Decoder, Dialect, Encoder, ErrorCode, EventBuilder, Kernel, MAX_NAME,
    Pairs, WebSocketPhase,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

type Strings = Vec<(String, String)>;
type Query = Vec<(String, Option<String>)>;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[ -~]{0,100}", "[\0-\x1f\"\\\\é你🐱]{0,80}"]
}

/// A few names, so that some occur several times.
fn name() -> impl Strategy<Value = String> {
    prop_oneof!["[a-c]{0,2}", text()]
}

fn strings() -> impl Strategy<Value = Strings> {
    vec((name(), text()), 0..12)
}

fn query() -> impl Strategy<Value = Query> {
    vec((name(), proptest::option::of(text())), 0..12)
}

fn borrowed(pairs: &Strings) -> Vec<(&str, &str)> {
    pairs.iter().map(|(name, value)| (&**name, &**value)).collect()
}

fn borrowed_query(pairs: &Query) -> Vec<(&str, Option<&str>)> {
    pairs.iter().map(|(name, value)| (&**name, value.as_deref())).collect()
}

/// Returns pairs as they are decoded: sorted by name, and in their order within a name.
fn sorted<'a>(pairs: impl IntoIterator<Item = (&'a str, Option<&'a str>)>) -> Query {
    let owned = |(name, value): (&str, Option<&str>)| (name.to_owned(), value.map(str::to_owned));
    let mut pairs: Query = pairs.into_iter().map(owned).collect();
    pairs.sort_by(|a, b| a.0.cmp(&b.0));
    pairs
}

fn sorted_strings(pairs: &Strings) -> Query {
    sorted(pairs.iter().map(|(name, value)| (&**name, Some(&**value))))
}

fn found(pairs: Pairs<'_>) -> Query {
    let owned = |(name, value): (&str, Option<&str>)| (name.to_owned(), value.map(str::to_owned));
    pairs.iter().map(owned).collect()
}

/// Returns the expected body of an event.
fn expected(bytes: &[u8]) -> (Option<&str>, Option<String>) {
    match str::from_utf8(bytes) {
        Ok(text) => (Some(text), None),
        Err(_) => (None, Some(STANDARD.encode(bytes))),
    }
}

fn check_body(body: Body<'_>, bytes: &[u8]) {
    match (body, expected(bytes)) {
        (Body::Text(found), (Some(text), None)) => assert_eq!(found, text),
        (Body::Base64(found), (None, Some(text))) => assert_eq!(found, text),
        other => panic!("{other:?}"),
    }
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![vec(any::<u8>(), 0..300), text().prop_map(String::into_bytes)]
}

proptest! {
    #[test]
    fn api_gateway(
        words in vec(text(), 9), headers in strings(), query in query(), path in strings(),
        declared in query(), declared_headers in strings(), variables in strings(), body in bytes(),
    ) {
        let (borrowed_headers, borrowed_query_pairs) = (borrowed(&headers), borrowed_query(&query));
        let (path_pairs, declared_pairs) = (borrowed(&path), borrowed_query(&declared));
        let (header_pairs, variable_pairs) = (borrowed(&declared_headers), borrowed(&variables));
        let event = EventBuilder::api_gateway()
            .method(&words[0]).path(&words[1]).route(&words[2]).route_method(&words[3])
            .stage(&words[4]).request_id(&words[5]).api_id(&words[6]).source_ip(&words[7])
            .secret_id(&words[8]).headers(&borrowed_headers).query(&borrowed_query_pairs)
            .path_parameters(&path_pairs).declared_query(&declared_pairs)
            .declared_headers(&header_pairs).stage_variables(&variable_pairs).body(&body);
        let mut encoder = Encoder::new();
        let json = encoder.encode_event(&event).unwrap();
        prop_assert!(serde_json::from_slice::<Value>(json).is_ok());
        let mut decoder = Decoder::new();
        let event = decoder.decode(json).unwrap();
        prop_assert_eq!(event.dialect(), Dialect::TencentApiGateway);
        let accessors = [
            event.method(), event.path(), event.route(), event.route_method(), event.stage(),
            event.request_id(), event.api_id(), event.source_ip(), event.secret_id(),
        ];
        for (accessor, word) in accessors.into_iter().zip(&words) {
            prop_assert_eq!(accessor, Some(&**word));
        }
        prop_assert_eq!(found(event.headers()), sorted_strings(&headers));
        prop_assert_eq!(found(event.query()), sorted(borrowed_query_pairs));
        prop_assert_eq!(found(event.path_parameters()), sorted_strings(&path));
        prop_assert_eq!(found(event.declared_query()), sorted(declared_pairs));
        prop_assert_eq!(found(event.declared_headers()), sorted_strings(&declared_headers));
        prop_assert_eq!(found(event.stage_variables()), sorted_strings(&variables));
        prop_assert!(event.extras().is_empty() && event.context_extras().is_empty());
        check_body(event.body(), &body);
        prop_assert_eq!(event.bytes().unwrap(), Some(&body[..]));
    }

    #[test]
    fn function_url(
        words in vec(text(), 2),
        headers in strings(),
        query in query(),
        body in bytes(),
    ) {
        let (header_pairs, query_pairs) = (borrowed(&headers), borrowed_query(&query));
        let event = EventBuilder::function_url().method(&words[0]).path(&words[1])
            .headers(&header_pairs).query(&query_pairs).body(&body);
        let mut encoder = Encoder::new();
        let mut decoder = Decoder::new();
        let event = decoder.decode(encoder.encode_event(&event).unwrap()).unwrap();
        prop_assert_eq!(event.dialect(), Dialect::TencentFunctionUrl);
        prop_assert_eq!((event.method(), event.path()), (Some(&*words[0]), Some(&*words[1])));
        prop_assert_eq!(found(event.headers()), sorted_strings(&headers));
        prop_assert_eq!(found(event.query()), sorted(query_pairs));
        check_body(event.body(), &body);
    }

    #[test]
    fn cloudbase(words in vec(text(), 4), headers in strings(), query in query(), body in bytes()) {
        let (header_pairs, query_pairs) = (borrowed(&headers), borrowed_query(&query));
        let event = EventBuilder::cloudbase(&words[0]).method(&words[1]).path(&words[2])
            .request_id(&words[3]).headers(&header_pairs).query(&query_pairs).body(&body);
        let mut encoder = Encoder::new();
        let mut decoder = Decoder::new();
        let event = decoder.decode(encoder.encode_event(&event).unwrap()).unwrap();
        prop_assert_eq!(event.dialect(), Dialect::TencentCloudBase);
        prop_assert_eq!((event.method(), event.path()), (Some(&*words[1]), Some(&*words[2])));
        prop_assert_eq!(event.request_id(), Some(&*words[3]));
        let environment = event.context_extras().get("envId").unwrap();
        let environment = serde_json::from_str(environment).unwrap();
        prop_assert_eq!(&words[0], &Value::as_str(&environment).unwrap().to_owned());
        prop_assert_eq!(found(event.headers()), sorted_strings(&headers));
        prop_assert_eq!(found(event.query()), sorted(query_pairs));
        check_body(event.body(), &body);
    }

    #[test]
    fn clb(headers in strings(), body in bytes(), members in vec((text(), text()), 0..4)) {
        let pairs = borrowed(&headers);
        let mut encoder = Encoder::new();
        let mut decoder = Decoder::new();
        let event = EventBuilder::clb().headers(&pairs);
        let decoded = decoder.decode(encoder.encode_event(&event.body(&body)).unwrap()).unwrap();
        prop_assert_eq!(decoded.dialect(), Dialect::TencentClb);
        prop_assert_eq!(found(decoded.headers()), sorted_strings(&headers));
        check_body(decoded.body(), &body);
        let members = members.into_iter().map(|(name, value)| (name, Value::String(value)));
        let json = Value::Object(members.collect()).to_string();
        let encoded = encoder.encode_event(&event.json_body(&json)).unwrap();
        let decoded = decoder.decode(encoded).unwrap();
        prop_assert_eq!(decoded.body(), Body::Json(&json));
    }

    #[test]
    fn websocket(words in vec(text(), 4), body in bytes()) {
        let mut encoder = Encoder::new();
        let mut decoder = Decoder::new();
        let connect = EventBuilder::websocket(WebSocketPhase::Connect, &words[0]).path(&words[1])
            .route(&words[1]).websocket_protocol(&words[2]).websocket_extensions(&words[3]);
        let event = decoder.decode(encoder.encode_event(&connect).unwrap()).unwrap();
        prop_assert_eq!(event.dialect(), Dialect::TencentWebSocket);
        prop_assert_eq!(event.websocket_phase(), Some(WebSocketPhase::Connect));
        prop_assert_eq!(event.connection_id(), Some(&*words[0]));
        prop_assert_eq!(event.route(), Some(&*words[1]));
        prop_assert_eq!(event.websocket_protocol(), Some(&*words[2]));
        prop_assert_eq!(event.websocket_extensions(), Some(&*words[3]));
        prop_assert_eq!(event.context_extras().get("websocketEnable"), Some("true"));

        let message = EventBuilder::websocket(WebSocketPhase::Message, &words[0]).body(&body);
        let event = decoder.decode(encoder.encode_event(&message).unwrap()).unwrap();
        prop_assert_eq!(event.websocket_phase(), Some(WebSocketPhase::Message));
        let is_text = str::from_utf8(&body).is_ok();
        prop_assert_eq!(event.data_type(), Some(if is_text { "text" } else { "binary" }));
        check_body(event.body(), &body);

        let close = EventBuilder::websocket(WebSocketPhase::Close, &words[0]);
        let event = decoder.decode(encoder.encode_event(&close).unwrap()).unwrap();
        prop_assert_eq!(event.websocket_phase(), Some(WebSocketPhase::Close));
        prop_assert_eq!((event.connection_id(), event.body()), (Some(&*words[0]), Body::Absent));
    }
}

#[test]
fn members_are_those_of_captured_events_in_their_order() {
    let event = EventBuilder::api_gateway().method("GET").path("/a").query(&[
        ("b", Some("1")),
        ("a", None),
        ("b", Some("2")),
    ]);
    let mut encoder = Encoder::new();
    assert_eq!(
        str::from_utf8(encoder.encode_event(&event).unwrap()).unwrap(),
        concat!(
            r#"{"headerParameters":{},"headers":{},"httpMethod":"GET","isBase64Encoded":false,"#,
            r#""path":"/a","pathParameters":{},"queryString":{"a":true,"b":["1","2"]},"#,
            r#""queryStringParameters":{},"requestContext":{"identity":{}}}"#,
        )
    );
}

#[test]
fn the_sample_of_the_specification_can_be_made() {
    let sample = include_str!("../data/events/spec-sample.json");
    let event = EventBuilder::api_gateway()
        .api_id("service-f94sy04v")
        .route("/test/{path}")
        .route_method("POST")
        .request_id("c6af9ac6-7b61-11e6-9a41-93e8deadbeef")
        .secret_id("abdcdxxxxxxxsdfs")
        .source_ip("10.0.2.14")
        .stage("release")
        .headers(&[
            ("Accept-Language", "en-US,en,cn"),
            ("Accept", "text/html,application/xml,application/json"),
            ("Host", "service-3ei3tii4-251000691.ap-guangzhou.apigateway.myqloud.com"),
            ("User-Agent", "User Agent String"),
        ])
        .body("{\"test\":\"body\"}")
        .path_parameters(&[("path", "value")])
        .declared_query(&[("foo", Some("bar"))])
        .declared_headers(&[("Refer", "10.0.2.14")])
        .stage_variables(&[("stage", "release")])
        .path("/test/value")
        .query(&[("foo", Some("bar")), ("bob", Some("alice"))])
        .method("POST");
    let mut encoder = Encoder::new();
    let mut made: Value = serde_json::from_slice(encoder.encode_event(&event).unwrap()).unwrap();
    // The sample is older than the flag.
    assert_eq!(made.as_object_mut().unwrap().remove("isBase64Encoded"), Some(json!(false)));
    assert_eq!(made, serde_json::from_str::<Value>(sample).unwrap());
}

#[test]
fn invalid_parts_are_refused() {
    let mut encoder = Encoder::new();
    let mut refusal = |event: EventBuilder<'_>| {
        let error = encoder.encode_event(&event).unwrap_err();
        (error.code(), error.offset())
    };
    let event = EventBuilder::api_gateway();
    let text = |body| event.encoded_body(body, BodyEncoding::Text);
    assert_eq!(refusal(text(b"ab\xff")), (ErrorCode::InvalidUtf8, 2));
    assert_eq!(refusal(event.json_body("[1,]")), (ErrorCode::UnexpectedByte, 3));
    assert_eq!(refusal(event.json_body(" 1")), (ErrorCode::WrongType, 1));
    assert_eq!(refusal(event.json_body("")), (ErrorCode::WrongType, 0));
    assert_eq!(refusal(event.json_body("{} {}")), (ErrorCode::TrailingBytes, 3));
    let long = "a".repeat(MAX_NAME + 1);
    assert_eq!(refusal(event.headers(&[(&*long, "")])), (ErrorCode::NameTooLong, 0));
    let body = vec![b'a'; 6 << 20];
    assert_eq!(refusal(event.body(&body)).0, ErrorCode::ResponseTooLong);
}

#[test]
fn a_body_of_json_may_be_as_deep_as_it_can_be_read() {
    let mut encoder = Encoder::new();
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let (deepest, deeper) = (nested(apigw::MAX_DEPTH - 1), nested(apigw::MAX_DEPTH));
    let json = encoder.encode_event(&EventBuilder::clb().json_body(&deepest)).unwrap();
    assert_eq!(Decoder::new().decode(json).unwrap().body(), Body::Json(&deepest));
    let error = encoder.encode_event(&EventBuilder::clb().json_body(&deeper)).unwrap_err();
    assert_eq!(error.code(), ErrorCode::TooDeep);
}

#[test]
fn the_longest_name_can_be_read() {
    let longest = "a".repeat(MAX_NAME);
    let mut encoder = Encoder::new();
    let headers = [(&*longest, "value")];
    let json = encoder.encode_event(&EventBuilder::api_gateway().headers(&headers)).unwrap();
    assert_eq!(Decoder::new().decode(json).unwrap().header(&longest), Some("value"));
}

const KERNELS: [Kernel; 4] = [Kernel::Portable, Kernel::Neon, Kernel::Avx2, Kernel::Avx512];

#[test]
fn every_kernel_writes_the_same() {
    let text: String = (0..500).map(|it| char::from_u32(it * 7 % 0x500).unwrap_or('a')).collect();
    let event = EventBuilder::api_gateway().path(&text).body(&text);
    let mut texts = KERNELS.into_iter().filter_map(|kernel| {
        let mut encoder = Encoder::new();
        encoder.set_kernel(kernel).then(|| encoder.encode_event(&event).unwrap().to_vec())
    });
    let first = texts.next().unwrap();
    assert!(texts.all(|other| other == first));
}

fn json_of(event: EventBuilder<'_>) -> Value {
    serde_json::from_slice(Encoder::new().encode_event(&event).unwrap()).unwrap()
}

#[test]
fn times_of_aws_are_in_the_common_log_format() {
    for (time, text) in [
        (0, "01/Jan/1970:00:00:00 +0000"),
        (951_782_399_999, "28/Feb/2000:23:59:59 +0000"),
        (951_782_400_000, "29/Feb/2000:00:00:00 +0000"),
        (951_868_800_000, "01/Mar/2000:00:00:00 +0000"),
        (1_583_348_638_390, "04/Mar/2020:19:03:58 +0000"),
        (4_107_542_399_000, "28/Feb/2100:23:59:59 +0000"),
        (4_107_542_400_000, "01/Mar/2100:00:00:00 +0000"),
        (1_767_225_599_000, "31/Dec/2025:23:59:59 +0000"),
    ] {
        let found = json_of(EventBuilder::new(Dialect::AwsHttpApi).time_ms(time));
        let context = &found["requestContext"];
        assert_eq!((&context["time"], &context["timeEpoch"]), (&json!(text), &json!(time)));
        let found = json_of(EventBuilder::new(Dialect::AwsRestApi).time_ms(time));
        let context = &found["requestContext"];
        assert_eq!(
            (&context["requestTime"], &context["requestTimeEpoch"]),
            (&json!(text), &json!(time))
        );
    }
}

#[test]
fn a_query_of_aws_can_be_as_it_was_sent() {
    let event = |dialect| {
        json_of(
            EventBuilder::new(dialect)
                .query(&[("a b", Some("1 2")), ("c", None)])
                .raw_query("a+b=1+2&&c"),
        )
    };
    let found = event(Dialect::AwsHttpApi);
    assert_eq!(found["rawQueryString"], "a+b=1+2&&c");
    assert_eq!(found["queryStringParameters"], json!({"a b": "1 2", "c": ""}));
    let found = event(Dialect::AwsAlb);
    assert_eq!(found["queryStringParameters"], json!({"a+b": "1+2", "c": ""}));
    let found = event(Dialect::AwsAlbMultiValue);
    assert_eq!(found["multiValueQueryStringParameters"], json!({"a+b": ["1+2"], "c": [""]}));
}

#[test]
fn events_of_aws_have_what_only_they_have() {
    let rest = EventBuilder::new(Dialect::AwsRestApi)
        .payload_format("1.0")
        .stage("$default")
        .path("/cats")
        .domain_name("abc.example.com")
        .authorizer(r#"{"principalId": "cat"}"#);
    let found = json_of(rest);
    assert_eq!((&found["version"], &found["body"]), (&json!("1.0"), &Value::Null));
    let context = &found["requestContext"];
    assert_eq!((&context["path"], &context["domainPrefix"]), (&json!("/cats"), &json!("abc")));
    assert_eq!(context["authorizer"], json!({"principalId": "cat"}));
    let mut encoder = Encoder::new();
    for wrong in ["1", "", "{", "{}x"] {
        let event = EventBuilder::new(Dialect::AwsHttpApi).authorizer(wrong);
        assert!(encoder.encode_event(&event).is_err(), "{wrong}");
    }
    let nested = format!("{}{}", "[".repeat(63), "]".repeat(63));
    assert!(encoder.encode_event(&rest.authorizer(&nested)).is_err());
    let json = encoder.encode_event(&rest.authorizer(&nested[1..125])).unwrap();
    assert!(Decoder::new().decode(json).unwrap().authorizer().is_some());

    let socket = EventBuilder::new(Dialect::AwsWebSocket)
        .websocket_event(WebSocketPhase::Message, "id")
        .route("say")
        .message_id("m")
        .connected_ms(7)
        .body("text");
    let context = &json_of(socket)["requestContext"];
    assert_eq!((&context["routeKey"], &context["messageId"]), (&json!("say"), &json!("m")));
    assert_eq!((&context["connectedAt"], &context["eventType"]), (&json!(7), &json!("MESSAGE")));
    let closed = socket.websocket_event(WebSocketPhase::Close, "id").disconnect(1001, "bye");
    let context = &json_of(closed)["requestContext"];
    assert_eq!(
        (&context["disconnectStatusCode"], &context["disconnectReason"]),
        (&json!(1001), &json!("bye"))
    );
}
