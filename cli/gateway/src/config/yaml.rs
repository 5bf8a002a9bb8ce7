//! YAML as a tree in which each part has its place in the file.

use std::collections::HashMap;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Tag};

use super::Problem;

/// Lines and columns, from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The line.
    pub line: usize,
    /// The column, in characters.
    pub column: usize,
}

impl From<Marker> for Place {
    fn from(marker: Marker) -> Place {
        Place { line: marker.line(), column: marker.col() + 1 }
    }
}

#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) place: Place,
    pub(super) value: Value,
}

#[derive(Clone, Debug)]
pub(super) enum Value {
    Null,
    Bool(bool),
    /// Any other scalar.
    Text(String),
    List(Vec<Node>),
    Map(Map),
    /// A text with a variable that has no value, for this reason.
    Unresolved(String),
}

/// Members in the order of the file, found by name.
#[derive(Clone, Debug, Default)]
pub(super) struct Map {
    members: Vec<(Key, Node)>,
    index: HashMap<String, usize>,
}

#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) place: Place,
    pub(super) name: String,
    /// Not written here but merged, so that a key that is written here replaces it.
    is_merged: bool,
}

/// Nodes of a document, aliases counted as often as they are used: a few anchors can make billions
/// of them.
pub(super) const MAX_NODES: usize = 100_000;

/// Bytes of a file: more are no configuration.
pub(super) const MAX_BYTES: u64 = 1 << 20;

/// Lists and maps that may be open at once.
const MAX_OPEN: usize = 100;

/// Reads the first document. An empty one is `Null`.
pub(super) fn parse(text: &str) -> Result<Node, Problem> {
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            Problem::error((*error.marker()).into(), format!("not YAML: {}", error.info()))
        })?;
        if matches!(event, Event::DocumentEnd) {
            break;
        }
        builder.add(event, span.start.into())?;
    }
    let empty = Node { place: Place { line: 1, column: 1 }, value: Value::Null };
    Ok(builder.root.unwrap_or(empty))
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    count: usize,
    root: Option<Node>,
}

/// A list or map that is being read.
struct Open {
    anchor: usize,
    key: Option<Key>,
    node: Node,
    /// What its tag calls.
    function: Option<String>,
}

impl Builder {
    fn add(&mut self, event: Event<'_>, place: Place) -> Result<(), Problem> {
        let (value, anchor) = match event {
            Event::Scalar(text, style, anchor, tag) => {
                let value = scalar(&text, style);
                (tagged(function(tag.as_deref()), place, value), anchor)
            }
            Event::SequenceStart(anchor, tag) => {
                return self.open(place, anchor, Value::List(vec![]), tag.as_deref());
            }
            Event::MappingStart(anchor, tag) => {
                return self.open(place, anchor, Value::Map(Map::default()), tag.as_deref());
            }
            Event::SequenceEnd | Event::MappingEnd => {
                return match self.open.pop() {
                    Some(Open { anchor, node, function, .. }) => {
                        let value = tagged(function, node.place, node.value);
                        self.close(anchor, Node { place: node.place, value })
                    }
                    None => Ok(()),
                };
            }
            Event::Alias(anchor) => match self.anchors.get(&anchor) {
                Some(node) => {
                    self.count += count(node);
                    if self.count > MAX_NODES {
                        return Err(too_many(place));
                    }
                    (node.value.clone(), 0)
                }
                None => {
                    return Err(Problem::error(place, "an alias to a part that is not finished"));
                }
            },
            _ => return Ok(()),
        };
        self.close(anchor, Node { place, value })
    }

    fn open(
        &mut self,
        place: Place,
        anchor: usize,
        value: Value,
        tag: Option<&Tag>,
    ) -> Result<(), Problem> {
        if self.open.len() == MAX_OPEN {
            return Err(Problem::error(place, "more than 100 lists and maps in each other"));
        }
        let function = function(tag);
        self.open.push(Open { anchor, key: None, node: Node { place, value }, function });
        Ok(())
    }

    /// Adds a finished node to what is open.
    fn close(&mut self, anchor: usize, node: Node) -> Result<(), Problem> {
        // A node with an anchor is kept once more.
        self.count += if anchor == 0 { 1 } else { 1 + count(&node) };
        if self.count > MAX_NODES {
            return Err(too_many(node.place));
        }
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        let Some(Open { key, node: parent, .. }) = self.open.last_mut() else {
            self.root = Some(node);
            return Ok(());
        };
        match &mut parent.value {
            Value::List(items) => items.push(node),
            Value::Map(map) => match key.take() {
                None => *key = Some(as_key(node)?),
                Some(name) => map.insert(name, node)?,
            },
            _ => {}
        }
        Ok(())
    }
}

/// The function of CloudFormation that a tag calls: `!Sub` is `Fn::Sub`
/// (<https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html>).
fn function(tag: Option<&Tag>) -> Option<String> {
    let name = &tag.filter(|tag| tag.handle == "!" && !tag.suffix.is_empty())?.suffix;
    Some(match name.as_str() {
        "Ref" | "Condition" => name.clone(),
        _ => format!("Fn::{name}"),
    })
}

/// A value whose tag calls a function is a map of the function's name and the value.
fn tagged(function: Option<String>, place: Place, value: Value) -> Value {
    let Some(name) = function else { return value };
    let mut map = Map::default();
    map.push(Key::new(place, name), Node { place, value });
    Value::Map(map)
}

fn too_many(place: Place) -> Problem {
    Problem::error(place, "more than 100000 values, aliases included")
}

pub(super) fn count(node: &Node) -> usize {
    1 + match &node.value {
        Value::List(items) => items.iter().map(count).sum(),
        Value::Map(map) => map.members.iter().map(|(_, node)| 1 + count(node)).sum(),
        _ => 0,
    }
}

fn as_key(node: Node) -> Result<Key, Problem> {
    let name = match node.value {
        Value::Text(text) => text,
        Value::Bool(value) => value.to_string(),
        Value::Null => "null".into(),
        Value::List(_) | Value::Map(_) | Value::Unresolved(_) => {
            return Err(Problem::error(node.place, "a key has to be text"));
        }
    };
    Ok(Key::new(node.place, name))
}

impl Map {
    fn insert(&mut self, key: Key, node: Node) -> Result<(), Problem> {
        // A merge key (https://yaml.org/type/merge.html): what is there already, or comes later,
        // counts.
        if key.name == "<<" {
            let merged = match node.value {
                Value::Map(merged) => vec![merged],
                Value::List(items) => items.into_iter().filter_map(Node::into_map).collect(),
                _ => return Err(Problem::error(node.place, "a merge key wants a map")),
            };
            for (key, node) in merged.into_iter().flat_map(|map| map.members) {
                if !self.index.contains_key(&key.name) {
                    self.push(Key { is_merged: true, ..key }, node);
                }
            }
            return Ok(());
        }
        match self.index.get(&key.name).map(|&at| &mut self.members[at]) {
            Some(member) if member.0.is_merged => *member = (key, node),
            Some((Key { place: Place { line, .. }, name, .. }, _)) => {
                let message = format!("`{name}` is here for the second time, first in line {line}");
                return Err(Problem::error(key.place, message));
            }
            None => self.push(key, node),
        }
        Ok(())
    }

    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut Node> {
        self.members.iter_mut().map(|(_, node)| node)
    }

    /// Adds a member, or replaces the one with this name.
    pub(super) fn set(&mut self, key: Key, node: Node) {
        match self.index.get(&key.name) {
            Some(&at) => self.members[at].1 = node,
            None => self.push(key, node),
        }
    }

    fn push(&mut self, key: Key, node: Node) {
        self.index.insert(key.name.clone(), self.members.len());
        self.members.push((key, node));
    }
}

/// The core schema of YAML 1.2, as far as it matters here: numbers stay text.
fn scalar(text: &str, style: ScalarStyle) -> Value {
    match text {
        _ if style != ScalarStyle::Plain => {}
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    Value::Text(text.into())
}

impl Key {
    pub(super) fn new(place: Place, name: String) -> Key {
        Key { place, name, is_merged: false }
    }
}

impl Node {
    fn into_map(self) -> Option<Map> {
        match self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The member of a map.
    pub(super) fn get(&self, name: &str) -> Option<&Node> {
        let Value::Map(map) = &self.value else { return None };
        let (_, node) = &map.members[*map.index.get(name)?];
        (!matches!(node.value, Value::Null)).then_some(node)
    }

    /// The value at a path such as `provider.stage` or `list.0`, as it was written.
    pub(super) fn find(&self, path: &str) -> Option<&Node> {
        path.split('.').try_fold(self, |node, name| match &node.value {
            Value::List(items) => items.get(name.parse::<usize>().ok()?),
            _ => node.get(name),
        })
    }

    /// Gives this place to all parts of the tree.
    pub(super) fn move_to(&mut self, place: Place) {
        self.place = place;
        match &mut self.value {
            Value::List(items) => items.iter_mut().for_each(|item| item.move_to(place)),
            Value::Map(map) => {
                for (key, node) in &mut map.members {
                    key.place = place;
                    node.move_to(place);
                }
            }
            _ => {}
        }
    }

    pub(super) fn get_mut(&mut self, name: &str) -> Option<&mut Node> {
        let Value::Map(map) = &mut self.value else { return None };
        Some(&mut map.members[*map.index.get(name)?].1)
    }

    /// All members of a map; none of anything else.
    pub(super) fn members(&self) -> &[(Key, Node)] {
        match &self.value {
            Value::Map(map) => &map.members,
            _ => &[],
        }
    }

    pub(super) fn items(&self) -> &[Node] {
        match &self.value {
            Value::List(items) => items,
            _ => &[],
        }
    }
}

impl Value {
    /// What it is, in words.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Value::Null => "nothing",
            Value::Bool(_) => "true or false",
            Value::Text(_) => "text",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
            Value::Unresolved(_) => "a variable",
        }
    }
}
