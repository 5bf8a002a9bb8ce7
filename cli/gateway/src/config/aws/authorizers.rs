//! Authorizers, as files name them.

use std::collections::HashSet;

use super::super::scalar::{is_on, text};
use super::super::yaml::{Node, Place};
use super::cors::list;
use super::functions::Project;

/// Who decides whether a request reaches the function of a route.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authorizer {
    /// How it decides.
    pub kind: AuthorizerKind,
    /// What a request has to have.
    pub identity: Vec<Identity>,
    /// Scopes of which a token has to have one.
    pub scopes: Vec<String>,
}

/// How an authorizer decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthorizerKind {
    /// A function gets the value of the header.
    Token(String),
    /// A function gets the request.
    Request(String),
    /// A function of an HTTP API gets the request, and responds with a policy or, if this is true,
    /// with `isAuthorized`.
    HttpApi(String, bool),
    /// The gateway reads a token.
    Jwt,
    /// The gateway of a REST API reads a token of a user pool.
    Cognito,
}

/// A part of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Identity {
    /// A header, in lower case.
    Header(String),
    /// A parameter of the query.
    Query(String),
}

/// The header with the token of those that name none.
pub(super) fn usual() -> Vec<Identity> {
    vec![Identity::Header("authorization".into())]
}

/// The parts that expressions such as `$request.header.Authorization` and
/// `method.request.querystring.key` name. Others are not looked at.
pub(super) fn identity(node: &Node) -> Vec<Identity> {
    let part = |expression: String| {
        if let Some((_, name)) = expression.split_once("header.") {
            return Some(Identity::Header(name.to_lowercase()));
        }
        let (_, name) = expression.split_once("querystring.")?;
        Some(Identity::Query(name.into()))
    };
    list(node).into_iter().filter_map(part).collect()
}

impl Project<'_> {
    /// The name of a function that is an authorizer. One that is not of this file is noted.
    pub(super) fn authorizer_function(&mut self, node: &Node) -> Option<String> {
        let named = text(node)?;
        let name = match named.strip_prefix("arn:") {
            Some(arn) => {
                let name = arn.rsplit(':').next().unwrap_or_default();
                // Functions that come later in the file are known only at its end.
                if !arn.contains(super::ACCOUNT) {
                    self.note_authorizer(Some(node));
                    return None;
                }
                name.to_owned()
            }
            // The ARN of a resource that only the platform has.
            None if named.contains(['.', '$', '{']) => {
                self.note_authorizer(Some(node));
                return None;
            }
            None => named,
        };
        self.authorizers.push((node.place, name.clone()));
        Some(name)
    }

    /// Says that tokens are not checked, once for each authorizer.
    fn note_token(&mut self, place: Place) {
        let message = "tokens are read, but neither their signatures nor their times are checked \
                       here";
        self.warn_once(place, message);
    }

    /// Reports the functions that authorizers name and the file does not have.
    pub(super) fn check_authorizers(&mut self) {
        let functions: Vec<String> =
            self.config.functions.iter().map(|function| function.name.clone()).collect();
        let known: HashSet<&str> = functions.iter().map(String::as_str).collect();
        for (place, name) in std::mem::take(&mut self.authorizers) {
            if !known.contains(name.as_str()) {
                let hint = self.hint(&name, functions.iter().map(String::as_str));
                self.error(place, format!("the file has no function `{name}`{hint}"));
            }
        }
    }

    /// The authorizer of an event `http`: a function by name, or a map.
    pub(super) fn rest_authorizer(&mut self, node: &Node) -> Option<Authorizer> {
        let kind = node.get("type").and_then(text).unwrap_or_default().to_lowercase();
        let (name, arn) = (node.get("name"), node.get("arn"));
        let is_pool = |node: &Node| text(node).is_some_and(|arn| arn.contains("cognito-idp"));
        let identity = node.get("identitySource").map_or_else(usual, identity);
        let scopes = node.get("scopes").map(list).unwrap_or_default();
        let written = text(node).unwrap_or_default();
        if kind == "cognito_user_pools" || arn.is_some_and(is_pool) || is_pool(node) {
            self.note_token(node.place);
            return Some(Authorizer { kind: AuthorizerKind::Cognito, identity, scopes });
        }
        if kind == "aws_iam" || written.eq_ignore_ascii_case("aws_iam") {
            self.note_authorizer(Some(node));
            return None;
        }
        let function = if written.is_empty() { arn.or(name)? } else { node };
        let function = self.authorizer_function(function)?;
        let kind = match kind.as_str() {
            "request" => AuthorizerKind::Request(function),
            _ => AuthorizerKind::Token(function),
        };
        Some(Authorizer { kind, identity, scopes })
    }

    /// The authorizer of an event `httpApi`: one of those of the provider.
    pub(super) fn http_authorizer(
        &mut self,
        node: &Node,
        declared: Option<&Node>,
    ) -> Option<Authorizer> {
        let name_node = if text(node).is_some() { node } else { node.get("name").unwrap_or(node) };
        let name = text(name_node);
        let kind = node.get("type").and_then(text);
        let is_iam = |it: &String| it.eq_ignore_ascii_case("aws_iam");
        let Some(name) = name.filter(|it| !is_iam(it) && !kind.as_ref().is_some_and(is_iam)) else {
            self.note_authorizer(Some(node));
            return None;
        };
        let Some(found) = declared.and_then(|it| it.get(&name)) else {
            let names = declared.map(Node::members).unwrap_or_default();
            let hint = self.hint(&name, names.iter().map(|(key, _)| key.name.as_str()));
            let message = format!("`httpApi.authorizers` has no `{name}`{hint}");
            self.error(name_node.place, message);
            return None;
        };
        let scopes = node.get("scopes").map(list).unwrap_or_default();
        let sources = found.get("identitySource").map_or_else(usual, identity);
        let is_request = found.get("type").and_then(text).is_some_and(|it| it == "request");
        let kind = if is_request {
            let function = found.get("functionName").or_else(|| found.get("functionArn"))?;
            let function = self.authorizer_function(function)?;
            AuthorizerKind::HttpApi(function, is_on(found, "enableSimpleResponses"))
        } else {
            self.note_token(found.place);
            AuthorizerKind::Jwt
        };
        Some(Authorizer { kind, identity: sources, scopes })
    }

    /// One of `Authorizers` of an API in a template.
    pub(super) fn template_authorizer(
        &mut self,
        node: &Node,
        is_rest: bool,
        scopes: Vec<String>,
    ) -> Option<Authorizer> {
        let of = node.get("Identity");
        let header = |name: String| Identity::Header(name.to_lowercase());
        let one = of.and_then(|it| it.get("Header")).and_then(text).map(header);
        let headers = of.and_then(|it| it.get("Headers")).map(list).unwrap_or_default();
        let query = of.and_then(|it| it.get("QueryStrings")).map(list).unwrap_or_default();
        let named = one.into_iter().chain(headers.into_iter().map(header));
        let mut sources: Vec<_> = named.chain(query.into_iter().map(Identity::Query)).collect();
        if let Some(function) = node.get("FunctionArn") {
            let function = self.authorizer_function(function)?;
            let payload = node.get("FunctionPayloadType").and_then(text);
            let is_request = payload.is_some_and(|it| it.eq_ignore_ascii_case("request"));
            let kind = match (is_rest, is_request) {
                (true, true) => AuthorizerKind::Request(function),
                (true, false) => {
                    if sources.is_empty() {
                        sources = usual();
                    }
                    AuthorizerKind::Token(function)
                }
                (false, _) => {
                    AuthorizerKind::HttpApi(function, is_on(node, "EnableSimpleResponses"))
                }
            };
            return Some(Authorizer { kind, identity: sources, scopes });
        }
        let kind = if node.get("UserPoolArn").is_some() {
            AuthorizerKind::Cognito
        } else {
            AuthorizerKind::Jwt
        };
        self.note_token(node.place);
        let written = node.get("IdentitySource").map(identity);
        let identity =
            written.unwrap_or_else(|| if sources.is_empty() { usual() } else { sources });
        Some(Authorizer { kind, identity, scopes })
    }
}
