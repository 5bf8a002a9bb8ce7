//! The function's answer to an event: the integrated response, as JSON and read back.

mod error;
mod escape;
mod event;
mod headers;
mod websocket;

use core::fmt;

use base64_simd::{Out, STANDARD};

use crate::error::ErrorCode;
use crate::memory::Output;
use crate::record::kinds::{BodyEncoding, Dialect};
use crate::simd::{Kernel, Primitives, Selected, Work};

pub use error::EncodeError;
pub use event::EventBuilder;
pub use headers::Headers;
pub use websocket::WebSocketReply;

pub(crate) use headers::{Order, name_fault};

/// What a function answers to a request: status, headers, body.
///
/// ```
/// let response = apigw::Response::new(200)
///     .headers(&[("content-type", "text/html"), ("set-cookie", "a=1"), ("set-cookie", "b=2")])
///     .body("<h1>hello</h1>");
///
/// let mut encoder = apigw::Encoder::new();
/// assert_eq!(
///     encoder.encode(&response)?,
///     br#"{"isBase64Encoded":false,"statusCode":200,"headers":{"content-type":"text/html","set-cookie":["a=1","b=2"]},"body":"<h1>hello</h1>"}"#
/// );
/// # Ok::<(), apigw::EncodeError>(())
/// ```
#[derive(Clone, Copy)]
pub struct Response<'a> {
    status: u16,
    headers: &'a dyn Headers,
    body: &'a [u8],
    encoding: BodyEncoding,
    dialect: Dialect,
}

impl<'a> Response<'a> {
    /// A response with this status, 100 to 999, and with neither headers nor a body.
    pub fn new(status: u16) -> Response<'a> {
        Response {
            status,
            headers: &NO_HEADERS,
            body: &[],
            encoding: BodyEncoding::Auto,
            dialect: Dialect::ApiGateway,
        }
    }

    /// The headers, in place of those before. A name may occur several times, in any case.
    pub fn headers(self, headers: &'a dyn Headers) -> Response<'a> {
        Response { headers, ..self }
    }

    /// The body's bytes, in place of those before.
    pub fn body(self, body: &'a (impl AsRef<[u8]> + ?Sized)) -> Response<'a> {
        Response { body: body.as_ref(), ..self }
    }

    /// How the body is written; [`BodyEncoding::Auto`] if this is not called.
    pub fn encoding(self, encoding: BodyEncoding) -> Response<'a> {
        Response { encoding, ..self }
    }

    /// The kind of gateway that the answer goes to: [`crate::Event::dialect`] of the event. If this is not called,
    /// [`Dialect::ApiGateway`].
    ///
    /// All of today's dialects take the same members. Only for [`Dialect::FunctionUrl`] no document allows an array as a
    /// header's value: values of one name are joined by commas (RFC 9110 section 5.3), except those of `set-cookie`, which
    /// cannot be.
    pub fn dialect(self, dialect: Dialect) -> Response<'a> {
        Response { dialect, ..self }
    }
}

const NO_HEADERS: [(&str, &str); 0] = [];

/// Encodes responses, one after the other, with memory that it keeps.
///
/// From the second response of a size on, encoding allocates nothing. An encoder may move between threads and is used by one
/// at a time.
pub struct Encoder {
    kernel: Selected,
    limit: usize,
    order: Order,
    output: Vec<u8>,
}

impl Encoder {
    /// An encoder on the fastest kernel of this CPU, or the one that the environment variable `APIGW_KERNEL` names.
    pub fn new() -> Encoder {
        Encoder {
            kernel: Selected::from_environment(),
            limit: DEFAULT_LIMIT,
            order: Order::default(),
            output: Vec::new(),
        }
    }

    /// Bytes that an encoded response may have. Default 6 MiB, as much as a function may answer
    /// (<https://cloud.tencent.com/document/product/583/11637>).
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Changes the limit.
    pub fn set_limit(&mut self, bytes: usize) {
        self.limit = bytes;
    }

    /// The kernel that the next response will be encoded with.
    pub fn kernel(&self) -> Kernel {
        self.kernel.kernel()
    }

    /// Changes the kernel. False, and nothing changes, if this CPU cannot run it.
    pub fn set_kernel(&mut self, kernel: Kernel) -> bool {
        let selected = Selected::new(kernel);
        self.kernel = selected.unwrap_or(self.kernel);
        selected.is_some()
    }

    /// Encodes a response in the encoder's own memory.
    pub fn encode(&mut self, response: &Response<'_>) -> Result<&[u8], EncodeError> {
        self.output.clear();
        let output = Output::to_vec(&mut self.output, self.limit);
        write(self.kernel, self.limit, output, Integrated { response, order: &mut self.order })?;
        Ok(&self.output)
    }

    /// Encodes a response behind what `out` holds. After an error `out` is as it was.
    pub fn encode_to_vec(
        &mut self,
        response: &Response<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        let output = Output::to_vec(out, self.limit);
        write(self.kernel, self.limit, output, Integrated { response, order: &mut self.order })?;
        Ok(())
    }

    /// Encodes a response to the front of `out` and tells how many bytes it has.
    ///
    /// [`ErrorCode::Buffer`] if it does not fit: [`EncodeError::need`] tells how many bytes it has. After an error, what `out`
    /// holds is undefined.
    pub fn encode_to_slice(
        &mut self,
        response: &Response<'_>,
        out: &mut [u8],
    ) -> Result<usize, EncodeError> {
        self.encode_to(response, Output::to_slice(out))
    }

    pub(crate) fn encode_to(
        &mut self,
        response: &Response<'_>,
        output: Output<'_>,
    ) -> Result<usize, EncodeError> {
        write(self.kernel, self.limit, output, Integrated { response, order: &mut self.order })
    }

    /// Encodes the reply to a WebSocket client that wants to connect, in the encoder's own memory.
    ///
    /// ```
    /// let reply = apigw::WebSocketReply::accept("AQVbEdj8b1XW9gAA");
    /// let mut encoder = apigw::Encoder::new();
    /// assert_eq!(
    ///     encoder.encode_websocket_reply(&reply)?,
    ///     br#"{"errNo":0,"errMsg":"ok","websocket":{"action":"connecting","secConnectionID":"AQVbEdj8b1XW9gAA"}}"#
    /// );
    /// # Ok::<(), apigw::EncodeError>(())
    /// ```
    pub fn encode_websocket_reply(
        &mut self,
        reply: &WebSocketReply<'_>,
    ) -> Result<&[u8], EncodeError> {
        self.output.clear();
        let output = Output::to_vec(&mut self.output, self.limit);
        write(self.kernel, self.limit, output, *reply)?;
        Ok(&self.output)
    }

    /// Encodes an event in the encoder's own memory.
    ///
    /// [`ErrorCode::ResponseTooLong`] if it is longer than [`Encoder::limit`]; [`ErrorCode::NameTooLong`] if the name of a
    /// pair is; [`ErrorCode::InvalidUtf8`] if a body that is to be text is none; and the errors of JSON, at their offset in it,
    /// if a body of JSON is none.
    pub fn encode_event(&mut self, event: &EventBuilder<'_>) -> Result<&[u8], EncodeError> {
        self.output.clear();
        let output = Output::to_vec(&mut self.output, self.limit);
        write(self.kernel, self.limit, output, event::Written(event, self.kernel))?;
        Ok(&self.output)
    }

    #[cfg(feature = "capi")]
    pub(crate) fn encode_websocket_reply_to(
        &mut self,
        reply: &WebSocketReply<'_>,
        output: Output<'_>,
    ) -> Result<usize, EncodeError> {
        write(self.kernel, self.limit, output, *reply)
    }

    /// Gives back the memory that is kept for the next response. The largest response so far decides how much that is.
    pub fn trim(&mut self) {
        self.output = Vec::new();
        self.order = Order::default();
    }
}

impl Default for Encoder {
    fn default() -> Encoder {
        Encoder::new()
    }
}

impl fmt::Debug for Encoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Encoder { kernel, limit, .. } = self;
        f.debug_struct("Encoder")
            .field("kernel", &kernel.kernel())
            .field("limit", limit)
            .finish_non_exhaustive()
    }
}

/// 6 MiB.
const DEFAULT_LIMIT: usize = 6 << 20;

/// What is encoded as one JSON document.
trait Document {
    fn write<K: Primitives>(self, kernel: K, out: &mut Output<'_>) -> Result<(), EncodeError>;
}

/// Writes a document and tells how many bytes it has.
fn write<D: Document>(
    kernel: Selected,
    limit: usize,
    mut output: Output<'_>,
    document: D,
) -> Result<usize, EncodeError> {
    struct Write<'w, 'o, D> {
        document: D,
        output: &'w mut Output<'o>,
    }

    impl<D: Document> Work for Write<'_, '_, D> {
        type Output = Result<(), EncodeError>;

        #[inline(always)]
        fn run<K: Primitives>(self, kernel: K) -> Result<(), EncodeError> {
            self.document.write(kernel, self.output)
        }
    }

    let written = kernel.run(Write { document, output: &mut output });
    let len = output.len();
    let error = match written {
        Err(error) => error,
        Ok(()) if output.is_memory_short() => EncodeError::new(ErrorCode::OutOfMemory, 0),
        Ok(()) if len > limit => EncodeError::new(ErrorCode::ResponseTooLong, limit),
        Ok(()) => {
            return if output.keep() {
                Ok(len)
            } else {
                Err(EncodeError::new(ErrorCode::Buffer, len))
            };
        }
    };
    output.discard();
    Err(error)
}

/// The integrated response (<https://cloud.tencent.com/document/product/583/12513>).
struct Integrated<'r> {
    response: &'r Response<'r>,
    order: &'r mut Order,
}

impl Document for Integrated<'_> {
    #[inline(always)]
    fn write<K: Primitives>(self, kernel: K, out: &mut Output<'_>) -> Result<(), EncodeError> {
        let Integrated { response, order } = self;
        let &Response { status, headers, body, encoding, dialect } = response;
        if !(100..=999).contains(&status) {
            return Err(EncodeError::new(ErrorCode::InvalidStatus, 0));
        }
        let mut is_base64 = encoding == BodyEncoding::Base64;
        loop {
            if is_base64 {
                out.push(b"{\"isBase64Encoded\":true,\"statusCode\":");
            } else {
                out.push(b"{\"isBase64Encoded\":false,\"statusCode\":");
            }
            out.push(
                &[status / 100, status / 10 % 10, status % 10].map(|digit| b'0' + digit as u8),
            );
            out.push(b",\"headers\":{");
            headers::write(kernel, headers, order, dialect, out)?;
            out.push(b"},\"body\":\"");
            if is_base64 {
                let len = STANDARD.encoded_length(body.len());
                out.push_with(len, |room| {
                    let _ = STANDARD.encode(body, Out::from_uninit_slice(room));
                });
            } else {
                match escape::text(kernel, body, out) {
                    Ok(()) => {}
                    Err(_) if encoding == BodyEncoding::Auto => {
                        is_base64 = true;
                        out.truncate(0);
                        continue;
                    }
                    Err(offset) => return Err(EncodeError::new(ErrorCode::InvalidUtf8, offset)),
                }
            }
            out.push(b"\"}");
            return Ok(());
        }
    }
}
