//! The command line tool as its users meet it: as a process.

#[cfg(unix)]
mod aws;
mod bench;
mod check;
mod config;
#[cfg(feature = "convert")]
mod convert;
#[cfg(unix)]
mod dev;
mod fixtures;
mod forms;
mod help;
mod inputs;
mod invoke;
mod messages;
#[cfg(target_os = "linux")]
mod proxy;
mod record;
mod response;
mod show;
#[cfg(target_os = "linux")]
mod stalls;
mod streams;
mod support;
#[cfg(target_os = "linux")]
mod terminal;
