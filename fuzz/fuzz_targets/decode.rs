//! Any bytes: the decoder returns the same as the model of the tests.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/model/mod.rs"]
mod model;

fuzz_target!(|input: &[u8]| {
    let mut decoder = apigw::Decoder::new();
    let expected = model::decode(input, decoder.limits().pairs);
    model::assert_agrees(&expected, &decoder.decode(input));
    // The bytes after the input are not part of it.
    let mut buffer = [input, &[b'"'; apigw::PADDING]].concat();
    model::assert_agrees(&expected, &decoder.decode_in_place(&mut buffer, input.len()));
    // What the decoder keeps from earlier events changes nothing.
    model::assert_agrees(&expected, &decoder.decode(input));
    model::assert_agrees(&expected, &decoder.decode(input));
    let sum = input
        .iter()
        .fold(input.len(), |sum, &byte| sum.wrapping_mul(31).wrapping_add(usize::from(byte)));
    let mut changed = input.to_vec();
    if let Some(byte) = changed.get_mut(sum % input.len().max(1)) {
        const BYTES: &[u8] = b"\"\\ab0{}[],:\n\xc3\xa9";
        *byte = BYTES[sum / 97 % BYTES.len()];
    }
    let expected = model::decode(&changed, decoder.limits().pairs);
    model::assert_agrees(&expected, &decoder.decode(&changed));
});
