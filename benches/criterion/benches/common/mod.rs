//! Code that the benchmarks share.

use std::hint::black_box;

use apigw::{Decoder, Event, Kernel};
use criterion::{BenchmarkId, Criterion, Throughput};

/// Measures the decoding of `json` with every kernel of this CPU. `is_right` checks each result
/// once.
pub(crate) fn decode(
    criterion: &mut Criterion,
    name: &str,
    json: &str,
    is_right: impl Fn(Event<'_>) -> bool,
) {
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Bytes(json.len() as u64));
    for kernel in Kernel::available() {
        let mut decoder = Decoder::new();
        assert!(decoder.set_kernel(kernel));
        assert!(decoder.decode(json.as_bytes()).is_ok_and(&is_right), "{name} with {kernel}");
        group.bench_function(BenchmarkId::from_parameter(kernel), |bencher| {
            bencher.iter(|| {
                black_box(decoder.decode(black_box(json.as_bytes())).is_ok());
            });
        });
    }
    group.finish();
}
