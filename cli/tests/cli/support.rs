//! Running the tool, and text for it to read.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};
use tempfile::TempDir;

/// What a process said.
pub(crate) struct Answer {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

pub(crate) fn apigw() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_apigw"));
    // What the tests expect does not depend on who runs them.
    for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "APIGW_KERNEL"] {
        command.env_remove(name);
    }
    command
}

/// Runs the tool on files in a folder.
pub(crate) fn run(folder: impl AsRef<Path>, arguments: &[&str]) -> Answer {
    let mut command = apigw();
    command.current_dir(folder).args(arguments).stdin(Stdio::null());
    ran(command, Vec::new())
}

/// Runs the tool with something to read on standard input.
pub(crate) fn pipe(arguments: &[&str], input: impl Into<Vec<u8>>) -> Answer {
    let mut command = apigw();
    command.args(arguments).stdin(Stdio::piped());
    ran(command, input.into())
}

fn ran(mut command: Command, input: Vec<u8>) -> Answer {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let stdin = child.stdin.take();
    let writer = thread::spawn(move || {
        // The tool may close its input early.
        let _ = stdin.map(|mut stdin| stdin.write_all(&input));
    });
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    Answer {
        status: output.status.code().expect("the tool was killed by a signal"),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// A folder of files, removed at the end of the test.
pub(crate) fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        fs::write(folder.path().join(name), content).unwrap();
    }
    folder
}

/// What this system says of a file that is not there.
pub(crate) fn no_such_file() -> String {
    let error = fs::read("no such file").unwrap_err().to_string();
    error.split(" (os error").next().unwrap().to_owned()
}

/// The events of the repository's tests.
pub(crate) fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/data").canonicalize().unwrap()
}

pub(crate) fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn zstd(content: &[u8]) -> Vec<u8> {
    zstd::encode_all(content, 1).unwrap()
}

/// An event of about 3 KB whose path is its number.
pub(crate) fn event(number: usize) -> Value {
    let mut headers = serde_json::Map::new();
    for at in 0..24 {
        headers.insert(format!("x-header-{at}"), json!(format!("{at}-").repeat(28)));
    }
    json!({
        "requestContext": {
            "serviceId": "service-f94sy04v",
            "path": "/{number}",
            "httpMethod": "ANY",
            "requestId": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
            "identity": {"secretId": "abdcdxxxxxxxsdfs"},
            "sourceIp": "10.0.2.14",
            "stage": "release",
        },
        "headers": headers,
        "body": "{\"quoted\": \"text\", \"lines\":\n[1, 2]}",
        "pathParameters": {"number": number.to_string()},
        "queryString": {"foo": "bar", "list": ["1", "2"], "flag": true},
        "httpMethod": "POST",
        "path": format!("/{number}"),
    })
}

/// Events, one a line.
pub(crate) fn ndjson(count: usize) -> String {
    (0..count).map(|number| format!("{}\n", event(number))).collect()
}

/// The lines of an output, each of them JSON.
pub(crate) fn json_lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Reads up to and with a line feed.
pub(crate) fn read_line(from: &mut impl Read) -> String {
    let mut line = Vec::new();
    while line.last() != Some(&b'\n') {
        let mut byte = [0];
        from.read_exact(&mut byte).unwrap();
        line.push(byte[0]);
    }
    String::from_utf8(line).unwrap()
}

/// A command that runs functions with Node.
pub(crate) fn runtime() -> String {
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR")).join("gateway/tests/gateway/runtime.js");
    format!("node {} index.main_handler", runtime.display())
}
