//! Measures the nanoseconds per event of a series, as a quick check during development. `make
//! bench` compares with the peers.

use std::hint::black_box;
use std::time::Instant;

use apigw::{Decoder, Kernel};

/// The number of events that fit the second-level cache.
const WORKING_SET: usize = 400;

/// The number of rounds. The minimum counts, because other programs use the machine too.
const ROUNDS: usize = 40;

/// Prints the times of `kernel` for these series or events: for one pass over all events, and for a
/// pass over a few.
pub(crate) fn time(kernel: &str, names: &[&str]) -> Result<(), String> {
    let kernel = kernel.parse::<Kernel>().map_err(|error| error.to_string())?;
    let mut decoder = Decoder::new();
    if !decoder.set_kernel(kernel) {
        return Err(format!("this CPU has no {kernel}"));
    }
    for name in names {
        let one = apigw_corpus::event(name).map(|event| vec![event; 8]);
        let events = one.or_else(|| apigw_corpus::series(name)).ok_or("no such event")?;
        let few = &events[..events.len().min(WORKING_SET)];
        let all = least(&mut decoder, &events, ROUNDS / 4);
        println!("{name:<16} {all:>10.1} {:>10.1}", least(&mut decoder, few, ROUNDS));
    }
    Ok(())
}

fn least(decoder: &mut Decoder, events: &[apigw_corpus::Event], rounds: usize) -> f64 {
    let pass = |_| {
        let start = Instant::now();
        for event in events {
            black_box(decoder.decode(black_box(event.json.as_bytes())).is_ok());
        }
        start.elapsed().as_secs_f64() * 1e9 / events.len() as f64
    };
    (0..rounds).map(pass).fold(f64::INFINITY, f64::min)
}
