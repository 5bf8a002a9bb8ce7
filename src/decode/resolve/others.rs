//! The dialects of other vendors, and Lambda@Edge.

use super::Resolve;
use crate::decode::members::{Map, Object, Text};
use crate::encode::is_binary_type;
use crate::error::{Error, Fault};
use crate::record::table::{Span, flags};

impl Resolve<'_, '_> {
    pub(super) fn alibaba(&mut self) -> Result<(), Error> {
        self.take_map("queryParameters", Map::DeclaredQuery)?;
        self.common();
        Ok(())
    }

    /// Format 0.1 of the gateway has the template in `path` and the path in `url`; format 1.0 has
    /// them in `resource` and `path`.
    pub(super) fn yandex(&mut self) -> Result<(), Error> {
        self.request_of_configured_api();
        let url = self.take_string("url")?;
        if url.is_present() {
            self.set(Text::Route, self.text(Text::Path));
            let path = self.bytes(url).split(|&byte| byte == b'?').next().unwrap_or_default();
            self.set(Text::Path, Span { len: path.len() as u32, ..url });
        }
        if !self.map(Map::PathParameters).is_present() {
            self.take_map("pathParams", Map::PathParameters)?;
        }
        self.phase();
        Ok(())
    }

    /// A web action. Query and body of a request that is not raw are members of the event, among
    /// the extras.
    pub(super) fn openwhisk(&mut self) -> Result<(), Error> {
        for (name, field) in [
            ("__ow_method", Text::Method),
            ("__ow_path", Text::Path),
            ("__ow_query", Text::RawQuery),
            ("__ow_body", Text::Body),
        ] {
            let span = self.take_string(name)?;
            self.set(field, span);
        }
        self.take_map("__ow_headers", Map::Headers)?;
        self.common();
        // DigitalOcean has a flag. For others the content type decides.
        let flag = self.take(Object::Event, "__ow_isBase64Encoded");
        let is_base64 = match flag {
            Some(flag) => self.bytes(flag) == b"true",
            None => is_binary_type(self.parser.header(b"content-type")),
        };
        if is_base64 && self.text(Text::Body).len > 0 {
            self.parser.draft.flags |= flags::BODY_BASE64;
        }
        Ok(())
    }

    pub(super) fn digitalocean(&mut self) -> Result<(), Error> {
        let Some(value) = self.take(Object::Event, "http") else { return Ok(()) };
        self.object(value.off as usize, "http", &mut |resolve, name| match name {
            b"method" => resolve.string_of(Text::Method),
            b"path" => resolve.string_of(Text::Path),
            b"queryString" => resolve.string_of(Text::RawQuery),
            b"body" => resolve.string_of(Text::Body),
            b"headers" => resolve.map_of(Map::Headers),
            b"isBase64Encoded" => resolve.parser.base64_flag().map(|()| true),
            _ => Ok(false),
        })?;
        self.common();
        Ok(())
    }

    /// The request is that of the first binding of `Data` that has a method. The binding's name is
    /// configured.
    pub(super) fn azure(&mut self) -> Result<(), Error> {
        let Some(data) = self.take(Object::Event, "Data") else { return Ok(()) };
        let mut is_found = false;
        self.object(data.off as usize, "Data", &mut |resolve, _| {
            let at = resolve.parser.at;
            if is_found || !resolve.has_member(at, b"Method") {
                resolve.parser.at = at;
                return Ok(false);
            }
            is_found = true;
            resolve.parser.at = at;
            resolve.members(&mut |resolve, name| match name {
                b"Method" => resolve.string_of(Text::Method),
                b"Url" => resolve.url(),
                b"Headers" => resolve.map_of(Map::Headers),
                b"Query" => resolve.map_of(Map::DeclaredQuery),
                b"Params" => resolve.map_of(Map::PathParameters),
                b"Body" => resolve.azure_body(),
                _ => Ok(false),
            })?;
            Ok(true)
        })?;
        let kind = self.parser.header(b"content-type").to_ascii_lowercase();
        if kind.starts_with(b"application/octet-stream") || kind.starts_with(b"multipart/") {
            self.parser.draft.flags |= flags::BODY_BASE64;
        }
        self.common();
        Ok(())
    }

    /// Splits a URL into host, path and raw query.
    fn url(&mut self) -> Result<bool, Fault> {
        let url = self.parser.string_or_null()?;
        let (start, end) = (url.off as usize, (url.off.wrapping_add(url.len)) as usize);
        if !url.is_present() {
            return Ok(true);
        }
        let text = &self.parser.text[start..end];
        let host = text.windows(3).position(|it| it == b"://").map_or(0, |scheme| scheme + 3);
        let path = text[host..].iter().position(|&byte| byte == b'/');
        let path = path.map_or(text.len(), |path| host + path);
        let query = text[path..].iter().position(|&byte| byte == b'?').map(|sign| path + sign);
        let path_end = query.unwrap_or(text.len());
        let (host, path, query) = (
            Span::new(start + host, start + path),
            Span::new(start + path, start + path_end),
            query.map(|sign| Span::new(start + sign + 1, end)),
        );
        self.set(Text::DomainName, host);
        self.set(Text::Path, path);
        self.set(Text::RawQuery, query.unwrap_or(Span::ABSENT));
        Ok(true)
    }

    fn azure_body(&mut self) -> Result<bool, Fault> {
        if !matches!(self.parser.text[self.parser.at], b'{' | b'[') {
            return self.string_of(Text::Body);
        }
        let raw = self.parser.raw_inside(1)?;
        self.set(Text::Body, raw);
        self.parser.draft.flags |= flags::BODY_JSON;
        Ok(true)
    }

    pub(super) fn netlify(&mut self) -> Result<(), Error> {
        let raw = self.take_string("rawQuery")?;
        self.set(Text::RawQuery, raw);
        self.common();
        Ok(())
    }

    pub(super) fn has_cloudfront_record(&mut self) -> bool {
        let Some(at) = self.records() else { return false };
        self.has_member(at, b"cf")
    }

    /// Returns the offset of the first record.
    fn records(&self) -> Option<usize> {
        let parser = &self.parser;
        let (_, value) = parser.pairs.extra(parser.text, Object::Event as u16, "Records")?;
        self.first_element(value.off as usize)
    }

    pub(super) fn aws_cloudfront(&mut self) -> Result<(), Error> {
        let Some(record) = self.records() else { return Ok(()) };
        self.take(Object::Event, "Records");
        self.object(record, "Records", &mut |resolve, name| {
            if name != b"cf" {
                return Ok(false);
            }
            resolve.members(&mut |resolve, name| match name {
                b"config" => resolve.members(&mut cloudfront_config).map(|()| true),
                b"request" => resolve.members(&mut cloudfront_request).map(|()| true),
                _ => Ok(false),
            })?;
            Ok(true)
        })?;
        self.common();
        Ok(())
    }
}

fn cloudfront_config(resolve: &mut Resolve<'_, '_>, name: &[u8]) -> Result<bool, Fault> {
    match name {
        b"distributionDomainName" => resolve.string_of(Text::DomainName),
        b"distributionId" => resolve.string_of(Text::ApiId),
        b"eventType" => resolve.string_of(Text::EventType),
        b"requestId" => resolve.string_of(Text::RequestId),
        _ => Ok(false),
    }
}

fn cloudfront_request(resolve: &mut Resolve<'_, '_>, name: &[u8]) -> Result<bool, Fault> {
    match name {
        b"clientIp" => resolve.string_of(Text::SourceIp),
        b"method" => resolve.string_of(Text::Method),
        b"uri" => resolve.string_of(Text::Path),
        b"querystring" => resolve.string_of(Text::RawQuery),
        b"headers" => resolve.parser.object_headers(Map::Headers).map(|()| true),
        b"body" => resolve.members(&mut cloudfront_body).map(|()| true),
        _ => Ok(false),
    }
}

fn cloudfront_body(resolve: &mut Resolve<'_, '_>, name: &[u8]) -> Result<bool, Fault> {
    match name {
        b"data" => resolve.string_of(Text::Body),
        b"encoding" => {
            let encoding = resolve.parser.string_or_null()?;
            if resolve.bytes(encoding) == b"base64" {
                resolve.parser.draft.flags |= flags::BODY_BASE64;
            }
            Ok(true)
        }
        _ => Ok(false),
    }
}
