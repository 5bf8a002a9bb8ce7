//! Cookies of a request (RFC 6265 section 4.2).

use core::iter::repeat_n;

use crate::error::{Error, ErrorCode, Fault};
use crate::limits::MAX_NAME;
use crate::record::event::Event;
use crate::record::pairs::Pairs;
use crate::record::table::{Pair, Span};

impl<'a> Event<'a> {
    /// Returns the cookies of all `Cookie` headers, in order, and those of
    /// [`Event::cookie_list`]. The map is absent if there are neither.
    ///
    /// Values are as they were sent, including quotes. A cookie without `=` is a bare name. Names
    /// are compared with case. The offset of an error counts in the value of the header.
    ///
    /// ```
    /// let mut decoder = apigw::Decoder::new();
    /// let event = decoder.decode(br#"{"headers":{"cookie":"session=31d4; theme=dark"}}"#)?;
    /// assert_eq!(event.cookies()?.get("theme"), Some("dark"));
    /// # Ok::<(), apigw::Error>(())
    /// ```
    pub fn cookies(&self) -> Result<Pairs<'a>, Error> {
        let cookies = self.cookie_pairs().map_err(|fault| Error::new(fault, Some("headers")))?;
        Ok(Pairs::new(cookies, self.text, false))
    }

    /// Returns the pairs of the cookies, which are parts of the event's own text.
    pub(crate) fn cookie_pairs(&self) -> Result<Option<&'a [Pair]>, Fault> {
        let limit = self.scratch.limits.pairs;
        let headers =
            || self.headers().spans().filter(|(name, _)| name.eq_ignore_ascii_case("cookie"));
        let list = self.pairs_of(self.table().cookie_list);
        if headers().next().is_none() {
            return Ok(self.table().cookie_list.is_present().then_some(list));
        }
        let cookies = || {
            headers().flat_map(|(_, value)| {
                let text = self.text.get(value).unwrap_or_default();
                split(text).map(move |cookie| (value.off, cookie))
            })
        };
        if let Some((_, cookie)) = cookies().nth(limit) {
            return Err(Fault::new(ErrorCode::TooManyPairs, cookie.start));
        }
        let none = Cookie { start: 0, name_len: 0, value: None };
        let count = cookies().count();
        let pairs = self.scratch.lease().collect(repeat_n(none.pair(0), count + list.len()))?;
        pairs[count..].copy_from_slice(list);
        for (slot, (header, cookie)) in pairs.iter_mut().zip(cookies()) {
            if cookie.name_len > MAX_NAME {
                return Err(Fault::new(ErrorCode::NameTooLong, cookie.start));
            }
            *slot = cookie.pair(header);
        }
        Ok(Some(pairs))
    }
}

/// The positions of a cookie in its header: start and length of the name, start and end of the
/// value.
#[derive(Clone, Copy)]
struct Cookie {
    start: usize,
    name_len: usize,
    value: Option<(usize, usize)>,
}

impl Cookie {
    fn pair(self, header: u32) -> Pair {
        let value = self.value.map_or(Span::ABSENT, |(start, end)| Span {
            off: header + start as u32,
            len: (end - start) as u32,
        });
        Pair {
            name_off: header + self.start as u32,
            name_len: self.name_len as u16,
            name_id: 0,
            value_off: value.off,
            value_len: value.len,
        }
    }
}

/// Iterates over the cookies of a header.
fn split(header: &str) -> impl Iterator<Item = Cookie> {
    let white = [' ', '\t'];
    let offset = move |part: &str| part.as_ptr().addr() - header.as_ptr().addr();
    header.split(';').map(move |cookie| cookie.trim_matches(white)).filter(|it| !it.is_empty()).map(
        move |cookie| {
            let (name, value) = match cookie.split_once('=') {
                Some((name, value)) => {
                    (name.trim_end_matches(white), Some(value.trim_start_matches(white)))
                }
                None => (cookie, None),
            };
            let value = value.map(|value| (offset(value), offset(value) + value.len()));
            Cookie { start: offset(name), name_len: name.len(), value }
        },
    )
}
