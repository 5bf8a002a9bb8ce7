//! Messages: what was found, what is allowed, and the way out.

use crate::support::{folder, gzip, json_lines, pipe, run, zstd};

/// The line of `apigw check` on a bad event, without its place.
fn fault(input: impl Into<Vec<u8>>) -> String {
    let ran = pipe(&["check", "--input", "document"], input);
    assert_eq!(ran.status, 1, "{}", ran.out);
    let (_, line) = ran.out.trim_end().split_once(": ").unwrap();
    line.to_owned()
}

#[test]
fn a_wrong_type_says_what_it_found_and_what_is_allowed() {
    const MAP: &str = "an object of strings or lists of strings";
    for (event, found, allowed) in [
        (r#"{"headers":7}"#, "a number", MAP),
        (r#"{"headers":{"a":{}}}"#, "an object", MAP),
        (r#"{"queryString":"a=1"}"#, "a string", MAP),
        (r#"{"pathParameters":true}"#, "true or false", MAP),
        (r#"{"path":["/"]}"#, "an array", "a string"),
        (r#"{"requestContext":{"stage":{}}}"#, "an object", "a string"),
        (r#"{"requestContext":"a"}"#, "a string", "an object"),
        (r#"{"body":7}"#, "a number", "a string, an object or an array"),
        (r#"{"isBase64Encoded":1}"#, "a number", "true or false, or one of them as a string"),
    ] {
        let fault = fault(event);
        let expected = format!(": this is {found}, it has to be {allowed}");
        assert!(fault.starts_with("error 33 ") && fault.ends_with(&expected), "{event}: {fault}");
    }
    let ran = pipe(&["response", "check"], r#"{"statusCode":200,"body":{"ok":true}}"#);
    let expected =
        "error 33 wrong-type at byte 25 (body): this is an object, it has to be a string\n";
    assert!(ran.out.ends_with(expected), "{}", ran.out);
}

#[test]
fn what_is_not_json_is_named_with_the_way_out() {
    for (input, hint) in [
        ("{'httpMethod': 'GET', 'path': '/'}", "this looks like a dict that Python has printed"),
        (r#"{"isBase64Encoded": False}"#, "write it with `json.dumps`"),
        (r#"{"body": None}"#, "this looks like a dict that Python has printed"),
        ("START RequestId: 1\n{\"path\":\"/\"}", "there is text in front of the JSON"),
        ("2021-08-25 event: {\"path\":\"/\"}", "there is text in front of the JSON"),
        (r#"[{"path":"/"},{"path":"/"}]"#, "`jq -c '.[]'` makes them"),
        (r#""{\"path\":\"/\"}""#, "`jq -r .` takes it out"),
    ] {
        let fault = fault(input);
        assert!(fault.contains(hint), "{input}: {fault}");
    }
    for input in ["[]", "7", "{", "hello", "{\"path\" \"/\"}"] {
        assert!(!fault(input).contains(';'), "{input}: {}", fault(input));
    }
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    for text in ["{\"path\":\"/\"}", "\u{feff}{\"path\":\"/\"}"] {
        let ran = pipe(&["check"], utf16(text));
        assert!(ran.err.contains("`iconv -f UTF-16 -t UTF-8`"), "{}", ran.err);
        assert_eq!(ran.status, 1);
    }
}

#[test]
fn a_byte_order_mark_is_skipped() {
    let event = "\u{feff}{\"httpMethod\":\"GET\",\"path\":\"/\",\"queryString\":{}}";
    for bytes in [event.as_bytes().to_vec(), gzip(event.as_bytes()), zstd(event.as_bytes())] {
        assert_eq!(pipe(&["check"], bytes.clone()).status, 0);
        assert_eq!(json_lines(&pipe(&["show", "--json"], bytes).out)[0]["path"], "/");
    }
    let folder = folder(&[("event.json", event.as_bytes())]);
    assert_eq!(run(&folder, &["check", "event.json"]).status, 0);
    let ran = pipe(&["response", "check"], "\u{feff}{\"statusCode\":200}");
    assert_eq!(ran.status, 0, "{}", ran.out);
    // Places count the bytes of the file.
    let ran = pipe(&["check", "--json"], "\u{feff}{\"path\":7}");
    assert_eq!(json_lines(&ran.out)[0]["event_offset"], 3);
}

#[test]
fn a_body_that_is_not_the_base64_that_it_should_be_gets_a_warning() {
    let event = concat!(
        r#"{"httpMethod":"POST","path":"/","queryString":{},"#,
        r#""body":"not base64!!","isBase64Encoded":true}"#
    );
    let ran = pipe(&["check"], event);
    assert_eq!(ran.status, 0);
    assert_eq!(
        ran.out,
        "<stdin>:1: warning 24 invalid-base64 at byte 3 (body): the body is marked as base64: this \
         is \
         not base64 with padding\n"
    );
    assert!(ran.err.starts_with("1 event is good"), "{}", ran.err);
    let line = &json_lines(&pipe(&["check", "--json"], event).out)[0];
    assert_eq!((&line["severity"], &line["name"]), (&"warning".into(), &"invalid-base64".into()));
    assert_eq!(pipe(&["check"], event.replace("not base64!!", "YWJj")).out, "");
}
