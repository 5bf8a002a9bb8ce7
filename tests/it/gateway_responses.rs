//! The form of a response for each gateway, and how a gateway reads it.

use apigw::{
    BodyEncoding, Decoder, Dialect, Encoder, ErrorCode, EventBuilder, Response, ResponseRules,
};

const HEADERS: [(&str, &str); 6] = [
    ("Content-Type", "text/plain"),
    ("set-cookie", "a=1"),
    ("vary", "accept"),
    ("Set-Cookie", "b=2"),
    ("Vary", "cookie"),
    ("etag", "\"x\""),
];

fn encoded(dialect: Dialect, headers: &[(&str, &str)], body: &[u8]) -> String {
    let response = Response::new(201).headers(&headers).body(body).dialect(dialect);
    let mut encoder = Encoder::new();
    let json = encoder.encode(&response).expect("a response");
    serde_json::from_slice::<serde_json::Value>(json).expect("JSON");
    String::from_utf8(json.to_vec()).expect("UTF-8")
}

#[test]
fn repeated_headers_in_the_form_of_each_gateway() {
    let start = r#"{"isBase64Encoded":false,"statusCode":201,"#;
    let rest_api = r#""headers":{"Content-Type":"text/plain","etag":"\"x\""},"multiValueHeaders":{"set-cookie":["a=1","b=2"],"vary":["accept","cookie"]},"body":"hi"}"#;
    let joined = r#""headers":{"Content-Type":"text/plain","vary":"accept, cookie","etag":"\"x\"","set-cookie":"a=1","Set-cookie":"b=2"},"body":"hi"}"#;
    let arrays = r#""headers":{"Content-Type":"text/plain","set-cookie":["a=1","b=2"],"vary":["accept","cookie"],"etag":"\"x\""},"body":"hi"}"#;
    let cookies = r#""headers":{"Content-Type":"text/plain","vary":"accept, cookie","etag":"\"x\""},"cookies":["a=1","b=2"],"body":"hi"}"#;
    let created = r#""statusDescription":"201 Created","#;
    let lists = r#""multiValueHeaders":{"Content-Type":["text/plain"],"set-cookie":["a=1","b=2"],"vary":["accept","cookie"],"etag":["\"x\""]},"body":"hi"}"#;
    let string_status = r#"{"isBase64Encoded":false,"statusCode":"201","#;
    let objects = concat!(
        r#"{"status":"201","statusDescription":"Created","headers":{"content-type":[{"key":"Content-Type","value":"text/plain"}],"#,
        r#""set-cookie":[{"key":"set-cookie","value":"a=1"},{"key":"Set-Cookie","value":"b=2"}],"#,
        r#""vary":[{"key":"vary","value":"accept"},{"key":"Vary","value":"cookie"}],"etag":[{"key":"etag","value":"\"x\""}]},"#,
        r#""bodyEncoding":"text","body":"hi"}"#,
    );
    let outputs = concat!(
        r#"{"Outputs":{"res":{"statusCode":"201","headers":{"Content-Type":"text/plain","vary":"accept, cookie","etag":"\"x\"","#,
        r#""set-cookie":"a=1","Set-cookie":"b=2"},"body":"hi"}},"Logs":[],"ReturnValue":null}"#,
    );
    for (dialect, expected) in [
        (Dialect::TencentApiGateway, format!("{start}{arrays}")),
        (Dialect::HuaweiApig, format!("{start}{arrays}")),
        (Dialect::AwsHttpApi, format!("{start}{cookies}")),
        (Dialect::AwsFunctionUrl, format!("{start}{cookies}")),
        (Dialect::AwsRestApi, format!("{start}{rest_api}")),
        (Dialect::YandexFunctions, format!("{start}{rest_api}")),
        (Dialect::Netlify, format!("{start}{rest_api}")),
        (Dialect::AwsAlb, format!("{start}{created}{joined}")),
        (Dialect::AwsLattice, format!("{start}{created}{joined}")),
        (Dialect::AwsAlbMultiValue, format!("{start}{created}{lists}")),
        (Dialect::AlibabaFc, format!("{start}{joined}")),
        (Dialect::AlibabaApiGateway, format!("{string_status}{joined}")),
        (Dialect::AwsCloudFront, objects.to_owned()),
        (Dialect::Azure, outputs.to_owned()),
        (Dialect::OpenWhisk, format!("{{\"statusCode\":201,{arrays}")),
    ] {
        assert_eq!(encoded(dialect, &HEADERS, b"hi"), expected, "{dialect}");
    }
}

#[test]
fn a_few_headers_in_the_form_of_each_gateway() {
    for dialect in [Dialect::AwsHttpApi, Dialect::AwsRestApi, Dialect::AwsAlb, Dialect::Azure] {
        let json = encoded(dialect, &[("a", "b")], b"");
        assert!(json.contains(r#""headers":{"a":"b"},"body":"""#), "{dialect}: {json}");
    }
    let json = encoded(Dialect::AwsHttpApi, &[("set-cookie", "a=1")], b"");
    assert!(json.contains(r#""headers":{},"cookies":["a=1"],"body":"""#), "{json}");
    let json = encoded(Dialect::AwsAlbMultiValue, &[], b"");
    assert!(json.contains(r#""multiValueHeaders":{},"body":"""#), "{json}");
    let json = encoded(Dialect::AwsCloudFront, &[], b"\xff");
    assert!(json.contains(r#""headers":{},"bodyEncoding":"base64","body":"/w==""#), "{json}");
}

#[test]
fn the_content_type_decides_about_base64_where_there_is_no_flag() {
    let png = [("content-type", "image/png")];
    assert!(encoded(Dialect::OpenWhisk, &png, b"hi").contains(r#""body":"aGk=""#));
    let json = [("content-type", "application/problem+json; charset=utf-8")];
    assert!(encoded(Dialect::OpenWhisk, &json, b"hi").contains(r#""body":"hi""#));
    let response = Response::new(200).body(b"\xff").dialect(Dialect::Azure);
    let error = Encoder::new().encode(&response).expect_err("it is not text");
    assert_eq!(error.code(), ErrorCode::InvalidUtf8);
}

#[test]
fn events_without_a_response() {
    for dialect in
        [Dialect::AwsTokenAuthorizer, Dialect::AwsRequestAuthorizer, Dialect::AwsHttpApiAuthorizer]
    {
        let response = Response::new(200).dialect(dialect);
        let error = Encoder::new().encode(&response).expect_err("there is no response");
        assert_eq!(error.code(), ErrorCode::NoResponse, "{dialect}");
    }
}

/// Returns status, headers and body of an output, or the code and the member of its error.
#[test]
fn streamed_responses_begin_with_json_and_eight_zero_bytes() {
    let body = b"\0 not UTF-8: \xff\"";
    for (dialect, others) in [
        (Dialect::AwsHttpApi, r#""headers":{"vary":"accept"},"cookies":["a=1","b=2"]"#),
        (Dialect::AwsFunctionUrl, r#""headers":{"vary":"accept"},"cookies":["a=1","b=2"]"#),
        (
            Dialect::AwsRestApi,
            r#""headers":{"vary":"accept"},"multiValueHeaders":{"set-cookie":["a=1","b=2"]}"#,
        ),
    ] {
        let headers = [("vary", "accept"), ("set-cookie", "a=1"), ("set-cookie", "b=2")];
        let response = Response::new(206)
            .headers(&headers)
            .body(body)
            .encoding(BodyEncoding::Stream)
            .dialect(dialect);
        let output = Encoder::new().encode(&response).expect("the gateway streams").to_vec();
        let zeros = output.windows(8).position(|bytes| bytes == [0; 8]).expect("there are zeros");
        let prelude = format!("{{\"statusCode\":206,{others}}}");
        assert_eq!(String::from_utf8_lossy(&output[..zeros]), prelude, "{dialect}");
        assert_eq!(&output[zeros + 8..], body, "{dialect}");
    }
}

#[test]
fn streamed_responses_of_other_gateways_are_refused() {
    let streams = [Dialect::AwsHttpApi, Dialect::AwsFunctionUrl, Dialect::AwsRestApi];
    for dialect in Dialect::ALL.into_iter().filter(|it| !streams.contains(it)) {
        let response = Response::new(200).encoding(BodyEncoding::Stream).dialect(dialect);
        let error = Encoder::new().encode(&response).map(<[u8]>::len).expect_err("refused");
        assert_eq!(error.code(), ErrorCode::NoResponse, "{dialect}");
    }
    let event = EventBuilder::new(Dialect::AwsHttpApi).encoded_body("a", BodyEncoding::Stream);
    let error = Encoder::new().encode_event(&event).map(<[u8]>::len).expect_err("refused");
    assert_eq!(error.code(), ErrorCode::NoResponse);
}

fn read(rules: ResponseRules, output: &str) -> String {
    let mut decoder = Decoder::new();
    match decoder.decode_response(output.as_bytes(), rules) {
        Err(error) => {
            format!("{}@{} {}", error.code(), error.offset(), error.member().unwrap_or("-"))
        }
        Ok(response) => {
            let mut text = response.status().to_string();
            for (name, value) in response.headers() {
                text += &format!(" {name}={}", value.unwrap_or("(none)"));
            }
            text + &format!(" {:?}", response.body())
        }
    }
}

/// What the running platform was recorded to do.
#[test]
fn outputs_for_a_rest_api_of_aws() {
    for (output, expected) in [
        (r#"{"statusCode":"201","body":"a"}"#, r#"201 Text("a")"#),
        (r#"{"statusCode":"test"}"#, "invalid-status@14 statusCode"),
        (r#"{"body":"a"}"#, r#"200 Text("a")"#),
        ("{}", "missing-member@1 statusCode"),
        (r#"{"statusCode":200,"wrongValue":1}"#, "unknown-member@18 -"),
        (
            r#"{"statusCode":200,"headers":{"a":true,"b":1,"c":"x"},"body":null}"#,
            "200 a=true b=1 c=x Absent",
        ),
        (r#"{"statusCode":200,"headers":null}"#, "200 Absent"),
        (r#"{"statusCode":200,"headers":{"a":["b"]}}"#, "wrong-type@33 headers"),
        (r#"{"statusCode":200,"multiValueHeaders":{"a":"b"}}"#, "wrong-type@43 multiValueHeaders"),
        (
            r#"{"statusCode":200,"headers":{"a":"solo"},"multiValueHeaders":{"A":["multi"]}}"#,
            "200 A=multi a=solo Absent",
        ),
        (
            r#"{"multiValueHeaders":{"A":["multi","2"]},"headers":{"a":"solo"}}"#,
            "200 A=multi A=2 a=solo Absent",
        ),
        (r#"{"statusCode":200,"body":{}}"#, "wrong-type@25 body"),
        (r#"{"statusCode":200,"statusCode":200}"#, "duplicate-member@18 statusCode"),
    ] {
        assert_eq!(read(ResponseRules::AwsRestApi, output), expected, "{output}");
    }
}

#[test]
fn outputs_for_an_http_api_of_aws() {
    for (output, expected) in [
        (
            r#"{"statusCode":201,"cookies":["a=1; Path=/","b"]}"#,
            "201 set-cookie=a=1; Path=/ set-cookie=b Absent",
        ),
        (
            r#"{"statusCode":200,"cookies":["a\u003d1"],"headers":{"x":"y"}}"#,
            "200 set-cookie=a=1 x=y Absent",
        ),
        (r#"{"hello":"world"}"#, r#"200 Json("{\"hello\":\"world\"}")"#),
        ("[1, 2]", r#"200 Json("[1, 2]")"#),
        (r#"{"statusCode":200,"other":1}"#, "200 Absent"),
        (r#"{"statusCode":200,"cookies":[1]}"#, "wrong-type@29 cookies"),
    ] {
        assert_eq!(read(ResponseRules::AwsHttpApi, output), expected, "{output}");
    }
}

#[test]
fn outputs_for_a_load_balancer_of_aws() {
    for (output, expected) in [
        (
            r#"{"statusCode":200,"statusDescription":"200 OK","headers":{"a":"b"},"body":"x"}"#,
            r#"200 a=b Text("x")"#,
        ),
        (
            r#"{"statusCode":200,"headers":{"a":"b"},"multiValueHeaders":{"c":["d","e"]}}"#,
            "200 c=d c=e Absent",
        ),
        (r#"{"statusCode":"200"}"#, "wrong-type@14 statusCode"),
        (r#"{"statusCode":200,"headers":{"a":1}}"#, "wrong-type@33 headers"),
        (r#"{"body":"x"}"#, "missing-member@11 statusCode"),
    ] {
        assert_eq!(read(ResponseRules::AwsAlb, output), expected, "{output}");
    }
}

#[test]
fn outputs_for_vpc_lattice() {
    for (output, expected) in [
        (
            r#"{"statusCode":200,"statusDescription":"200 OK","headers":{"a":"b"},"body":"x"}"#,
            r#"200 a=b Text("x")"#,
        ),
        (r#"{"statusCode":200,"multiValueHeaders":{"c":["d"]}}"#, "200 Absent"),
        (r#"{"statusCode":"200"}"#, "wrong-type@14 statusCode"),
        (r#"{"statusCode":200,"headers":{"a":["b"]}}"#, "wrong-type@33 headers"),
    ] {
        assert_eq!(read(ResponseRules::AwsLattice, output), expected, "{output}");
    }
}

#[test]
fn outputs_for_cloudfront() {
    for (output, expected) in [
        (
            r#"{"status":"302","statusDescription":"Found","headers":{"location":[{"key":"Location","value":"/a"}],"x":[{"value":"1"},{"key":"X","value":"2"}]}}"#,
            "302 Location=/a x=1 X=2 Absent",
        ),
        (r#"{"status":"200","body":"aGk=","bodyEncoding":"base64"}"#, r#"200 Base64("aGk=")"#),
        (r#"{"status":"200","body":"hi","bodyEncoding":"text"}"#, r#"200 Text("hi")"#),
        (r#"{"status":200}"#, "wrong-type@10 status"),
        (r#"{"status":"OK"}"#, "invalid-status@10 status"),
        (r#"{"statusCode":"200"}"#, "unknown-member@1 -"),
        (r#"{"body":"x"}"#, "missing-member@11 status"),
        (r#"{"status":"200","bodyEncoding":"gzip"}"#, "wrong-type@31 bodyEncoding"),
        (r#"{"status":"200","headers":{"a":"b"}}"#, "wrong-type@31 headers"),
        (r#"{"status":"200","headers":{"a":["b"]}}"#, "wrong-type@32 headers"),
        (r#"{"status":"200","headers":null}"#, "wrong-type@26 headers"),
        (
            r#"{"status":"200","headers":{"a":[{"value":"b","value":"c"}]}}"#,
            "duplicate-member@45 headers",
        ),
    ] {
        assert_eq!(read(ResponseRules::AwsCloudFront, output), expected, "{output}");
    }
}

#[test]
fn outputs_for_yandex() {
    for (output, expected) in [
        (
            r#"{"statusCode":200,"headers":{"A":"1","b":"2"},"multiValueHeaders":{"a":["3","4"]}}"#,
            "200 a=3 a=4 b=2 Absent",
        ),
        (
            r#"{"statusCode":200,"multiValueHeaders":{"a":["3"],"c":[]},"headers":{"C":"5","a":"1"}}"#,
            "200 a=3 C=5 Absent",
        ),
        (r#"{"body":"x"}"#, "missing-member@11 statusCode"),
    ] {
        assert_eq!(read(ResponseRules::Yandex, output), expected, "{output}");
    }
}

#[test]
fn outputs_of_web_actions_of_openwhisk() {
    for (output, expected) in [
        ("{}", "204 Absent"),
        (r#"{"body":""}"#, r#"204 Text("")"#),
        (r#"{"body":{"a":[1]}}"#, r#"200 Json("{\"a\":[1]}")"#),
        (r#"{"body":7,"statusCode":"201"}"#, r#"201 Text("7")"#),
        (r#"{"headers":{"a":1,"b":["c","d"]}}"#, "204 a=1 b=c b=d Absent"),
        (
            r#"{"headers":{"Content-Type":"image/png"},"body":"aGk="}"#,
            r#"200 Content-Type=image/png Base64("aGk=")"#,
        ),
        (r#"{"headers":{"content-type":"image/png"},"body":"?"}"#, "invalid-base64@47 body"),
        (r#"{"body":"a","body":"b"}"#, "duplicate-member@12 body"),
        ("[]", "not-an-object@0 -"),
    ] {
        assert_eq!(read(ResponseRules::OpenWhisk, output), expected, "{output}");
    }
}

#[test]
fn outputs_of_custom_handlers_of_azure() {
    for (output, expected) in [
        (
            r#"{"Outputs":{"message":"m","res":{"statusCode":"201","headers":{"a":"b"},"body":"x"}},"Logs":["l"],"ReturnValue":null}"#,
            r#"201 a=b Text("x")"#,
        ),
        (r#"{"Outputs":{"res":{"body":{"a":1}}}}"#, r#"200 Json("{\"a\":1}")"#),
        (r#"{"Outputs":{"res":{"body":"x"},"queue":{"body":"y"}}}"#, r#"200 Text("x")"#),
        (r#"{"Outputs":{"res":"x"}}"#, "missing-member@22 Outputs"),
        (r#"{"Logs":[]}"#, "missing-member@10 Outputs"),
        (r#"{"Outputs":null}"#, "wrong-type@11 Outputs"),
        (r#"{"Outputs":{},"Outputs":{}}"#, "duplicate-member@14 Outputs"),
        (r#"{"Outputs":{"res":{"statusCode":"x"}}}"#, "invalid-status@32 statusCode"),
        (r#"{"Outputs":{"res":{}} x"#, "unexpected-byte@22 -"),
    ] {
        assert_eq!(read(ResponseRules::Azure, output), expected, "{output}");
    }
}

#[test]
fn outputs_for_netlify() {
    for (output, expected) in [
        (
            r#"{"multiValueHeaders":{"a":["2","3"]},"headers":{"a":1},"other":0}"#,
            "200 a=1 a=2 a=3 Absent",
        ),
        (
            r#"{"headers":{"a":true},"multiValueHeaders":{"a":["2"]},"statusCode":404}"#,
            "404 a=true a=2 Absent",
        ),
    ] {
        assert_eq!(read(ResponseRules::Netlify, output), expected, "{output}");
    }
}

/// A response that is nested too deeply is refused whatever object it is in.
#[test]
fn depth_counts_the_objects_around_a_response() {
    let nested = |depth: usize| {
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        format!(r#"{{"Outputs":{{"res":{{"body":{open}{close}}}}}}}"#)
    };
    let deepest = apigw::MAX_DEPTH - 3;
    assert!(read(ResponseRules::Azure, &nested(deepest)).starts_with("200 Json"));
    let refused = read(ResponseRules::Azure, &nested(deepest + 1));
    assert!(refused.starts_with("too-deep@"), "{refused}");
    assert!(serde_json::from_str::<serde_json::Value>(&nested(deepest - 3)).is_ok());
}

#[test]
fn what_is_encoded_for_a_gateway_is_read_by_its_rules() {
    for dialect in Dialect::ALL {
        let Some(rules) = dialect.response_rules() else { continue };
        // Custom handlers of Azure cannot return bytes, and OpenWhisk goes by the content type.
        let (body, kind) = match dialect {
            Dialect::Azure => (&b"hi"[..], "text/plain"),
            Dialect::OpenWhisk | Dialect::DigitalOcean => (&b"\xffhi"[..], "image/png"),
            _ => (&b"\xffhi"[..], "text/plain"),
        };
        let mut headers = HEADERS;
        headers[0].1 = kind;
        let json = encoded(dialect, &headers, body);
        let mut decoder = Decoder::new();
        let response = decoder.decode_response(json.as_bytes(), rules).expect("a response");
        assert_eq!(response.status(), 201, "{dialect}");
        assert_eq!(response.bytes().expect("base64"), Some(body), "{dialect}");
        let cookies: Vec<_> = response.headers().get_all("set-cookie").flatten().collect();
        assert_eq!(cookies, ["a=1", "b=2"], "{dialect}");
        let vary: Vec<_> = response.headers().get_all("vary").flatten().collect();
        assert_eq!(vary.join(", "), "accept, cookie", "{dialect}");
        assert_eq!(response.header("content-type"), Some(kind), "{dialect}");
    }
}
