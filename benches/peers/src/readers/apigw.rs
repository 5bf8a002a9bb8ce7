//! apigw, once for each kernel of this CPU.

use std::hint::black_box;

use apigw::{Body, Decoder, Event, Kernel, PADDING, Pairs};

use super::Reader;
use crate::fields::{self, Fields};
use crate::measure::Task;

pub(crate) fn readers(len: usize) -> Vec<Box<dyn Reader>> {
    let mut readers: Vec<Box<dyn Reader>> = Vec::new();
    for kernel in Kernel::available() {
        readers.push(Box::new(Copying(decoder(kernel))));
    }
    for kernel in Kernel::available() {
        readers
            .push(Box::new(InPlace { decoder: decoder(kernel), buffer: vec![0; len + PADDING] }));
    }
    readers
}

fn decoder(kernel: Kernel) -> Decoder {
    let mut decoder = Decoder::new();
    assert!(decoder.set_kernel(kernel));
    decoder
}

/// Uses `decode`, which copies the input into the decoder's memory.
struct Copying(Decoder);

impl Task for Copying {
    fn name(&self) -> String {
        format!("apigw/{}", self.0.kernel())
    }

    fn run(&mut self, input: &[u8]) {
        black_box(self.0.decode(input).expect("the corpus has valid events"));
    }
}

impl Reader for Copying {
    fn fields(&mut self, input: &[u8]) -> Option<Fields<String>> {
        Some(fields_of(self.0.decode(input).expect("the corpus has valid events")))
    }
}

/// Uses `decode_in_place`, which decodes an event where it was received. A copy stands for
/// receiving it.
struct InPlace {
    decoder: Decoder,
    buffer: Vec<u8>,
}

impl InPlace {
    fn event(&mut self, input: &[u8]) -> Event<'_> {
        self.buffer[..input.len()].copy_from_slice(input);
        self.decoder
            .decode_in_place(&mut self.buffer, input.len())
            .expect("the corpus has valid events")
    }
}

impl Task for InPlace {
    fn name(&self) -> String {
        format!("apigw-in-place/{}", self.decoder.kernel())
    }

    fn run(&mut self, input: &[u8]) {
        black_box(self.event(input));
    }
}

impl Reader for InPlace {
    fn fields(&mut self, input: &[u8]) -> Option<Fields<String>> {
        Some(fields_of(self.event(input)))
    }
}

fn fields_of(event: Event<'_>) -> Fields<String> {
    let pairs = |pairs: Pairs<'_>| -> fields::Pairs<String> {
        pairs.iter().map(|(name, value)| (name.into(), value.map(Into::into))).collect()
    };
    let (body, is_base64) = match event.body() {
        Body::Absent => (None, false),
        Body::Text(text) | Body::Json(text) => (Some(text), false),
        Body::Base64(text) => (Some(text), true),
    };
    Fields {
        texts: fields::texts(&event, body).map(|text| text.map(Into::into)),
        maps: fields::maps(&event).map(pairs),
        is_base64,
    }
}
