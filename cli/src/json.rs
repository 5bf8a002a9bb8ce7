//! Events as JSON lines.

use std::io;

use apigw::Event;
use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};
use serde_json::{Map, Value, json};

use crate::args::JsonForm;
use crate::text::TerminalJson;

/// Appends an event as a line.
pub(crate) fn write(
    form: JsonForm,
    file: &str,
    line: u64,
    event: &Event<'_>,
    is_terminal: bool,
    out: &mut Vec<u8>,
) -> io::Result<()> {
    match form {
        JsonForm::Pairs => serialize(event, is_terminal, out)?,
        JsonForm::Maps => serialize(&Maps { file, line, event }, is_terminal, out)?,
    }
    out.push(b'\n');
    Ok(())
}

fn serialize(value: &impl Serialize, is_terminal: bool, out: &mut Vec<u8>) -> io::Result<()> {
    let written = if is_terminal {
        value.serialize(&mut serde_json::Serializer::with_formatter(out, TerminalJson))
    } else {
        value.serialize(&mut serde_json::Serializer::new(out))
    };
    Ok(written?)
}

/// An event with objects for its maps: `.headers.host` is the value of that header.
struct Maps<'e> {
    file: &'e str,
    line: u64,
    event: &'e Event<'e>,
}

impl Serialize for Maps<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let pairs = serde_json::to_value(self.event).map_err(serde::ser::Error::custom)?;
        let mut event = serializer.serialize_map(None)?;
        event.serialize_entry("file", self.file)?;
        event.serialize_entry("line", &self.line)?;
        for (name, value) in pairs.as_object().into_iter().flatten() {
            match value {
                Value::Array(pairs) if name.ends_with("extras") => {
                    event.serialize_entry(name, &object(pairs, |name| name.into(), raw))?;
                }
                Value::Array(pairs) if name == "headers" => {
                    event.serialize_entry(name, &object(pairs, str::to_ascii_lowercase, text))?;
                }
                Value::Array(pairs) => {
                    event.serialize_entry(name, &object(pairs, |name| name.into(), text))?;
                }
                _ => event.serialize_entry(name, value)?,
            }
        }
        event.end()
    }
}

/// Pairs of names and values as an object. The values of one name become a list.
fn object(
    pairs: &[Value],
    rename: impl Fn(&str) -> String,
    value: impl Fn(&Value) -> Value,
) -> Map<String, Value> {
    let mut object = Map::new();
    // Names that have more than one value.
    let mut repeated = std::collections::HashSet::new();
    for pair in pairs {
        let name = rename(pair[0].as_str().unwrap_or_default());
        let value = value(&pair[1]);
        match object.get_mut(&name) {
            None => {
                object.insert(name, value);
            }
            Some(Value::Array(list)) if repeated.contains(&name) => list.push(value),
            Some(first) => {
                *first = json!([first.take(), value]);
                repeated.insert(name);
            }
        }
    }
    object
}

/// The value of a header or an argument; a bare name is `true`, as in an event.
fn text(value: &Value) -> Value {
    if value.is_null() { Value::Bool(true) } else { value.clone() }
}

/// The value of an unknown member, which is JSON text.
fn raw(value: &Value) -> Value {
    let text = value.as_str().unwrap_or_default();
    // A number beyond the range of a float stays text.
    serde_json::from_str(text).unwrap_or_else(|_| value.clone())
}
