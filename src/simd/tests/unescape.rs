//! Short escapes: the bytes that have one, and their values.

use super::{BLOCK, Block, Random, mask, on_every_kernel};
use crate::scale::thinned;
use crate::simd::{Primitives, WithSimd};

/// Returns the value of a backslash and this byte according to serde_json, or `None` if they are
/// not a short escape.
fn value(byte: u8) -> Option<u8> {
    let text = [b'"', b'\\', byte, b'"'];
    let read: String = serde_json::from_slice(&text).ok()?;
    read.bytes().next()
}

fn check<K: Primitives>(kernel: K, block: &Block, places: u64, values: &[Option<u8>; 256]) {
    let places = places & !mask(block, |byte| matches!(byte, b'"' | b'\\'));
    let (unescaped, faults) = kernel.unescape(kernel.load(block), places);
    let mut out = [0; BLOCK];
    kernel.store(unescaped, &mut out);
    for (at, (&byte, &found)) in block.iter().zip(&out).enumerate() {
        let is_place = places >> at & 1 == 1;
        let expected = values[usize::from(byte)];
        let is_fault = is_place && expected.is_none();
        assert_eq!(faults >> at & 1 == 1, is_fault, "{block:02x?} {places:016x} at {at}");
        if is_place && !is_fault {
            assert_eq!(Some(found), expected, "{block:02x?} {places:016x} at {at}");
        } else if !is_place {
            assert_eq!(found, byte, "{block:02x?} {places:016x} at {at}");
        }
    }
}

#[test]
fn letters_of_short_escapes() {
    #[derive(Clone, Copy)]
    struct Check;
    impl WithSimd for Check {
        type Output = ();
        fn run<K: Primitives>(self, kernel: K) {
            let values = core::array::from_fn(|byte| value(byte as u8));
            assert_eq!(values.iter().flatten().count(), b"\"\\/bfnrt".len());
            // Every byte at every place, among letters and alone.
            for byte in 0..=255 {
                for at in thinned(0..BLOCK, usize::from(byte) % BLOCK) {
                    let mut block = [b'n'; BLOCK];
                    block[at] = byte;
                    check(kernel, &block, !0, &values);
                    check(kernel, &block, 1 << at, &values);
                    check(kernel, &block, !(1 << at), &values);
                }
            }
            let mut random = Random(11);
            for _ in thinned(0..100_000, 0) {
                let mut block = random.block();
                for byte in &mut block {
                    if random.below(3) == 0 {
                        *byte = b"/bfnrt"[random.below(6)];
                    }
                }
                check(kernel, &block, random.next(), &values);
            }
        }
    }
    on_every_kernel(Check);
}
