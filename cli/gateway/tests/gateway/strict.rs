//! Requests that another server could read in another way are refused.

use std::io::{Read, Write};
use std::thread;
use std::time::Duration;

use crate::support::{Answer, Local, Reaction, read, response};
use apigw_gateway::Options;
use serde_json::{Value, json};

const CONFIG: &str = "
functions:
  cats:
    handler: main
    events: [{apigw: {parameters: {httpMethod: ANY, integratedResponse: true}}}]
";

/// A gateway whose function returns the query and the body of the event.
fn local() -> Local {
    Local::with(CONFIG, |event: Value| {
        let body = event["body"].as_str().unwrap_or("-");
        let text = format!("{} {body}", event["queryString"]["n"].as_str().unwrap_or("-"));
        response(json!({"statusCode": 200, "body": text}))
    })
}

/// The responses to bytes that are sent in pieces of a length, until the gateway closes.
fn responses(local: &Local, bytes: &[u8], piece: usize) -> Vec<Answer> {
    let mut stream = local.connect();
    for piece in bytes.chunks(piece) {
        // A gateway that refuses may have closed already.
        if stream.write_all(piece).is_err() {
            break;
        }
        if piece.len() < bytes.len() {
            thread::sleep(Duration::from_micros(200));
        }
    }
    let mut responses = Vec::new();
    while let Some(response) = read(&mut stream) {
        responses.push(response);
    }
    responses
}

fn statuses(local: &Local, text: &str) -> Vec<u16> {
    responses(local, text.as_bytes(), text.len()).iter().map(|response| response.status).collect()
}

const POST: &str = "POST /release/cats HTTP/1.1\r\nHost: localhost\r\n";

const FIRST: &str = "GET /release/cats HTTP/1.1\r\nHost: localhost\r\n\r\n";

/// What is not read after a request that is refused.
const LAST: &str = "GET /release/cats HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

#[test]
fn a_length_that_can_be_read_in_two_ways_is_refused() {
    let local = local();
    for headers in [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding: gzip, chunked\r\n",
        "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: \r\n",
        "Transfer-Encoding:\r\n chunked\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Content-Length: 5\r\nContent-Length: 5\r\n",
        "Content-Length: 5, 5\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: \r\n",
        "Content-Length: 99999999999999999999\r\n",
        "X: a\r\n Content-Length: 5\r\n",
        "X: a\rContent-Length: 5\r\n",
        "X: a\nContent-Length: 5\r\n",
        "X: a\0\r\n",
    ] {
        let text = format!("{POST}{headers}\r\n0\r\n\r\n{LAST}");
        assert_eq!(statuses(&local, &text), [400], "{headers:?}");
    }
    let spaces = " ".repeat(300);
    let text = format!("{POST}Transfer-Encoding:{spaces}chunked\r\n\r\n0\r\n\r\n{LAST}");
    assert_eq!(statuses(&local, &text), [400]);
    let text = POST.replace("1.1", "1.0") + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    assert_eq!(statuses(&local, &text), [400]);
    assert!(local.told.exchanges.lock().unwrap().is_empty(), "none of them was served");
}

#[test]
fn a_bare_line_feed_is_refused_wherever_a_line_ends() {
    let local = local();
    let chunked = format!("{POST}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n");
    assert_eq!(statuses(&local, &format!("{chunked}{LAST}")), [200, 200]);
    for (at, _) in chunked.match_indices("\r\n") {
        let mut bare = chunked.clone();
        bare.replace_range(at..at + 2, "\n");
        // The request before is answered, the one after is not read.
        assert_eq!(statuses(&local, &format!("{FIRST}{bare}{LAST}")), [200, 400], "{bare:?}");
    }
}

#[test]
fn a_chunk_has_a_plain_size() {
    let local = local();
    for (chunk, status) in [
        ("3\r\nabc\r\n", 200),
        ("0003;name=value\r\nabc\r\n", 200),
        ("0x3\r\nabc\r\n", 400),
        ("+3\r\nabc\r\n", 400),
        (" 3\r\nabc\r\n", 400),
        ("3 4\r\nabc\r\n", 400),
        ("\r\nabc\r\n", 400),
        ("FFFFFFFFFFFFFFFFF\r\nabc\r\n", 400),
        ("3\r\nabcX", 400),
    ] {
        let text = format!("{POST}Transfer-Encoding: chunked\r\n\r\n{chunk}0\r\n\r\n{LAST}");
        let expected = if status == 200 { &[200, 200][..] } else { &[400] };
        assert_eq!(statuses(&local, &text), expected, "{chunk:?}");
    }
    // A size that is longer than what is kept of a line.
    let zeros = "0".repeat(300);
    let text = format!("{POST}Transfer-Encoding: chunked\r\n\r\n{zeros}3\r\nabc\r\n0\r\n\r\n");
    assert_eq!(statuses(&local, &text), [400]);
}

#[test]
fn a_request_has_one_host() {
    let local = local();
    for (hosts, status) in [
        ("", 400),
        ("Host: localhost\r\nHost: localhost\r\n", 400),
        ("Host: localhost\r\nhost: evil.example\r\n", 400),
        ("Host: localhost\r\n", 200),
    ] {
        let text = format!("GET /release/cats HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n");
        assert_eq!(statuses(&local, &text), [status], "{hosts:?}");
    }
}

#[test]
fn requests_one_after_the_other_are_read_whole_in_pieces_of_any_length() {
    let local = local();
    // Bodies that look like heads, and one that is empty.
    let trap = "\r\n\nTransfer-Encoding: chunked\n\n\0";
    let length = trap.len();
    let text = format!(
        "POST /release/cats?n=1 HTTP/1.1\r\nHost: localhost\r\n\
         Content-Length: {length}\r\n\r\n{trap}\
         GET /release/cats?n=2 HTTP/1.1\r\nHost: localhost\r\n\r\n\r\n\
         POST /release/cats?n=3 HTTP/1.1\r\nHost: localhost\r\ntransfer-encoding: Chunked \r\n\r\n\
         {length:X}; a=b\r\n{trap}\r\n1\r\n!\r\n0\r\nX-Trailer: Content-Length: 3\r\n\r\n\
         POST /release/cats?n=4 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n\
         GET /release/cats?n=5 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    );
    let expected =
        [format!("1 {trap}"), "2 -".into(), format!("3 {trap}!"), "4 ".into(), "5 -".into()];
    for piece in [text.len(), 100, 7, 2, 1] {
        let found: Vec<_> = responses(&local, text.as_bytes(), piece)
            .iter()
            .map(|it| it.text().to_owned())
            .collect();
        assert_eq!(found, expected, "in pieces of {piece}");
    }
}

#[test]
fn a_client_that_does_not_read_is_left() {
    let options = Options { client_time: Duration::from_millis(300), ..Options::default() };
    let local = Local::with_options(CONFIG, options, long);
    let mut stream = local.connect();
    let count = 10;
    stream.write_all(FIRST.repeat(count).as_bytes()).unwrap();
    // No more comes once what the kernel keeps is full: then the time counts.
    thread::sleep(Duration::from_secs(3));
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    assert!(rest.len() < count * 6_000_000, "{} bytes", rest.len());
}

#[test]
fn a_client_that_reads_slowly_gets_everything() {
    let options = Options { client_time: Duration::from_secs(2), ..Options::default() };
    let local = Local::with_options(CONFIG, options, long);
    let mut stream = local.connect();
    stream.write_all(FIRST.repeat(3).as_bytes()).unwrap();
    let mut len = 0;
    // In more time than a single write may wait.
    while len < 18_000_000 {
        let mut piece = vec![0; 1 << 20];
        let read = stream.read(&mut piece).unwrap();
        assert!(read > 0, "the response is cut short after {len} bytes");
        len += read;
        thread::sleep(Duration::from_millis(150));
    }
}

fn long(_: Value) -> Reaction {
    response(json!({"statusCode": 200, "body": "a".repeat(6_000_000)}))
}
