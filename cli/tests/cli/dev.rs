//! `apigw dev`, `apigw config` and `apigw replay`.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Stdio};

use crate::support::{Answer, apigw, pipe, run, runtime};

/// The two files of the specification.
fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/serverless")
}

/// `apigw dev` on the example.
struct Dev {
    child: Child,
    out: BufReader<ChildStdout>,
    address: String,
}

impl Dev {
    fn start(arguments: &[&str]) -> Dev {
        let mut command = apigw();
        command.current_dir(example()).args(["dev", "--port", "0"]).args(arguments);
        command.args(["--start", &format!("hello_world={}", runtime())]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let rest = line.strip_prefix("POST http://").unwrap_or_else(|| panic!("{line}"));
        let (address, rest) = rest.split_once('/').unwrap();
        assert_eq!(rest, "release/hello_world -> hello_world (Nodejs8.9, index.main_handler)\n");
        let address = address.to_owned();
        assert!(Dev::read_line(&mut out).contains(&format!("http://{address}/_apigw")));
        Dev { child, out, address }
    }

    fn read_line(out: &mut impl BufRead) -> String {
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        line
    }

    /// The response, head and body, to a request without a body.
    fn request(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "{request} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
            .unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        response
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_example_of_the_specification_is_served_recorded_and_replayed() {
    let folder = tempfile::tempdir().unwrap();
    let record = folder.path().join("events.ndjson");
    let record = record.to_str().unwrap();
    let mut dev = Dev::start(&["--record", record]);
    let response = dev.request("POST /release/hello_world?cat=black");
    assert!(response.starts_with("HTTP/1.1 200 OK\r\n"), "{response}");
    assert!(response.contains("content-type: text/html\r\n"), "{response}");
    assert!(response.ends_with("\r\n\r\nhello world"), "{response}");
    let line = Dev::read_line(&mut dev.out);
    assert!(line.contains(" 200 POST /release/hello_world?cat=black "), "{line}");
    assert!(line.contains("(hello_world ") && line.ends_with(" 11 B\n"), "{line}");
    assert!(dev.request("GET /release/hello_world").starts_with("HTTP/1.1 405 "));
    let line = Dev::read_line(&mut dev.out);
    assert!(line.ends_with("GET is not allowed here: POST is\n"), "{line}");

    // One request was an event.
    let events = fs::read_to_string(record).unwrap();
    assert_eq!(events.lines().count(), 1);
    let Answer { status, out, .. } = run(".", &["show", record]);
    assert!(status == 0 && out.contains("/hello_world") && out.contains("black"), "{out}");

    let copy = folder.path().join("copy.ndjson");
    fs::copy(record, &copy).unwrap();
    let copy = copy.to_str().unwrap();
    let url = format!("http://{}", dev.address);
    let Answer { status, out, err } =
        run(".", &["replay", copy, "--url", &url, "--times", "20", "-n", "4"]);
    assert_eq!((status, err.as_str()), (0, ""), "{out}");
    assert!(out.starts_with("20 responses in ") && out.contains("status 200  20\n"), "{out}");
    assert!(out.contains("p50 ") && out.contains("p99 "), "{out}");
    let line = Dev::read_line(&mut dev.out);
    assert!(line.contains(" 200 POST /release/hello_world?cat=black "), "{line}");
    // Another path than the stage's, where there is nothing: no failure of the server.
    let Answer { status, out, .. } = run(".", &["replay", copy, "--url", &format!("{url}/other")]);
    assert!(status == 0 && out.contains("status 404  1\n"), "{out}");

    let start = runtime();
    let arguments = [
        "replay",
        copy,
        "--function",
        "hello_world",
        "--start",
        &start,
        "--times",
        "10",
        "-n",
        "2",
    ];
    let Answer { status, out, err } = run(example(), &arguments);
    assert_eq!((status, err.as_str()), (0, ""), "{out}");
    assert!(out.contains("status 200  10\n"), "{out}");
}

#[test]
fn a_signal_ends_it_and_its_functions() {
    let mut dev = Dev::start(&[]);
    assert!(dev.request("POST /release/hello_world").contains("hello world"));
    let pid = rustix::process::Pid::from_child(&dev.child);
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    assert_eq!(dev.child.wait().unwrap().code(), Some(0));
    assert!(TcpStream::connect(&dev.address).is_err());
}

#[test]
#[cfg(target_os = "linux")]
fn a_kill_of_the_gateway_ends_its_functions() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    // A function that ignores SIGTERM, with a child in a session of its own.
    let start = format!(
        "hello_world=sh -c 'trap \"\" TERM; echo $$ > {}; setsid sh -c \"echo \\$\\$ > {}; sleep \
         1000; :\" & \
         while :; do sleep 1; done'",
        one.display(),
        two.display()
    );
    let mut command = apigw();
    command.current_dir(example()).args(["dev", "--port", "0", "--start", &start]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut dev = command.spawn().unwrap();
    let pid = |path: &Path| fs::read_to_string(path).ok()?.trim().parse::<i32>().ok();
    let eventually = |condition: &dyn Fn() -> bool| {
        (0..100).any(|_| {
            std::thread::sleep(std::time::Duration::from_millis(100));
            condition()
        })
    };
    assert!(eventually(&|| pid(&one).is_some() && pid(&two).is_some()));
    let is_there = |path: &Path| Path::new(&format!("/proc/{}", pid(path).unwrap())).exists();
    assert!(is_there(&one) && is_there(&two));
    dev.kill().unwrap();
    dev.wait().unwrap();
    assert!(eventually(&|| !is_there(&one) && !is_there(&two)));
}

#[test]
#[cfg(target_os = "linux")]
fn a_link_to_an_endless_device_is_not_read_for_ever() {
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink("/dev/zero", folder.path().join("serverless.yml")).unwrap();
    for command in [&["config", "check"][..], &["config", "show"]] {
        let Answer { status, out, .. } = run(&folder, command);
        assert_eq!(
            (status, out.as_str()),
            (1, "serverless.yml:1:1: error: is longer than 1 MiB\n")
        );
    }
    let Answer { status, err, .. } = run(&folder, &["dev"]);
    assert_eq!((status, err.as_str()), (1, "serverless.yml:1:1: error: is longer than 1 MiB\n"));
    let Answer { status, err, .. } = run(&folder, &["response", "make", "--body", "/dev/zero"]);
    assert_eq!((status, err.as_str()), (1, "apigw: /dev/zero: is longer than 16 MiB\n"));
    let Answer { status, .. } = run(&folder, &["response", "check", "/dev/zero"]);
    assert_eq!(status, 1);
    let body = vec![b'a'; (16 << 20) + 1];
    let Answer { status, err, .. } = pipe(&["response", "make", "--body", "-"], body);
    assert_eq!((status, err.as_str()), (1, "apigw: <stdin>: is longer than 16 MiB\n"));
}

#[test]
fn what_keeps_it_from_starting_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let Answer { status, err, .. } = run(&folder, &["dev"]);
    assert_eq!(status, 1);
    assert!(err.starts_with("serverless.yml:1:1: error: No such file"), "{err}");

    let text = fs::read_to_string(example().join("serverless.yml")).unwrap();
    fs::write(folder.path().join("serverless.yml"), text.replace("httpMethod", "httpMethd"))
        .unwrap();
    let Answer { status, err, .. } = run(&folder, &["dev"]);
    assert_eq!(status, 1);
    assert_eq!(
        err,
        "serverless.yml:12:13: error: `parameters` has no key `httpMethd`; is it `httpMethod`?\n"
    );

    let Answer { status, err, .. } = run(example(), &["dev", "--start", "other=true"]);
    assert_eq!((status, err.as_str()), (1, "apigw: there is no function other: hello_world\n"));

    let dev = Dev::start(&[]);
    let port = dev.address.rsplit_once(':').unwrap().1;
    let Answer { status, err, .. } = run(example(), &["dev", "--port", port, "--attach", "0"]);
    assert_eq!(status, 1);
    assert!(err.starts_with(&format!("apigw: cannot listen at 127.0.0.1:{port}: ")), "{err}");
}

#[test]
fn a_file_is_checked_and_shown() {
    let Answer { status, out, err } = run(example(), &["config", "check"]);
    assert_eq!(
        (status, out.as_str(), err.as_str()),
        (0, "serverless.yml: ok, 1 function, 1 route\n", "")
    );
    let Answer { status, out, .. } = run(example(), &["config", "show"]);
    assert_eq!(status, 0);
    assert_eq!(
        out,
        "hello_world  runtime Nodejs8.9  handler index.main_handler  folder .  timeout 3 s  memory \
         128 MB\n  \
         POST /release/hello_world, integrated response, timeout 10 s\n"
    );
    let folder = tempfile::tempdir().unwrap();
    let chat = "inputs: {name: chat, handler: main, functions: {gone: {handler: gone}}, events: \
    [{apigw: {parameters: {endpoints: [{path: /chat, \
                serviceType: WEBSOCKET, function: {cleanupFunctionName: gone}}]}}}]}";
    fs::write(folder.path().join("chat.yml"), chat).unwrap();
    let Answer { status, out, .. } = run(&folder, &["config", "show", "chat.yml"]);
    let line = "  GET /release/chat, WebSocket, cleanup gone, timeout 15 s\n";
    assert!(status == 0 && out.ends_with(line), "{out}");
    fs::write(folder.path().join("bad.yml"), "functions: {a: {handler: a, events: [{apigv: {}}]}}")
        .unwrap();
    for command in ["check", "show"] {
        let Answer { status, out, .. } = run(&folder, &["config", command, "bad.yml"]);
        assert_eq!(status, 1);
        assert_eq!(out, "bad.yml:1:39: error: there is no event `apigv`; is it `apigw`?\n");
    }
}

#[test]
fn a_replay_that_fails_says_so() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("events.ndjson"), "{\"httpMethod\":\"GET\",\"path\":\"/a\"}\n")
        .unwrap();
    // The port of a listener that is gone.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("http://127.0.0.1:{port}");
    let Answer { status, out, .. } = run(&folder, &["replay", "events.ndjson", "--url", &url]);
    assert_eq!(status, 1);
    assert!(out.contains("0 responses") && out.contains("onnection refused"), "{out}");
    let Answer { status, err, .. } =
        run(&folder, &["replay", "events.ndjson", "--url", "https://a"]);
    assert_eq!(
        (status, err.as_str()),
        (1, "apigw: https://a/ does not begin with http:// and a host\n")
    );
    let Answer { status, .. } = run(&folder, &["replay", "events.ndjson"]);
    assert_eq!(status, 2);
    fs::write(folder.path().join("empty.ndjson"), "").unwrap();
    let Answer { status, .. } = run(&folder, &["replay", "empty.ndjson", "--url", &url]);
    assert_eq!(status, 1);
}

#[test]
fn a_runtime_that_cannot_run_is_refused_by_the_check_and_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = "functions: {a: {handler: app.main, runtime: Python3.6, events: [{apigw: {}}]}}\n";
    fs::write(folder.path().join("serverless.yml"), file).unwrap();
    let Answer { status, out, .. } = run(&folder, &["config", "check"]);
    assert_eq!(status, 1);
    let start = "serverless.yml:1:45: error: the runtime Python3.6 is run by an executable file \
    `bootstrap`";
    assert!(out.starts_with(start) && out.contains("`apigw dev --start a=COMMAND`"), "{out}");
    let Answer { status, err, .. } = run(&folder, &["dev", "--port", "0"]);
    assert_eq!(status, 1);
    assert!(err.starts_with("apigw: a: the runtime Python3.6 is run by"), "{err}");
}

#[test]
#[cfg(target_os = "linux")]
fn a_replay_of_a_file_that_is_being_recorded_ends_and_warns() {
    let folder = tempfile::tempdir().unwrap();
    let record = folder.path().join("events.ndjson");
    let record = record.to_str().unwrap();
    let dev = Dev::start(&["--record", record]);
    assert!(dev.request("POST /release/hello_world").contains("hello world"));
    assert!(dev.request("POST /release/hello_world").contains("hello world"));
    let url = format!("http://{}", dev.address);
    let Answer { status, out, err } = run(".", &["replay", record, "--url", &url, "--times", "10"]);
    assert!(status == 0 && out.starts_with("20 responses in "), "{out}");
    let warning = format!("apigw: warning: a gateway records into {record}: ");
    assert!(err.starts_with(&warning), "{err}");
    drop(dev);
    let copy = folder.path().join("copy.ndjson");
    fs::copy(record, &copy).unwrap();
    let Answer { err, .. } = run(".", &["replay", copy.to_str().unwrap(), "--url", &url]);
    assert!(!err.contains("warning"), "{err}");
}
