//! What is said about bad events and bad inputs, and what is counted.

use std::fmt::Write as _;
use std::io::{self, Write as _};

use apigw::Error;
use apigw_gateway::faults::{Document, describe};
use apigw_input::Located;
use indicatif::{DecimalBytes, HumanCount};
use serde::Serialize;

use crate::text::{Palette, Printable, plural};

/// A bad event or response.
#[derive(Serialize)]
pub(crate) struct Fault<'a> {
    severity: &'static str,
    file: &'a str,
    /// The line of the fault.
    line: u64,
    event_offset: u64,
    offset: usize,
    number: u32,
    name: &'static str,
    member: Option<&'static str>,
    text: String,
}

impl<'a> Fault<'a> {
    pub(crate) fn new(
        document: Document,
        file: &'a str,
        event: Located<'_>,
        error: Error,
    ) -> Fault<'a> {
        Fault {
            severity: "error",
            file,
            line: event.line_of(error.offset()),
            event_offset: event.offset,
            offset: error.offset(),
            number: error.code().number(),
            name: error.code().name(),
            member: error.member(),
            text: describe(document, event.text, &error),
        }
    }

    /// An event that is read but has something wrong in it.
    pub(crate) fn warning(
        file: &'a str,
        event: Located<'_>,
        error: Error,
        text: String,
    ) -> Fault<'a> {
        let fault = Fault::new(Document::Event, file, event, error);
        Fault { severity: "warning", text, ..fault }
    }

    // Writing to a vector cannot fail, here and below.
    pub(crate) fn write_json(&self, out: &mut Vec<u8>) {
        let _ = serde_json::to_writer(&mut *out, self);
        out.push(b'\n');
    }

    pub(crate) fn write_line(&self, palette: &Palette, out: &mut Vec<u8>) {
        let Fault { severity, file, line, offset, number, name, member, text, .. } = self;
        let member = member.map(|member| format!(" ({member})")).unwrap_or_default();
        let (place, bad) = (palette.place, palette.bad);
        let _ = writeln!(
            out,
            "{place}{}:{line}:{place:#} {bad}{severity} {number} {name}{bad:#} \
             at byte {offset}{member}: {text}",
            Printable(file),
        );
    }
}

/// The message about an input that could not be read, or no further.
pub(crate) fn unreadable(file: &str, reason: &str, palette: &Palette) -> Vec<u8> {
    let bad = palette.bad;
    let (file, reason) = (Printable(file), Printable(reason));
    format!("apigw: {file}: {bad}{reason}{bad:#}\n").into_bytes()
}

/// What was met.
#[derive(Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) events: u64,
    pub(crate) bad: u64,
    pub(crate) bytes: u64,
    pub(crate) inputs: u64,
    /// Inputs that could not be read to their end.
    pub(crate) unreadable: u64,
    /// Nobody reads our output any more.
    pub(crate) cut_short: bool,
}

impl Tally {
    pub(crate) fn add(&mut self, other: Tally) {
        self.events += other.events;
        self.bad += other.bad;
        self.bytes += other.bytes;
        self.inputs += other.inputs;
        self.unreadable += other.unreadable;
    }

    pub(crate) fn all_well(&self) -> bool {
        self.bad == 0 && self.unreadable == 0
    }

    /// Says on standard error what was met.
    pub(crate) fn report(&self, palette: &Palette) {
        if self.cut_short {
            return;
        }
        let style = if self.all_well() { palette.good } else { palette.bad };
        // There is nowhere to report that standard error is closed.
        let _ = writeln!(io::stderr(), "{style}{}{style:#}", self.summary());
    }

    fn summary(&self) -> String {
        let events = plural(self.events, "event");
        let verdict = match self.bad {
            0 if self.events == 1 => format!("{events} is good"),
            0 => format!("{events} are good"),
            1 => format!("1 of {events} is bad"),
            bad => format!("{} of {events} are bad", HumanCount(bad)),
        };
        let inputs = plural(self.inputs, "input");
        let mut line = format!("{verdict} ({}, {inputs})", DecimalBytes(self.bytes));
        if self.unreadable > 0 {
            let _ = write!(line, "; {} could not be read", plural(self.unreadable, "input"));
        }
        line
    }
}
