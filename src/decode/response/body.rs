//! Reads the body of a response, and what says how it is encoded.

use super::Response;
use super::shape::Shape;
use crate::decode::bytes::{end, skip_white};
use crate::decode::draft::bytes;
use crate::decode::exact::wrong_type;
use crate::decode::members::Text;
use crate::encode::is_binary_type;
use crate::error::{ErrorCode, Fault};
use crate::record::table::{Span, flags};

impl Response<'_, '_> {
    pub(super) fn body(&mut self) -> Result<(), Fault> {
        let takes_json = matches!(self.shape, Shape::OpenWhisk | Shape::Azure);
        let body = match self.byte() {
            b'"' => self.parser.string()?,
            b'n' if self.shape != Shape::Strict => {
                self.parser.scalar()?;
                Span::ABSENT
            }
            b'{' | b'[' if takes_json => {
                self.parser.draft.flags |= flags::BODY_JSON;
                self.parser.raw_inside(self.depth)?
            }
            b't' | b'f' | b'-' | b'0'..=b'9' if takes_json => self.parser.scalar()?,
            _ => return Err(wrong_type(self.parser.text, self.parser.at)),
        };
        self.parser.draft.texts[Text::Body as usize] = body;
        Ok(())
    }

    pub(super) fn base64_flag(&mut self) -> Result<(), Fault> {
        if self.shape.is_strict() && !matches!(self.byte(), b't' | b'f') {
            return Err(wrong_type(self.parser.text, self.parser.at));
        }
        self.parser.base64_flag()
    }

    /// Reads the encoding of the body, which CloudFront has in place of the flag.
    pub(super) fn body_encoding(&mut self) -> Result<(), Fault> {
        let at = self.parser.at;
        let encoding = self.parser.string_or_null()?;
        match bytes(self.parser.text, encoding) {
            b"base64" => self.parser.draft.flags |= flags::BODY_BASE64,
            b"text" => {}
            b"" if !encoding.is_present() => {}
            _ => return Err(Fault::new(ErrorCode::WrongType, at)),
        }
        Ok(())
    }

    /// Sets the flag of base64 where the content type says what a flag says elsewhere.
    pub(super) fn base64_by_type(&mut self) {
        let body = self.parser.draft.texts[Text::Body as usize];
        if self.shape != Shape::OpenWhisk || body.len == 0 {
            return;
        }
        // Only a string follows its opening quote.
        if self.parser.text[body.off as usize - 1] != b'"' {
            return;
        }
        if is_binary_type(self.parser.header(b"content-type")) {
            self.parser.draft.flags |= flags::BODY_BASE64;
        }
    }

    /// Reads a JSON value that is the body.
    pub(super) fn json(&mut self) -> Result<(), Fault> {
        self.parser.at = skip_white(self.parser.text, 0);
        if let b'{' | b'[' = self.byte() {
            self.parser.draft.flags |= flags::BODY_JSON;
        }
        let value = self.parser.raw_inside(0)?;
        self.parser.draft.texts[Text::Body as usize] = value;
        self.parser.expect_end()
    }

    /// Reads text that is the body.
    pub(super) fn text(&mut self) -> Result<(), Fault> {
        let end = end(self.parser.text);
        let text = &self.parser.text[..end];
        if let Err(error) = core::str::from_utf8(text) {
            return Err(Fault::new(ErrorCode::InvalidUtf8, error.valid_up_to()));
        }
        self.parser.draft.is_ascii = text.is_ascii();
        self.parser.draft.texts[Text::Body as usize] = Span::new(0, end);
        Ok(())
    }
}
