//! Encoding: the responses of a function, the replies to WebSocket clients, and events.

mod authorizer;
mod error;
mod escape;
mod event;
mod event_aws;
mod event_builder;
mod event_members;
mod event_others;
mod form;
mod header_source;
mod headers;
mod name_index;
mod query;
mod rules;
mod websocket;

use core::fmt::{self, Write};

use base64_simd::{Out, STANDARD};

use crate::error::ErrorCode;
use crate::memory::Output;
use crate::record::kinds::{BodyEncoding, Dialect};
use crate::simd::{Kernel, Primitives, Selected, WithSimd};

use form::{Base64Rule, Form, StatusText, status_text};

pub use authorizer::{AuthorizerResponse, ContextValue, PolicyStatement};
pub use error::EncodeError;
#[cfg(feature = "capi")]
pub(crate) use event_builder::Body;
pub use event_builder::EventBuilder;
pub use header_source::Headers;
pub use websocket::WebSocketReply;

pub(crate) use name_index::NameIndex;
pub(crate) use rules::{STATUS_RANGE, is_binary_type, is_refused_in_value, is_token, name_fault};

/// The response of a function: status, headers and body.
///
/// ```
/// let response = apigw::Response::new(200)
///     .headers(&[("content-type", "text/html"), ("set-cookie", "a=1"), ("set-cookie", "b=2")])
///     .body("<h1>hello</h1>");
///
/// let mut encoder = apigw::Encoder::new();
/// let expected = concat!(
///     r#"{"isBase64Encoded":false,"statusCode":200,"#,
///     r#""headers":{"content-type":"text/html","set-cookie":["a=1","b=2"]},"#,
///     r#""body":"<h1>hello</h1>"}"#,
/// );
/// assert_eq!(encoder.encode(&response)?, expected.as_bytes());
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
    /// Makes a response with this status, 100 to 999, without headers and body.
    pub fn new(status: u16) -> Response<'a> {
        Response {
            status,
            headers: &NO_HEADERS,
            body: &[],
            encoding: BodyEncoding::Auto,
            dialect: Dialect::TencentApiGateway,
        }
    }

    /// Sets the headers. A name may occur several times, in any case.
    pub fn headers(self, headers: &'a dyn Headers) -> Response<'a> {
        Response { headers, ..self }
    }

    /// Sets the bytes of the body.
    pub fn body(self, body: &'a (impl AsRef<[u8]> + ?Sized)) -> Response<'a> {
        Response { body: body.as_ref(), ..self }
    }

    /// Sets how the body is written. The default is [`BodyEncoding::Auto`].
    ///
    /// With [`BodyEncoding::Stream`] the output is the beginning of a streamed response, to which
    /// the rest of the body is appended as it is. [`Dialect::AwsHttpApi`],
    /// [`Dialect::AwsFunctionUrl`] and [`Dialect::AwsRestApi`] take one.
    ///
    /// ```
    /// use apigw::{BodyEncoding, Dialect};
    ///
    /// let response = apigw::Response::new(200)
    ///     .headers(&[("content-type", "text/event-stream")])
    ///     .body("data: 1\n\n")
    ///     .encoding(BodyEncoding::Stream)
    ///     .dialect(Dialect::AwsFunctionUrl);
    ///
    /// let mut encoder = apigw::Encoder::new();
    /// let expected = concat!(
    ///     r#"{"statusCode":200,"headers":{"content-type":"text/event-stream"}}"#,
    ///     "\0\0\0\0\0\0\0\0data: 1\n\n",
    /// );
    /// assert_eq!(encoder.encode(&response)?, expected.as_bytes());
    /// # Ok::<(), apigw::EncodeError>(())
    /// ```
    pub fn encoding(self, encoding: BodyEncoding) -> Response<'a> {
        Response { encoding, ..self }
    }

    /// Sets the kind of gateway that receives the response: [`crate::Event::dialect`] of the event.
    /// The default is [`Dialect::TencentApiGateway`].
    ///
    /// The dialect decides about the members of the response, above all about the values of a
    /// repeated header: an array, a member `multiValueHeaders` or `cookies`, or one value joined by
    /// commas (RFC 9110 section 5.3). `docs/gateways.md` has a table. Events of authorizers have no
    /// response: encoding it returns [`ErrorCode::NoResponse`].
    ///
    /// ```
    /// use apigw::Dialect::AwsHttpApi;
    ///
    /// let response = apigw::Response::new(200)
    ///     .headers(&[("vary", "accept"), ("set-cookie", "a=1"), ("set-cookie", "b=2")])
    ///     .dialect(AwsHttpApi);
    ///
    /// let mut encoder = apigw::Encoder::new();
    /// let expected = concat!(
    ///     r#"{"isBase64Encoded":false,"statusCode":200,"headers":{"vary":"accept"},"#,
    ///     r#""cookies":["a=1","b=2"],"body":""}"#,
    /// );
    /// assert_eq!(encoder.encode(&response)?, expected.as_bytes());
    /// # Ok::<(), apigw::EncodeError>(())
    /// ```
    pub fn dialect(self, dialect: Dialect) -> Response<'a> {
        Response { dialect, ..self }
    }
}

const NO_HEADERS: [(&str, &str); 0] = [];

/// Encodes responses and events, with memory that it reuses.
///
/// From the second response of a size on, encoding allocates nothing. An encoder may move between
/// threads and is used by one thread at a time.
pub struct Encoder {
    kernel: Selected,
    limit: usize,
    names: NameIndex,
    output: Vec<u8>,
}

impl Encoder {
    /// Makes an encoder that uses the fastest kernel of this CPU, or the kernel that the
    /// environment variable `APIGW_KERNEL` names.
    pub fn new() -> Encoder {
        Encoder {
            kernel: Selected::from_environment(),
            limit: DEFAULT_LIMIT,
            names: NameIndex::default(),
            output: Vec::new(),
        }
    }

    /// Returns the maximum length of an encoded response in bytes. The default is 6 MiB, the limit
    /// for the response of a function (<https://cloud.tencent.com/document/product/583/11637>).
    pub fn limit(&self) -> usize {
        self.limit
    }

    /// Sets the maximum length of an encoded response.
    pub fn set_limit(&mut self, bytes: usize) {
        self.limit = bytes;
    }

    /// Returns the kernel that encodes the next response.
    pub fn kernel(&self) -> Kernel {
        self.kernel.kernel()
    }

    /// Sets the kernel. Returns false, and changes nothing, if this CPU cannot run it.
    pub fn set_kernel(&mut self, kernel: Kernel) -> bool {
        let selected = Selected::new(kernel);
        self.kernel = selected.unwrap_or(self.kernel);
        selected.is_some()
    }

    /// Encodes a response into the encoder's own memory.
    pub fn encode(&mut self, response: &Response<'_>) -> Result<&[u8], EncodeError> {
        self.output.clear();
        let output = Output::to_vec(&mut self.output, self.limit);
        write(self.kernel, self.limit, output, Integrated { response, names: &mut self.names })?;
        Ok(&self.output)
    }

    /// Encodes a response and appends it to `out`. After an error `out` is unchanged.
    pub fn encode_to_vec(
        &mut self,
        response: &Response<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        let output = Output::to_vec(out, self.limit);
        write(self.kernel, self.limit, output, Integrated { response, names: &mut self.names })?;
        Ok(())
    }

    /// Encodes a response into the front of `out` and returns its length.
    ///
    /// Returns [`ErrorCode::Buffer`] if it does not fit; [`EncodeError::need`] is then its length.
    /// After an error the content of `out` is unspecified.
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
        write(self.kernel, self.limit, output, Integrated { response, names: &mut self.names })
    }

    /// Encodes the reply to a WebSocket client that wants to connect, into the encoder's own
    /// memory.
    ///
    /// ```
    /// let reply = apigw::WebSocketReply::accept("AQVbEdj8b1XW9gAA");
    /// let mut encoder = apigw::Encoder::new();
    /// let expected = concat!(
    ///     r#"{"errNo":0,"errMsg":"ok","#,
    ///     r#""websocket":{"action":"connecting","secConnectionID":"AQVbEdj8b1XW9gAA"}}"#,
    /// );
    /// assert_eq!(encoder.encode_websocket_reply(&reply)?, expected.as_bytes());
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

    /// Encodes an event into the encoder's own memory.
    ///
    /// Returns [`ErrorCode::NoResponse`] for a dialect whose events are not requests,
    /// [`ErrorCode::ResponseTooLong`] if it is longer than [`Encoder::limit`],
    /// [`ErrorCode::NameTooLong`] if the name of a pair is too long, [`ErrorCode::InvalidUtf8`] if
    /// a body that must be text is not UTF-8, and for a JSON body that is not JSON the error of
    /// JSON, with its offset in the body.
    pub fn encode_event(&mut self, event: &EventBuilder<'_>) -> Result<&[u8], EncodeError> {
        self.output.clear();
        let output = Output::to_vec(&mut self.output, self.limit);
        write_event(self.kernel, self.limit, output, event)?;
        Ok(&self.output)
    }

    /// Encodes the response of a Lambda authorizer into the encoder's own memory.
    ///
    /// Returns [`ErrorCode::ResponseTooLong`] if it is longer than [`Encoder::limit`], and
    /// [`ErrorCode::NameTooLong`] if a name of the context is too long.
    pub fn encode_authorizer_response(
        &mut self,
        response: &AuthorizerResponse<'_>,
    ) -> Result<&[u8], EncodeError> {
        self.output.clear();
        let mut output = Output::to_vec(&mut self.output, self.limit);
        let written = authorizer::write(response, self.kernel, &mut output)
            .map_err(|(code, offset)| EncodeError::new(code, offset));
        finish(written, self.limit, output)?;
        Ok(&self.output)
    }

    #[cfg(feature = "capi")]
    pub(crate) fn encode_event_to(
        &mut self,
        event: &EventBuilder<'_>,
        output: Output<'_>,
    ) -> Result<usize, EncodeError> {
        write_event(self.kernel, self.limit, output, event)
    }

    #[cfg(feature = "capi")]
    pub(crate) fn encode_websocket_reply_to(
        &mut self,
        reply: &WebSocketReply<'_>,
        output: Output<'_>,
    ) -> Result<usize, EncodeError> {
        write(self.kernel, self.limit, output, *reply)
    }

    /// Frees the memory that is kept for the next response. Its size is that of the largest
    /// response so far.
    pub fn trim(&mut self) {
        self.output = Vec::new();
        self.names = NameIndex::default();
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

/// A value that is encoded as one JSON document.
trait Document {
    fn write<K: Primitives>(self, kernel: K, out: &mut Output<'_>) -> Result<(), EncodeError>;
}

/// Writes a document and returns its length.
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

    impl<D: Document> WithSimd for Write<'_, '_, D> {
        type Output = Result<(), EncodeError>;

        #[inline(always)]
        fn run<K: Primitives>(self, kernel: K) -> Result<(), EncodeError> {
            self.document.write(kernel, self.output)
        }
    }

    let written = kernel.run(Write { document, output: &mut output });
    finish(written, limit, output)
}

/// Writes an event and returns its length. Strings are dispatched to the kernel one by one: events
/// are encoded by tests and emulators, for which four copies of the code are not worth it.
fn write_event(
    kernel: Selected,
    limit: usize,
    mut output: Output<'_>,
    event: &EventBuilder<'_>,
) -> Result<usize, EncodeError> {
    let written = event::write(event, kernel, &mut output);
    finish(written, limit, output)
}

/// Returns the length of a document that was written, or why there is none.
fn finish(
    written: Result<(), EncodeError>,
    limit: usize,
    output: Output<'_>,
) -> Result<usize, EncodeError> {
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

/// The response of a function, in the form of its gateway.
struct Integrated<'r> {
    response: &'r Response<'r>,
    names: &'r mut NameIndex,
}

impl Document for Integrated<'_> {
    #[inline(always)]
    fn write<K: Primitives>(self, kernel: K, out: &mut Output<'_>) -> Result<(), EncodeError> {
        let Integrated { response, names } = self;
        let &Response { status, headers, body, encoding, dialect } = response;
        if !STATUS_RANGE.contains(&status.into()) {
            return Err(EncodeError::new(ErrorCode::InvalidStatus, 0));
        }
        let is_stream = encoding == BodyEncoding::Stream;
        let form = if is_stream { Form::of_stream(dialect) } else { Form::of(dialect) };
        let form = form.ok_or(EncodeError::new(ErrorCode::NoResponse, 0))?;
        let encoding = match form.base64 {
            Base64Rule::Flag => encoding,
            Base64Rule::ContentType if has_binary_type(headers) => BodyEncoding::Base64,
            Base64Rule::ContentType | Base64Rule::Never => BodyEncoding::Text,
        };
        let mut is_base64 = encoding == BodyEncoding::Base64;
        loop {
            out.push(form.open[usize::from(is_base64)].as_bytes());
            out.push(
                &[status / 100, status / 10 % 10, status % 10].map(|digit| b'0' + digit as u8),
            );
            out.push(form.status_end.as_bytes());
            if form.status_text != StatusText::Absent {
                push_status_text(form.status_text, status, out);
            }
            out.push(form.headers.as_bytes());
            headers::write(kernel, headers, names, form.repeats, out)?;
            out.push(form.body[usize::from(is_base64)].as_bytes());
            if is_base64 {
                let len = STANDARD.encoded_length(body.len());
                out.push_with(len, |room| {
                    let _ = STANDARD.encode(body, Out::from_uninit_slice(room));
                });
            } else if is_stream {
                out.push(body);
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
            out.push(form.close.as_bytes());
            return Ok(());
        }
    }
}

#[cold]
fn push_status_text(form: StatusText, status: u16, out: &mut Output<'_>) {
    if form == StatusText::NumberAndText {
        // Writing to an output never fails.
        let _ = write!(out, "{status} ");
    }
    out.push(status_text(status).as_bytes());
}

/// Returns whether the content type is one whose bodies OpenWhisk takes in base64.
#[cold]
fn has_binary_type(headers: &dyn Headers) -> bool {
    let mut all = (0..headers.len()).map(|index| headers.get(index));
    let found = all.find(|(name, _)| name.eq_ignore_ascii_case(b"content-type"));
    found.is_some_and(|(_, value)| is_binary_type(value))
}
