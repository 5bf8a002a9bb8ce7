//! `apigw invoke`: one event, and the response to it.

use std::fmt::Write as _;
use std::io::{self, IsTerminal};
use std::path::Path;
use std::sync::Arc;

use apigw::{Decoder, ResponseRules};
use apigw_gateway::faults::{Document, describe};
use apigw_input::Source;
use bytes::Bytes;

use crate::args;
use crate::dev::{LAST_LINES, complain};
use crate::lines::Lines;
use crate::report::unreadable;
use crate::target::Target;
use crate::text::{self, Palette, Printable, PrintableLines};

/// Status, headers and body.
struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

/// Whether there is a response with a status below 500.
pub(crate) fn run(arguments: &args::Invoke) -> io::Result<bool> {
    let path = &arguments.file;
    let source = if path == Path::new("-") { Source::Stdin } else { Source::File(path.clone()) };
    let mut decoder = Decoder::new();
    let limit = decoder.limits().input;
    let event = match source.open(&Arc::default()).and_then(|mut it| it.read_all(limit)) {
        Ok(event) => Bytes::from(event),
        Err(reason) => {
            let message = unreadable(&source.name(), &reason, &Palette::of(&io::stderr()));
            complain(&String::from_utf8_lossy(&message));
            return Ok(false);
        }
    };
    let err = Lines::new(io::stderr)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(async {
        let target = Target::new(&arguments.target, 1, true, &err).await?;
        let reply = send(&mut decoder, &target, event).await;
        if let Target::Function { gateway, .. } = target {
            gateway.stop().await;
        }
        reply.map_err(|reason| format!("apigw: {}\n", Printable(&reason)))
    });
    err.finish(LAST_LINES);
    match outcome {
        Ok(reply) => {
            print(&reply)?;
            Ok(reply.status < 500)
        }
        Err(reason) => {
            complain(&reason);
            Ok(false)
        }
    }
}

async fn send(decoder: &mut Decoder, target: &Target, event: Bytes) -> Result<Reply, String> {
    let wrong = |error: apigw::Error| {
        let (number, name) = (error.code().number(), error.code().name());
        let reason = describe(Document::Event, &event, &error);
        format!("error {number} {name} at byte {}: {reason}", error.offset())
    };
    match target {
        Target::Server(client) => {
            let mut client = client.clone();
            let request = client.request(&decoder.decode(&event).map_err(wrong)?)?;
            let (parts, body) = client.fetch(request).await?.into_parts();
            let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
            let header = |(name, value): (&_, &_)| {
                (String::from(AsRef::<str>::as_ref(name)), text(AsRef::<[u8]>::as_ref(value)))
            };
            let headers = parts.headers.iter().map(header).collect();
            Ok(Reply { status: parts.status.as_u16(), headers, body: body.to_vec() })
        }
        Target::Function { gateway, name, rules } => {
            let output = gateway.invoke(name, event.clone()).await?;
            let rules = rules.of(decoder, &event);
            reply(decoder, rules, &output)
        }
    }
}

/// Reads the output of a function.
fn reply(decoder: &mut Decoder, rules: ResponseRules, output: &[u8]) -> Result<Reply, String> {
    let not = |error: apigw::Error| {
        let (number, name) = (error.code().number(), error.code().name());
        let reason = describe(Document::Response, output, &error);
        format!(
            "the output of the function is not a response: error {number} {name} at byte {}: \
             {reason}\n{}",
            error.offset(),
            String::from_utf8_lossy(output)
        )
    };
    let response = decoder.decode_response(output, rules).map_err(not)?;
    let header =
        |(name, value): (&str, Option<&str>)| (name.into(), value.unwrap_or_default().into());
    Ok(Reply {
        status: response.status(),
        headers: response.headers().iter().map(header).collect(),
        body: response.bytes().map_err(not)?.unwrap_or_default().to_vec(),
    })
}

fn print(reply: &Reply) -> io::Result<()> {
    let Palette { label, good, bad, .. } = Palette::of(&io::stdout());
    let style = if reply.status < 400 { good } else { bad };
    let mut head = String::new();
    // Writing to a string cannot fail, here and below.
    let _ = writeln!(head, "{style}status {}{style:#}", reply.status);
    for (name, value) in &reply.headers {
        let _ = writeln!(head, "{label}{}{label:#}: {}", Printable(name), Printable(value));
    }
    head.push('\n');
    let mut out = head.into_bytes();
    if io::stdout().is_terminal() {
        let body = String::from_utf8_lossy(&reply.body);
        let _ = io::Write::write_fmt(&mut out, format_args!("{}", PrintableLines(&body)));
        out.push(b'\n');
    } else {
        out.extend_from_slice(&reply.body);
    }
    text::print(&out)
}
