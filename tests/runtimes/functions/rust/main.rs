//! The function of the suite in Rust; `../go/main.go` and the others do the same. The header
//! x-probe selects what it does.

use std::error::Error;
use std::fmt::Write;
use std::time::Duration;

use apigw::{Body, OwnedEvent};
use apigw_runtime::{Context, Output};
use http::Response;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), apigw_runtime::Error> {
    apigw_runtime::run_handler(probe).await
}

async fn probe(event: OwnedEvent, _context: Context) -> Result<Output, Box<dyn Error>> {
    let event = event.as_event();
    match event.header("x-probe").unwrap_or_default() {
        "describe" => return respond("text/plain", describe(&event)?),
        "echo" => {
            let body = event.bytes()?.unwrap_or_default();
            return respond("application/octet-stream", body);
        }
        "cookies" => {
            let response = Response::builder()
                .status(418)
                .header("set-cookie", "a=1")
                .header("set-cookie", "b=2")
                .header("x-empty", "");
            return Ok(response.body("")?.into());
        }
        "size" => {
            let size = event.query().get("n").unwrap_or_default().parse()?;
            return respond("text/plain", "a".repeat(size));
        }
        "text" => return Ok(Vec::from(b"\"no response\"").into()),
        "object" => return Ok(Vec::from(b"{\"a\":1}").into()),
        "fail" => return Err("no cat".into()),
        "panic" => panic!("no cat"),
        "crash" => std::process::exit(3),
        "slow" => tokio::time::sleep(Duration::from_secs(4)).await,
        _ => {}
    }
    respond("text/plain", "ok")
}

fn respond(kind: &str, body: impl AsRef<[u8]>) -> Result<Output, Box<dyn Error>> {
    let response = Response::builder().header("content-type", kind);
    Ok(response.body(body.as_ref().to_vec())?.into())
}

fn describe(event: &apigw::Event<'_>) -> Result<String, Box<dyn Error>> {
    let mut text = String::new();
    let line = [event.method(), event.path(), event.route(), event.stage()];
    writeln!(text, "{}", line.map(Option::unwrap_or_default).join(" "))?;
    for (name, value) in event.path_parameters() {
        writeln!(text, "parameter {name}={}", value.unwrap_or_default())?;
    }
    for (name, value) in event.query() {
        writeln!(text, "query {name}={}", value.unwrap_or_default())?;
    }
    for (name, value) in event.headers() {
        if name.starts_with("x-test") {
            writeln!(text, "header {name}={}", value.unwrap_or_default())?;
        }
    }
    let kind = match event.body() {
        Body::Absent => "absent",
        Body::Base64(_) => "base64",
        _ => "text",
    };
    writeln!(text, "body {kind} {}", event.bytes()?.unwrap_or_default().len())?;
    Ok(text)
}
