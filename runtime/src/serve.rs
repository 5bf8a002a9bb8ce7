//! From an event to what the platform gets, by a service or by a handler.

use std::fmt::Display;
use std::future::{Future, poll_fn};
use std::sync::Arc;

use apigw::{Decoder, Dialect, Encoder, OwnedEvent};
use bytes::Bytes;
use http::{HeaderMap, Request, Response, header};
use tower_service::Service;

use crate::Body;
use crate::client::{MAX_RESPONSE, Outgoing};
use crate::context::Context;
use crate::failure::Failure;
use crate::output::Output;
use crate::stream::{Broken, collect, streamed};

/// What becomes of an event.
pub(crate) enum Outcome {
    Whole(Bytes),
    Stream(HeaderMap, Outgoing),
}

/// Decodes events and encodes responses, with memory that is used again.
#[derive(Default)]
pub(crate) struct Codec {
    decoder: Decoder,
    encoder: Encoder,
}

impl Codec {
    fn event(&mut self, data: &[u8]) -> Result<OwnedEvent, Failure> {
        let event = self.decoder.decode(data).map_err(Failure::new)?;
        Ok(event.to_owned())
    }

    fn encode(
        &mut self,
        mut response: Response<Bytes>,
        dialect: Dialect,
    ) -> Result<Bytes, Failure> {
        response.extensions_mut().get_or_insert(dialect);
        let encoded = self.encoder.encode_http(&response).map_err(Failure::new)?;
        Ok(Bytes::copy_from_slice(encoded))
    }
}

/// Has a service handle an event as a request.
pub(crate) async fn by_service<S, B>(
    codec: &mut Codec,
    service: &mut S,
    streams: bool,
    data: Bytes,
    context: Context,
) -> Result<Outcome, Failure>
where
    S: Service<Request<Body>, Response = Response<B>, Error: Display>,
    B: http_body::Body<Error: Into<Broken>> + Send + 'static,
{
    let event = codec.event(&data)?;
    let dialect = event.as_event().dialect();
    let request = event.as_event().http_request().map_err(Failure::new)?;
    let mut request = request.map(|body| Body::new(Bytes::copy_from_slice(body)));
    request.extensions_mut().insert(context);
    request.extensions_mut().insert(Arc::new(event));
    poll_fn(|context| service.poll_ready(context)).await.map_err(Failure::of)?;
    let mut response = service.call(request).await.map_err(Failure::of)?;
    // The gateway frames the body.
    for name in [header::CONTENT_LENGTH, header::TRANSFER_ENCODING] {
        response.headers_mut().remove(name);
    }
    if streams {
        let (headers, body) = streamed(response);
        return Ok(Outcome::Stream(headers, body));
    }
    let (head, body) = response.into_parts();
    let body = collect(body, MAX_RESPONSE).await?;
    codec.encode(Response::from_parts(head, body), dialect).map(Outcome::Whole)
}

/// Has a handler handle an event.
pub(crate) async fn by_handler<F, R, O, E>(
    codec: &mut Codec,
    handler: &mut F,
    data: Bytes,
    context: Context,
) -> Result<Outcome, Failure>
where
    F: FnMut(OwnedEvent, Context) -> R,
    R: Future<Output = Result<O, E>>,
    O: Into<Output>,
    E: Display,
{
    let event = codec.event(&data)?;
    let dialect = event.as_event().dialect();
    match handler(event, context).await.map_err(Failure::of)?.into() {
        Output::Raw(bytes) => Ok(Outcome::Whole(bytes)),
        Output::Response(response) => codec.encode(response, dialect).map(Outcome::Whole),
    }
}
