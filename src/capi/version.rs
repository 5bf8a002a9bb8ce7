//! The versions of the library and of its binary interface.

use core::ffi::c_char;

/// # Version
///
/// The number of the interface, `APIGW_ABI`, is also in the name of the shared library,
/// `libapigw.so.1`. It changes only when programs must be compiled again. Until then new functions,
/// new numbers, and new members at the end of structs that begin with their `size` may be added;
/// nothing else changes.
///
/// There is one check: `apigw_decoder_new` and `apigw_encoder_new` take the `APIGW_ABI` of the
/// caller's header, and refuse another number than the library's. After that only the ends of
/// structs can differ, and `size` says where a struct ends. The caller writes it into structs that
/// it fills: the library takes members beyond it as 0, and refuses members that it does not know
/// unless they are 0. The library writes it into `apigw_event_table` and `apigw_error`; the caller
/// asks `APIGW_HAS` for members that a later version has added.
/// ---
/// The number of the interface that this header describes.
pub const APIGW_ABI: u32 = 1;

/// The release that this header belongs to, as three numbers and as one for comparisons.
pub const APIGW_VERSION_MAJOR: u32 = 0;
pub const APIGW_VERSION_MINOR: u32 = 1;
pub const APIGW_VERSION_PATCH: u32 = 0;
pub const APIGW_VERSION_NUMBER: u32 = 0x000100;

const _: () = {
    let parts = (APIGW_VERSION_MAJOR << 16) | (APIGW_VERSION_MINOR << 8) | APIGW_VERSION_PATCH;
    assert!(APIGW_VERSION_NUMBER == parts);
    assert!(number(env!("CARGO_PKG_VERSION_MAJOR")) == APIGW_VERSION_MAJOR);
    assert!(number(env!("CARGO_PKG_VERSION_MINOR")) == APIGW_VERSION_MINOR);
    assert!(number(env!("CARGO_PKG_VERSION_PATCH")) == APIGW_VERSION_PATCH);
};

const fn number(digits: &str) -> u32 {
    match u32::from_str_radix(digits, 10) {
        Ok(number) => number,
        Err(_) => panic!("a number"),
    }
}

/// # Library
/// ---
/// Returns the interface number of the library in use.
#[unsafe(no_mangle)]
pub extern "C" fn apigw_abi() -> u32 {
    APIGW_ABI
}

/// Returns the library's release as text, such as "1.2.3".
#[unsafe(no_mangle)]
pub extern "C" fn apigw_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}
