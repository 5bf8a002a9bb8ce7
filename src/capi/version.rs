//! Versions of the library and of its binary interface.

use core::ffi::c_char;

use super::constants::{APIGW_ABI, APIGW_VERSION_NUMBER};

/// # Versions of the library
/// ---
/// The interface's number of the library in use: equal to `APIGW_ABI`, or header and library do not fit together.
#[unsafe(no_mangle)]
pub extern "C" fn apigw_abi() -> u32 {
    APIGW_ABI
}

/// Does nothing. A program that calls it cannot be linked with a library of another interface.
#[unsafe(no_mangle)]
pub extern "C" fn apigw_abi_1() {}

/// The library's release as a number that compares with `APIGW_VERSION_NUMBER`.
#[unsafe(no_mangle)]
pub extern "C" fn apigw_version_number() -> u32 {
    APIGW_VERSION_NUMBER
}

/// The library's release as text, such as "1.2.3". Static: never NULL, not to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn apigw_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}
