//! `apigw check`: the bad events.

use std::io;

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
        let Err(error) = result else { return };
        let fault = Fault::new(file, event, error);
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
