//! Why there is no response, and why there are no more events.

use std::any::Any;
use std::fmt;

use serde::Serialize;

/// The reason why a function ends: the platform cannot be reached.
#[derive(Debug)]
pub struct Error(pub(crate) String);

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

/// Why there is no response to an event.
#[derive(Debug)]
pub(crate) struct Failure {
    pub(crate) message: String,
    pub(crate) kind: String,
}

/// An error as Lambda reads it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Report<'f> {
    error_message: &'f str,
    error_type: &'f str,
    stack_trace: [&'f str; 0],
}

impl Failure {
    /// A failure of the runtime itself.
    pub(crate) fn new(message: impl fmt::Display) -> Failure {
        Failure { message: message.to_string(), kind: "Runtime.Failure".into() }
    }

    /// A failure that a handler returns.
    pub(crate) fn of<E: fmt::Display>(error: E) -> Failure {
        let kind = std::any::type_name::<E>();
        Failure { message: error.to_string(), kind: kind.into() }
    }

    /// A panic of a handler.
    pub(crate) fn panic(cause: &(dyn Any + Send)) -> Failure {
        let text = cause.downcast_ref::<&str>().copied();
        let text = text.or_else(|| cause.downcast_ref::<String>().map(String::as_str));
        let message = format!("panic: {}", text.unwrap_or("of another type than a text"));
        Failure { message, kind: "Runtime.Panic".into() }
    }

    pub(crate) fn json(&self) -> Vec<u8> {
        let Failure { message, kind } = self;
        let report = Report { error_message: message, error_type: kind, stack_trace: [] };
        // Strings always become JSON.
        serde_json::to_vec(&report).unwrap_or_default()
    }
}

/// Writes a line to standard error, which may be closed.
pub(crate) fn complain(message: impl fmt::Display) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr(), "apigw-runtime: {message}");
}
