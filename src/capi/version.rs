//! The versions of the library and of its binary interface.

use core::ffi::c_char;

/// # Version
///
/// The interface has a version number of its own, which is also in the name of the shared library
/// (`libapigw.so.1`). It changes only when programs must be compiled again. As long as it is the
/// same, new functions, new numbers, and new members at the end of `apigw_event`, `apigw_error` and
/// `apigw_options` may be added; nothing else changes.
/// ---
/// The number of the interface that this header describes.
pub const APIGW_ABI: u32 = 1;

/// The release that this header belongs to: its three numbers, and one number for comparisons,
/// major << 16 | minor << 8 | patch.
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

/// # Versions of the library
/// ---
/// Returns the interface number of the library in use. If it differs from `APIGW_ABI`, header and
/// library do not fit together.
#[unsafe(no_mangle)]
pub extern "C" fn apigw_abi() -> u32 {
    APIGW_ABI
}

/// Returns the library's release as a number, for comparison with `APIGW_VERSION_NUMBER`.
#[unsafe(no_mangle)]
pub extern "C" fn apigw_version_number() -> u32 {
    APIGW_VERSION_NUMBER
}

/// Returns the library's release as text, such as "1.2.3". Never returns NULL. The string is static
/// and must not be freed.
#[unsafe(no_mangle)]
pub extern "C" fn apigw_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}
