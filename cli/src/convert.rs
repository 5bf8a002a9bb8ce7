//! `apigw convert`: recorded events as Parquet, Arrow or normalised JSON lines.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use apigw::{Error, ErrorCode, Event};
use apigw_arrow::{Options, RecordBatch, RecordBatchReader, Scan, Unreadable};
use apigw_input::{Located, Source, describe};
use arrow_ipc::writer::{FileWriter, StreamWriter};
use arrow_schema::{ArrowError, SchemaRef};
use clap::CommandFactory;
use indicatif::HumanCount;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use crate::args::{Args, Convert, Format, Reading};
use crate::output::Output;
use crate::pipeline::{self, Job};
use crate::progress::Progress;
use crate::report::{Tally, unreadable};
use crate::text::{Palette, Printable};

/// The size of a row group, which is in memory until it is complete.
const ROW_GROUP: usize = 32 << 20;

/// The number of bad events for each error, by the error's number.
type BadEvents = BTreeMap<u32, (ErrorCode, u64)>;

/// Whether all events are good.
pub(crate) fn run(arguments: &Convert) -> io::Result<bool> {
    let Some(format) = arguments.to.or_else(|| Format::of(&arguments.output)) else {
        let name = Printable(&arguments.output.to_string_lossy()).to_string();
        usage(&format!("the name {name} does not say what to write: use --to"));
    };
    if let Some(columns) = &arguments.columns
        && let Err(error) = apigw_arrow::check_columns(columns)
    {
        usage(&error.to_string());
    }
    if format == Format::Ndjson && arguments.decode_bodies {
        usage("JSON has no bytes: --decode-bodies needs Parquet or Arrow");
    }
    let palette = Palette::of(&io::stderr());
    let reading = without_output(arguments);
    let converted = Output::create(&arguments.output).and_then(|mut output| {
        let tally = match format {
            Format::Ndjson => lines(arguments, &reading, &mut output)?,
            Format::Arrow | Format::Parquet => batches(arguments, &reading, format, &mut output)?,
        };
        output.finish()?;
        Ok(tally)
    });
    match converted {
        Ok((tally, bad)) => {
            if !arguments.quiet {
                tally.report(&palette);
                report(&bad);
            }
            Ok(tally.all_well())
        }
        // Whoever read our output has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(true),
        Err(error) => {
            let name = arguments.output.to_string_lossy();
            // There is nowhere to report that standard error is closed.
            let _ = io::stderr().write_all(&unreadable(&name, &describe(&error), &palette));
            Ok(false)
        }
    }
}

/// Ends the program as clap does for a wrong command line.
fn usage(message: &str) -> ! {
    Args::command().error(clap::error::ErrorKind::ValueValidation, message).exit()
}

/// The inputs before the output is created, which may be in a folder of them. The file that it
/// replaces is no input either.
fn without_output(arguments: &Convert) -> Reading {
    let Reading { files, input, max_event, dialect } = &arguments.reading;
    let output = fs::canonicalize(&arguments.output).ok();
    let is_input = |path: &&PathBuf| {
        files.contains(path) || output.is_none() || fs::canonicalize(path).ok() != output
    };
    let all = Source::paths(files);
    let inputs: Vec<_> = all.iter().filter(is_input).cloned().collect();
    // No input would mean standard input.
    let inputs = if inputs.is_empty() { all } else { inputs };
    Reading { files: inputs, input: *input, max_event: *max_event, dialect: *dialect }
}

/// Says how many events have which error.
fn report(bad: &BadEvents) {
    let mut lines = String::new();
    for (number, (code, count)) in bad {
        lines +=
            &format!("{:>12} × error {number} {}\n", HumanCount(*count).to_string(), code.name());
    }
    let _ = io::stderr().write_all(lines.as_bytes());
}

/// Writes record batches.
fn batches(
    arguments: &Convert,
    reading: &Reading,
    format: Format,
    output: &mut Output,
) -> io::Result<(Tally, BadEvents)> {
    let mut options = Options::new()
        .form(reading.form())
        .max_event(reading.max_event)
        .dialect(reading.dialect)
        .threads(NonZeroUsize::new(arguments.threads.count()).unwrap_or(NonZeroUsize::MIN))
        .decode_bodies(arguments.decode_bodies);
    if let Some(columns) = &arguments.columns {
        options = options.columns(columns);
    }
    let stdin = [PathBuf::from("-")];
    let files = if reading.files.is_empty() { &stdin[..] } else { &reading.files[..] };
    let mut scan = Scan::new(files, options).map_err(io::Error::other)?;
    let mut progress = Progress::new(!arguments.quiet, scan.bytes_read(), scan.total_bytes());
    let palette = Palette::of(&io::stderr());
    let mut sink = Sink::new(format, scan.schema(), output)?;
    for batch in scan.by_ref() {
        match batch {
            Ok(batch) => sink.write(&batch)?,
            Err(error) => {
                let Unreadable { source, reason } = input_error(error)?;
                let message = unreadable(&source, &reason, &palette);
                let _ = progress.aside(|| io::stderr().write_all(&message));
            }
        }
        progress.tick();
    }
    sink.finish()?;
    progress.clear();
    let summary = scan.summary().clone();
    let tally = Tally {
        events: summary.events,
        bad: summary.bad_events(),
        bytes: summary.bytes,
        inputs: summary.inputs,
        unreadable: summary.unreadable,
        cut_short: false,
    };
    Ok((tally, summary.bad))
}

/// An error of an input; any other one ends the work.
fn input_error(error: ArrowError) -> io::Result<Unreadable> {
    match error {
        ArrowError::ExternalError(error) => match error.downcast() {
            Ok(error) => Ok(*error),
            Err(error) => Err(io::Error::other(error)),
        },
        error => Err(io::Error::other(error)),
    }
}

/// What writes record batches.
enum Sink<'o> {
    Parquet(ArrowWriter<&'o mut Output>),
    File(FileWriter<&'o mut Output>),
    /// What can be read from a pipe.
    Stream(StreamWriter<&'o mut Output>),
}

impl<'o> Sink<'o> {
    fn new(format: Format, schema: SchemaRef, output: &'o mut Output) -> io::Result<Sink<'o>> {
        Ok(match format {
            Format::Parquet => {
                let mut properties = WriterProperties::builder()
                    .set_compression(Compression::ZSTD(ZstdLevel::default()))
                    .set_statistics_enabled(EnabledStatistics::Chunk)
                    .set_max_row_group_bytes(Some(ROW_GROUP));
                // Bodies seldom repeat.
                for name in ["body", "raw"] {
                    properties = properties.set_column_dictionary_enabled(name.into(), false);
                }
                let writer = ArrowWriter::try_new(output, schema, Some(properties.build()));
                Sink::Parquet(writer.map_err(parquet_error)?)
            }
            _ if output.is_file() => {
                Sink::File(FileWriter::try_new(output, &schema).map_err(arrow_error)?)
            }
            _ => Sink::Stream(StreamWriter::try_new(output, &schema).map_err(arrow_error)?),
        })
    }

    fn write(&mut self, batch: &RecordBatch) -> io::Result<()> {
        match self {
            Sink::Parquet(writer) => writer.write(batch).map_err(parquet_error),
            Sink::File(writer) => writer.write(batch).map_err(arrow_error),
            Sink::Stream(writer) => writer.write(batch).map_err(arrow_error),
        }
    }

    fn finish(self) -> io::Result<()> {
        match self {
            Sink::Parquet(writer) => writer.close().map(|_| ()).map_err(parquet_error),
            Sink::File(mut writer) => writer.finish().map_err(arrow_error),
            Sink::Stream(mut writer) => writer.finish().map_err(arrow_error),
        }
    }
}

/// The error of the output that is the reason, if there is one.
fn parquet_error(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(error) => match error.downcast() {
            Ok(error) => *error,
            Err(error) => io::Error::other(error),
        },
        error => io::Error::other(error),
    }
}

fn arrow_error(error: ArrowError) -> io::Error {
    match error {
        ArrowError::IoError(_, error) => error,
        error => io::Error::other(error),
    }
}

/// Writes JSON lines.
fn lines(
    arguments: &Convert,
    reading: &Reading,
    output: &mut Output,
) -> io::Result<(Tally, BadEvents)> {
    let job = Job {
        reading,
        threads: arguments.threads.count(),
        quiet: false,
        progress: !arguments.quiet,
        palette: Palette::of(&io::stderr()),
    };
    let bad = Mutex::new(BadEvents::new());
    let columns = arguments.columns.as_deref();
    let tally = pipeline::run_to(&job, output, |file, event, result, output| {
        let event = event.trimmed();
        if let Err(error) = &result {
            let mut bad = bad.lock().unwrap_or_else(PoisonError::into_inner);
            bad.entry(error.code().number()).or_insert((error.code(), 0)).1 += 1;
        }
        let row = Row::new(file, event, &result);
        // Writing to a vector cannot fail.
        let _ = match columns {
            None => serde_json::to_writer(&mut output.text, &row),
            Some(columns) => serde_json::to_writer(&mut output.text, &Selected { row, columns }),
        };
        output.text.push(b'\n');
    })?;
    Ok((tally, bad.into_inner().unwrap_or_else(PoisonError::into_inner)))
}

/// A line: the place of the event and its normalised form, or what is wrong with it.
#[derive(Serialize)]
struct Row<'a> {
    source: &'a str,
    line: u64,
    byte: u64,
    #[serde(flatten)]
    event: Option<&'a Event<'a>>,
    #[serde(flatten)]
    bad: Option<Bad<'a>>,
}

#[derive(Serialize)]
struct Bad<'a> {
    error: ErrorFields,
    raw: std::borrow::Cow<'a, str>,
}

#[derive(Serialize)]
struct ErrorFields {
    code: u32,
    name: &'static str,
    offset: usize,
    member: Option<&'static str>,
}

impl<'a> Row<'a> {
    fn new(source: &'a str, place: Located<'a>, result: &'a Result<Event<'a>, Error>) -> Row<'a> {
        let bad = result.as_ref().err().map(|error| Bad {
            error: ErrorFields {
                code: error.code().number(),
                name: error.code().name(),
                offset: error.offset(),
                member: error.member(),
            },
            raw: String::from_utf8_lossy(place.text),
        });
        let event = result.as_ref().ok();
        Row { source, line: place.line, byte: place.offset, event, bad }
    }
}

/// Some members of a line, in the order in which they were named.
struct Selected<'a> {
    row: Row<'a>,
    columns: &'a [String],
}

impl Serialize for Selected<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let row = serde_json::to_value(&self.row).map_err(serde::ser::Error::custom)?;
        let mut selected = serializer.serialize_map(None)?;
        for name in self.columns {
            // JSON has no type for times.
            let name = if name == "time" { "time_ms" } else { name };
            if let Some(value) = row.get(name) {
                selected.serialize_entry(name, value)?;
            }
        }
        selected.end()
    }
}
