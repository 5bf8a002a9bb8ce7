//! What a handler of events returns.

use bytes::Bytes;
use http::Response;

/// What a handler of events returns.
#[derive(Debug)]
pub enum Output {
    /// The response to a request. It is written in the form of the event's gateway.
    Response(Response<Bytes>),
    /// Bytes that the platform gets as they are: for events that are not requests, for routes
    /// without integrated response, and for what [`apigw::Encoder`] has written.
    Raw(Bytes),
}

impl<B: Into<Bytes>> From<Response<B>> for Output {
    fn from(response: Response<B>) -> Output {
        Output::Response(response.map(Into::into))
    }
}

impl From<Bytes> for Output {
    fn from(bytes: Bytes) -> Output {
        Output::Raw(bytes)
    }
}

impl From<Vec<u8>> for Output {
    fn from(bytes: Vec<u8>) -> Output {
        Output::Raw(bytes.into())
    }
}
