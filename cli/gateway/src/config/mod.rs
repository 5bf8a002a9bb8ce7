//! The triggers and functions of a `serverless.yml` or of a SAM template.

mod aws;
mod check;
mod environment;
mod foreign;
mod included;
mod parse;
mod read;
mod scalar;
mod schema;
mod settings;
mod shadow;
mod triggers;
mod variables;
mod yaml;

use std::fmt;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub(crate) use aws::{ACCOUNT, DEFAULT_ROUTE, DEFAULT_STAGE, REGION};
pub use aws::{Authorizer, AuthorizerKind, AwsGateway, AwsRoute, AwsSocket, Cors, Identity};
pub use settings::Settings;
pub use yaml::Place;

use crate::routes::{InvalidPattern, Pattern};

/// What a file says about functions and their API Gateway triggers.
#[derive(Debug, Default)]
pub struct Config {
    /// The functions, in the order of the file.
    pub functions: Vec<Function>,
    /// The routes to them, in the order of the file.
    pub routes: Vec<Route>,
    /// What is noteworthy, but no fault.
    pub warnings: Vec<Problem>,
    /// Other files that its variables name. They need not exist.
    pub files: Vec<PathBuf>,
    /// Functions in a language that is not run here, unless they get a command: their names, and
    /// what to do.
    pub unrunnable: Vec<(String, Problem)>,
}

/// The cloud that a function is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Platform {
    /// Tencent Cloud.
    #[default]
    Tencent,
    /// Amazon Web Services.
    Aws,
}

/// A function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name, which triggers refer to.
    pub name: String,
    /// The cloud that it is for.
    pub platform: Platform,
    /// What its runtime calls: `index.main_handler`.
    pub handler: String,
    /// Its runtime: `Nodejs8.9`, `CustomRuntime`.
    pub runtime: String,
    /// The folder with its code.
    pub folder: PathBuf,
    /// Megabytes of memory that it asks for.
    pub memory: u64,
    /// How long it may take for one event.
    pub timeout: Duration,
    /// How long it may take to start.
    pub init_timeout: Duration,
    /// Its region.
    pub region: String,
    /// Its namespace.
    pub namespace: String,
    /// Environment variables of its own.
    pub environment: Vec<(String, String)>,
}

impl Function {
    /// Whether its runtime is Node.
    pub fn is_node(&self) -> bool {
        self.runtime.to_ascii_lowercase().starts_with("nodejs")
    }

    /// Whether its runtime is Python, and a handler of AWS can be run with it.
    pub(crate) fn is_python(&self) -> bool {
        self.platform == Platform::Aws && self.runtime.to_ascii_lowercase().starts_with("python3")
    }

    /// Whether it is run by an executable file `bootstrap` whatever language it is in.
    pub(crate) fn is_custom(&self) -> bool {
        let runtime = self.runtime.to_ascii_lowercase();
        match self.platform {
            Platform::Tencent => runtime.starts_with("custom"),
            Platform::Aws => runtime.starts_with("provided") || runtime.starts_with("go1"),
        }
    }

    /// The file that runs it. The handler of AWS may be the name of an executable file.
    pub(crate) fn bootstrap(&self) -> PathBuf {
        let handler = self.folder.join(&self.handler);
        if self.platform == Platform::Aws && !self.handler.is_empty() && handler.is_file() {
            return handler;
        }
        self.folder.join("bootstrap")
    }

    /// What to do with a function that cannot be run.
    pub(crate) fn needs(&self) -> String {
        let (runtime, name, folder) = (&self.runtime, &self.name, self.folder.display());
        format!(
            "the runtime {runtime} is run by an executable file `bootstrap` in {folder}, which is \
             not there; write one, or name a command with `apigw dev --start {name}=COMMAND`: the \
             program takes events from the runtime API"
        )
    }
}

/// A route of the gateway to a function.
#[derive(Clone, Debug)]
pub struct Route {
    /// Where the file has it.
    pub place: Place,
    /// The name of the function.
    pub function: String,
    /// The service's identifier, if the file has one.
    pub service_id: Option<String>,
    /// The stage, the first part of the URL's path.
    pub stage: String,
    /// The path, with which the rest of the URL's path is compared.
    pub path: Pattern,
    /// The method, or `ANY`.
    pub method: String,
    /// Whether the function returns an integrated response; otherwise its output is the body.
    pub is_integrated: bool,
    /// Whether pages of other sites may use the route.
    pub has_cors: bool,
    /// How long a client waits for a response.
    pub timeout: Duration,
    /// Parameters that events have apart.
    pub parameters: Vec<Parameter>,
    /// Which requests have their bodies in base64.
    pub base64: Base64,
    /// The version of the function.
    pub qualifier: String,
    /// The other functions of a WebSocket endpoint, whose messages are for `function`.
    pub websocket: Option<WebSocket>,
    /// What a route of AWS has besides.
    pub aws: Option<AwsRoute>,
}

impl Route {
    /// The path with which URLs begin: that of the route after that of the stage.
    pub fn url_path(&self) -> String {
        match &self.aws {
            Some(aws) => aws.url_path(&self.stage, &self.path),
            None => format!("/{}{}", self.stage, self.path),
        }
    }

    /// Where a gateway that listens at `address` serves it, without the scheme.
    pub fn url(&self, address: SocketAddr) -> String {
        let path = self.url_path();
        match &self.aws {
            Some(aws) if aws.gateway == AwsGateway::FunctionUrl => {
                format!("{}.localhost:{}{path}", self.function, address.port())
            }
            _ => format!("{address}{path}"),
        }
    }
}

/// Functions that are told when clients of a WebSocket endpoint come and go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebSocket {
    /// Says whether a client may connect.
    pub register: String,
    /// Is told that a client has gone.
    pub cleanup: String,
}

/// A declared parameter of a route.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Where it is found.
    pub position: Position,
    /// Whether a request without it is refused.
    pub is_required: bool,
    /// Its value in requests without it.
    pub default: String,
}

/// Where a parameter is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Position {
    /// In the path, under its name in braces.
    Path,
    /// In the query.
    Query,
    /// In the headers.
    Header,
}

/// Which requests have their bodies in base64.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Base64 {
    /// None.
    #[default]
    Never,
    /// All.
    Always,
    /// Those for which one rule holds.
    Rules(Vec<Base64Rule>),
}

/// A rule for requests whose bodies are in base64.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base64Rule {
    /// The header, in lower case: `accept` or `content-type`.
    pub header: String,
    /// Text of which the header's value has to contain one.
    pub values: Vec<String>,
}

/// A fault of a file, or something to note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where it is.
    pub place: Place,
    /// What it is.
    pub message: String,
    /// Whether the file is usable all the same.
    pub is_warning: bool,
}

impl Problem {
    fn error(place: Place, message: impl Into<String>) -> Problem {
        Problem { place, message: message.into(), is_warning: false }
    }

    fn warning(place: Place, message: impl Into<String>) -> Problem {
        Problem { place, message: message.into(), is_warning: true }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Place { line, column } = self.place;
        let kind = if self.is_warning { "warning" } else { "error" };
        write!(f, "{line}:{column}: {kind}: {}", self.message)
    }
}

impl Config {
    /// Reads a file without further settings: see [`Settings::read`].
    pub fn read(path: &Path) -> Result<Config, Vec<Problem>> {
        Settings::default().read(path)
    }

    /// Reads the text of a file without further settings: see [`Settings::parse`].
    pub fn parse(text: &str, folder: &Path) -> Result<Config, Vec<Problem>> {
        Settings::default().parse(text, folder)
    }

    /// The function with this name.
    pub fn function(&self, name: &str) -> Option<&Function> {
        self.functions.iter().find(|function| function.name == name)
    }
}

fn pattern(path: &str, place: Place, problems: &mut Vec<Problem>) -> Option<Pattern> {
    pattern_of(Pattern::new(path), place, problems)
}

fn pattern_of(
    read: Result<Pattern, InvalidPattern>,
    place: Place,
    problems: &mut Vec<Problem>,
) -> Option<Pattern> {
    read.map_err(|InvalidPattern(reason)| problems.push(Problem::error(place, reason))).ok()
}
