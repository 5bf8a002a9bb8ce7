//! The command line: what may be given, and the text of `--help`.

mod files;
mod gateway;
mod requests;

use clap::builder::RangedI64ValueParser;
use clap::{Parser, Subcommand, ValueEnum, value_parser};
use clap_complete::Shell;

pub(crate) use files::*;
pub(crate) use gateway::*;
pub(crate) use requests::*;

/// An event cannot be larger: the decoder addresses its text with 32 bits.
const MAX_EVENT: usize = 1 << 30;

// Paragraphs are one line each: clap wraps them to the terminal.
const EXAMPLES: &str = "\
Examples:
  apigw show event.json                   look at one event
  apigw show --json events/ | jq .path    every event of a folder, one JSON line each
  tail -f events.ndjson | apigw show      events as they come
  apigw check events.ndjson.gz            is every event well formed?
  apigw bench events.ndjson               how fast are my own events decoded here?
  apigw response check response.json      would a gateway take this response of a function?

Input:
FILE is a JSON document (one event on any number of lines), NDJSON (one event a line) or a \
folder, which means its regular files in the order of their names. No FILE, or -, is standard \
input. gzip and zstd are recognised by their first bytes, not by the name. Input of any size is \
read in constant memory, on all cores, and shown in its order.

An input is NDJSON when its first non-blank line is by itself a complete object: it begins with a \
brace, which is closed at the line's end. It is NDJSON too when that line is damaged but another \
line of the first 1 MiB has a brace in its first column that is closed at the line's end. \
Everything else is one document. Where this guess is wrong, --input says what it is.

Environment:
  NO_COLOR, CLICOLOR_FORCE   colours nowhere, everywhere
  APIGW_KERNEL               the kernel to decode with: portable, or one that `apigw bench` lists

Exit status:
  0  all is well
  1  an event was bad, or an input could not be read, was empty or was cut short
  2  the command line was wrong";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  apigw completions bash > ~/.local/share/bash-completion/completions/apigw
  apigw completions zsh > ~/.zfunc/_apigw
  apigw completions fish > ~/.config/fish/completions/apigw.fish";

/// Look at, check and measure API-gateway events.
#[derive(Parser)]
#[command(name = "apigw", version, after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,

    /// When to use colours; auto respects NO_COLOR and CLICOLOR_FORCE
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Show events: method, path, route, headers, query, body
    #[command(after_help = SHOW_EXAMPLES)]
    Show(Show),
    /// Check events and report each bad one
    #[command(after_help = CHECK_EXAMPLES)]
    Check(Check),
    /// Convert events to Parquet, Arrow or normalised JSON lines
    #[cfg(feature = "convert")]
    #[command(after_help = CONVERT_EXAMPLES)]
    Convert(Convert),
    /// Measure the decoding of these very events
    #[command(after_help = BENCH_EXAMPLES)]
    Bench(Bench),
    /// Check and make responses of functions
    #[command(subcommand)]
    Response(Response),
    /// Serve the functions of a serverless.yml or a SAM template over HTTP
    #[command(after_help = DEV_EXAMPLES)]
    Dev(Dev),
    /// Run a web server as a function: hand it events as requests
    #[command(after_help = PROXY_EXAMPLES)]
    Proxy(Proxy),
    /// Send recorded events to a function or a server once more
    #[command(after_help = REPLAY_EXAMPLES)]
    Replay(Replay),
    /// Send one event to a function or a server, and print the response
    #[command(after_help = INVOKE_EXAMPLES)]
    Invoke(Invoke),
    /// Make sample events
    #[command(subcommand)]
    Event(Event),
    /// Check and show the triggers of a serverless.yml or a SAM template
    #[command(subcommand)]
    Config(Config),
    /// Print a shell's completion script
    #[command(after_help = COMPLETIONS_EXAMPLES)]
    Completions {
        /// The shell
        shell: Shell,
    },
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

impl From<Color> for anstream::ColorChoice {
    fn from(color: Color) -> anstream::ColorChoice {
        match color {
            Color::Auto => anstream::ColorChoice::Auto,
            Color::Always => anstream::ColorChoice::Always,
            Color::Never => anstream::ColorChoice::Never,
        }
    }
}

/// Up to a day.
fn seconds() -> RangedI64ValueParser<u32> {
    value_parser!(u32).range(1..=86_400)
}

fn size(text: &str) -> Result<usize, String> {
    let (digits, shift) = match text.as_bytes().last().map(u8::to_ascii_uppercase) {
        Some(b'K') => (&text[..text.len() - 1], 10),
        Some(b'M') => (&text[..text.len() - 1], 20),
        Some(b'G') => (&text[..text.len() - 1], 30),
        _ => (text, 0),
    };
    let number: usize = digits.parse().map_err(|_| "not a size such as 4096, 512K or 64M")?;
    number.checked_mul(1 << shift).ok_or_else(|| "too large".into())
}
