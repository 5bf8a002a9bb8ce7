//! Counts instructions and mispredicted branches per event with valgrind.

use std::collections::BTreeMap;
use std::env;
use std::hint::black_box;
use std::process::Command;

use apigw::{Decoder, Kernel};

/// A number per event, by kernel and event.
pub(crate) type Counts = BTreeMap<String, BTreeMap<String, u64>>;

/// The result of a count.
pub(crate) struct Counted {
    pub(crate) instructions: Counts,
    /// Those of the series alone. How often a branch is predicted that always goes the same way
    /// depends on its address in valgrind's model, and so do the few of one event that is repeated.
    pub(crate) mispredictions: Counts,
}

/// The kernels that are counted. Valgrind supports their instructions on every x86-64 CPU with
/// AVX2.
const KERNELS: [Kernel; 2] = [Kernel::Portable, Kernel::Avx2];

/// The number of events that are decoded first, so that the decoder's memory has its final size.
const WARM_UP: u64 = 4;

/// The minimum number of events of a series that are counted. The same number is decoded first.
const SERIES_EVENTS: u64 = 400;

/// The program that valgrind runs: decodes one event of the corpus `times` times.
pub(crate) fn decode(kernel: &str, event: &str, times: &str) -> Result<(), String> {
    let kernel = kernel.parse::<Kernel>().map_err(|error| error.to_string())?;
    let times = times.parse::<u32>().map_err(|error| error.to_string())?;
    let one = apigw_corpus::event(event).map(|event| vec![event]);
    let events = one
        .or_else(|| apigw_corpus::first_of_series(event, SERIES_EVENTS as usize))
        .ok_or("no such event")?;
    let mut decoder = Decoder::new();
    if !decoder.set_kernel(kernel) {
        return Err(format!("valgrind does not support the kernel {kernel} on this CPU"));
    }
    for event in events.iter().cycle().take(times as usize) {
        let event = decoder.decode(black_box(event.json.as_bytes()));
        black_box(event.map_err(|error| error.to_string())?);
    }
    Ok(())
}

pub(crate) fn count_all() -> Result<Counted, String> {
    let mut counted = Counted { instructions: Counts::new(), mispredictions: Counts::new() };
    for kernel in KERNELS {
        let (mut instructions, mut mispredictions) = (BTreeMap::new(), BTreeMap::new());
        // A number of events that makes one-time costs negligible.
        let times = |event: &apigw_corpus::Event| (100_000 / event.json.len() as u64).clamp(1, 100);
        let events = apigw_corpus::events().map(|event| (event.name, WARM_UP, times(&event)));
        for (name, before, times) in
            events.chain(apigw_corpus::SERIES.map(|name| (name, SERIES_EVENTS, SERIES_EVENTS)))
        {
            let once = count(kernel, name, before + times)?;
            let twice = count(kernel, name, before + 2 * times)?;
            let per_event = |i: usize| twice[i].saturating_sub(once[i]) / times;
            instructions.insert(name.into(), per_event(0));
            if apigw_corpus::SERIES.contains(&name) {
                mispredictions.insert(name.into(), per_event(1));
            }
        }
        counted.instructions.insert(kernel.name().into(), instructions);
        counted.mispredictions.insert(kernel.name().into(), mispredictions);
    }
    Ok(counted)
}

/// Returns the instructions and mispredicted branches of a run that decodes `times` events.
fn count(kernel: Kernel, event: &str, times: u64) -> Result<[u64; 2], String> {
    let program = env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new("valgrind")
        .args(["--tool=cachegrind", "--cachegrind-out-file=/dev/null"])
        .args(["--cache-sim=no", "--branch-sim=yes"])
        .arg(program)
        .args(["decode", kernel.name(), event, &times.to_string()])
        // By default, glibc copies long inputs with one instruction that valgrind counts once per
        // byte. It also bypasses the cache if an input is long for the cache of this machine.
        .env(
            "GLIBC_TUNABLES",
            "glibc.cpu.hwcaps=-ERMS:glibc.cpu.x86_non_temporal_threshold=0x4000000",
        )
        .output()
        .map_err(|error| format!("valgrind: {error}"))?;
    let report = String::from_utf8_lossy(&output.stderr);
    let number = |name: &str| -> Option<u64> {
        let (_, numbers) = report.lines().find_map(|line| line.split_once(name))?;
        numbers.split_whitespace().next()?.replace(',', "").parse().ok()
    };
    match (number(" refs:"), number("Mispredicts:")) {
        (Some(instructions), Some(missed)) if output.status.success() => Ok([instructions, missed]),
        _ => Err(format!("valgrind on {event} with {kernel} failed:\n{report}")),
    }
}
