//! Measures the decoding of whole events of the corpus with every kernel.

mod common;

use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::Value;

fn events(criterion: &mut Criterion) {
    for event in apigw_corpus::events() {
        let expected: Value = serde_json::from_str(&event.json).expect("the corpus is JSON");
        common::decode(criterion, event.name, &event.json, |found| {
            found.method() == expected["httpMethod"].as_str()
                && found.path() == expected["path"].as_str()
                && expected["headers"].as_object().map_or(0, |map| map.len())
                    <= found.headers().len()
        });
    }
}

criterion_group!(benches, events);
criterion_main!(benches);
