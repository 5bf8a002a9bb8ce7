//! The environment of a function: what it learns of the platform, of itself, and of where to ask
//! for events. A function for Tencent gets the variables of both runtime APIs.

use std::path::Path;

use crate::config::{Function, Platform};
use crate::push::PUSH;

/// The variables of a function whose runtime APIs are at a port. Those of the file come last, so
/// that it can replace the others.
pub(crate) fn variables(
    function: &Function,
    folder: &Path,
    port: u16,
    push_url: &str,
) -> Vec<(String, String)> {
    let folder = folder.display().to_string();
    let mut own = vec![
        ("_HANDLER", function.handler.clone()),
        ("AWS_LAMBDA_RUNTIME_API", format!("127.0.0.1:{port}")),
        ("AWS_LAMBDA_FUNCTION_NAME", function.name.clone()),
        ("AWS_LAMBDA_FUNCTION_VERSION", LATEST.into()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", function.memory.to_string()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".into()),
        ("AWS_LAMBDA_LOG_GROUP_NAME", format!("/aws/lambda/{}", function.name)),
        ("AWS_LAMBDA_LOG_STREAM_NAME", LATEST.into()),
        ("AWS_REGION", function.region.clone()),
        ("AWS_DEFAULT_REGION", function.region.clone()),
        ("LAMBDA_TASK_ROOT", folder.clone()),
    ];
    // Runtimes that know both protocols use the one of the platform that the file is for.
    if function.platform == Platform::Tencent {
        own.extend([
            ("APIGW_PUSH_URL", push_url.into()),
            ("SCF_RUNTIME_API", "127.0.0.1".into()),
            ("SCF_RUNTIME_API_PORT", port.to_string()),
            ("TENCENTCLOUD_RUNENV", "SCF".into()),
            ("TENCENTCLOUD_REGION", function.region.clone()),
            ("SCF_FUNCTIONNAME", function.name.clone()),
            ("SCF_FUNCTIONVERSION", LATEST.into()),
            ("SCF_NAMESPACE", function.namespace.clone()),
            ("USER_CODE_ROOT", folder),
        ]);
    } else {
        own.extend([
            ("AWS_EXECUTION_ENV", format!("AWS_Lambda_{}", function.runtime)),
            // Where the vendor's clients reach those of a WebSocket API.
            (
                "AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI",
                push_url.strip_suffix(PUSH).unwrap_or(push_url).into(),
            ),
        ]);
    }
    let own = own.into_iter().map(|(name, value)| (name.to_owned(), value));
    own.chain(function.environment.iter().cloned()).collect()
}

/// The version of a function that has not been published.
const LATEST: &str = "$LATEST";
