//! Making decoders.

use core::ffi::c_char;

use super::apigw_status;
use super::handle::{
    Handle, LastError, Versioned, copy_c_string, create, error_of, free, kernel_named,
    options_or_default,
};
use super::structs::{apigw_decoder_options, apigw_error};
use crate::decode::Decoder;
use crate::limits::Limits;
use crate::record::kinds::Dialect;

/// # Structs
///
/// The caller fills the structs that have an `..._INIT`, which sets `size` to the size of the
/// struct in bytes and everything else to a default. Structs that do not begin with `size` never
/// change.
/// ---
/// A decoder: the memory and the settings that are kept from event to event.
///
/// Make one per thread and use it for every event: from the third event on, and from the second
/// event of a size on, decoding allocates nothing.
pub struct apigw_decoder {
    pub(super) decoder: Decoder,
    last_error: LastError,
    /// The kernel's name, with a NUL.
    kernel: [u8; MAX_KERNEL],
}

const MAX_KERNEL: usize = 16;

impl Handle for apigw_decoder {
    fn last_error(&mut self) -> &mut LastError {
        &mut self.last_error
    }

    fn trim(&mut self) {
        self.decoder.trim();
    }
}

// SAFETY: the options begin with their size; the other members are numbers and a pointer.
unsafe impl Versioned for apigw_decoder_options {}

/// # Decoders
/// ---
/// Makes a decoder and writes it to `*out`. `abi` is `APIGW_ABI`. `options` may be NULL for the
/// defaults.
///
/// Returns `APIGW_E_ABI` if the library has another interface, `APIGW_E_ARGUMENT` also for options
/// that this library does not know and for a kernel that it does not have or this CPU cannot run,
/// and `APIGW_E_OUT_OF_MEMORY`.
///
/// # Safety
/// `options` is NULL or points to the number of bytes in its `size`; `out` is NULL or can be
/// written.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_decoder_new(
    abi: u32,
    options: *const apigw_decoder_options,
    out: *mut *mut apigw_decoder,
) -> apigw_status {
    let make = || {
        // SAFETY: the caller gives valid options, or NULL.
        let decoder = unsafe { new_decoder(options)? };
        let mut kernel = [0; MAX_KERNEL];
        copy_c_string(decoder.kernel().name(), &mut kernel);
        Some(apigw_decoder { decoder, last_error: LastError::none(), kernel })
    };
    // SAFETY: `out` is null or can be written.
    unsafe { create(abi, out, make) }
}

/// # Safety
/// `options` is null or points to the number of bytes in its `size`.
unsafe fn new_decoder(options: *const apigw_decoder_options) -> Option<Decoder> {
    // SAFETY: as the caller promises.
    let options = unsafe { options_or_default(options)? };
    let set = |limit: &mut usize, option: u32| {
        if option != 0 {
            *limit = option as usize;
        }
    };
    let mut limits = Limits::default();
    set(&mut limits.input, options.max_input);
    set(&mut limits.pairs, options.max_pairs);
    set(&mut limits.nodes, options.max_nodes);
    // SAFETY: the kernel's name is a C string, or NULL.
    let kernel = unsafe { kernel_named(options.kernel)? };
    let dialect = Dialect::from_number(options.dialect)?;
    let mut decoder = Decoder::with_limits(limits);
    decoder.set_dialect((dialect != Dialect::Unknown).then_some(dialect));
    kernel.is_none_or(|kernel| decoder.set_kernel(kernel)).then_some(decoder)
}

/// Frees a decoder and everything that it owns. Does nothing if `decoder` is NULL.
///
/// # Safety
/// `decoder` is NULL or from `apigw_decoder_new`, and not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_decoder_free(decoder: *mut apigw_decoder) {
    // SAFETY: as the caller promises.
    unsafe { free(decoder) }
}

/// Frees the memory that is kept for the next event; its size is that of the largest event so far.
/// Does nothing if `decoder` is NULL.
///
/// # Safety
/// `decoder` is NULL or a decoder that no other thread uses.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_decoder_trim(decoder: *mut apigw_decoder) {
    // SAFETY: the caller gives a decoder that no other thread uses, or NULL.
    if let Some(this) = unsafe { decoder.as_mut() } {
        super::guard(|| this.trim());
    }
}

/// Returns why the last call with this decoder that returns a status failed. The result is valid
/// until the next such call, or until the decoder is freed.
///
/// # Safety
/// `decoder` is NULL or a decoder that no other thread changes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_decoder_error(decoder: *const apigw_decoder) -> *const apigw_error {
    // SAFETY: the caller gives a decoder, or NULL.
    error_of(unsafe { decoder.as_ref() }.map(|this| &this.last_error))
}

/// Returns the name of the vector code that decodes, such as "portable" or "avx2"; NULL if
/// `decoder` is NULL. The result is valid until the decoder is freed.
///
/// # Safety
/// `decoder` is NULL or a decoder that no other thread changes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_decoder_kernel(decoder: *const apigw_decoder) -> *const c_char {
    // SAFETY: the caller gives a decoder, or NULL.
    unsafe { decoder.as_ref() }.map_or(core::ptr::null(), |this| this.kernel.as_ptr().cast())
}

/// Panics, so that a test can see the resulting status.
#[cfg(feature = "panic-test")]
#[unsafe(no_mangle)]
unsafe extern "C" fn apigw_test_panic(decoder: *mut apigw_decoder) -> apigw_status {
    // SAFETY: the test gives a decoder.
    unsafe { super::handle::run(decoder, |_| panic!("on request")) }
}
