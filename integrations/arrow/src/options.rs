//! What to read, and how.

use std::num::NonZeroUsize;
use std::thread;

use apigw::Dialect;
use apigw_input::Form;

/// An event cannot be larger: offsets in a batch have 31 bits.
const MAX_EVENT: usize = 1 << 30;
/// With a larger batch and the largest event, offsets could overflow.
const MAX_BATCH_BYTES: usize = 256 << 20;

/// The options of a [`Scan`](crate::Scan).
#[derive(Clone, Debug)]
pub struct Options {
    pub(crate) columns: Option<Vec<String>>,
    pub(crate) form: Form,
    pub(crate) max_event: usize,
    pub(crate) dialect: Option<Dialect>,
    pub(crate) threads: Option<NonZeroUsize>,
    pub(crate) batch_rows: usize,
    pub(crate) batch_bytes: usize,
    pub(crate) views: bool,
    pub(crate) decode_bodies: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options::new()
    }
}

impl Options {
    /// Returns the default options.
    pub fn new() -> Options {
        Options {
            columns: None,
            form: Form::Auto,
            max_event: 16 << 20,
            dialect: None,
            threads: None,
            batch_rows: 65_536,
            batch_bytes: 1 << 20,
            views: false,
            decode_bodies: false,
        }
    }

    /// Selects columns, in this order. By default all columns are read. What is needed only for
    /// other columns is not computed.
    pub fn columns<S: Into<String>>(self, names: impl IntoIterator<Item = S>) -> Options {
        Options { columns: Some(names.into_iter().map(Into::into).collect()), ..self }
    }

    /// Says what each input is: one document, or one event a line. By default its text decides.
    pub fn form(self, form: Form) -> Options {
        Options { form, ..self }
    }

    /// Sets the size of the largest event in bytes, at most 1 GiB; a larger one is a bad row. The
    /// default is 16 MiB.
    pub fn max_event(self, bytes: usize) -> Options {
        Options { max_event: bytes.clamp(1, MAX_EVENT), ..self }
    }

    /// Sets the dialect of all events; by default the members of each decide.
    pub fn dialect(self, dialect: Option<Dialect>) -> Options {
        Options { dialect, ..self }
    }

    /// Sets the number of threads that decode. With 1, everything happens in the caller's thread.
    /// By default there is one for each core.
    pub fn threads(self, count: NonZeroUsize) -> Options {
        Options { threads: Some(count), ..self }
    }

    /// Sets the largest number of rows in a batch. The default is 65 536.
    pub fn batch_rows(self, rows: NonZeroUsize) -> Options {
        Options { batch_rows: rows.get(), ..self }
    }

    /// Sets the bytes of input from which a batch is complete, at most 256 MiB. The default is
    /// 1 MiB, with which the memory of a batch stays in the cache. A scan holds at most two batches
    /// and their input for each thread.
    pub fn batch_bytes(self, bytes: usize) -> Options {
        Options { batch_bytes: bytes.clamp(1, MAX_BATCH_BYTES), ..self }
    }

    /// Selects `Utf8View` and `BinaryView` instead of `Utf8` and `Binary`. Polars and DataFusion
    /// read views without a copy; Spark refuses them.
    pub fn views(self, views: bool) -> Options {
        Options { views, ..self }
    }

    /// Selects whether bodies in base64 are decoded. One that is not valid base64 makes a bad row.
    pub fn decode_bodies(self, decode: bool) -> Options {
        Options { decode_bodies: decode, ..self }
    }

    pub(crate) fn thread_count(&self) -> usize {
        let count = self.threads.or_else(|| thread::available_parallelism().ok());
        count.map_or(1, NonZeroUsize::get)
    }
}
