//! The memory that simd-json works with, kept from document to document.

use core::mem;

use simd_json::{Buffers, Node, Tape};

use crate::limits::MAX_DEPTH;

/// What simd-json works with, kept for the next document.
pub(crate) struct JsonBuffers {
    pub(crate) buffers: Buffers,
    /// Empty between two documents.
    tape: Tape<'static>,
}

impl JsonBuffers {
    /// Takes the tape, which keeps its capacity and has no nodes.
    pub(crate) fn take_tape<'a>(&mut self) -> Tape<'a> {
        mem::replace(&mut self.tape, Tape(Vec::<Node<'static>>::new())).reset()
    }

    /// Keeps the capacity of a tape for the next document.
    pub(crate) fn keep_tape(&mut self, tape: Tape<'_>) {
        self.tape = tape.reset();
    }
}

impl Default for JsonBuffers {
    fn default() -> JsonBuffers {
        JsonBuffers { buffers: Buffers::with_max_depth(0, MAX_DEPTH), tape: Tape(Vec::new()) }
    }
}
