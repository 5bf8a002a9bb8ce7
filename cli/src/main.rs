//! `apigw`: look at, check and measure API-gateway events on the command line.
#![forbid(unsafe_code)]

mod args;
mod bench;
mod check;
mod config;
#[cfg(feature = "convert")]
mod convert;
mod dev;
mod invoke;
mod json;
mod kinds;
mod lines;
#[cfg(feature = "convert")]
mod output;
mod peer;
mod pipeline;
mod progress;
mod proxy;
mod record;
mod replay;
mod report;
mod response;
mod sample;
mod show;
mod signals;
mod target;
mod text;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

use args::{Args, Command};

fn main() -> ExitCode {
    if let Some(status) = apigw_gateway::keeper::run() {
        return status;
    }
    let Args { command, color } = Args::parse();
    anstream::ColorChoice::from(color).write_global();
    let outcome = match command {
        Command::Show(arguments) => show::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        #[cfg(feature = "convert")]
        Command::Convert(arguments) => convert::run(&arguments),
        Command::Bench(arguments) => bench::run(&arguments),
        Command::Response(command) => response::run(&command),
        Command::Dev(arguments) => dev::run(&arguments),
        Command::Proxy(arguments) => proxy::run(&arguments),
        Command::Replay(arguments) => replay::run(&arguments),
        Command::Invoke(arguments) => invoke::run(&arguments),
        Command::Event(command) => sample::run(&command),
        Command::Config(command) => config::run(&command),
        Command::Completions { shell } => completions(shell),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            let reason = apigw_input::describe(&error);
            // There is nowhere to report that standard error is closed.
            let _ = writeln!(io::stderr(), "apigw: cannot write to standard output: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn completions(shell: clap_complete::Shell) -> io::Result<bool> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "apigw", &mut script);
    text::print(&script)?;
    Ok(true)
}
