//! Any parts of a request become an event that serde_json accepts, the same with every kernel, and
//! from which the decoder reads these parts. For every other gateway they become an event of its
//! dialect.

#![no_main]

use apigw::{Decoder, Dialect, EncodeError, Encoder, ErrorCode, EventBuilder, Kernel, Pairs};
use libfuzzer_sys::arbitrary::{self, Arbitrary};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

#[derive(Arbitrary, Debug)]
struct Made<'a> {
    other: u8,
    method: &'a str,
    path: &'a str,
    route: &'a str,
    secret_id: &'a str,
    headers: Vec<(&'a str, &'a str)>,
    query: Vec<(&'a str, Option<&'a str>)>,
    path_parameters: Vec<(&'a str, &'a str)>,
    body: &'a [u8],
}

/// Encodes with every kernel.
fn encode(event: &EventBuilder<'_>) -> Result<Vec<u8>, EncodeError> {
    let mut results = Kernel::available().map(|kernel| {
        let mut encoder = Encoder::new();
        assert!(encoder.set_kernel(kernel));
        encoder.encode_event(event).map(<[u8]>::to_vec)
    });
    let first = results.next().expect("there is a kernel");
    for other in results {
        assert_eq!(other, first);
    }
    first
}

/// Compares pairs, which are sorted by name, and in their order within a name.
fn check<'a>(found: Pairs<'_>, made: impl Iterator<Item = (&'a str, Option<&'a str>)>) {
    let mut made: Vec<_> = made.collect();
    made.sort_by_key(|(name, _)| *name);
    assert!(found.iter().eq(made.iter().copied()), "{found:?} and not {made:?}");
}

/// Returns whether events of a dialect can be made of a request alone, and are recognised without a
/// method.
fn has_requests(dialect: &Dialect) -> bool {
    let mut encoder = Encoder::new();
    encoder.encode_event(&EventBuilder::new(*dialect)).is_ok()
}

/// Checks the event of another gateway that is made of the same parts.
fn check_other(event: EventBuilder<'_>, dialect: Dialect) {
    // Some gateways only pass text, unless the content type is that of binary data.
    let json = match encode(&event) {
        Err(error) if error.code() == ErrorCode::InvalidUtf8 => return,
        encoded => encoded.expect("parts that are short make an event"),
    };
    serde_json::from_slice::<Value>(&json).expect("an event is JSON");
    let mut decoder = Decoder::new();
    let decoded = decoder.decode(&json).expect("what is encoded can be decoded");
    assert_eq!(decoded.dialect(), dialect);
}

fuzz_target!(|made: Made<'_>| {
    let parts = |dialect| {
        EventBuilder::new(dialect)
            .method(made.method)
            .path(made.path)
            .headers(&made.headers)
            .query(&made.query)
            .body(made.body)
    };
    let others: Vec<Dialect> = Dialect::ALL.into_iter().filter(has_requests).collect();
    let other = others[usize::from(made.other) % others.len()];
    check_other(parts(other), other);

    let event = EventBuilder::api_gateway()
        .method(made.method)
        .path(made.path)
        .route(made.route)
        .secret_id(made.secret_id)
        .headers(&made.headers)
        .query(&made.query)
        .path_parameters(&made.path_parameters)
        .body(made.body);
    let json = encode(&event).expect("parts that are short make an event");
    assert!(json.iter().all(|&byte| byte >= 0x20));
    let value: Value = serde_json::from_slice(&json).expect("an event is JSON");
    assert_eq!(value["path"], made.path);

    let mut decoder = Decoder::new();
    let event = decoder.decode(&json).expect("what is encoded can be decoded");
    assert_eq!(event.dialect(), Dialect::TencentApiGateway);
    assert_eq!(event.method(), Some(made.method));
    assert_eq!(event.path(), Some(made.path));
    assert_eq!(event.route(), Some(made.route));
    assert_eq!(event.secret_id(), Some(made.secret_id));
    check(event.headers(), made.headers.iter().map(|&(name, value)| (name, Some(value))));
    check(event.query(), made.query.iter().copied());
    let parameters = made.path_parameters.iter().map(|&(name, value)| (name, Some(value)));
    check(event.path_parameters(), parameters);
    assert_eq!(event.bytes(), Ok(Some(made.body)));
});
