//! Readers that do not read, and servers that do not respond.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::support::{Answer, apigw, folder, run};

/// What no step takes when it works, and every step that hangs does.
const LONG: Duration = Duration::from_secs(60);

/// A gateway whose routes all are answered by itself, with 405.
const CONFIG: &str = "functions: {cats: {handler: main, runtime: CustomRuntime, \
     events: [{apigw: {parameters: {httpMethod: POST}}}]}}";

/// Starts `apigw dev` with these streams, and waits until it listens.
fn dev(out: impl Into<Stdio>, err: impl Into<Stdio>) -> (Child, SocketAddr, TempDir) {
    let folder = folder(&[("serverless.yml", CONFIG.as_bytes())]);
    // A port that was free a moment ago.
    let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut command = apigw();
    command.current_dir(folder.path()).args(["dev", "--attach", "0", "--port"]);
    command.arg(address.port().to_string()).stdin(Stdio::null()).stdout(out).stderr(err);
    let child = command.spawn().unwrap();
    eventually(|| TcpStream::connect(address).is_ok());
    (child, address, folder)
}

fn eventually(mut condition: impl FnMut() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < LONG, "it takes too long");
        thread::sleep(Duration::from_millis(20));
    }
}

/// Ends a process with a signal; its exit status.
fn end(mut child: Child, signal: rustix::process::Signal) -> Option<i32> {
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), signal).unwrap();
    let mut code = None;
    eventually(|| {
        code = child.try_wait().unwrap();
        code.is_some()
    });
    code.unwrap().code()
}

/// Sends requests with long targets over one connection, and checks that each is answered.
fn send(address: SocketAddr, count: usize) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(LONG)).unwrap();
    let query = "a".repeat(8000);
    for number in 0..count {
        let head =
            format!("GET /release/cats?{number}={query} HTTP/1.1\r\nhost: localhost\r\n\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        let mut response = Vec::new();
        while !response.ends_with(b"}\n") {
            let mut piece = [0; 4096];
            let read = stream.read(&mut piece).expect("the request is answered");
            assert!(read > 0, "the connection is closed");
            response.extend_from_slice(&piece[..read]);
        }
        assert!(response.starts_with(b"HTTP/1.1 405 "), "request {number}");
    }
}

#[test]
fn requests_are_answered_and_signals_obeyed_though_nobody_reads_the_log() {
    for signal in [rustix::process::Signal::TERM, rustix::process::Signal::INT] {
        // Both pipes are kept open, and never read: 64 KiB fill one, some eight of these lines.
        let (mut child, address, _folder) = dev(Stdio::piped(), Stdio::piped());
        let streams = (child.stdout.take(), child.stderr.take());
        send(address, 400);
        assert_eq!(end(child, signal), Some(0));
        drop(streams);
    }
}

#[test]
fn lines_that_were_dropped_are_counted_once_the_log_is_read_again() {
    let (mut child, address, _folder) = dev(Stdio::piped(), Stdio::null());
    let mut out = child.stdout.take().unwrap();
    send(address, 600);
    let reader = thread::spawn(move || {
        let mut text = String::new();
        out.read_to_string(&mut text).unwrap();
        text
    });
    // The reader catches up, then one more line comes.
    thread::sleep(Duration::from_millis(200));
    send(address, 1);
    assert_eq!(end(child, rustix::process::Signal::TERM), Some(0));
    let text = reader.join().unwrap();
    let count = |line: &str| -> Option<usize> {
        line.strip_prefix("apigw: lines dropped, because nobody read them: ")?.parse().ok()
    };
    let dropped: usize = text.lines().filter_map(count).sum();
    let written = text.lines().filter(|line| line.contains(" 405 GET ")).count();
    assert!(dropped > 0, "600 lines of 8 KB exceed what waits");
    assert_eq!(dropped + written, 601);
}

/// A file with one event.
fn event() -> (TempDir, PathBuf) {
    let folder = folder(&[("event.json", b"{\"httpMethod\":\"GET\",\"path\":\"/a\"}")]);
    let path = folder.path().join("event.json");
    (folder, path)
}

/// Replays an event to a server that does something with the connection once a request has come.
fn replay(arguments: &[&str], serve: fn(TcpStream)) -> Answer {
    let (_folder, event) = event();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            serve(stream);
        }
    });
    let start = Instant::now();
    let all = [&["replay", event.to_str().unwrap(), "--url", &url], arguments].concat();
    let response = run(Path::new("."), &all);
    assert!(start.elapsed() < LONG);
    response
}

#[test]
fn a_replay_does_not_wait_for_ever_for_an_answer() {
    let Answer { status, out, .. } = replay(&["--read-timeout", "1", "--times", "2"], |stream| {
        thread::spawn(move || {
            thread::sleep(2 * LONG);
            drop(stream);
        });
    });
    assert_eq!(status, 1);
    assert!(out.contains("the server sent nothing for 1s  2\n"), "{out}");

    // A response that stops.
    let Answer { status, out, .. } = replay(&["--read-timeout", "1"], |mut stream| {
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc").unwrap();
        thread::sleep(2 * LONG);
    });
    assert_eq!(status, 1);
    assert!(out.contains("the server sent nothing for 1s  1\n"), "{out}");
}

#[test]
fn a_replay_does_not_read_answers_that_never_end() {
    let endless = |mut stream: TcpStream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        while stream.write_all(&[b"10000\r\n", &[b'a'; 0x10000][..], b"\r\n"].concat()).is_ok() {}
    };
    let Answer { status, out, .. } = replay(&["--max-response", "1M", "--times", "2"], endless);
    assert_eq!(status, 1);
    assert!(out.contains("the response is longer than 1048576 bytes  2\n"), "{out}");

    let drip = |mut stream: TcpStream| {
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        while stream.write_all(b"1\r\na\r\n").is_ok() {
            thread::sleep(Duration::from_millis(100));
        }
    };
    let Answer { status, out, .. } = replay(&["--total-timeout", "2"], drip);
    assert_eq!(status, 1);
    assert!(out.contains("the response took more than 2s in all  1\n"), "{out}");
}

#[test]
fn a_replay_does_not_wait_for_ever_for_a_connection() {
    let (_folder, event) = event();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    rustix::net::listen(&listener, 0).unwrap();
    let address = listener.local_addr().unwrap();
    // Once its queue is full, further connections are neither accepted nor refused.
    let connect = || TcpStream::connect_timeout(&address, Duration::from_millis(200)).ok();
    let queue: Vec<_> = std::iter::from_fn(connect).take(100).collect();
    assert!(queue.len() < 100);
    let url = format!("http://{address}");
    let arguments = ["replay", event.to_str().unwrap(), "--url", &url, "--connect-timeout", "1"];
    let Answer { status, out, .. } = run(Path::new("."), &arguments);
    assert_eq!(status, 1);
    assert!(out.contains("no connection within 1s  1\n"), "{out}");
}
