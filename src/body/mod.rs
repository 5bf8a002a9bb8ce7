//! The body as the bytes or the text that were sent.

pub(crate) mod base64;
pub(crate) mod content_type;
mod cookies;
pub(crate) mod form;
#[cfg(feature = "json")]
pub(crate) mod json;
#[cfg(feature = "multipart")]
pub(crate) mod multipart;

use crate::error::{Error, ErrorCode, Fault};
use crate::record::event::{Body, Event};

impl<'a> Event<'a> {
    /// Returns the bytes of the body, with base64 decoded. Returns `None` if there is no body. A
    /// body that is a JSON object or array in the event gives its JSON text.
    ///
    /// Base64 must be RFC 4648 section 4 with padding; the offset of an error counts in the base64
    /// text. Each call decodes again, into memory that the decoder keeps until the next event.
    ///
    /// ```
    /// let mut decoder = apigw::Decoder::new();
    /// let event = decoder.decode(br#"{"body":"AAH/","isBase64Encoded":true}"#)?;
    /// assert_eq!(event.bytes()?, Some(&[0, 1, 255][..]));
    /// # Ok::<(), apigw::Error>(())
    /// ```
    pub fn bytes(&self) -> Result<Option<&'a [u8]>, Error> {
        match self.body() {
            Body::Absent => Ok(None),
            Body::Text(text) | Body::Json(text) => Ok(Some(text.as_bytes())),
            Body::Base64(text) => self.decode_base64(text).map(Some),
        }
    }

    /// Returns the body as text, or `None` if there is no body.
    ///
    /// Returns [`ErrorCode::InvalidUtf8`] if the body was sent in base64 and is not UTF-8, whatever
    /// its content type is; the offset counts in the decoded bytes.
    pub fn text(&self) -> Result<Option<&'a str>, Error> {
        match self.body() {
            Body::Absent => Ok(None),
            Body::Text(text) | Body::Json(text) => Ok(Some(text)),
            Body::Base64(text) => match core::str::from_utf8(self.decode_base64(text)?) {
                Ok(text) => Ok(Some(text)),
                Err(error) => Err(in_body(Fault::new(ErrorCode::InvalidUtf8, error.valid_up_to()))),
            },
        }
    }

    pub(crate) fn decode_base64(&self, text: &str) -> Result<&'a [u8], Error> {
        base64::decode(&mut self.scratch.lease(), text.as_bytes()).map_err(in_body)
    }
}

pub(crate) fn in_body(fault: Fault) -> Error {
    Error::new(fault, Some("body"))
}
