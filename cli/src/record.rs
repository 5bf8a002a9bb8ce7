//! The file of `apigw dev --record`: a line for each event, whole or not there.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use apigw_input::describe;
use serde::de::IgnoredAny;

use crate::text::Printable;
use crate::text::plural;

/// A file to which events are appended.
pub(crate) struct Record {
    path: PathBuf,
    file: File,
    /// Whether it has an end that can be cut off: a pipe or a device has none.
    is_regular: bool,
    /// The length to which it has to be cut before anything is appended.
    cut: Option<u64>,
    /// Events that are missing, since the last one that was written.
    missing: u64,
}

impl Record {
    /// Opens a file, and says what had to be done with its last line.
    pub(crate) fn open(path: &Path) -> Result<(Record, Option<String>), String> {
        let named = |reason: String| format!("{}: {reason}", Printable(&path.to_string_lossy()));
        let open = || {
            // Of a pipe only the end for writing.
            let is_regular = !path.exists() || path.is_file();
            let file = OpenOptions::new().create(true).append(true).read(is_regular).open(path)?;
            Ok((file, is_regular))
        };
        let (file, is_regular) = open().map_err(|error: io::Error| named(describe(&error)))?;
        let mut record = Record { path: path.into(), file, is_regular, cut: None, missing: 0 };
        if !is_regular {
            return Ok((record, None));
        }
        // The lock also says to `apigw replay` that the file grows.
        match record.file.try_lock() {
            Err(TryLockError::WouldBlock) => {
                return Err(named("another `apigw dev` records into it".into()));
            }
            // Where a file system has no locks, two gateways are the user's affair.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        let mended = record.mend().map_err(|error| named(describe(&error)))?;
        Ok((record, mended.map(named)))
    }

    /// Lets the next event begin at the start of a line.
    fn mend(&mut self) -> io::Result<Option<String>> {
        let length = self.file.metadata()?.len();
        let start = last_line(&mut self.file, length)?;
        if start == length {
            return Ok(None);
        }
        self.file.seek(SeekFrom::Start(start))?;
        let mut line = Vec::new();
        (&self.file).take(MAX_LINE).read_to_end(&mut line)?;
        // Only what may be half of an event is cut off: never text that is not ours.
        if line.starts_with(b"{") && serde_json::from_slice::<IgnoredAny>(&line).is_err() {
            self.file.set_len(start)?;
            let bytes = plural(length - start, "byte");
            return Ok(Some(format!("the last line was cut short, {bytes} of it are removed")));
        }
        self.write(b"\n")?;
        Ok(None)
    }

    /// Appends an event, and returns what has to be reported: the first loss, and the number of
    /// events that were lost once one is written again.
    pub(crate) fn append(&mut self, event: &[u8]) -> Option<String> {
        // In one piece, so that others who read the file do not see half of it.
        let line = [event, b"\n"].concat();
        let Err(error) = self.write(&line) else { return self.loss() };
        self.missing += 1;
        let path = self.path.to_string_lossy();
        let reason = describe(&error);
        (self.missing == 1)
            .then(|| format!("{}: events are not recorded: {reason}", Printable(&path)))
    }

    /// What has not been said of events that are missing.
    pub(crate) fn loss(&mut self) -> Option<String> {
        let missing = std::mem::take(&mut self.missing);
        let events = plural(missing, "event");
        let path = self.path.to_string_lossy();
        (missing > 0).then(|| format!("{}: {events} missing, not recorded", Printable(&path)))
    }

    fn write(&mut self, line: &[u8]) -> io::Result<()> {
        if !self.is_regular {
            return self.file.write_all(line);
        }
        if let Some(length) = self.cut {
            self.file.set_len(length)?;
            self.cut = None;
        }
        let length = self.file.metadata()?.len();
        self.file.write_all(line).inspect_err(|_| {
            self.cut = Some(length);
            if self.file.set_len(length).is_ok() {
                self.cut = None;
            }
        })
    }
}

/// Bytes of a line that can be an event; a longer one is not read.
const MAX_LINE: u64 = 64 << 20;

/// Where the last line begins; if it has a line feed at its end, the end of the file.
fn last_line(file: &mut File, length: u64) -> io::Result<u64> {
    const BLOCK: u64 = 64 << 10;
    let mut end = length;
    while end > 0 {
        let start = end.saturating_sub(BLOCK);
        let mut block = vec![0; (end - start) as usize];
        file.seek(SeekFrom::Start(start))?;
        file.read_exact(&mut block)?;
        if let Some(at) = memchr::memrchr(b'\n', &block) {
            return Ok(start + at as u64 + 1);
        }
        end = start;
    }
    Ok(0)
}
