//! `apigw response check` and `apigw response make`.

use serde_json::{Value, json};

use crate::support::{folder, gzip, no_such_file, pipe, run};

const GOOD: &str = concat!(
    r#"{"isBase64Encoded":false,"statusCode":200,"headers":{"Content-Type":"text/html","#,
    r#""Set-Cookie":["a=1","b=2"]},"body":"<h1>hello</h1>"}"#
);

const UNPADDED: &str = concat!(
    r#"{"statusCode":200,"isBase64Encoded":true,"headers":{"content-type":"image/png"},"#,
    r#""body":"iVBORw0KGgo"}"#
);

fn check(arguments: &[&str], output: &str) -> (i32, String, String) {
    let output = pipe(&[&["response", "check"], arguments].concat(), output);
    (output.status, output.out, output.err)
}

/// The JSON that is made of these arguments.
fn make(arguments: &[&str]) -> Value {
    let output = run(".", &[&["response", "make"], arguments].concat());
    assert_eq!((output.status, &*output.err), (0, ""), "{arguments:?}");
    let line = output.out.strip_suffix('\n').expect("it is a line");
    assert!(!line.contains('\n'));
    serde_json::from_str(line).expect("it is JSON")
}

#[test]
fn right_answers_are_described() {
    for (output, about) in [
        (GOOD, "status 200, 3 headers, text body of 14 bytes"),
        (r#"{"statusCode":204}"#, "status 204, 0 headers, no body"),
        (
            r#"{"statusCode":404,"headers":{"a":"b"},"body":"YQ==","isBase64Encoded":true}"#,
            "status 404, 1 header, base64 body of 4 bytes",
        ),
        (
            r#"{"statusCode":200,"body":"","header":{},"status\u001bcode":1}"#,
            "status 200, 0 headers, text body of 0 bytes; no member of a response: header, \
             status\\u001bcode",
        ),
    ] {
        assert_eq!(check(&[], output), (0, format!("<stdin>: ok, {about}\n"), String::new()));
    }
}

#[test]
fn wrong_answers_are_refused_where_they_are_wrong() {
    let output = "{\n  \"statusCode\": \"200\",\n  \"headers\": {\"a b\": \"c\"}\n}\n";
    let place = output.find("\"200\"").unwrap();
    let line = format!(
        "<stdin>:2: error 33 wrong-type at byte {place} (statusCode): this is a string, it has to \
         be an integer\n"
    );
    assert_eq!(check(&[], output), (1, line, String::new()));
    let place = output.find("\"a b\"").unwrap();
    let (status, out, _) = check(&["--rules", "gateway"], output);
    assert_eq!(status, 1);
    let line = format!("<stdin>:3: error 65 invalid-header-name at byte {place} (headers): ");
    assert!(out.starts_with(&line), "{out}");
}

#[test]
fn of_header_names_that_differ_in_case_gateways_keep_the_last() {
    let output = r#"{"statusCode":200,"headers":{"Set-Cookie":"a=1","set-cookie":"b=2"}}"#;
    let (status, out, _) = check(&["--rules", "gateway"], output);
    let about = "; of the headers Set-Cookie and set-cookie, the last one counts\n";
    assert!(status == 0 && out.ends_with(about), "{out}");
    assert!(check(&[], output).1.contains("error 34 duplicate-member"));
}

#[test]
fn a_message_about_an_answer_does_not_speak_of_an_event() {
    let many = (0..5000).map(|at| format!("\"a{at}\":\"\"")).collect::<Vec<_>>().join(",");
    for output in ["[]", "7", "{", &format!("{{\"statusCode\":200,\"headers\":{{{many}}}}}")] {
        let (status, out, err) = check(&[], output);
        assert!(status == 1 && !out.contains("event") && err.is_empty(), "{out}{err}");
    }
}

#[test]
fn each_set_of_rules() {
    let string_status = r#"{"statusCode":"201"}"#;
    let json = r#"{"id":7}"#;
    for (rules, output, about) in [
        ("gateway", string_status, "status 201, 0 headers, no body"),
        ("function-url", string_status, "status 201, 0 headers, no body"),
        (
            "pass-through",
            string_status,
            "status 200 (passed through), 0 headers, text body of 20 bytes",
        ),
        ("function-url", json, "status 200 (passed through), 0 headers, JSON body of 8 bytes"),
        ("pass-through", "", "status 200 (passed through), 0 headers, text body of 0 bytes"),
        ("aws-cloudfront", r#"{"status":"404"}"#, "status 404, 0 headers, no body"),
        ("azure", r#"{"Outputs":{"res":{}}}"#, "status 200, 0 headers, no body"),
        ("openwhisk", "{}", "status 204, 0 headers, no body"),
    ] {
        let expected = (0, format!("<stdin>: ok, {about}\n"), String::new());
        assert_eq!(check(&["--rules", rules], output), expected, "{rules}");
    }
    for (rules, output, error) in [
        ("strict", string_status, "error 33 wrong-type"),
        ("strict", json, "error 35 missing-member"),
        ("gateway", json, "error 35 missing-member"),
        ("function-url", "<h1>", "error 17 unexpected-byte"),
        ("strict", "", "error 16 unexpected-end"),
        // Base64 gets one verdict, by every rule that reads it.
        ("strict", UNPADDED, "error 24 invalid-base64"),
        ("gateway", UNPADDED, "error 24 invalid-base64"),
        ("function-url", UNPADDED, "error 24 invalid-base64"),
    ] {
        let (status, out, _) = check(&["--rules", rules], output);
        assert_eq!(status, 1);
        assert!(out.starts_with(&format!("<stdin>:1: {error} at byte ")), "{out}");
    }
}

#[test]
fn several_files() {
    let zipped = gzip(GOOD.as_bytes());
    let folder = folder(&[
        ("a.json", GOOD.as_bytes()),
        ("b.json", br#"{"statusCode":99}"#),
        ("c.json.gz", &zipped),
    ]);
    let about = "ok, status 200, 3 headers, text body of 14 bytes";
    let refused = "b.json:1: error 64 invalid-status at byte 14 (statusCode): a status is a number \
    from 100 to 999";
    let output = run(&folder, &["response", "check", "a.json", "none", "b.json", "c.json.gz"]);
    assert_eq!(output.status, 1);
    assert_eq!(output.out, format!("a.json: {about}\n{refused}\nc.json.gz: {about}\n"));
    assert_eq!(output.err, format!("apigw: none: {}\n", no_such_file()));
    let output = run(&folder, &["response", "check", "a.json", "c.json.gz"]);
    assert_eq!((output.status, &*output.err), (0, ""));
    let output = run(&folder, &["response", "check", "."]);
    assert_eq!((output.status, output.out.lines().count()), (1, 3));
}

#[test]
fn an_answer_of_more_than_the_limit() {
    let limit = 16 << 20;
    let blank = " ".repeat(limit - GOOD.len());
    assert_eq!(check(&[], &format!("{GOOD}{blank}")).0, 0);
    let (status, out, _) = check(&[], &format!("{GOOD}{blank} "));
    assert_eq!(status, 1);
    assert_eq!(
        out,
        format!(
            "<stdin>:1: error 48 input-too-long at byte {limit}: the input is longer than the \
             limit\n"
        )
    );
}

#[test]
fn colours_come_when_asked_for() {
    let (_, plain, _) = check(&[], GOOD);
    assert!(!plain.contains('\u{1b}'));
    let (_, coloured, _) = check(&["--color", "always"], GOOD);
    assert!(coloured.starts_with("\u{1b}[1m<stdin>:\u{1b}[0m "), "{coloured:?}");
}

#[test]
fn responses_are_made_of_their_parts() {
    assert_eq!(
        make(&[]),
        json!({"isBase64Encoded": false, "statusCode": 200, "headers": {}, "body": ""})
    );
    let arguments = [
        "--status",
        "302",
        "--header",
        "Location: /new",
        "--header",
        "Set-Cookie:a=1",
        "--header",
        "set-cookie: \t b=2:3 ",
        "--header",
        "x:",
        "--body-text",
        "moved \"there\"\n",
    ];
    assert_eq!(
        make(&arguments),
        json!({
            "isBase64Encoded": false,
            "statusCode": 302,
            "headers": {"Location": "/new", "Set-Cookie": ["a=1", "b=2:3"], "x": ""},
            "body": "moved \"there\"\n",
        })
    );
}

#[test]
fn function_urls_get_joined_values() {
    let headers = ["--header", "vary: a", "--header", "vary: b"];
    assert_eq!(make(&headers)["headers"]["vary"], json!(["a", "b"]));
    let made = make(&[&headers[..], &["--dialect", "tencent-function-url"]].concat());
    assert_eq!(made["headers"]["vary"], "a, b");
}

#[test]
fn bodies_come_from_files_and_from_standard_input() {
    let zipped = gzip(b"page");
    let folder = folder(&[("page.html", "<p>中</p>".as_bytes()), ("page.html.gz", &zipped)]);
    let made = |arguments: &[&str]| -> Value {
        let output = run(&folder, &[&["response", "make"], arguments].concat());
        assert_eq!((output.status, &*output.err), (0, ""));
        serde_json::from_str(&output.out).unwrap()
    };
    assert_eq!(made(&["--body", "page.html"])["body"], "<p>中</p>");
    assert_eq!(made(&["--body", "page.html", "--text"])["isBase64Encoded"], false);
    let encoded = made(&["--body", "page.html", "--base64"]);
    assert_eq!(
        (&encoded["isBase64Encoded"], &encoded["body"]),
        (&json!(true), &json!("PHA+5LitPC9wPg=="))
    );
    // What is compressed stays so, and is not text: `check` decodes it with the strict rules.
    let encoded = made(&["--body", "page.html.gz"]);
    assert_eq!(encoded["isBase64Encoded"], true);
    let (status, out, _) = check(&[], &encoded.to_string());
    let len = zipped.len().div_ceil(3) * 4;
    assert_eq!(status, 0);
    assert!(out.ends_with(&format!("base64 body of {len} bytes\n")), "{out}");

    let piped = pipe(&["response", "make", "--body", "-"], &b"\x00\xff"[..]);
    let piped: Value = serde_json::from_str(&piped.out).unwrap();
    assert_eq!((&piped["isBase64Encoded"], &piped["body"]), (&json!(true), &json!("AP8=")));
}

#[test]
fn what_cannot_be_made_is_refused() {
    for (arguments, error) in [
        (
            &["--header", "a b: c"][..],
            "error 65 at byte 1 of the name of header \"a b\": a header's name is letters, digits \
             and !#$%&'*+-.^_`|~",
        ),
        (
            &["--header", "x: y", "--header", "a: b\r\nc: d"],
            "error 66 at byte 1 of the value of header \"a\": a header's value is UTF-8 text \
             without control characters",
        ),
        (&["--header", ": c"], "error 65 at byte 0 of the name of header \"\": "),
    ] {
        let output = run(".", &[&["response", "make"], arguments].concat());
        assert_eq!((output.status, &*output.out), (1, ""));
        assert!(output.err.starts_with(&format!("apigw: {error}")), "{}", output.err);
    }
    let output = pipe(&["response", "make", "--text", "--body", "-"], &b"text \xff"[..]);
    let error = "apigw: error 23 at byte 5 (body): the bytes are not UTF-8\n";
    assert_eq!((output.status, &*output.out, &*output.err), (1, "", error));
    let output = run(".", &["response", "make", "--body", "no such file"]);
    let error = format!("apigw: no such file: {}\n", no_such_file());
    assert_eq!((output.status, output.out, output.err), (1, String::new(), error));
    let output = pipe(&["response", "make", "--body", "-"], vec![b'a'; 6 << 20]);
    let error = "apigw: error 67: the response is longer than the limit\n";
    assert_eq!((output.status, &*output.out, &*output.err), (1, "", error));
}

#[test]
fn what_is_made_passes_the_check() {
    let arguments =
        ["--status", "404", "--header", "a: \"b\"", "--header", "A: c", "--body-text", "gone"];
    let (status, out, err) = check(&[], &make(&arguments).to_string());
    let about = "<stdin>: ok, status 404, 2 headers, text body of 4 bytes\n";
    assert_eq!((status, &*out, &*err), (0, about, ""));
}
