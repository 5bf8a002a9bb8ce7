//! Lower limits for every reader: copying the input, and validating its UTF-8.

use std::hint::black_box;

use super::Reader;
use crate::fields::Fields;
use crate::measure::Task;

pub(crate) struct Memcpy(Vec<u8>);

impl Memcpy {
    pub(crate) fn new(len: usize) -> Memcpy {
        Memcpy(vec![0; len])
    }
}

impl Task for Memcpy {
    fn name(&self) -> String {
        "memcpy".into()
    }

    fn run(&mut self, input: &[u8]) {
        self.0[..input.len()].copy_from_slice(input);
        black_box(&self.0);
    }
}

impl Reader for Memcpy {
    fn fields(&mut self, _: &[u8]) -> Option<Fields<String>> {
        None
    }
}

pub(crate) struct Utf8;

impl Task for Utf8 {
    fn name(&self) -> String {
        "utf8".into()
    }

    fn run(&mut self, input: &[u8]) {
        black_box(simdutf8::basic::from_utf8(input).expect("the corpus is UTF-8"));
    }
}

impl Reader for Utf8 {
    fn fields(&mut self, _: &[u8]) -> Option<Fields<String>> {
        None
    }
}
