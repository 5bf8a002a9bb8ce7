//! A library that brings its own copy of the Rust runtime, and uses it.

use std::panic::catch_unwind;

/// Allocates, panics and catches: 7.
#[unsafe(no_mangle)]
pub extern "C" fn other_seven() -> u32 {
    let text = "7".repeat(100);
    let caught = catch_unwind(|| {
        if text.len() == 100 {
            panic!("on request");
        }
    });
    if caught.is_err() { text[..1].parse().unwrap_or(0) } else { 0 }
}
