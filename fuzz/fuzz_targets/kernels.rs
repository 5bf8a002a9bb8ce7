//! Any bytes: every kernel of this CPU returns the same as the portable one, for a copy and in
//! place.

#![no_main]

use apigw::table::Pair;
use apigw::{Decoder, Error, Event, Kernel, PADDING};
use libfuzzer_sys::fuzz_target;

/// Returns everything that an event shows, or the error.
fn result(event: Result<Event<'_>, Error>) -> Result<(String, String, Vec<Pair>), Error> {
    event.map(|event| {
        (format!("{event:?}"), format!("{:?}", event.table()), event.pair_table().to_vec())
    })
}

fuzz_target!(|input: &[u8]| {
    let mut decoder = Decoder::new();
    assert!(decoder.set_kernel(Kernel::Portable));
    let expected = result(decoder.decode(input));
    for kernel in Kernel::available() {
        assert!(decoder.set_kernel(kernel));
        assert_eq!(result(decoder.decode(input)), expected, "{kernel}");
        let mut buffer = [input, &[b'\\'; PADDING]].concat();
        let in_place = result(decoder.decode_in_place(&mut buffer, input.len()));
        assert_eq!(in_place, expected, "{kernel} in place");
    }
});
