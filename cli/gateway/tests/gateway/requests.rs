//! Requests become events, and what functions return becomes responses.

use crate::support::{Answer, Local, Reaction, echo, node, response, specification};
use serde_json::{Value, json};

const CONFIG: &str = "
component: scf
inputs:
  name: cats
  handler: main
  runtime: CustomRuntime
  timeout: 1
  events:
    - apigw:
        parameters:
          serviceId: service-cats
          endpoints:
            - path: /cats
              method: GET
              function: {isIntegratedResponse: true}
            - path: /any
              function: {isIntegratedResponse: true, functionQualifier: '7'}
            - path: =/any/exact
              method: PUT
              function: {isIntegratedResponse: true}
            - path: /{first}/of/{second}
              method: GET
              function: {isIntegratedResponse: true}
              param:
                - {name: first, position: PATH}
                - {name: page, position: QUERY, defaultValue: '1'}
                - {name: Referer, position: HEADER}
                - {name: key, position: QUERY, required: true}
            - path: /binary
              method: POST
              isBase64Encoded: true
              function: {isIntegratedResponse: true}
            - path: /rules
              method: POST
              isBase64Encoded: true
              isBase64Trigger: true
              base64EncodedTriggerRules: [{name: Content_Type, value: [image/, application/zip]}]
              function: {isIntegratedResponse: true}
            - path: /cors
              method: POST
              enableCORS: true
              function: {isIntegratedResponse: true}
            - path: /through
              method: ANY
";

/// The event that the gateway made of a request.
fn event(local: &Local, head: &str, body: impl AsRef<[u8]>) -> Value {
    let response = local.send(head, body);
    assert_eq!(response.status, 200, "{head}: {}", response.text());
    response.json()
}

#[test]
fn an_event_is_that_of_the_gateway() {
    let local = Local::with(CONFIG, echo);
    let mut event = event(
        &local,
        "POST /release/any/thing?a=1&b&a=2&c=&=x&d=%2F+%E4%BD%A0&a
        X-Thing: One
        x-thing: two
        Cookie: a=1
        cookie: b=2
        x-api-requestid: forged
        Content-Type: text/plain",
        "{\"text\":\"a\u{1F431}\n\"}",
    );
    let id = event["requestContext"]["requestId"].as_str().unwrap().to_owned();
    assert_eq!(id.len(), 32);
    let host = local.address.to_string();
    let expected = json!({
        "body": "{\"text\":\"a\u{1F431}\n\"}",
        "headerParameters": {},
        "headers": {
            "content-length": "17", "content-type": "text/plain", "cookie": "a=1; b=2",
            "endpoint-timeout": "15", "host": host, "requestsource": "APIGW", "x-api-requestid": id,
            "x-api-scheme": "http", "x-b3-traceid": id, "x-qualifier": "7", "x-thing": "One, two",
        },
        "httpMethod": "POST",
        "isBase64Encoded": false,
        "path": "/any/thing",
        "pathParameters": {},
        "queryString": {"a": ["1", "2", true], "b": true, "c": "", "d": "/ \u{4f60}"},
        "queryStringParameters": {},
        "requestContext": {
            "httpMethod": "ANY", "identity": {}, "path": "/any", "requestId": id,
            "serviceId": "service-cats", "sourceIp": "127.0.0.1", "stage": "release",
        },
        "stageVariables": {"stage": "release"},
    });
    assert_eq!(event, expected);
    assert_eq!(local.told.last().event, serde_json::to_vec(&event.take()).unwrap());
}

#[test]
fn names_are_sorted_as_in_captured_events() {
    let local = Local::with(CONFIG, echo);
    let text = local.send("GET /release/cats?z=1&a=2", "").text().to_owned();
    // serde_json without the order of insertion sorts names.
    assert_eq!(text, serde_json::from_str::<Value>(&text).unwrap().to_string());
    assert_eq!(local.told.last().event, text.as_bytes());
}

#[test]
fn a_request_without_a_body_has_none_in_the_event() {
    let local = Local::with(CONFIG, echo);
    assert_eq!(event(&local, "GET /release/cats", "").get("body"), None);
    let empty = event(&local, "POST /release/any\ncontent-length: 0", "");
    assert_eq!(empty["body"], "");
}

#[test]
fn declared_parameters_stand_apart() {
    let local = Local::with(CONFIG, echo);
    let found = event(&local, "GET /release/black/cats/of/x/y?key=k&other=o\nreferer: r", "");
    assert_eq!(found["pathParameters"], json!({"first": "black/cats", "second": "x/y"}));
    assert_eq!(found["queryStringParameters"], json!({"key": "k", "page": "1"}));
    assert_eq!(found["headerParameters"], json!({"Referer": "r"}));
    assert_eq!(found["requestContext"]["path"], "/{first}/of/{second}");
    let missing = local.send("GET /release/a/of/b", "");
    assert_eq!(
        (missing.status, missing.json()),
        (400, json!({"message": "the required parameter key is missing"}))
    );
}

#[test]
fn bodies_are_in_base64_as_the_rules_say() {
    let local = Local::with(CONFIG, echo);
    let bytes = [0, 255, b'"', 10, 13, 92];
    let found = event(&local, "POST /release/binary", bytes);
    assert_eq!(
        (found["body"].as_str(), &found["isBase64Encoded"]),
        (Some("AP8iCg1c"), &json!(true))
    );
    let found = event(&local, "POST /release/rules\ncontent-type: Image/png", bytes);
    assert_eq!(
        (found["body"].as_str(), &found["isBase64Encoded"]),
        (Some("AP8iCg1c"), &json!(true))
    );
    let found = event(&local, "POST /release/rules\ncontent-type: text/plain", "text");
    assert_eq!((found["body"].as_str(), &found["isBase64Encoded"]), (Some("text"), &json!(false)));
    // Without base64 bytes that are no UTF-8 are lost, as on the platform.
    let found = event(&local, "POST /release/any", bytes);
    assert_eq!(found["body"], "\0\u{fffd}\"\n\r\\");
}

#[test]
fn the_most_special_route_counts() {
    let local = Local::with(CONFIG, echo);
    let route = |head: &str| {
        let found = event(&local, head, "");
        found["requestContext"]["path"].as_str().unwrap().to_owned()
    };
    assert_eq!(route("PUT /release/any/exact"), "=/any/exact");
    assert_eq!(route("PUT /release/any/exact/"), "/any");
    assert_eq!(route("GET /release/anything"), "/any");
    assert_eq!(route("DELETE /release/any"), "/any");
}

#[test]
fn what_no_route_takes_is_refused() {
    let local = Local::with(CONFIG, echo);
    let status = |head: &str| {
        let Answer { status, .. } = local.send(head, "");
        status
    };
    assert_eq!(status("GET /release/dogs"), 404);
    assert_eq!(status("GET /test/cats"), 404);
    assert_eq!(status("GET /"), 404);
    let refused = local.send("POST /release/cats", "some body");
    assert_eq!((refused.status, refused.header("allow")), (405, Some("GET")));
}

#[test]
fn integrated_responses_are_answers() {
    let local = Local::with(CONFIG, |event| {
        let body = event["body"].as_str().unwrap_or_default();
        Reaction::Answer(body.as_bytes().to_vec())
    });
    let send = |output: &str| local.send("POST /release/any", output);
    let found = send(
        r#"{"isBase64Encoded":false,"statusCode":201,
            "headers":{"Set-Cookie":["a=1","b=2"],"X-A":"é"},"body":"text"}"#,
    );
    assert_eq!((found.status, found.text()), (201, "text"));
    let cookies: Vec<_> = found.headers.iter().filter(|(name, _)| name == "set-cookie").collect();
    assert_eq!(cookies.len(), 2);
    assert_eq!(found.header("x-a"), Some("é"));
    let found = send(r#"{"isBase64Encoded":true,"statusCode":200,"headers":{},"body":"AP8="}"#);
    assert_eq!(found.body, [0, 255]);
    // What only some gateways let pass is let pass, and noted.
    let found = send(r#"{"statusCode":"404","headers":null,"body":null}"#);
    assert_eq!((found.status, found.text()), (404, ""));
    assert!(local.told.last().note.as_ref().unwrap().contains("statusCode"));
    // The connection's headers are the gateway's.
    let found = send(
        r#"{"statusCode":200,
            "headers":{"content-length":"9","transfer-encoding":"chunked"},"body":"abc"}"#,
    );
    assert_eq!((found.text(), found.header("transfer-encoding")), ("abc", None));
}

#[test]
fn a_response_that_is_none_is_explained_in_the_log() {
    let local = Local::with(CONFIG, |event| {
        Reaction::Answer(event["body"].as_str().unwrap_or_default().as_bytes().to_vec())
    });
    for (output, reason) in [
        ("{}", "missing-member"),
        ("[]", "not-an-object"),
        (r#"{"statusCode":99}"#, "invalid-status"),
        (r#"{"statusCode":200,"headers":{"a b":""}}"#, "invalid-header-name"),
        (r#"{"statusCode":200,"headers":{"a":"b\r\nc: d"}}"#, "invalid-header-value"),
        (r#"{"statusCode":200,"isBase64Encoded":true,"body":"!"}"#, "invalid-base64"),
        (r#"{"statusCode":101}"#, "101"),
    ] {
        let found = local.send("POST /release/any", output);
        assert_eq!(found.status, 403, "{output}");
        let error = "Invalid scf response format. please check your scf response format.";
        assert_eq!(found.json(), json!({"errno": 403, "error": error}));
        let note = local.told.last().note.clone().unwrap();
        let code = apigw::ErrorCode::ALL.into_iter().find(|code| code.name() == reason);
        let reason = code.map_or(reason.to_owned(), |code| format!("error {}", code.number()));
        assert!(note.contains(&reason), "{output}: {note}");
    }
}

#[test]
fn output_that_is_not_json_has_a_text_of_its_own() {
    let local = Local::with(CONFIG, |event| {
        Reaction::Answer(event["body"].as_str().unwrap_or_default().as_bytes().to_vec())
    });
    for output in ["hello", "", "{\"statusCode\":200", "{'statusCode': 200}"] {
        let found = local.send("POST /release/any\ncontent-type: text/plain", output);
        let id = found.header("x-api-requestid").unwrap();
        let text = "Invalid scf response. expected scf response valid JSON.";
        let expected = json!({
            "errno": 403, "error": format!("requestId {id} , {text}"),
            "message": "SCF invoke error",
        });
        assert_eq!((found.status, found.json()), (403, expected), "{output}");
        let note = local.told.last().note.clone().unwrap();
        assert!(note.starts_with("the function did not return JSON: error "), "{note}");
        assert!(!note.contains("event"), "{note}");
    }
    local.send("POST /release/any", "[]");
    let note = local.told.last().note.clone().unwrap();
    assert_eq!(
        note,
        "Invalid scf response format: error 32 at byte 0: a response is a JSON object, this is an \
         array"
    );
}

#[test]
fn base64_without_padding_is_refused_at_its_place_in_the_document() {
    let local = Local::with(CONFIG, |event| {
        Reaction::Answer(event["body"].as_str().unwrap_or_default().as_bytes().to_vec())
    });
    let output = r#"{"statusCode":200,"isBase64Encoded":true,"headers":{},"body":"iVBORw0KGgo"}"#;
    assert_eq!(local.send("POST /release/any", output).status, 403);
    let note = local.told.last().note.clone().unwrap();
    let at = output.find("\"iV").unwrap();
    assert!(note.contains(&format!("error 24 at byte {at} (body): ")), "{note}");
}

#[test]
fn without_integration_the_output_is_the_answer() {
    let local = Local::with(CONFIG, |_| Reaction::Answer(b"[1, \"two\"]".to_vec()));
    let found = local.send("GET /release/through", "");
    assert_eq!((found.status, found.text()), (200, "[1, \"two\"]"));
}

/// The headers that the gateway allows, and some that it does not.
#[test]
fn browsers_get_the_documented_cross_origin_headers() {
    let local = Local::with(CONFIG, echo);
    let ask = |method: &str, headers: &str| {
        local.send(
            &format!(
                "OPTIONS /release/cors\norigin: http://a.example\n\
                 access-control-request-method: {method}\n\
                 access-control-request-headers: {headers}"
            ),
            "",
        )
    };
    let note = || local.told.last().note.clone().unwrap_or_default();
    let asked = ask("POST", "content-type,AUTHORIZATION");
    assert_eq!((asked.status, note().as_str()), (204, "answered by the gateway (CORS)"));
    let header = |name: &str| asked.header(name).unwrap_or_default();
    assert_eq!(header("access-control-allow-origin"), "*");
    assert_eq!(header("access-control-allow-methods"), "GET,POST,PUT,DELETE,HEAD,OPTIONS,PATCH");
    assert_eq!(header("access-control-allow-credentials"), "true");
    assert_eq!(header("access-control-max-age"), "86400");
    let allowed = header("access-control-allow-headers");
    assert!(allowed.starts_with("X-Api-ID,X-Service-RateLimit,"), "{allowed}");
    assert!(allowed.ends_with(",Content-Location,Content-Type"), "{allowed}");
    assert_eq!(allowed.split(',').count(), 51);
    assert_eq!(header("access-control-expose-headers"), allowed);
    // What fails on the platform fails here, and the log says why.
    ask("POST", "content-type, x-tok,x-requested-with");
    assert_eq!(
        note(),
        "CORS: the browser refuses the request, because the gateway does not allow the header \
         x-tok, x-requested-with, here as on the platform"
    );
    ask("PURGE", "");
    assert!(note().starts_with("CORS: the browser refuses the request: GET,POST,"), "{}", note());

    let sent = local.send("POST /release/cors\norigin: http://a.example", "");
    assert_eq!(sent.header("access-control-allow-origin"), Some("*"));
    assert_eq!(sent.header("access-control-allow-credentials"), Some("true"));
    assert_eq!(sent.header("access-control-expose-headers"), Some(allowed));
    assert_eq!(note(), "");
    local.send("POST /release/cors\norigin: http://a.example\ncookie: a=1", "");
    assert!(note().starts_with("CORS: a browser that sends cookies refuses"), "{}", note());
    let host = local.address;
    local.send(&format!("POST /release/cors\norigin: http://{host}\ncookie: a=1"), "");
    assert_eq!(note(), "");
    let other = local.send("GET /release/cats\norigin: http://a.example", "");
    assert_eq!(other.header("access-control-allow-origin"), None);
}

#[test]
fn of_header_names_that_differ_in_case_the_last_one_counts() {
    let local = Local::with(CONFIG, |event| {
        Reaction::Answer(event["body"].as_str().unwrap_or_default().as_bytes().to_vec())
    });
    let cookies = |headers: &str| {
        let output = format!("{{\"statusCode\":200,\"headers\":{{{headers}}},\"body\":\"x\"}}");
        let found = local.send("POST /release/any", output);
        assert_eq!(found.status, 200);
        let values = found.headers.into_iter().filter(|(name, _)| name == "set-cookie");
        values.map(|(_, value)| value).collect::<Vec<_>>()
    };
    assert_eq!(cookies(r#""Set-Cookie":"a=1","set-cookie":"b=2""#), ["b=2"]);
    let note = local.told.last().note.clone().unwrap();
    assert!(note.contains(r#""Set-Cookie" and "set-cookie" differ in case alone"#), "{note}");
    assert_eq!(cookies(r#""set-cookie":["a=1","b=2"],"SET-COOKIE":["c=3","d=4"]"#), ["c=3", "d=4"]);
    // A list is sent whole.
    assert_eq!(cookies(r#""Set-Cookie":["a=1","b=2"]"#), ["a=1", "b=2"]);
}

#[test]
fn a_function_may_fail() {
    let local = Local::with(CONFIG, |event| match event["queryString"]["do"].as_str() {
        Some("error") => Reaction::Error("no cats today"),
        Some("late") => Reaction::Late(std::time::Duration::from_millis(1500)),
        Some("long") => Reaction::Answer(vec![b'a'; (6 << 20) + 1]),
        _ => response(json!({"statusCode": 200, "body": "fine"})),
    });
    let failed = local.send("GET /release/any?do=error", "");
    assert_eq!((failed.status, &failed.json()["statusCode"]), (502, &json!(430)));
    assert_eq!(failed.json()["errorMessage"], "user code exception caught");
    assert_eq!(failed.json()["stackTrace"], "no cats today");
    // The document wants 200 for a function that takes longer than it may, while the gateway would
    // wait.
    let late = local.send("GET /release/any?do=late", "");
    assert_eq!((late.status, &late.json()["statusCode"]), (200, &json!(433)));
    // What it answered too late belongs to nobody.
    let fine = local.send("GET /release/any", "");
    assert_eq!((fine.status, fine.text()), (200, "fine"));
    let long = local.send("GET /release/any?do=long", "");
    assert_eq!((long.status, &long.json()["statusCode"]), (502, &json!(407)));
    assert_eq!(local.send("GET /release/any", "").text(), "fine");
}

#[test]
fn the_example_of_the_specification_is_served() {
    let folder = specification();
    let config = std::fs::read_to_string(folder.join("serverless.yml")).unwrap();
    let local = Local::start(&config, &folder, node());
    let found = local.send("POST /release/hello_world", "");
    assert_eq!((found.status, found.text()), (200, "hello world"));
    assert_eq!(found.header("content-type"), Some("text/html"));
    assert_eq!(local.send("GET /release/hello_world", "").status, 405);
    // It prints the event, which Node lays out.
    assert!(local.told.has_notice("hello_world_apigw") || local.told.has_notice("/hello_world"));
}
