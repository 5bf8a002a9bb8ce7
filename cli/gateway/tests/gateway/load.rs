//! Sizes, slow and many clients, and functions that end in the middle of a request.

use std::collections::HashMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::support::{CONFIG, Local, Reaction, eventually, read, response};
use apigw_gateway::{MAX_BODY, Options};
use serde_json::{Value, json};

/// A function in a folder of its own, run by Node.
fn local(code: &str, options: Options) -> (Local, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("index.js"), code).unwrap();
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gateway/runtime.js");
    let command = format!("node {} index.main_handler", runtime.display());
    let commands = HashMap::from([("hello_world".into(), command)]);
    (Local::start(CONFIG, folder.path(), Options { commands, ..options }), folder)
}

/// Answers with the length of the body and ends at will.
const CODE: &str = "
let count = 0;
exports.main_handler = async (event) => {
  count += 1;
  if (event.queryString.exit) process.exit(Number(event.queryString.exit));
  const { sleep } = event.queryString;
  if (sleep) await new Promise((done) => setTimeout(done, Number(sleep)));
  return { statusCode: 200, body: `${count} ${(event.body ?? '').length}` };
};
";

fn length(event: Value) -> Reaction {
    let length = event["body"].as_str().unwrap_or_default().len();
    response(json!({"statusCode": 200, "body": length.to_string()}))
}

#[test]
fn bodies_have_at_most_six_mebibytes() {
    let local = Local::with(CONFIG, length);
    for size in [0, 1, 4096, 65_536, 1 << 20, MAX_BODY - 1, MAX_BODY] {
        let found = local.send("POST /release/hello_world", vec![b'"'; size]);
        assert_eq!((found.status, found.text()), (200, &*size.to_string()));
    }
    let found = local.send("POST /release/hello_world", vec![b'"'; MAX_BODY + 1]);
    assert_eq!(found.status, 413);
    assert_eq!(found.json()["message"], "the body is longer than 6291456 bytes");
}

#[test]
fn chunked_bodies_have_the_same_limit() {
    let local = Local::with(CONFIG, length);
    for (size, status) in [(MAX_BODY, 200), (MAX_BODY + 1, 413)] {
        let mut stream = local.connect();
        let head = "POST /release/hello_world HTTP/1.1\r\nhost: localhost\r\n\
                    transfer-encoding: chunked\r\n\r\n";
        stream.write_all(head.as_bytes()).unwrap();
        for chunk in vec![b'a'; size].chunks(1_000_000) {
            stream.write_all(format!("{:x}\r\n", chunk.len()).as_bytes()).unwrap();
            stream.write_all(chunk).unwrap();
            stream.write_all(b"\r\n").unwrap();
        }
        stream.write_all(b"0\r\n\r\n").unwrap();
        assert_eq!(read(&mut stream).unwrap().status, status);
    }
}

#[test]
fn heads_have_limits() {
    let local = Local::with(CONFIG, length);
    let head = |value: usize| format!("GET /release/hello_world\nx-long: {}", "a".repeat(value));
    assert_eq!(local.send(&head(30_000), "").status, 200);
    assert_eq!(local.send(&head(33_000), "").status, 431);
    assert_eq!(local.send(&head(500_000), "").status, 431);
    let many: String = (0..300).map(|number| format!("\nx-{number}: a")).collect();
    assert_eq!(local.send(&format!("GET /release/hello_world{many}"), "").status, 431);
}

#[test]
fn what_is_no_http_is_refused() {
    let local = Local::with(CONFIG, length);
    for text in ["hello\r\n\r\n", "GET / HTTP/1.1\r\na b: c\r\n\r\n", "\0\0\0\0\r\n\r\n"] {
        let mut stream = local.connect();
        stream.write_all(text.as_bytes()).unwrap();
        assert_eq!(read(&mut stream).unwrap().status, 400, "{text:?}");
    }
    assert_eq!(local.send("GET /release/hello_world", "").status, 200);
}

#[test]
fn slow_clients_are_given_up() {
    let options =
        Options { attach: Some(0), client_time: Duration::from_millis(200), ..Options::default() };
    let local = Local::start(CONFIG, Path::new("."), options);
    // A head that never ends: the connection does, without a response or with one that says why.
    let mut stream = local.connect();
    stream.write_all(b"GET /release/hello_world HTTP/1.1\r\nx-slow: ").unwrap();
    assert!(read(&mut stream).is_none_or(|response| response.status == 408));
    // A body that never ends.
    let mut stream = local.connect();
    let head =
        b"POST /release/hello_world HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\nabc";
    stream.write_all(head).unwrap();
    assert_eq!(read(&mut stream).unwrap().status, 408);
}

#[test]
fn a_thousand_clients_at_once_are_answered() {
    let local = Local::with(CONFIG, length);
    let mut streams: Vec<_> = (0..1000).map(|_| local.connect()).collect();
    for (number, stream) in streams.iter_mut().enumerate() {
        let body = "a".repeat(number);
        let request = format!(
            "POST /release/hello_world HTTP/1.1\r\nhost: localhost\r\n\
             content-length: {number}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).unwrap();
    }
    for (number, stream) in streams.iter_mut().enumerate() {
        let found = read(stream).unwrap();
        assert_eq!((found.status, found.text()), (200, &*number.to_string()));
    }
}

#[test]
fn a_function_that_ends_answers_502_and_is_started_again() {
    let (local, _folder) = local(CODE, Options::default());
    assert_eq!(local.send("GET /release/hello_world", "").text(), "1 0");
    assert_eq!(local.send("GET /release/hello_world", "").text(), "2 0");
    let ended = local.send("GET /release/hello_world?exit=3", "");
    assert_eq!((ended.status, &ended.json()["statusCode"]), (502, &json!(430)));
    assert!(ended.text().contains("status 3"), "{}", ended.text());
    assert_eq!(local.send("GET /release/hello_world", "").text(), "1 0");
    assert!(local.told.has_notice("Crashed"));
}

#[test]
fn no_request_is_without_an_answer_when_functions_end_under_load() {
    let (local, _folder) = local(CODE, Options { instances: 2, ..Options::default() });
    let statuses: Vec<u16> = thread::scope(|scope| {
        let client = |client: usize| {
            let local = &local;
            scope.spawn(move || {
                let send = |number: usize| {
                    let query = if number % 10 == client % 10 { "?exit=1" } else { "?sleep=2" };
                    local.send(&format!("GET /release/hello_world{query}"), "").status
                };
                (0..10).map(send).collect::<Vec<u16>>()
            })
        };
        let clients: Vec<_> = (0..8).map(client).collect();
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect()
    });
    assert_eq!(statuses.len(), 80);
    let count = |wanted| statuses.iter().filter(|status| **status == wanted).count();
    // Each client ends the function once. Who has an event then is told so.
    assert_eq!((count(200), count(502)), (72, 8));
    assert_eq!(local.send("GET /release/hello_world", "").status, 200);
}

#[test]
fn a_function_that_does_not_start_says_why() {
    let (local, folder) = local("throw new Error('broken');", Options::default());
    let refused = local.send("GET /release/hello_world", "");
    assert_eq!((refused.status, &refused.json()["statusCode"]), (502, &json!(443)));
    assert!(refused.text().contains("it ended with status 1, before it was ready"));
    assert!(local.told.has_notice("broken"));
    // Once it is repaired, it starts.
    fs::write(folder.path().join("index.js"), CODE).unwrap();
    let is_started = || local.send("GET /release/hello_world", "").status == 200;
    assert!(eventually(is_started));
}

#[test]
fn a_change_of_the_code_is_noticed() {
    let (local, folder) = local(CODE, Options::default());
    assert_eq!(local.send("GET /release/hello_world", "").text(), "1 0");
    let changed = "exports.main_handler = async () => ({ statusCode: 200, body: 'changed' });";
    // The gateway may begin to watch only after this.
    let is_changed = || {
        fs::write(folder.path().join("index.js"), changed).unwrap();
        thread::sleep(Duration::from_millis(300));
        local.send("GET /release/hello_world", "").text() == "changed"
    };
    assert!(eventually(is_changed));
    assert!(local.told.has_notice("Changed"));
}

#[test]
fn a_function_that_takes_too_long_is_ended() {
    let config = CONFIG.replace("timeout: 10", "timeout: 1");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("index.js"), CODE).unwrap();
    let local = Local::start(&config, folder.path(), crate::support::node());
    assert_eq!(local.send("GET /release/hello_world", "").text(), "1 0");
    let late = local.send("GET /release/hello_world?sleep=60000", "");
    assert_eq!(late.json()["errorMessage"], "Invoking task timed out after 1 seconds");
    // It is a new process that responds.
    assert_eq!(local.send("GET /release/hello_world", "").text(), "1 0");
}

#[test]
fn a_gateway_waits_no_longer_than_its_own_time() {
    let config = CONFIG.replace("httpMethod: ANY", "httpMethod: ANY, serviceTimeout: 1");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("index.js"), CODE).unwrap();
    let local = Local::start(&config, folder.path(), crate::support::node());
    assert_eq!(local.send("GET /release/hello_world?sleep=3000", "").status, 504);
}

#[test]
fn functions_see_the_environment_of_the_platform() {
    let code = "exports.main_handler = async () => \
                ({ statusCode: 200, body: JSON.stringify(process.env) });";
    let config = format!(
        "provider: {{region: ap-shanghai, environment: {{variables: {{A: a, B: b}}}}}}{CONFIG}    \
         environment: {{variables: {{B: own}}}}\n"
    );
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("index.js"), code).unwrap();
    let local = Local::start(&config, folder.path(), crate::support::node());
    let seen = local.send("GET /release/hello_world", "").json();
    for (name, value) in [
        ("A", "a"),
        ("B", "own"),
        ("_HANDLER", "index.main_handler"),
        ("TENCENTCLOUD_RUNENV", "SCF"),
        ("TENCENTCLOUD_REGION", "ap-shanghai"),
        ("SCF_FUNCTIONNAME", "hello_world"),
        ("SCF_FUNCTIONVERSION", "$LATEST"),
        ("SCF_NAMESPACE", "default"),
        ("SCF_RUNTIME_API", "127.0.0.1"),
    ] {
        assert_eq!(seen[name], value, "{name}");
    }
    let folder = fs::canonicalize(folder.path()).unwrap();
    let code = fs::canonicalize(seen["USER_CODE_ROOT"].as_str().unwrap()).unwrap();
    assert_eq!(code, folder);
}

#[test]
fn an_event_can_be_handed_to_a_function_without_http() {
    let local = Local::with(CONFIG, length);
    let output = local.block_on(local.gateway().invoke("hello_world", r#"{"body":"abc"}"#.into()));
    let output: Value = serde_json::from_slice(&output.unwrap()).unwrap();
    assert_eq!(output["body"], "3");
    let unknown = local.block_on(local.gateway().invoke("other", "{}".into()));
    assert_eq!(unknown.unwrap_err(), "there is no function other");
}
