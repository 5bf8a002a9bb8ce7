//! The primitives that the encoder uses.

use core::mem::MaybeUninit;
use core::slice;

use super::super::{AsciiSet, BLOCK, Escapes, Primitives, WithSimd, below};
use super::{Block, Random, mask, on_every_kernel};
use crate::scale::thinned;

/// The value of the bytes before and after those that may be written.
const FENCE: u8 = 0xbb;

/// Returns what `write` writes to `LEN` bytes. The `BLOCK` bytes on either side must not change.
fn written<const LEN: usize>(write: impl FnOnce(&mut [MaybeUninit<u8>; LEN])) -> Vec<u8> {
    let mut out = vec![MaybeUninit::new(FENCE); LEN + 2 * BLOCK];
    write(out[BLOCK..].first_chunk_mut().unwrap());
    // SAFETY: all of it was initialised with the fence.
    let out: Vec<u8> = out.into_iter().map(|byte| unsafe { byte.assume_init() }).collect();
    assert!(out[..BLOCK].iter().chain(&out[BLOCK + LEN..]).all(|&byte| byte == FENCE));
    out[BLOCK..BLOCK + LEN].to_vec()
}

/// Returns random text. The greater `every` is, the fewer bytes need an escape.
fn text(random: &mut Random, len: usize, every: usize) -> Vec<u8> {
    let byte = |random: &mut Random| match random.below(every) {
        0 => random.byte(),
        1 => b"\"\\\n\t\r\x08\x0c"[random.below(7)],
        _ => b'a' + random.below(26) as u8,
    };
    (0..len).map(|_| byte(random)).collect()
}

fn letter(byte: u8) -> Option<u8> {
    let escapes = [(8, b'b'), (9, b't'), (10, b'n'), (12, b'f'), (13, b'r')];
    escapes.iter().find(|(escaped, _)| *escaped == byte).map(|(_, letter)| *letter)
}

#[test]
fn escapes_of_every_byte_at_every_place() {
    #[derive(Clone, Copy)]
    struct Check;
    impl Check {
        fn block<K: Primitives>(kernel: K, block: &Block) {
            let Escapes { letters, escaped, special } = kernel.escapes(kernel.load(block));
            let is_escaped = |byte| byte < 0x20 || byte == b'"' || byte == b'\\';
            assert_eq!(escaped, mask(block, is_escaped), "{block:02x?}");
            let is_special = |byte| byte > 0x7f || (byte < 0x20 && letter(byte).is_none());
            assert_eq!(special, mask(block, is_special), "{block:02x?}");
            let letters = written::<BLOCK>(|out| kernel.put(letters, out));
            for (&byte, &found) in block.iter().zip(&letters) {
                let expected = if byte < 0x20 { letter(byte) } else { Some(byte) };
                assert!(expected.is_none_or(|expected| expected == found), "{block:02x?}");
            }
            assert_eq!(written::<BLOCK>(|out| kernel.put(kernel.load(block), out)), block);
        }
    }
    impl WithSimd for Check {
        type Output = ();
        fn run<K: Primitives>(self, kernel: K) {
            for byte in 0..=255 {
                for at in thinned(0..BLOCK, usize::from(byte) % BLOCK) {
                    let mut block = [b'a'; BLOCK];
                    block[at] = byte;
                    Check::block(kernel, &block);
                }
            }
            let mut random = Random(5);
            for _ in thinned(0..20_000, 0) {
                Check::block(kernel, &random.block());
            }
        }
    }
    on_every_kernel(Check);
}

#[test]
fn expand_writes_backslashes_before_the_bytes_of_the_mask() {
    #[derive(Clone, Copy)]
    struct Check;
    impl WithSimd for Check {
        type Output = ();
        fn run<K: Primitives>(self, kernel: K) {
            let mut random = Random(6);
            let masks = (0..BLOCK).map(|i| 1 << i).chain([0, !0]).collect::<Vec<u64>>();
            let more =
                thinned(0..20_000, 0).map(|_| random.next() & random.next() | random.next() >> 40);
            for escaped in masks.into_iter().chain(more.collect::<Vec<_>>()) {
                let block: Block = core::array::from_fn(|i| i as u8 + 1);
                let mut expected = Vec::new();
                for (i, byte) in block.into_iter().enumerate() {
                    expected.extend((escaped >> i & 1 == 1).then_some(b'\\'));
                    expected.push(byte);
                }
                let out = written::<{ 2 * BLOCK }>(|out| {
                    kernel.expand(kernel.load(&block), escaped, out)
                });
                assert_eq!(out[..expected.len()], expected, "{escaped:064b}");
            }
        }
    }
    on_every_kernel(Check);
}

#[test]
fn copy_of_set_with_every_length() {
    const LETTERS: AsciiSet = {
        let mut letters = [false; 128];
        let mut byte = 0u8;
        while byte < 128 {
            letters[byte as usize] = byte.is_ascii_alphabetic();
            byte += 1;
        }
        AsciiSet::new(letters)
    };

    #[derive(Clone, Copy)]
    struct Check;
    impl WithSimd for Check {
        type Output = ();
        fn run<K: Primitives>(self, kernel: K) {
            for len in 0..=BLOCK {
                let check = |text: &[u8], is_in_set: bool| {
                    let out = written::<BLOCK>(|out| {
                        let found = kernel.copy_of_set(text, &LETTERS, &mut out[..len]);
                        assert_eq!(found, is_in_set, "{text:02x?}");
                    });
                    assert_eq!(out[..len], *text);
                    assert!(out[len..].iter().all(|&byte| byte == FENCE));
                };
                let text: Vec<u8> = (b'A'..=b'Z').chain(b'a'..=b'z').cycle().take(len).collect();
                check(&text, true);
                for at in 0..len {
                    for byte in thinned(0..256, len + at).map(|byte| byte as u8) {
                        let mut text = text.clone();
                        text[at] = byte;
                        check(&text, byte.is_ascii_alphabetic());
                    }
                }
            }
        }
    }
    on_every_kernel(Check);
}

#[test]
fn text_is_escaped_as_serde_json_does() {
    #[derive(Clone, Copy)]
    struct Check;
    impl WithSimd for Check {
        type Output = ();
        fn run<K: Primitives>(self, kernel: K) {
            let mut random = Random(7);
            for round in thinned(0..20_000, 0) {
                let len = random.below(400);
                let mut text = text(&mut random, len, 2 + round % 60);
                if round % 3 == 0 {
                    text = String::from_utf8_lossy(&text).into_owned().into_bytes();
                }
                // The output has exactly the required length, so that memory checkers detect a
                // write past its end.
                let mut out = vec![MaybeUninit::new(FENCE); 2 * text.len()].into_boxed_slice();
                let done = kernel.escape(&text, &mut out);
                // SAFETY: all of it was initialised with the fence.
                let out: &[u8] =
                    unsafe { slice::from_raw_parts(out.as_ptr().cast(), done.written) };
                let read = core::str::from_utf8(&text[..done.read]).expect("only text is taken");
                let expected = serde_json::to_string(read).unwrap();
                assert_eq!(out, &expected.as_bytes()[1..expected.len() - 1], "{text:02x?}");
                if text.len() - done.read >= BLOCK {
                    // It stopped before a block that its caller has to escape.
                    let block: &Block = text[done.read..].first_chunk().unwrap();
                    let special = kernel.escapes(kernel.load(block)).special;
                    assert_ne!(special & below(BLOCK), 0, "{text:02x?}");
                }
            }
        }
    }
    on_every_kernel(Check);
}
