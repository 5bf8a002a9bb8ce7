//! The scalars of a file by their types.

use super::check::as_bool;
use super::yaml::{Node, Value};

pub(super) fn is_on(node: &Node, name: &str) -> bool {
    node.get(name).and_then(boolean).unwrap_or(false)
}

pub(super) fn text(node: &Node) -> Option<String> {
    match &node.value {
        Value::Text(text) => Some(text.clone()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

pub(super) fn boolean(node: &Node) -> Option<bool> {
    match &node.value {
        Value::Bool(value) => Some(*value),
        Value::Text(text) => as_bool(text),
        _ => None,
    }
}

pub(super) fn number(node: &Node) -> Option<u64> {
    match &node.value {
        Value::Text(text) => text.parse().ok(),
        _ => None,
    }
}
