//! The decoded response of a function, as a gateway, an emulator or a test reads it.

use core::fmt;

use base64_simd::STANDARD;

use crate::error::{Error, ErrorCode, Fault};
use crate::record::event::{Body, Event};
use crate::record::kinds::ResponseRules;
use crate::record::pairs::Pairs;
use crate::record::table::flags;

use crate::encode::{Headers, NameIndex, is_refused_in_value, name_fault};

/// A decoded response. It borrows its decoder, as an [`Event`] does.
#[derive(Clone, Copy)]
pub struct DecodedResponse<'a> {
    event: Event<'a>,
}

impl<'a> DecodedResponse<'a> {
    pub(crate) fn new(event: Event<'a>) -> DecodedResponse<'a> {
        DecodedResponse { event }
    }

    /// Returns whether this is an integrated response. Otherwise the function's output is the body.
    pub fn is_integrated(&self) -> bool {
        self.event.table().flags & flags::INTEGRATED != 0
    }

    /// Returns the status, from 100 to 999.
    pub fn status(&self) -> u16 {
        self.event.table().status as u16
    }

    /// Returns the headers. The values of an array are pairs with the same name.
    pub fn headers(&self) -> Pairs<'a> {
        self.event.headers()
    }

    /// Returns the value of the first header with this name, ignoring ASCII case.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.event.header(name)
    }

    /// Returns the body as it is in the response, without decoding base64.
    pub fn body(&self) -> Body<'a> {
        self.event.body()
    }

    /// Returns the bytes of the body, decoded from base64 if needed: see [`Event::bytes`].
    pub fn bytes(&self) -> Result<Option<&'a [u8]>, Error> {
        self.event.bytes()
    }

    /// Returns the body as text, decoded from base64 if needed: see [`Event::text`].
    pub fn text(&self) -> Result<Option<&'a str>, Error> {
        self.event.text()
    }

    /// Returns the unknown members. Their values are raw JSON text.
    pub fn extras(&self) -> Pairs<'a> {
        self.event.extras()
    }

    /// Returns the response as an event, for the language bindings, which read its words, pairs and
    /// text.
    pub fn as_event(&self) -> Event<'a> {
        self.event
    }
}

impl fmt::Debug for DecodedResponse<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodedResponse")
            .field("is_integrated", &self.is_integrated())
            .field("status", &self.status())
            .field("headers", &self.headers())
            .field("body", &self.body())
            .field("extras", &self.extras())
            .finish()
    }
}

/// Checks the headers and the body of a response that has the right form.
pub(crate) fn check(
    event: Event<'_>,
    rules: ResponseRules,
    names: &mut NameIndex,
) -> Result<(), Error> {
    let headers = event.headers();
    let offset = |text: &str| text.as_ptr().addr() - event.text_block().as_ptr().addr();
    let fault = |code, at| Err(Error::new(Fault::new(code, at), Some("headers")));
    for (name, value) in headers {
        if name_fault(name.as_bytes()).is_some() {
            return fault(ErrorCode::InvalidHeaderName, offset(name) - 1);
        }
        if let Some(value) = value.filter(|value| value.bytes().any(is_refused_in_value)) {
            return fault(ErrorCode::InvalidHeaderValue, offset(value) - 1);
        }
    }
    if let Body::Base64(text) = event.body()
        && STANDARD.check(text.as_bytes()).is_err()
    {
        let fault = Fault::new(ErrorCode::InvalidBase64, offset(text) - 1);
        return Err(Error::new(fault, Some("body")));
    }
    if rules != ResponseRules::Strict {
        return Ok(());
    }
    if !names.fill(&Names(event)) {
        return Err(Error::new(Fault::new(ErrorCode::OutOfMemory, 0), None));
    }
    let pairs = event.pair_table();
    let repeated = names.neighbours().filter(|(before, after)| {
        // The values of one array share their name.
        pairs[*before].name_off != pairs[*after].name_off
    });
    match repeated.map(|(_, after)| pairs[after].name_off).min() {
        Some(name) => fault(ErrorCode::DuplicateMember, name as usize - 1),
        None => Ok(()),
    }
}

/// The headers of a response, which are its first pairs.
struct Names<'a>(Event<'a>);

impl Headers for Names<'_> {
    fn len(&self) -> usize {
        self.0.headers().len()
    }

    fn get(&self, index: usize) -> (&[u8], &[u8]) {
        let pair = &self.0.pair_table()[index];
        let name = pair.name();
        (&self.0.text_block()[name.off as usize..][..name.len as usize], b"")
    }
}
