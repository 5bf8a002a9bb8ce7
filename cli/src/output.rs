//! The file that a command writes: whole, or as it was before.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::{process, thread};

use tempfile::NamedTempFile;

use crate::signals::Signals;

/// Where a command writes.
pub(crate) struct Output(Kind);

enum Kind {
    Stdout(io::Stdout),
    /// A pipe or a device.
    Stream(BufWriter<File>),
    /// A file next to the one with the name, until it is complete.
    File {
        partial: BufWriter<NamedTempFile>,
        path: PathBuf,
    },
}

impl Output {
    /// Opens the output; `-` is standard output.
    pub(crate) fn create(path: &Path) -> io::Result<Output> {
        if path == Path::new("-") {
            return Ok(Output(Kind::Stdout(io::stdout())));
        }
        // A link stays a link.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.into());
        if fs::metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
            let file = OpenOptions::new().write(true).open(path)?;
            return Ok(Output(Kind::Stream(BufWriter::new(file))));
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let prefix = format!(".{name}.");
        let mut builder = tempfile::Builder::new();
        builder.prefix(&prefix).suffix(".tmp");
        // The permissions of any new file, not those of a secret one.
        builder.permissions(PermissionsExt::from_mode(0o666));
        let partial = builder.tempfile_in(folder.unwrap_or(Path::new(".")))?;
        remove_on_signal(partial.path().into())?;
        Ok(Output(Kind::File { partial: BufWriter::new(partial), path }))
    }

    /// Whether it can be read from any place once it is written.
    pub(crate) fn is_file(&self) -> bool {
        matches!(self.0, Kind::File { .. })
    }

    /// Gives the file its name. Without this call, it is removed.
    pub(crate) fn finish(self) -> io::Result<()> {
        match self.0 {
            Kind::Stdout(mut stdout) => stdout.flush(),
            Kind::Stream(mut stream) => stream.flush(),
            Kind::File { partial, path } => {
                let partial = partial.into_inner().map_err(io::IntoInnerError::into_error)?;
                partial.as_file().sync_all()?;
                partial.persist(path)?;
                Ok(())
            }
        }
    }
}

/// Removes the file when the program is asked to end, and ends it.
fn remove_on_signal(path: PathBuf) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut signals = {
        let _context = runtime.enter();
        Signals::new()?
    };
    thread::Builder::new().name("signals".into()).spawn(move || {
        runtime.block_on(signals.wait());
        // It is not there any more if it has got its name.
        let _ = fs::remove_file(path);
        process::exit(1);
    })?;
    Ok(())
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.0 {
            Kind::Stdout(stdout) => stdout.write(bytes),
            Kind::Stream(stream) => stream.write(bytes),
            Kind::File { partial, .. } => partial.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.0 {
            Kind::Stdout(stdout) => stdout.flush(),
            Kind::Stream(stream) => stream.flush(),
            // It is complete when it gets its name.
            Kind::File { .. } => Ok(()),
        }
    }
}
