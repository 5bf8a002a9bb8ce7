//! Forms with files: `multipart/form-data` (RFC 7578).

use core::convert::Infallible;
use core::future::ready;

use futures_util::FutureExt;
use futures_util::stream::once;
use multer::Multipart;
use multer::bytes::Bytes;

use crate::body::in_body;
use crate::error::{Error, ErrorCode, Fault};
use crate::record::event::Event;

/// A field of a form, or a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The field's name.
    pub name: Option<String>,
    /// The name of the file as the client sent it. It may be a path, or anything else.
    pub file_name: Option<String>,
    /// The header `Content-Type` of the part.
    pub content_type: Option<String>,
    /// The value of the field, or the content of the file.
    pub bytes: Vec<u8>,
}

impl Event<'_> {
    /// Returns the parts of a `multipart/form-data` body (RFC 7578), or `None` if the body has
    /// another type or there is no body.
    ///
    /// The parts are copied. An event may have at most [`crate::Limits::pairs`] of them. The offset
    /// of [`ErrorCode::InvalidMultipart`] is the length of the body if the end is missing,
    /// otherwise 0.
    ///
    /// ```
    /// let mut decoder = apigw::Decoder::new();
    /// let event = decoder.decode(
    ///     concat!(
    ///         r#"{"headers":{"content-type":"multipart/form-data; boundary=x"},"body":"--x\r\n"#,
    ///         r#"Content-Disposition: form-data; name=\"photo\"; filename=\"cat.png\"\r\n\r\n"#,
    ///         r#"meow\r\n--x--\r\n"}"#,
    ///     )
    ///     .as_bytes(),
    /// )?;
    /// let parts = event.multipart()?.expect("it is a form with files");
    /// assert_eq!(parts[0].file_name.as_deref(), Some("cat.png"));
    /// assert_eq!(parts[0].bytes, b"meow");
    /// # Ok::<(), apigw::Error>(())
    /// ```
    pub fn multipart(&self) -> Result<Option<Vec<Part>>, Error> {
        let media_type = self.content_type().filter(|it| it.is("multipart/form-data"));
        let (Some(media_type), Some(body)) = (media_type, self.bytes()?) else { return Ok(None) };
        let invalid = |offset| Err(in_body(Fault::new(ErrorCode::InvalidMultipart, offset)));
        let Some(boundary) = media_type.parameter("boundary") else { return invalid(0) };
        let parts = read(body, &boundary, self.scratch.limits.pairs);
        // The whole body is in memory, so the future never waits.
        match parts.now_or_never() {
            Some(Ok(Some(parts))) => Ok(Some(parts)),
            Some(Ok(None)) => Err(in_body(Fault::new(ErrorCode::TooManyPairs, 0))),
            Some(Err(
                multer::Error::IncompleteFieldData { .. }
                | multer::Error::IncompleteHeaders
                | multer::Error::IncompleteStream,
            )) => invalid(body.len()),
            _ => invalid(0),
        }
    }
}

/// Returns all parts, or `None` if there are more than `limit`.
async fn read(
    body: &[u8],
    boundary: &str,
    limit: usize,
) -> Result<Option<Vec<Part>>, multer::Error> {
    let bytes = Bytes::copy_from_slice(body);
    let mut fields = Multipart::new(once(ready(Ok::<_, Infallible>(bytes))), boundary);
    let mut parts = Vec::new();
    while let Some(field) = fields.next_field().await? {
        if parts.len() == limit {
            return Ok(None);
        }
        parts.push(Part {
            name: field.name().map(Into::into),
            file_name: field.file_name().map(Into::into),
            content_type: field.content_type().map(ToString::to_string),
            bytes: field.bytes().await?.into(),
        });
    }
    Ok(Some(parts))
}
