//! The events of a file, to measure what somebody really gets.

use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::{fs, io};

use crate::measure::{Effort, Row};
use crate::readers::{self, Reader};

/// Measures all readers on the events of a file, one in each line. Events that apigw refuses, or
/// that another reader does not read in the same way, are left out.
pub(crate) fn measure(path: &Path, effort: Effort) -> io::Result<Row> {
    let text = fs::read(path).map_err(|error| named(path, &error.to_string()))?;
    let lines = text.split(|&byte| byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
    let mut decoder = apigw::Decoder::new();
    let (events, refused): (Vec<&[u8]>, Vec<&[u8]>) =
        lines.partition(|line| decoder.decode(line).is_ok());
    let mut readers = readers::all(events.iter().map(|event| event.len()).max().unwrap_or(0));
    // Some readers panic for what they refuse; the count below says enough.
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let (events, different): (Vec<&[u8]>, Vec<&[u8]>) =
        events.into_iter().partition(|event| agree(&mut readers, event));
    panic::set_hook(hook);
    println!(
        "{} events; left out are {} that apigw refuses and {} that others read differently",
        events.len(),
        refused.len(),
        different.len(),
    );
    if events.is_empty() {
        return Err(named(path, "there is no event in it that all readers read"));
    }
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into());
    Ok(crate::measure::measure(name.leak(), &events, &mut readers, effort))
}

/// Returns whether all readers return the same fields for an event.
fn agree(readers: &mut [Box<dyn Reader>], event: &[u8]) -> bool {
    let expected = readers[0].fields(event);
    readers.iter_mut().all(|reader| {
        let found = panic::catch_unwind(AssertUnwindSafe(|| reader.fields(event)));
        found.is_ok_and(|found| found.is_none() || found == expected)
    })
}

fn named(path: &Path, error: &str) -> io::Error {
    io::Error::other(format!("{}: {error}", path.display()))
}
