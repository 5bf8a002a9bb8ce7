//! `apigw proxy`: a web server under `apigw dev`, by both runtime APIs.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::support::{apigw, folder, run};

/// A web server as a function.
struct Proxied {
    child: Child,
    address: String,
    /// What it has written to standard error.
    log: Arc<Mutex<String>>,
    _folder: TempDir,
}

const SERVER: &str = "node SERVER";

impl Proxied {
    fn start(is_lambda: bool, options: &str, server: &str) -> Proxied {
        let platform = if is_lambda { "" } else { "SCF" };
        let config = format!(
            "functions:
  web:
    handler: main
    runtime: CustomRuntime
    timeout: 2
    initTimeout: 5
    environment: {{ variables: {{ TENCENTCLOUD_RUNENV: \"{platform}\" }} }}
    events:
      - apigw:
          parameters:
            endpoints: [{{ path: /, function: {{ isIntegratedResponse: true }} }}]
"
        );
        let folder = folder(&[("serverless.yml", config.as_bytes())]);
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli/proxy.js");
        let server = server.replace("SERVER", &program.display().to_string());
        let apigw_program = env!("CARGO_BIN_EXE_apigw");
        let start = format!("web={apigw_program} proxy --port {port} {options} -- {server}");
        let mut command = apigw();
        command.current_dir(&folder).args(["dev", "--port", "0", "--no-watch", "--start", &start]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).unwrap().split('/').next().unwrap().to_owned();
        thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()));
        let log: Arc<Mutex<String>> = Arc::default();
        let (mut err, written) = (child.stderr.take().unwrap(), Arc::clone(&log));
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(count @ 1..) = err.read(&mut bytes) {
                *written.lock().unwrap() += &String::from_utf8_lossy(&bytes[..count]);
            }
        });
        Proxied { child, address, log, _folder: folder }
    }

    fn connect(&self, head: &str, body: &[u8]) -> BufReader<TcpStream> {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let (first, headers) = head.split_once('\n').unwrap_or((head, ""));
        let (method, path) = first.split_once(' ').unwrap();
        let headers: String = headers.lines().map(|line| format!("{line}\r\n")).collect();
        let length = body.len();
        let text = format!(
            "{method} /release{path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
             {headers}content-length: {length}\r\n\r\n"
        );
        stream.write_all(text.as_bytes()).unwrap();
        stream.write_all(body).unwrap();
        BufReader::new(stream)
    }

    /// The response, head and body, to a request.
    fn send(&self, head: &str, body: &[u8]) -> (u16, String) {
        let mut response = Vec::new();
        let read = self.connect(head, body).read_to_end(&mut response);
        read.unwrap_or_else(|error| panic!("{head}: {error}: {}", self.log()));
        let response = String::from_utf8_lossy(&response).into_owned();
        let status = response.split(' ').nth(1).unwrap().parse().unwrap();
        (status, response)
    }

    /// Waits until the log has a text; only a proxy that does not work lets it wait for long.
    fn wait_for(&self, text: &str) {
        let is_there = (0..600).any(|_| {
            let is_there = self.log().contains(text);
            if !is_there {
                thread::sleep(Duration::from_millis(100));
            }
            is_there
        });
        assert!(is_there, "{text}: {}", self.log());
    }

    fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }
}

impl Drop for Proxied {
    fn drop(&mut self) {
        let pid = rustix::process::Pid::from_child(&self.child);
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        let _ = self.child.wait();
    }
}

fn on_both(test: impl Fn(bool)) {
    test(false);
    test(true);
}

#[test]
fn events_are_requests_and_responses_are_those_of_the_function() {
    on_both(|is_lambda| {
        let proxied = Proxied::start(is_lambda, "", &format!("{SERVER} 300"));
        let (status, response) =
            proxied.send("POST /a%20b?x=1&y=%26\nx-test: 7\nte: trailers", b"hello");
        assert_eq!(status, 200, "{response}{}", proxied.log());
        assert!(response.contains("\r\n\r\nPOST /a%20b?x=1&y=%26\n"), "{response}");
        for line in ["x-test: 7\n", "x-forwarded-for: 127.0.0.1\n", "x-request-id: ", "host: "] {
            assert!(response.contains(&format!("\n{line}")), "{line} {response}");
        }
        assert!(!response.contains("\nte: "), "{response}");
        assert!(response.ends_with("\n5"), "{response}");
        let (_, response) = proxied.send("GET /headers", b"");
        assert!(response.contains("\r\nset-cookie: a=1\r\nset-cookie: b=2\r\n"), "{response}");
        assert!(!response.contains("x-own"), "{response}");
        let (status, response) = proxied.send("GET /binary", b"");
        assert!(status == 200 && response.ends_with("\r\n\r\n\u{fffd}\u{fffd}"), "{response}");
        let (status, response) = proxied.send("HEAD /any", b"");
        assert!(status == 200 && response.ends_with("\r\n\r\n"), "{response}");
        let (status, response) = proxied.send("POST /early", &vec![b'a'; 4 << 20]);
        assert!(status == 200 && response.ends_with("\r\n\r\nearly"), "{response}");
        for _ in 0..3 {
            let (status, response) = proxied.send("GET /last", b"");
            assert!(status == 200 && response.ends_with("\r\n\r\nlast"), "{response}");
            thread::sleep(Duration::from_millis(100));
        }
    });
}

#[test]
fn a_server_that_fails_gets_a_response_with_a_reason_and_the_next_request_works() {
    on_both(|is_lambda| {
        let proxied = Proxied::start(is_lambda, "", SERVER);
        for (path, status, reason) in [
            ("/die", 502, "the server ended with status 3"),
            ("/reset", 502, "the server "),
            ("/close", 502, "closed the connection before the end of its response"),
            ("/hang", 504, "the server did not respond within"),
            ("/slow", 504, "the server did not respond within"),
            ("/bad", 502, "the server sent what is not HTTP"),
            ("/other", 502, "the server sent what is not HTTP"),
            ("/half", 502, "the server "),
            ("/short", 502, "the server "),
            ("/huge", 502, "the server's response is longer than 6291456 bytes"),
        ] {
            let (found, response) = proxied.send(&format!("GET {path}"), b"");
            assert_eq!(found, status, "{path}: {response}{}", proxied.log());
            let is_json = response.contains("\r\ncontent-type: application/json\r\n");
            assert!(is_json && response.contains(reason), "{path}: {response}");
            proxied.wait_for(reason);
            let (found, response) = proxied.send("GET /next", b"");
            assert_eq!(found, 200, "after {path}: {response}{}", proxied.log());
        }
        proxied.wait_for("status 3 and is started again");
    });
}

#[test]
fn a_response_is_streamed() {
    let proxied = Proxied::start(true, "--stream", SERVER);
    for _ in 0..2 {
        let mut lines = proxied.connect("GET /pieces", b"").lines();
        let mut seen = Vec::new();
        let mut first = None;
        for line in lines.by_ref() {
            let line = line.unwrap();
            if line.starts_with("piece") {
                first.get_or_insert_with(Instant::now);
                seen.push(line);
            }
        }
        assert_eq!(seen, ["piece 0", "piece 1", "piece 2"], "{}", proxied.log());
        // The first one came when the last one had not been made.
        assert!(first.unwrap().elapsed() >= Duration::from_millis(200));
    }
    // It is cut short for the client, and the next request works.
    for path in ["/half", "/slow", "/huge"] {
        let mut response = Vec::new();
        let _ = proxied.connect(&format!("GET {path}"), b"").read_to_end(&mut response);
        assert!(!response.ends_with(b"0\r\n\r\n"), "{path}");
        let (status, response) = proxied.send("GET /next", b"");
        assert_eq!(status, 200, "after {path}: {response}{}", proxied.log());
    }
    // Tencent's protocol has no streams.
    let proxied = Proxied::start(false, "--stream", SERVER);
    let (status, response) = proxied.send("GET /pieces", b"");
    assert!(status == 201 && response.ends_with("piece 0\npiece 1\npiece 2\n"), "{response}");
}

#[test]
fn a_server_that_does_not_start_is_the_reason_why_the_function_does_not() {
    on_both(|is_lambda| {
        for (options, server, reason) in [
            ("", "node -e 'process.exit(7)'", "ended with status 7 before it was ready"),
            ("", "./no-such-program", "cannot run ./no-such-program"),
            ("--ready-timeout 1", "sleep 60", "was not ready within 1s"),
            ("--ready /hang --ready-timeout 1", SERVER, "was not ready within 1s"),
        ] {
            let proxied = Proxied::start(is_lambda, options, server);
            let (status, response) = proxied.send("GET /", b"");
            assert_eq!(status, 502, "{response}");
            assert!(response.contains(reason), "{server}: {response}{}", proxied.log());
        }
        let proxied = Proxied::start(is_lambda, "--ready /health", &format!("{SERVER} 300"));
        assert_eq!(proxied.send("GET /", b"").0, 200);
    });
}

#[test]
fn the_command_line_is_checked() {
    for (arguments, reason) in [
        (&["proxy"][..], "<COMMAND>..."),
        (&["proxy", "--ready", "health", "--", "true"], "not a path such as /health"),
        (&["proxy", "--port", "0", "--", "true"], "0 is not in 1..=65535"),
    ] {
        let ran = run(".", arguments);
        assert_eq!(ran.status, 2);
        assert!(ran.err.contains(reason), "{}", ran.err);
    }
}
