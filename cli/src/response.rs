//! `apigw response`: responses of functions, checked and made.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::path::Path;
use std::sync::Arc;

use apigw::{Body, BodyEncoding, DecodedResponse, Decoder, Encoder, Response};
use apigw_input::{Located, Source, describe};

use apigw_gateway::faults::Document;

use crate::args::{self, ResponseCheck, ResponseMake};
use crate::report::{Fault, unreadable};
use crate::text::plural;
use crate::text::{self, Palette, Printable};

/// Whether all responses are right, or one could be made.
pub(crate) fn run(command: &args::Response) -> io::Result<bool> {
    match command {
        args::Response::Check(arguments) => check(arguments),
        args::Response::Make(arguments) => make(arguments),
    }
}

fn check(arguments: &ResponseCheck) -> io::Result<bool> {
    let palette = Palette::of(&io::stdout());
    let mut decoder = Decoder::new();
    let limit = decoder.limits().input;
    let mut all_well = true;
    for source in Source::expand(&arguments.files) {
        let name = source.name();
        let opened = source.open(&Arc::default());
        let output = match opened.and_then(|mut opened| opened.read_all(limit)) {
            Ok(output) => output,
            Err(reason) => {
                complain(&unreadable(&name, &reason, &Palette::of(&io::stderr())));
                all_well = false;
                continue;
            }
        };
        let mut line = Vec::new();
        match decoder.decode_response(&output, arguments.rules) {
            Ok(response) => {
                let (place, good) = (palette.place, palette.good);
                let about = describe_response(&response);
                let name = Printable(&name);
                writeln!(line, "{place}{name}:{place:#} {good}ok{good:#}, {about}")?;
            }
            Err(error) => {
                let located = Located { text: &output, line: 1, offset: 0 };
                Fault::new(Document::Response, &name, located, error)
                    .write_line(&palette, &mut line);
                all_well = false;
            }
        }
        text::print(&line)?;
    }
    Ok(all_well)
}

/// Status, headers and body in a few words.
fn describe_response(response: &DecodedResponse<'_>) -> String {
    let how = if response.is_integrated() { "" } else { " (passed through)" };
    let headers = plural(response.headers().len() as u64, "header");
    let body = |kind, text: &str| format!("{kind} body of {}", plural(text.len() as u64, "byte"));
    let body = match response.body() {
        Body::Absent => "no body".into(),
        Body::Text(text) => body("text", text),
        Body::Base64(text) => body("base64", text),
        Body::Json(text) => body("JSON", text),
    };
    let mut about = format!("status {}{how}, {headers}, {body}", response.status());
    let mut spellings: HashMap<String, &str> = HashMap::new();
    for (name, _) in response.headers() {
        let other = spellings.insert(name.to_ascii_lowercase(), name);
        if let Some(other) = other.filter(|other| *other != name) {
            let (other, name) = (Printable(other), Printable(name));
            about.push_str(&format!("; of the headers {other} and {name}, the last one counts"));
        }
    }
    let unknown: Vec<String> =
        response.extras().iter().map(|(name, _)| Printable(name).to_string()).collect();
    if !unknown.is_empty() {
        about.push_str(&format!("; no member of a response: {}", unknown.join(", ")));
    }
    about
}

fn make(arguments: &ResponseMake) -> io::Result<bool> {
    let palette = Palette::of(&io::stderr());
    let body = match (&arguments.body, &arguments.body_text) {
        (Some(path), _) => match read(path) {
            Ok(bytes) => bytes,
            Err(error) => {
                let name = if path == Path::new("-") {
                    "<stdin>".into()
                } else {
                    path.display().to_string()
                };
                complain(&unreadable(&name, &describe(&error), &palette));
                return Ok(false);
            }
        },
        (None, Some(text)) => text.clone().into_bytes(),
        (None, None) => Vec::new(),
    };
    let encoding = match (arguments.base64, arguments.text) {
        (true, _) => BodyEncoding::Base64,
        (_, true) => BodyEncoding::Text,
        (false, false) => BodyEncoding::Auto,
    };
    let response = Response::new(arguments.status)
        .headers(&arguments.headers)
        .body(&body)
        .encoding(encoding)
        .dialect(arguments.dialect);
    let mut encoder = Encoder::new();
    match encoder.encode(&response) {
        Ok(json) => {
            let json = String::from_utf8_lossy(json);
            // In JSON all of these are inside strings.
            let shown =
                if io::stdout().is_terminal() { Printable(&json).to_string() } else { json.into() };
            text::print(format!("{shown}\n").as_bytes())?;
            Ok(true)
        }
        Err(error) => {
            let bad = palette.bad;
            complain(format!("apigw: {bad}{error}{bad:#}\n").as_bytes());
            Ok(false)
        }
    }
}

/// Bytes of a body: no gateway takes more.
const MAX_BODY: u64 = 16 << 20;

pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if path == Path::new("-") {
        io::stdin().take(MAX_BODY + 1).read_to_end(&mut bytes)?;
    } else {
        File::open(path)?.take(MAX_BODY + 1).read_to_end(&mut bytes)?;
    }
    if bytes.len() as u64 > MAX_BODY {
        return Err(io::Error::other("is longer than 16 MiB"));
    }
    Ok(bytes)
}

fn complain(message: &[u8]) {
    // There is nowhere to report that standard error is closed.
    let _ = io::stderr().write_all(message);
}
