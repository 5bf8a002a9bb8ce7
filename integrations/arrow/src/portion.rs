//! The part of the inputs from which a thread makes batches.

use std::mem;

use apigw_input::{Buffer, Kind, Piece, Pieces};

/// Shorter pieces are copied, because a buffer has room for a whole block.
const SHORT: usize = 64 * 1024;
/// The largest number of pieces in a portion.
const MAX_PIECES: usize = 65_536;

/// Consecutive pieces of the inputs. Its buffers are used again.
#[derive(Default)]
pub(crate) struct Portion {
    pieces: Vec<(Piece, Text)>,
    buffer: Buffer,
    spare: Vec<Buffer>,
}

enum Text {
    Whole(Buffer),
    Copied(Box<[u8]>),
}

impl Portion {
    /// Takes pieces of about this size. Returns false if there are no more.
    pub(crate) fn fill(&mut self, pieces: &mut Pieces, bytes: usize) -> bool {
        let mut taken = 0;
        while taken < bytes && self.pieces.len() < MAX_PIECES {
            let Some(piece) = pieces.next(&mut self.buffer) else { break };
            let text = self.buffer.filled();
            // The text of a failed input is not part of it.
            let length = if matches!(piece.kind, Kind::Failed(_)) { 0 } else { text.len() };
            taken += length;
            let text = if length < SHORT {
                Text::Copied(Box::from(&text[..length]))
            } else {
                let next = self.spare.pop().unwrap_or_default();
                Text::Whole(mem::replace(&mut self.buffer, next))
            };
            self.pieces.push((piece, text));
        }
        !self.pieces.is_empty()
    }

    /// Calls `each` with every piece.
    pub(crate) fn drain(&mut self, mut each: impl FnMut(&Piece, &[u8])) {
        for (piece, text) in self.pieces.drain(..) {
            match text {
                Text::Copied(text) => each(&piece, &text),
                Text::Whole(buffer) => {
                    each(&piece, buffer.filled());
                    self.spare.push(buffer);
                }
            }
        }
    }
}
