//! Responses that functions still send while the client gets them.

use std::time::Instant;

use apigw::{Encoder, Response as Encoded};
use bytes::{Bytes, BytesMut};
use hyper::StatusCode;
use hyper::header::HeaderMap;
use tokio::sync::mpsc;

/// A response that a function still sends.
pub(crate) struct Stream {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// The prelude, if there is one.
    pub(crate) prelude: Bytes,
    pub(crate) pieces: mpsc::Receiver<Piece>,
    /// When the function got the event.
    pub(crate) since: Instant,
}

/// A part of a response. If the channel ends without an end, the function has been lost.
pub(crate) enum Piece {
    Data(Bytes),
    End,
    /// Why the rest does not come.
    Cut(String),
}

impl Stream {
    /// Reads the rest and returns all as an integrated response, for those who cannot stream.
    pub(crate) async fn whole(mut self, max: usize) -> Result<Bytes, String> {
        let mut body = BytesMut::new();
        loop {
            match self.pieces.recv().await {
                Some(Piece::Data(data)) if body.len() + data.len() > max => {
                    return Err(format!("the streamed response is longer than {max} bytes"));
                }
                Some(Piece::Data(data)) => body.extend_from_slice(&data),
                Some(Piece::End) => break,
                Some(Piece::Cut(reason)) => return Err(reason),
                None => return Err("the function has broken off its response".into()),
            }
        }
        let headers: Vec<(&[u8], &[u8])> = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str().as_bytes(), value.as_bytes()))
            .collect();
        let response = Encoded::new(self.status.as_u16()).headers(&headers).body(&body);
        let mut encoder = Encoder::new();
        encoder.set_limit(2 * max);
        let encoded = encoder.encode(&response).map_err(|error| error.to_string())?;
        Ok(Bytes::copy_from_slice(encoded))
    }
}
