//! A scan as one C function, for programs that load a shared library.

use std::ffi::{CStr, c_char};
use std::num::NonZeroUsize;

use apigw_arrow::{FFI_ArrowArrayStream, Options, Scan};

/// Starts to read and writes the stream to `out`. Returns 0, or 1 if the options were refused, and
/// prints why.
///
/// `paths` has one path a line. `columns` has names between commas; null means all columns.
///
/// # Safety
///
/// Both strings must end with NUL, and `out` must be valid for writing. The caller releases the
/// stream.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_arrow_scan(
    paths: *const c_char,
    columns: *const c_char,
    threads: usize,
    views: bool,
    decode_bodies: bool,
    batch_bytes: usize,
    out: *mut FFI_ArrowArrayStream,
) -> i32 {
    // SAFETY: The caller passes a string that ends with NUL, or null for `columns`.
    let text = |text| unsafe { CStr::from_ptr(text) }.to_string_lossy();
    let mut options = Options::new().views(views).decode_bodies(decode_bodies);
    if !columns.is_null() {
        options = options.columns(text(columns).split(','));
    }
    if let Some(threads) = NonZeroUsize::new(threads) {
        options = options.threads(threads);
    }
    if batch_bytes != 0 {
        options = options.batch_bytes(batch_bytes);
    }
    match Scan::new(text(paths).lines(), options) {
        Ok(scan) => {
            // SAFETY: The caller's pointer is valid for writing.
            unsafe { out.write(scan.into_stream()) };
            0
        }
        Err(error) => {
            eprintln!("{error}");
            1
        }
    }
}
