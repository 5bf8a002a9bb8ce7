//! The reply to a WebSocket client that wants to connect.

use core::fmt::Write;

use crate::error::ErrorCode;
use crate::memory::Output;
use crate::simd::Primitives;

use super::{Document, EncodeError, escape};

/// The reply of a function to a WebSocket client that wants to connect, which is an event whose
/// phase is [`crate::WebSocketPhase::Connect`]
/// (<https://cloud.tencent.com/document/product/583/32553>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WebSocketReply<'a> {
    /// 0 accepts the connection, any other number refuses it.
    pub error_number: i32,
    /// The meaning of the number, for people.
    pub error_message: &'a str,
    /// The connection: [`crate::Event::connection_id`] of the event.
    pub connection_id: &'a str,
    /// The subprotocol chosen from [`crate::Event::websocket_protocol`], if the client offers any.
    pub protocol: Option<&'a str>,
    /// The extension chosen from [`crate::Event::websocket_extensions`], if the client offers any.
    pub extensions: Option<&'a str>,
}

impl<'a> WebSocketReply<'a> {
    /// Accepts a connection, without a subprotocol or an extension.
    pub fn accept(connection_id: &'a str) -> WebSocketReply<'a> {
        WebSocketReply {
            error_number: 0,
            error_message: "ok",
            connection_id,
            protocol: None,
            extensions: None,
        }
    }

    /// Refuses a connection. `error_number` is not 0.
    pub fn refuse(
        connection_id: &'a str,
        error_number: i32,
        error_message: &'a str,
    ) -> WebSocketReply<'a> {
        WebSocketReply { error_number, error_message, ..WebSocketReply::accept(connection_id) }
    }
}

impl Document for WebSocketReply<'_> {
    #[inline(always)]
    fn write<K: Primitives>(self, kernel: K, out: &mut Output<'_>) -> Result<(), EncodeError> {
        // Writing to an output never fails.
        let _ = write!(out, "{{\"errNo\":{}", self.error_number);
        let mut text = |before: &str, text: &str| {
            out.push(before.as_bytes());
            escape::text(kernel, text.as_bytes(), out)
                .map_err(|offset| EncodeError::new(ErrorCode::InvalidUtf8, offset))
        };
        text(",\"errMsg\":\"", self.error_message)?;
        let connection = "\",\"websocket\":{\"action\":\"connecting\",\"secConnectionID\":\"";
        text(connection, self.connection_id)?;
        if let Some(protocol) = self.protocol {
            text("\",\"secWebSocketProtocol\":\"", protocol)?;
        }
        if let Some(extensions) = self.extensions {
            text("\",\"secWebSocketExtensions\":\"", extensions)?;
        }
        text("\"}}", "")
    }
}
