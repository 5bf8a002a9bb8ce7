//! Bodies of the gateway's responses.

use std::convert::Infallible;
use std::error::Error;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use bytes::{Bytes, BytesMut};
use http_body_util::Full;
use http_body_util::combinators::UnsyncBoxBody;
use hyper::body::{Body, Frame, SizeHint};
use tokio::sync::mpsc;

use crate::observer::MAX_TEXT;
use crate::service::Seen;
use crate::stream::Piece;

/// Why a body ends early.
type Broken = Box<dyn Error + Send + Sync>;

/// The body of any response of the gateway.
pub(crate) enum AnyBody {
    Full(Full<Bytes>),
    Page(UnsyncBoxBody<Bytes, Infallible>),
    Stream(Box<Streamed>),
}

impl Body for AnyBody {
    type Data = Bytes;
    type Error = Broken;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        match self.get_mut() {
            AnyBody::Full(body) => {
                Pin::new(body).poll_frame(context).map_err(|never| match never {})
            }
            AnyBody::Page(body) => {
                Pin::new(body).poll_frame(context).map_err(|never| match never {})
            }
            AnyBody::Stream(body) => body.poll(context),
        }
    }

    fn is_end_stream(&self) -> bool {
        match self {
            AnyBody::Full(body) => body.is_end_stream(),
            AnyBody::Page(body) => body.is_end_stream(),
            AnyBody::Stream(_) => false,
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            AnyBody::Full(body) => body.size_hint(),
            AnyBody::Page(body) => body.size_hint(),
            AnyBody::Stream(_) => SizeHint::default(),
        }
    }
}

/// What a function streams. Its request is in the log when the last byte has been sent.
pub(crate) struct Streamed {
    pieces: mpsc::Receiver<Piece>,
    seen: Seen,
    since: Instant,
    /// The beginning of what the function sent.
    output: BytesMut,
}

impl Streamed {
    pub(crate) fn new(
        pieces: mpsc::Receiver<Piece>,
        prelude: &[u8],
        since: Instant,
        mut seen: Seen,
    ) -> Streamed {
        seen.exchange.note = Some("the client has not read the whole response".into());
        Streamed { pieces, seen, since, output: prelude.into() }
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Broken>>> {
        let piece = ready!(self.pieces.poll_recv(context));
        Poll::Ready(match piece {
            Some(Piece::Data(data)) => {
                self.seen.exchange.length += data.len();
                let kept = data.len().min(MAX_TEXT.saturating_sub(self.output.len()));
                self.output.extend_from_slice(&data[..kept]);
                Some(Ok(Frame::data(data)))
            }
            Some(Piece::End) => {
                self.seen.exchange.note = None;
                None
            }
            Some(Piece::Cut(reason)) => {
                self.seen.exchange.note = Some(reason.clone());
                Some(Err(reason.into()))
            }
            None => {
                let reason = "the streamed response is cut short: the function is gone";
                self.seen.exchange.note = Some(reason.into());
                Some(Err(reason.into()))
            }
        })
    }
}

impl Drop for Streamed {
    fn drop(&mut self) {
        self.seen.exchange.function_took = Some(self.since.elapsed());
        self.seen.exchange.output = std::mem::take(&mut self.output).freeze();
    }
}
