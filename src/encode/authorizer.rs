//! Encoding the response of a Lambda authorizer.

use super::event_members::{Members, Refusal};
use crate::memory::Output;
use crate::record::kinds::BodyEncoding;
use crate::simd::Selected;

/// The response of a Lambda authorizer of AWS: whether a request may be sent to the function.
///
/// REST and WebSocket APIs take a policy
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html>),
/// HTTP APIs a policy or a simple response
/// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html>).
///
/// ```
/// use apigw::{AuthorizerResponse, ContextValue, PolicyStatement};
///
/// let mut encoder = apigw::Encoder::new();
/// let response = AuthorizerResponse::simple(true);
/// let json = encoder.encode_authorizer_response(&response)?;
/// assert_eq!(json, br#"{"isAuthorized":true}"#);
///
/// let cats = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3/prod/GET/cats";
/// let statements = [PolicyStatement::allow(cats)];
/// let response = AuthorizerResponse::policy("user-7", &statements)
///     .context(&[("tenant", ContextValue::Text("blue")), ("level", ContextValue::Integer(3))]);
/// let json = encoder.encode_authorizer_response(&response)?.to_vec();
///
/// let mut decoder = apigw::Decoder::new();
/// let dialect = apigw::Dialect::AwsRequestAuthorizer;
/// let response = decoder.decode_authorizer_response(&json, dialect)?;
/// assert_eq!(response.principal_id(), Some("user-7"));
/// assert!(response.allows(cats));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct AuthorizerResponse<'a> {
    verdict: Verdict<'a>,
    context: &'a [(&'a str, ContextValue<'a>)],
    usage_key: Option<&'a str>,
}

#[derive(Clone, Copy, Debug)]
enum Verdict<'a> {
    Simple(bool),
    Policy { principal_id: &'a str, statements: &'a [PolicyStatement<'a>] },
}

/// What the function learns from an authorizer about the client, in `authorizer` of the context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContextValue<'a> {
    /// A string.
    Text(&'a str),
    /// A number.
    Integer(i64),
    /// `true` or `false`.
    Bool(bool),
}

/// A statement of a policy: whether a request to a resource is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyStatement<'a> {
    is_allowed: bool,
    resource: &'a str,
}

impl<'a> PolicyStatement<'a> {
    /// Allows requests to the resources of an ARN, in which `*` stands for any characters and `?`
    /// for one. `methodArn` and `routeArn` of the event are that of the request.
    pub fn allow(resource: &'a str) -> PolicyStatement<'a> {
        PolicyStatement { is_allowed: true, resource }
    }

    /// Denies requests to the resources of an ARN, even if another statement allows them.
    pub fn deny(resource: &'a str) -> PolicyStatement<'a> {
        PolicyStatement { is_allowed: false, resource }
    }
}

impl<'a> AuthorizerResponse<'a> {
    /// Makes a simple response, which only HTTP APIs with format 2.0 take.
    pub fn simple(is_authorized: bool) -> AuthorizerResponse<'a> {
        AuthorizerResponse::new(Verdict::Simple(is_authorized))
    }

    /// Makes a response with a policy. `principal_id` names the user.
    pub fn policy(
        principal_id: &'a str,
        statements: &'a [PolicyStatement<'a>],
    ) -> AuthorizerResponse<'a> {
        AuthorizerResponse::new(Verdict::Policy { principal_id, statements })
    }

    fn new(verdict: Verdict<'a>) -> AuthorizerResponse<'a> {
        AuthorizerResponse { verdict, context: &[], usage_key: None }
    }

    /// Sets what the function learns about the client. A name must not occur twice.
    pub fn context(self, context: &'a [(&'a str, ContextValue<'a>)]) -> AuthorizerResponse<'a> {
        AuthorizerResponse { context, ..self }
    }

    /// Sets the API key of the client's usage plan, for REST APIs.
    pub fn usage_identifier_key(self, key: &'a str) -> AuthorizerResponse<'a> {
        AuthorizerResponse { usage_key: Some(key), ..self }
    }
}

/// Writes a response.
pub(super) fn write(
    response: &AuthorizerResponse<'_>,
    kernel: Selected,
    out: &mut Output<'_>,
) -> Result<(), Refusal> {
    let mut members = Members::new(kernel, out);
    match response.verdict {
        Verdict::Simple(is_authorized) => members.raw("isAuthorized", literal(is_authorized)),
        Verdict::Policy { principal_id, statements } => {
            members.string("principalId", Some(principal_id));
            members.open("policyDocument");
            members.string("Version", Some("2012-10-17"));
            members.raw("Statement", b"[");
            members.before = b"{";
            for statement in statements {
                let effect = if statement.is_allowed { "Allow" } else { "Deny" };
                members.string("Action", Some("execute-api:Invoke"));
                members.string("Effect", Some(effect));
                members.string("Resource", Some(statement.resource));
                members.before = b"},{";
            }
            members.out.push(if statements.is_empty() { b"]" } else { b"}]" });
            members.close();
        }
    }
    if !response.context.is_empty() {
        members.open("context");
        for (name, value) in response.context {
            members.name(name);
            match *value {
                ContextValue::Text(text) => members.quoted(text.as_bytes(), BodyEncoding::Text),
                ContextValue::Integer(number) => members.digits(number),
                ContextValue::Bool(value) => members.out.push(literal(value)),
            }
        }
        members.close();
    }
    members.string("usageIdentifierKey", response.usage_key);
    members.finish()
}

fn literal(value: bool) -> &'static [u8] {
    if value { b"true" } else { b"false" }
}
