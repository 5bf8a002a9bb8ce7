//! The page at `/_apigw`, in a browser and without one.

use std::io::{BufRead, BufReader, Write};

use apigw_gateway::Options;
use serde_json::Value;

use crate::browser::Browser;
use crate::support::{Local, echo, read};

pub(crate) const CONFIG: &str = "
functions:
  cats:
    handler: main
    events: [{apigw: {parameters: {httpMethod: ANY, integratedResponse: true}}}]
";

pub(crate) const VISIBLE: &str = "[...document.querySelectorAll('#rows tr:not([hidden])')]";

#[test]
fn a_browser_shows_requests_as_they_come_and_filters_them() {
    let local = Local::with(CONFIG, echo);
    local.send("POST /release/cats?name=%3Cscript%3E", "<b id=black>black</b>");
    let mut browser = Browser::open(&format!("http://{}/_apigw", local.address));
    browser.wait_for("document.getElementById('state').textContent === 'live'");
    browser.wait_for(&format!("{VISIBLE}.length === 1"));
    // What a client sends is text, not a part of the page.
    browser.wait_for("document.getElementById('event').textContent.includes('<b id=black>')");
    browser.wait_for("document.getElementById('black') === null");
    // A request that comes now is there without loading the page anew.
    local.send("GET /release/dogs", "");
    browser.wait_for(&format!("{VISIBLE}.length === 2"));
    browser.wait_for(&format!("{VISIBLE}[0].textContent.includes('/release/dogs')"));
    browser.wait_for(&format!("{VISIBLE}[0].textContent.includes('404')"));
    // The filter.
    let filter = "(filter.value = 'post CATS', filter.dispatchEvent(new Event('input')), true)";
    browser.wait_for(filter);
    browser.wait_for(&format!("{VISIBLE}.length === 1"));
    browser.wait_for("document.getElementById('count').textContent === '1 of 2 requests'");
    browser.wait_for(&format!("{VISIBLE}[0].textContent.includes('/release/cats')"));
}

#[test]
fn the_newest_request_is_shown_until_another_one_is_chosen() {
    let local = Local::with(CONFIG, echo);
    let mut browser = Browser::open(&format!("http://{}/_apigw", local.address));
    let title = |text: &str| format!("document.getElementById('title').textContent === '{text}'");
    let filter = |text: &str| {
        format!("(filter.value = '{text}', filter.dispatchEvent(new Event('input')), true)")
    };
    for name in ["one", "two", "three"] {
        local.send(&format!("GET /release/cats?{name}"), "");
        browser.wait_for(&title(&format!("200 GET /release/cats?{name}")));
    }
    browser.wait_for(&format!("({VISIBLE}[2].click(), true)"));
    browser.wait_for(&title("200 GET /release/cats?one"));
    local.send("GET /release/cats?four", "");
    browser.wait_for(&format!("{VISIBLE}.length === 4"));
    browser.wait_for(&title("200 GET /release/cats?one"));
    browser.wait_for(&format!("{VISIBLE}[3].getAttribute('aria-selected') === 'true'"));
    // Details of a request that the filter hides are not shown.
    browser.wait_for(&filter("two"));
    browser.wait_for(&title("200 GET /release/cats?two"));
    browser.wait_for(&filter("nothing like this"));
    browser.wait_for("detail.hidden && table.hidden");
    browser.wait_for("document.getElementById('empty').textContent.includes('of the filter')");
    // Whatever the filter looks for is to be seen: the identifier too.
    let id = local.told.last().id.clone();
    browser.wait_for(&filter(&id));
    browser.wait_for(&format!("about.textContent.includes('{id}')"));
    // The time is that of the log.
    browser.wait_for(&format!(
        "/^\\d\\d:\\d\\d:\\d\\d\\.\\d{{3}}$/.test({VISIBLE}[0].cells[0].textContent)"
    ));
    let utc = "new Date().toISOString().slice(11, 13)";
    browser.wait_for(&format!("{VISIBLE}[0].cells[0].textContent.startsWith({utc})"));
    browser.wait_for("(document.getElementById('clear').click(), detail.hidden)");
}

#[test]
fn a_filter_can_be_part_of_the_address() {
    let local = Local::with(CONFIG, echo);
    local.send("POST /release/cats", "");
    local.send("GET /release/dogs", "");
    let mut browser = Browser::open(&format!("http://{}/_apigw#404%20dogs", local.address));
    browser.wait_for("document.getElementById('count').textContent === '1 of 2 requests'");
    browser.wait_for(&format!("{VISIBLE}[0].textContent.includes('/release/dogs')"));
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
    let options = Options { allow_hosts: vec!["dev.example".into()], ..Options::default() };
    let local = Local::with_options(CONFIG, options, echo);
    for (host, status) in [
        ("localhost", 200),
        ("127.0.0.1:8080", 200),
        ("[::1]:8080", 200),
        ("cats.example", 421),
        ("127.0.0.1.cats.example:80", 421),
        // A name that only functions are served under.
        ("dev.example", 403),
    ] {
        let mut stream = local.connect();
        let request = format!("GET /_apigw HTTP/1.1\r\nhost: {host}\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let response = read(&mut stream).unwrap();
        assert_eq!(response.status, status, "{host}");
        let policy = response.header("content-security-policy");
        assert!(status == 421 || policy.unwrap().contains("default-src 'self'"));
    }
    assert_eq!(local.send("GET /_apigw/other", "").status, 404);
    assert_eq!(local.send("POST /_apigw", "").status, 405);
}
