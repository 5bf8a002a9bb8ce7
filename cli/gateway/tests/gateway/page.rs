//! The page at `/_apigw`, in a browser and without one.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::{Local, echo};

const CONFIG: &str = "
functions:
  cats: {handler: main, events: [{apigw: {parameters: {httpMethod: ANY, integratedResponse: true}}}]}
";

/// Runs Chromium on a page and gives what it prints.
fn browse(url: &str, arguments: &[&str]) -> String {
    let profile = tempfile::tempdir().unwrap();
    let output = Command::new("chromium")
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-sync"])
        .args(["--disable-background-networking", "--disable-component-update"])
        .args(["--window-size=1200,700", "--timeout=3000"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .args(arguments)
        .arg(url)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_browser_shows_requests() {
    let local = Local::with(CONFIG, echo);
    local.send("POST /release/cats?name=%3Cscript%3Ealert(1)%3C/script%3E", "<b>black</b>");
    local.send("GET /release/dogs", "");
    let page = browse(&format!("http://{}/_apigw", local.address), &["--dump-dom"]);
    assert!(page.contains(">live</span>"), "{page}");
    assert!(page.contains(">2 requests</span>"), "{page}");
    assert!(page.contains(">/release/dogs</td>"), "{page}");
    assert!(page.contains(">404</td>"), "{page}");
    // The first request is shown in whole, as text.
    assert!(page.contains("\"body\": \"&lt;b&gt;black&lt;/b&gt;\""), "{page}");
    assert!(!page.contains("<b>black"), "{page}");
}

#[test]
fn a_browser_shows_what_the_filter_lets_through() {
    let local = Local::with(CONFIG, echo);
    local.send("POST /release/cats", "");
    local.send("GET /release/dogs", "");
    let page = browse(&format!("http://{}/_apigw#post%20cats", local.address), &["--dump-dom"]);
    assert!(page.contains(">1 of 2 requests</span>"), "{page}");
    let rows = page.split("<tr ").skip(1);
    let hidden = |row: &&str| row.split('>').next().unwrap().contains("hidden");
    let hidden: Vec<&str> = rows.filter(hidden).collect();
    assert!(hidden.len() == 1 && hidden[0].contains("/release/dogs"), "{page}");
}

#[test]
fn a_screenshot_is_taken() {
    let local = Local::with(CONFIG, echo);
    for number in 0..5 {
        local.send(&format!("GET /release/cats?number={number}"), "");
    }
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("apigw-dev.png");
    let _ = fs::remove_file(&file);
    browse(
        &format!("http://{}/_apigw", local.address),
        &[&format!("--screenshot={}", file.display())],
    );
    let image = fs::read(&file).unwrap();
    assert_eq!(image[..8], *b"\x89PNG\r\n\x1a\n");
    // Width and height of the first chunk (PNG, section 11.2.1).
    assert_eq!(image[16..24], [1200u32.to_be_bytes(), 700u32.to_be_bytes()].concat());
}

#[test]
fn requests_are_sent_to_the_page_as_they_come() {
    let local = Local::with(CONFIG, echo);
    local.send("GET /release/cats?kept", "");
    let mut stream = local.connect();
    stream.write_all(b"GET /_apigw/events HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    let mut lines = BufReader::new(stream).lines();
    let mut next = || -> Value {
        let line = lines.find(|line| line.as_ref().unwrap().starts_with("data: "));
        serde_json::from_str(&line.unwrap().unwrap()["data: ".len()..]).unwrap()
    };
    assert_eq!(next()["target"], "/release/cats?kept");
    local.send("POST /release/cats?live", "body");
    let live = next();
    assert_eq!(live["target"], "/release/cats?live");
    assert_eq!((&live["status"], &live["function"]), (&200.into(), &"cats".into()));
    let event: Value = serde_json::from_str(live["event"].as_str().unwrap()).unwrap();
    assert_eq!(event["body"], "body");
    assert!(live["took"].as_f64().unwrap() >= live["functionTook"].as_f64().unwrap());
    // It is no request to a function.
    assert_eq!(local.told.exchanges.lock().unwrap().len(), 2);
}

#[test]
fn other_names_of_this_machine_do_not_open_the_page() {
    let local = Local::with(CONFIG, echo);
    for (host, status) in [
        ("localhost", 200),
        ("127.0.0.1:8080", 200),
        ("[::1]:8080", 200),
        ("cats.example", 403),
        ("127.0.0.1.cats.example:80", 403),
    ] {
        let mut stream = local.connect();
        let request = format!("GET /_apigw HTTP/1.1\r\nhost: {host}\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let answer = crate::support::read(&mut stream).unwrap();
        assert_eq!(answer.status, status, "{host}");
        assert!(answer.header("content-security-policy").unwrap().contains("default-src 'self'"));
    }
    assert_eq!(local.send("GET /_apigw/other", "").status, 404);
    assert_eq!(local.send("POST /_apigw", "").status, 405);
}
