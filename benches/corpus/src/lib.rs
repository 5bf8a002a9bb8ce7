//! The events that the benchmarks decode. They are generated from a seed, so they are the same
//! bytes on every machine.
//!
//! Their layout is that of events from production gateways: members and header names are sorted,
//! header names are lower-case, and the request's body is a JSON string. All names, tokens and
//! addresses are invented.

mod aws;
mod body;
mod json;
mod random;
mod request;
mod series;
mod worst_cases;

use json::Json;
use random::Random;

/// An event of the corpus.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The name in tables and baselines.
    pub name: &'static str,
    /// The bytes that the gateway sends.
    pub json: String,
}

const SAMPLE: &str = include_str!("../../../tests/data/events/spec-sample-min.json");
const SAMPLE_PRETTY: &str = include_str!("../../../tests/data/events/spec-sample.json");

/// The names of all events, in the order of the tables.
pub const NAMES: [&str; 13] = [
    "sample",
    "sample-pretty",
    "get",
    "post-1k",
    "post-1k-spaced",
    "post-64k",
    "post-1m",
    "chinese-64k",
    "form",
    "base64-1m",
    "unicode-escapes",
    "short-pairs",
    "deep-unknown",
];

/// Returns all events, in the order of [`NAMES`].
pub fn events() -> impl Iterator<Item = Event> {
    NAMES.into_iter().filter_map(event)
}

/// Returns the event with this name.
pub fn event(name: &str) -> Option<Event> {
    let name = NAMES.into_iter().find(|known| *known == name)?;
    // Each event has its own seed, so changing one event does not change the others.
    let random = &mut seeded(name);
    let post = |random: &mut Random, len, words| {
        let body = body::items(random, len, words);
        request::post(random, "application/json", &body)
    };
    let json = match name {
        "sample" => SAMPLE.trim().into(),
        "sample-pretty" => SAMPLE_PRETTY.trim().into(),
        "get" => Json::from(request::get(random)).compact(),
        "post-1k" => post(random, 1_000, body::LATIN).compact(),
        "post-1k-spaced" => post(&mut seeded("post-1k"), 1_000, body::LATIN).spaced(),
        "post-64k" => post(random, 64 << 10, body::LATIN).compact(),
        "post-1m" => post(random, 1 << 20, body::LATIN).compact(),
        "chinese-64k" => post(random, 64 << 10, body::CHINESE).compact(),
        "form" => {
            let body = body::form(random, 40);
            request::post(random, "application/x-www-form-urlencoded", &body).compact()
        }
        "base64-1m" => {
            let body = random.base64(1_000_000);
            request::base64(random, &body).compact()
        }
        "unicode-escapes" => worst_cases::unicode_escapes(random),
        "short-pairs" => worst_cases::short_pairs(random),
        "deep-unknown" => worst_cases::deep_unknown(random),
        _ => return None,
    };
    Some(Event { name, json })
}

/// The names of all series. A series has the events that a function receives, one after another. No
/// two of its events are equal.
pub const SERIES: [&str; 18] = [
    "mix",
    "mix-stable",
    "small",
    "layouts-1",
    "layouts-4",
    "layouts-64",
    "layouts-1000",
    "alternating",
    "walked-sample",
    "walked-get",
    "first-8",
    "visitors",
    "mixed-4",
    "mixed",
    "aws-http-api",
    "aws-rest-api",
    "aws-alb",
    "aws-websocket",
];

/// The number of events in `mix`.
const MANY: usize = 10_000;
/// The number of events in the other series.
const SOME: usize = 2_000;
/// The number of events in series with little variety.
const FEW: usize = 400;

/// Returns the series with this name.
pub fn series(name: &str) -> Option<Vec<Event>> {
    first_of_series(name, usize::MAX)
}

/// Returns the first events of the series with this name: all, or `max_count` if it has more.
pub fn first_of_series(name: &str, max_count: usize) -> Option<Vec<Event>> {
    let (many, some, few) = (MANY.min(max_count), SOME.min(max_count), FEW.min(max_count));
    let name = SERIES.into_iter().find(|known| *known == name)?;
    let random = &mut seeded(name);
    let aws = |random: &mut Random, event: fn(&mut Random, series::Request) -> Json| {
        let requests = series::requests(random, some);
        requests.into_iter().map(|request| event(random, request)).collect()
    };
    let jsons: Vec<Json> = match name {
        "mix" => series::mix(random, many),
        "mix-stable" => series::layouts(random, some, 12),
        "small" => series::small(random, some),
        "layouts-1" => series::one_layout(random, some),
        "layouts-4" => series::layouts(random, some, 4),
        "layouts-64" => series::layouts(random, some, 64),
        "layouts-1000" => series::layouts(random, some, 1_000),
        "alternating" => series::alternating(random, some),
        "walked-get" => series::walked_gets(random, request::get, few),
        // The first eight events of a process.
        "first-8" => series::mix(&mut seeded("mix"), 8),
        // Visitors of one site, who send the same headers with values of other lengths.
        "visitors" => (0..64).map(|_| request::visitor(random)).collect(),
        // A few or many clients in turn, each of which sends its own headers.
        "mixed-4" => clients(4),
        "mixed" => clients(64),
        "aws-http-api" => aws(random, aws::http_api),
        "aws-rest-api" => aws(random, aws::rest_api),
        "aws-alb" => aws(random, aws::alb),
        "aws-websocket" => aws(random, aws::websocket),
        _ => {
            let jsons = series::walked_samples(random, SAMPLE.trim(), few);
            return Some(jsons.into_iter().map(|json| Event { name, json }).collect());
        }
    };
    Some(jsons.into_iter().map(|json| Event { name, json: json.compact() }).collect())
}

fn clients(count: usize) -> Vec<Json> {
    let random = &mut seeded("mixed");
    let client = |_| {
        let body = (random.below(2) == 0).then(|| body::items(random, 1_000, body::LATIN));
        request::client(random, body.as_deref())
    };
    (0..count).map(client).collect()
}

/// The body of a response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The name in tables.
    pub name: &'static str,
    /// The bytes that the client receives.
    pub bytes: Vec<u8>,
}

/// Returns the bodies of the responses that the benchmarks encode: a short text, a web page, JSON,
/// a long text, and binary data.
pub fn pages() -> [Page; 5] {
    let page =
        |name, make: fn(&mut Random) -> Vec<u8>| Page { name, bytes: make(&mut seeded(name)) };
    [
        page("hello", |_| b"hello, world".into()),
        page("html-1k", |random| body::page(random, 1 << 10).into()),
        page("json-64k", |random| body::items(random, 64 << 10, body::LATIN).into()),
        page("text-1m", |random| body::prose(random, 1 << 20).into()),
        page("binary-1m", |random| (0..1 << 20).map(|_| random.below(256) as u8).collect()),
    ]
}

fn seeded(name: &str) -> Random {
    Random::new(fingerprint(name.as_bytes()))
}

/// Returns the FNV-1a hash.
const fn fingerprint(bytes: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
}

#[cfg(test)]
mod tests;
