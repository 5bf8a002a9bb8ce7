//! Commands that send or make events and responses.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use apigw::{Dialect, ResponseRules, WebSocketPhase};
use clap::{Subcommand, ValueHint, value_parser};

use super::{NodeRuntime, Reading, Settings, seconds, size};
use crate::kinds;

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

pub(super) const REPLAY_EXAMPLES: &str = "\
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

pub(super) const INVOKE_EXAMPLES: &str = "\
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

/// White space around a value is no part of it (RFC 9110 section 5.5).
fn header(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once(':').ok_or("not a header such as 'Name: value'")?;
    Ok((name.into(), value.trim_matches([' ', '\t']).into()))
}

pub(super) fn start(text: &str) -> Result<(String, String), String> {
    let (function, command) = text.split_once('=').ok_or("not a function and its command")?;
    Ok((function.into(), command.into()))
}

pub(super) fn path(text: &str) -> Result<String, String> {
    match text.parse::<http::uri::PathAndQuery>() {
        Ok(_) if text.starts_with('/') => Ok(text.into()),
        _ => Err("not a path such as /health".into()),
    }
}
