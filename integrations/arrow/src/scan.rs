//! Reads inputs as a stream of record batches.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::AtomicU64;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use apigw::{Decoder, ErrorCode, Limits};
use apigw_input::{Buffer, Kind, Piece, Pieces, Source, for_each};
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{ArrowError, SchemaRef};

use crate::batch::BatchBuilder;
use crate::columns::{InvalidOptions, Selection};
use crate::options::Options;
use crate::portion::Portion;

/// The rows of all inputs as record batches, in the order of the inputs.
///
/// An event that is refused is a row with an `error`. An input that cannot be read, or no further,
/// gives the rows before that and then an [`ArrowError::ExternalError`] of an [`Unreadable`]; a
/// caller that goes on gets the rows of the next input.
///
/// Memory is bounded by the number of threads and the size of a batch, whatever the inputs are.
pub struct Scan {
    schema: SchemaRef,
    total: Option<u64>,
    read: Arc<AtomicU64>,
    summary: Summary,
    ready: VecDeque<Result<RecordBatch, ArrowError>>,
    engine: Engine,
}

enum Engine {
    /// Everything in the caller's thread.
    Inline(Box<Inline>),
    /// Each portion's place in the order, from which its output is received.
    Threads(Receiver<Receiver<Output>>),
    /// There are no more rows.
    Ended,
}

struct Inline {
    pieces: Pieces,
    buffer: Buffer,
    worker: Worker,
}

/// What has been decoded so far; it is complete when the scan has ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// The number of events, which is the number of rows.
    pub events: u64,
    /// The bytes of the events.
    pub bytes: u64,
    /// The number of bad rows for each error, by the error's number.
    pub bad: BTreeMap<u32, (ErrorCode, u64)>,
    /// The number of inputs.
    pub inputs: u64,
    /// The number of inputs that could not be read to their end.
    pub unreadable: u64,
}

impl Summary {
    /// Returns the number of bad rows.
    pub fn bad_events(&self) -> u64 {
        self.bad.values().map(|(_, count)| count).sum()
    }

    fn add(&mut self, other: Summary) {
        self.events += other.events;
        self.bytes += other.bytes;
        self.unreadable += other.unreadable;
        for (number, (code, count)) in other.bad {
            self.bad.entry(number).or_insert((code, 0)).1 += count;
        }
    }
}

impl Scan {
    /// Opens files, folders (all regular files in them, by name) and `-` (standard input), which
    /// may be compressed by gzip or zstd. Fails if a column does not exist. An input is opened when
    /// it is its turn.
    pub fn new<P: Into<PathBuf>>(
        paths: impl IntoIterator<Item = P>,
        options: Options,
    ) -> Result<Scan, InvalidOptions> {
        let selection = Arc::new(Selection::new(options.columns.as_deref(), options.views)?);
        let schema = Arc::clone(&selection.schema);
        let paths: Vec<PathBuf> = paths.into_iter().map(Into::into).collect();
        // On a command line, no path means standard input.
        let sources = if paths.is_empty() { Vec::new() } else { Source::expand(&paths) };
        let names: Arc<[String]> = sources.iter().map(Source::name).collect();
        let total = sources.iter().map(Source::size).sum();
        let summary = Summary { inputs: names.len() as u64, ..Summary::default() };
        let pieces = Pieces::new(sources, options.form, options.max_event);
        let read = pieces.read();
        let worker = || Worker::new(&selection, &names, &options);
        let engine = match options.thread_count() {
            1 => {
                let (buffer, worker) = (Buffer::default(), worker());
                Engine::Inline(Box::new(Inline { pieces, buffer, worker }))
            }
            count => {
                let (places, outputs) = sync_channel(count);
                let queue = Arc::new(Mutex::new((pieces, places)));
                let bytes = options.batch_bytes;
                let started = (0..count).filter(|_| {
                    let (queue, worker) = (Arc::clone(&queue), worker());
                    thread::Builder::new().spawn(move || work(&queue, worker, bytes)).is_ok()
                });
                if started.count() == 0 {
                    return Err(InvalidOptions::other("no thread could be started"));
                }
                Engine::Threads(outputs)
            }
        };
        Ok(Scan { schema, total, read, summary, ready: VecDeque::new(), engine })
    }

    /// Exports the scan by Arrow's C stream interface.
    pub fn into_stream(self) -> FFI_ArrowArrayStream {
        FFI_ArrowArrayStream::new(Box::new(self))
    }

    /// Returns what has been decoded so far.
    pub fn summary(&self) -> &Summary {
        &self.summary
    }

    /// Returns a counter of the bytes that have been read, compressed as they are.
    pub fn bytes_read(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.read)
    }

    /// Returns the bytes of all inputs, compressed as they are, if that is known.
    pub fn total_bytes(&self) -> Option<u64> {
        self.total
    }

    /// Reads until something is ready or there are no more rows.
    fn advance(&mut self) {
        while self.ready.is_empty() {
            let output = match &mut self.engine {
                Engine::Ended => return,
                Engine::Inline(inline) => {
                    let Inline { pieces, buffer, worker } = &mut **inline;
                    let piece = pieces.next(buffer);
                    match &piece {
                        Some(piece) => worker.read(piece, buffer.filled()),
                        None => worker.flush(),
                    }
                    let output = worker.take();
                    if piece.is_none() {
                        self.engine = Engine::Ended;
                    }
                    Some(output)
                }
                Engine::Threads(places) => match places.recv() {
                    Ok(place) => place.recv().ok(),
                    Err(_) => {
                        self.engine = Engine::Ended;
                        continue;
                    }
                },
            };
            let Some(output) = output else {
                self.engine = Engine::Ended;
                let text = "a thread ended before its batch was complete";
                self.ready.push_back(Err(ArrowError::ComputeError(text.into())));
                return;
            };
            self.summary.add(output.summary);
            self.ready.extend(output.batches);
        }
    }
}

impl Iterator for Scan {
    type Item = Result<RecordBatch, ArrowError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.advance();
        self.ready.pop_front()
    }
}

impl RecordBatchReader for Scan {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }
}

/// Makes batches of portions until there are no more, or nobody takes them.
///
/// The place of a portion in the order is a channel of its own. It is sent while the inputs are
/// locked, and that waits while the consumer is a number of portions late.
fn work(queue: &Mutex<(Pieces, SyncSender<Receiver<Output>>)>, mut worker: Worker, bytes: usize) {
    let mut portion = Portion::default();
    loop {
        let place = {
            let mut queue = queue.lock().unwrap_or_else(PoisonError::into_inner);
            let (pieces, places) = &mut *queue;
            if !portion.fill(pieces, bytes) {
                return;
            }
            let (place, output) = sync_channel(1);
            if places.send(output).is_err() {
                return;
            }
            place
        };
        portion.drain(|piece, text| worker.read(piece, text));
        worker.flush();
        // Nobody may wait for it any more.
        let _ = place.send(worker.take());
    }
}

/// What came of a part of the inputs.
#[derive(Default)]
struct Output {
    batches: Vec<Result<RecordBatch, ArrowError>>,
    summary: Summary,
}

/// Decodes pieces into batches.
struct Worker {
    names: Arc<[String]>,
    decoder: Decoder,
    builder: BatchBuilder,
    output: Output,
}

impl Worker {
    fn new(selection: &Arc<Selection>, names: &Arc<[String]>, options: &Options) -> Worker {
        let limits = Limits { input: options.max_event, ..Limits::default() };
        let mut decoder = Decoder::with_limits(limits);
        decoder.set_dialect(options.dialect);
        Worker {
            names: Arc::clone(names),
            decoder,
            builder: BatchBuilder::new(Arc::clone(selection), options),
            output: Output::default(),
        }
    }

    fn read(&mut self, piece: &Piece, text: &[u8]) {
        let Worker { names, decoder, builder, output } = self;
        let source = &names[piece.source];
        if let Kind::Failed(reason) = &piece.kind {
            let unreadable = Unreadable { source: source.clone(), reason: reason.clone() };
            self.flush();
            self.output.summary.unreadable += 1;
            self.output.batches.push(Err(ArrowError::ExternalError(Box::new(unreadable))));
            return;
        }
        let Output { batches, summary } = output;
        for_each(piece, text, |event| {
            if builder.is_full() {
                batches.push(builder.finish());
            }
            let event = event.trimmed();
            summary.events += 1;
            summary.bytes += event.text.len() as u64;
            if let Some(error) = builder.push(source, event, decoder.decode(event.text)) {
                let code = error.code();
                summary.bad.entry(code.number()).or_insert((code, 0)).1 += 1;
            }
            true
        });
    }

    /// Makes a batch of the rows so far.
    fn flush(&mut self) {
        if !self.builder.is_empty() {
            self.output.batches.push(self.builder.finish());
        }
    }

    fn take(&mut self) -> Output {
        std::mem::take(&mut self.output)
    }
}

/// An input that could not be read, or no further.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The input.
    pub source: String,
    /// What is wrong, in words.
    pub reason: String,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.source, self.reason)
    }
}

impl std::error::Error for Unreadable {}
