//! Fills the fields that depend on the dialect, after the walk.
//!
//! The walk puts each known member into a slot of its own. For most events of Tencent's API
//! gateway that is the field already. For all others this module chooses among the slots, and
//! reads the members that only one dialect has, which the walk has kept as raw JSON text.

mod aws;
mod nested;
mod others;
mod query;
mod tencent;

use super::dialect::{self, Hints};
use super::draft::{Draft, bytes};
use super::exact::Parser;
use super::member_list::marks;
use super::members::{Map, Object, Seen, Text};
use crate::error::Error;
use crate::limits::PADDING;
use crate::memory::{PairTable, Room};
use crate::record::fields::{MAP_FALLBACKS, TEXT_FALLBACKS};
use crate::record::kinds::Dialect;
use crate::record::table::{EventTable, Pair, Range, Span};
use crate::simd::Selected;

/// What the walk has found.
pub(super) struct Walked<'t> {
    pub(super) pairs: PairTable<'t>,
    pub(super) draft: Draft,
    pub(super) seen: Seen,
}

/// Writes the record of an event. Returns its pairs, and the length of the text that they and the
/// table refer to.
///
/// The document is in the first `len` bytes of `room`, and the padding follows. `dialect` is that
/// of the event, or `None` if its members decide.
#[inline(always)]
pub(super) fn record<'t>(
    room: &mut Room<'_>,
    len: usize,
    walked: Walked<'t>,
    dialect: Option<Dialect>,
    event: &mut EventTable,
) -> Result<(&'t [Pair], usize), Error> {
    let marks = walked.seen.marks;
    if dialect.is_some() || !dialect::is_plain(marks) {
        return resolve(room, len, walked, dialect, event);
    }
    let Walked { pairs, draft, .. } = walked;
    let pairs = draft.finish(room.text(), dialect::tencent(marks), pairs, event);
    Ok((pairs, len + PADDING))
}

#[cold]
#[inline(never)]
fn resolve<'t>(
    room: &mut Room<'_>,
    len: usize,
    walked: Walked<'t>,
    dialect: Option<Dialect>,
    event: &mut EventTable,
) -> Result<(&'t [Pair], usize), Error> {
    let Walked { pairs, draft, seen } = walked;
    let mut parser = Parser::new(Selected::PORTABLE, &mut room.text()[..len + PADDING], pairs);
    parser.draft = draft;
    let mut resolve = Resolve { parser, seen, raw_query: None };
    let dialect = dialect.map_or_else(|| resolve.dialect(), Ok)?;
    resolve.fields(dialect)?;
    let Resolve { parser, raw_query, .. } = resolve;
    let Parser { mut pairs, mut draft, .. } = parser;
    let mut used = len + PADDING;
    if let Some(raw) = raw_query {
        used =
            used.max(query::split(room, len, raw, query_member(dialect), &mut pairs, &mut draft)?);
    }
    Ok((draft.finish(room.text(), dialect, pairs, event), used))
}

/// Returns the member that has the raw query, for errors.
fn query_member(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::TencentApiGateway | Dialect::TencentFunctionUrl => "query",
        Dialect::AwsCloudFront => "Records",
        Dialect::OpenWhisk => "__ow_query",
        Dialect::DigitalOcean => "http",
        Dialect::Azure => "Data",
        Dialect::Netlify => "rawQuery",
        _ => "rawQueryString",
    }
}

struct Resolve<'p, 't> {
    parser: Parser<'p, 't>,
    seen: Seen,
    /// The raw query from which the pairs of the query are to be made.
    raw_query: Option<Span>,
}

impl Resolve<'_, '_> {
    fn dialect(&mut self) -> Result<Dialect, Error> {
        let hints = Hints {
            has_cloudfront_record: self.seen.marks & marks::RECORDS != 0
                && self.has_cloudfront_record(),
            is_token: self.seen.marks & marks::ARN != 0 && self.extra_is("type", b"\"TOKEN\""),
            is_function_url: self.seen.marks & marks::HTTP != 0 && {
                let domain = self.bytes(self.text(Text::DomainName));
                let second = domain.splitn(2, |&byte| byte == b'.').nth(1);
                second.is_some_and(|second| second.starts_with(b"lambda-url."))
            },
        };
        Ok(dialect::dialect(self.seen.marks, &hints))
    }

    fn fields(&mut self, dialect: Dialect) -> Result<(), Error> {
        for (field, member) in TEXT_FALLBACKS {
            if !self.text(field).is_present() {
                self.set(field, self.text(member));
            }
        }
        for (field, member) in MAP_FALLBACKS {
            if !self.map(field).is_present() {
                self.parser.draft.maps[field as usize] = self.map(member);
            }
        }
        let (multi, single) = (self.map(Map::MultiHeaders), self.map(Map::Headers));
        if multi.is_present() {
            self.set_map(Map::SingleHeaders, single);
            self.set_map(Map::Headers, multi);
        }
        if !self.text(Text::Route).is_present() {
            self.set(Text::Route, self.text(Text::Resource));
        }
        match dialect {
            Dialect::TencentWebSocket => self.tencent_websocket(),
            Dialect::TencentClb => self.tencent_clb()?,
            Dialect::TencentApiGateway | Dialect::TencentFunctionUrl => self.tencent_query(),
            Dialect::AwsHttpApi | Dialect::AwsFunctionUrl | Dialect::AwsHttpApiAuthorizer => {
                self.aws_http_api(dialect);
            }
            Dialect::AwsAlb | Dialect::AwsAlbMultiValue => self.aws_alb()?,
            Dialect::AwsWebSocket => self.aws_websocket(),
            Dialect::AwsLattice => self.aws_lattice()?,
            Dialect::AwsLatticeV1 => self.aws_lattice_v1()?,
            Dialect::AwsCloudFront => self.aws_cloudfront()?,
            Dialect::AlibabaFc | Dialect::AlibabaApiGateway => self.alibaba()?,
            Dialect::YandexFunctions | Dialect::YandexApiGateway => self.yandex()?,
            Dialect::OpenWhisk => self.openwhisk()?,
            Dialect::DigitalOcean => self.digitalocean()?,
            Dialect::Azure => self.azure()?,
            Dialect::Netlify => self.netlify()?,
            Dialect::AwsRestApi
            | Dialect::AwsRequestAuthorizer
            | Dialect::HuaweiApig
            | Dialect::BaiduCfc => self.request_of_configured_api(),
            Dialect::TencentCloudBase
            | Dialect::AwsTokenAuthorizer
            | Dialect::NotHttp
            | Dialect::Unknown => self.common(),
        }
        self.time(dialect);
        Ok(())
    }

    /// Chooses between the query with several values for a name, the raw query, and the query with
    /// one value.
    fn common(&mut self) {
        let (multi, single) = (self.map(Map::MultiQuery), self.map(Map::DeclaredQuery));
        self.set_map(Map::DeclaredQuery, Range::ABSENT);
        let raw = self.text(Text::RawQuery);
        if multi.is_present() {
            self.set_map(Map::SingleQuery, single);
            self.set_map(Map::Query, multi);
        } else if raw.is_present() {
            self.set_map(Map::SingleQuery, single);
            self.raw_query = Some(raw);
        } else if single.is_present() {
            self.set_map(Map::Query, single);
        }
    }

    /// Does what [`Resolve::common`] does, for gateways that pass the template of the route as
    /// `resource`, and whose context repeats the request's path and method.
    fn request_of_configured_api(&mut self) {
        self.common();
        let (path, resource) = (self.text(Text::Route), self.text(Text::Resource));
        // Without a path in the context, the route is the resource already.
        if path.is_present() && path != resource {
            self.set(Text::FullPath, path);
        }
        self.set(Text::Route, resource);
        self.method_of_context();
    }

    /// Uses the method of the context only if there is no other: it is that of the request, not of
    /// the route.
    fn method_of_context(&mut self) {
        if !self.text(Text::Method).is_present() {
            self.set(Text::Method, self.text(Text::RouteMethod));
        }
        self.set(Text::RouteMethod, Span::ABSENT);
    }

    /// Sets the time in milliseconds. Gateways write it as a number or as digits in a string.
    fn time(&mut self, dialect: Dialect) {
        let numbers = [Text::RequestContextRequestTimeEpoch, Text::RequestContextTimeEpoch];
        let number = numbers.into_iter().map(|slot| self.text(slot)).find(|it| it.is_present());
        let Some(number) = number else { return };
        let digits = self.bytes(number);
        let digits =
            digits.strip_prefix(b"\"").and_then(|it| it.strip_suffix(b"\"")).unwrap_or(digits);
        let time = core::str::from_utf8(digits).ok().and_then(|digits| digits.parse::<u64>().ok());
        let unit = if dialect == Dialect::AwsLattice { 1000 } else { 1 };
        self.parser.draft.time = time.unwrap_or_default() / unit;
    }

    fn text(&self, slot: Text) -> Span {
        self.parser.draft.texts[slot as usize]
    }

    fn set(&mut self, slot: Text, span: Span) {
        self.parser.draft.texts[slot as usize] = span;
    }

    fn map(&self, slot: Map) -> Range {
        self.parser.draft.maps[slot as usize]
    }

    fn set_map(&mut self, slot: Map, range: Range) {
        self.parser.draft.maps[slot as usize] = range;
    }

    fn bytes(&self, span: Span) -> &[u8] {
        bytes(self.parser.text, span)
    }

    /// Returns whether the event has a member without a field, of this name and raw value.
    fn extra_is(&self, name: &str, value: &[u8]) -> bool {
        let found = self.parser.pairs.extra(self.parser.text, Object::Event as u16, name);
        found.is_some_and(|(_, found)| self.bytes(found) == value)
    }

    /// Takes a string out of the members without a field. `null` counts as a missing one.
    fn take_string(&mut self, name: &'static str) -> Result<Span, Error> {
        let Some(value) = self.take(Object::Event, name) else { return Ok(Span::ABSENT) };
        self.parser.at = value.off as usize;
        self.parser.string_or_null().map_err(|fault| Error::new(fault, Some(name)))
    }

    /// Takes a map out of the members without a field.
    fn take_map(&mut self, name: &'static str, map: Map) -> Result<(), Error> {
        let Some(value) = self.take(Object::Event, name) else { return Ok(()) };
        self.parser.at = value.off as usize;
        self.parser.whole_map(map).map_err(|fault| Error::new(fault, Some(name)))
    }

    fn take(&mut self, object: Object, name: &str) -> Option<Span> {
        let Parser { text, pairs, .. } = &mut self.parser;
        pairs.take_extra(text, object as u16, name)
    }
}
