//! `apigw convert`: Parquet, Arrow and JSON lines, whole or not there.

#![cfg(target_os = "linux")]

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};

use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::support::{apigw, event, folder, gzip, json_lines, ndjson, pipe, run, zstd};

/// The rows of a Parquet file and the names of its columns.
fn parquet(path: impl AsRef<Path>) -> (usize, Vec<String>) {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(path).unwrap()).unwrap();
    let names = builder.schema().fields().iter().map(|field| field.name().clone()).collect();
    (builder.build().unwrap().map(|batch| batch.unwrap().num_rows()).sum(), names)
}

/// The names of all files of a folder, hidden ones too.
fn names(folder: impl AsRef<Path>) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn inputs_of_all_kinds_become_parquet() {
    let text = ndjson(300);
    let folder = folder(&[
        ("a.ndjson", text.as_bytes()),
        ("b.ndjson.gz", &gzip(text.as_bytes())),
        ("c.zst", &zstd(text.as_bytes())),
        ("d.json", event(7).to_string().as_bytes()),
    ]);
    let out = tempfile::tempdir().unwrap();
    let output = out.path().join("events.parquet");
    let ran = run(&folder, &["convert", ".", "-o", output.to_str().unwrap()]);
    assert_eq!((ran.status, &*ran.out), (0, ""), "{}", ran.err);
    assert!(ran.err.starts_with("901 events are good ("), "{}", ran.err);
    let (rows, columns) = parquet(&output);
    assert_eq!(rows, 901);
    assert_eq!((&*columns[0], &*columns[columns.len() - 1]), ("source", "raw"));
    assert_eq!(names(&out), ["events.parquet"]);
    let ran = pipe(&["convert", "-o", output.to_str().unwrap(), "-q"], text);
    assert_eq!((ran.status, &*ran.out, &*ran.err), (0, "", ""));
    assert_eq!(parquet(&output).0, 300);
}

#[test]
fn an_output_in_the_folder_that_is_read_is_not_an_input() {
    for name in ["b.parquet", "b.arrow", "b.ndjson"] {
        let folder = folder(&[("a.json", &b"{}"[..]), ("c.ndjson", ndjson(20).as_bytes())]);
        for folder_name in [".", "."] {
            let ran = run(&folder, &["convert", folder_name, "-o", name]);
            assert_eq!(ran.status, 0, "{}", ran.err);
            assert!(ran.err.starts_with("21 events are good ("), "{}", ran.err);
        }
    }
}

#[test]
fn the_columns_that_are_named_are_written_in_their_order() {
    let folder = folder(&[("a.ndjson", ndjson(3).as_bytes())]);
    let convert = |options: &[&str]| run(&folder, &[&["convert", "a.ndjson"], options].concat());
    let ran = convert(&["-o", "a.parquet", "--columns", "path,method,headers"]);
    assert_eq!(ran.status, 0);
    let columns = ["path", "method", "headers"].map(String::from).to_vec();
    assert_eq!(parquet(folder.path().join("a.parquet")), (3, columns));
    let ran = convert(&["-o", "-", "--to", "ndjson", "--columns", "path,line,error,method", "-q"]);
    let line = |at| format!("{{\"path\":\"/{at}\",\"line\":{},\"method\":\"POST\"}}\n", at + 1);
    assert_eq!(ran.out, (0..3).map(line).collect::<String>());
}

#[test]
fn the_column_time_is_written_to_json_lines_in_milliseconds() {
    let event = br#"{"version":"2.0","rawPath":"/","requestContext":{"timeEpoch":1750000000123,
        "http":{"method":"GET"}}}"#;
    let folder = folder(&[("a.json", event)]);
    let options = ["-o", "-", "--to", "ndjson", "--columns", "time,method", "-q"];
    let ran = run(&folder, &[&["convert", "a.json"], &options[..]].concat());
    assert_eq!(ran.out, "{\"time_ms\":1750000000123,\"method\":\"GET\"}\n");
}

#[test]
fn json_lines_are_the_normalised_form_with_the_place_of_each_event() {
    let text = format!("{}\n\n{{\"path\":7}}\n{}\n", event(1), event(2));
    let folder = folder(&[("a.ndjson", text.as_bytes())]);
    let ran = run(&folder, &["convert", "a.ndjson", "-o", "out.ndjson"]);
    assert_eq!(ran.status, 1);
    let lines = json_lines(&fs::read_to_string(folder.path().join("out.ndjson")).unwrap());
    let shown = json_lines(&run(&folder, &["show", "--json=pairs", "a.ndjson"]).out);
    let first = event(1).to_string().len();
    let with_place = |event: &Value, line: usize, byte: usize| {
        let mut event = event.clone();
        event["source"] = "a.ndjson".into();
        event["line"] = line.into();
        event["byte"] = byte.into();
        event
    };
    let bad = json!({
        "source": "a.ndjson", "line": 3, "byte": first + 2, "raw": "{\"path\":7}",
        "error": {"code": 33, "name": "wrong-type", "offset": 8, "member": "path"},
    });
    let third = first + 2 + "{\"path\":7}\n".len();
    assert_eq!(lines, [with_place(&shown[0], 1, 0), bad, with_place(&shown[1], 4, third)]);
}

#[test]
fn bad_events_are_rows_and_counted_by_error() {
    let text = format!("{}{{\"path\":7}}\n{{\"path\":8}}\n{{}}{{\n", ndjson(2));
    let folder = folder(&[("a.ndjson", text.as_bytes())]);
    for output in ["a.parquet", "a.arrow", "b.ndjson"] {
        let ran = run(&folder, &["convert", "a.ndjson", "-o", output]);
        assert_eq!((ran.status, &*ran.out), (1, ""));
        let lines: Vec<_> = ran.err.lines().collect();
        assert!(lines[0].starts_with("3 of 5 events are bad ("), "{}", ran.err);
        let errors: Vec<_> = lines[1..].iter().map(|line| line.trim_start()).collect();
        assert_eq!(errors, ["1 × error 18 trailing-bytes", "2 × error 33 wrong-type"]);
    }
    assert_eq!(parquet(folder.path().join("a.parquet")).0, 5);
    assert_eq!(fs::read_to_string(folder.path().join("b.ndjson")).unwrap().lines().count(), 5);
}

#[test]
fn a_cut_gzip_gives_the_rows_so_far_a_message_and_status_1() {
    let cut = gzip(ndjson(200).as_bytes());
    let cut = &cut[..cut.len() - 500];
    let folder = folder(&[("a.ndjson.gz", cut), ("b.json", event(7).to_string().as_bytes())]);
    for output in ["out.parquet", "out.arrow", "out.ndjson"] {
        let ran = run(&folder, &["convert", "a.ndjson.gz", "b.json", "-o", output, "-q"]);
        assert_eq!(ran.status, 1);
        let lines = ran.err.strip_prefix("apigw: a.ndjson.gz: the gzip data is cut short after ");
        let lines = lines.unwrap().strip_suffix(" lines\n").unwrap();
        if output == "out.parquet" {
            let rows = parquet(folder.path().join(output)).0;
            assert_eq!(rows, lines.parse::<usize>().unwrap() + 1);
        }
    }
}

#[test]
fn wrong_usage_is_explained_and_writes_nothing() {
    let folder = folder(&[("a.ndjson", ndjson(1).as_bytes())]);
    for (options, reason) in [
        (
            &["-o", "a.parquet", "--columns", "metod"][..],
            "there is no column `metod`; is it `method`?",
        ),
        (&["-o", "a.parquet", "--columns", "path,path"], "the column `path` is named twice"),
        (&["-o", "a.csv"], "the name a.csv does not say what to write: use --to"),
        (&["-o", "-"], "the name - does not say what to write: use --to"),
        (&["-o", "b.ndjson", "--decode-bodies"], "--decode-bodies needs Parquet or Arrow"),
        (&[], "--output <FILE>"),
    ] {
        let ran = run(&folder, &[&["convert", "a.ndjson"], options].concat());
        assert_eq!((ran.status, &*ran.out), (2, ""), "{options:?}");
        assert!(ran.err.contains(reason), "{options:?}: {}", ran.err);
        assert_eq!(names(&folder), ["a.ndjson"]);
    }
}

#[test]
fn a_full_disk_leaves_the_file_as_it_was() {
    let folder = folder(&[("a.ndjson", ndjson(3_000).as_bytes())]);
    for name in ["out.parquet", "out.arrow", "out.ndjson"] {
        let output = folder.path().join(name);
        fs::write(&output, "as it was").unwrap();
        let before = names(&folder);
        // A write beyond 16 blocks fails as on a full disk, if the signal is ignored.
        let script = "trap '' XFSZ; ulimit -S -f 16; exec \"$@\"";
        let mut command = Command::new("sh");
        command.args([
            "-c",
            script,
            "sh",
            env!("CARGO_BIN_EXE_apigw"),
            "convert",
            "a.ndjson",
            "-o",
        ]);
        let output = command.arg(&output).current_dir(&folder).output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{err}");
        assert!(err.contains(&format!("{name}: File too large")), "{err}");
        assert_eq!(fs::read_to_string(folder.path().join(name)).unwrap(), "as it was");
        assert_eq!(names(&folder), before);
    }
}

#[test]
fn a_device_that_is_full_is_an_error() {
    for format in ["parquet", "arrow", "ndjson"] {
        let ran = pipe(&["convert", "-o", "/dev/full", "--to", format], ndjson(100));
        assert_eq!(ran.status, 1);
        assert_eq!(ran.err, "apigw: /dev/full: No space left on device\n");
    }
}

#[test]
fn an_output_that_cannot_be_created_is_named() {
    let ran = pipe(&["convert", "-o", "missing/out.parquet"], ndjson(1));
    assert_eq!(ran.status, 1);
    assert!(ran.err.starts_with("apigw: missing/out.parquet: "), "{}", ran.err);
}

#[test]
fn the_new_file_has_the_permissions_of_any_new_file() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder(&[("a.ndjson", ndjson(1).as_bytes())]);
    assert_eq!(run(&folder, &["convert", "a.ndjson", "-o", "a.parquet"]).status, 0);
    let mode =
        |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("a.parquet"), mode("a.ndjson"));
}

#[test]
fn an_interrupted_conversion_leaves_no_file() {
    for signal in [Signal::INT, Signal::TERM] {
        let folder = folder(&[]);
        let mut command = apigw();
        command.args(["convert", "-q", "-o", "a.parquet"]).current_dir(&folder);
        let mut child = command.stdin(Stdio::piped()).spawn().unwrap();
        // The file is there when the signal is waited for.
        while fs::read_dir(&folder).unwrap().count() == 0 {
            std::thread::yield_now();
        }
        while !has_thread(child.id(), "signals") {
            std::thread::yield_now();
        }
        kill_process(Pid::from_child(&child), signal).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(1));
        assert_eq!(names(&folder), [""; 0]);
    }
}

/// Whether a process has a thread with this name.
fn has_thread(process: u32, name: &str) -> bool {
    let threads = fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let mut names = threads.map(|it| fs::read_to_string(it.unwrap().path().join("comm")));
    names.any(|found| found.is_ok_and(|found| found.trim() == name))
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    for format in ["parquet", "arrow", "ndjson"] {
        let mut command = apigw();
        command.args(["convert", "-q", "-o", "-", "--to", format]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        drop(child.stdout.take());
        let mut stdin = child.stdin.take().unwrap();
        let text = ndjson(1_000);
        // The tool may stop to read.
        while std::io::Write::write_all(&mut stdin, text.as_bytes()).is_ok() {}
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(0));
        assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    }
}
