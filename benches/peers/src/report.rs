//! Tables of the results for the terminal, for programs, and for the documentation.

use std::fmt::Write;

use serde::Serialize;

use crate::bars::{self, Outcome, PEERS};
use crate::measure::{Effort, Row, Time};
use crate::readers;

/// Returns the time of apigw's fastest kernel on this CPU, which comes last.
pub(crate) fn best(row: &Row) -> &Time {
    let mut kernels = row.times.iter().filter(|time| time.reader.starts_with("apigw/"));
    kernels.next_back().expect("there is always a portable kernel")
}

/// Returns the table of one event for the terminal.
pub(crate) fn terminal(row: &Row) -> String {
    let best = best(row).median;
    let mut out = format!("\n{} ({} bytes)\n", row.event, row.bytes);
    for time in &row.times {
        let gb = row.gigabytes_per_second(time);
        writeln!(
            out,
            "  {:<24}{:>12} ns {:>9.1} %{:>8.2} GB/s{:>8.2}x",
            time.reader,
            nanoseconds(time.median),
            spread(time),
            gb,
            time.median / best,
        )
        .expect("a string takes everything");
    }
    out
}

/// Returns every bar and whether it holds, for the terminal.
pub(crate) fn bars(outcomes: &[Outcome]) -> String {
    let mut out = String::from("\nBars\n");
    for bar in outcomes {
        writeln!(
            out,
            "  {:<6} {:<16} {:<9} {:>6.2}x of {:>4}x  {}",
            if bar.holds() { "ok" } else { "BELOW" },
            bar.event,
            bar.kernel,
            bar.ratio,
            bar.floor,
            bar.peer,
        )
        .expect("a string takes everything");
    }
    let missing = bars::BARS.len() - outcomes.len();
    if missing > 0 {
        writeln!(out, "  {missing} more are for events or kernels that were not measured")
            .expect("a string takes everything");
    }
    out
}

#[derive(Serialize)]
struct Document<'a> {
    cpu: &'a str,
    results: Vec<Entry<'a>>,
}

#[derive(Serialize)]
struct Entry<'a> {
    corpus: &'a str,
    reader: &'a str,
    bytes: usize,
    ns: f64,
}

/// Returns the contents of `peers.json`.
pub(crate) fn json(cpu: &str, rows: &[Row]) -> String {
    let document = Document { cpu, results: rows.iter().flat_map(entries).collect() };
    serde_json::to_string_pretty(&document).expect("strings and finite numbers") + "\n"
}

fn entries(row: &Row) -> impl Iterator<Item = Entry<'_>> {
    row.times.iter().map(|time| Entry {
        corpus: row.event,
        reader: &time.reader,
        bytes: row.bytes,
        ns: (time.median * 10.0).round() / 10.0,
    })
}

/// Returns the tables of `docs/benchmarks.md`.
pub(crate) fn markdown(machine: &str, effort: Effort, rows: &[Row]) -> String {
    let mut out = wrapped(&format!("Measured on {machine}, {} rounds.\n\n", effort.rounds));
    let (events, responses) = events_and_responses(rows);
    markdown_peers(&mut out, &events);
    markdown_responses(&mut out, &responses);
    out.truncate(out.trim_end().len() + 1);
    out
}

fn events_and_responses(rows: &[Row]) -> (Vec<&Row>, Vec<&Row>) {
    // Only events have a limit of readers.
    rows.iter().partition(|row| row.time("memcpy").is_some())
}

/// Writes the nanoseconds of the peers, and their ratio to those of apigw.
fn markdown_peers(out: &mut String, rows: &[&Row]) {
    let (aws, others): (Vec<&Row>, Vec<&Row>) =
        rows.iter().partition(|row| readers::is_aws(row.event));
    let (series, single): (Vec<&Row>, Vec<&Row>) = others.iter().partition(|row| row.count > 1);
    out.push_str(
        "Series of events that all differ. Nanoseconds per event; for a peer, the ratio to apigw\n\
         and its 10th and 90th percentile. The second column of apigw fills a C struct with all\n\
         fields, as simdjson does; the others leave them to the caller, or to serde.\n\n",
    );
    table(out, &series);
    out.push_str("One event repeated, which a CPU learns by heart:\n\n");
    table(out, &single);
    out.push_str(
        "Series of events of AWS that all differ. simdjson-ondemand gives the fields the same\n\
         meaning: it decodes the query, splits cookies and prefers maps with several values.\n\
         serde makes the types of `aws_lambda_events`, which do none of that.\n\n",
    );
    table(out, &aws);
}

fn table(out: &mut String, rows: &[&Row]) {
    let Some(first) = rows.first() else { return };
    let peers: Vec<&str> = PEERS.into_iter().filter(|peer| first.time(peer).is_some()).collect();
    out.push_str("| event | bytes | apigw | all fields, in C |");
    line(out, peers.iter().map(|peer| format!(" {peer} |")));
    let columns = ["|---|--:|--:|--:|".into()];
    line(out, columns.into_iter().chain(peers.iter().map(|_| "--:|".into())));
    for row in rows {
        let best = best(row);
        let cells = peers.iter().filter_map(|peer| row.time(peer)).map(|time| {
            let (ratio, [low, high]) = time.ratio(best);
            format!(" {} ({ratio:.1}×, {low:.1} to {high:.1}) |", nanoseconds(time.median))
        });
        let in_c = row.times.iter().rfind(|time| time.reader.starts_with("apigw-c/"));
        let first = format!(
            "| {} | {} | **{}** | {} |",
            row.event,
            grouped(row.bytes),
            nanoseconds(best.median),
            in_c.map_or(String::new(), |time| nanoseconds(time.median)),
        );
        line(out, [first].into_iter().chain(cells));
    }
    out.push('\n');
}

/// Writes the gigabytes per second of apigw, for each kernel and each function, and of the limits.
fn markdown_kernels(out: &mut String, rows: &[&Row]) {
    let Some(first) = rows.first() else { return };
    let readers = first.times.iter().map(|time| time.reader.as_str());
    let own: Vec<&str> = readers.filter(|reader| !PEERS.contains(reader)).collect();
    out.push_str(
        "Gigabytes per second of apigw by kernel and call, and the two limits:\n\n| event |",
    );
    line(out, own.iter().map(|reader| format!(" {reader} |")));
    line(out, ["|---|".into()].into_iter().chain(own.iter().map(|_| "--:|".into())));
    for row in rows {
        let times = own.iter().filter_map(|reader| row.time(reader));
        let cells = times.map(|time| format!(" {:.2} |", row.gigabytes_per_second(time)));
        line(out, [format!("| {} |", row.event)].into_iter().chain(cells));
    }
    out.push('\n');
}

/// Writes the nanoseconds of the writers of responses, by body.
fn markdown_responses(out: &mut String, rows: &[&Row]) {
    out.push_str("Nanoseconds per response with six headers, and the ratio to apigw:\n\n");
    out.push_str("| body | bytes | apigw | others |\n|---|--:|--:|---|\n");
    for row in rows {
        let best = best(row).median;
        let others = row.times.iter().filter(|time| !time.reader.starts_with("apigw/"));
        let others: Vec<String> = others
            .map(|time| {
                let ratio = time.median / best;
                format!("{} {} ({ratio:.1}×)", time.reader, nanoseconds(time.median))
            })
            .collect();
        let bytes = grouped(row.bytes);
        line(
            out,
            [format!(
                "| {} | {bytes} | **{}** | {} |",
                row.event,
                nanoseconds(best),
                others.join(", ")
            )],
        );
    }
    out.push('\n');
}

fn markdown_bars(out: &mut String, outcomes: &[Outcome]) {
    out.push_str("The project's bars, ratios of medians:\n\n");
    out.push_str("| event | kernel | against | at least | measured |\n|---|---|---|--:|--:|\n");
    for bar in outcomes {
        let missed = if bar.holds() { "" } else { ", **below**" };
        let Outcome { event, kernel, peer, floor, ratio } = bar;
        line(out, [format!("| {event} | {kernel} | {peer} | {floor}× | {ratio:.2}×{missed} |")]);
    }
}

/// Returns the contents of `readers.md`: the kernels, the bars, and every reader of every event
/// with its spread.
pub(crate) fn readers(rows: &[Row], outcomes: &[Outcome]) -> String {
    let mut out = String::new();
    markdown_kernels(&mut out, &events_and_responses(rows).0);
    markdown_bars(&mut out, outcomes);
    out.push_str("\n| event | reader | median ns | p10 | p90 | GB/s |\n");
    out.push_str("|---|---|--:|--:|--:|--:|\n");
    for row in rows {
        for time in &row.times {
            let [median, low, high] = [time.median, time.low, time.high].map(nanoseconds);
            let gb = row.gigabytes_per_second(time);
            let Row { event, .. } = row;
            line(
                &mut out,
                [format!("| {event} | {} | {median} | {low} | {high} | {gb:.2} |", time.reader)],
            );
        }
    }
    out
}

/// Breaks the text into lines of at most 100 columns.
fn wrapped(text: &str) -> String {
    let mut out = String::new();
    let mut width = 0;
    for word in text.split(' ') {
        if width > 0 && width + 1 + word.len() > 100 {
            out.push('\n');
            width = 0;
        } else if width > 0 {
            out.push(' ');
            width += 1;
        }
        out.push_str(word);
        width += word.len();
    }
    out
}

fn line(out: &mut String, cells: impl IntoIterator<Item = String>) {
    out.extend(cells);
    out.push('\n');
}

/// Returns half the distance between the tenth and the ninetieth percentile, in percent of the
/// median.
fn spread(time: &Time) -> f64 {
    (time.high - time.low) / 2.0 / time.median * 100.0
}

fn nanoseconds(ns: f64) -> String {
    if ns < 100.0 { format!("{ns:.1}") } else { grouped(ns.round() as usize) }
}

/// Returns the number with its digits in groups of three.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev();
    let groups: Vec<_> = groups.map(|group| String::from_utf8_lossy(group)).collect();
    groups.join("\u{202f}")
}
