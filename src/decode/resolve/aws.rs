//! The dialects of AWS.

use super::Resolve;
use crate::decode::members::{Map, Object, Text};
use crate::decode::percent;
use crate::error::{Error, Fault};
use crate::record::kinds::Dialect;
use crate::record::table::{Span, flags};

impl Resolve<'_, '_> {
    pub(super) fn aws_http_api(&mut self, dialect: Dialect) {
        self.common();
        self.set(Text::RouteMethod, Span::ABSENT);
        let key = self.text(Text::RouteKey);
        if let Some(space) = self.bytes(key).iter().position(|&byte| byte == b' ') {
            let (start, end) = (key.off as usize, (key.off + key.len) as usize);
            self.set(Text::RouteMethod, Span::new(start, start + space));
            self.set(Text::Route, Span::new(start + space + 1, end));
        }
        self.remove_stage();
        if dialect != Dialect::AwsFunctionUrl {
            self.parser.draft.flags |= flags::PATH_DECODED;
        }
        self.certificate_of_authentication();
    }

    /// Finds the client's certificate in `requestContext.authentication`, which stays an extra.
    fn certificate_of_authentication(&mut self) {
        let parser = &self.parser;
        let found = parser.pairs.extra(parser.text, Object::Context as u16, "authentication");
        let Some((_, value)) = found else { return };
        if let Some(certificate) = self.raw_member(value.off as usize, b"clientCert") {
            self.set(Text::ClientCertificate, certificate);
        }
    }

    /// Removes the stage from the front of the path. `rawPath` begins with it, unless it is
    /// `$default`.
    fn remove_stage(&mut self) {
        let (path, stage) = (self.text(Text::Path), self.text(Text::Stage));
        let rest = self
            .bytes(path)
            .strip_prefix(b"/")
            .and_then(|rest| rest.strip_prefix(self.bytes(stage)))
            .filter(|rest| rest.is_empty() || rest[0] == b'/');
        if let Some(rest) = rest.filter(|_| stage.len > 0) {
            let len = rest.len() as u32;
            let path = match len {
                0 => Span { off: path.off, len: 1 },
                _ => Span { off: path.off + path.len - len, len },
            };
            self.set(Text::Path, path);
        }
    }

    /// The load balancer sends the query percent-encoded in a map.
    pub(super) fn aws_alb(&mut self) -> Result<(), Error> {
        self.common();
        for map in [Map::Query, Map::SingleQuery] {
            let range = self.map(map);
            let mut name = (Span::ABSENT, Span::ABSENT);
            for index in range.first..range.first.wrapping_add(range.count) {
                let mut pair = self.parser.pairs.get(index as usize);
                // The values of a list share one name, which must be decoded once.
                if pair.name() != name.0 {
                    name = (pair.name(), self.decode(pair.name())?);
                }
                (pair.name_off, pair.name_len) = (name.1.off, name.1.len as u16);
                let value = self.decode(pair.value())?;
                (pair.value_off, pair.value_len) = (value.off, value.len);
                self.parser.pairs.set(index as usize, pair);
            }
        }
        Ok(())
    }

    fn decode(&mut self, span: Span) -> Result<Span, Error> {
        if !span.is_present() || !percent::is_encoded(self.bytes(span)) {
            return Ok(span);
        }
        let (start, end) = (span.off as usize, (span.off + span.len) as usize);
        let decoded = percent::decode(self.parser.text, start..end, start);
        let end = decoded.map_err(|code| Error::new(Fault::new(code, 0), None))?;
        let span = Span::new(start, end);
        self.parser.draft.is_ascii &= self.bytes(span).is_ascii();
        Ok(span)
    }

    pub(super) fn aws_websocket(&mut self) {
        self.common();
        self.method_of_context();
        self.phase();
    }

    /// Sets the phase of a WebSocket connection by the event's type.
    pub(super) fn phase(&mut self) {
        self.parser.draft.flags |= match self.bytes(self.text(Text::EventType)) {
            b"CONNECT" => flags::WEBSOCKET_CONNECT,
            b"MESSAGE" => flags::WEBSOCKET_MESSAGE,
            b"DISCONNECT" => flags::WEBSOCKET_CLOSE,
            _ => 0,
        };
    }

    pub(super) fn aws_lattice(&mut self) -> Result<(), Error> {
        let method = self.take_string("method")?;
        self.set(Text::Method, method);
        self.lattice_query()
    }

    pub(super) fn aws_lattice_v1(&mut self) -> Result<(), Error> {
        let (method, path) = (self.take_string("method")?, self.take_string("raw_path")?);
        self.set(Text::Method, method);
        self.set(Text::Path, path);
        self.lattice_query()
    }

    /// Version 1.0 of the events has another name for the query, and samples of version 2.0 too.
    fn lattice_query(&mut self) -> Result<(), Error> {
        if !self.map(Map::DeclaredQuery).is_present() {
            self.take_map("query_string_parameters", Map::DeclaredQuery)?;
        }
        self.common();
        Ok(())
    }
}
