//! `apigw check`: the bad events.

use std::io;

use apigw::Body;
use apigw_gateway::faults::Document;

use crate::args::Check;
use crate::pipeline::{self, Job};
use crate::report::Fault;
use crate::text::Palette;

/// Whether all events are good.
pub(crate) fn run(arguments: &Check) -> io::Result<bool> {
    let palette = Palette::of(&io::stdout());
    let job = Job {
        reading: &arguments.reading,
        threads: arguments.threads.count(),
        quiet: arguments.quiet,
        progress: true,
        palette: Palette::of(&io::stderr()),
    };
    let tally = pipeline::run(&job, |file, event, result, output| {
        let fault = match result {
            Err(error) => Fault::new(Document::Event, file, event, error),
            Ok(decoded) => match decoded.bytes() {
                Err(error) if matches!(decoded.body(), Body::Base64(_)) => {
                    let text = format!("the body is marked as base64: {}", error.code().text());
                    Fault::warning(file, event, error, text)
                }
                _ => return,
            },
        };
        if arguments.json {
            fault.write_json(&mut output.text);
        } else {
            fault.write_line(&palette, &mut output.text);
        }
    })?;
    if !arguments.quiet {
        tally.report(&job.palette);
    }
    Ok(tally.all_well())
}
