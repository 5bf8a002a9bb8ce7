//! What is chosen for a file when it is read.

use std::collections::HashMap;

/// What is chosen for a file when it is read: for projects of AWS.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The stage, if it is not that of the file.
    pub stage: Option<String>,
    /// Values of `${param:NAME}` in a `serverless.yml`, and of `Parameters` in a template.
    pub parameters: HashMap<String, String>,
}
