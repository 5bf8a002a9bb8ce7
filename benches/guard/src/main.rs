//! Counts the instructions and mispredicted branches of apigw per event, and compares them with a
//! baseline. The counts are the same in every run.
//!
//! The program runs itself in `valgrind --tool=cachegrind`. One run decodes each event N times, and
//! another run 2 N times. The difference is N events, without the start of the program.

mod baseline;
mod count;
mod time;

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use baseline::Baseline;
use count::Counted;

const USAGE: &str = "usage: apigw-guard [--update] BASELINE, or apigw-guard time KERNEL SERIES..";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["decode", kernel, event, times] => count::decode(kernel, event, times),
        ["time", kernel, ref names @ ..] => time::time(kernel, names),
        ["--update", path] => update(path.into()),
        [path] if !path.starts_with('-') => compare(path.into()),
        _ => Err(USAGE.into()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn update(path: PathBuf) -> Result<(), String> {
    let current = measure()?;
    if let Ok(before) = Baseline::read(&path) {
        print!("{}", current.table(&before));
    }
    current.write(&path)?;
    println!("{} is up to date", path.display());
    Ok(())
}

fn compare(path: PathBuf) -> Result<(), String> {
    let before = Baseline::read(&path)?;
    let rustc = rustc()?;
    if before.rustc != rustc {
        return Err(format!(
            "{} was made with {}, but this is {rustc}. The counts of two compilers cannot be \
             compared.\n\
             With this compiler, run `benches/guard.sh --update` on the last commit that passed, \
             and commit the new baseline. Then compare again.",
            path.display(),
            before.rustc
        ));
    }
    let current = measure()?;
    print!("{}", current.table(&before));
    current.compare(&before)
}

fn measure() -> Result<Baseline, String> {
    let Counted { instructions, mispredictions } = count::count_all()?;
    Ok(Baseline { rustc: rustc()?, instructions, mispredictions })
}

/// Returns the version of the compiler that built this program, on which the counts depend.
fn rustc() -> Result<String, String> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc).arg("--version").output();
    let output = output.map_err(|error| format!("rustc --version: {error}"))?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
