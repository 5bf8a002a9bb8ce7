//! The dialects of Tencent.

use super::Resolve;
use crate::decode::exact::wrong_type;
use crate::decode::members::{Map, MemberKind, Object, Text};
use crate::error::Error;
use crate::record::table::flags;

impl Resolve<'_, '_> {
    /// Events until February 2019 have the query as one string.
    pub(super) fn tencent_query(&mut self) {
        if !self.map(Map::Query).is_present() {
            self.set_map(Map::Query, self.map(Map::MultiQuery));
        }
        let raw = self.text(Text::RawQuery);
        if raw.is_present() && !self.map(Map::Query).is_present() {
            self.raw_query = Some(raw);
        }
    }

    pub(super) fn tencent_websocket(&mut self) {
        self.parser.draft.flags |= match self.bytes(self.text(Text::EventType)) {
            b"connecting" => flags::WEBSOCKET_CONNECT,
            b"data send" | b"data recv" => flags::WEBSOCKET_MESSAGE,
            b"closing" => flags::WEBSOCKET_CLOSE,
            _ => 0,
        };
        if self.bytes(self.text(Text::DataType)) == b"binary" {
            self.parser.draft.flags |= flags::BODY_BASE64;
        }
    }

    /// Takes `payload` as the body, unless there is another one.
    pub(super) fn tencent_clb(&mut self) -> Result<(), Error> {
        if self.seen.has(MemberKind::Body) {
            return Ok(());
        }
        let Some(value) = self.take(Object::Event, "payload") else { return Ok(()) };
        self.parser.at = value.off as usize;
        let body = match self.parser.text[self.parser.at] {
            b'{' | b'[' => {
                self.parser.draft.flags |= flags::BODY_JSON;
                Ok(value)
            }
            b'"' | b'n' => self.parser.string_or_null(),
            _ => Err(wrong_type(self.parser.text, self.parser.at)),
        };
        self.set(Text::Body, body.map_err(|fault| Error::new(fault, Some("payload")))?);
        Ok(())
    }
}
