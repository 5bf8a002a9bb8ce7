//! Projects for AWS: files of the Serverless Framework and SAM templates.

mod authorizers;
mod cors;
mod events;
mod functions;
mod intrinsics;
mod sam;
mod sam_schema;
mod schema;
mod serverless;

pub use authorizers::{Authorizer, AuthorizerKind, Identity};
pub(crate) use intrinsics::{ACCOUNT, REGION};
pub(super) use sam::{is_template, read as read_template};
pub(super) use serverless::read as read_serverless;

use crate::routes::Pattern;

/// What a route of AWS has besides.
#[derive(Clone, Debug)]
pub struct AwsRoute {
    /// The gateway that serves it.
    pub gateway: AwsGateway,
    /// What the pages of other sites may do. Without it, the gateway handles no cross-origin
    /// request.
    pub cors: Option<Cors>,
    /// The media types of a REST API whose bodies are binary.
    pub binary_types: Vec<String>,
    /// The place of a load balancer's rule among the others: the lowest counts first.
    pub priority: u64,
    /// What a route of a WebSocket API has besides.
    pub socket: Option<AwsSocket>,
    /// Who decides whether a request reaches the function.
    pub authorizer: Option<Authorizer>,
}

/// What a route of a WebSocket API has besides. The method of the route is its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwsSocket {
    /// The members of a message that lead to the key of its route: `action`.
    pub selection: Vec<String>,
    /// Whether clients get what the function returns for a message.
    pub has_response: bool,
}

/// A gateway of AWS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AwsGateway {
    /// API Gateway, a REST API.
    RestApi,
    /// API Gateway, an HTTP API with payload format 2.0.
    HttpApi,
    /// API Gateway, an HTTP API with payload format 1.0.
    HttpApiV1,
    /// The URL of a function.
    FunctionUrl,
    /// An Application Load Balancer.
    Alb,
    /// An Application Load Balancer whose headers have several values.
    AlbMultiValue,
    /// API Gateway, a WebSocket API.
    WebSocketApi,
}

impl AwsGateway {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            AwsGateway::RestApi => "REST API",
            AwsGateway::HttpApi => "HTTP API",
            AwsGateway::HttpApiV1 => "HTTP API with payload 1.0",
            AwsGateway::FunctionUrl => "function URL",
            AwsGateway::Alb => "load balancer",
            AwsGateway::AlbMultiValue => "load balancer with multi-value headers",
            AwsGateway::WebSocketApi => "WebSocket API",
        }
    }

    /// Whether it is an HTTP API.
    pub(crate) fn is_http_api(self) -> bool {
        matches!(self, AwsGateway::HttpApi | AwsGateway::HttpApiV1)
    }

    /// Whether it is a load balancer.
    pub(crate) fn is_alb(self) -> bool {
        matches!(self, AwsGateway::Alb | AwsGateway::AlbMultiValue)
    }
}

/// The stage of an HTTP API that is not part of the path.
pub(crate) const DEFAULT_STAGE: &str = "$default";

/// The path of the route that takes what no other route takes.
pub(crate) const DEFAULT_ROUTE: &str = "$default";

impl AwsRoute {
    /// Bytes of the texts that it has.
    fn bytes(&self) -> usize {
        let lists =
            self.cors.iter().flat_map(|it| [&it.origins, &it.methods, &it.headers, &it.exposed]);
        let scopes = self.authorizer.iter().map(|it| &it.scopes);
        let selection = self.socket.iter().map(|it| &it.selection);
        let lists = lists.chain(scopes).chain(selection).chain([&self.binary_types]);
        let identity = self.authorizer.iter().flat_map(|it| &it.identity).map(|it| match it {
            Identity::Header(name) | Identity::Query(name) => name.len(),
        });
        lists.flatten().map(String::len).chain(identity).map(|len| len + size_of::<String>()).sum()
    }

    pub(super) fn url_path(&self, stage: &str, path: &Pattern) -> String {
        let path = path.to_string();
        let path = if path == DEFAULT_ROUTE { "/*" } else { &path };
        match self.gateway {
            AwsGateway::FunctionUrl => "/*".into(),
            AwsGateway::WebSocketApi => format!("/{stage}"),
            _ if self.gateway.is_alb() || stage == DEFAULT_STAGE => path.into(),
            _ => format!("/{stage}{path}"),
        }
    }
}

/// What the pages of other sites may do, as a file says it. Names of headers are as they were
/// written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cors {
    /// The sites; `*` for all.
    pub origins: Vec<String>,
    /// The methods; `*` for all.
    pub methods: Vec<String>,
    /// The headers that a page may send; `*` for all.
    pub headers: Vec<String>,
    /// The headers that a page may read.
    pub exposed: Vec<String>,
    /// Whether a page may send cookies.
    pub has_credentials: bool,
    /// How many seconds a browser may remember this.
    pub max_age: Option<u64>,
}
