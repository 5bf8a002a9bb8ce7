//! The inputs: files, folders and standard input, opened one after the other and uncompressed.

use std::fs::{self, File, TryLockError};
use std::io::{self, BufReader, Cursor, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::bufread::MultiGzDecoder;

/// Compressed bytes read at a time.
const COMPRESSED: usize = 256 * 1024;

/// One input as the command line names it.
pub enum Source {
    /// Standard input.
    Stdin,
    /// A file.
    File(PathBuf),
    /// A folder that could not be listed.
    Unreadable(PathBuf, String),
}

impl Source {
    /// The sources for the arguments: a folder stands for its regular files in the order of names.
    pub fn expand(arguments: &[PathBuf]) -> Vec<Source> {
        if arguments.is_empty() {
            return vec![Source::Stdin];
        }
        let mut sources = Vec::new();
        for path in arguments {
            if path == Path::new("-") {
                sources.push(Source::Stdin);
            } else if path.is_dir() {
                match regular_files(path) {
                    Ok(files) if files.is_empty() => {
                        sources.push(Source::Unreadable(path.clone(), "holds no files".into()));
                    }
                    Ok(files) => sources.extend(files.into_iter().map(Source::File)),
                    Err(error) => {
                        sources.push(Source::Unreadable(path.clone(), describe(&error)));
                    }
                }
            } else {
                sources.push(Source::File(path.clone()));
            }
        }
        sources
    }

    /// The paths for the arguments: a folder is replaced by its files, if it has any.
    pub fn paths(arguments: &[PathBuf]) -> Vec<PathBuf> {
        let expand = |path: &PathBuf| match regular_files(path) {
            Ok(files) if path.is_dir() && !files.is_empty() => files,
            // What is wrong with it is reported when it is its turn.
            _ => vec![path.clone()],
        };
        arguments.iter().flat_map(expand).collect()
    }

    /// The name for messages.
    pub fn name(&self) -> String {
        match self {
            Source::Stdin => "<stdin>".into(),
            Source::File(path) | Source::Unreadable(path, _) => path.display().to_string(),
        }
    }

    /// Bytes to read, as far as the file system knows.
    pub fn size(&self) -> Option<u64> {
        match self {
            Source::Stdin => None,
            Source::Unreadable(..) => Some(0),
            Source::File(path) => {
                let metadata = fs::metadata(path).ok()?;
                metadata.is_file().then_some(metadata.len())
            }
        }
    }

    /// Whether a gateway records into it now: it holds a lock.
    pub fn is_being_recorded(&self) -> bool {
        let Source::File(path) = self else { return false };
        File::open(path).is_ok_and(|file| {
            file.metadata().is_ok_and(|metadata| metadata.is_file())
                && matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
        })
    }

    /// Opens the source; bytes taken from it, compressed or not, are added to `read`.
    pub fn open(&self, read: &Arc<AtomicU64>) -> Result<Opened, String> {
        match self {
            Source::Unreadable(_, reason) => Err(reason.clone()),
            Source::Stdin => {
                if io::stdin().is_terminal() {
                    // There is nowhere to report that standard error is closed.
                    let _ = writeln!(io::stderr(), "apigw: reading from the terminal");
                }
                Opened::new(io::stdin(), true, read)
            }
            Source::File(path) => {
                let file = File::open(path).map_err(|error| describe(&error))?;
                let metadata = file.metadata().map_err(|error| describe(&error))?;
                match metadata.len() {
                    // Of a file that grows, what there is now. Files of the system have no length.
                    length @ 1.. if metadata.is_file() => {
                        Opened::new(file.take(length), false, read)
                    }
                    _ => Opened::new(file, !metadata.is_file(), read),
                }
            }
        }
    }
}

fn regular_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// A source that is being read.
pub struct Opened {
    reader: Box<dyn Read + Send>,
    compression: Option<&'static str>,
    /// Somebody may be writing the other end: what is there is handed out without waiting for more.
    pub(crate) live: bool,
    /// Bytes of a byte order mark, which was skipped.
    pub(crate) skipped: u64,
}

/// What some editors put in front of UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

impl Opened {
    fn new(
        inner: impl Read + Send + 'static,
        live: bool,
        read: &Arc<AtomicU64>,
    ) -> Result<Opened, String> {
        let mut inner = Counted { inner, read: Arc::clone(read) };
        let mut magic = Vec::new();
        (&mut inner).take(4).read_to_end(&mut magic).map_err(|error| describe(&error))?;
        let kind = Kind::of(&magic);
        let whole = Cursor::new(magic).chain(inner);
        let buffered = |whole| BufReader::with_capacity(COMPRESSED, whole);
        let (reader, compression): (Box<dyn Read + Send>, _) = match kind {
            Kind::Plain => (Box::new(whole), None),
            Kind::Gzip => (Box::new(MultiGzDecoder::new(buffered(whole))), Some("gzip")),
            Kind::Zstd => {
                let decoder = zstd::Decoder::with_buffer(buffered(whole));
                (Box::new(decoder.map_err(|error| describe(&error))?), Some("zstd"))
            }
        };
        let live = live && compression.is_none();
        let mut opened = Opened { reader, compression, live, skipped: 0 };
        let first = opened.peek(BYTE_ORDER_MARK.len())?;
        if is_utf16(&first) {
            return Err(
                "is UTF-16: it has to be UTF-8, which `iconv -f UTF-16 -t UTF-8` makes".into()
            );
        }
        if first.starts_with(BYTE_ORDER_MARK) {
            opened.read_exact(BYTE_ORDER_MARK.len())?;
            opened.skipped = BYTE_ORDER_MARK.len() as u64;
        }
        Ok(opened)
    }

    /// Reads at most this many bytes and puts them back.
    fn peek(&mut self, count: usize) -> Result<Vec<u8>, String> {
        let mut first = Vec::new();
        let read = (&mut self.reader).take(count as u64).read_to_end(&mut first);
        read.map_err(|error| self.explain(&error))?;
        let reader = std::mem::replace(&mut self.reader, Box::new(io::empty()));
        self.reader = Box::new(Cursor::new(first.clone()).chain(reader));
        Ok(first)
    }

    fn read_exact(&mut self, count: usize) -> Result<(), String> {
        let mut bytes = vec![0; count];
        self.reader.read_exact(&mut bytes).map_err(|error| self.explain(&error))
    }

    /// Reads once; an error says in words what is wrong with the input.
    pub(crate) fn read(&mut self, buffer: &mut [u8]) -> Result<usize, String> {
        loop {
            match self.reader.read(buffer) {
                Ok(count) => return Ok(count),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(self.explain(&error)),
            }
        }
    }

    /// Reads all of it, or one byte more than the limit.
    pub fn read_all(&mut self, limit: usize) -> Result<Vec<u8>, String> {
        let mut bytes = Vec::new();
        let all = (&mut self.reader).take(limit as u64 + 1).read_to_end(&mut bytes);
        all.map_err(|error| self.explain(&error))?;
        Ok(bytes)
    }

    fn explain(&self, error: &io::Error) -> String {
        match self.compression {
            // An error of the system is not the compression's.
            _ if error.raw_os_error().is_some() => describe(error),
            None => describe(error),
            Some(name) if error.kind() == io::ErrorKind::UnexpectedEof => {
                format!("the {name} data is cut short")
            }
            Some(name) => format!("the {name} data is damaged: {}", describe(error)),
        }
    }
}

/// Whether a text of JSON is UTF-16, with a byte order mark or without one.
fn is_utf16(first: &[u8]) -> bool {
    matches!(first, [0xff, 0xfe, ..] | [0xfe, 0xff, ..])
        || matches!(first, [b'{' | b'[', 0, ..] | [0, b'{' | b'[', ..])
}

enum Kind {
    Plain,
    Gzip,
    Zstd,
}

impl Kind {
    fn of(magic: &[u8]) -> Kind {
        match magic {
            [0x1f, 0x8b, ..] => Kind::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd] => Kind::Zstd,
            // A skippable frame, with which parallel compressors begin.
            [0x50..=0x5f, 0x2a, 0x4d, 0x18] => Kind::Zstd,
            _ => Kind::Plain,
        }
    }
}

struct Counted<R> {
    inner: R,
    read: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// The error's text without the number that the standard library appends.
pub fn describe(error: &io::Error) -> String {
    let text = error.to_string();
    match text.find(" (os error") {
        Some(end) => text[..end].into(),
        None => text,
    }
}
