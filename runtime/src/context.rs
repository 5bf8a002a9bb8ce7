//! What the platform sends with an event.

use std::time::{Duration, Instant};

/// What the platform sends with an event. Requests have it in their
/// [extensions](http::Request::extensions).
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Context {
    /// The platform's identifier of the invocation, as in its logs.
    pub request_id: String,
    /// The memory limit of the function in megabytes; 0 if the platform sent none.
    pub memory_limit_mb: u64,
    /// When the time limit of the handler ends, if there is one.
    pub deadline: Option<Instant>,
    /// The name of the function, version or alias that was called; of AWS Lambda.
    pub function_arn: Option<String>,
    /// The header of X-Ray; of AWS Lambda. It is not put into the environment.
    pub trace_id: Option<String>,
    /// JSON about the mobile application that has called; of AWS Lambda.
    pub client_context: Option<String>,
    /// JSON about the user of a mobile application; of AWS Lambda.
    pub cognito_identity: Option<String>,
}

impl Context {
    /// Returns the time until the deadline, which is 0 after it; `None` without a deadline.
    pub fn remaining(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }
}
