//! `apigw bench`: how fast the user's own events are decoded, kernel by kernel, compared with
//! serde_json.

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::{self, Write as _};
use std::ops::Range;
use std::time::{Duration, Instant};

use apigw::{Decoder, Kernel};
use apigw_gateway::faults::Document;
use apigw_input::{Buffer, Kind, Pieces, Source, for_each};
use hdrhistogram::Histogram;
use indicatif::{DecimalBytes, HumanCount, ProgressBar};
use serde::Serialize;

use crate::args::{Bench, Reading};
use crate::peer;
use crate::report::{Fault, Tally, unreadable};
use crate::text::plural;
use crate::text::{Palette, print};

/// A round takes each reader at least this long, so that reading the clock does not count.
const ROUND: Duration = Duration::from_millis(10);

const SERDE_JSON: &str = "serde_json";

/// Whether every event could be measured.
pub(crate) fn run(arguments: &Bench) -> io::Result<bool> {
    let (sample, tally) = Sample::load(&arguments.reading, arguments.sample);
    if sample.events.is_empty() {
        // There is nowhere to report that standard error is closed.
        let _ = writeln!(io::stderr(), "apigw: there is no event to measure");
        return Ok(false);
    }
    let mut readers = Reader::all(&arguments.reading);
    let refused = sample.refused_by_serde_json();
    measure(&sample, &mut readers, arguments.rounds.get());
    let rows = rows(&sample, &mut readers);
    let mut text = String::new();
    if arguments.json {
        for row in &rows {
            text += &serde_json::to_string(row)?;
            text.push('\n');
        }
    } else {
        table(&sample, &rows, arguments.rounds.get(), refused, &mut text);
    }
    print(text.as_bytes())?;
    Ok(tally.all_well())
}

/// Events in memory.
pub(crate) struct Sample {
    text: Vec<u8>,
    events: Vec<Range<usize>>,
    /// Bytes of events.
    bytes: usize,
    /// There were more than asked for.
    cut: bool,
}

impl Sample {
    /// Loads the good events of the inputs, up to `max` bytes of them; the others are reported.
    pub(crate) fn load(reading: &Reading, max: usize) -> (Sample, Tally) {
        let sources = Source::expand(&reading.files);
        let names: Vec<String> = sources.iter().map(Source::name).collect();
        let mut pieces = Pieces::new(sources, reading.form(), reading.max_event);
        let mut decoder = reading.decoder();
        let mut buffer = Buffer::default();
        let palette = Palette::of(&io::stderr());
        let mut sample = Sample { text: Vec::new(), events: Vec::new(), bytes: 0, cut: false };
        let mut tally = Tally::default();
        while !sample.cut
            && let Some(piece) = pieces.next(&mut buffer)
        {
            let name = &names[piece.source];
            let mut message = Vec::new();
            if let Kind::Failed(reason) = &piece.kind {
                tally.unreadable += 1;
                message = unreadable(name, reason, &palette);
            }
            for_each(&piece, buffer.filled(), |event| {
                match decoder.decode(event.text) {
                    Err(error) => {
                        tally.bad += 1;
                        Fault::new(Document::Event, name, event, error)
                            .write_line(&palette, &mut message);
                    }
                    Ok(_) if !sample.events.is_empty() && sample.bytes + event.text.len() > max => {
                        sample.cut = true;
                    }
                    Ok(_) => sample.push(event.text),
                }
                !sample.cut
            });
            // There is nowhere to report that standard error is closed.
            let _ = io::stderr().write_all(&message);
        }
        (sample, tally)
    }

    fn push(&mut self, event: &[u8]) {
        let start = self.text.len();
        self.text.extend_from_slice(event);
        self.events.push(start..self.text.len());
        self.bytes += event.len();
    }

    pub(crate) fn events(&self) -> impl Iterator<Item = &[u8]> {
        self.events.iter().map(|range| &self.text[range.clone()])
    }

    /// Events that apigw takes and serde_json does not.
    fn refused_by_serde_json(&self) -> usize {
        self.events()
            .filter(|text| serde_json::from_slice::<peer::Event<'_>>(text).is_err())
            .count()
    }
}

/// Something that decodes, and what it took.
struct Reader {
    name: &'static str,
    /// None: serde_json.
    decoder: Option<Decoder>,
    /// Passes over the sample in one round.
    passes: u32,
    /// Of each round, per pass.
    times: Vec<Duration>,
    /// Nanoseconds of single events.
    latencies: Histogram<u64>,
}

impl Reader {
    /// All that run on this CPU.
    fn all(reading: &Reading) -> Vec<Reader> {
        let kernels = Kernel::available().map(|kernel| {
            let mut decoder = reading.decoder();
            decoder.set_kernel(kernel);
            Reader::new(kernel.name(), Some(decoder))
        });
        kernels.chain([Reader::new(SERDE_JSON, None)]).collect()
    }

    fn new(name: &'static str, decoder: Option<Decoder>) -> Reader {
        // A minute is no time that an event takes.
        let latencies = Histogram::new_with_max(60_000_000_000, 3);
        let latencies = latencies.expect("the bounds of the histogram are valid");
        Reader { name, decoder, passes: 1, times: Vec::new(), latencies }
    }

    fn read(&mut self, text: &[u8]) {
        match &mut self.decoder {
            Some(decoder) => {
                let _ = black_box(decoder.decode(black_box(text)));
            }
            None => {
                let _ = black_box(serde_json::from_slice::<peer::Event<'_>>(black_box(text)));
            }
        }
    }

    /// One pass, the whole of it timed.
    fn pass(&mut self, sample: &Sample) -> Duration {
        let start = Instant::now();
        sample.events().for_each(|text| self.read(text));
        start.elapsed()
    }

    fn round(&mut self, sample: &Sample) {
        let total: Duration = (0..self.passes).map(|_| self.pass(sample)).sum();
        self.times.push(total / self.passes);
        for _ in 0..self.passes {
            let mut start = Instant::now();
            for text in sample.events() {
                self.read(text);
                let end = Instant::now();
                self.latencies.saturating_record((end - start).as_nanos() as u64);
                start = end;
            }
        }
    }

    /// The median over the rounds, per pass.
    fn time(&mut self) -> Duration {
        self.times.sort_unstable();
        self.times[self.times.len() / 2]
    }
}

fn measure(sample: &Sample, readers: &mut [Reader], rounds: usize) {
    for reader in readers.iter_mut() {
        // The first pass warms up, the second shows how long one takes.
        reader.pass(sample);
        let pass = reader.pass(sample).max(Duration::from_nanos(1));
        reader.passes = ROUND.div_duration_f64(pass).ceil() as u32;
    }
    let bar = ProgressBar::new(rounds as u64);
    for round in 0..rounds {
        // Each is first in turn, so that none always follows the same.
        let first = round % readers.len();
        let (late, early) = readers.split_at_mut(first);
        early.iter_mut().chain(late).for_each(|reader| reader.round(sample));
        bar.inc(1);
    }
    bar.finish_and_clear();
}

/// The figures of one reader.
#[derive(Serialize)]
struct Row {
    reader: &'static str,
    events: usize,
    bytes: usize,
    events_per_second: f64,
    gigabytes_per_second: f64,
    p50_ns: u64,
    p90_ns: u64,
    p99_ns: u64,
    max_ns: u64,
    /// How many times as fast as serde_json.
    times_serde_json: f64,
}

fn rows(sample: &Sample, readers: &mut [Reader]) -> Vec<Row> {
    let times: Vec<f64> = readers.iter_mut().map(|reader| reader.time().as_secs_f64()).collect();
    // serde_json is the last reader.
    let peer = times[times.len() - 1];
    let row = |(reader, time): (&Reader, &f64)| Row {
        reader: reader.name,
        events: sample.events.len(),
        bytes: sample.bytes,
        events_per_second: sample.events.len() as f64 / time,
        gigabytes_per_second: sample.bytes as f64 / time / 1e9,
        p50_ns: reader.latencies.value_at_quantile(0.50),
        p90_ns: reader.latencies.value_at_quantile(0.90),
        p99_ns: reader.latencies.value_at_quantile(0.99),
        max_ns: reader.latencies.max(),
        times_serde_json: peer / time,
    };
    readers.iter().zip(&times).map(row).collect()
}

// Writing to a string cannot fail.
fn table(sample: &Sample, rows: &[Row], rounds: usize, refused: usize, out: &mut String) {
    let Palette { faint, label, .. } = Palette::of(&io::stdout());
    let events = sample.events.len();
    let _ = writeln!(
        out,
        "{}{}, {}, {} bytes each on average; medians of {}",
        if sample.cut { "only the first " } else { "" },
        plural(events as u64, "event"),
        DecimalBytes(sample.bytes as u64),
        HumanCount((sample.bytes / events) as u64),
        plural(rounds as u64, "round"),
    );
    if sample.cut {
        let _ = writeln!(out, "(--sample takes more)");
    }
    if refused > 0 {
        let _ = writeln!(out, "serde_json refuses {} of them", HumanCount(refused as u64));
    }
    let _ = writeln!(
        out,
        "\n{faint}{:<11} {:>12} {:>7} {:>9} {:>9} {:>9} {:>11} {:>14}{faint:#}",
        "", "events/s", "GB/s", "p50 ns", "p90 ns", "p99 ns", "max ns", "x serde_json"
    );
    for row in rows {
        let _ = writeln!(
            out,
            "{label}{:<11}{label:#} {:>12} {:>7.3} {:>9} {:>9} {:>9} {:>11} {:>14.2}",
            row.reader,
            HumanCount(row.events_per_second as u64).to_string(),
            row.gigabytes_per_second,
            HumanCount(row.p50_ns).to_string(),
            HumanCount(row.p90_ns).to_string(),
            HumanCount(row.p99_ns).to_string(),
            HumanCount(row.max_ns).to_string(),
            row.times_serde_json,
        );
    }
    let kernels = rows.iter().filter(|row| row.reader != SERDE_JSON);
    let best =
        kernels.max_by(|one, other| one.events_per_second.total_cmp(&other.events_per_second));
    if let Some(best) = best {
        let _ = writeln!(
            out,
            "\napigw decodes one of these events in {} ns, {:.1} times as fast as serde_json.",
            HumanCount((1e9 / best.events_per_second).round() as u64),
            best.times_serde_json,
        );
    }
}
