//! Generates the requests of a browser.

use crate::json::{Json, Object};
use crate::random::Random;

/// Returns an object for `headers`, `queryString` and the like.
pub(crate) fn object<V: Into<Json>>(
    members: impl IntoIterator<Item = (&'static str, V)>,
) -> Object {
    members.into_iter().map(|(name, value)| (name.into(), value.into())).collect()
}

/// Returns a GET of a page by a signed-in browser, with 26 headers.
pub(crate) fn get(random: &mut Random) -> Object {
    let mut headers = browser_headers(random);
    headers.extend(object([("pragma", "no-cache"), ("sec-fetch-user", "?1")]));
    event("GET", headers, None)
}

/// Returns a POST whose body is text.
pub(crate) fn post(random: &mut Random, content_type: &str, body: &str) -> Json {
    post_as(random, content_type, body, body.len(), false)
}

/// Returns a POST of binary data. `body` is its base64.
pub(crate) fn base64(random: &mut Random, body: &str) -> Json {
    post_as(random, "application/octet-stream", body, body.len() / 4 * 3, true)
}

/// Returns a GET, or a POST of JSON, by a browser that sends three quarters of the headers.
pub(crate) fn client(random: &mut Random, body: Option<&str>) -> Json {
    let mut headers = browser_headers(random);
    headers.retain(|_| random.below(4) > 0);
    match body {
        Some(body) => post_with(headers, "application/json", body, body.len(), false),
        None => event("GET", headers, None).into(),
    }
}

/// Returns a GET of another page by another browser. The headers are the same, and their values
/// mostly differ in length.
pub(crate) fn visitor(random: &mut Random) -> Json {
    let mut headers = browser_headers(random);
    for (name, value) in &mut headers {
        let (Json::Text(value), true) = (value, VISITORS.contains(&name.as_str())) else {
            continue;
        };
        let len = value.len() as u64;
        value.truncate((len - random.below(len / 2)) as usize);
    }
    let digits = 1 + random.below(8) as usize;
    let id = random.text(b"123456789", digits);
    let mut event = event("GET", headers, None);
    for (name, value) in &mut event {
        match name.as_str() {
            "path" => *value = format!("/catalogue/items/{id}").into(),
            "pathParameters" => *value = object([("id", id.as_str())]).into(),
            _ => {}
        }
    }
    event.into()
}

/// Headers whose length differs between browsers.
const VISITORS: [&str; 7] = [
    "accept-language",
    "authorization",
    "cookie",
    "host",
    "referer",
    "user-agent",
    "x-forwarded-for",
];

fn post_as(random: &mut Random, content_type: &str, body: &str, len: usize, base64: bool) -> Json {
    post_with(browser_headers(random), content_type, body, len, base64)
}

fn post_with(
    mut headers: Object,
    content_type: &str,
    body: &str,
    len: usize,
    base64: bool,
) -> Json {
    headers.extend(object([("content-type", content_type)]));
    headers.extend(object([("content-length", len.to_string())]));
    event("POST", headers, Some((body, base64))).into()
}

/// Returns the event of a request. Members and headers are sorted, as the gateway sends them.
fn event(method: &str, mut headers: Object, body: Option<(&str, bool)>) -> Object {
    headers.sort_by(|a, b| a.0.cmp(&b.0));
    let context: Object = object([
        ("httpMethod", Json::from("ANY")),
        ("identity", Json::Object(Vec::new())),
        ("path", "/catalogue/items/{id}".into()),
        ("serviceId", "service-f94sy04v".into()),
        ("sourceIp", "203.0.113.7".into()),
        ("stage", "release".into()),
    ]);
    let query = object([
        ("page", Json::from("3")),
        ("q", "blue shoes".into()),
        ("tag", Json::List(vec!["new".into(), "sale".into()])),
        ("verbose", Json::Bool(true)),
    ]);
    let mut event = Object::new();
    if let Some((body, _)) = body {
        event.push(("body".into(), body.into()));
    }
    event.extend(object([
        ("headerParameters", Json::Object(Vec::new())),
        ("headers", headers.into()),
        ("httpMethod", method.into()),
        ("isBase64Encoded", Json::Bool(body.is_some_and(|(_, base64)| base64))),
        ("path", "/catalogue/items/4711".into()),
        ("pathParameters", object([("id", "4711")]).into()),
        ("queryString", query.into()),
        ("queryStringParameters", Json::Object(Vec::new())),
        ("requestContext", context.into()),
    ]));
    event
}

/// Returns the 24 headers that all requests of the browser have.
fn browser_headers(random: &mut Random) -> Object {
    let token = [36, 876, 86].map(|len| random.base64url(len)).join(".");
    let cookies: Vec<String> = (0..12)
        .map(|i| format!("{}{i}={}", ["sid", "pref", "ab"][i % 3], random.hex(40)))
        .collect();
    let request_id = random.hex(32);
    object([
        (
            "accept",
            "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,\
             image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7",
        ),
        ("accept-encoding", "gzip, deflate, br, zstd"),
        ("accept-language", "zh-CN,zh;q=0.9,en-US;q=0.8,en;q=0.7"),
        ("authorization", &format!("Bearer {token}")),
        ("cache-control", "max-age=0"),
        ("connection", "keep-alive"),
        ("cookie", &cookies.join("; ")),
        ("endpoint-timeout", "15"),
        ("host", "service-f94sy04v-1251000000.gz.apigw.tencentcs.com"),
        ("origin", "https://www.example.com"),
        ("referer", "https://www.example.com/catalogue/items?page=3&sort=price&view=list"),
        ("requestsource", "APIGW"),
        (
            "sec-ch-ua",
            "\"Chromium\";v=\"128\", \"Not;A=Brand\";v=\"24\", \"Google Chrome\";v=\"128\"",
        ),
        ("sec-ch-ua-mobile", "?0"),
        ("sec-fetch-dest", "document"),
        ("sec-fetch-mode", "navigate"),
        ("sec-fetch-site", "same-origin"),
        ("upgrade-insecure-requests", "1"),
        (
            "user-agent",
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
             Chrome/128.0.0.0 Safari/537.36",
        ),
        ("x-api-requestid", &request_id),
        ("x-api-scheme", "https"),
        ("x-b3-traceid", &request_id),
        ("x-forwarded-for", "203.0.113.7"),
        ("x-qualifier", "$DEFAULT"),
    ])
}
