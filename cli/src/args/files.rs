//! Commands that read files of events, and `bench`.

use std::num::NonZeroUsize;
#[cfg(feature = "convert")]
use std::path::Path;
use std::path::PathBuf;
use std::thread;

use apigw::{Decoder, Dialect, Limits};
use clap::{ValueEnum, ValueHint, value_parser};

use super::{MAX_EVENT, size};
use crate::kinds;

pub(super) const SHOW_EXAMPLES: &str = "\
Examples:
  apigw show event.json
  apigw show --body all upload.json          the whole body, not its first 2 KiB
  apigw show --json events.ndjson > all.ndjson
  apigw show --json events/ | jq -r 'select(.headers.host == \"a.example\") | .file'
  apigw show --json=pairs - < events.ndjson | jq -c 'select(.method == \"POST\") | .headers'

With --json, `file` and `line` are where the event begins, the names of headers are in lower \
case, a name with several values has a list, a bare name of a query is true, and unknown members \
are JSON. --json=pairs writes the normalised form instead: lists of [name, value] in order.

In the readable form control characters are shown as escapes such as \\u001b, so that no event \
can talk to the terminal; --json keeps every string as it is. A bad event is reported on standard \
error, in the words of `apigw check`, and the others are shown.

Exit status: 0 all events were shown, 1 an event was bad or an input could not be read, 2 usage.";

pub(super) const CHECK_EXAMPLES: &str = "\
Examples:
  apigw check events.ndjson.gz
  apigw check --quiet event.json && echo fine
  apigw check --json logs/ | jq -r .name | sort | uniq -c

Standard output has one line for each bad event, standard error a summary:
  FILE:LINE: error NUMBER NAME at byte OFFSET (MEMBER): TEXT
  events.ndjson:17: error 33 wrong-type at byte 412 (headers): this is a number, it has to be an \
object of strings or lists of strings

LINE is the line of the fault, counted from 1. OFFSET is its place in the event, counted from 0: \
in NDJSON its place in the line, in a document its place in the file. MEMBER is left out where \
the fault is in no known member.

A body that is marked as base64 but is not gets a line with `warning` in place of `error`: the \
event is good.

With --json each bad event is an object with the members severity (error or warning), file, line, \
event_offset (where the event begins in the uncompressed input), offset, number, name, member (or \
null) and text.

Exit status: 0 all events are good, 1 an event is bad or an input could not be read, 2 usage.";

#[cfg(feature = "convert")]
pub(super) const CONVERT_EXAMPLES: &str = "\
Examples:
  apigw convert events.ndjson.gz -o events.parquet
  apigw convert --columns method,path,headers logs/ -o events.arrow
  zcat logs/*.gz | apigw convert -o events.parquet
  apigw convert events.ndjson --to ndjson -o - | jq -c 'select(.error) | .error.name'

The rows have the columns of docs/events-schema.md. A bad event is a row with `error` and `raw`, \
the bytes of the event. Parquet is compressed with zstd. Arrow is a file, or a stream on standard \
output. NDJSON has the normalised form of each event with the members source, line and byte.

The output is written to a hidden file in the same folder, which gets the name when it is \
complete. If that fails, because the disk is full for example, a file of that name stays as it was.

Standard error has a summary with the number of events for each error.

Exit status: 0 all events are good, 1 an event is bad (the output is complete nevertheless), an \
input could not be read or the output not be written, 2 usage.";

pub(super) const BENCH_EXAMPLES: &str = "\
Examples:
  apigw bench events.ndjson.gz
  apigw bench --rounds 31 --sample 256M events.ndjson
  apigw bench --json event.json | jq -c '[.reader, .gigabytes_per_second]'

The events are loaded into memory first; bad ones are reported and left out. Then each kernel of \
this CPU and serde_json read all of them on one core, in turn, round by round, so that a change \
of the CPU's clock meets all alike. Rates are medians over the rounds. Percentiles are over \
single events, each timed by itself, and include the time to read the clock, some 20 ns.

serde_json fills a struct with the members of an event, borrows strings that hold no escape and \
skips unknown members, which apigw keeps.

Exit status: 0 all events were measured, 1 an event was bad or an input could not be read, 2 \
usage.";

#[derive(clap::Args)]
pub(crate) struct Show {
    /// One JSON line per event, in the order of the input: with objects for headers and query, or
    /// with lists of pairs, which keep order and case
    #[arg(long, value_name = "FORM", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "maps")]
    pub(crate) json: Option<JsonForm>,

    /// How much of each body to show: bytes (K, M, G for powers of 1024), or `all`
    #[arg(long, value_name = "SIZE", default_value = "2K", value_parser = size_or_all)]
    pub(crate) body: usize,

    #[command(flatten)]
    pub(crate) reading: Reading,

    #[command(flatten)]
    pub(crate) threads: Threads,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum JsonForm {
    /// File and line, and objects: `.headers.host`; names of headers are in lower case
    Maps,
    /// The normalised form: lists of [name, value]
    Pairs,
}

#[derive(clap::Args)]
pub(crate) struct Check {
    /// One JSON object per bad event
    #[arg(long)]
    pub(crate) json: bool,

    /// Print nothing and stop at the first fault: only the exit status shows it
    #[arg(short, long, conflicts_with = "json")]
    pub(crate) quiet: bool,

    #[command(flatten)]
    pub(crate) reading: Reading,

    #[command(flatten)]
    pub(crate) threads: Threads,
}

#[cfg(feature = "convert")]
#[derive(clap::Args)]
pub(crate) struct Convert {
    /// The file to write; - is standard output
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: PathBuf,

    /// What to write [default: what the name of the output ends with: .parquet, .arrow, .ndjson]
    #[arg(long, value_name = "FORMAT")]
    pub(crate) to: Option<Format>,

    /// The columns to write, in this order [default: all]
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    pub(crate) columns: Option<Vec<String>>,

    /// Decode bodies in base64; one that is not valid makes a bad event
    #[arg(long)]
    pub(crate) decode_bodies: bool,

    /// Print no progress and no summary
    #[arg(short, long)]
    pub(crate) quiet: bool,

    #[command(flatten)]
    pub(crate) reading: Reading,

    #[command(flatten)]
    pub(crate) threads: Threads,
}

#[cfg(feature = "convert")]
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Parquet, compressed with zstd
    Parquet,
    /// The Arrow IPC format
    Arrow,
    /// Normalised JSON lines
    Ndjson,
}

#[cfg(feature = "convert")]
impl Format {
    /// The format that a file's name ends with.
    pub(crate) fn of(name: &Path) -> Option<Format> {
        match name.extension()?.to_str()? {
            "parquet" => Some(Format::Parquet),
            "arrow" | "feather" => Some(Format::Arrow),
            "ndjson" | "jsonl" => Some(Format::Ndjson),
            _ => None,
        }
    }
}

#[derive(clap::Args)]
pub(crate) struct Bench {
    /// One JSON object per reader
    #[arg(long)]
    pub(crate) json: bool,

    /// Rounds to measure
    #[arg(long, value_name = "N", default_value = "15")]
    pub(crate) rounds: NonZeroUsize,

    /// Measure only the first SIZE bytes of events (K, M, G for powers of 1024)
    #[arg(long, value_name = "SIZE", default_value = "64M", value_parser = size)]
    pub(crate) sample: usize,

    #[command(flatten)]
    pub(crate) reading: Reading,
}

/// What to read, and how.
#[derive(clap::Args)]
pub(crate) struct Reading {
    /// Files and folders of events; standard input when none is given, or for -
    #[arg(value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub(crate) files: Vec<PathBuf>,

    /// What each input is: one document, or one event a line; decided by its text if not given
    #[arg(long, value_name = "FORM", default_value = "auto")]
    pub(crate) input: Form,

    /// The largest event that is read (K, M, G for powers of 1024); a larger one is bad
    #[arg(long, value_name = "SIZE", default_value = "16M", value_parser = event_size)]
    pub(crate) max_event: usize,

    /// The kind of gateway that sent all events; decided by the members of each if not given
    #[arg(
        long,
        value_name = "DIALECT",
        value_parser = kinds::dialect(),
        hide_possible_values = true
    )]
    pub(crate) dialect: Option<Dialect>,
}

impl Reading {
    /// Returns a decoder for the events.
    pub(crate) fn decoder(&self) -> Decoder {
        self.decoder_of(self.max_event)
    }

    /// Returns a decoder for the events, and for responses of the usual size.
    pub(crate) fn decoder_of_responses(&self) -> Decoder {
        self.decoder_of(self.max_event.max(Limits::default().input))
    }

    fn decoder_of(&self, max_input: usize) -> Decoder {
        let limits = Limits { input: max_input, ..Limits::default() };
        let mut decoder = Decoder::with_limits(limits);
        decoder.set_dialect(self.dialect);
        decoder
    }

    pub(crate) fn form(&self) -> apigw_input::Form {
        match self.input {
            Form::Auto => apigw_input::Form::Auto,
            Form::Document => apigw_input::Form::Document,
            Form::Ndjson => apigw_input::Form::Ndjson,
        }
    }
}

#[derive(clap::Args)]
pub(crate) struct Threads {
    /// Threads that decode [default: one per core]
    #[arg(short = 'j', long = "threads", value_name = "N")]
    #[arg(value_parser = value_parser!(u16).range(1..=1024))]
    count: Option<u16>,
}

impl Threads {
    pub(crate) fn count(&self) -> usize {
        match self.count {
            Some(count) => usize::from(count),
            None => thread::available_parallelism().map_or(1, NonZeroUsize::get),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    Auto,
    Document,
    Ndjson,
}

fn size_or_all(text: &str) -> Result<usize, String> {
    if text == "all" { Ok(usize::MAX) } else { size(text) }
}

fn event_size(text: &str) -> Result<usize, String> {
    match size(text)? {
        0 => Err("an event has at least one byte".into()),
        bytes if bytes > MAX_EVENT => Err("at most 1G".into()),
        bytes => Ok(bytes),
    }
}
