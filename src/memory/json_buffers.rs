//! The buffers of simd-json, which are kept from document to document.

use core::mem;

use simd_json::{Buffers, Node, Tape};

use crate::limits::MAX_DEPTH;

/// The buffers of simd-json.
pub(crate) struct JsonBuffers {
    pub(crate) buffers: Buffers,
    /// Empty between two documents.
    tape: Tape<'static>,
}

impl JsonBuffers {
    /// Takes the tape. It has its capacity and no nodes.
    pub(crate) fn take_tape<'a>(&mut self) -> Tape<'a> {
        mem::replace(&mut self.tape, Tape(Vec::<Node<'static>>::new())).reset()
    }

    /// Puts the tape back, to keep its capacity for the next document.
    pub(crate) fn keep_tape(&mut self, tape: Tape<'_>) {
        self.tape = tape.reset();
    }
}

impl Default for JsonBuffers {
    fn default() -> JsonBuffers {
        JsonBuffers { buffers: Buffers::with_max_depth(0, MAX_DEPTH), tape: Tape(Vec::new()) }
    }
}
