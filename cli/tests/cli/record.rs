//! `apigw dev --record`: a line is whole or not there, and what is missing is said.

#![cfg(target_os = "linux")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process, prlimit};

use crate::support::{run, runtime};

/// `apigw dev` on the example, which may write files of at most `blocks` of 512 bytes.
struct Limited {
    child: Child,
    address: String,
}

impl Limited {
    fn start(record: &Path, blocks: &str) -> Limited {
        let mut command = Command::new("sh");
        // Without the signal, a write beyond the limit is an error, as on a full disk.
        let script = format!("trap '' XFSZ; ulimit -S -f {blocks}; exec \"$@\"");
        command.args(["-c", &script, "sh", env!("CARGO_BIN_EXE_apigw"), "dev", "--port", "0"]);
        command.args(["--start", &format!("hello_world={}", runtime()), "--record"]).arg(record);
        command.current_dir(example()).stdin(Stdio::null());
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let address = line.split('/').nth(2).unwrap_or_else(|| panic!("{line}")).to_owned();
        Limited { child, address }
    }

    fn request(&self, query: &str) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let address = &self.address;
        write!(
            stream,
            "POST /release/hello_world?{query} HTTP/1.1\r\nhost: {address}\r\nconnection: \
             close\r\n\r\n"
        )
        .unwrap();
        let mut response = String::new();
        stream.read_to_string(&mut response).unwrap();
        assert!(response.starts_with("HTTP/1.1 200 "), "{response}");
    }

    fn set_limit(&self, bytes: u64) {
        let limit = Rlimit { current: Some(bytes), maximum: None };
        prlimit(Some(Pid::from_child(&self.child)), Resource::Fsize, limit).unwrap();
    }

    /// Ends it; returns what it has said of the record.
    fn stop(mut self) -> Vec<String> {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
        let mut err = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
        err.lines().filter(|line| line.contains(".ndjson: ")).map(str::to_owned).collect()
    }
}

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/serverless")
}

/// The queries of the events in a file, each line of which has to be an event.
fn queries(record: &Path) -> Vec<String> {
    let text = fs::read_to_string(record).unwrap();
    assert!(text.is_empty() || text.ends_with('\n'), "{text}");
    text.lines()
        .map(|line| {
            let event: serde_json::Value = serde_json::from_str(line).expect("a line is an event");
            event["queryString"].as_object().unwrap().keys().next().unwrap().clone()
        })
        .collect()
}

#[test]
fn an_event_that_does_not_fit_on_the_disk_leaves_no_half_line() {
    let folder = tempfile::tempdir().unwrap();
    let record = folder.path().join("events.ndjson");
    let dev = Limited::start(&record, "2");
    // An event has some 700 bytes: the second one meets the limit of 1024 in its middle.
    for query in ["first", "second", "third"] {
        dev.request(query);
    }
    dev.set_limit(1 << 20);
    dev.request("fourth");
    let said = dev.stop();
    assert_eq!(queries(&record), ["first", "fourth"]);
    let name = record.display();
    assert_eq!(
        said,
        [
            format!("apigw: {name}: events are not recorded: File too large"),
            format!("apigw: {name}: 2 events missing, not recorded"),
        ]
    );
}

#[test]
fn events_that_are_missing_at_the_end_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let record = folder.path().join("events.ndjson");
    let dev = Limited::start(&record, "2");
    for query in ["first", "second", "third", "fourth"] {
        dev.request(query);
    }
    let said = dev.stop();
    assert_eq!(queries(&record), ["first"]);
    assert!(said.last().unwrap().ends_with(": 3 events missing, not recorded"), "{said:?}");
}

#[test]
fn a_record_whose_last_line_is_cut_short_is_mended_before_it_grows() {
    let folder = tempfile::tempdir().unwrap();
    let record = folder.path().join("events.ndjson");
    let whole = r#"{"httpMethod":"GET","path":"/","queryString":{"old":"1"}}"#;
    for (before, expected, is_said) in [
        (format!("{whole}\n{{\"httpMethod\":\"PO"), vec!["old", "new"], true),
        (r#"{"httpMethod":"PO"#.to_owned(), vec!["new"], true),
        // Whole, but for the line feed.
        (whole.to_owned(), vec!["old", "new"], false),
        (format!("{whole}\n"), vec!["old", "new"], false),
        (String::new(), vec!["new"], false),
    ] {
        fs::write(&record, &before).unwrap();
        let dev = Limited::start(&record, "unlimited");
        dev.request("new");
        let said = dev.stop();
        assert_eq!(queries(&record), expected, "{before:?}");
        assert_eq!(said.len(), usize::from(is_said), "{said:?}");
        assert!(said.iter().all(|line| line.contains("the last line was cut short")), "{said:?}");
    }
}

#[test]
fn a_last_line_that_is_no_event_is_never_removed() {
    let folder = tempfile::tempdir().unwrap();
    let record = folder.path().join("notes.ndjson");
    fs::write(&record, "my notes").unwrap();
    let dev = Limited::start(&record, "unlimited");
    dev.request("new");
    dev.stop();
    let text = fs::read_to_string(&record).unwrap();
    assert!(text.starts_with("my notes\n{") && text.ends_with("}\n"), "{text}");
}

#[test]
fn two_gateways_do_not_record_into_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let record = folder.path().join("events.ndjson");
    let dev = Limited::start(&record, "unlimited");
    let record = record.to_str().unwrap();
    let start = ["dev", "--port", "0", "--start", "hello_world=true", "--record", record];
    let response = run(example(), &start);
    assert_eq!(response.status, 1);
    assert!(response.err.contains("another `apigw dev` records into it"), "{}", response.err);
    dev.stop();
}

#[test]
fn a_full_device_loses_events_and_not_the_answers() {
    let dev = Limited::start(Path::new("/dev/full"), "unlimited");
    dev.request("a");
    dev.request("b");
    kill_process(Pid::from_child(&dev.child), Signal::TERM).unwrap();
    let mut err = String::new();
    let Limited { mut child, .. } = dev;
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    child.wait().unwrap();
    assert!(err.contains("/dev/full: events are not recorded: No space left on device"), "{err}");
    assert!(err.contains("/dev/full: 2 events missing, not recorded"), "{err}");
}
