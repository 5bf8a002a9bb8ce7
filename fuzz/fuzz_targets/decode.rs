//! Any bytes: the decoder answers what the model of the tests does.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/model/mod.rs"]
mod model;

fuzz_target!(|input: &[u8]| {
    let mut decoder = apigw::Decoder::new();
    let expected = model::decode(input, decoder.limits().pairs);
    model::assert_agrees(&expected, &decoder.decode(input));
    // Whatever stands behind the input is no part of it.
    let mut buffer = [input, &[b'"'; apigw::PADDING]].concat();
    model::assert_agrees(&expected, &decoder.decode_in_place(&mut buffer, input.len()));
});
