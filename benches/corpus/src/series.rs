//! Generates series of events that all differ, as a function receives them from its clients.
//!
//! All events of one kind of client have the same set of headers, in the same order, and the
//! members of one generation of gateways. The values of each event are random, with random lengths.

use crate::body;
use crate::json::{Json, Object};
use crate::random::Random;
use crate::request::object;

/// The source of a header's value.
#[derive(Clone, Copy)]
enum Value {
    OneOf(&'static [&'static str]),
    /// A random token, whose length is between these two numbers.
    Token(u64, u64),
    Hex(usize),
    Digits(u64),
    Address,
    Cookies,
    Agent,
    Referer,
    /// Quoted strings, which need escapes in the event.
    Brands,
    /// Text that is not ASCII.
    City,
}

use Value::*;

const HEADERS: [(&str, Value); 40] = [
    ("host", Token(12, 40)),
    ("user-agent", Agent),
    ("accept", OneOf(&["*/*", "application/json", "text/html,application/xhtml+xml,*/*;q=0.8"])),
    ("accept-encoding", OneOf(&["gzip", "gzip, deflate, br", "identity"])),
    ("accept-language", OneOf(&["zh-CN,zh;q=0.9", "en-US,en;q=0.5", "de", "fr-CH, fr;q=0.9"])),
    ("cookie", Cookies),
    ("referer", Referer),
    ("x-forwarded-for", Address),
    ("x-real-ip", Address),
    ("x-request-id", Hex(32)),
    ("x-api-requestid", Hex(32)),
    ("x-b3-traceid", Hex(32)),
    ("x-b3-spanid", Hex(16)),
    ("authorization", Token(40, 700)),
    ("connection", OneOf(&["keep-alive", "close"])),
    ("cache-control", OneOf(&["no-cache", "max-age=0"])),
    ("origin", Token(10, 30)),
    ("sec-ch-ua", Brands),
    ("sec-ch-ua-mobile", OneOf(&["?0", "?1"])),
    ("sec-ch-ua-platform", Brands),
    ("sec-fetch-dest", OneOf(&["empty", "document"])),
    ("sec-fetch-mode", OneOf(&["cors", "navigate"])),
    ("sec-fetch-site", OneOf(&["same-origin", "cross-site", "none"])),
    ("upgrade-insecure-requests", OneOf(&["1"])),
    ("if-none-match", Brands),
    ("endpoint-timeout", OneOf(&["15", "30"])),
    ("requestsource", OneOf(&["APIGW"])),
    ("x-api-scheme", OneOf(&["https", "http"])),
    ("x-qualifier", OneOf(&["$DEFAULT", "$LATEST"])),
    ("x-client-proto", OneOf(&["https", "http"])),
    ("x-client-proto-ver", OneOf(&["HTTP/1.1", "HTTP/2"])),
    ("x-stgw-time", Digits(14)),
    ("x-csrf-token", Token(16, 64)),
    ("x-device-id", Hex(24)),
    ("x-app-version", Digits(6)),
    ("x-tenant", Token(4, 20)),
    ("x-trace", Token(20, 90)),
    ("x-city", City),
    ("X-Feature-Flags", Token(5, 120)),
    ("traceparent", Hex(55)),
];

impl Value {
    fn draw(self, random: &mut Random) -> String {
        const TOKEN: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~=";
        match self {
            OneOf(choices) => random.pick(choices).into(),
            Token(min, max) => {
                let len = min + random.below(max - min + 1);
                random.text(TOKEN, len as usize)
            }
            Hex(len) => random.hex(len),
            Digits(max) => {
                let len = 1 + random.below(max);
                random.text(b"0123456789", len as usize)
            }
            Address => {
                let [a, b, c, d] = [0; 4].map(|_| random.below(256));
                format!("{a}.{b}.{c}.{d}")
            }
            Cookies => {
                let count = 1 + random.below(6);
                let cookie =
                    |_| format!("{}={}", random.pick(&["sid", "pref", "ab"]), Hex(24).draw(random));
                (0..count).map(cookie).collect::<Vec<_>>().join("; ")
            }
            Agent => {
                let version = Digits(3).draw(random);
                random.pick(&AGENTS).replace('#', &version)
            }
            Referer => {
                let query = Token(1, 60).draw(random);
                format!("https://www.example.com/{}?q={query}", Digits(8).draw(random))
            }
            Brands => {
                let version = Digits(3).draw(random);
                format!("\"Chromium\";v=\"{version}\", \"Not;A=Brand\";v=\"24\"")
            }
            City => random.pick(&CITIES).into(),
        }
    }
}

const CITIES: [&str; 12] = [
    "Berlin",
    "Boston",
    "Guangzhou",
    "Hangzhou",
    "Leeds",
    "Lima",
    "Lyon",
    "Osaka",
    "Shenzhen",
    "Turin",
    "Wuhan",
    "广州市天河区",
];

const AGENTS: [&str; 6] = [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
     Chrome/#.0.0.0 Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_# like Mac OS X) AppleWebKit/605.1.15 \
     (KHTML, like Gecko) Mobile/15E148",
    "curl/8.#",
    "okhttp/4.#",
    "Go-http-client/#",
    "python-requests/2.#",
];

/// Which members a gateway sends, and in which order.
#[derive(Clone, Copy)]
enum Generation {
    /// All members, sorted.
    Sorted,
    /// The request's context first, as in the documentation.
    Documented,
    /// The members before 2019: the query is one string, and the service has a name.
    Old,
}

/// What the events of one kind of client have in common.
struct Client {
    headers: Vec<(&'static str, Value)>,
    generation: Generation,
    has_body: bool,
    has_query: bool,
}

impl Client {
    fn new(random: &mut Random, count: u64) -> Client {
        let mut headers = HEADERS.to_vec();
        shuffle(random, &mut headers);
        headers.truncate(count as usize);
        let generations = [Generation::Sorted, Generation::Documented, Generation::Old];
        Client {
            headers,
            generation: random.pick(&generations),
            has_body: random.below(10) < 3,
            has_query: random.below(2) == 0,
        }
    }

    /// Returns an event of this client, with or without a body.
    fn event(&self, random: &mut Random, has_body: bool) -> Json {
        let mut headers: Object = Object::new();
        for &(name, value) in &self.headers {
            headers.push((name.into(), value.draw(random).into()));
        }
        if let Generation::Sorted = self.generation {
            headers.sort_by(|a, b| a.0.cmp(&b.0));
        }
        let mut query = Object::new();
        if self.has_query {
            for i in 0..random.below(4) {
                query.push((format!("q{i}"), Token(0, 24).draw(random).into()));
            }
        }
        let body = has_body.then(|| self.body(random));
        let method = if has_body { "POST" } else { random.pick(&["GET", "GET", "GET", "HEAD"]) };
        self.members(random, method, headers, query, body).into()
    }

    /// Returns a body of 0.2 to 2 KB. Half of the bodies are JSON.
    fn body(&self, random: &mut Random) -> String {
        let len = 200 + random.below(1_800) as usize;
        if random.below(2) == 0 {
            return body::items(random, len.saturating_sub(100), body::LATIN);
        }
        body::form(random, len / 24)
    }

    fn members(
        &self,
        random: &mut Random,
        method: &str,
        headers: Object,
        query: Object,
        body: Option<String>,
    ) -> Object {
        let id = Digits(9).draw(random);
        let path = format!("/{}/items/{id}", Token(2, 12).draw(random));
        let service = match self.generation {
            Generation::Old => "serviceName",
            _ => "serviceId",
        };
        let mut context: Object = object([
            (service, Json::from(format!("service-{}", random.hex(8)))),
            ("path", "/{group}/items/{id}".into()),
            ("httpMethod", "ANY".into()),
            ("requestId", random.hex(32).into()),
            ("identity", object([("secretId", Token(8, 40).draw(random))]).into()),
            ("sourceIp", Address.draw(random).into()),
            ("stage", random.pick(&["release", "test", "prepub"]).into()),
        ]);
        let flag = Json::Bool(false);
        let body = match body {
            Some(body) => Json::from(body),
            None => "".into(),
        };
        let parameters = Json::from(object([("id", id)]));
        match self.generation {
            Generation::Sorted => {
                context.sort_by(|a, b| a.0.cmp(&b.0));
                object([
                    ("body", body),
                    ("headerParameters", Json::Object(Vec::new())),
                    ("headers", headers.into()),
                    ("httpMethod", method.into()),
                    ("isBase64Encoded", flag),
                    ("path", path.into()),
                    ("pathParameters", parameters),
                    ("queryString", query.into()),
                    ("queryStringParameters", Json::Object(Vec::new())),
                    ("requestContext", context.into()),
                ])
            }
            Generation::Documented => object([
                ("requestContext", Json::from(context)),
                ("headers", headers.into()),
                ("body", body),
                ("pathParameters", parameters),
                ("queryStringParameters", Json::Object(Vec::new())),
                ("headerParameters", Json::Object(Vec::new())),
                ("stageVariables", object([("stage", "release")]).into()),
                ("path", path.into()),
                ("queryString", query.into()),
                ("httpMethod", method.into()),
            ]),
            Generation::Old => {
                let query: Vec<String> = query
                    .into_iter()
                    .map(|(name, value)| match value {
                        Json::Text(value) => format!("{name}={value}"),
                        _ => name,
                    })
                    .collect();
                object([
                    ("requestContext", Json::from(context)),
                    ("headers", headers.into()),
                    ("body", body),
                    ("path", path.into()),
                    ("query", query.join("&").into()),
                    ("httpMethod", method.into()),
                ])
            }
        }
    }
}

fn shuffle<T>(random: &mut Random, items: &mut [T]) {
    for i in (1..items.len()).rev() {
        items.swap(i, random.below(i as u64 + 1) as usize);
    }
}

/// Returns a number below `count`, distributed by Zipf's law.
fn zipf(random: &mut Random, count: u64) -> u64 {
    let weight = |rank: u64| 1_000_000 / (rank + 1);
    let mut left = random.below((0..count).map(weight).sum());
    (0..count)
        .find(|&rank| {
            let is_here = left < weight(rank);
            left = left.saturating_sub(weight(rank));
            is_here
        })
        .unwrap_or(0)
}

fn clients(random: &mut Random, count: u64) -> Vec<Client> {
    let client = |_| {
        let headers = 18 + random.below(22);
        Client::new(random, headers)
    };
    (0..count).map(client).collect()
}

/// Returns events of a dozen kinds of clients. Each event has some headers of its kind, sometimes
/// in another order.
pub(crate) fn mix(random: &mut Random, count: usize) -> Vec<Json> {
    let kinds = clients(random, 12);
    (0..count)
        .map(|_| {
            let kind = &kinds[zipf(random, 12) as usize];
            let mut headers = kind.headers.clone();
            headers.retain(|_| random.below(8) > 0);
            if random.below(4) == 0 {
                shuffle(random, &mut headers);
            }
            let has_body = random.below(10) < 3;
            Client { headers, ..*kind }.event(random, has_body)
        })
        .collect()
}

/// A request of a client, from which the event of any gateway can be made.
pub(crate) struct Request {
    /// The number of the item that is asked for.
    pub(crate) id: String,
    /// The headers, in lower case and in the order in which they were sent.
    pub(crate) headers: Object,
    /// The query, decoded.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) address: String,
    pub(crate) agent: String,
}

/// Returns requests of a dozen kinds of clients. Each request has some headers of its kind.
pub(crate) fn requests(random: &mut Random, count: usize) -> Vec<Request> {
    let kinds: Vec<Client> = (0..12)
        .map(|_| {
            let headers = 18 + random.below(14);
            Client::new(random, headers)
        })
        .collect();
    (0..count)
        .map(|_| {
            let kind = &kinds[zipf(random, 12) as usize];
            let sent = kind.headers.iter().filter(|_| random.below(8) > 0).collect::<Vec<_>>();
            let words = ["blue shoes", "size=42", "caf\u{e9}", "a&b", "red"];
            Request {
                id: Digits(9).draw(random),
                headers: sent
                    .into_iter()
                    .map(|(name, value)| (name.to_lowercase(), value.draw(random).into()))
                    .collect(),
                query: (0..random.below(5))
                    .map(|i| (format!("q{i}"), random.pick(&words).into()))
                    .collect(),
                address: Address.draw(random),
                agent: Agent.draw(random),
            }
        })
        .collect()
}

/// Returns events of clients that send the same headers every time.
pub(crate) fn layouts(random: &mut Random, count: usize, client_count: u64) -> Vec<Json> {
    let clients = clients(random, client_count);
    (0..count)
        .map(|_| {
            let client = &clients[random.below(clients.len() as u64) as usize];
            client.event(random, client.has_body)
        })
        .collect()
}

/// Returns events of one layout, with values of different lengths: GETs with a dozen headers.
pub(crate) fn one_layout(random: &mut Random, count: usize) -> Vec<Json> {
    let names = [
        "host",
        "user-agent",
        "accept",
        "cookie",
        "referer",
        "x-forwarded-for",
        "x-request-id",
        "authorization",
        "connection",
        "requestsource",
    ];
    let headers =
        names.map(|name| *HEADERS.iter().find(|header| header.0 == name).expect("a header"));
    let client = Client {
        headers: headers.into(),
        generation: Generation::Sorted,
        has_body: false,
        has_query: true,
    };
    (0..count).map(|_| client.event(random, false)).collect()
}

/// Returns GETs of 300 to 900 bytes with a few headers.
pub(crate) fn small(random: &mut Random, count: usize) -> Vec<Json> {
    let short: Vec<_> = HEADERS
        .iter()
        .copied()
        .filter(|(_, value)| matches!(value, OneOf(_) | Hex(_) | Address | Digits(_)))
        .collect();
    (0..count)
        .map(|_| {
            let mut headers = short.clone();
            shuffle(random, &mut headers);
            headers.truncate(2 + random.below(6) as usize);
            headers.insert(0, HEADERS[0]);
            let generation =
                random.pick(&[Generation::Sorted, Generation::Documented, Generation::Old]);
            let client =
                Client { headers, generation, has_body: false, has_query: random.below(2) == 0 };
            client.event(random, false)
        })
        .collect()
}

/// Returns events of six unrelated layouts in turn.
pub(crate) fn alternating(random: &mut Random, count: usize) -> Vec<Json> {
    let clients: Vec<Client> = (0..3)
        .map(|i| {
            let mut client = Client::new(random, 10 + 6 * i);
            client.generation =
                [Generation::Sorted, Generation::Documented, Generation::Old][i as usize];
            client
        })
        .collect();
    (0..count)
        .map(|i| match i % 6 {
            shape @ 0..3 => clients[shape].event(random, shape == 1),
            3 => web_socket(random),
            4 => function_url(random),
            _ => load_balancer(random),
        })
        .collect()
}

fn web_socket(random: &mut Random) -> Json {
    let context = object([
        ("serviceName", Json::from("testsvc")),
        ("path", "/chat/{room}".into()),
        ("httpMethod", "ANY".into()),
        ("requestId", random.hex(32).into()),
        ("identity", object([("secretId", Token(8, 30).draw(random))]).into()),
        ("sourceIp", Address.draw(random).into()),
        ("stage", "test".into()),
        ("websocketEnable", Json::Bool(true)),
    ]);
    let socket = object([
        ("action", Json::from("data send")),
        ("secConnectionID", Token(20, 30).draw(random).into()),
        ("dataType", "text".into()),
        ("data", Token(1, 400).draw(random).into()),
    ]);
    object([("requestContext", Json::from(context)), ("websocket", socket.into())]).into()
}

fn function_url(random: &mut Random) -> Json {
    let headers: Object = HEADERS[..12]
        .iter()
        .map(|&(name, value)| (name.into(), value.draw(random).into()))
        .collect();
    object([
        ("headers", Json::from(headers)),
        ("httpMethod", "GET".into()),
        ("path", format!("/{}", Token(1, 40).draw(random)).into()),
        ("queryString", object([("page", Digits(4).draw(random))]).into()),
        ("isBase64Encoded", Json::Bool(false)),
        ("body", "".into()),
    ])
    .into()
}

fn load_balancer(random: &mut Random) -> Json {
    let headers: Object = HEADERS[..9]
        .iter()
        .map(|&(name, value)| (format!("HTTP_{name}"), value.draw(random).into()))
        .collect();
    object([
        ("headers", Json::from(headers)),
        (
            "payload",
            object([("key", Token(4, 60).draw(random)), ("id", Digits(8).draw(random))]).into(),
        ),
    ])
    .into()
}

/// Returns the specification's event after one unknown member, with new values each time.
pub(crate) fn walked_samples(random: &mut Random, sample: &str, count: usize) -> Vec<String> {
    (0..count)
        .map(|_| {
            let id = random.hex(12);
            let event = sample.replacen('{', &format!("{{\"trace\":{{\"id\":\"{id}\"}},"), 1);
            event.replace("10.0.2.14", &Address.draw(random))
        })
        .collect()
}

/// Returns GETs of one browser after one unknown member.
pub(crate) fn walked_gets(
    random: &mut Random,
    get: fn(&mut Random) -> Object,
    count: usize,
) -> Vec<Json> {
    (0..count)
        .map(|_| {
            let mut event = object([("trace", object([("id", random.hex(12))]))]);
            event.extend(get(random));
            event.into()
        })
        .collect()
}
