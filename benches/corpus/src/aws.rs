//! Generates events of the gateways of AWS, with the members and their order that a function logs.

use crate::json::{Json, Object};
use crate::random::Random;
use crate::request::object;
use crate::series::Request;

/// Returns the event of an HTTP API with payload format 2.0.
pub(crate) fn http_api(random: &mut Random, request: Request) -> Json {
    let (mut headers, cookies): (Object, Object) =
        request.headers.into_iter().partition(|(name, _)| name != "cookie");
    headers.sort_by(|a, b| a.0.cmp(&b.0));
    let path = format!("/items/{}", request.id);
    let key = "GET /items/{id}";
    let query: Vec<String> =
        request.query.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    let mut event = object([
        ("version", Json::from("2.0")),
        ("routeKey", key.into()),
        ("rawPath", path.as_str().into()),
        ("rawQueryString", query.join("&").into()),
    ]);
    if let Some((_, Json::Text(cookies))) = cookies.into_iter().next() {
        let cookies = cookies.split("; ").map(Json::from).collect();
        event.extend(object([("cookies", Json::List(cookies))]));
    }
    event.extend(object([("headers", headers)]));
    if !request.query.is_empty() {
        event.extend(object([("queryStringParameters", single(&request.query))]));
    }
    let http = object([
        ("method", Json::from("GET")),
        ("path", path.into()),
        ("protocol", "HTTP/1.1".into()),
        ("sourceIp", request.address.into()),
        ("userAgent", request.agent.into()),
    ]);
    let context = object([
        ("accountId", Json::from("123456789012")),
        ("apiId", "a1b2c3d4e5".into()),
        ("domainName", "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com".into()),
        ("domainPrefix", "a1b2c3d4e5".into()),
        ("http", http.into()),
        ("requestId", random.base64url(16).into()),
        ("routeKey", key.into()),
        ("stage", "$default".into()),
        ("time", "12/Mar/2026:19:03:58 +0000".into()),
        ("timeEpoch", Json::Integer(1_773_342_238_000 + random.below(86_400_000))),
    ]);
    event.extend(object([
        ("requestContext", Json::from(context)),
        ("pathParameters", object([("id", request.id)]).into()),
        ("isBase64Encoded", Json::Bool(false)),
    ]));
    event.into()
}

/// Returns the event of a REST API, which has the headers and the query twice.
pub(crate) fn rest_api(random: &mut Random, mut request: Request) -> Json {
    request.headers.sort_by(|a, b| a.0.cmp(&b.0));
    let path = format!("/items/{}", request.id);
    let nobody = ["cognitoIdentityPoolId", "accountId", "cognitoIdentityId", "caller"];
    let mut identity = object(nobody.map(|name| (name, Json::Null)));
    identity.extend(object([("sourceIp", request.address), ("userAgent", request.agent)]));
    identity.extend(object(["principalOrgId", "accessKey", "user"].map(|name| (name, Json::Null))));
    let context = object([
        ("resourceId", Json::from("x1y2z3")),
        ("resourcePath", "/items/{id}".into()),
        ("httpMethod", "GET".into()),
        ("extendedRequestId", random.base64url(16).into()),
        ("requestTime", "12/Mar/2026:19:03:58 +0000".into()),
        ("path", format!("/prod{path}").into()),
        ("accountId", "123456789012".into()),
        ("protocol", "HTTP/1.1".into()),
        ("stage", "prod".into()),
        ("domainPrefix", "a1b2c3d4e5".into()),
        ("requestTimeEpoch", Json::Integer(1_773_342_238_000 + random.below(86_400_000))),
        ("requestId", random.hex(36).into()),
        ("identity", identity.into()),
        ("domainName", "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com".into()),
        ("deploymentId", "d1e2f3".into()),
        ("apiId", "a1b2c3d4e5".into()),
    ]);
    let [query, queries] = if request.query.is_empty() {
        [Json::Null, Json::Null]
    } else {
        [single(&request.query).into(), lists(&request.query).into()]
    };
    object([
        ("resource", Json::from("/items/{id}")),
        ("path", path.into()),
        ("httpMethod", "GET".into()),
        ("multiValueHeaders", lists_of(&request.headers).into()),
        ("headers", request.headers.into()),
        ("queryStringParameters", query),
        ("multiValueQueryStringParameters", queries),
        ("pathParameters", object([("id", request.id)]).into()),
        ("stageVariables", Json::Null),
        ("requestContext", context.into()),
        ("body", Json::Null),
        ("isBase64Encoded", Json::Bool(false)),
    ])
    .into()
}

/// Returns the event of a load balancer, whose query is percent-encoded in its map.
pub(crate) fn alb(random: &mut Random, mut request: Request) -> Json {
    request.headers.sort_by(|a, b| a.0.cmp(&b.0));
    let arn = format!(
        "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/shop/{}",
        random.hex(16)
    );
    let query: Vec<(String, String)> =
        request.query.iter().map(|(name, value)| (name.clone(), encoded(value))).collect();
    object([
        ("requestContext", Json::from(object([("elb", object([("targetGroupArn", arn)]))]))),
        ("httpMethod", "GET".into()),
        ("path", format!("/items/{}", request.id).into()),
        ("queryStringParameters", single(&query).into()),
        ("headers", request.headers.into()),
        ("body", "".into()),
        ("isBase64Encoded", Json::Bool(false)),
    ])
    .into()
}

/// Returns the event of a message of a WebSocket client.
pub(crate) fn websocket(random: &mut Random, request: Request) -> Json {
    let identity = object([("sourceIp", request.address), ("userAgent", request.agent)]);
    let context = object([
        ("routeKey", Json::from("$default")),
        ("messageId", random.base64(16).into()),
        ("eventType", "MESSAGE".into()),
        ("extendedRequestId", random.base64url(16).into()),
        ("requestTime", "12/Mar/2026:19:03:58 +0000".into()),
        ("messageDirection", "IN".into()),
        ("stage", "prod".into()),
        ("connectedAt", Json::Integer(1_773_342_238_000 + random.below(86_400_000))),
        ("requestTimeEpoch", Json::Integer(1_773_342_238_000 + random.below(86_400_000))),
        ("identity", identity.into()),
        ("requestId", random.base64url(16).into()),
        ("domainName", "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com".into()),
        ("connectionId", random.base64url(16).into()),
        ("apiId", "a1b2c3d4e5".into()),
    ]);
    let message: Object = request.query.into_iter().map(|(name, it)| (name, it.into())).collect();
    let body = object([
        ("action", Json::from("say")),
        ("room", request.id.into()),
        ("message", message.into()),
    ]);
    object([
        ("requestContext", Json::from(context)),
        ("body", Json::from(body).compact().into()),
        ("isBase64Encoded", Json::Bool(false)),
    ])
    .into()
}

fn single(pairs: &[(String, String)]) -> Object {
    pairs.iter().map(|(name, value)| (name.clone(), value.as_str().into())).collect()
}

fn lists(pairs: &[(String, String)]) -> Object {
    lists_of(&single(pairs))
}

fn lists_of(members: &Object) -> Object {
    let list = |value: &Json| match value {
        Json::Text(text) => Json::List(vec![text.as_str().into()]),
        _ => Json::Null,
    };
    members.iter().map(|(name, value)| (name.clone(), list(value))).collect()
}

/// Returns the text percent-encoded (RFC 3986 section 2.1).
fn encoded(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'-' | b'.' | b'_' | b'~' => char::from(byte).into(),
        _ if byte.is_ascii_alphanumeric() => char::from(byte).into(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}
