//! Values of a JSON document.

use core::fmt;
use core::iter::FusedIterator;

use simd_json::prelude::ValueAsScalar;
use simd_json::{Node, StaticNode};

use super::pointer::{index, tokens};

/// A value of a JSON document inside an event, with its contents. Returned by
/// [`crate::Event::json`].
///
/// Nothing is copied. Finding a member or an element visits all those before it. Members keep their
/// order, and repeated names are kept.
#[derive(Clone, Copy)]
pub struct Json<'a> {
    /// The node of the value, then the nodes inside it, then possibly others. Never empty.
    nodes: &'a [Node<'a>],
}

/// The kind of a value. The kind of a number is the type that represents it exactly.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum JsonKind {
    /// `null`.
    Null = 0,
    /// `true` or `false`.
    Bool = 1,
    /// An integer from -2⁶³ to 2⁶³-1, written without fraction and exponent. `-0` is a float.
    Int = 2,
    /// An integer from 2⁶³ to 2⁶⁴-1.
    Uint = 3,
    /// Any other number, as the nearest 64-bit float.
    Float = 4,
    /// A string.
    String = 5,
    /// An array.
    Array = 6,
    /// An object.
    Object = 7,
}

impl<'a> Json<'a> {
    /// Makes the value that the first node describes.
    pub(crate) fn new(nodes: &'a [Node<'a>]) -> Json<'a> {
        Json { nodes }
    }

    fn node(&self) -> Node<'a> {
        self.nodes[0]
    }

    /// Returns the number of nodes of a document that are before this one, which is inside it.
    #[cfg(feature = "serde")]
    pub(super) fn number_in(&self, document: Json<'a>) -> Option<usize> {
        document.nodes.iter().position(|node| core::ptr::eq(node, &self.nodes[0]))
    }

    /// Returns the kind of the value.
    pub fn kind(&self) -> JsonKind {
        match self.node() {
            Node::String(_) => JsonKind::String,
            Node::Array { .. } => JsonKind::Array,
            Node::Object { .. } => JsonKind::Object,
            Node::Static(scalar) => match scalar {
                StaticNode::Null => JsonKind::Null,
                StaticNode::Bool(_) => JsonKind::Bool,
                // simd-json represents `-0` as a signed zero.
                StaticNode::I64(number) if number != 0 => JsonKind::Int,
                StaticNode::U64(number) if number <= i64::MAX as u64 => JsonKind::Int,
                StaticNode::U64(_) => JsonKind::Uint,
                // Floats, and 128-bit integers if the program turns on that feature of simd-json.
                _ => JsonKind::Float,
            },
        }
    }

    /// Returns whether the value is `null`.
    pub fn is_null(&self) -> bool {
        self.kind() == JsonKind::Null
    }

    /// Returns the string, unescaped, or `None` if the value is not a string.
    pub fn as_str(&self) -> Option<&'a str> {
        match self.node() {
            Node::String(string) => Some(string),
            _ => None,
        }
    }

    /// Returns the boolean, or `None` if the value is not a boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match self.node() {
            Node::Static(StaticNode::Bool(value)) => Some(value),
            _ => None,
        }
    }

    /// Returns the integer, or `None` if the value is not an integer or out of range. `1.0` and
    /// `-0` are floats.
    pub fn as_i64(&self) -> Option<i64> {
        match self.node() {
            Node::Static(StaticNode::I64(number)) => Some(number).filter(|&number| number != 0),
            Node::Static(StaticNode::U64(number)) => number.try_into().ok(),
            _ => None,
        }
    }

    /// Returns the integer, or `None` if the value is not an integer or out of range. `1.0` and
    /// `-0` are floats.
    pub fn as_u64(&self) -> Option<u64> {
        match self.node() {
            Node::Static(StaticNode::U64(number)) => Some(number),
            _ => None,
        }
    }

    /// Returns the number as the nearest float, or `None` if the value is not a number.
    pub fn as_f64(&self) -> Option<f64> {
        match self.node() {
            Node::Static(StaticNode::I64(0)) => Some(-0.0),
            Node::Static(number) => number.cast_f64(),
            _ => None,
        }
    }

    /// Returns the number of elements of an array or of members of an object, and 0 for any other
    /// value.
    pub fn len(&self) -> usize {
        match self.node() {
            Node::Array { len, .. } | Node::Object { len, .. } => len,
            _ => 0,
        }
    }

    /// Returns whether there are no elements and no members.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns the first member with this name, or `None` if there is no such member or the value
    /// is not an object.
    pub fn get(&self, name: &str) -> Option<Json<'a>> {
        self.entries().find(|&(found, _)| found == name).map(|(_, value)| value)
    }

    /// Returns the element with this index, counted from 0, or `None` if there is no such element
    /// or the value is not an array.
    pub fn at(&self, index: usize) -> Option<Json<'a>> {
        self.iter().nth(index)
    }

    /// Iterates over the elements of an array. Empty for any other value.
    pub fn iter(&self) -> Elements<'a> {
        let len = if let Node::Array { len, .. } = self.node() { len } else { 0 };
        Elements { nodes: &self.nodes[1..], left: len }
    }

    /// Iterates over names and values of an object, in the order of the text. Empty for any other
    /// value.
    pub fn entries(&self) -> Entries<'a> {
        let len = if let Node::Object { len, .. } = self.node() { len } else { 0 };
        Entries(Elements { nodes: &self.nodes[1..], left: 2 * len })
    }

    /// Returns the value at a JSON Pointer (RFC 6901), such as `/items/0/name`. The empty pointer
    /// is the value itself.
    ///
    /// Returns `None` if there is no such value, or if the pointer is invalid.
    pub fn pointer(&self, pointer: &str) -> Option<Json<'a>> {
        tokens(pointer)?.try_fold(*self, |value, token| match value.kind() {
            JsonKind::Object => {
                value.entries().find(|&(name, _)| token.is(name)).map(|(_, value)| value)
            }
            JsonKind::Array => value.at(index(token)?),
            _ => None,
        })
    }
}

/// An iterator over the elements of an array, returned by [`Json::iter`].
#[derive(Clone)]
pub struct Elements<'a> {
    /// Begins with the next element.
    nodes: &'a [Node<'a>],
    left: usize,
}

impl<'a> Iterator for Elements<'a> {
    type Item = Json<'a>;

    fn next(&mut self) -> Option<Json<'a>> {
        self.left = self.left.checked_sub(1)?;
        let inside = match self.nodes[0] {
            Node::Array { count, .. } | Node::Object { count, .. } => count,
            _ => 0,
        };
        let (nodes, rest) = self.nodes.split_at(1 + inside);
        self.nodes = rest;
        Some(Json { nodes })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl ExactSizeIterator for Elements<'_> {}
impl FusedIterator for Elements<'_> {}

/// An iterator over the members of an object, returned by [`Json::entries`].
#[derive(Clone)]
pub struct Entries<'a>(Elements<'a>);

impl<'a> Iterator for Entries<'a> {
    type Item = (&'a str, Json<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        Some((self.0.next()?.as_str()?, self.0.next()?))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.0.left / 2, Some(self.0.left / 2))
    }
}

impl ExactSizeIterator for Entries<'_> {}
impl FusedIterator for Entries<'_> {}

impl<'a> IntoIterator for Json<'a> {
    type Item = Json<'a>;
    type IntoIter = Elements<'a>;

    fn into_iter(self) -> Elements<'a> {
        self.iter()
    }
}

impl fmt::Debug for Json<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind() {
            JsonKind::Null => f.write_str("null"),
            JsonKind::Bool => self.as_bool().unwrap_or_default().fmt(f),
            JsonKind::Int => self.as_i64().unwrap_or_default().fmt(f),
            JsonKind::Uint => self.as_u64().unwrap_or_default().fmt(f),
            JsonKind::Float => self.as_f64().unwrap_or_default().fmt(f),
            JsonKind::String => self.as_str().unwrap_or_default().fmt(f),
            JsonKind::Array => f.debug_list().entries(self.iter()).finish(),
            JsonKind::Object => f.debug_map().entries(self.entries()).finish(),
        }
    }
}
