//! Making encoders.

use super::apigw_status;
use super::handle::{
    Handle, LastError, Versioned, create, error_of, free, kernel_named, options_or_default,
};
use super::structs::{apigw_encoder_options, apigw_error};
use crate::encode::Encoder;

/// An encoder: the memory and the settings that are kept from response to response.
pub struct apigw_encoder {
    pub(super) encoder: Encoder,
    last_error: LastError,
}

impl Handle for apigw_encoder {
    fn last_error(&mut self) -> &mut LastError {
        &mut self.last_error
    }

    fn trim(&mut self) {
        self.encoder.trim();
    }
}

// SAFETY: the options begin with their size; the other members are a number and a pointer.
unsafe impl Versioned for apigw_encoder_options {}

/// # Encoders
/// ---
/// Makes an encoder and writes it to `*out`, as `apigw_decoder_new` makes a decoder.
///
/// # Safety
/// `options` is NULL or points to the number of bytes in its `size`; `out` is NULL or can be
/// written.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_encoder_new(
    abi: u32,
    options: *const apigw_encoder_options,
    out: *mut *mut apigw_encoder,
) -> apigw_status {
    let make = || {
        // SAFETY: the caller gives valid options, or NULL.
        let encoder = unsafe { new_encoder(options)? };
        Some(apigw_encoder { encoder, last_error: LastError::none() })
    };
    // SAFETY: `out` is null or can be written.
    unsafe { create(abi, out, make) }
}

/// # Safety
/// `options` is null or points to the number of bytes in its `size`.
unsafe fn new_encoder(options: *const apigw_encoder_options) -> Option<Encoder> {
    // SAFETY: as the caller promises.
    let options = unsafe { options_or_default(options)? };
    let mut encoder = Encoder::new();
    if options.max_output != 0 {
        encoder.set_limit(options.max_output as usize);
    }
    // SAFETY: the kernel's name is a C string, or NULL.
    let kernel = unsafe { kernel_named(options.kernel)? };
    kernel.is_none_or(|kernel| encoder.set_kernel(kernel)).then_some(encoder)
}

/// Frees an encoder and everything that it owns. Does nothing if `encoder` is NULL.
///
/// # Safety
/// `encoder` is NULL or from `apigw_encoder_new`, and not used again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_encoder_free(encoder: *mut apigw_encoder) {
    // SAFETY: as the caller promises.
    unsafe { free(encoder) }
}

/// Returns why the last call with this encoder failed, as `apigw_decoder_error` does.
///
/// # Safety
/// `encoder` is NULL or an encoder that no other thread changes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn apigw_encoder_error(encoder: *const apigw_encoder) -> *const apigw_error {
    // SAFETY: the caller gives an encoder, or NULL.
    error_of(unsafe { encoder.as_ref() }.map(|this| &this.last_error))
}
