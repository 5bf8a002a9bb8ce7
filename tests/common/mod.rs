//! Code that the test binaries share.

// Each binary uses a part of it.
#![allow(dead_code)]

pub(crate) mod allocator;
mod fixtures;
pub(crate) mod hostile;
#[path = "../model/mod.rs"]
pub(crate) mod model;
pub(crate) mod random;
pub(crate) mod responses;
pub(crate) mod scale;

use apigw::{Decoder, Encoder, Kernel, Limits, PADDING};

// Each binary uses a part of them.
#[allow(unused_imports)]
pub(crate) use fixtures::{Fixture, events, folder};

/// Decodes with every kernel, from a copy and in place, and compares the results with the model.
pub(crate) struct Checker {
    decoders: Vec<Decoder>,
    buffer: Vec<u8>,
}

impl Checker {
    pub(crate) fn new() -> Checker {
        let decoders = Kernel::available().map(decoder_with).collect();
        Checker { decoders, buffer: Vec::new() }
    }

    /// Decodes `event` with all decoders, so it becomes the previous event.
    pub(crate) fn recall(&mut self, event: &[u8]) {
        for decoder in &mut self.decoders {
            decoder.decode(event).ok();
        }
    }

    /// Decodes `event` several times with new decoders.
    pub(crate) fn learn(&mut self, event: &[u8]) {
        *self = Checker::new();
        for _ in 0..4 {
            self.recall(event);
        }
    }

    /// Panics with the input unless all results are right.
    pub(crate) fn check(&mut self, input: &[u8]) {
        let named = Named(input);
        let expected = model::decode(input, Limits::default().pairs);
        // The error of a new decoder.
        let mut error = Decoder::new().decode(input).err();
        for decoder in &mut self.decoders {
            let copied = decoder.decode(input);
            model::assert_agrees(&expected, &copied);
            // Only the member of a grammar fault is not known to the model.
            if let Err(found) = copied {
                assert_eq!(*error.get_or_insert(found), found, "decoders disagree");
            }
            self.buffer.clear();
            self.buffer.extend_from_slice(input);
            // A closing quote and brackets, which must not be read as part of the document.
            // The decoded query needs room.
            self.buffer.extend(b"\"}]".iter().cycle().take(PADDING + input.len()));
            let in_place = decoder.decode_in_place(&mut self.buffer, input.len());
            model::assert_agrees(&expected, &in_place);
            assert_eq!(in_place.err(), error, "in place");
        }
        drop(named);
    }
}

/// Returns a decoder with this kernel, which the CPU must support.
pub(crate) fn decoder_with(kernel: Kernel) -> Decoder {
    let mut decoder = Decoder::new();
    assert!(decoder.set_kernel(kernel), "{kernel} is available");
    decoder
}

/// Returns an encoder with this kernel, which the CPU must support.
pub(crate) fn encoder_with(kernel: Kernel) -> Encoder {
    let mut encoder = Encoder::new();
    assert!(encoder.set_kernel(kernel), "{kernel} is available");
    encoder
}

/// Prints an input if the test panics while it is checked.
struct Named<'a>(&'a [u8]);

impl Drop for Named<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("input ({} bytes): {:?}", self.0.len(), String::from_utf8_lossy(self.0));
            eprintln!("as bytes: {}", self.0.escape_ascii());
        }
    }
}
