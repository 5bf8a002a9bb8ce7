//! Decodes events in Rust and by the static C library in turn. Prints the fastest rounds, because
//! a disturbance only makes a round slower.

use std::error::Error;
use std::ffi::c_void;
use std::hint::black_box;
use std::mem::MaybeUninit;
use std::time::Instant;
use std::{env, fs, ptr};

use apigw::table::{EventTable, Pair};

#[repr(C)]
#[allow(dead_code)]
struct Event {
    table: *const EventTable,
    pairs: *const Pair,
    text: *const u8,
    text_len: usize,
    body_text: *const u8,
}

#[link(name = "apigw", kind = "static")]
unsafe extern "C" {
    fn apigw_decoder_new(abi: u32, options: *const c_void, out: *mut *mut c_void) -> u32;
    fn apigw_decoder_decode_borrowed(
        decoder: *mut c_void,
        input: *const c_void,
        len: usize,
        out: *mut Event,
    ) -> u32;
}

const ROUNDS: usize = 1001;

/// Nanoseconds of one call, over a round that is long enough for the clock.
fn round(calls: u32, mut call: impl FnMut()) -> f64 {
    let start = Instant::now();
    (0..calls).for_each(|_| call());
    start.elapsed().as_secs_f64() * 1e9 / f64::from(calls)
}

fn fastest(times: &[f64]) -> f64 {
    times.iter().copied().fold(f64::INFINITY, f64::min)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut decoder = apigw::Decoder::new();
    let mut handle = ptr::null_mut();
    // SAFETY: options may be null; `handle` can be written.
    if unsafe { apigw_decoder_new(1, ptr::null(), &mut handle) } != 0 {
        return Err("no decoder".into());
    }
    println!("{:>10} {:>10} {:>10} {:>10}  event", "bytes", "Rust ns", "C ns", "more ns");
    for path in env::args().skip(1) {
        let input = fs::read(&path)?;
        let mut by_rust = || {
            let event = decoder.decode(black_box(&input)).expect("an event");
            black_box(event.table().pair_count);
        };
        let by_c = || {
            let mut event = MaybeUninit::<Event>::uninit();
            let input = black_box(&input);
            // SAFETY: the decoder and the input are valid; `event` is an `apigw_event` and can be
            // written.
            let status = unsafe {
                let (start, len) = (input.as_ptr().cast(), input.len());
                apigw_decoder_decode_borrowed(handle, start, len, event.as_mut_ptr())
            };
            assert_eq!(status, 0);
            // SAFETY: the call has filled the event, and its table is valid.
            black_box(unsafe { (*event.assume_init().table).pair_count });
        };
        let calls = (2e5 / round(100, &mut by_rust)).max(1.0) as u32;
        let (mut rust, mut c) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            rust.push(round(calls, &mut by_rust));
            c.push(round(calls, by_c));
        }
        let (rust, c) = (fastest(&rust), fastest(&c));
        let more = format!("{:.1} ({:+.1} %)", c - rust, (c / rust - 1.0) * 100.0);
        println!("{:>10} {rust:>10.1} {c:>10.1} {more:>18}  {path}", input.len());
    }
    Ok(())
}
