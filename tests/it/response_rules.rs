//! The result of each set of rules for the output of a function.

use crate::common::decoder_with;
use apigw::ResponseRules::{self, FunctionUrl, Gateway, PassThrough, Strict};
use apigw::{Body, Decoder, Error, Kernel, MAX_DEPTH};

/// Returns the result for an output in one line: `200 name=value | text hello`, or `wrong-type@14
/// statusCode`.
fn verdict(decoder: &mut Decoder, rules: ResponseRules, output: &[u8]) -> String {
    let response = match decoder.decode_response(output, rules) {
        Ok(response) => response,
        Err(error) => return fault(error),
    };
    let mut text = response.status().to_string();
    if !response.is_integrated() {
        text.push_str(" passed");
    }
    for (name, value) in response.headers() {
        assert_eq!(response.header(name), response.headers().get(name));
        text.push_str(&format!(" {name}={}", value.unwrap_or("(none)")));
    }
    for (name, value) in response.extras() {
        text.push_str(&format!(" +{name}:{}", value.expect("raw JSON")));
    }
    text + &match response.body() {
        Body::Absent => " | absent".to_owned(),
        Body::Text(text) => format!(" | text {text}"),
        Body::Base64(text) => format!(" | base64 {text}"),
        Body::Json(text) => format!(" | json {text}"),
    }
}

fn fault(error: Error) -> String {
    let text = format!("{}@{} {}", error.code(), error.offset(), error.member().unwrap_or("-"));
    text.trim_end_matches(" -").to_owned()
}

/// An output, and the results of `Strict`, `Gateway` and `FunctionUrl`. An empty one is that of the
/// rules before.
type Case = (&'static str, &'static str, &'static str, &'static str);

fn check(cases: &[Case]) {
    for kernel in Kernel::available() {
        let mut decoder = decoder_with(kernel);
        for (output, strict, gateway, function_url) in cases {
            let mut expected = "";
            for (rules, said) in [(Strict, strict), (Gateway, gateway), (FunctionUrl, function_url)]
            {
                expected = if said.is_empty() { expected } else { said };
                let found = verdict(&mut decoder, rules, output.as_bytes());
                assert_eq!(found, expected, "{kernel}, {rules:?}: {output}");
            }
            let passed = verdict(&mut decoder, PassThrough, output.as_bytes());
            assert_eq!(passed, format!("200 passed | text {output}"));
        }
    }
}

#[test]
fn responses_as_documented() {
    check(&[
        (
            concat!(
                r#"{"isBase64Encoded":false,"statusCode":200,"#,
                r#""headers":{"Content-Type":"text/html"},"body":"<h1>hello</h1>"}"#,
            ),
            "200 Content-Type=text/html | text <h1>hello</h1>",
            "",
            "",
        ),
        (
            r#"{"isBase64Encoded":true,"statusCode":200,"headers":{},"body":"AAEC"}"#,
            "200 | base64 AAEC",
            "",
            "",
        ),
        (
            r#"{"body":"\"\u00e9\"","headers":{"a":["1","2"],"b":"3","c":[]},"statusCode":404}"#,
            r#"404 a=1 a=2 b=3 | text "é""#,
            "",
            "",
        ),
        (" \n{ \"statusCode\" : 200 , \"body\" : \"\" }\r\n\t", "200 | text ", "", ""),
        (r#"{"statusCode":200}"#, "200 | absent", "", ""),
        (
            r#"{"statusCode":200,"errorCode":0,"x":[1, 2]}"#,
            "200 +errorCode:0 +x:[1, 2] | absent",
            "",
            "",
        ),
        (r#"{"status\u0043ode":200}"#, "200 | absent", "", ""),
    ]);
}

#[test]
fn statuses() {
    let wrong = "wrong-type@14 statusCode";
    let invalid = "invalid-status@14 statusCode";
    check(&[
        (r#"{"statusCode":100}"#, "100 | absent", "", ""),
        (r#"{"statusCode":999}"#, "999 | absent", "", ""),
        (r#"{"statusCode":99}"#, invalid, "", ""),
        (r#"{"statusCode":1000}"#, invalid, "", ""),
        (r#"{"statusCode":0}"#, invalid, "", ""),
        (r#"{"statusCode":-200}"#, invalid, "", ""),
        (r#"{"statusCode":200.0}"#, invalid, "", ""),
        (r#"{"statusCode":2e2}"#, invalid, "", ""),
        (r#"{"statusCode":99999999999999999999}"#, invalid, "", ""),
        (r#"{"statusCode":0200}"#, "invalid-number@15 statusCode", "", ""),
        (r#"{"statusCode":+200}"#, "unexpected-byte@14 statusCode", "", ""),
        (r#"{"statusCode":"200"}"#, wrong, "200 | absent", ""),
        (r#"{"statusCode":"\u0032\u0030\u0030"}"#, wrong, "200 | absent", ""),
        (r#"{"statusCode":"2000"}"#, wrong, invalid, ""),
        (r#"{"statusCode":"099"}"#, wrong, invalid, ""),
        (r#"{"statusCode":"+20"}"#, wrong, invalid, ""),
        (r#"{"statusCode":"+200"}"#, wrong, invalid, ""),
        (r#"{"statusCode":" 200"}"#, wrong, invalid, ""),
        (r#"{"statusCode":"2²"}"#, wrong, invalid, ""),
        (r#"{"statusCode":""}"#, wrong, invalid, ""),
        (r#"{"statusCode":null}"#, wrong, "", ""),
        (r#"{"statusCode":true}"#, wrong, "", ""),
        (r#"{"statusCode":[200]}"#, wrong, "", ""),
        (r#"{"statusCode":{}}"#, wrong, "", ""),
        (r#"{"statusCode":200,"statusCode":200}"#, "duplicate-member@18 statusCode", "", ""),
    ]);
}

#[test]
fn headers() {
    let wrong = "wrong-type@28 headers";
    let inside = "wrong-type@33 headers";
    check(&[
        (r#"{"statusCode":200,"headers":null}"#, wrong, "200 | absent", ""),
        (r#"{"statusCode":200,"headers":[]}"#, wrong, "200 | absent", ""),
        (r#"{"statusCode":200,"headers":["a"]}"#, wrong, "", ""),
        (r#"{"statusCode":200,"headers":"a: b"}"#, wrong, "", ""),
        (r#"{"statusCode":200,"headers":7}"#, wrong, "", ""),
        (r#"{"statusCode":200,"headers":{"a":7}}"#, inside, "200 a=7 | absent", ""),
        (r#"{"statusCode":200,"headers":{"a":1.50}}"#, inside, "200 a=1.50 | absent", ""),
        (r#"{"statusCode":200,"headers":{"a":true}}"#, inside, "200 a=true | absent", ""),
        (r#"{"statusCode":200,"headers":{"a":null}}"#, inside, "200 a=(none) | absent", ""),
        (r#"{"statusCode":200,"headers":{"a":{}}}"#, inside, "", ""),
        (
            r#"{"statusCode":200,"headers":{"a":["1",2]}}"#,
            "wrong-type@38 headers",
            "200 a=1 a=2 | absent",
            "",
        ),
        (r#"{"statusCode":200,"headers":{"a":[["1"]]}}"#, "wrong-type@34 headers", "", ""),
        (r#"{"statusCode":200,"headers":{"a":["1","2"}}"#, "unexpected-byte@41 headers", "", ""),
        (r#"{"statusCode":200,"headers":{"a":["1",]}}"#, "unexpected-byte@38 headers", "", ""),
        (r#"{"statusCode":200,"headers":{},"headers":{}}"#, "duplicate-member@31 headers", "", ""),
        (r#"{"statusCode":200,"headers":{"":"b"}}"#, "invalid-header-name@29 headers", "", ""),
        (r#"{"statusCode":200,"headers":{"a b":"c"}}"#, "invalid-header-name@29 headers", "", ""),
        (
            r#"{"statusCode":200,"headers":{"a":"b","é":"c"}}"#,
            "invalid-header-name@37 headers",
            "",
            "",
        ),
        (
            r#"{"statusCode":200,"headers":{"a":"b","\u0063\n":"c"}}"#,
            "invalid-header-name@37 headers",
            "",
            "",
        ),
        (
            r#"{"statusCode":200,"headers":{"a":"b\r\nc: d"}}"#,
            "invalid-header-value@33 headers",
            "",
            "",
        ),
        (
            r#"{"statusCode":200,"headers":{"a":["b","\u0000"]}}"#,
            "invalid-header-value@38 headers",
            "",
            "",
        ),
        (
            r#"{"statusCode":200,"headers":{"a":"\u007f"}}"#,
            "invalid-header-value@33 headers",
            "",
            "",
        ),
        (r#"{"statusCode":200,"headers":{"a":"\t\u0080é"}}"#, "200 a=\t\u{80}é | absent", "", ""),
    ]);
}

/// A gateway keeps one of the names that differ only in case, and a JSON reader keeps one of equal
/// names.
#[test]
fn repeated_names_of_headers() {
    check(&[
        (
            r#"{"statusCode":200,"headers":{"Set-Cookie":"a","set-cookie":"b"}}"#,
            "duplicate-member@46 headers",
            "200 Set-Cookie=a set-cookie=b | absent",
            "",
        ),
        (
            r#"{"statusCode":200,"headers":{"a":"1","b":"2","b":"3","A":"4"}}"#,
            "duplicate-member@45 headers",
            "200 a=1 b=2 b=3 A=4 | absent",
            "",
        ),
        (
            r#"{"statusCode":200,"headers":{"a":["1","2"],"\u0041":"3"}}"#,
            "duplicate-member@43 headers",
            "200 a=1 a=2 A=3 | absent",
            "",
        ),
        (r#"{"statusCode":200,"headers":{"x^":"1","x~":"2"}}"#, "200 x^=1 x~=2 | absent", "", ""),
    ]);
}

#[test]
fn bodies_and_flags() {
    let wrong = "wrong-type@25 body";
    let flag = "wrong-type@36 isBase64Encoded";
    check(&[
        (r#"{"statusCode":200,"body":null}"#, wrong, "200 | absent", ""),
        (r#"{"statusCode":200,"body":7}"#, wrong, "", ""),
        (r#"{"statusCode":200,"body":{}}"#, wrong, "", ""),
        (r#"{"statusCode":200,"body":["a"]}"#, wrong, "", ""),
        (r#"{"statusCode":200,"body":"","body":""}"#, "duplicate-member@28 body", "", ""),
        (r#"{"statusCode":200,"body":"\x"}"#, "invalid-escape@26 body", "", ""),
        (r#"{"statusCode":200,"body":"\ud800"}"#, "lone-surrogate@26 body", "", ""),
        (r#"{"statusCode":200,"isBase64Encoded":"true"}"#, flag, "200 | absent", ""),
        (r#"{"statusCode":200,"isBase64Encoded":"false"}"#, flag, "200 | absent", ""),
        (r#"{"statusCode":200,"isBase64Encoded":null}"#, flag, "200 | absent", ""),
        (r#"{"statusCode":200,"isBase64Encoded":1}"#, flag, "", ""),
        (r#"{"statusCode":200,"isBase64Encoded":"yes"}"#, flag, "", ""),
        (r#"{"statusCode":200,"isBase64Encoded":[]}"#, flag, "", ""),
        (
            r#"{"statusCode":200,"isBase64Encoded":"true","body":"YQ=="}"#,
            flag,
            "200 | base64 YQ==",
            "",
        ),
        (r#"{"statusCode":200,"body":"","isBase64Encoded":true}"#, "200 | base64 ", "", ""),
    ]);
}

/// A body that cannot be read later is not accepted now.
#[test]
fn base64_that_cannot_be_decoded_is_refused_by_every_rule() {
    let refused = "invalid-base64@48 body";
    check(&[
        (r#"{"statusCode":200,"isBase64Encoded":true,"body":"YWJj"}"#, "200 | base64 YWJj", "", ""),
        (r#"{"statusCode":200,"isBase64Encoded":true,"body":"YQ"}"#, refused, "", ""),
        (r#"{"statusCode":200,"isBase64Encoded":true,"body":"YR=="}"#, refused, "", ""),
        (r#"{"statusCode":200,"isBase64Encoded":true,"body":"YQ=a"}"#, refused, "", ""),
        (r#"{"statusCode":200,"isBase64Encoded":true,"body":"YW Jj"}"#, refused, "", ""),
        (r#"{"statusCode":200,"isBase64Encoded":true,"body":"-_-_"}"#, refused, "", ""),
        (r#"{"statusCode":200,"isBase64Encoded":true,"body":"\u00e9é"}"#, refused, "", ""),
        (r#"{"statusCode":200,"isBase64Encoded":false,"body":"YQ"}"#, "200 | text YQ", "", ""),
    ]);
}

#[test]
fn output_that_is_not_an_integrated_response() {
    check(&[
        ("{}", "missing-member@1 statusCode", "", "200 passed | json {}"),
        (" { } ", "missing-member@3 statusCode", "", "200 passed | json { }"),
        (
            r#"{"headers":{},"body":"a"}"#,
            "missing-member@24 statusCode",
            "",
            r#"200 passed | json {"headers":{},"body":"a"}"#,
        ),
        ("[1, 2]", "not-an-object@0", "", "200 passed | json [1, 2]"),
        (" \"text\"", "not-an-object@1", "", "200 passed | text \"text\""),
        ("7", "not-an-object@0", "", "200 passed | text 7"),
        ("true", "not-an-object@0", "", "200 passed | text true"),
        ("null ", "not-an-object@0", "", "200 passed | text null"),
        ("", "unexpected-end@0", "", ""),
        (" \n", "unexpected-end@2", "", ""),
        ("<h1>hello</h1>", "unexpected-byte@0", "", ""),
        ("{", "unexpected-end@1", "", ""),
        (r#"{"statusCode":200} {"#, "trailing-bytes@19", "", ""),
        (r#"{"statusCode":200,}"#, "unexpected-byte@18", "", ""),
    ]);
}

/// JSON that is a body may have any names and values.
#[test]
fn any_json_without_a_status_is_the_body_of_a_function_url() {
    check(&[
        (
            r#"{"body":7,"headers":"none"}"#,
            "wrong-type@8 body",
            "",
            r#"200 passed | json {"body":7,"headers":"none"}"#,
        ),
        (
            r#"{"headers":{"a":{}},"isBase64Encoded":7}"#,
            "wrong-type@16 headers",
            "",
            r#"200 passed | json {"headers":{"a":{}},"isBase64Encoded":7}"#,
        ),
        (
            r#"{"body":"a","body":"b"}"#,
            "duplicate-member@12 body",
            "",
            r#"200 passed | json {"body":"a","body":"b"}"#,
        ),
        (
            r#"{"headers":{"a b":"\n"}}"#,
            "missing-member@23 statusCode",
            "",
            r#"200 passed | json {"headers":{"a b":"\n"}}"#,
        ),
        (
            r#"{"x":{"statusCode":200}}"#,
            "missing-member@23 statusCode",
            "",
            r#"200 passed | json {"x":{"statusCode":200}}"#,
        ),
        // With a status it is a response, which must be valid.
        (r#"{"body":7,"statusCode":200}"#, "wrong-type@8 body", "", ""),
        (r#"{"body":7,"status\u0043ode":"x"}"#, "wrong-type@8 body", "", ""),
    ]);
}

#[test]
fn json_of_a_function_url_has_the_usual_limits() {
    let nested = |depth| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let objects = |depth| format!("{}{{}}{}", "{\"a\":".repeat(depth - 1), "}".repeat(depth - 1));
    let names = format!("{{\"headers\":{{{}\"n\":0}}}}", "\"n\":0,".repeat(10_000));
    let long = format!("{{\"{}\":0}}", "n".repeat(70_000));
    for kernel in Kernel::available() {
        let mut decoder = decoder_with(kernel);
        for body in [nested(MAX_DEPTH), objects(MAX_DEPTH), names.clone(), long.clone()] {
            let found = verdict(&mut decoder, FunctionUrl, body.as_bytes());
            assert!(found == format!("200 passed | json {body}"), "{kernel}: {found:.80}");
        }
        for body in [nested(MAX_DEPTH + 1), objects(MAX_DEPTH + 1)] {
            let at = body.rfind(['{', '[']).expect("it is nested");
            let found = verdict(&mut decoder, FunctionUrl, body.as_bytes());
            assert_eq!(found, format!("too-deep@{at}"), "{kernel}");
        }
    }
}

#[test]
fn passed_through_output_must_only_be_utf8() {
    for kernel in Kernel::available() {
        let mut decoder = decoder_with(kernel);
        for text in ["", "plain", "{\"statusCode\":404}", "\0\u{1}\"\\", "中文 😀"] {
            let found = verdict(&mut decoder, PassThrough, text.as_bytes());
            assert_eq!(found, format!("200 passed | text {text}"));
            let event = decoder.decode_response(text.as_bytes(), PassThrough).expect("UTF-8");
            assert_eq!(event.as_event().is_ascii(), text.is_ascii());
        }
        let found = verdict(&mut decoder, PassThrough, b"text \xff");
        assert_eq!(found, "invalid-utf8@5");
    }
}

#[test]
fn a_response_prints_what_it_has() {
    let output = br#"{"statusCode":404,"headers":{"a":"b"},"body":"gone","x":[1]}"#;
    let mut decoder = Decoder::new();
    let response = decoder.decode_response(output, Strict).expect("the response is valid");
    let text = format!("{response:?}");
    for part in ["true", "404", "(\"a\", Some(\"b\"))", "Text(\"gone\")", "(\"x\", Some(\"[1]\"))"]
    {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}
