//! An event that owns its memory.

use core::fmt;

use super::event::Event;
use super::fields::EventTable;
use super::span::{Pair, Span};
use crate::memory::{Scratch, Text};

/// An event that owns its memory: for another task, a queue or a test.
///
/// It is made by [`Event::to_owned`] and read through [`OwnedEvent::as_event`]. What
/// [`Event::json`], [`Event::form`] and the like read of it stays in memory until it is dropped.
///
/// ```
/// let mut decoder = apigw::Decoder::new();
/// let event = decoder.decode(br#"{"httpMethod":"GET","path":"/cats"}"#)?.to_owned();
/// let thread = std::thread::spawn(move || event.as_event().path().map(str::len));
/// assert_eq!(thread.join().unwrap(), Some(5));
/// # Ok::<(), apigw::Error>(())
/// ```
pub struct OwnedEvent {
    table: EventTable,
    pairs: Box<[Pair]>,
    text: Box<[u8]>,
    /// The body, where it is not in the text.
    body: Option<Box<[u8]>>,
    scratch: Scratch,
}

impl OwnedEvent {
    /// Returns the event, which borrows this one.
    pub fn as_event(&self) -> Event<'_> {
        let text = Text::new(&self.text);
        let event = Event::new(&self.table, &self.pairs, text, &self.scratch);
        match &self.body {
            Some(body) => event.with_body_in(body),
            None => event,
        }
    }
}

impl Event<'_> {
    /// Copies the event into memory of its own. Its size is that of the text block, the pairs
    /// and the body together.
    // Inherent methods come before those of traits, and a copy of the reference is of no use.
    pub fn to_owned(&self) -> OwnedEvent {
        let mut table = *self.table();
        let text = self.text_block();
        let is_in_text = core::ptr::eq(self.body_block(), text);
        let body = (!is_in_text && table.body.is_present()).then(|| {
            let start = table.body.off as usize;
            let end = start + table.body.len as usize;
            table.body = Span::new(0, end - start);
            Box::from(&self.body_block()[start..end])
        });
        OwnedEvent {
            table,
            pairs: Box::from(self.pair_table()),
            text: Box::from(text),
            body,
            scratch: Scratch::new(self.scratch.kernel, self.scratch.limits),
        }
    }
}

impl Clone for OwnedEvent {
    fn clone(&self) -> OwnedEvent {
        self.as_event().to_owned()
    }
}

impl fmt::Debug for OwnedEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_event().fmt(f)
    }
}
