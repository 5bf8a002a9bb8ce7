//! `apigw show`: events for the eye, or as normalised JSON lines.

use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

use apigw::{Body, Event, Pairs, WebSocketPhase};
use apigw_gateway::faults::Document;
use indicatif::HumanCount;

use crate::args::{JsonForm, Show};
use crate::json;
use crate::pipeline::{self, Job};
use crate::report::Fault;
use crate::text::{Palette, Printable, PrintableLines};

/// Names in a list are padded up to this width.
const WIDEST_NAME: usize = 32;

/// Whether all events could be shown.
pub(crate) fn run(arguments: &Show) -> io::Result<bool> {
    let terminal = io::stdout().is_terminal();
    let view = View { palette: Palette::of(&io::stdout()), body: arguments.body };
    let job = Job {
        reading: &arguments.reading,
        threads: arguments.threads.count(),
        quiet: false,
        // On a terminal the events themselves show the progress.
        progress: !terminal,
        palette: Palette::of(&io::stderr()),
    };
    let tally = pipeline::run(&job, |file, place, result, output| match result {
        Ok(event) if arguments.json.is_some() => {
            let form = arguments.json.unwrap_or(JsonForm::Maps);
            // Writing to a vector cannot fail, here and below.
            let _ = json::write(form, file, place.first_line(), &event, terminal, &mut output.text);
        }
        Ok(event) => view.event(file, place.first_line(), &event, &mut output.text),
        Err(error) => {
            let mut message = Vec::new();
            Fault::new(Document::Event, file, place, error).write_line(&job.palette, &mut message);
            output.message(message);
        }
    })?;
    Ok(tally.all_well())
}

struct View {
    palette: Palette,
    /// Bytes of a body that are shown.
    body: usize,
}

impl View {
    fn event(&self, file: &str, line: u64, event: &Event<'_>, out: &mut Vec<u8>) {
        let Palette { faint, title, place, .. } = self.palette;
        let dialect = event.dialect().name();
        let _ =
            writeln!(out, "{faint}{}:{line}{faint:#}  {faint}{dialect}{faint:#}", Printable(file));
        let request = match (event.method(), event.path()) {
            (None, None) => None,
            (method, path) => Some((method.unwrap_or("-"), path.unwrap_or("-"))),
        };
        if let Some((method, path)) = request {
            let (method, path) = (Printable(method), Printable(path));
            let _ = writeln!(out, "{title}{method}{title:#} {place}{path}{place:#}");
        }
        self.fields(event, out);
        for (name, pairs) in [
            ("headers", event.headers()),
            ("query", event.query()),
            ("path parameters", event.path_parameters()),
            ("cookies apart from the headers", event.cookie_list()),
            ("declared query", event.declared_query()),
            ("declared headers", event.declared_headers()),
            ("stage variables", event.stage_variables()),
            ("other members", event.extras()),
            ("other members of requestContext", event.context_extras()),
            ("other members of identity", event.identity_extras()),
            ("other members of websocket", event.websocket_extras()),
        ] {
            self.pairs(name, pairs, out);
        }
        self.body(event.body(), out);
        out.push(b'\n');
    }

    fn fields(&self, event: &Event<'_>, out: &mut Vec<u8>) {
        let route = match (event.route_method(), event.route()) {
            (Some(method), Some(path)) => Some(format!("{method} {path}")),
            (method, path) => method.or(path).map(str::to_owned),
        };
        let phase = event.websocket_phase().map(WebSocketPhase::name);
        for (name, value) in [
            ("route", route.as_deref()),
            ("stage", event.stage()),
            ("request id", event.request_id()),
            ("service id", event.api_id()),
            ("service name", event.service_name()),
            ("source ip", event.source_ip()),
            ("secret id", event.secret_id()),
            ("domain name", event.domain_name()),
            ("account id", event.account_id()),
            ("raw query", event.raw_query()),
            ("websocket phase", phase),
            ("websocket action", event.event_type()),
            ("connection id", event.connection_id()),
            ("data type", event.data_type()),
            ("websocket protocol", event.websocket_protocol()),
            ("websocket extensions", event.websocket_extensions()),
        ] {
            if let Some(value) = value {
                self.field(name, 12, Some(value), out);
            }
        }
    }

    fn field(&self, name: &str, width: usize, value: Option<&str>, out: &mut Vec<u8>) {
        let Palette { label, faint, .. } = self.palette;
        let shown = Printable(name).to_string();
        let _ = write!(out, "  {label}{shown}{label:#}");
        match value {
            None => {
                let _ = writeln!(out, "  {faint}(no value){faint:#}");
            }
            Some(value) => {
                let pad = width.saturating_sub(shown.chars().count());
                let _ = writeln!(out, "{:pad$}  {}", "", Printable(value));
            }
        }
    }

    fn pairs(&self, title: &str, pairs: Pairs<'_>, out: &mut Vec<u8>) {
        if pairs.is_empty() {
            return;
        }
        self.section(title, HumanCount(pairs.len() as u64), out);
        let widths = pairs.iter().map(|(name, _)| name.chars().count());
        let width = widths.filter(|width| *width <= WIDEST_NAME).max().unwrap_or(0);
        for (name, value) in pairs.iter() {
            self.field(name, width, value, out);
        }
    }

    fn section(&self, title: &str, about: impl Display, out: &mut Vec<u8>) {
        let Palette { place, faint, .. } = self.palette;
        let _ = writeln!(out, "{place}{title}{place:#} {faint}({about}){faint:#}");
    }

    fn body(&self, body: Body<'_>, out: &mut Vec<u8>) {
        let (kind, text) = match body {
            Body::Absent => return,
            Body::Text(text) => ("text", text),
            Body::Base64(text) => ("base64", text),
            Body::Json(text) => ("JSON", text),
        };
        self.section("body", format_args!("{kind}, {} bytes", HumanCount(text.len() as u64)), out);
        let mut end = self.body.min(text.len());
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let shown = &text[..end];
        for line in PrintableLines(shown).to_string().lines() {
            let _ = writeln!(out, "  {line}");
        }
        let rest = text.len() - shown.len();
        if rest > 0 {
            let faint = self.palette.faint;
            let rest = HumanCount(rest as u64);
            let _ = writeln!(out, "  {faint}... {rest} more bytes (--body all){faint:#}");
        }
    }
}
