//! Turns recorded API-gateway events into Arrow record batches of one documented schema
//! (`docs/events-schema.md`).
//!
//! ```
//! use apigw_arrow::{Options, Scan};
//!
//! let events = "../../tests/data/events/spec-sample.json";
//! let scan = Scan::new([events], Options::new().columns(["path", "headers"]))?;
//! let mut rows = 0;
//! for batch in scan {
//!     let batch = batch?;
//!     assert_eq!(batch.schema().field(0).name(), "path");
//!     rows += batch.num_rows();
//! }
//! assert_eq!(rows, 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`Scan`] is a [`RecordBatchReader`]. [`Scan::into_stream`] exports it by Arrow's C stream
//! interface, which Polars, DuckDB, pyarrow and DataFusion read.
#![forbid(unsafe_code)]

mod batch;
mod columns;
mod options;
mod portion;
mod scan;
mod values;

pub use apigw_input::Form;
pub use arrow_array::ffi_stream::FFI_ArrowArrayStream;
pub use arrow_array::{RecordBatch, RecordBatchReader};
pub use columns::{InvalidOptions, SCHEMA_VERSION, check_columns, column_names};
pub use options::Options;
pub use scan::{Scan, Summary, Unreadable};
