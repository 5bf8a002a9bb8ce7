//! Forms with files, compared with bodies that Node's `FormData` writes.

use std::process::Command;

use apigw::{Decoder, Error, ErrorCode, Limits, Part};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// Returns the parts of this body, which is sent in base64.
fn parts(content_type: &str, body: &[u8], limits: Limits) -> Result<Option<Vec<Part>>, Error> {
    let event = serde_json::json!({
        "headers": {"Content-Type": content_type},
        "body": BASE64_STANDARD.encode(body),
        "isBase64Encoded": true,
    });
    Decoder::with_limits(limits).decode(event.to_string().as_bytes())?.multipart()
}

fn refused(content_type: &str, body: &[u8]) -> (ErrorCode, usize, Option<&'static str>) {
    let error = parts(content_type, body, Limits::default()).unwrap_err();
    (error.code(), error.offset(), error.member())
}

const TYPE: &str = "multipart/form-data; boundary=\"a b\"";

fn field(name: &str, value: &str) -> String {
    format!("--a b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
}

/// The Windows of the tests is an emulated one without Node.
#[cfg(not(windows))]
#[test]
fn what_node_writes() {
    let script = r#"
        const form = new FormData();
        form.append('title', 'caf\u00e9 "x"\r\n--');
        form.append('title', '');
        const bytes = Uint8Array.from({ length: 70000 }, (_, i) => (i * 7919) >> 3);
        form.append('file', new Blob([bytes], { type: 'image/png' }), 'a b;.png');
        const response = new Response(form);
        const type = response.headers.get('content-type');
        response.arrayBuffer().then((body) => {
            console.log(type);
            console.log(Buffer.from(body).toString('base64'));
        });
    "#;
    let output = Command::new("node").args(["-e", script]).output().expect("node is installed");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let output = String::from_utf8(output.stdout).unwrap();
    let (content_type, body) = output.trim().split_once('\n').unwrap();
    let body = BASE64_STANDARD.decode(body).unwrap();
    let found = parts(content_type, &body, Limits::default()).unwrap().unwrap();
    let [title, empty, file] = found.as_slice() else { panic!("{} parts", found.len()) };
    assert_eq!(title.name.as_deref(), Some("title"));
    assert_eq!(title.bytes, "caf\u{e9} \"x\"\r\n--".as_bytes());
    assert_eq!((title.file_name.as_deref(), title.content_type.as_deref()), (None, None));
    assert_eq!((empty.name.as_deref(), empty.bytes.as_slice()), (Some("title"), &b""[..]));
    assert_eq!(file.name.as_deref(), Some("file"));
    assert_eq!(file.file_name.as_deref(), Some("a b;.png"));
    assert_eq!(file.content_type.as_deref(), Some("image/png"));
    let expected: Vec<u8> = (0..70_000_u32).map(|i| ((i * 7919) >> 3) as u8).collect();
    assert!(file.bytes == expected);
}

#[test]
fn a_file_may_have_any_byte() {
    let all: Vec<u8> = (0..=255).collect();
    let start = field("f", "");
    let body = [start.strip_suffix("\r\n").unwrap().as_bytes(), &all, b"\r\n--a b--\r\n"];
    let parts = parts(TYPE, &body.concat(), Limits::default()).unwrap().unwrap();
    assert_eq!(parts.len(), 1);
    assert_eq!(parts[0].bytes, all);
}

#[test]
fn other_bodies_have_no_parts() {
    for content_type in ["text/plain", "multipart/mixed; boundary=x", "multipart/form-data/x", ""] {
        assert_eq!(parts(content_type, b"--x--", Limits::default()), Ok(None), "{content_type}");
    }
    let mut decoder = Decoder::new();
    let event =
        decoder.decode(br#"{"headers":{"content-type":"multipart/form-data; boundary=x"}}"#);
    assert_eq!(event.unwrap().multipart(), Ok(None));
}

#[test]
fn a_form_may_be_empty() {
    assert_eq!(parts(TYPE, b"--a b--\r\n", Limits::default()), Ok(Some(Vec::new())));
}

#[test]
fn incomplete_bodies_are_refused() {
    let whole = format!("{}{}--a b--\r\n", field("a", "1"), field("b", "22"));
    for len in 0..whole.len() - 4 {
        let found = refused(TYPE, &whole.as_bytes()[..len]);
        assert_eq!(found, (ErrorCode::InvalidMultipart, len, Some("body")), "{len}");
    }
    let no_boundary = refused("multipart/form-data", whole.as_bytes());
    assert_eq!(no_boundary, (ErrorCode::InvalidMultipart, 0, Some("body")));
    let (code, ..) = refused("multipart/form-data; boundary=other", whole.as_bytes());
    assert_eq!(code, ErrorCode::InvalidMultipart);
}

#[test]
fn limit_of_parts() {
    let limit = |pairs| Limits { pairs, ..Limits::default() };
    let body = (0..5).map(|i| field(&i.to_string(), "v")).collect::<String>() + "--a b--\r\n";
    for (pairs, is_taken) in [(4, false), (5, true), (6, true)] {
        match parts(TYPE, body.as_bytes(), limit(pairs)) {
            Ok(parts) => assert!(is_taken && parts.unwrap().len() == 5),
            Err(error) => assert!(!is_taken && error.code() == ErrorCode::TooManyPairs),
        }
    }
}

#[test]
fn changed_bodies_give_parts_or_an_error() {
    let whole = format!("{}{}--a b--\r\n", field("a", "1"), field("b", "22"));
    for at in 0..whole.len() {
        for byte in [0, b'\r', b'\n', b'-', b'"', b';', b' ', 0x80, 0xff] {
            let mut body = whole.clone().into_bytes();
            body[at] = byte;
            if let Err(error) = parts(TYPE, &body, Limits::default()) {
                assert_eq!(error.code(), ErrorCode::InvalidMultipart);
            }
        }
    }
}
