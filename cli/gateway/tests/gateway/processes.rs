//! Processes of functions: which of them end, and which events they get meanwhile.

#![cfg(target_os = "linux")]

use std::fs;
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::support::{CONFIG, Local, eventually, node};
use apigw_gateway::Options;

/// Starts processes that ignore SIGTERM: one in the function's group, one in a session of its own,
/// and one in a session of its own whose parent has ended.
const CODE: &str = r#"
const { spawnSync } = require("node:child_process");
process.on("SIGTERM", () => {});
exports.main_handler = async (event) => {
  const sleep = (name) => `sh -c 'trap "" TERM; sleep 1000; : ${process.env.MARK}-${name}'`;
  if (event.queryString.start) {
    const starts = `${sleep("group")} & setsid ${sleep("session")} & (setsid ${sleep("orphan")} &)`;
    spawnSync("sh", ["-c", starts],
      { stdio: "ignore" });
  }
  if (event.queryString.exit) process.exit(3);
  return { statusCode: 200, body: String(process.pid) };
};
"#;

/// Processes whose command line holds a text.
fn running(mark: &str) -> Vec<String> {
    let lines = fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| {
        let line = fs::read(entry.path().join("cmdline")).ok()?;
        Some(String::from_utf8_lossy(&line).replace('\0', " "))
    });
    lines.filter(|line| line.contains("sleep 1000") && line.contains(mark)).collect()
}

fn start(mark: &str) -> (Local, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("index.js"), CODE).unwrap();
    let config = format!("{CONFIG}    environment: {{variables: {{MARK: {mark}}}}}\n");
    (Local::start(&config, folder.path(), node()), folder)
}

/// A text that no other process has.
fn mark(test: &str) -> String {
    format!("{test}-{}", std::process::id())
}

#[test]
fn children_that_ignore_sigterm_or_leave_the_group_end_with_the_gateway() {
    let mark = mark("end");
    let (local, _folder) = start(&mark);
    assert_eq!(local.send("GET /release/hello_world?start=1", "").status, 200);
    assert!(eventually(|| running(&mark).len() == 3), "{:?}", running(&mark));
    drop(local);
    assert_eq!(running(&mark), [""; 0]);
}

#[test]
fn children_do_not_survive_a_crash_of_the_function() {
    let mark = mark("crash");
    let (local, _folder) = start(&mark);
    let pid = local.send("GET /release/hello_world?start=1", "").text().to_owned();
    assert!(eventually(|| running(&mark).len() == 3), "{:?}", running(&mark));
    let crashed = local.send("GET /release/hello_world?exit=1", "");
    assert_eq!(crashed.status, 502);
    // They have ended before the client knows.
    assert_eq!(running(&mark), [""; 0]);
    let next = local.send("GET /release/hello_world", "");
    assert_eq!(next.status, 200);
    assert_ne!(next.text(), pid);
}

#[test]
fn a_gateway_that_is_dropped_without_a_stop_leaves_no_process() {
    let mark = mark("drop");
    let (local, _folder) = start(&mark);
    assert_eq!(local.send("GET /release/hello_world?start=1", "").status, 200);
    assert!(eventually(|| running(&mark).len() == 3), "{:?}", running(&mark));
    local.forget();
    assert!(eventually(|| running(&mark).is_empty()), "{:?}", running(&mark));
}

#[test]
fn the_way_in_which_a_function_ended_is_that_of_its_keeper() {
    let folder = tempfile::tempdir().unwrap();
    let code = "exports.main_handler = async () => process.kill(process.pid, 'SIGKILL');";
    fs::write(folder.path().join("index.js"), code).unwrap();
    let local = Local::start(CONFIG, folder.path(), node());
    let ended = local.send("GET /release/hello_world", "");
    assert!(ended.text().contains("it was ended by signal: 9 (SIGKILL)"), "{}", ended.text());
}

#[test]
fn a_command_that_does_not_exist_is_named_in_the_answer() {
    let commands = [("hello_world".to_owned(), "no-such-program".to_owned())];
    let options = Options { commands: commands.into(), ..Options::default() };
    let local = Local::start(CONFIG, Path::new("."), options);
    let refused = local.send("GET /release/hello_world", "");
    assert_eq!(refused.status, 502);
    assert!(refused.text().contains("no-such-program"), "{}", refused.text());
    assert!(refused.text().contains("ended with status 127"), "{}", refused.text());
}

/// Notes each event that it is given, and cannot be ended by SIGTERM.
const SLOW: &str = r#"
const fs = require("node:fs");
process.on("SIGTERM", () => {});
exports.main_handler = async (event) => {
  fs.appendFileSync(process.env.NOTES, `${event.queryString.name}\n`);
  await new Promise((done) => setTimeout(done, Number(event.queryString.sleep)));
  return { statusCode: 200, body: event.queryString.name };
};
"#;

#[test]
fn a_function_that_is_being_ended_takes_no_event_that_then_runs_twice() {
    let folder = tempfile::tempdir().unwrap();
    let notes = folder.path().join("notes");
    fs::write(folder.path().join("index.js"), SLOW).unwrap();
    let config = CONFIG.replace("timeout: 10", "timeout: 1");
    let config =
        format!("{config}    environment: {{variables: {{NOTES: {}}}}}\n", notes.display());
    let local = Local::start(&config, folder.path(), node());
    thread::scope(|scope| {
        // It takes too long by 1 s, is asked to end then, and finishes 0.5 s before its grace is
        // over.
        let late = scope.spawn(|| local.send("GET /release/hello_world?name=late&sleep=2500", ""));
        thread::sleep(Duration::from_millis(500));
        let next = scope.spawn(|| local.send("GET /release/hello_world?name=next&sleep=800", ""));
        assert_eq!(late.join().unwrap().json()["statusCode"], 433);
        assert_eq!(next.join().unwrap().text(), "next");
    });
    assert_eq!(fs::read_to_string(notes).unwrap(), "late\nnext\n");
}
