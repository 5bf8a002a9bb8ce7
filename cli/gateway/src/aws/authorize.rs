//! Authorizers: functions and tokens that decide whether a request reaches a function
//! (<https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html>,
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html>).

use std::sync::Arc;

use apigw::{AuthorizerDecision, Decoder, Dialect};
use bytes::Bytes;
use hyper::header::{self, HeaderName};
use serde_json::{Map, Value, json};

use super::event::{Request, encode, header_text};
use super::reply::{self, Fault, set};
use super::uuid;
use crate::config::{ACCOUNT, AuthorizerKind, AwsGateway, DEFAULT_ROUTE, Identity, REGION, Route};
use crate::request::arguments;
use crate::response::Answer;
use crate::service::{ENCODER, Service, Unanswered};

mod token;

/// Asks the authorizer of a route. Returns what the event says of it, as JSON, or the response of
/// the gateway.
pub(super) async fn authorize(
    service: &Arc<Service>,
    request: &Request<'_>,
    target: &str,
) -> Result<Option<String>, Box<Answer>> {
    let (route, aws) = (request.found.route, request.found.aws);
    let gateway = aws.gateway;
    let Some(authorizer) = &aws.authorizer else { return Ok(None) };
    let refuse = |fault, note: &str| Err(Box::new(reply::error(gateway, fault, note)));
    let found: Vec<Option<String>> =
        authorizer.identity.iter().map(|identity| value(request, identity)).collect();
    let Some(identity) = found.into_iter().collect::<Option<Vec<String>>>() else {
        let parts: Vec<String> = authorizer.identity.iter().map(name).collect();
        let note = format!("the authorizer needs {}", parts.join(", "));
        return refuse(Fault::Unauthorized, &note);
    };
    let first = identity.first().map(String::as_str).unwrap_or_default();
    let function = match &authorizer.kind {
        AuthorizerKind::Jwt => {
            let claims = match token::claims(first) {
                Ok(claims) => claims,
                Err(note) => {
                    let mut refused = reply::error(gateway, Fault::Unauthorized, &note);
                    set(&mut refused, header::WWW_AUTHENTICATE, "Bearer");
                    return Err(Box::new(refused));
                }
            };
            let scopes = token::scopes(&claims);
            let wanted = &authorizer.scopes;
            if !wanted.is_empty() && !wanted.iter().any(|scope| scopes.contains(scope)) {
                let note = format!("the token has none of the scopes {}", wanted.join(", "));
                return refuse(Fault::Forbidden, &note);
            }
            let scopes = if scopes.is_empty() { Value::Null } else { json!(scopes) };
            let jwt = json!({"claims": texts(&claims), "scopes": scopes});
            return Ok(Some(match gateway {
                AwsGateway::HttpApiV1 => jwt.to_string(),
                _ => json!({"jwt": jwt}).to_string(),
            }));
        }
        AuthorizerKind::Cognito => {
            return match token::claims(first) {
                Ok(claims) => Ok(Some(json!({"claims": texts(&claims)}).to_string())),
                Err(note) => refuse(Fault::Unauthorized, &note),
            };
        }
        AuthorizerKind::Token(function)
        | AuthorizerKind::Request(function)
        | AuthorizerKind::HttpApi(function, _) => function,
    };
    let arn = arn(request);
    let event = match &authorizer.kind {
        AuthorizerKind::Token(_) => {
            json!({"type": "TOKEN", "methodArn": arn, "authorizationToken": first})
        }
        _ => {
            let encoded = ENCODER.with_borrow_mut(|encoder| encode(encoder, request));
            let encoded = match encoded {
                Ok(encoded) => encoded,
                Err(error) => {
                    let note = format!("the request makes no event: {error}");
                    return refuse(Fault::BadRequest, &note);
                }
            };
            with_request(gateway, &encoded, &arn, &identity)
        }
    };
    let mut seen = service.seen("AUTH".into(), target.into());
    let id = uuid(&service.next_id());
    seen.exchange.id.clone_from(&id);
    seen.exchange.function = Some(function.clone());
    let event = Bytes::from(event.to_string());
    let limit = route.timeout;
    let output = service.hand_whole(function, limit, &id, event, &mut seen.exchange).await;
    let outcome = decide(&authorizer.kind, gateway, output, &arn);
    seen.exchange.status =
        outcome.as_ref().map_or_else(|it| it.response.status().as_u16(), |_| 200);
    seen.exchange.note = outcome.as_ref().err().and_then(|refused| refused.note.clone());
    outcome.map(Some)
}

/// What the output of an authorizer says.
fn decide(
    kind: &AuthorizerKind,
    gateway: AwsGateway,
    output: Result<Bytes, Unanswered>,
    arn: &str,
) -> Result<String, Box<Answer>> {
    let refuse = |fault, note: &str| Err(Box::new(reply::error(gateway, fault, note)));
    let output = match output {
        Ok(output) => output,
        // The text with which a function of a REST API asks for this status.
        Err(unanswered) if unanswered.note().contains("Unauthorized") => {
            return refuse(Fault::Unauthorized, "the authorizer reports: Unauthorized");
        }
        Err(unanswered) => return refuse(Fault::Authorizer, &unanswered.note()),
    };
    let is_simple = matches!(kind, AuthorizerKind::HttpApi(_, true));
    let dialect =
        if is_simple { Dialect::AwsHttpApiAuthorizer } else { Dialect::AwsRequestAuthorizer };
    let mut decoder = Decoder::new();
    let decoded = match decoder.decode_authorizer_response(&output, dialect) {
        Ok(decoded) if is_simple && decoded.principal_id().is_some() => {
            return refuse(Fault::Authorizer, "the authorizer returned no `isAuthorized`");
        }
        Ok(decoded) => decoded,
        Err(error) => {
            let note = format!("the authorizer returned something else: {error}");
            return refuse(Fault::Authorizer, &note);
        }
    };
    match decoded.decision(arn) {
        AuthorizerDecision::Deny if is_simple => {
            return refuse(Fault::Forbidden, "the authorizer refuses it");
        }
        AuthorizerDecision::Deny => {
            return refuse(Fault::Denied, &format!("the authorizer denies {arn}"));
        }
        AuthorizerDecision::NoStatement => {
            return refuse(Fault::Forbidden, &format!("the authorizer does not allow {arn}"));
        }
        AuthorizerDecision::Allow => {}
    }
    let output: Value = serde_json::from_slice(&output).unwrap_or_default();
    let nothing = Map::new();
    let context = output.get("context").and_then(Value::as_object).unwrap_or(&nothing);
    Ok(told(gateway, context, decoded.principal_id()))
}

/// What the event says of an authorizer that has allowed a request.
fn told(gateway: AwsGateway, context: &Map<String, Value>, principal: Option<&str>) -> String {
    if gateway == AwsGateway::HttpApi {
        return json!({"lambda": context}).to_string();
    }
    let mut told = texts(context);
    if let Some(principal) = principal {
        told.insert("principalId".into(), principal.into());
    }
    Value::Object(told).to_string()
}

/// The members of a context or of a token, all as texts.
fn texts(context: &Map<String, Value>) -> Map<String, Value> {
    let text = |value: &Value| match value {
        Value::String(text) => text.clone(),
        // As Go prints it.
        Value::Array(values) => {
            let words = values.iter().map(|it| it.as_str().map_or(it.to_string(), Into::into));
            format!("[{}]", words.collect::<Vec<_>>().join(" "))
        }
        other => other.to_string(),
    };
    context.iter().map(|(name, value)| (name.clone(), text(value).into())).collect()
}

/// The event of a request, as an authorizer gets it.
fn with_request(gateway: AwsGateway, event: &[u8], arn: &str, identity: &[String]) -> Value {
    let mut event: Value = serde_json::from_slice(event).unwrap_or_default();
    let Some(members) = event.as_object_mut() else { return event };
    members.remove("body");
    members.remove("isBase64Encoded");
    members.insert("type".into(), "REQUEST".into());
    match gateway {
        AwsGateway::HttpApi => {
            members.insert("routeArn".into(), arn.into());
            members.insert("identitySource".into(), json!(identity));
        }
        AwsGateway::HttpApiV1 => {
            members.remove("multiValueQueryStringParameters");
            members.insert("methodArn".into(), arn.into());
            members.insert("identitySource".into(), identity.join(",").into());
            members.insert("authorizationToken".into(), identity.join(",").into());
        }
        _ => {
            members.insert("methodArn".into(), arn.into());
        }
    }
    event
}

/// The name of what a request asks for, with which policies are compared.
fn arn(request: &Request<'_>) -> String {
    let Route { service_id, stage, path, .. } = request.found.route;
    let api = service_id.as_deref().unwrap_or(super::event::API);
    let method = request.parts.method.as_str();
    let path = path.to_string();
    let path = match request.found.aws.gateway {
        AwsGateway::RestApi => request.found.path,
        _ if path == DEFAULT_ROUTE => {
            return format!("arn:aws:execute-api:{REGION}:{ACCOUNT}:{api}/{stage}/{path}");
        }
        _ => &path,
    };
    format!("arn:aws:execute-api:{REGION}:{ACCOUNT}:{api}/{stage}/{method}{path}")
}

/// The value of a part of the request, if it is there and not empty.
fn value(request: &Request<'_>, identity: &Identity) -> Option<String> {
    let found = match identity {
        Identity::Header(name) => {
            let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
            header_text(&request.parts.headers, name)
        }
        Identity::Query(name) => {
            let mut query = arguments(request.parts.uri.query().unwrap_or_default());
            query.find(|(other, _)| other == name)?.1.unwrap_or_default()
        }
    };
    (!found.is_empty()).then_some(found)
}

fn name(identity: &Identity) -> String {
    match identity {
        Identity::Header(name) => format!("the header {name}"),
        Identity::Query(name) => format!("the query parameter {name}"),
    }
}
