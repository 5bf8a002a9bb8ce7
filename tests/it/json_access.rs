//! How JSON inside an event is used: members, pointers, sharing, types.

use super::json::{assert_is, with_body};
use apigw::{Decoder, DeserializeError, ErrorCode};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

#[test]
fn bodies_of_every_kind() {
    let mut decoder = Decoder::new();
    let event = decoder.decode(b"{}").expect("it is valid");
    assert!(event.json().expect("a missing body is not a fault").is_none());

    let event = decoder.decode(br#"{"body":{"a":[1]}}"#).expect("it is valid");
    let json = event.json().expect("it is JSON").expect("there is a body");
    assert_eq!(json.pointer("/a/0").and_then(|it| it.as_u64()), Some(1));

    let event = decoder.decode(br#"{"body":"WzFd","isBase64Encoded":true}"#).expect("it is valid");
    assert_eq!(event.json().expect("it is JSON").expect("there is a body").len(), 1);

    let event = decoder.decode(br#"{"body":"WzFd!","isBase64Encoded":true}"#).expect("it is valid");
    let error = event.json().expect_err("it is not base64");
    let expected = (ErrorCode::InvalidBase64, 4, Some("body"));
    assert_eq!((error.code(), error.offset(), error.member()), expected);

    let event = decoder.decode(br#"{"body":""}"#).expect("it is valid");
    let error = event.json().expect_err("an empty body is not JSON");
    assert_eq!((error.code(), error.offset()), (ErrorCode::UnexpectedEnd, 0));
}

#[test]
fn unknown_members() {
    let mut decoder = Decoder::new();
    let event = br#"{"x":[1],"x":2,"requestContext":{"identity":{"k":{"l":"m"}}},"y":1e400}"#;
    let event = decoder.decode(event).expect("it is valid");
    let extra = event.extra("x").expect("it is JSON").expect("it is there");
    assert_eq!(extra.at(0).and_then(|it| it.as_i64()), Some(1));
    assert!(event.extra("z").expect("absence is not a fault").is_none());
    let error = event.extra("y").expect_err("no float is as large");
    assert_eq!((error.code(), error.offset()), (ErrorCode::InvalidNumber, 0));

    let raw = event.identity_extras().get("k").expect("it is there");
    let json = event.parse_json(raw).expect("it is JSON");
    assert_eq!(json.get("l").and_then(|it| it.as_str()), Some("m"));
    // All results live as long as the event.
    assert_eq!(extra.len(), 1);
}

/// The examples of RFC 6901 section 5, and pointers to nothing.
#[test]
fn pointers() {
    let mut decoder = Decoder::new();
    let document = concat!(
        r#"{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"#,
        r#""m~n":8,"~1":9,"é":10}"#,
    );
    let oracle: Value = serde_json::from_str(document).expect("it is JSON");
    let event = decoder.decode(b"{}").expect("it is valid");
    let json = event.parse_json(document).expect("it is JSON");
    let pointers = [
        "",
        "/foo",
        "/foo/0",
        "/foo/1",
        "/",
        "/a~1b",
        "/c%d",
        "/e^f",
        "/g|h",
        "/i\\j",
        "/k\"l",
        "/ ",
        "/m~0n",
        "/~01",
        "/é",
        "/foo/2",
        "/foo/00",
        "/foo/01",
        "/foo/-",
        "/foo/+1",
        "/foo/ 1",
        "/foo/",
        "/foo/x",
        "/foo/0/0",
        "/foo/99999999999999999999",
        "foo",
        "/bar",
        "/a/b",
        "/m~0",
        "/~0",
        "//",
        "/foo/0/",
        "/m~0n/0",
    ];
    for pointer in pointers {
        match (json.pointer(pointer), oracle.pointer(pointer)) {
            (Some(found), Some(expected)) => assert_is(found, expected),
            (found, expected) => assert!(found.is_none() && expected.is_none(), "{pointer}"),
        }
    }
    // serde_json accepts a tilde without a digit, which the RFC does not allow.
    for pointer in ["/m~n", "/m~2n", "/~"] {
        assert!(json.pointer(pointer).is_none(), "{pointer}");
    }
}

#[test]
fn repeated_names() {
    let mut decoder = Decoder::new();
    let event = decoder.decode(b"{}").expect("it is valid");
    let json = event.parse_json(r#"{"a":1,"b":2,"a":3}"#).expect("it is JSON");
    assert_eq!(json.len(), 3);
    assert_eq!(json.get("a").and_then(|it| it.as_i64()), Some(1));
    let names: Vec<&str> = json.entries().map(|(name, _)| name).collect();
    assert_eq!(names, ["a", "b", "a"]);
}

#[test]
fn debug_is_readable() {
    let mut decoder = Decoder::new();
    let event = decoder.decode(b"{}").expect("it is valid");
    let json = event
        .parse_json(r#"{"a":[null,true,-1,18446744073709551615,1.5,"x"]}"#)
        .expect("it is JSON");
    assert_eq!(format!("{json:?}"), r#"{"a": [null, true, -1, 18446744073709551615, 1.5, "x"]}"#);
}

#[test]
fn events_and_their_json_can_be_shared() {
    fn is_shareable<T: Send + Sync + Copy>(_: T) {}
    let mut decoder = Decoder::new();
    let event = decoder.decode(br#"{"body":"[1,2,3]"}"#).expect("it is valid");
    is_shareable(event);
    is_shareable(event.json());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(move || {
                for _ in 0..100 {
                    let json = event.json().expect("it is JSON").expect("there is a body");
                    assert_eq!(json.iter().filter_map(|it| it.as_i64()).sum::<i64>(), 6);
                }
            });
        }
    });
}

#[derive(serde::Deserialize, serde::Serialize, Debug, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Shape {
    Point,
    Circle { radius: f64 },
    Line(i32, i32),
    Named(String),
}

#[derive(serde::Deserialize, Debug, PartialEq)]
struct Order<'a> {
    item: &'a str,
    count: u8,
    #[serde(default)]
    note: Option<String>,
    shapes: Vec<Shape>,
    #[serde(borrow)]
    tags: std::collections::BTreeMap<&'a str, Option<bool>>,
    pair: (i64, u64),
    id: Id,
}

#[derive(serde::Deserialize, Debug, PartialEq)]
struct Id(u64);

const ORDER: &str = r#"{"item":"caf\u00e9","count":7,"note":null,"more":{"x":[1]},
    "pair":[-1,18446744073709551615],"id":3,
    "shapes":["point",{"circle":{"radius":1}},{"line":[1,-2]},{"named":"n"}],
    "tags":{"a":true,"b":null}}"#;

#[test]
fn bodies_as_types() {
    let mut decoder = Decoder::new();
    let event = with_body(ORDER.as_bytes());
    let event = decoder.decode(&event).expect("it is valid");
    let order: Order = event.deserialize().expect("it has the shape").expect("there is a body");
    let plain = ORDER.replace(r"\u00e9", "é");
    assert_eq!(order, serde_json::from_str(&plain).expect("it has the shape"));

    // Whatever serde_json refuses is refused.
    let wrong = [
        (r#""count":7"#, r#""count":256"#, "body.count"),
        (r#""count":7"#, r#""count":-1"#, "body.count"),
        (r#""count":7"#, r#""count":7.0"#, "body.count"),
        (r#""item":"#, r#""itme":"#, "body"),
        (r#"[-1,18446744073709551615]"#, "[1,2,3]", "body.pair"),
        (r#"[-1,18446744073709551615]"#, "[1,\"2\"]", "body.pair[1]"),
        (r#"{"line":[1,-2]}"#, r#"{"line":[1]}"#, "body.shapes[2].line"),
        (r#"{"line":[1,-2]}"#, r#"{"line":[1,{}]}"#, "body.shapes[2].line[1]"),
        (r#"{"line":[1,-2]}"#, r#"{"line":[1,2],"point":null}"#, "body.shapes[2]"),
        (r#"{"line":[1,-2]}"#, "3", "body.shapes[2]"),
        (r#"{"line":[1,-2]}"#, r#""line""#, "body.shapes[2]"),
        (r#"{"radius":1}"#, r#"{"radius":"1"}"#, "body.shapes[1].circle.radius"),
        (r#""b":null"#, r#""a,b:\"{":7"#, r#"body.tags.a,b:"{"#),
    ];
    for (right, wrong, member) in wrong {
        let text = plain.replace(right, wrong);
        assert_ne!(text, plain);
        assert!(serde_json::from_str::<Order<'_>>(&text).is_err(), "{wrong}");
        // The same place in base64, and as an object of the event.
        let base64 = json!({"body": STANDARD.encode(&text), "isBase64Encoded": true}).to_string();
        let object = format!(r#"{{"body":{text}}}"#);
        for event in [with_body(text.as_bytes()), base64.into(), object.into()] {
            let event = decoder.decode(&event).expect("it is valid");
            let error = event.deserialize::<Order<'_>>().expect_err(wrong);
            assert!(matches!(error, DeserializeError::Type { .. }), "{wrong}: {error}");
            assert_eq!(error.member(), member, "{wrong}: {error}");
            let value = &text[error.offset()..];
            assert_eq!(value.trim_start(), value);
            let value = serde_json::Deserializer::from_str(value).into_iter::<Value>().next();
            let path = member["body".len()..].replace(['.', '['], "/").replace(']', "");
            let body: Value = serde_json::from_str(&text).expect("it is JSON");
            let value = value.expect("a value begins there").expect("it is JSON");
            assert_eq!(Some(&value), body.pointer(&path), "{wrong}: {error}");
        }
    }
    let text = r#"{ "items" : [ {"count" : "7"} ] }"#;
    let event = with_body(text.as_bytes());
    let event = decoder.decode(&event).expect("it is valid");
    #[derive(serde::Deserialize, Debug)]
    struct Cart {
        #[serde(rename = "items")]
        _items: Vec<std::collections::BTreeMap<String, u8>>,
    }
    let error = event.deserialize::<Cart>().expect_err("a string is no number");
    let expected =
        "error at byte 25 (body.items[0].count): invalid type: string \"7\", expected u8";
    assert_eq!(error.to_string(), expected);
    assert_eq!(text.find("\"7\""), Some(25));
    assert!(std::error::Error::source(&error).is_some());
    let event = decoder.decode(br#"{"body":"[1,]"}"#).expect("it is valid");
    let error = event.deserialize::<Vec<u8>>().expect_err("it is not JSON");
    assert_eq!(error.to_string(), "error 17 at byte 3 (body): JSON does not allow this byte here");
    let event = decoder.decode(b"{}").expect("it is valid");
    assert_eq!(event.deserialize::<Vec<u8>>(), Ok(None));
}

#[test]
fn values_are_serialised_as_they_are() {
    let mut decoder = Decoder::new();
    let event = decoder.decode(b"{}").expect("it is valid");
    for text in [ORDER, "[null,true,1.5,-0.0,\"\\n\",[],{}]", "18446744073709551615"] {
        let json = event.parse_json(text).expect("it is JSON");
        let expected: Value = serde_json::from_str(text).expect("it is JSON");
        assert_eq!(serde_json::to_value(json).expect("it can be written"), expected);
    }
}

/// The table of cases is shared with the other languages.
#[test]
fn claims_of_every_authorizer() {
    let cases: Vec<serde_json::Value> =
        serde_json::from_str(include_str!("../data/claims.json")).expect("a table");
    assert!(!cases.is_empty());
    let mut decoder = Decoder::new();
    for case in cases {
        let json = case["event"].to_string();
        let event = decoder.decode(json.as_bytes()).expect("an event");
        let claims = event.claims().expect("it is JSON");
        assert_eq!(claims.is_some(), case["claims"].is_object(), "{}", case["name"]);
        if let Some(claims) = claims {
            assert_is(claims, &case["claims"]);
        }
    }
}
