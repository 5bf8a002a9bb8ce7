//! Long streams, slow streams, and streams whose other end goes away.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, Stdio};

use crate::support::{apigw, event, folder, ndjson, read_line, run};

fn spawn(arguments: &[&str]) -> Child {
    let mut command = apigw();
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// Writes 1 GB and gives the greatest memory that the process ever held, in bytes, and its output.
#[cfg(target_os = "linux")]
fn stream_a_gigabyte(arguments: &[&str], text: &str) -> (u64, i32, String) {
    let mut child = spawn(arguments);
    let mut stdin = child.stdin.take().unwrap();
    for _ in 0..1_000_000_000_usize.div_ceil(text.len()) {
        stdin.write_all(text.as_bytes()).unwrap();
    }
    // The process is still there: it waits for the end of its input.
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    let peak: u64 = peak.trim().strip_suffix(" kB").unwrap().parse().unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    (peak * 1024, output.status.code().unwrap(), text)
}

#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_stream() {
    let events = ndjson(4096);
    let passes = 1_000_000_000_usize.div_ceil(events.len());
    let (peak, status, err) = stream_a_gigabyte(&["check", "--threads", "4"], &events);
    assert_eq!(status, 0, "{err}");
    let count = (passes * 4096).to_string();
    let count = format!("{},{}", &count[..3], &count[3..]);
    assert!(err.starts_with(&format!("{count} events are good (")), "{err}");
    assert!(peak < 64 << 20, "{peak} bytes");
}

#[cfg(all(target_os = "linux", feature = "convert"))]
#[test]
fn memory_does_not_grow_with_the_output() {
    let events = ndjson(4096);
    for format in ["parquet", "arrow", "ndjson"] {
        let arguments = ["convert", "-o", "/dev/null", "--to", format, "--threads", "4"];
        let (peak, status, err) = stream_a_gigabyte(&arguments, &events);
        assert_eq!(status, 0, "{err}");
        assert!(peak < 256 << 20, "{format}: {peak} bytes");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_a_line() {
    // One line of 1 GB.
    let (peak, status, err) = stream_a_gigabyte(&["check"], &"x".repeat(1 << 20));
    assert_eq!(status, 1);
    assert!(err.starts_with("1 of 1 event is bad ("), "{err}");
    assert!(peak < 128 << 20, "{peak} bytes");
}

#[test]
fn an_event_is_shown_before_the_next_one_comes() {
    let mut child = spawn(&["show", "--json"]);
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    for number in 0..20 {
        writeln!(stdin, "{}", event(number)).unwrap();
        let line: serde_json::Value = serde_json::from_str(&read_line(&mut stdout)).unwrap();
        assert_eq!(line["path"], format!("/{number}"));
    }
    drop(stdin);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn an_event_that_comes_in_drops_is_whole() {
    let mut child = spawn(&["show", "--json"]);
    let mut stdin = child.stdin.take().unwrap();
    for part in ndjson(2).as_bytes().chunks(100) {
        stdin.write_all(part).unwrap();
        stdin.flush().unwrap();
    }
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let lines = crate::support::json_lines(std::str::from_utf8(&output.stdout).unwrap());
    assert_eq!(
        lines.iter().map(|line| line["path"].as_str().unwrap()).collect::<Vec<_>>(),
        ["/0", "/1"]
    );
}

#[test]
fn a_reader_that_has_seen_enough_ends_the_work_quietly() {
    let bad = "{\"path\":7}\n".repeat(200_000);
    let folder = folder(&[("good", ndjson(5000).as_bytes()), ("bad", bad.as_bytes())]);
    for (arguments, expected) in [
        (&["show", "--json", "good"][..], 0),
        (&["show", "good"], 0),
        (&["check", "bad"], 1),
        (&["check", "--json", "bad"], 1),
    ] {
        let mut child = apigw()
            .args(arguments)
            .current_dir(&folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        assert!(first.len() > 5);
        let mut err = String::new();
        child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
        assert_eq!((child.wait().unwrap().code(), &*err), (Some(expected), ""), "{arguments:?}");
    }
}

#[test]
fn help_and_completions_into_a_closed_pipe() {
    for arguments in [&["--help"][..], &["completions", "bash"]] {
        let mut child = spawn(arguments);
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_a_fault() {
    let folder = folder(&[("good", ndjson(100).as_bytes())]);
    for arguments in
        [&["show", "good"][..], &["bench", "--rounds", "1", "good"], &["completions", "fish"]]
    {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = apigw().args(arguments).current_dir(&folder).stdout(full).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        assert_eq!(
            String::from_utf8(output.stderr).unwrap(),
            "apigw: cannot write to standard output: No space left on device\n"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_named_pipe_is_read_like_a_file() {
    let folder = folder(&[]);
    let path = folder.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    let writer = {
        let path = path.clone();
        std::thread::spawn(move || fs::write(path, ndjson(1000)))
    };
    let ran = run(&folder, &["check", "pipe"]);
    writer.join().unwrap().unwrap();
    assert_eq!(ran.status, 0);
    assert!(ran.err.starts_with("1,000 events are good"), "{}", ran.err);
}

#[test]
fn lines_and_offsets_are_right_in_a_long_file() {
    // Bad events at places that have nothing to do with the blocks in which the file is read.
    let mut text = String::new();
    let mut expected = Vec::new();
    for number in 0..6000_u64 {
        if number % 997 == 13 {
            text.push_str("\r\n\n");
            expected.push((number + 1 + 2 * (expected.len() as u64 + 1), text.len() as u64));
            text.push_str("{\"path\":7}\n");
        } else {
            text.push_str(&format!("{}\n", event(number as usize)));
        }
    }
    let folder = folder(&[("events", text.as_bytes())]);
    for threads in ["1", "2", "7"] {
        let ran = run(&folder, &["check", "--json", "--threads", threads, "events"]);
        let found: Vec<(u64, u64)> = crate::support::json_lines(&ran.out)
            .iter()
            .map(|bad| (bad["line"].as_u64().unwrap(), bad["event_offset"].as_u64().unwrap()))
            .collect();
        assert_eq!(found, expected, "{threads} threads");
    }
}
