//! One document, or one event a line?

use serde_json::Value;

use crate::support::{event, json_lines, pipe};

/// The line of each event that is refused, and the paths of the others.
fn read(input: &str) -> (Vec<u64>, Vec<String>) {
    read_as("auto", input)
}

fn read_as(form: &str, input: &str) -> (Vec<u64>, Vec<String>) {
    let bad = json_lines(&pipe(&["check", "--json", "--input", form], input).out);
    let good = json_lines(&pipe(&["show", "--json", "--input", form], input).out);
    (
        bad.iter().map(|bad| bad["line"].as_u64().unwrap()).collect(),
        good.iter().map(|good| good["path"].as_str().unwrap().to_owned()).collect(),
    )
}

fn paths<const N: usize>(paths: [&str; N]) -> Vec<String> {
    paths.map(str::to_owned).to_vec()
}

#[test]
fn a_document_on_one_line() {
    for input in [r#"{"path":"/1"}"#, "{\"path\":\"/1\"}\n", "\r\n \t{\"path\":\"/1\"} \r\n\n"] {
        assert_eq!(read(input), (vec![], paths(["/1"])), "{input:?}");
    }
}

#[test]
fn a_document_laid_out_to_be_read() {
    let pretty = serde_json::to_string_pretty(&event(1)).unwrap();
    assert!(pretty.lines().count() > 40);
    assert_eq!(read(&pretty), (vec![], paths(["/1"])));
    assert_eq!(read(&pretty.replace('\n', "\r\n")), (vec![], paths(["/1"])));
    // Braces alone on a line, and an object that begins in the first column but does not end there.
    assert_eq!(
        read("{\n\"headers\":\n{\n\"a\": \"}\"\n},\n\"queryString\":\n{ },\n\"path\":\"/1\"\n}"),
        (vec![], paths(["/1"]))
    );
    assert_eq!(read("{\"headers\": {\n},\n\"path\": \"/1\"}"), (vec![], paths(["/1"])));
}

#[test]
fn lines() {
    let both = (vec![], paths(["/1", "/2"]));
    assert_eq!(read("{\"path\":\"/1\"}\n{\"path\":\"/2\"}\n"), both);
    assert_eq!(read("{\"path\":\"/1\"}\n{\"path\":\"/2\"}"), both);
    assert_eq!(read("{\"path\":\"/1\"}\r\n{\"path\":\"/2\"}\r\n"), both);
    assert_eq!(read("\n \t\n{\"path\":\"/1\"}\n\r\n\n{\"path\":\"/2\"}\n\n \n"), both);
    assert_eq!(read("  {\"path\":\"/1\"}  \n  {\"path\":\"/2\"}\n"), both);
    // Braces and quotes in strings do not count.
    let strings = r#"{"path":"/1","body":"\"}\\\"{["}
{"path":"/2","body":"\"\\"}"#;
    assert_eq!(read(strings), both);
}

#[test]
fn a_damaged_line_does_not_swallow_the_others() {
    let good = "{\"path\":\"/1\"}\n{\"path\":\"/2\"}\n";
    for damaged in [
        // Cut at its end, at its beginning, in a string that holds a brace.
        r#"{"path":"/0","headers":{"a":"b""#,
        r#"/0","headers":{"a":"b"}}"#,
        r#"{"path":"}"#,
        "{",
        r#"{"path":"\"#,
        // Complete, but wrong.
        r#"{"path":}"#,
        r#"{"path":"/0"}}"#,
        r#"{"path":"/0"} {"path":"/0"}"#,
        "not JSON",
        "[]",
        "\u{2060}{}",
    ] {
        let events = format!("{damaged}\n{good}");
        assert_eq!(read(&events), (vec![1], paths(["/1", "/2"])), "{damaged}");
        let events = format!("{good}{damaged}\n{good}{damaged}");
        assert_eq!(read(&events), (vec![3, 6], paths(["/1", "/2", "/1", "/2"])), "{damaged}");
    }
    let events = format!("{{\n{{\"headers\":{{\n\n{good}");
    assert_eq!(read(&events), (vec![1, 2], paths(["/1", "/2"])));
}

#[test]
fn a_damaged_document_is_one_event() {
    assert_eq!(read("{\n  \"path\": \"/1\",\n"), (vec![3], vec![]));
    assert_eq!(read("{\n  \"path\": \"/1\",\n  \"headers\": {}}\n}"), (vec![4], vec![]));
    assert_eq!(read("[\n{\"path\": \"/1\"},\n{\"path\": \"/2\"},\n]"), (vec![1], vec![]));
    assert_eq!(read("certainly\nno\nevent\n"), (vec![1], vec![]));
}

#[test]
fn the_form_can_be_said() {
    let pretty = "{\n\"path\": \"/1\"\n}";
    assert_eq!(read_as("ndjson", pretty), (vec![1, 2, 3], vec![]));
    let lines = "{\"path\":\"/1\"}\n{\"path\":\"/2\"}";
    assert_eq!(read_as("document", lines), (vec![2], vec![]));
    // A document of which a line looks like an event.
    let document = "{\"headers\":\n{\"a\":\"b\"}\n,\"path\":\"/1\"}";
    assert_eq!(read_as("document", document), (vec![], paths(["/1"])));
    let bad = json_lines(&pipe(&["check", "--json"], document).out);
    assert_eq!(bad.iter().map(|bad| &bad["line"]).collect::<Vec<_>>(), [1, 3]);
}

#[test]
fn the_first_lines_may_be_long() {
    // Longer than the part of the input by which the form is recognised.
    let filler = "x".repeat(3 << 20);
    let long = format!("{{\"path\":\"/1\",\"body\":\"{filler}\"}}");
    let cut = &long[..long.len() - 1];
    assert_eq!(read(&format!("{long}\n{long}\n")), (vec![], paths(["/1", "/1"])));
    assert_eq!(read(&format!("{cut}\n{long}\n")), (vec![1], paths(["/1"])));
    let pretty = format!("{{\n\"body\":\"{filler}\",\n\"path\":\"/1\"}}\n");
    assert_eq!(read(&pretty), (vec![], paths(["/1"])));
}

#[test]
fn a_line_over_the_limit_is_skipped() {
    let long = format!("{{\"path\":\"/1\",\"body\":\"{}\"}}", "x".repeat(5 << 20));
    let input = format!("{long}\n{{\"path\":\"/2\"}}\n{long}\n{{\"path\":\"/3\"}}\n{long}");
    let ran = pipe(&["check", "--json", "--max-event", "2M"], input.as_str());
    let bad: Vec<(Value, Value)> = json_lines(&ran.out)
        .iter()
        .map(|bad| (bad["line"].clone(), bad["event_offset"].clone()))
        .collect();
    let offsets = input.match_indices(&long).map(|(at, _)| at);
    let expected: Vec<(Value, Value)> =
        [1, 3, 5].into_iter().zip(offsets).map(|(line, at)| (line.into(), at.into())).collect();
    assert_eq!(bad, expected);
    assert!(json_lines(&ran.out).iter().all(|bad| bad["name"] == "input-too-long"));
    let ran = pipe(&["show", "--json", "--max-event", "2M"], input);
    let paths: Vec<Value> = json_lines(&ran.out).iter().map(|e| e["path"].clone()).collect();
    assert_eq!(paths, ["/2", "/3"]);
}

#[test]
fn a_document_over_the_limit_is_one_fault() {
    let document = format!("{{\n\"path\": \"/1\",\n{}}}", "\"a\": \"b\",\n".repeat(600_000));
    let ran = pipe(&["check", "--max-event", "2M"], document);
    assert_eq!(ran.status, 1);
    // The limit falls in the line that holds the byte of its number.
    let line = 3 + ((2 << 20) - "{\n\"path\": \"/1\",\n".len()) / "\"a\": \"b\",\n".len();
    assert_eq!(
        ran.out,
        format!(
            "<stdin>:{line}: error 48 input-too-long at byte 2097152: the input is longer than the \
             limit\n"
        )
    );
    assert!(ran.err.starts_with("1 of 1 event is bad"), "{}", ran.err);
}
