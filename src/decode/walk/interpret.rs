//! Interprets the whole event: its dialect, and the fields that depend on the dialect.

use super::{Failure, Stuck, Walk};
use crate::decode::draft::bytes;
use crate::decode::members::{Member, MemberKind, Object, Text};
use crate::decode::string::rest;
use crate::error::{Error, ErrorCode, Fault};
use crate::record::kinds::Dialect;
use crate::record::table::{Span, flags};
use crate::simd::{Primitives, Transcode};

impl<K: Primitives> Walk<'_, '_, K> {
    /// Returns the dialect of the event and sets the fields that depend on it.
    #[inline(always)]
    pub(super) fn interpret(&mut self) -> Result<Dialect, Stuck> {
        let action = self.draft.texts[Text::WebSocketAction as usize];
        let dialect = self.seen.dialect(action.is_present(), self.has_context);
        if self.payload.is_some() {
            self.take_payload(dialect)?;
        }
        if dialect == Dialect::WebSocket {
            let text = self.text.slice();
            self.draft.flags |= match bytes(text, action) {
                b"connecting" => flags::WEBSOCKET_CONNECT,
                b"data send" | b"data recv" => flags::WEBSOCKET_MESSAGE,
                b"closing" => flags::WEBSOCKET_CLOSE,
                _ => 0,
            };
            if bytes(text, self.draft.texts[Text::DataType as usize]) == b"binary" {
                self.draft.flags |= flags::BODY_BASE64;
            }
        }
        Ok(dialect)
    }

    /// Stores `payload` as the body in the dialect that has its body there, otherwise as an unknown
    /// member.
    #[cold]
    #[inline(never)]
    fn take_payload(&mut self, dialect: Dialect) -> Result<(), Stuck> {
        let Some((name, value, member)) = self.payload else { return Ok(()) };
        if dialect == Dialect::Clb && !self.seen.has(MemberKind::Body) {
            return self.payload_body(value, member);
        }
        if self.pairs.push_extra(Object::Event as u16, name, value) {
            return Ok(());
        }
        let fault = Fault::new(ErrorCode::TooManyPairs, name.off as usize - 1);
        self.failure = Failure::Known(Error::new(fault, None));
        Err(Stuck)
    }

    /// Stores the raw value as the body.
    fn payload_body(&mut self, value: Span, member: &'static Member) -> Result<(), Stuck> {
        let start = value.off as usize;
        let text = self.text.slice_mut();
        self.draft.texts[Text::Body as usize] = match text[start] {
            b'{' | b'[' => {
                self.draft.flags |= flags::BODY_JSON;
                value
            }
            b'"' => {
                let found = rest(self.kernel, Transcode::in_place(text), start + 1);
                // The walk has already validated the string, so this cannot fail.
                let found = found.map_err(|_| Stuck)?;
                self.draft.is_ascii &= found.is_ascii;
                Span::new(start + 1, found.end)
            }
            b'n' => Span::ABSENT,
            _ => {
                let fault = Fault::new(ErrorCode::WrongType, start);
                self.failure = Failure::Known(Error::new(fault, Some(member.path)));
                return Err(Stuck);
            }
        };
        Ok(())
    }
}
