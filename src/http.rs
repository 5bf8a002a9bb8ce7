//! Events as requests and responses of the crate `http`, which other libraries take.

use core::fmt;

use ::http::header::{HeaderMap, HeaderName, HeaderValue};
use ::http::uri::PathAndQuery;
use ::http::{Method, Request, Uri};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::encode::{EncodeError, Encoder, Response};
use crate::error::Error;
use crate::record::event::Event;
use crate::record::kinds::Dialect;

impl<'a> Event<'a> {
    /// The event as a request: method, URI, headers, and the bytes of the body, empty when there is none.
    ///
    /// The URI is path and query; the header `host` does not become part of it, as in a request that a server receives.
    ///
    /// * The path stays as it is, but what no URI may have is percent-encoded, a `%` that begins no escape included. One
    ///   that does not begin with `/` gets it in front.
    /// * The query is [`Event::query`], percent-encoded; bare keys stay bare. In events that lack it, it is
    ///   [`Event::raw_query`], or else [`Event::declared_query`].
    /// * A header without a value gets an empty one.
    ///
    /// ```
    /// let mut decoder = apigw::Decoder::new();
    /// let event = decoder.decode(
    ///     br#"{"httpMethod":"POST","path":"/my cats","queryString":{"tag":["a&b","c"],"all":true},
    ///         "headers":{"content-type":"text/plain"},"body":"bWVvdw==","isBase64Encoded":true}"#,
    /// )?;
    /// let request = event.http_request()?;
    /// assert_eq!(request.method(), http::Method::POST);
    /// assert_eq!(request.uri(), "/my%20cats?tag=a%26b&tag=c&all");
    /// assert_eq!(request.headers()["content-type"], "text/plain");
    /// assert_eq!(request.body(), b"meow");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn http_request(&self) -> Result<Request<&'a [u8]>, HttpError> {
        let method = self.method().ok_or(HttpError::MissingMethod)?;
        let method = Method::from_bytes(method.as_bytes()).map_err(|_| HttpError::InvalidMethod)?;
        let uri = uri(self)?;
        let headers = headers(self)?;
        let body = self.bytes().map_err(HttpError::Body)?;
        let mut request = Request::new(body.unwrap_or_default());
        *request.method_mut() = method;
        *request.uri_mut() = uri;
        *request.headers_mut() = headers;
        Ok(request)
    }
}

/// Why an event is no request of the crate `http`.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HttpError {
    /// The event has no method.
    MissingMethod,
    /// The method is no token (RFC 9110 section 9.1).
    InvalidMethod,
    /// Path and query are longer than 65 534 bytes, once percent-encoded.
    UriTooLong,
    /// The name of the header at this place in [`Event::headers`] is no token (RFC 9110 section 5.1).
    InvalidHeaderName(usize),
    /// The value of the header at this place in [`Event::headers`] has a control character (RFC 9110 section 5.5).
    InvalidHeaderValue(usize),
    /// There are more headers than a [`HeaderMap`] holds.
    TooManyHeaders,
    /// The body is said to be base64 and is not.
    Body(Error),
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            HttpError::MissingMethod => f.write_str("the event has no method"),
            HttpError::InvalidMethod => f.write_str("the method is no token"),
            HttpError::UriTooLong => f.write_str("path and query are too long for a URI"),
            HttpError::InvalidHeaderName(index) => {
                write!(f, "the name of header {index} is no token")
            }
            HttpError::InvalidHeaderValue(index) => {
                write!(f, "the value of header {index} has a control character")
            }
            HttpError::TooManyHeaders => f.write_str("the event has too many headers"),
            HttpError::Body(_) => f.write_str("the body cannot be decoded"),
        }
    }
}

impl std::error::Error for HttpError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            HttpError::Body(error) => Some(error),
            _ => None,
        }
    }
}

/// What a query may not have as it is (RFC 3986 section 3.4). `%` is seen to apart.
const QUERY: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// What a path may not have as it is (RFC 3986 section 3.3).
const PATH: &AsciiSet = &QUERY.add(b'?');

/// All but the unreserved characters (RFC 3986 section 2.3).
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn uri(event: &Event<'_>) -> Result<Uri, HttpError> {
    let mut uri = String::new();
    let path = event.path().unwrap_or_default();
    if !path.starts_with('/') {
        uri.push('/');
    }
    encode_once(path, PATH, &mut uri);
    let query = event.query();
    if let Some(raw) = event.raw_query().filter(|_| !query.is_present()) {
        if !raw.is_empty() {
            uri.push('?');
            encode_once(raw, QUERY, &mut uri);
        }
    } else {
        let query = if query.is_present() { query } else { event.declared_query() };
        let mut before = '?';
        for (name, value) in query {
            uri.push(before);
            uri.extend(utf8_percent_encode(name, COMPONENT));
            if let Some(value) = value {
                uri.push('=');
                uri.extend(utf8_percent_encode(value, COMPONENT));
            }
            before = '&';
        }
    }
    // Only visible ASCII without `#` is left, so that the length alone can be wrong.
    let path_and_query = PathAndQuery::try_from(uri).map_err(|_| HttpError::UriTooLong)?;
    Ok(path_and_query.into())
}

/// Encodes the characters of the set but keeps what is percent-encoded already.
fn encode_once(text: &str, set: &'static AsciiSet, out: &mut String) {
    for (i, piece) in text.split('%').enumerate() {
        if i > 0 {
            let is_escape = matches!(piece.as_bytes(), [a, b, ..] if [a, b].iter().all(|c| c.is_ascii_hexdigit()));
            out.push_str(if is_escape { "%" } else { "%25" });
        }
        out.extend(utf8_percent_encode(piece, set));
    }
}

fn headers(event: &Event<'_>) -> Result<HeaderMap, HttpError> {
    let mut headers = HeaderMap::new();
    headers.try_reserve(event.headers().len()).map_err(|_| HttpError::TooManyHeaders)?;
    for (index, (name, value)) in event.headers().iter().enumerate() {
        let name = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| HttpError::InvalidHeaderName(index))?;
        let value = HeaderValue::from_bytes(value.unwrap_or_default().as_bytes())
            .map_err(|_| HttpError::InvalidHeaderValue(index))?;
        headers.try_append(name, value).map_err(|_| HttpError::TooManyHeaders)?;
    }
    Ok(headers)
}

impl Encoder {
    /// Encodes a response of the crate `http` in the encoder's own memory, as [`Encoder::encode`] does.
    ///
    /// Headers come as the map iterates over them. Up to 64 of them are listed without an allocation. If the response's
    /// extensions hold a [`Dialect`], it is written for that kind of gateway.
    ///
    /// ```
    /// let response = http::Response::builder()
    ///     .status(404)
    ///     .header("content-type", "text/plain")
    ///     .body("no such cat")?;
    ///
    /// let mut encoder = apigw::Encoder::new();
    /// assert_eq!(
    ///     encoder.encode_http(&response)?,
    ///     br#"{"isBase64Encoded":false,"statusCode":404,"headers":{"content-type":"text/plain"},"body":"no such cat"}"#
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn encode_http(
        &mut self,
        response: &::http::Response<impl AsRef<[u8]>>,
    ) -> Result<&[u8], EncodeError> {
        with_response(response, |response| self.encode(response))
    }

    /// Encodes a response of the crate `http` behind what `out` holds. After an error `out` is as it was.
    pub fn encode_http_to_vec(
        &mut self,
        response: &::http::Response<impl AsRef<[u8]>>,
        out: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        with_response(response, |response| self.encode_to_vec(response, out))
    }
}

/// Headers that are listed on the stack.
const FEW: usize = 64;

fn with_response<T>(
    response: &::http::Response<impl AsRef<[u8]>>,
    encode: impl FnOnce(&Response<'_>) -> T,
) -> T {
    let headers = response.headers();
    let pairs = headers.iter().map(|(name, value)| (name.as_str().as_bytes(), value.as_bytes()));
    let mut few: [(&[u8], &[u8]); FEW] = [(b"", b""); FEW];
    let many: Vec<_>;
    let listed = if headers.len() <= FEW {
        few.iter_mut().zip(pairs).for_each(|(slot, pair)| *slot = pair);
        &few[..headers.len()]
    } else {
        many = pairs.collect();
        &many[..]
    };
    let dialect = response.extensions().get().copied().unwrap_or(Dialect::ApiGateway);
    encode(
        &Response::new(response.status().as_u16())
            .headers(&listed)
            .body(response.body())
            .dialect(dialect),
    )
}
