//! A function's response, read back: what a gateway, an emulator or a test does.

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

    /// Whether it is an integrated response; otherwise the function's output was passed through as the body.
    pub fn is_integrated(&self) -> bool {
        self.event.table().flags & flags::INTEGRATED != 0
    }

    /// The status, 100 to 999.
    pub fn status(&self) -> u16 {
        self.event.table().status as u16
    }

    /// The headers; values of an array are pairs of the same name.
    pub fn headers(&self) -> Pairs<'a> {
        self.event.headers()
    }

    /// The first header with this name, in any case.
    pub fn header(&self, name: &str) -> Option<&'a str> {
        self.event.header(name)
    }

    /// The body as it stands in the response.
    pub fn body(&self) -> Body<'a> {
        self.event.body()
    }

    /// The bytes of the body, base64 decoded: see [`Event::bytes`].
    pub fn bytes(&self) -> Result<Option<&'a [u8]>, Error> {
        self.event.bytes()
    }

    /// The body as text, base64 decoded: see [`Event::text`].
    pub fn text(&self) -> Result<Option<&'a str>, Error> {
        self.event.text()
    }

    /// Members that a response does not have: names, and values as raw JSON text.
    pub fn extras(&self) -> Pairs<'a> {
        self.event.extras()
    }

    /// The response as the words that other languages read, its pairs and its text.
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

/// What is wrong with a response that has the right form.
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
        // Values of one array have one name.
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
