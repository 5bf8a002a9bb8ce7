//! The events of a file, to measure what somebody really gets.

use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::{fs, io};

use crate::measure::{Effort, Row};
use crate::readers;

/// Measures the readers on the events of a file, one in each line. Events that apigw refuses are
/// left out, and so are readers that do not return the same fields for all others.
pub(crate) fn measure(path: &Path, effort: Effort) -> io::Result<Row> {
    let text = fs::read(path).map_err(|error| named(path, &error.to_string()))?;
    let lines = text.split(|&byte| byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let mut decoder = apigw::Decoder::new();
    let (events, refused): (Vec<&[u8]>, Vec<&[u8]>) =
        lines.partition(|line| decoder.decode(line).is_ok());
    if !refused.is_empty() {
        println!("{} events are refused and left out", refused.len());
    }
    if events.is_empty() {
        return Err(named(path, "there is no event in it"));
    }

    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into());
    let mut readers = readers::all(events.iter().map(|event| event.len()).max().unwrap_or(0));
    let expected: Vec<_> = events.iter().map(|event| readers[0].fields(event)).collect();
    // Their refusals are panics, of which one line here says enough.
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    readers.retain_mut(|reader| {
        let different = events.iter().zip(&expected).filter(|(event, expected)| {
            let found = panic::catch_unwind(AssertUnwindSafe(|| reader.fields(event)));
            found.map_or(true, |found| found.is_some() && found != **expected)
        });
        let count = different.count();
        if count > 0 {
            println!("{} is left out: it reads {count} events differently", reader.name());
        }
        count == 0
    });
    panic::set_hook(hook);
    Ok(crate::measure::measure(name.leak(), &events, &mut readers, effort))
}

fn named(path: &Path, error: &str) -> io::Error {
    io::Error::other(format!("{}: {error}", path.display()))
}
