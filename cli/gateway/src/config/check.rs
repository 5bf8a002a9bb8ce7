//! Compares a file with the schema.

use strsim::osa_distance;

use super::Problem;
use super::schema::Kind;
use super::yaml::{Node, Value};

/// Adds what is wrong with `node`, which is the value of `name`.
pub(super) fn check(node: &Node, kind: Kind, name: &str, problems: &mut Vec<Problem>) {
    let mut wrong = |wanted: &str| {
        let kind = node.value.kind();
        let message = format!("`{name}` has to be {wanted}, this is {kind}");
        problems.push(Problem::error(node.place, message));
    };
    match (kind, &node.value) {
        // A key without a value counts as left out.
        (_, Value::Null) | (Kind::Any, _) | (Kind::Text, Value::Bool(_) | Value::Text(_)) => {}
        (_, Value::Unresolved(reason)) => {
            problems.push(Problem::error(node.place, format!("`{name}`: {reason}")));
        }
        (Kind::Text, _) => wrong("text"),
        (Kind::TextOr(kind), value) => {
            let kind = if matches!(value, Value::Text(_)) { Kind::Text } else { *kind };
            check(node, kind, name, problems);
        }
        (Kind::BoolOr(kind), value) => {
            let is_map = matches!(value, Value::Map(_));
            check(node, if is_map { *kind } else { Kind::Bool }, name, problems);
        }
        (Kind::ListOr(kind, _), Value::List(items)) => {
            items.iter().for_each(|item| check(item, *kind, name, problems));
        }
        (Kind::ListOr(_, kind), _) => check(node, *kind, name, problems),
        (Kind::Bool | Kind::Switch, Value::Bool(_)) => {}
        (Kind::Bool, Value::Text(text)) if as_bool(text).is_some() => {}
        (Kind::Switch, Value::Text(text)) if as_switch(text).is_some() => {}
        (Kind::Bool, _) => wrong("true or false"),
        (Kind::Switch, _) => wrong("true, false, OPEN or CLOSE"),
        (Kind::Number(first, last), Value::Text(text))
            if text.parse().is_ok_and(|number: u64| (first..=last).contains(&number)) => {}
        (Kind::Number(first, last), Value::Text(text)) => {
            let message =
                format!("`{name}` has to be a number from {first} to {last}, not `{text}`");
            problems.push(Problem::error(node.place, message));
        }
        (Kind::Number(..), _) => wrong("a number"),
        (Kind::OneOf(words), Value::Text(text)) => {
            if !words.iter().any(|word| word.eq_ignore_ascii_case(text)) {
                let words_text = words.join(", ");
                let message = format!("`{name}` has to be one of {words_text}, not `{text}`");
                problems.push(Problem::error(node.place, with_hint(message, text, words)));
            }
        }
        (Kind::OneOf(words), _) => wrong(&format!("one of {}", words.join(", "))),
        (Kind::List(kind), Value::List(items)) => {
            items.iter().for_each(|item| check(item, *kind, name, problems));
        }
        (Kind::List(kind), _) => check(node, *kind, name, problems),
        (Kind::Map(keys) | Kind::Open(keys) | Kind::Known(keys), Value::Map(_)) => {
            for (key, value) in node.members() {
                if let Some((_, kind)) = keys.iter().find(|(known, _)| *known == key.name) {
                    check(value, *kind, &key.name, problems);
                    continue;
                }
                // A key that the map already has is not the one that was meant.
                let known = keys.iter().map(|(known, _)| *known);
                let known = known.filter(|known| node.get(known).is_none());
                let near = suggest(&key.name, known);
                let message = format!("`{name}` has no key `{}`", key.name);
                match (kind, near) {
                    (Kind::Open(_), None) => {}
                    (_, near) => {
                        let hint = near.map(|near| format!("; is it `{near}`?"));
                        let hint = hint.unwrap_or_default();
                        problems.push(if matches!(kind, Kind::Map(_)) {
                            Problem::error(key.place, message + &hint)
                        } else {
                            let message = format!("{message} that is known here{hint}");
                            Problem::warning(key.place, message)
                        });
                    }
                }
            }
        }
        (Kind::Named(kind), Value::Map(_)) => {
            node.members().iter().for_each(|(key, value)| check(value, *kind, &key.name, problems));
        }
        (Kind::Map(_) | Kind::Open(_) | Kind::Known(_) | Kind::Named(_), _) => wrong("a map"),
    }
}

fn with_hint(message: String, text: &str, words: &[&'static str]) -> String {
    match suggest(text, words.iter().copied()) {
        Some(near) => format!("{message}; is it `{near}`?"),
        None => message,
    }
}

pub(super) fn as_bool(text: &str) -> Option<bool> {
    match () {
        () if text.eq_ignore_ascii_case("true") => Some(true),
        () if text.eq_ignore_ascii_case("false") => Some(false),
        () => None,
    }
}

pub(super) fn as_switch(text: &str) -> Option<bool> {
    match () {
        () if text.eq_ignore_ascii_case("open") => Some(true),
        () if text.eq_ignore_ascii_case("close") => Some(false),
        () => as_bool(text),
    }
}

/// The known word that was meant, if one is near: the same in another case, or at most a third of
/// its letters away.
pub(super) fn suggest<'a>(word: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let letters = word.chars().count();
    known
        // Of a word that is much longer or shorter, none is near.
        .filter(|known| letters.abs_diff(known.chars().count()) <= known.len() / 3)
        .map(|known| (osa_distance(&word, &known.to_lowercase()), known))
        .filter(|(distance, known)| *distance <= known.len() / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}
