//! Events as requests of the crate `http`, and its responses.

use std::error::Error as _;

use apigw::{Decoder, Dialect, Encoder, ErrorCode, HttpError, ResponseRules};
use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::{Request, Response};
use percent_encoding::percent_decode_str;
use proptest::collection::vec;
use proptest::prelude::*;

fn json(text: &str) -> String {
    serde_json::to_string(text).expect("strings can be written")
}

/// A map of an event, repeated names included.
fn map(pairs: &[(String, Option<String>)]) -> String {
    let member = |(name, value): &(String, Option<String>)| {
        format!("{}:{}", json(name), value.as_ref().map_or("true".to_owned(), |value| json(value)))
    };
    format!("{{{}}}", pairs.iter().map(member).collect::<Vec<_>>().join(","))
}

fn request(event: &str) -> Result<Request<Vec<u8>>, HttpError> {
    let mut decoder = Decoder::new();
    let event = decoder.decode(event.as_bytes()).expect("the event is valid");
    event.http_request().map(|request| request.map(<[u8]>::to_vec))
}

fn uri(members: &str) -> String {
    let event = format!("{{\"httpMethod\":\"GET\",{members}}}");
    request(&event).expect("it is a request").uri().to_string()
}

fn header_name() -> impl Strategy<Value = String> {
    prop_oneof!["[A-Za-z0-9!#$%&'*+.^_`|~-]{1,20}", Just("set-cookie".to_owned())]
}

fn headers(values: &'static str) -> impl Strategy<Value = Vec<(String, String)>> {
    // Sometimes more than fit into the list on the stack.
    prop_oneof![vec((header_name(), values), 0..8), vec((header_name(), values), 60..80)]
}

fn header_map(headers: &[(String, String)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(
            name.parse::<HeaderName>().expect("a token"),
            HeaderValue::from_bytes(value.as_bytes()).expect("no control character"),
        );
    }
    map
}

proptest! {
    #[test]
    fn a_request_has_the_content_of_its_event(
        method in "[A-Z-]{1,12}",
        path in "/\\PC{0,30}|/[%0-9a-fA-F/?#]{0,20}",
        query in vec(
            ("\\PC{1,10}|[&=+%#]{1,4}", proptest::option::of("\\PC{0,10}|[&=+%#;]{0,4}")),
            0..10,
        ),
        headers in headers("[\\t !-~é中]{0,20}"),
        body in vec(any::<u8>(), 0..50),
    ) {
        let some = |(name, value): &(String, String)| (name.clone(), Some(value.clone()));
        let event = format!(
            concat!(
                r#"{{"httpMethod":{},"path":{},"queryString":{},"headers":{},"body":"{}","#,
                r#""isBase64Encoded":true}}"#,
            ),
            json(&method),
            json(&path),
            map(&query),
            map(&headers.iter().map(some).collect::<Vec<_>>()),
            base64::Engine::encode(&base64::prelude::BASE64_STANDARD, &body),
        );
        let request = request(&event).expect("it is a request");
        prop_assert_eq!(request.method().as_str(), method);
        prop_assert!(percent_decode_str(request.uri().path()).eq(percent_decode_str(&path)));
        let pairs = form_urlencoded::parse(request.uri().query().unwrap_or_default().as_bytes());
        let expected = query.iter().map(|(name, value)| {
            (name.as_str().into(), value.as_deref().unwrap_or_default().into())
        });
        prop_assert!(pairs.eq(expected));
        prop_assert_eq!(request.headers(), &header_map(&headers));
        prop_assert_eq!(request.body(), &body);
        // The request's line needs no more encoding.
        let line = request.uri().to_string();
        let is_refused = |byte: u8| !byte.is_ascii_graphic() || b"\"#<>[\\]^`{|}".contains(&byte);
        prop_assert_eq!(line.bytes().find(|&byte| is_refused(byte)), None);
    }

    #[test]
    fn a_response_is_decoded_without_change(
        status in 100..1000u16,
        headers in headers("[\\t !-~é中]{0,20}"),
        body in prop_oneof![vec(any::<u8>(), 0..50), "\\PC{0,50}".prop_map(String::into_bytes)],
    ) {
        let mut response = Response::new(body);
        *response.status_mut() = status.try_into().expect("it is in the range");
        *response.headers_mut() = header_map(&headers);
        let mut encoder = Encoder::new();
        let mut vector = b"before".to_vec();
        encoder.encode_http_to_vec(&response, &mut vector).expect("nothing is wrong");
        let encoded = encoder.encode_http(&response).expect("nothing is wrong");
        prop_assert_eq!(&vector[..6], b"before");
        prop_assert_eq!(&vector[6..], encoded);
        let mut decoder = Decoder::new();
        let decoded = decoder.decode_response(encoded, ResponseRules::Strict);
        let decoded = decoded.expect("it was encoded");
        prop_assert_eq!(decoded.status(), status);
        prop_assert_eq!(decoded.bytes().expect("it was encoded"), Some(&response.body()[..]));
        let pairs = decoded.headers().iter().map(|(name, value)| (name, value.map(str::as_bytes)));
        let expected = response.headers().iter();
        let expected = expected.map(|(name, value)| (name.as_str(), Some(value.as_bytes())));
        prop_assert!(pairs.eq(expected));
    }
}

#[test]
fn a_path_is_encoded_where_necessary() {
    for (path, expected) in [
        (r#""path":"/""#, "/"),
        (r#""path":"""#, "/"),
        (r#""path":null"#, "/"),
        (r#""path":"cats""#, "/cats"),
        (r#""path":"*""#, "/*"),
        (r#""path":"//example.com/a""#, "//example.com/a"),
        (r#""path":"/a b/%20/%2f/%zz/%2""#, "/a%20b/%20/%2f/%25zz/%252"),
        (r#""path":"/é""#, "/%C3%A9"),
        (r#""path":"/a?b#c""#, "/a%3Fb%23c"),
        (r#""path":"/a:b@c;d=e,f!$&'()*+~-._""#, "/a:b@c;d=e,f!$&'()*+~-._"),
        (r#""path":"/\r\nHost: x""#, "/%0D%0AHost:%20x"),
    ] {
        assert_eq!(uri(path), expected, "{path}");
    }
}

#[test]
fn a_query_is_found_wherever_the_event_has_it() {
    for (members, expected) in [
        (r#""queryString":{"a":"","b":true,"c":["1","2"],"b":"3"}"#, "/?a=&b&c=1&c=2&b=3"),
        (r#""queryString":{"a b":"+&=/é~"}"#, "/?a%20b=%2B%26%3D%2F%C3%A9~"),
        (r#""queryString":{"a":"1"},"queryStringParameters":{"b":"2"}"#, "/?a=1"),
        (r#""queryString":{},"queryStringParameters":{"b":"2"}"#, "/"),
        (r#""queryStringParameters":{"b":"2"}"#, "/?b=2"),
        (r#""query":"a=%20b&c d?""#, "/?a=%20b&c%20d?"),
        (r#""query":"""#, "/"),
        (r#""query":"a=1","queryString":{"b":"2"}"#, "/?a=1"),
    ] {
        assert_eq!(uri(members), expected, "{members}");
    }
}

#[test]
fn a_request_needs_no_optional_member() {
    let request = request(r#"{"httpMethod":"purge"}"#).expect("it is a request");
    assert_eq!(request.method().as_str(), "purge");
    assert_eq!(request.uri(), "/");
    assert!(request.headers().is_empty());
    assert!(request.body().is_empty());
}

#[test]
fn a_host_does_not_become_part_of_the_uri() {
    let request =
        request(r#"{"httpMethod":"GET","path":"/a","headers":{"Host":"example.com","x":null}}"#)
            .expect("it is a request");
    assert_eq!(request.uri(), "/a");
    assert_eq!(request.headers()["host"], "example.com");
    assert_eq!(request.headers()["x"], "");
}

#[test]
fn events_that_are_not_requests_are_refused() {
    let long = format!(r#"{{"httpMethod":"GET","path":"/{}"}}"#, "é".repeat(11_000));
    for (event, expected) in [
        ("{}", HttpError::MissingMethod),
        (r#"{"httpMethod":null}"#, HttpError::MissingMethod),
        (r#"{"httpMethod":""}"#, HttpError::InvalidMethod),
        (r#"{"httpMethod":"GET /"}"#, HttpError::InvalidMethod),
        (&long, HttpError::UriTooLong),
        (r#"{"httpMethod":"GET","headers":{"a":"b","":"c"}}"#, HttpError::InvalidHeaderName(1)),
        (r#"{"httpMethod":"GET","headers":{"a b":"c"}}"#, HttpError::InvalidHeaderName(0)),
        (r#"{"httpMethod":"GET","headers":{"é":"c"}}"#, HttpError::InvalidHeaderName(0)),
        (
            r#"{"httpMethod":"GET","headers":{"a":"b","c":"\r\nd: e"}}"#,
            HttpError::InvalidHeaderValue(1),
        ),
    ] {
        let error = request(event).expect_err(event);
        assert_eq!(error, expected);
        assert!(error.source().is_none());
    }
}

#[test]
fn a_body_that_is_not_base64_is_refused() {
    let error = request(r#"{"httpMethod":"GET","body":"AA*=","isBase64Encoded":true}"#)
        .expect_err("it is not base64");
    let HttpError::Body(fault) = error else { panic!("{error}") };
    assert_eq!((fault.code(), fault.offset()), (ErrorCode::InvalidBase64, 2));
    assert_eq!(error.source().map(ToString::to_string), Some(fault.to_string()));
}

#[test]
fn more_headers_than_a_map_holds_are_refused() {
    let limits = apigw::Limits { pairs: 100_000, ..Default::default() };
    let mut decoder = Decoder::with_limits(limits);
    for headers in [
        (0..40_000).map(|i| format!("\"x{i}\":\"\"")).collect::<Vec<_>>().join(","),
        format!("\"x\":[{}]", vec!["\"\""; 40_000].join(",")),
    ] {
        let event = format!("{{\"httpMethod\":\"GET\",\"headers\":{{{headers}}}}}");
        let event = decoder.decode(event.as_bytes()).expect("the event is valid");
        assert_eq!(event.http_request().expect_err("too many"), HttpError::TooManyHeaders);
    }
}

#[test]
fn a_response_is_written_for_the_dialect_of_its_extensions() {
    let response = Response::builder().header("vary", "a").header("vary", "b").body("");
    let mut response = response.expect("it is a response");
    let mut encoder = Encoder::new();
    let mut encode = |response: &Response<&str>| {
        let encoded = encoder.encode_http(response).expect("nothing is wrong");
        serde_json::from_slice::<serde_json::Value>(encoded).expect("it is JSON")["headers"].clone()
    };
    assert_eq!(encode(&response), serde_json::json!({"vary": ["a", "b"]}));
    response.extensions_mut().insert(Dialect::TencentFunctionUrl);
    assert_eq!(encode(&response), serde_json::json!({"vary": "a, b"}));
}

#[test]
fn a_response_that_cannot_be_written_is_refused() {
    let mut response = Response::new(vec![0; 100]);
    response.headers_mut().insert("a", HeaderValue::from_static("b"));
    response.headers_mut().insert("c", HeaderValue::from_bytes(b"d\xff").expect("obs-text"));
    let mut encoder = Encoder::new();
    let error = encoder.encode_http(&response).expect_err("it is not UTF-8");
    assert_eq!(error.code(), ErrorCode::InvalidHeaderValue);
    assert_eq!((error.header_name(), error.offset()), (Some("c"), 1));
    response.headers_mut().clear();
    encoder.set_limit(100);
    let error = encoder.encode_http(&response).expect_err("it is too long");
    assert_eq!(error.code(), ErrorCode::ResponseTooLong);
}
