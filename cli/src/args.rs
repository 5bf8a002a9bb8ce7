//! The command line: what may be given, and the text of `--help`.

use std::ffi::OsString;
use std::net::IpAddr;
use std::num::NonZeroUsize;
#[cfg(feature = "convert")]
use std::path::Path;
use std::path::PathBuf;
use std::thread;

use apigw::{Dialect, ResponseRules, WebSocketPhase};
use clap::builder::RangedI64ValueParser;
use clap::{Parser, Subcommand, ValueEnum, ValueHint, value_parser};
use clap_complete::Shell;

use crate::kinds;

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

const SHOW_EXAMPLES: &str = "\
Examples:
  apigw show event.json
  apigw show --body all upload.json          the whole body, not its first 2 KiB
  apigw show --json events.ndjson > all.ndjson
  apigw show --json events/ | jq -r 'select(.headers.host == \"a.example\") | .file'
  apigw show --json=pairs - < events.ndjson | jq -c 'select(.method == \"POST\") | .headers'

With --json, `file` and `line` are where the event begins, the names of headers are in lower \
case, a name with several values has a list, a bare name of a query is true, and unknown members \
are JSON. --json=pairs writes the normalised form instead: lists of [name, value] in order.

In the readable form control characters are shown as escapes such as \\u001b, so that no event \
can talk to the terminal; --json keeps every string as it is. A bad event is reported on standard \
error, in the words of `apigw check`, and the others are shown.

Exit status: 0 all events were shown, 1 an event was bad or an input could not be read, 2 usage.";

const CHECK_EXAMPLES: &str = "\
Examples:
  apigw check events.ndjson.gz
  apigw check --quiet event.json && echo fine
  apigw check --json logs/ | jq -r .name | sort | uniq -c

Standard output has one line for each bad event, standard error a summary:
  FILE:LINE: error NUMBER NAME at byte OFFSET (MEMBER): TEXT
  events.ndjson:17: error 33 wrong-type at byte 412 (headers): this is a number, it has to be an \
object of strings or lists of strings

LINE is the line of the fault, counted from 1. OFFSET is its place in the event, counted from 0: \
in NDJSON its place in the line, in a document its place in the file. MEMBER is left out where \
the fault is in no known member.

A body that is marked as base64 but is not gets a line with `warning` in place of `error`: the \
event is good.

With --json each bad event is an object with the members severity (error or warning), file, line, \
event_offset (where the event begins in the uncompressed input), offset, number, name, member (or \
null) and text.

Exit status: 0 all events are good, 1 an event is bad or an input could not be read, 2 usage.";

#[cfg(feature = "convert")]
const CONVERT_EXAMPLES: &str = "\
Examples:
  apigw convert events.ndjson.gz -o events.parquet
  apigw convert --columns method,path,headers logs/ -o events.arrow
  zcat logs/*.gz | apigw convert -o events.parquet
  apigw convert events.ndjson --to ndjson -o - | jq -c 'select(.error) | .error.name'

The rows have the columns of docs/events-schema.md. A bad event is a row with `error` and `raw`, \
the bytes of the event. Parquet is compressed with zstd. Arrow is a file, or a stream on standard \
output. NDJSON has the normalised form of each event with the members source, line and byte.

The output is written to a hidden file in the same folder, which gets the name when it is \
complete. If that fails, because the disk is full for example, a file of that name stays as it was.

Standard error has a summary with the number of events for each error.

Exit status: 0 all events are good, 1 an event is bad (the output is complete nevertheless), an \
input could not be read or the output not be written, 2 usage.";

const BENCH_EXAMPLES: &str = "\
Examples:
  apigw bench events.ndjson.gz
  apigw bench --rounds 31 --sample 256M events.ndjson
  apigw bench --json event.json | jq -c '[.reader, .gigabytes_per_second]'

The events are loaded into memory first; bad ones are reported and left out. Then each kernel of \
this CPU and serde_json read all of them on one core, in turn, round by round, so that a change \
of the CPU's clock meets all alike. Rates are medians over the rounds. Percentiles are over \
single events, each timed by itself, and include the time to read the clock, some 20 ns.

serde_json fills a struct with the members of an event, borrows strings that hold no escape and \
skips unknown members, which apigw keeps.

Exit status: 0 all events were measured, 1 an event was bad or an input could not be read, 2 \
usage.";

const RESPONSE_CHECK_EXAMPLES: &str = "\
Examples:
  node -e 'require(\"./index\").main_handler({}).then(r => console.log(JSON.stringify(r)))' | \
apigw response check
  apigw response check --rules function-url responses/

Each FILE, folder or - (standard input, also if none is given) holds one response of a function, \
of at most 16 MiB, also with gzip or zstd. Standard output has one line for each:
  response.json: ok, status 200, 2 headers, text body of 14 bytes
  response.json:1: error 33 wrong-type at byte 14 (statusCode): this is a string, it has to be an \
integer

Lines, offsets and errors are those of `apigw check`. Members that a response does not have are \
named: a gateway ignores them.

Exit status: 0 all are right, 1 one is refused or could not be read, 2 usage.";

const RESPONSE_MAKE_EXAMPLES: &str = "\
Examples:
  apigw response make --header 'Content-Type: text/html' --body page.html
  apigw response make --status 302 --header 'Location: /new' --header 'Set-Cookie: a=1' --header \
'Set-Cookie: b=2'
  gzip -c page.html | apigw response make --header 'Content-Encoding: gzip' --body - > \
response.json

A body has at most 16 MiB. One that is UTF-8 is written as text, any other in base64. Headers of \
one name, in any case, become a list of values.

Exit status: 0 the response is on standard output, 1 it is refused or the body could not be read, \
2 usage.";

const DEV_EXAMPLES: &str = "\
Examples:
  apigw dev                                 the functions of ./serverless.yml or \
./template.yaml, at http://127.0.0.1:8080
  apigw dev --port 0 my/serverless.yml      at a port that the system chooses
  apigw dev --start hello='python3 app.py'  with a command of your own for the function hello
  apigw dev --stage prod --param Table=cats template.yaml
                                            a project for AWS, with values of your own
  apigw dev --attach 9001                   functions are started by hand, in a debugger, and ask \
at port 9001

Functions with a runtime Nodejs are run by apigw-runtime, those for AWS with a runtime python3 by \
`python3 -m apigw.runtime`, others by the executable file `bootstrap` in their folder, as on the \
platform. They are started again when they end, and when a \
file changes that they can have loaded: code, `.env`, `bootstrap`, not what `.gitignore` names. \
When FILE changes, functions and routes are read anew.

Standard output has a line for each request: the time, the status of the response, the method and \
the target, the time it took, with the part of the function in parentheses, bytes of the \
response, the function, and what is wrong. Lines that functions print go to standard error after \
the function's name.

Requests for localhost and loopback addresses are served; with --host and another address, those \
for any address. --allow-host adds names. This keeps pages of other sites from reaching the \
functions under a name of their own.

Exit status: 0 the gateway was ended by a signal, 1 it could not start, 2 usage.";

const REPLAY_EXAMPLES: &str = "\
Examples:
  apigw dev --record events.ndjson
  apigw replay events.ndjson --url http://127.0.0.1:8080
  apigw replay events.ndjson --function hello_world -n 4 --times 1000

Input files are read up to the size that they have at the start. When a gateway records into one \
of them, copy it first: what is sent to that gateway is appended to it.

Standard output has the number of responses of each status, how many there were in a second, and \
how long they took. Headers that a gateway adds are not sent again. Bad events are reported and \
left out. A response that does not come within the timeouts, or is larger than --max-response, \
is a failure.

Exit status: 0 every event was answered with a status below 500, 1 one was not, or an event was \
bad, 2 usage.";

const INVOKE_EXAMPLES: &str = "\
Examples:
  apigw invoke event.json
  apigw invoke event.json --function hello_world
  apigw event make --method POST --path /cats --body '{}' | apigw invoke - --url \
http://127.0.0.1:8080

Without --function and --url the event is handed to the only function of the file. Standard \
output has the status, the headers, an empty line and the body; standard error what the function \
prints.

Exit status: 0 the status is below 500, 1 it is not or there is no response, 2 usage.";

const EVENT_MAKE_EXAMPLES: &str = "\
Examples:
  apigw event make --path '/cats?tag=black&tag=white' --header 'Accept: text/html'
  apigw event make --dialect aws-http-api --method POST --path /cats --body @cat.json
  apigw event make --dialect tencent-websocket --body hello | apigw invoke -

The event is what the gateway of the dialect makes of this request, as a line of JSON. A body \
that is not UTF-8 becomes base64.

Exit status: 0 the event is on standard output, 1 it is refused or the body could not be read, 2 \
usage.";

const CONFIG_CHECK_EXAMPLES: &str = "\
Examples:
  apigw config check
  apigw config check */serverless.yml
  envsubst < template.yml | apigw config check -
  apigw config check --json | jq -r 'select(.severity == \"error\") | .message'

Standard output has a line for each fault:
  serverless.yml:9:13: error: `parameters` has no key `integratedRespons`; is it \
`integratedResponse`?

With --json each fault is an object with the members file, line, column, severity (error or \
warning) and message.

Exit status: 0 the files are right, 1 one is not or could not be read, 2 usage.";

const CONFIG_SHOW_EXAMPLES: &str = "\
Examples:
  apigw config show
  apigw config show my/serverless.yml

Exit status: 0 the file is right, 1 it is not or could not be read, 2 usage.";

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  apigw completions bash > ~/.local/share/bash-completion/completions/apigw
  apigw completions zsh > ~/.zfunc/_apigw
  apigw completions fish > ~/.config/fish/completions/apigw.fish";

const PROXY_EXAMPLES: &str = "\
Examples of the file `bootstrap` of a function:
  exec ./apigw proxy -- ./server
  exec ./apigw proxy --port 3000 --ready /health -- node server.js
  exec ./apigw proxy --stream -- nginx -c \"$PWD/nginx.conf\" -g 'daemon off;'

Each event is sent to 127.0.0.1:PORT as the request that it was, and the response is that of the \
function, on AWS Lambda, on Tencent SCF and with `apigw dev`. A server that ends is started again \
for the next request. If it ends, hangs or sends no proper response, the client gets status 502 or \
504 with a reason, which is on standard error too.

SIGTERM ends the server, and SIGKILL does after 2 seconds.

Exit status: 0 a signal ended it, 1 the server did not start or there is no platform, 2 usage.";

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

#[derive(clap::Args)]
pub(crate) struct Show {
    /// One JSON line per event, in the order of the input: with objects for headers and query, or
    /// with lists of pairs, which keep order and case
    #[arg(long, value_name = "FORM", num_args = 0..=1, require_equals = true)]
    #[arg(default_missing_value = "maps")]
    pub(crate) json: Option<JsonForm>,

    /// How much of each body to show: bytes (K, M, G for powers of 1024), or `all`
    #[arg(long, value_name = "SIZE", default_value = "2K", value_parser = size_or_all)]
    pub(crate) body: usize,

    #[command(flatten)]
    pub(crate) reading: Reading,

    #[command(flatten)]
    pub(crate) threads: Threads,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum JsonForm {
    /// File and line, and objects: `.headers.host`; names of headers are in lower case
    Maps,
    /// The normalised form: lists of [name, value]
    Pairs,
}

#[derive(clap::Args)]
pub(crate) struct Check {
    /// One JSON object per bad event
    #[arg(long)]
    pub(crate) json: bool,

    /// Print nothing and stop at the first fault: only the exit status shows it
    #[arg(short, long, conflicts_with = "json")]
    pub(crate) quiet: bool,

    #[command(flatten)]
    pub(crate) reading: Reading,

    #[command(flatten)]
    pub(crate) threads: Threads,
}

#[cfg(feature = "convert")]
#[derive(clap::Args)]
pub(crate) struct Convert {
    /// The file to write; - is standard output
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: PathBuf,

    /// What to write [default: what the name of the output ends with: .parquet, .arrow, .ndjson]
    #[arg(long, value_name = "FORMAT")]
    pub(crate) to: Option<Format>,

    /// The columns to write, in this order [default: all]
    #[arg(long, value_name = "NAME,...", value_delimiter = ',')]
    pub(crate) columns: Option<Vec<String>>,

    /// Decode bodies in base64; one that is not valid makes a bad event
    #[arg(long)]
    pub(crate) decode_bodies: bool,

    /// Print no progress and no summary
    #[arg(short, long)]
    pub(crate) quiet: bool,

    #[command(flatten)]
    pub(crate) reading: Reading,

    #[command(flatten)]
    pub(crate) threads: Threads,
}

#[cfg(feature = "convert")]
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Parquet, compressed with zstd
    Parquet,
    /// The Arrow IPC format
    Arrow,
    /// Normalised JSON lines
    Ndjson,
}

#[cfg(feature = "convert")]
impl Format {
    /// The format that a file's name ends with.
    pub(crate) fn of(name: &Path) -> Option<Format> {
        match name.extension()?.to_str()? {
            "parquet" => Some(Format::Parquet),
            "arrow" | "feather" => Some(Format::Arrow),
            "ndjson" | "jsonl" => Some(Format::Ndjson),
            _ => None,
        }
    }
}

#[derive(Subcommand)]
pub(crate) enum Response {
    /// Check responses of functions as a gateway does
    #[command(after_help = RESPONSE_CHECK_EXAMPLES)]
    Check(ResponseCheck),
    /// Make a response of a status, headers and a body
    #[command(after_help = RESPONSE_MAKE_EXAMPLES)]
    Make(ResponseMake),
}

#[derive(clap::Args)]
pub(crate) struct ResponseCheck {
    /// What is taken for a response
    #[arg(long, value_name = "RULES", default_value = "strict", value_parser = kinds::rules())]
    pub(crate) rules: ResponseRules,

    /// Files and folders of responses; standard input when none is given, or for -
    #[arg(value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub(crate) files: Vec<PathBuf>,
}

#[derive(clap::Args)]
pub(crate) struct ResponseMake {
    /// The status, 100 to 999
    #[arg(long, value_name = "STATUS", default_value = "200")]
    #[arg(value_parser = value_parser!(u16).range(100..=999))]
    pub(crate) status: u16,

    /// A header; may be given several times, also with one name
    #[arg(long = "header", value_name = "NAME: VALUE", value_parser = header)]
    pub(crate) headers: Vec<(String, String)>,

    /// The body: the bytes of a file, or of standard input for -
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) body: Option<PathBuf>,

    /// The body itself
    #[arg(long, value_name = "TEXT", conflicts_with = "body")]
    pub(crate) body_text: Option<String>,

    /// Write the body in base64 in any case
    #[arg(long, conflicts_with = "text")]
    pub(crate) base64: bool,

    /// Write the body as text, and refuse one that is not UTF-8
    #[arg(long)]
    pub(crate) text: bool,

    /// The kind of gateway that gets the response
    #[arg(
        long,
        value_name = "DIALECT",
        default_value = "tencent-api-gateway",
        value_parser = kinds::dialect(),
    )]
    pub(crate) dialect: Dialect,
}

#[derive(clap::Args)]
pub(crate) struct Dev {
    /// The file with the functions and their triggers
    /// [default: serverless.yml, or template.yaml of SAM]
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: Option<PathBuf>,

    /// The port to serve HTTP at; 0 for one that the system chooses
    #[arg(short, long, value_name = "PORT", default_value = "8080")]
    pub(crate) port: u16,

    /// The address to serve HTTP at; every machine that reaches it can call the functions
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub(crate) host: IpAddr,

    /// Processes of each function; each has one event at a time
    #[arg(short = 'n', long, value_name = "N", default_value = "1")]
    #[arg(value_parser = value_parser!(u16).range(1..=256))]
    pub(crate) concurrency: u16,

    #[command(flatten)]
    pub(crate) settings: Settings,

    /// Start a function with a command of your own
    #[arg(long, value_name = "FUNCTION=COMMAND", value_parser = start, conflicts_with = "attach")]
    pub(crate) start: Vec<(String, String)>,

    /// Start no function: they are started by hand, and the first one asks for events at this port
    #[arg(long, value_name = "PORT", num_args = 0..=1, default_missing_value = "9001")]
    pub(crate) attach: Option<u16>,

    #[command(flatten)]
    pub(crate) node: NodeRuntime,

    /// Append each event as a line of JSON to a file, which `apigw replay` reads
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) record: Option<PathBuf>,

    /// Start functions anew also when these files in their folder change, whatever they are
    #[arg(long, value_name = "GLOB", value_parser = glob, conflicts_with = "no_watch")]
    pub(crate) watch: Vec<globset::Glob>,

    /// Do not start functions anew when their files change, and do not read routes anew
    #[arg(long)]
    pub(crate) no_watch: bool,

    /// Serve requests for this host too, and not only for localhost and addresses; may be given
    /// several times
    #[arg(long, value_name = "NAME", value_parser = host_name)]
    pub(crate) allow_host: Vec<String>,

    /// Let pages of any site open WebSockets, not only those of hosts that are served
    #[arg(long)]
    pub(crate) allow_any_origin: bool,
}

#[derive(clap::Args)]
pub(crate) struct Proxy {
    /// The port that the server listens at; it gets it as the variable PORT too
    #[arg(short, long, value_name = "PORT", default_value = "9000")]
    #[arg(value_parser = value_parser!(u16).range(1..))]
    pub(crate) port: u16,

    /// Wait until the server returns no 5xx for this path, instead of until its port is open
    #[arg(long, value_name = "PATH", value_parser = path)]
    pub(crate) ready: Option<String>,

    /// How long the server may take until it is ready
    #[arg(long, value_name = "SECONDS", default_value = "60")]
    #[arg(value_parser = value_parser!(u64).range(1..=3600))]
    pub(crate) ready_timeout: u64,

    /// Send responses as they come, where the platform takes streams
    #[arg(long)]
    pub(crate) stream: bool,

    /// The command that starts the server
    #[arg(value_name = "COMMAND", last = true, required = true)]
    pub(crate) command: Vec<OsString>,
}

#[derive(clap::Args)]
pub(crate) struct NodeRuntime {
    /// The program that runs functions for Node [default: apigw-runtime of node_modules or of PATH]
    #[arg(long, value_name = "PROGRAM", value_hint = ValueHint::ExecutablePath)]
    pub(crate) node_runtime: Option<PathBuf>,
}

/// Where events are sent.
#[derive(clap::Args)]
pub(crate) struct Target {
    /// Send requests to this server: http://HOST:PORT, or with a path that is put before those of
    /// the events in place of their stage
    #[arg(long, value_name = "URL", value_hint = ValueHint::Url, conflicts_with = "function")]
    pub(crate) url: Option<String>,

    /// Hand the events to this function, which is started as `apigw dev` does
    #[arg(long, value_name = "FUNCTION")]
    pub(crate) function: Option<String>,

    /// The file with the function [default: serverless.yml, or template.yaml of SAM]
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) config: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) settings: Settings,

    /// Start the function with a command of your own
    #[arg(long, value_name = "COMMAND", conflicts_with = "url")]
    pub(crate) start: Option<String>,

    #[command(flatten)]
    pub(crate) node: NodeRuntime,

    /// How long a connection to the server may take to open
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = seconds())]
    pub(crate) connect_timeout: u32,

    /// How long the server may take until its response begins, and send nothing of it
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds())]
    pub(crate) read_timeout: u32,

    /// How long a request to the server and its response may take
    #[arg(long, value_name = "SECONDS", default_value = "300", value_parser = seconds())]
    pub(crate) total_timeout: u32,

    /// The largest body of a response that is read from the server (K, M, G for powers of 1024)
    #[arg(long, value_name = "SIZE", default_value = "64M", value_parser = size)]
    pub(crate) max_response: usize,
}

#[derive(clap::Args)]
#[command(group(clap::ArgGroup::new("receiver").required(true).args(["url", "function"])))]
pub(crate) struct Replay {
    #[command(flatten)]
    pub(crate) target: Target,

    /// Requests at a time; of a function, processes
    #[arg(short = 'n', long, value_name = "N", default_value = "1")]
    #[arg(value_parser = value_parser!(u16).range(1..=256))]
    pub(crate) concurrency: u16,

    /// Send all of them this number of times
    #[arg(long, value_name = "N", default_value = "1")]
    pub(crate) times: NonZeroUsize,

    #[command(flatten)]
    pub(crate) reading: Reading,
}

#[derive(clap::Args)]
pub(crate) struct Invoke {
    #[command(flatten)]
    pub(crate) target: Target,

    /// The file with the event; - is standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: PathBuf,
}

#[derive(Subcommand)]
pub(crate) enum Event {
    /// Make the event that a gateway makes of a request
    #[command(after_help = EVENT_MAKE_EXAMPLES)]
    Make(EventMake),
}

#[derive(clap::Args)]
pub(crate) struct EventMake {
    /// The kind of gateway that makes the event
    #[arg(
        long,
        value_name = "DIALECT",
        default_value = "tencent-api-gateway",
        value_parser = kinds::dialect(),
    )]
    pub(crate) dialect: Dialect,

    /// What happened to the connection, for the dialects of WebSocket
    #[arg(long, value_name = "PHASE", default_value = "message", value_parser = kinds::phase())]
    pub(crate) phase: WebSocketPhase,

    /// The method
    #[arg(long, value_name = "METHOD", default_value = "GET")]
    pub(crate) method: String,

    /// The path, with or without a query
    #[arg(long, value_name = "PATH", default_value = "/")]
    pub(crate) path: String,

    /// A header; may be given several times
    #[arg(long = "header", value_name = "NAME: VALUE", value_parser = header)]
    pub(crate) headers: Vec<(String, String)>,

    /// The body, or @FILE for the bytes of a file, @- for standard input
    #[arg(long, value_name = "TEXT")]
    pub(crate) body: Option<String>,

    /// Write the body in base64 in any case
    #[arg(long)]
    pub(crate) base64: bool,
}

#[derive(Subcommand)]
pub(crate) enum Config {
    /// Report what is wrong with a file
    #[command(after_help = CONFIG_CHECK_EXAMPLES)]
    Check(ConfigCheck),
    /// Show functions and routes
    #[command(after_help = CONFIG_SHOW_EXAMPLES)]
    Show(ConfigFile),
}

#[derive(clap::Args)]
pub(crate) struct ConfigCheck {
    /// One JSON object per fault
    #[arg(long)]
    pub(crate) json: bool,

    #[command(flatten)]
    pub(crate) settings: Settings,

    /// The files; - is standard input [default: serverless.yml, or template.yaml of SAM]
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) files: Vec<PathBuf>,
}

/// What is chosen for a file of an AWS project.
#[derive(clap::Args)]
pub(crate) struct Settings {
    /// The stage of a serverless.yml for AWS: ${opt:stage}, ${sls:stage}
    #[arg(long, value_name = "STAGE")]
    pub(crate) stage: Option<String>,

    /// The value of a parameter of a SAM template, or of ${param:NAME}
    #[arg(long = "param", value_name = "NAME=VALUE", value_parser = parameter)]
    pub(crate) parameters: Vec<(String, String)>,
}

#[derive(clap::Args)]
pub(crate) struct ConfigFile {
    #[command(flatten)]
    pub(crate) settings: Settings,

    /// The file; - is standard input [default: serverless.yml, or template.yaml of SAM]
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) file: Option<PathBuf>,
}

#[derive(clap::Args)]
pub(crate) struct Bench {
    /// One JSON object per reader
    #[arg(long)]
    pub(crate) json: bool,

    /// Rounds to measure
    #[arg(long, value_name = "N", default_value = "15")]
    pub(crate) rounds: NonZeroUsize,

    /// Measure only the first SIZE bytes of events (K, M, G for powers of 1024)
    #[arg(long, value_name = "SIZE", default_value = "64M", value_parser = size)]
    pub(crate) sample: usize,

    #[command(flatten)]
    pub(crate) reading: Reading,
}

/// What to read, and how.
#[derive(clap::Args)]
pub(crate) struct Reading {
    /// Files and folders of events; standard input when none is given, or for -
    #[arg(value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub(crate) files: Vec<PathBuf>,

    /// What each input is: one document, or one event a line; decided by its text if not given
    #[arg(long, value_name = "FORM", default_value = "auto")]
    pub(crate) input: Form,

    /// The largest event that is read (K, M, G for powers of 1024); a larger one is bad
    #[arg(long, value_name = "SIZE", default_value = "16M", value_parser = event_size)]
    pub(crate) max_event: usize,
}

impl Reading {
    pub(crate) fn form(&self) -> apigw_input::Form {
        match self.input {
            Form::Auto => apigw_input::Form::Auto,
            Form::Document => apigw_input::Form::Document,
            Form::Ndjson => apigw_input::Form::Ndjson,
        }
    }
}

#[derive(clap::Args)]
pub(crate) struct Threads {
    /// Threads that decode [default: one per core]
    #[arg(short = 'j', long = "threads", value_name = "N")]
    #[arg(value_parser = value_parser!(u16).range(1..=1024))]
    count: Option<u16>,
}

impl Threads {
    pub(crate) fn count(&self) -> usize {
        match self.count {
            Some(count) => usize::from(count),
            None => thread::available_parallelism().map_or(1, NonZeroUsize::get),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    Auto,
    Document,
    Ndjson,
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

fn host_name(text: &str) -> Result<String, String> {
    if text.is_empty() || text.contains(|it: char| ":/@*".contains(it) || it.is_whitespace()) {
        return Err("not a name without scheme and port, such as gateway.local".into());
    }
    Ok(text.into())
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

/// White space around a value is no part of it (RFC 9110 section 5.5).
fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("not a header such as 'Name: value'")?;
    Ok((name.into(), value.trim_matches([' ', '\t']).into()))
}

fn start(text: &str) -> Result<(String, String), String> {
    let (function, command) = text.split_once('=').ok_or("not a function and its command")?;
    Ok((function.into(), command.into()))
}

fn parameter(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("not a parameter and its value")?;
    Ok((name.into(), value.into()))
}

impl From<&Settings> for apigw_gateway::config::Settings {
    fn from(given: &Settings) -> apigw_gateway::config::Settings {
        let parameters = given.parameters.iter().cloned().collect();
        apigw_gateway::config::Settings { stage: given.stage.clone(), parameters }
    }
}

fn path(text: &str) -> Result<String, String> {
    match text.parse::<http::uri::PathAndQuery>() {
        Ok(_) if text.starts_with('/') => Ok(text.into()),
        _ => Err("not a path such as /health".into()),
    }
}

fn glob(text: &str) -> Result<globset::Glob, globset::Error> {
    globset::Glob::new(text)
}

fn size_or_all(text: &str) -> Result<usize, String> {
    if text == "all" { Ok(usize::MAX) } else { size(text) }
}

fn event_size(text: &str) -> Result<usize, String> {
    match size(text)? {
        0 => Err("an event has at least one byte".into()),
        bytes if bytes > MAX_EVENT => Err("at most 1G".into()),
        bytes => Ok(bytes),
    }
}
