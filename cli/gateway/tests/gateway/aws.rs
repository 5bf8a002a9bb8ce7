//! Projects for AWS: requests become the events of its gateways, and what functions return becomes
//! their responses.

use serde_json::{Value, json};

use crate::support::{Answer, Local, Reaction, echo, response};

const CONFIG: &str = "
service: shop
provider:
  name: aws
  runtime: provided.al2023
  apiGateway: {binaryMediaTypes: ['image/*', application/zip]}
  httpApi:
    cors:
      allowedOrigins: ['https://a.example', 'https://*.b.example']
      allowedHeaders: [X-Token]
      allowedMethods: [GET, PUT]
      exposedResponseHeaders: [X-Count]
      allowCredentials: true
      maxAge: 60
functions:
  one:
    handler: bootstrap
    url: {cors: true}
    events:
      - http: GET users/{id}
      - http: POST /users/me
      - http: ANY /files/{path+}
      - http: {path: /cors, method: put, cors: {origin: 'https://a.example', headers: [X-A]}}
      - httpApi: GET /pets/dog/1
      - httpApi: GET /pets/dog/{id}
      - httpApi: GET /pets/{proxy+}
      - httpApi: {path: '/{all+}', method: '*'}
      - httpApi: '*'
      - alb: {listenerArn: arn, priority: 2, conditions: {path: '/alb/*', method: [GET, POST]}}
  first:
    handler: bootstrap
    httpApi: {payload: '1.0'}
    events:
      - httpApi: POST /first/{id}
  multi:
    handler: bootstrap
    events:
      - alb:
          listenerArn: arn
          priority: 1
          multiValueHeaders: true
          conditions: {path: ['/alb/multi', '/alb/?'], method: PUT}
";

/// Load balancers alone, as an HTTP API with the route `$default` takes every request.
const BALANCED: &str = "
provider: {name: aws, runtime: provided.al2023}
functions:
  one:
    handler: bootstrap
    events:
      - alb: {priority: 2, conditions: {path: '/alb/*', method: [GET, POST]}}
  multi:
    handler: bootstrap
    events:
      - alb: {priority: 1, multiValueHeaders: true, conditions: {path: ['/alb/multi', '/alb/?']}}
";

fn start() -> Local {
    Local::with(CONFIG, echo)
}

/// The event that the gateway made of a request.
fn event(local: &Local, head: &str, body: impl AsRef<[u8]>) -> Value {
    let response = local.send(head, body);
    assert_eq!(response.status, 200, "{head}: {}", response.text());
    response.json()
}

/// Returns what the request's body says.
fn repeat(event: Value) -> Reaction {
    Reaction::Answer(event["body"].as_str().unwrap_or_default().as_bytes().to_vec())
}

#[test]
fn a_rest_api_sends_its_events() {
    let local = start();
    let mut found = event(
        &local,
        "GET /dev/users/a%2Bb?x=1&x=2+3&y\nX-Thing: One\nx-thing: two\nUser-Agent: cat",
        "",
    );
    let context = found["requestContext"].take();
    let id = context["requestId"].as_str().unwrap();
    let lengths: Vec<usize> = id.split('-').map(str::len).collect();
    assert_eq!(lengths, [8, 4, 4, 4, 12]);
    assert_eq!(found["resource"], "/users/{id}");
    assert_eq!((&found["path"], &found["httpMethod"]), (&json!("/users/a%2Bb"), &json!("GET")));
    assert_eq!(found["pathParameters"], json!({"id": "a%2Bb"}));
    assert_eq!(found["queryStringParameters"], json!({"x": "2 3", "y": ""}));
    assert_eq!(found["multiValueQueryStringParameters"], json!({"x": ["1", "2 3"], "y": [""]}));
    assert_eq!(found["headers"]["x-thing"], "two");
    assert_eq!(found["multiValueHeaders"]["x-thing"], json!(["One", "two"]));
    assert_eq!(found["headers"]["X-Forwarded-For"], "127.0.0.1");
    assert_eq!(found["headers"]["X-Forwarded-Port"], local.address.port().to_string());
    assert_eq!((&found["body"], &found["stageVariables"]), (&Value::Null, &Value::Null));
    assert_eq!(found["isBase64Encoded"], false);
    assert_eq!(context["resourcePath"], "/users/{id}");
    assert_eq!((&context["stage"], &context["path"]), (&json!("dev"), &json!("/dev/users/a%2Bb")));
    assert_eq!(context["identity"], json!({"sourceIp": "127.0.0.1", "userAgent": "cat"}));
    assert_eq!(
        (&context["accountId"], &context["protocol"]),
        (&json!("123456789012"), &json!("HTTP/1.1"))
    );
    assert!(context["requestTimeEpoch"].is_u64());
    let time = context["requestTime"].as_str().unwrap();
    assert!(time.len() == 26 && time.ends_with(" +0000") && time.contains("/20"), "{time}");

    let sent = local.send("GET /dev/users/a", "");
    let id = sent.json()["requestContext"]["requestId"].clone();
    assert_eq!(sent.header("x-amzn-requestid"), id.as_str());
}

#[test]
fn a_rest_api_takes_the_most_special_path_and_then_its_method() {
    let local = start();
    let resource = |head: &str| event(&local, head, "")["resource"].take();
    assert_eq!(resource("POST /dev/users/me"), "/users/me");
    assert_eq!(resource("GET /dev/users/you"), "/users/{id}");
    assert_eq!(resource("GET /dev/users/you/"), "/users/{id}");
    assert_eq!(resource("PATCH /dev/files/a/b"), "/files/{path+}");
    let found = event(&local, "PATCH /dev/files/a/b/?x=1", "");
    assert_eq!(found["pathParameters"], json!({"path": "a/b"}));
    let missing = json!({"message": "Missing Authentication Token"});
    for head in [
        // The path has another method: no other path is tried.
        "GET /dev/users/me",
        "GET /dev/files",
        "GET /dev/users/a/b",
        "GET /dev",
        "GET /dev/",
    ] {
        let found = local.send(head, "");
        assert_eq!((found.status, found.json()), (403, missing.clone()), "{head}");
        assert_eq!(found.header("x-amzn-errortype"), Some("MissingAuthenticationTokenException"));
    }
    assert_eq!(local.told.last().note.as_deref(), Some("no route has the path /"));
}

#[test]
fn an_http_api_sends_its_events() {
    let local = start();
    let mut found = event(
        &local,
        "GET /pets/dog/a%20b?x=1&x=2+3&y=%2F\nX-Thing: One\nx-thing: two\nCookie: a=1; b=2\n\
         User-Agent: cat",
        "",
    );
    let context = found["requestContext"].take();
    assert_eq!(
        (&found["version"], &found["routeKey"]),
        (&json!("2.0"), &json!("GET /pets/dog/{id}"))
    );
    assert_eq!(found["rawPath"], "/pets/dog/a b");
    assert_eq!(found["rawQueryString"], "x=1&x=2+3&y=%2F");
    assert_eq!(found["queryStringParameters"], json!({"x": "1,2 3", "y": "/"}));
    assert_eq!(found["pathParameters"], json!({"id": "a b"}));
    assert_eq!(found["cookies"], json!(["a=1", "b=2"]));
    assert_eq!(
        (&found["headers"]["x-thing"], found["headers"].get("cookie")),
        (&json!("One,two"), None)
    );
    assert_eq!(found["headers"]["x-forwarded-proto"], "http");
    assert!(found["headers"]["x-amzn-trace-id"].as_str().unwrap().starts_with("Root=1-"));
    assert_eq!((found.get("body"), &found["isBase64Encoded"]), (None, &json!(false)));
    assert_eq!(
        context["http"],
        json!({"method": "GET", "path": "/pets/dog/a b",
        "protocol": "HTTP/1.1", "sourceIp": "127.0.0.1", "userAgent": "cat"})
    );
    assert_eq!(
        (&context["stage"], &context["routeKey"]),
        (&json!("$default"), &json!("GET /pets/dog/{id}"))
    );
    assert!(context["timeEpoch"].is_u64() && context["time"].is_string());
    let sent = local.send("GET /pets/dog/1", "");
    assert_eq!(sent.header("apigw-requestid"), sent.json()["requestContext"]["requestId"].as_str());
}

#[test]
fn an_http_api_takes_the_route_that_is_documented() {
    let local = start();
    let key = |head: &str| event(&local, head, "")["routeKey"].take();
    assert_eq!(key("GET /pets/dog/1"), "GET /pets/dog/1");
    assert_eq!(key("GET /pets/dog/2"), "GET /pets/dog/{id}");
    assert_eq!(key("GET /pets/cat/1"), "GET /pets/{proxy+}");
    // A path with another method counts as no match.
    assert_eq!(key("POST /pets/dog/1"), "ANY /{all+}");
    assert_eq!(key("POST /test/5"), "ANY /{all+}");
    assert_eq!(key("POST /"), "$default");
    assert_eq!(event(&local, "GET /", "")["rawPath"], "/");
}

#[test]
fn an_http_api_with_payload_1_0_sends_the_members_of_a_rest_api() {
    let local = start();
    let found = event(&local, "POST /first/a%20b?x=1\ncontent-type: application/json", "{}");
    assert_eq!((&found["version"], &found["resource"]), (&json!("1.0"), &json!("/first/{id}")));
    assert_eq!(found["requestContext"]["path"], "/first/a%20b");
    assert_eq!(found["pathParameters"], json!({"id": "a b"}));
    assert_eq!((&found["body"], &found["isBase64Encoded"]), (&json!("{}"), &json!(false)));
    assert_eq!(found["multiValueHeaders"]["content-type"], json!(["application/json"]));
}

#[test]
fn a_function_url_is_a_host() {
    let local = start();
    let send = |host: &str, path: &str| raw(&local, host, &format!("GET {path}"));
    let mut found = send("one.localhost", "/any/pa%2Fth?x=1&x=2").json();
    let context = found["requestContext"].take();
    assert_eq!(
        (&found["routeKey"], &found["rawPath"]),
        (&json!("$default"), &json!("/any/pa%2Fth"))
    );
    assert_eq!(context["domainName"], "one.lambda-url.us-east-1.on.aws");
    assert_eq!(
        (&context["accountId"], &context["stage"]),
        (&json!("anonymous"), &json!("$default"))
    );
    assert_eq!(send("ONE.localhost:80", "/dev/users/x").json()["rawPath"], "/dev/users/x");
    // A function without a URL has no host.
    assert_eq!(send("first.localhost", "/x").json()["requestContext"]["routeKey"], "ANY /{all+}");
    assert_eq!(raw(&local, "one.evil.example", "GET /").status, 421);
}

/// Sends a request with another `Host`.
fn raw(local: &Local, host: &str, first: &str) -> Answer {
    use std::io::Write;
    let mut stream = local.connect();
    write!(stream, "{first} HTTP/1.1\r\nhost: {host}\r\n\r\n").unwrap();
    crate::support::read(&mut stream).unwrap()
}

#[test]
fn the_only_function_url_needs_no_host() {
    let config = "
provider: {name: aws, runtime: provided.al2023}
functions:
  one: {handler: a, url: true, events: [{http: GET /x}]}
";
    let local = Local::with(config, echo);
    assert_eq!(event(&local, "GET /any/path", "")["rawPath"], "/any/path");
    assert_eq!(event(&local, "GET /dev/x", "")["resource"], "/x");
    let without = config.replace("url: true, ", "");
    let found = Local::with(&without, echo).send("GET /any/path", "");
    assert_eq!((found.status, found.json()), (403, json!({"message": "Forbidden"})));
}

#[test]
fn a_load_balancer_sends_its_events_by_priority() {
    let local = Local::with(BALANCED, echo);
    let found = event(
        &local,
        "POST /alb/x%20y?a=1+2&a=%20&b\nX-A: 1\nx-a: 2\ncontent-type: text/plain",
        "text",
    );
    let arn = found["requestContext"]["elb"]["targetGroupArn"].as_str().unwrap();
    assert!(arn.starts_with("arn:aws:elasticloadbalancing:"), "{arn}");
    assert_eq!((&found["path"], &found["body"]), (&json!("/alb/x%20y"), &json!("text")));
    // Still encoded, as it was sent.
    assert_eq!(found["queryStringParameters"], json!({"a": "%20", "b": ""}));
    assert_eq!((&found["headers"]["x-a"], found.get("multiValueHeaders")), (&json!("2"), None));
    let found = event(&local, "GET /alb/y?a=1+2&a=%20", "");
    assert_eq!(found["multiValueQueryStringParameters"], json!({"a": ["1+2", "%20"]}));
    assert_eq!((&found["body"], found.get("headers")), (&json!(""), None));
    let found = local.send("PUT /alb/long", "");
    assert_eq!(
        (found.status, found.json()),
        (404, json!({"message": "no rule takes the path /alb/long"}))
    );
    let long = vec![b'a'; (1 << 20) + 1];
    let found = local.send("POST /alb/long\ncontent-type: text/plain", long);
    assert_eq!((found.status, found.header("content-type")), (413, Some("text/html")));
}

#[test]
fn bodies_are_in_base64_as_each_gateway_decides() {
    let local = start();
    let is_base64 = |head: &str| {
        let found = event(&local, head, "body");
        let body = found["body"].as_str().unwrap().to_owned();
        let flag = found["isBase64Encoded"].as_bool().unwrap();
        assert_eq!(body, if flag { "Ym9keQ==" } else { "body" }, "{head}");
        flag
    };
    for (path, kind, expected) in [
        ("/dev/files/x", "image/png", true),
        ("/dev/files/x", "IMAGE/PNG; a=b", true),
        ("/dev/files/x", "application/zip", true),
        ("/dev/files/x", "application/octet-stream", false),
        ("/pets", "text/html; charset=utf-8", false),
        ("/pets", "application/json", false),
        ("/pets", "application/javascript", false),
        ("/pets", "application/x-www-form-urlencoded", true),
        ("/pets", "multipart/form-data; boundary=x", true),
        ("/first/1", "application/xml", false),
        ("/first/1", "application/octet-stream", true),
    ] {
        assert_eq!(is_base64(&format!("POST {path}\ncontent-type: {kind}")), expected, "{kind}");
    }
    assert!(is_base64("POST /pets"));
    assert!(!is_base64("POST /dev/files/x"));
    // Without base64, bytes that are not UTF-8 are damaged.
    let found = event(&local, "POST /pets\ncontent-type: text/plain", [0xff]);
    assert_eq!(found["body"], "\u{fffd}");
}

#[test]
fn a_rest_api_reads_responses_as_it_does() {
    let local = Local::with(CONFIG, repeat);
    let send = |output: &str| local.send("POST /dev/files/x", output);
    let found = send(
        r#"{"statusCode":"201","headers":{"X-A":true,"x-n":1},
            "multiValueHeaders":{"set-cookie":["a=1","b=2"]},"body":"text"}"#,
    );
    assert_eq!((found.status, found.text()), (201, "text"));
    assert_eq!((found.header("x-a"), found.header("x-n")), (Some("true"), Some("1")));
    assert_eq!(found.headers.iter().filter(|(name, _)| name == "set-cookie").count(), 2);
    assert_eq!(found.header("content-type"), Some("application/json"));
    assert_eq!(send(r#"{"body":"only"}"#).text(), "only");
    for wrong in [
        "{}",
        "[]",
        "text",
        r#"{"statusCode":200,"cookies":["a=1"]}"#,
        r#"{"statusCode":200,"wrongValue":1}"#,
        r#"{"statusCode":200,"body":{}}"#,
        r#"{"statusCode":200,"headers":{"a b":"c"}}"#,
    ] {
        let found = send(wrong);
        assert_eq!(found.status, 502, "{wrong}");
        assert_eq!(found.text(), r#"{"message": "Internal server error"}"#);
        let note = local.told.last().note.clone().unwrap();
        assert!(note.starts_with("the function's response is malformed: error "), "{note}");
    }
}

#[test]
fn a_rest_api_decodes_bodies_for_clients_that_accept_them() {
    let local = Local::with(CONFIG, |_| {
        response(json!({"statusCode": 200, "body": "AP8=", "isBase64Encoded": true}))
    });
    assert_eq!(local.send("GET /dev/files/x\naccept: image/webp,*/*", "").body, [0, 255]);
    assert_eq!(local.send("GET /dev/files/x\naccept: */*, image/webp", "").text(), "AP8=");
    let note = local.told.last().note.clone().unwrap();
    assert!(note.contains("binary media types"), "{note}");
    // HTTP APIs decode in any case.
    assert_eq!(local.send("GET /pets", "").body, [0, 255]);
}

#[test]
fn an_http_api_reads_responses_as_it_does() {
    let local = Local::with(CONFIG, repeat);
    let send = |output: &str| local.send("POST /pets\ncontent-type: text/plain", output);
    let found = send(r#"{"statusCode":404,"cookies":["a=1","b=2"],"headers":{"x-a":"1"}}"#);
    assert_eq!((found.status, found.text()), (404, ""));
    let cookies = found.headers.iter().filter(|(name, _)| name == "set-cookie");
    assert_eq!(cookies.map(|(_, value)| value.as_str()).collect::<Vec<_>>(), ["a=1", "b=2"]);
    // Without a status, the output is the body.
    for (output, body) in [
        (r#"{"cats": 2}"#, r#"{"cats": 2}"#),
        ("[1]", "[1]"),
        (r#""a \"text\"""#, r#"a "text""#),
        ("3.1", "3.1"),
    ] {
        let found = send(output);
        assert_eq!((found.status, found.text()), (200, body));
        assert_eq!(found.header("content-type"), Some("application/json"));
    }
    for wrong in [r#"{"statusCode":99}"#, "text", r#"{"statusCode":200,"body":[]}"#] {
        let found = send(wrong);
        assert_eq!(found.status, 500, "{wrong}");
        assert_eq!(found.text(), r#"{"message":"Internal Server Error"}"#);
    }
    // With payload 1.0 there are no cookies, and other members are let pass.
    let found = local.send(
        "POST /first/1\ncontent-type: text/plain",
        r#"{"statusCode":200,"other":1,"multiValueHeaders":{"x-a":["1","2"]},"body":"b"}"#,
    );
    assert_eq!((found.status, found.text()), (200, "b"));
    assert_eq!(found.headers.iter().filter(|(name, _)| name == "x-a").count(), 2);
    assert_eq!(local.send("POST /first/1\ncontent-type: text/plain", "[]").status, 500);
}

#[test]
fn a_load_balancer_reads_responses_as_it_does() {
    let local = Local::with(BALANCED, repeat);
    let send = |output: &str| local.send("POST /alb/x\ncontent-type: text/plain", output);
    let found =
        send(r#"{"statusCode":200,"statusDescription":"200 OK","headers":{"a":"b"},"body":"x"}"#);
    assert_eq!((found.status, found.text(), found.header("a")), (200, "x", Some("b")));
    assert_eq!(found.header("content-type"), None);
    let found = send(r#"{"statusCode":"200"}"#);
    assert_eq!((found.status, found.header("content-type")), (502, Some("text/html")));
    assert!(found.text().contains("<h1>502 Bad Gateway</h1>"), "{}", found.text());
}

#[test]
fn functions_that_fail_get_the_answer_of_each_gateway() {
    let local = Local::with(CONFIG, |_| Reaction::Error("no cats today"));
    let found = local.send("GET /dev/users/1", "");
    assert_eq!((found.status, found.text()), (502, r#"{"message": "Internal server error"}"#));
    let note = local.told.last().note.clone().unwrap();
    assert_eq!(note, "the function reports an error: no cats today");
    let found = local.send("GET /pets", "");
    assert_eq!((found.status, found.text()), (500, r#"{"message":"Internal Server Error"}"#));
    assert_eq!(raw(&local, "one.localhost", "GET /").status, 502);
    let balanced = Local::with(BALANCED, |_| Reaction::Error("no cats today"));
    assert_eq!(balanced.send("GET /alb/x", "").status, 502);
}

#[test]
fn an_http_api_answers_browsers() {
    let local = start();
    let ask = |origin: &str, method: &str, headers: &str| {
        local.send(
            &format!(
                "OPTIONS /no/route\norigin: {origin}\naccess-control-request-method: {method}\n\
                 access-control-request-headers: {headers}"
            ),
            "",
        )
    };
    let note = || local.told.last().note.clone().unwrap_or_default();
    let found = ask("https://x.b.example", "PUT", "x-token");
    assert_eq!((found.status, note().as_str()), (204, "answered by the gateway (CORS)"));
    let header = |name: &str| found.header(name).unwrap_or_default().to_owned();
    assert_eq!(header("access-control-allow-origin"), "https://x.b.example");
    assert_eq!(header("access-control-allow-methods"), "GET,PUT");
    assert_eq!(header("access-control-allow-headers"), "X-Token");
    assert_eq!(header("access-control-allow-credentials"), "true");
    assert_eq!(header("access-control-max-age"), "60");
    let found = ask("https://evil.example", "PUT", "");
    assert_eq!(found.header("access-control-allow-origin"), None);
    assert!(note().ends_with("https://evil.example is not allowed"), "{}", note());
    ask("https://a.example", "DELETE", "");
    assert!(note().ends_with("GET, PUT are allowed, not DELETE"), "{}", note());
    ask("https://a.example", "GET", "x-token, x-other");
    assert!(note().ends_with("the header x-other is not allowed"), "{}", note());

    let found = local.send("GET /pets\norigin: https://a.example", "");
    assert_eq!(found.header("access-control-allow-origin"), Some("https://a.example"));
    assert_eq!(found.header("access-control-expose-headers"), Some("X-Count"));
    assert_eq!(found.header("access-control-allow-methods"), None);
    assert_eq!(local.send("GET /pets", "").header("access-control-allow-origin"), None);
    // What the function says of it is dropped.
    let own = Local::with(CONFIG, |_| {
        response(json!({"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "*"}}))
    });
    let found = own.send("GET /pets\norigin: https://a.example", "");
    assert_eq!(found.header("access-control-allow-origin"), Some("https://a.example"));
}

#[test]
fn a_rest_api_answers_options_and_leaves_the_rest_to_the_function() {
    let local = start();
    let found = local.send("OPTIONS /dev/cors\norigin: https://a.example", "");
    assert_eq!(found.status, 200);
    assert_eq!(found.header("access-control-allow-origin"), Some("https://a.example"));
    assert_eq!(found.header("access-control-allow-methods"), Some("OPTIONS,PUT"));
    assert_eq!(found.header("access-control-allow-headers"), Some("X-A"));
    assert_eq!(local.send("OPTIONS /dev/users/1", "").status, 403);
    assert_eq!(event(&local, "OPTIONS /dev/files/x", "")["httpMethod"], "OPTIONS");
    let found = local.send("PUT /dev/cors\norigin: https://a.example", "");
    assert_eq!((found.status, found.header("access-control-allow-origin")), (200, None));
    let note = local.told.last().note.clone().unwrap();
    assert!(note.starts_with("CORS: a browser refuses this response"), "{note}");
}

#[test]
fn a_function_url_answers_browsers() {
    let local = start();
    let preflight = "OPTIONS / HTTP/1.1\r\nhost: one.localhost\r\norigin: https://a.example\r\n\
                     access-control-request-method: PUT\r\n\r\n";
    let mut stream = local.connect();
    std::io::Write::write_all(&mut stream, preflight.as_bytes()).unwrap();
    let found = crate::support::read(&mut stream).unwrap();
    assert_eq!((found.status, found.header("access-control-allow-origin")), (200, Some("*")));
    assert_eq!(found.header("access-control-allow-methods"), Some("*"));
    let allowed = found.header("access-control-allow-headers").unwrap();
    assert!(allowed.starts_with("Content-Type,X-Amz-Date,"), "{allowed}");
}
