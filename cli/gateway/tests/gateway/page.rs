//! The page at `/_apigw`, in a browser and without one.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use apigw_gateway::Options;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;
use tungstenite::{Message, WebSocket};

use crate::support::{Local, echo, read};

const CONFIG: &str = "
functions:
  cats:
    handler: main
    events: [{apigw: {parameters: {httpMethod: ANY, integratedResponse: true}}}]
";

/// A browser on a page, driven by the DevTools protocol
/// (<https://chromedevtools.github.io/devtools-protocol/>).
struct Browser {
    child: Child,
    socket: WebSocket<TcpStream>,
    messages: u64,
    _profile: TempDir,
}

impl Browser {
    fn open(url: &str) -> Browser {
        let profile = tempfile::tempdir().unwrap();
        let child = Command::new("chromium")
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-sync",
            ])
            .args(["--disable-background-networking", "--disable-component-update"])
            .args(["--window-size=1200,700", "--remote-debugging-port=0"])
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg(url)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // The file has the port and the path of the browser's own socket.
        let file = profile.path().join("DevToolsActivePort");
        let port = eventually(|| fs::read_to_string(&file).ok()?.lines().next()?.parse().ok());
        let target: String = eventually(|| {
            let targets = get(port, "/json/list")?;
            let page = targets.as_array()?.iter().find(|target| target["type"] == "page")?;
            Some(page["webSocketDebuggerUrl"].as_str()?.to_owned())
        });
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        let (socket, _) = tungstenite::client(target, stream).unwrap();
        Browser { child, socket, messages: 0, _profile: profile }
    }

    fn call(&mut self, method: &str, parameters: Value) -> Value {
        self.messages += 1;
        let message = json!({"id": self.messages, "method": method, "params": parameters});
        self.socket.send(Message::text(message.to_string())).unwrap();
        loop {
            let response = self.socket.read().unwrap();
            let response: Value = serde_json::from_str(response.to_text().unwrap()).unwrap();
            if response["id"] == self.messages {
                return response["result"].clone();
            }
        }
    }

    /// Waits until an expression of JavaScript is true in the page.
    fn wait_for(&mut self, expression: &str) {
        eventually(|| {
            let result = self.call("Runtime.evaluate", json!({"expression": expression}));
            (result["result"]["value"] == true).then_some(())
        });
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn get(port: u16, path: &str) -> Option<Value> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n").ok()?;
    Some(read(&mut stream)?.json())
}

fn eventually<T>(mut attempt: impl FnMut() -> Option<T>) -> T {
    for _ in 0..600 {
        if let Some(value) = attempt() {
            return value;
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("it does not happen");
}

const VISIBLE: &str = "[...document.querySelectorAll('#rows tr:not([hidden])')]";

#[test]
fn a_browser_shows_requests_as_they_come_filters_them_and_takes_a_picture() {
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

    let picture = browser.call("Page.captureScreenshot", json!({"format": "png"}));
    let picture = STANDARD.decode(picture["data"].as_str().unwrap()).unwrap();
    assert_eq!(picture[..8], *b"\x89PNG\r\n\x1a\n");
    // The width of the picture, in its first chunk (PNG, section 11.2.1).
    assert_eq!(picture[16..20], 1200u32.to_be_bytes());
    fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("apigw-dev.png"), picture).unwrap();
}

/// Whether two boxes of the page overlap.
const OVERLAP: &str =
    "((a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)";

/// Takes a picture at each width, in light and dark, and looks at the boxes of the page.
fn look(browser: &mut Browser, name: &str, has_detail: bool) {
    let mut pictures = Vec::new();
    for (width, height) in [(1280, 800), (800, 800), (400, 800)] {
        browser.call(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}),
        );
        for scheme in ["light", "dark"] {
            let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
            browser.call("Emulation.setEmulatedMedia", json!({"features": features}));
            browser.wait_for(&format!("innerWidth === {width}"));
            // Nothing is cut off at the right.
            browser.wait_for("document.documentElement.scrollWidth <= innerWidth");
            browser.wait_for("list.scrollWidth <= list.clientWidth + 1");
            browser.wait_for(&format!("detail.hidden === {}", !has_detail));
            browser.wait_for(&format!(
                "!{OVERLAP}(list.getBoundingClientRect(), detail.getBoundingClientRect())"
            ));
            // The message is where the requests would be.
            browser.wait_for(&format!("document.getElementById('empty').hidden === {has_detail}"));
            browser.wait_for(&format!("table.hidden === {}", !has_detail));
            browser.wait_for("list.getBoundingClientRect().left === 0");
            let picture = browser.call("Page.captureScreenshot", json!({"format": "png"}));
            let picture = STANDARD.decode(picture["data"].as_str().unwrap()).unwrap();
            let file = format!("apigw-dev-{name}-{width}-{scheme}.png");
            fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join(file), &picture).unwrap();
            pictures.push(picture);
        }
    }
    // Each size looks different, and so does the dark one of it.
    let count = pictures.len();
    pictures.sort();
    pictures.dedup();
    assert_eq!(pictures.len(), count);
}

#[test]
fn the_page_fits_every_width_in_light_and_dark() {
    let local = Local::with(CONFIG, echo);
    let mut browser = Browser::open(&format!("http://{}/_apigw", local.address));
    browser.wait_for("document.getElementById('state').textContent === 'live'");
    look(&mut browser, "empty", false);
    for at in 0..30 {
        let target =
            format!("/release/cats/a-long-name-without-a-break-{}?at={at}", "x".repeat(at));
        local.send(&format!("POST {target}\ncontent-type: text/plain"), "a body of the request");
    }
    local.send("GET /release/dogs", "");
    browser.wait_for(&format!("{VISIBLE}.length === 31"));
    look(&mut browser, "full", true);
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
