//! The generated part of a document.

use std::path::Path;
use std::{fs, io};

const BEGIN: &str = "<!-- made by benches/run.sh: begin -->\n";
const END: &str = "<!-- made by benches/run.sh: end -->\n";

/// Replaces the text between the two marks.
pub(crate) fn replace(path: &Path, text: &str) -> io::Result<()> {
    let document = fs::read_to_string(path)?;
    let parts = document
        .split_once(BEGIN)
        .and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let Some((before, after)) = parts else {
        let message = format!("{} lacks the marks", path.display());
        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
    };
    fs::write(path, format!("{before}{BEGIN}\n{text}\n{END}{after}"))
}
