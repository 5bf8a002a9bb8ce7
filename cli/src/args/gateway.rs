//! Commands that run functions, and those about configuration files.

use std::ffi::OsString;
use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Subcommand, ValueHint, value_parser};

use super::requests::{path, start};

pub(super) const DEV_EXAMPLES: &str = "\
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

pub(super) const PROXY_EXAMPLES: &str = "\
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

fn host_name(text: &str) -> Result<String, String> {
    if text.is_empty() || text.contains(|it: char| ":/@*".contains(it) || it.is_whitespace()) {
        return Err("not a name without scheme and port, such as gateway.local".into());
    }
    Ok(text.into())
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

fn glob(text: &str) -> Result<globset::Glob, globset::Error> {
    globset::Glob::new(text)
}
