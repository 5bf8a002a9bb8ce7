//! Two readers on simd-json: one walks its tape, and the other reads the tape with serde.
//!
//! The tape, its buffers and the copy of the input are reused. The copy has padding, so simd-json
//! needs no copy of its own.

use std::hint::black_box;
use std::mem;

use serde::Deserialize;
use simd_json::{Buffers, Deserializer, INPUT_PADDING, Node, StaticNode, Tape, fill_tape_padded};

use super::Reader;
use super::serde::fields;
use crate::event::Event;
use crate::fields::{Fields, Map, Pairs, Text};
use crate::measure::Task;

/// The memory that both readers keep between events.
struct Memory {
    input: Vec<u8>,
    buffers: Buffers,
    tape: Tape<'static>,
}

impl Memory {
    fn new(len: usize) -> Memory {
        Memory {
            input: vec![0; len + INPUT_PADDING],
            buffers: Buffers::new(len),
            tape: Tape::null(),
        }
    }

    /// Calls `f` with the tape of `input`. `f` returns the tape.
    fn with_tape<T>(
        &mut self,
        input: &[u8],
        f: impl for<'a> FnOnce(Tape<'a>) -> (Tape<'a>, T),
    ) -> T {
        self.input[..input.len()].copy_from_slice(input);
        let mut tape = mem::replace(&mut self.tape, Tape(Vec::new())).reset();
        fill_tape_padded(&mut self.input, input.len(), &mut self.buffers, &mut tape)
            .expect("the corpus has valid JSON");
        let (tape, result) = f(tape);
        self.tape = tape.reset();
        result
    }
}

pub(crate) struct TapeReader {
    memory: Memory,
    fields: Fields<&'static str>,
}

impl TapeReader {
    pub(crate) fn new(len: usize) -> TapeReader {
        TapeReader { memory: Memory::new(len), fields: Fields::default() }
    }

    fn with_fields<T>(&mut self, input: &[u8], f: impl FnOnce(&Fields<&str>) -> T) -> T {
        let fields = mem::take(&mut self.fields);
        let (fields, result) = self.memory.with_tape(input, |tape| {
            let mut fields = fields.recycle();
            Walk { nodes: &tape.0 }.event(&mut fields).expect("the corpus has valid events");
            let result = f(&fields);
            (tape, (fields.recycle(), result))
        });
        self.fields = fields;
        result
    }
}

impl Task for TapeReader {
    fn name(&self) -> String {
        "simd-json-tape".into()
    }

    fn run(&mut self, input: &[u8]) {
        self.with_fields(input, |fields| {
            black_box(fields);
        });
    }
}

impl Reader for TapeReader {
    fn fields(&mut self, input: &[u8]) -> Option<Fields<String>> {
        Some(self.with_fields(input, |fields| fields.to_owned()))
    }
}

/// The rest of a tape. Methods return `None` if a value has a kind that an event cannot have there.
struct Walk<'t, 'a> {
    nodes: &'t [Node<'a>],
}

impl<'a> Walk<'_, 'a> {
    fn next(&mut self) -> Option<Node<'a>> {
        let (&node, rest) = self.nodes.split_first()?;
        self.nodes = rest;
        Some(node)
    }

    fn skip(&mut self) -> Option<()> {
        let count = match self.next()? {
            Node::Object { count, .. } | Node::Array { count, .. } => count,
            Node::String(_) | Node::Static(_) => 0,
        };
        self.nodes = self.nodes.get(count..)?;
        Some(())
    }

    fn object(&mut self) -> Option<usize> {
        match self.next()? {
            Node::Object { len, .. } => Some(len),
            _ => None,
        }
    }

    fn name(&mut self) -> Option<&'a str> {
        match self.next()? {
            Node::String(name) => Some(name),
            _ => None,
        }
    }

    fn text(&mut self) -> Option<Option<&'a str>> {
        match self.next()? {
            Node::String(text) => Some(Some(text)),
            Node::Static(StaticNode::Null) => Some(None),
            _ => None,
        }
    }

    fn event(mut self, fields: &mut Fields<&'a str>) -> Option<()> {
        for _ in 0..self.object()? {
            let text = match self.name()? {
                "httpMethod" => Text::Method,
                "path" => Text::Path,
                "body" => Text::Body,
                "query" => Text::RawQuery,
                name => {
                    self.other(name, fields)?;
                    continue;
                }
            };
            fields.texts[text as usize] = self.text()?;
        }
        Some(())
    }

    fn other(&mut self, name: &str, fields: &mut Fields<&'a str>) -> Option<()> {
        let map = match name {
            "headers" => Map::Headers,
            "queryString" => Map::Query,
            "pathParameters" => Map::PathParameters,
            "queryStringParameters" => Map::DeclaredQuery,
            "headerParameters" | "headersParameters" => Map::DeclaredHeaders,
            "stageVariables" => Map::StageVariables,
            "requestContext" => return self.context(fields),
            "isBase64Encoded" | "isBase64" => {
                fields.is_base64 = matches!(self.next()?, Node::Static(StaticNode::Bool(true)));
                return Some(());
            }
            _ => return self.skip(),
        };
        self.map(&mut fields.maps[map as usize])
    }

    fn context(&mut self, fields: &mut Fields<&'a str>) -> Option<()> {
        for _ in 0..self.object()? {
            let text = match self.name()? {
                "serviceId" | "apiId" => Text::ApiId,
                "serviceName" => Text::ServiceName,
                "path" => Text::Route,
                "httpMethod" => Text::RouteMethod,
                "requestId" => Text::RequestId,
                "sourceIp" => Text::SourceIp,
                "stage" => Text::Stage,
                "domainName" => Text::DomainName,
                "accountId" => Text::AccountId,
                "identity" => {
                    self.identity(fields)?;
                    continue;
                }
                _ => {
                    self.skip()?;
                    continue;
                }
            };
            fields.texts[text as usize] = self.text()?;
        }
        Some(())
    }

    fn identity(&mut self, fields: &mut Fields<&'a str>) -> Option<()> {
        for _ in 0..self.object()? {
            match self.name()? {
                "secretId" => fields.texts[Text::SecretId as usize] = self.text()?,
                _ => self.skip()?,
            }
        }
        Some(())
    }

    fn map(&mut self, pairs: &mut Pairs<&'a str>) -> Option<()> {
        let len = self.object()?;
        pairs.reserve(len);
        for _ in 0..len {
            let name = self.name()?;
            match self.next()? {
                Node::Array { len, .. } => {
                    for _ in 0..len {
                        let element = self.next()?;
                        pairs.push((name, value(element)?));
                    }
                }
                node => pairs.push((name, value(node)?)),
            }
        }
        Some(())
    }
}

/// Returns a scalar in a map. The tape does not keep the text of numbers, but the corpus has no
/// numbers here.
fn value(node: Node<'_>) -> Option<Option<&str>> {
    match node {
        Node::String(text) => Some(Some(text)),
        Node::Static(StaticNode::Bool(true) | StaticNode::Null) => Some(None),
        Node::Static(StaticNode::Bool(false)) => Some(Some("false")),
        _ => None,
    }
}

pub(crate) struct SerdeReader(Memory);

impl SerdeReader {
    pub(crate) fn new(len: usize) -> SerdeReader {
        SerdeReader(Memory::new(len))
    }

    fn with_event<T>(&mut self, input: &[u8], f: impl FnOnce(Event<'_>) -> T) -> T {
        self.0.with_tape(input, |tape| {
            let mut deserializer = Deserializer::from_tape(tape);
            let event = Event::deserialize(&mut deserializer);
            let result = f(event.expect("the corpus has valid events"));
            (deserializer.into_tape(), result)
        })
    }
}

impl Task for SerdeReader {
    fn name(&self) -> String {
        "simd-json-serde".into()
    }

    fn run(&mut self, input: &[u8]) {
        self.with_event(input, |event| {
            black_box(&event);
        });
    }
}

impl Reader for SerdeReader {
    fn fields(&mut self, input: &[u8]) -> Option<Fields<String>> {
        Some(self.with_event(input, fields))
    }
}
