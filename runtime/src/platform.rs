//! What differs between the runtime APIs of the platforms.

use std::time::{Duration, Instant, SystemTime};

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use crate::context::Context;
use crate::failure::Failure;

/// A platform, and where its runtime API is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Platform {
    /// Tencent SCF, at this host and port.
    Scf(String),
    /// AWS Lambda, at this host and port.
    Lambda(String),
}

/// The header with which SCF names an event, and a response the event that it is for.
const SCF_ID: HeaderName = HeaderName::from_static("request_id");

/// The type of an error of Lambda.
pub(crate) const ERROR_TYPE: HeaderName =
    HeaderName::from_static("lambda-runtime-function-error-type");

const JSON: HeaderValue = HeaderValue::from_static("application/json");

impl Platform {
    /// Returns the platform that the environment names: see the crate's documentation.
    pub fn from_env() -> Platform {
        let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let is_scf = variable("TENCENTCLOUD_RUNENV").is_some_and(|platform| platform == "SCF");
        if let Some(address) = variable("AWS_LAMBDA_RUNTIME_API").filter(|_| !is_scf) {
            let port = address.rsplit_once(':').map(|(_, port)| port);
            let has_port = port.is_some_and(|port| port.parse::<u16>().is_ok());
            return Platform::Lambda(if has_port { address } else { address + ":80" });
        }
        let host = variable("SCF_RUNTIME_API").unwrap_or_else(|| "127.0.0.1".into());
        let port = variable("SCF_RUNTIME_API_PORT").unwrap_or_else(|| "9001".into());
        let is_bare = host.contains(':') && !host.starts_with('[');
        Platform::Scf(if is_bare { format!("[{host}]:{port}") } else { format!("{host}:{port}") })
    }

    pub(crate) fn address(&self) -> &str {
        let (Platform::Scf(address) | Platform::Lambda(address)) = self;
        address
    }

    /// The path with which a function says that it is ready. On Lambda, the first request for an
    /// event says so.
    pub(crate) fn ready(&self) -> Option<&'static str> {
        match self {
            Platform::Scf(_) => Some("/runtime/init/ready"),
            Platform::Lambda(_) => None,
        }
    }

    pub(crate) fn next(&self) -> &'static str {
        match self {
            Platform::Scf(_) => "/runtime/invocation/next",
            Platform::Lambda(_) => "/2018-06-01/runtime/invocation/next",
        }
    }

    /// The path for what becomes of an event: `response` or `error`.
    pub(crate) fn outcome(&self, id: &str, what: &str) -> String {
        match self {
            Platform::Scf(_) => format!("/runtime/invocation/{what}"),
            Platform::Lambda(_) => format!("/2018-06-01/runtime/invocation/{id}/{what}"),
        }
    }

    /// The path with which a function says that it cannot start.
    pub(crate) fn init_error(&self) -> Option<&'static str> {
        match self {
            Platform::Scf(_) => None,
            Platform::Lambda(_) => Some("/2018-06-01/runtime/init/error"),
        }
    }

    /// The status that acknowledges a response.
    pub(crate) fn accepted(&self) -> StatusCode {
        match self {
            Platform::Scf(_) => StatusCode::OK,
            Platform::Lambda(_) => StatusCode::ACCEPTED,
        }
    }

    pub(crate) fn takes_streams(&self) -> bool {
        matches!(self, Platform::Lambda(_))
    }

    /// The headers of a response to an event. SCF must not take a late one for that of the next
    /// event.
    pub(crate) fn headers(&self, id: &str) -> HeaderMap {
        let mut headers = HeaderMap::from_iter([(header::CONTENT_TYPE, JSON)]);
        if let (Platform::Scf(_), Ok(id)) = (self, HeaderValue::from_str(id))
            && !id.is_empty()
        {
            headers.insert(SCF_ID, id);
        }
        headers
    }

    /// Headers and body of an error.
    pub(crate) fn report(&self, id: &str, failure: &Failure) -> (HeaderMap, Vec<u8>) {
        let mut headers = self.headers(id);
        match self {
            Platform::Scf(_) => {
                let text = HeaderValue::from_static("text/plain; charset=utf-8");
                headers.insert(header::CONTENT_TYPE, text);
                (headers, failure.message.clone().into_bytes())
            }
            Platform::Lambda(_) => {
                if let Ok(kind) = HeaderValue::from_str(&failure.kind) {
                    headers.insert(ERROR_TYPE, kind);
                }
                (headers, failure.json())
            }
        }
    }

    /// What the platform sends with an event.
    pub(crate) fn context(&self, headers: &HeaderMap) -> Context {
        let optional = |name: &str| headers.get(name)?.to_str().ok();
        let text = |name: &str| optional(name).unwrap_or_default();
        let owned = |name: &str| optional(name).map(str::to_owned);
        let number = |text: &str| text.parse::<u64>().ok();
        let arrival = Instant::now();
        match self {
            Platform::Scf(_) => Context {
                request_id: text("request_id").to_owned(),
                memory_limit_mb: number(text("memory_limit_in_mb")).unwrap_or(0),
                deadline: number(text("time_limit_in_ms"))
                    .filter(|limit| *limit > 0)
                    .and_then(|limit| arrival.checked_add(Duration::from_millis(limit))),
                ..Context::default()
            },
            Platform::Lambda(_) => {
                let memory = std::env::var("AWS_LAMBDA_FUNCTION_MEMORY_SIZE").unwrap_or_default();
                let left = number(text("lambda-runtime-deadline-ms")).map(|deadline| {
                    let deadline = SystemTime::UNIX_EPOCH + Duration::from_millis(deadline);
                    deadline.duration_since(SystemTime::now()).unwrap_or_default()
                });
                Context {
                    request_id: text("lambda-runtime-aws-request-id").to_owned(),
                    memory_limit_mb: number(&memory).unwrap_or(0),
                    deadline: left.and_then(|left| arrival.checked_add(left)),
                    function_arn: owned("lambda-runtime-invoked-function-arn"),
                    trace_id: owned("lambda-runtime-trace-id"),
                    client_context: owned("lambda-runtime-client-context"),
                    cognito_identity: owned("lambda-runtime-cognito-identity"),
                }
            }
        }
    }
}
