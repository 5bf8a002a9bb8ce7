//! Measures apigw against other JSON readers, on the events of the corpus.

mod bars;
mod chart;
mod docs;
// `apigw bench` fills the same struct.
#[path = "../../../cli/src/peer.rs"]
mod event;
mod fields;
mod machine;
mod measure;
mod own;
mod readers;
mod report;
mod writers;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;
use std::{fs, io};

use apigw_corpus::Event;
use clap::Parser;

use measure::Effort;

/// A series that contains WebSocket events, which the readers of the other libraries do not fill.
const NOT_HTTP: &str = "alternating";

/// Measures apigw against other JSON readers, and checks that it is as fast as promised.
#[derive(Parser)]
struct Arguments {
    /// Measure only these events of the corpus.
    #[arg(long = "event", value_name = "NAME")]
    events: Vec<String>,
    /// Only the events of this file, one in each line; those that not all readers read in the same
    /// way are left out. Writes target/bench/events.json.
    #[arg(long, value_name = "PATH", conflicts_with_all = ["events", "check", "docs"])]
    file: Option<PathBuf>,
    /// Number of rounds. Every reader has its turn in each round.
    #[arg(long, default_value_t = 31, value_parser = clap::value_parser!(u64).range(1..))]
    rounds: u64,
    /// Milliseconds per reader and round.
    #[arg(long, value_name = "MS", default_value_t = 15)]
    slice: u64,
    /// Fail if a bar is not reached.
    #[arg(long)]
    check: bool,
    /// Write the tables and the chart to docs/.
    #[arg(long)]
    docs: bool,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

/// Runs the benchmark. Returns false only if `--check` was given and a bar was not reached.
fn run(arguments: &Arguments) -> io::Result<bool> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let effort =
        Effort { rounds: arguments.rounds as usize, slice: Duration::from_millis(arguments.slice) };
    let machine = machine::describe();
    println!("{machine}");

    let output = root.join("target/bench");
    fs::create_dir_all(&output)?;
    if let Some(path) = &arguments.file {
        let row = own::measure(path, effort)?;
        print!("{}", report::terminal(&row));
        fs::write(output.join("events.json"), report::json(&machine::cpu(), &[row]))?;
        return Ok(true);
    }

    let mut rows = Vec::new();
    let series = apigw_corpus::SERIES.into_iter().filter(|name| *name != NOT_HTTP);
    let series = series.filter_map(apigw_corpus::series).flat_map(whole_and_in_cache);
    for (name, events) in
        series.chain(apigw_corpus::events().map(|event| (event.name, vec![event])))
    {
        if arguments.events.is_empty() || arguments.events.iter().any(|wanted| wanted == name) {
            let row = readers::measure(name, &events, effort);
            print!("{}", report::terminal(&row));
            rows.push(row);
        }
    }
    for page in apigw_corpus::pages() {
        if arguments.events.is_empty() || arguments.events.iter().any(|name| name == page.name) {
            let row = writers::measure(&page, effort);
            print!("{}", report::terminal(&row));
            rows.push(row);
        }
    }
    let outcomes = bars::outcomes(&rows);
    print!("{}", report::bars(&outcomes));

    fs::write(output.join("peers.json"), report::json(&machine::cpu(), &rows))?;
    fs::write(output.join("readers.md"), report::readers(&rows, &outcomes))?;
    if arguments.docs {
        let tables = report::markdown(&machine, effort, &rows);
        docs::replace(&root.join("docs/benchmarks.md"), &tables)?;
        chart::write(&root.join("docs"), &machine::cpu(), &rows)?;
    }
    Ok(!arguments.check || outcomes.iter().all(bars::Outcome::holds))
}

/// The number of events of a series that fit into the second-level cache.
const IN_CACHE: usize = 400;

/// Returns a series as one pass over all of its events, and its first events again and again.
fn whole_and_in_cache(events: Vec<Event>) -> Vec<(&'static str, Vec<Event>)> {
    let name = events[0].name;
    if events.len() <= IN_CACHE {
        return vec![(name, events)];
    }
    let first = events[..IN_CACHE].to_vec();
    vec![(name, events), (format!("{name}-{IN_CACHE}").leak(), first)]
}
