//! The response of a Lambda authorizer, as a gateway or an emulator reads it.

use core::fmt;

use crate::body::json::{Json, JsonKind};
use crate::error::{Error, ErrorCode, Fault};
use crate::record::event::Event;
use crate::record::kinds::Dialect;

/// The decoded response of a Lambda authorizer. It borrows its decoder, as an [`Event`] does.
#[derive(Clone, Copy)]
pub struct DecodedAuthorizerResponse<'a> {
    principal_id: Option<&'a str>,
    usage_key: Option<&'a str>,
    context: Option<Json<'a>>,
    verdict: Verdict<'a>,
}

#[derive(Clone, Copy)]
enum Verdict<'a> {
    Simple(bool),
    /// The statement or the statements of a policy.
    Policy(Json<'a>),
}

impl<'a> DecodedAuthorizerResponse<'a> {
    /// Returns the name of the user, which every response with a policy has.
    pub fn principal_id(&self) -> Option<&'a str> {
        self.principal_id
    }

    /// Returns the API key of the client's usage plan.
    pub fn usage_identifier_key(&self) -> Option<&'a str> {
        self.usage_key
    }

    /// Returns what the function learns about the client, an object.
    pub fn context(&self) -> Option<Json<'a>> {
        self.context
    }

    /// Returns whether a request to the resource with this ARN may be sent to the function.
    pub fn allows(&self, resource: &str) -> bool {
        self.decision(resource) == AuthorizerDecision::Allow
    }

    /// Returns what the response says about a request to the resource with this ARN.
    ///
    /// A simple response is for every resource. With a policy, a statement must allow the request
    /// and none deny it
    /// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>).
    /// Conditions are not evaluated: a statement with a condition never allows, and always denies.
    pub fn decision(&self, resource: &str) -> AuthorizerDecision {
        let statements = match self.verdict {
            Verdict::Simple(true) => return AuthorizerDecision::Allow,
            Verdict::Simple(false) => return AuthorizerDecision::Deny,
            Verdict::Policy(statements) => statements,
        };
        let mut decision = AuthorizerDecision::NoStatement;
        for statement in elements(statements) {
            // The case of an action does not matter.
            let is_action =
                |action: &str| matches(&action.to_ascii_lowercase(), "execute-api:invoke");
            let is_resource = |pattern: &str| matches(pattern, resource);
            if !any_text(statement, "Action", is_action)
                || !any_text(statement, "Resource", is_resource)
            {
                continue;
            }
            if is_text(statement.get("Effect"), "Deny") {
                return AuthorizerDecision::Deny;
            }
            if statement.get("Condition").is_none() {
                decision = AuthorizerDecision::Allow;
            }
        }
        decision
    }
}

/// What the response of an authorizer says about a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuthorizerDecision {
    /// It may be sent to the function.
    Allow,
    /// It is refused.
    Deny,
    /// No statement of the policy is about it, so it is refused.
    NoStatement,
}

impl fmt::Debug for DecodedAuthorizerResponse<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("DecodedAuthorizerResponse");
        match self.verdict {
            Verdict::Simple(is_authorized) => out.field("is_authorized", &is_authorized),
            Verdict::Policy(statements) => out.field("statements", &statements),
        };
        out.field("principal_id", &self.principal_id)
            .field("context", &self.context)
            .field("usage_identifier_key", &self.usage_key)
            .finish()
    }
}

/// Reads the response that was decoded as an event, whose members are all unknown.
pub(super) fn read(
    event: Event<'_>,
    dialect: Dialect,
) -> Result<DecodedAuthorizerResponse<'_>, Error> {
    let is_http_api = match dialect {
        Dialect::AwsHttpApiAuthorizer => true,
        Dialect::AwsTokenAuthorizer | Dialect::AwsRequestAuthorizer => false,
        _ => return Err(Error::new(Fault::new(ErrorCode::NoResponse, 0), None)),
    };
    let members = Members { event };
    let context = members.value("context")?.filter(|(_, context)| !context.is_null());
    if let Some((at, context)) = context {
        // HTTP APIs pass lists and maps too.
        let is_flat = |value: Json<'_>| !matches!(value.kind(), JsonKind::Object | JsonKind::Array);
        let is_right = context.kind() == JsonKind::Object
            && (is_http_api || context.entries().all(|(_, value)| is_flat(value)));
        members.check(is_right, at, "context")?;
    }
    let principal_id = members.text("principalId")?;
    let usage_key = members.text("usageIdentifierKey")?;
    let simple = if is_http_api { members.value("isAuthorized")? } else { None };
    let verdict = match simple {
        Some((at, value)) => {
            members.check(value.as_bool().is_some(), at, "isAuthorized")?;
            Verdict::Simple(value.as_bool() == Some(true))
        }
        None => {
            let missing = |member| Error::new(members.missing(), Some(member));
            principal_id.ok_or_else(|| missing("principalId"))?;
            let (at, policy) =
                members.value("policyDocument")?.ok_or_else(|| missing("policyDocument"))?;
            let statements = policy.get("Statement").filter(|it| {
                matches!(it.kind(), JsonKind::Object | JsonKind::Array)
                    && elements(*it).all(is_statement)
            });
            members.check(statements.is_some(), at, "policyDocument")?;
            Verdict::Policy(statements.unwrap_or(policy))
        }
    };
    Ok(DecodedAuthorizerResponse {
        principal_id,
        usage_key,
        context: context.map(|(_, context)| context),
        verdict,
    })
}

/// The members of the response.
struct Members<'a> {
    event: Event<'a>,
}

impl<'a> Members<'a> {
    /// Returns the offset and the value of a member.
    fn value(&self, name: &'static str) -> Result<Option<(usize, Json<'a>)>, Error> {
        let mut found = self.event.extras().into_iter().filter(|(it, _)| *it == name);
        let Some((_, Some(raw))) = found.next() else { return Ok(None) };
        if let Some((repeated, _)) = found.next() {
            let at = self.offset(repeated) - 1;
            return Err(Error::new(Fault::new(ErrorCode::DuplicateMember, at), Some(name)));
        }
        let value = self.event.parse_json(raw).map_err(|error| {
            let fault = Fault::new(error.code(), self.offset(raw) + error.offset());
            Error::new(fault, Some(name))
        })?;
        Ok(Some((self.offset(raw), value)))
    }

    /// Returns a member that is a string. `null` counts as a missing one.
    fn text(&self, name: &'static str) -> Result<Option<&'a str>, Error> {
        let Some((at, value)) = self.value(name)? else { return Ok(None) };
        self.check(value.is_null() || value.as_str().is_some(), at, name)?;
        Ok(value.as_str())
    }

    fn check(&self, is_right: bool, at: usize, name: &'static str) -> Result<(), Error> {
        if is_right {
            return Ok(());
        }
        Err(Error::new(Fault::new(ErrorCode::WrongType, at), Some(name)))
    }

    /// Returns the fault of a missing member: at the brace that closes the response.
    fn missing(&self) -> Fault {
        let text = self.event.text_block();
        let brace = text.iter().rposition(|&byte| byte == b'}').unwrap_or_default();
        Fault::new(ErrorCode::MissingMember, brace)
    }

    fn offset(&self, text: &str) -> usize {
        text.as_ptr().addr() - self.event.text_block().as_ptr().addr()
    }
}

/// Returns the elements of a list, or the value itself.
fn elements(value: Json<'_>) -> impl Iterator<Item = Json<'_>> {
    let single = (value.kind() != JsonKind::Array).then_some(value);
    single.into_iter().chain(value.iter())
}

fn is_text(value: Option<Json<'_>>, text: &str) -> bool {
    value.and_then(|value| value.as_str()) == Some(text)
}

/// Returns whether a member that is a string or a list of strings has one that is wanted.
fn any_text(object: Json<'_>, name: &str, is_wanted: impl Fn(&str) -> bool) -> bool {
    let texts = object.get(name).into_iter().flat_map(elements);
    texts.filter_map(|value| value.as_str()).any(is_wanted)
}

/// Returns whether a value has the form of a statement.
fn is_statement(value: Json<'_>) -> bool {
    let has_texts = |name| {
        value.get(name).is_some_and(|it| elements(it).all(|element| element.as_str().is_some()))
    };
    let effect = value.get("Effect");
    value.kind() == JsonKind::Object
        && (is_text(effect, "Allow") || is_text(effect, "Deny"))
        && has_texts("Action")
        && has_texts("Resource")
}

/// Returns whether a pattern, in which `*` stands for any characters and `?` for one, is that of
/// the text. Letters are compared with their case.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut in_pattern) = (0, 0);
    // The place after the last `*`, and the text that is tried after it.
    let mut star = None;
    while at < text.len() {
        match pattern.get(in_pattern) {
            Some(b'*') => {
                in_pattern += 1;
                star = Some((in_pattern, at));
            }
            Some(&byte) if byte == b'?' || byte == text[at] => {
                (at, in_pattern) = (at + 1, in_pattern + 1);
            }
            _ => match star {
                Some((after, tried)) => {
                    (in_pattern, at) = (after, tried + 1);
                    star = Some((after, tried + 1));
                }
                None => return false,
            },
        }
    }
    pattern[in_pattern..].iter().all(|&byte| byte == b'*')
}
