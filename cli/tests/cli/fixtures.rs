//! The repository's events: what the tool says of each is what its name says.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::{data, json_lines, run};

struct Fixture {
    file: String,
    /// A dialect, or `error-` and a code.
    verdict: String,
    content: Vec<u8>,
}

impl Fixture {
    /// A tool that reads files skips a byte order mark, which is a fault for the library.
    fn has_byte_order_mark(&self) -> bool {
        self.content.starts_with(b"\xef\xbb\xbf")
    }

    fn fault(&self) -> Option<&str> {
        self.verdict.strip_prefix("error-")
    }

    fn is_blank(&self) -> bool {
        self.content.iter().all(u8::is_ascii_whitespace)
    }
}

/// All of them, in the order of names.
fn fixtures() -> Vec<Fixture> {
    let mut fixtures: Vec<Fixture> = fs::read_dir(data().join("events"))
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let file = path.file_name().unwrap().to_str().unwrap().to_owned();
            // The two of the specification's sample have its name and no verdict in it.
            let verdict = match file.split('.').collect::<Vec<_>>()[..] {
                [_, verdict, "json"] => verdict.to_owned(),
                _ if file.starts_with("spec-sample") => "tencent-api-gateway".to_owned(),
                _ => panic!("{file} is no name of an event's file"),
            };
            Fixture { verdict, content: fs::read(&path).unwrap(), file }
        })
        .collect();
    fixtures.retain(|fixture| !fixture.has_byte_order_mark());
    fixtures.sort_by(|one, other| one.file.cmp(&other.file));
    assert!(fixtures.len() > 100);
    fixtures
}

/// Their paths in the folder of the data.
fn files() -> Vec<String> {
    fixtures().iter().map(|fixture| format!("events/{}", fixture.file)).collect()
}

/// Each file is one document, also where it has a second line.
const DOCUMENT: [&str; 2] = ["--input", "document"];

#[test]
fn check_says_what_the_names_say() {
    let [input, document] = DOCUMENT;
    let files = files();
    let files = files.iter().map(String::as_str);
    let arguments = ["check", "--json", input, document].into_iter().chain(files);
    let ran = run(data(), &arguments.collect::<Vec<_>>());
    assert_eq!(ran.status, 1);
    let offsets = fs::read_to_string(data().join("errors.tsv")).unwrap();
    let expected: Vec<Value> = fixtures()
        .iter()
        // An input of UTF-16 is not read at all.
        .filter(|fixture| !fixture.content.starts_with(b"{\0"))
        .filter(|fixture| fixture.fault().is_some() && !fixture.is_blank())
        .map(|fixture| {
            let row = offsets.lines().find(|row| row.starts_with(&format!("{}\t", fixture.file)));
            let offset: u64 = row.unwrap().split('\t').nth(2).unwrap().parse().unwrap();
            json!([Path::new("events").join(&fixture.file), fixture.fault(), offset])
        })
        .collect();
    assert!(expected.len() > 50);
    let found: Vec<Value> = json_lines(&ran.out)
        .iter()
        .filter(|bad| bad["severity"] == "error")
        .map(|bad| json!([bad["file"], bad["name"], bad["offset"]]))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn each_file_alone_has_the_status_of_its_name() {
    for fixture in fixtures() {
        let [input, document] = DOCUMENT;
        let ran = run(data().join("events"), &["check", input, document, &fixture.file]);
        let status = i32::from(fixture.fault().is_some());
        assert_eq!(ran.status, status, "{}: {}{}", fixture.file, ran.out, ran.err);
        if fixture.is_blank() {
            assert!(ran.err.starts_with(&format!("apigw: {}: ", fixture.file)));
        }
    }
}

#[test]
fn show_gives_the_good_ones_in_their_normal_form() {
    let [input, document] = DOCUMENT;
    let files = files();
    let files = files.iter().map(String::as_str);
    let arguments = ["show", "--json=pairs", input, document].into_iter().chain(files);
    let ran = run(data(), &arguments.collect::<Vec<_>>());
    assert_eq!(ran.status, 1);
    let good: Vec<Fixture> =
        fixtures().into_iter().filter(|fixture| fixture.fault().is_none()).collect();
    let shown = json_lines(&ran.out);
    assert_eq!(shown.len(), good.len());
    for (fixture, shown) in good.iter().zip(shown) {
        assert_eq!(shown["dialect"], fixture.verdict, "{}", fixture.file);
        let expected = fs::read(data().join("golden").join(&fixture.file)).unwrap();
        let expected: Value = serde_json::from_slice(&expected).unwrap();
        assert_eq!(shown, expected, "{}", fixture.file);
    }
}

#[test]
fn each_good_one_is_shown_for_the_eye() {
    for fixture in fixtures().iter().filter(|fixture| fixture.fault().is_none()) {
        let ran = run(data().join("events"), &["show", &fixture.file]);
        assert_eq!((ran.status, &*ran.err), (0, ""), "{}", fixture.file);
        let start = fixture.content.iter().position(|byte| *byte == b'{').unwrap();
        let line = 1 + fixture.content[..start].iter().filter(|byte| **byte == b'\n').count();
        let head = format!("{}:{line}  {}\n", fixture.file, fixture.verdict);
        assert!(ran.out.starts_with(&head), "{}: {}", fixture.file, ran.out);
        let golden = fs::read(data().join("golden").join(&fixture.file)).unwrap();
        let golden: Value = serde_json::from_slice(&golden).unwrap();
        if let (Some(method), Some(path)) = (golden["method"].as_str(), golden["path"].as_str()) {
            let request = ran.out.lines().nth(1).unwrap();
            assert_eq!(request, format!("{method} {path}"), "{}", fixture.file);
        }
        assert!(!ran.out.contains(|c: char| c.is_control() && c != '\n' && c != '\t'));
    }
}
