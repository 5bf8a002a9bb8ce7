//! `apigw bench`.

use std::str::FromStr;

use apigw::Kernel;
use serde_json::Value;

use crate::support::{event, folder, json_lines, ndjson, no_such_file, pipe, run};

fn numbers(row: &Value) -> [f64; 7] {
    [
        "events_per_second",
        "gigabytes_per_second",
        "p50_ns",
        "p90_ns",
        "p99_ns",
        "max_ns",
        "times_serde_json",
    ]
    .map(|name| row[name].as_f64().unwrap())
}

#[test]
fn every_kernel_and_serde_json_are_measured() {
    let events = ndjson(40);
    let bytes: usize = events.lines().map(str::len).sum();
    let ran = pipe(&["bench", "--json", "--rounds", "3"], events);
    assert_eq!((ran.status, &*ran.err), (0, ""));
    let rows = json_lines(&ran.out);
    let readers: Vec<&str> = rows.iter().map(|row| row["reader"].as_str().unwrap()).collect();
    let (peer, kernels) = readers.split_last().unwrap();
    assert_eq!(*peer, "serde_json");
    let available: Vec<Kernel> = Kernel::available().collect();
    let measured: Vec<Kernel> =
        kernels.iter().map(|name| Kernel::from_str(name).unwrap()).collect();
    assert_eq!(measured, available);
    for row in &rows {
        assert_eq!((&row["events"], &row["bytes"]), (&Value::from(40), &Value::from(bytes)));
        let [rate, gigabytes, p50, p90, p99, max, ratio] = numbers(row);
        assert!(0.0 < p50 && p50 <= p90 && p90 <= p99 && p99 <= max, "{row}");
        // The rates are one measurement in two units.
        let expected = rate * bytes as f64 / 40.0 / 1e9;
        assert!((gigabytes / expected - 1.0).abs() < 1e-9, "{row}");
        let peer = numbers(rows.last().unwrap())[0];
        assert!((ratio / (rate / peer) - 1.0).abs() < 1e-9, "{row}");
    }
}

#[test]
fn the_table_is_for_the_eye() {
    let ran = pipe(&["bench", "--rounds", "2"], event(1).to_string());
    assert_eq!((ran.status, &*ran.err), (0, ""));
    let bytes = event(1).to_string().len();
    let head = format!(
        "1 event, {:.2} kB, {},{:03} bytes each on average; medians of 2 rounds\n",
        bytes as f64 / 1e3,
        bytes / 1000,
        bytes % 1000
    );
    assert!(ran.out.starts_with(&head), "{}", ran.out);
    let rows = Kernel::available().map(Kernel::name).chain(["serde_json"]);
    for (name, line) in rows.zip(ran.out.lines().skip(3)) {
        let fields: Vec<&str> = line.split_whitespace().collect();
        assert_eq!((fields[0], fields.len()), (name, 8), "{line}");
    }
    let lines: Vec<&str> = ran.out.lines().collect();
    let [.., peer, "", last] = lines[..] else { panic!("{}", ran.out) };
    assert!(peer.ends_with(" 1.00"), "{}", ran.out);
    // One line to remember.
    let (time, ratio) = last.split_once(" ns, ").unwrap();
    assert!(time.starts_with("apigw decodes one of these events in "), "{last}");
    let ratio = ratio.strip_suffix(" times as fast as serde_json.").unwrap();
    assert!(ratio.parse::<f64>().unwrap() > 0.0, "{last}");
}

#[test]
fn a_sample_is_announced() {
    let events = ndjson(40);
    let sample: usize = events.lines().take(7).map(str::len).sum();
    let size = sample.to_string();
    let ran = pipe(&["bench", "--rounds", "1", "--sample", &size], events.as_str());
    assert_eq!(ran.status, 0);
    assert!(ran.out.starts_with("only the first 7 events, "), "{}", ran.out);
    assert!(ran.out.contains("(--sample takes more)"), "{}", ran.out);
    // At least one event is measured.
    let ran = pipe(&["bench", "--json", "--rounds", "1", "--sample", "1"], events);
    assert!(json_lines(&ran.out).iter().all(|row| row["events"] == 1), "{}", ran.out);
}

#[test]
fn bad_events_are_left_out() {
    let good = event(1);
    let folder = folder(&[("events", format!("{good}\n{{\"path\":7}}\n{good}\n").as_bytes())]);
    let ran = run(&folder, &["bench", "--json", "--rounds", "1", "events", "absent"]);
    assert_eq!(ran.status, 1);
    assert!(json_lines(&ran.out).iter().all(|row| row["events"] == 2), "{}", ran.out);
    assert_eq!(
        ran.err,
        format!(
            "events:2: error 33 wrong-type at byte 8 (path): this is a number, it has to be a \
             string\n\
             apigw: absent: {}\n",
            no_such_file()
        )
    );
}

#[test]
fn without_events_there_is_nothing_to_measure() {
    let ran = pipe(&["bench"], "{\"path\":7}");
    assert_eq!((ran.status, &*ran.out), (1, ""));
    assert!(ran.err.ends_with("apigw: there is no event to measure\n"), "{}", ran.err);
}
