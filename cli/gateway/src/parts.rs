//! Paths of routes of AWS: `/users/{id}`, `/{proxy+}`, and those of the rules of a load balancer,
//! `/a/*`.

use std::fmt::Write as _;

/// A path of a REST or an HTTP API, in its parts.
#[derive(Clone, Debug)]
pub(crate) struct Parts(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    /// `{id}`: one part that is not empty.
    Variable(String),
    /// `{proxy+}`: all that follows, at least one character.
    Greedy(String),
}

/// The place of a path among those that match: the lowest one counts.
pub(crate) type Rank = (bool, Vec<u8>);

impl Parts {
    /// Reads a path that begins with a slash. The error completes a sentence on the path.
    pub(crate) fn new(path: &str) -> Result<Parts, String> {
        let mut parts: Vec<Part> = Vec::new();
        for text in path.strip_prefix('/').unwrap_or(path).split('/') {
            if let Some(Part::Greedy(name)) = parts.last() {
                return Err(format!("goes on after `{{{name}+}}`, which takes all that follows"));
            }
            let name = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
            let part = match name {
                Some(name) => {
                    let (name, is_greedy) = match name.strip_suffix('+') {
                        Some(name) => (name, true),
                        None => (name, false),
                    };
                    if name.is_empty() || name.contains(['{', '}']) {
                        return Err("has braces without a name in them".into());
                    }
                    if parts.iter().any(|part| part.name() == Some(name)) {
                        return Err(format!("has the variable `{name}` twice"));
                    }
                    if is_greedy { Part::Greedy(name.into()) } else { Part::Variable(name.into()) }
                }
                None if text.contains(['{', '}']) => {
                    return Err(format!(
                        "has the part `{text}`: a variable is a whole part, as in `/users/{{id}}`"
                    ));
                }
                None => Part::Text(text.into()),
            };
            parts.push(part);
        }
        Ok(Parts(parts))
    }

    pub(crate) fn variables(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(Part::name)
    }

    /// What the variables take of a path that matches.
    pub(crate) fn matches<'p>(&self, path: &'p str) -> Option<Vec<(&str, &'p str)>> {
        let mut rest = Some(path.strip_prefix('/')?);
        let mut found = Vec::new();
        for part in &self.0 {
            let at = rest?;
            let (text, after) = match at.split_once('/') {
                Some((text, after)) => (text, Some(after)),
                None => (at, None),
            };
            rest = after;
            match part {
                Part::Text(wanted) if wanted == text => {}
                Part::Variable(name) if !text.is_empty() => found.push((name.as_str(), text)),
                Part::Greedy(name) if !at.is_empty() => {
                    found.push((name.as_str(), at));
                    return Some(found);
                }
                _ => return None,
            }
        }
        rest.is_none().then_some(found)
    }

    /// Whether its last variable takes slashes too, and how special each part is.
    pub(crate) fn rank(&self) -> Rank {
        let ranks = self.0.iter().map(|part| match part {
            Part::Text(_) => 0,
            Part::Variable(_) => 1,
            Part::Greedy(_) => 2,
        });
        (self.0.iter().any(|part| matches!(part, Part::Greedy(_))), ranks.collect())
    }

    /// The path without the names of its variables: of two routes with the same one, only one can
    /// get a request.
    pub(crate) fn identity(&self) -> String {
        let mut identity = String::new();
        for part in &self.0 {
            // Writing to a string cannot fail.
            let _ = match part {
                Part::Text(text) => write!(identity, "/{text}"),
                Part::Variable(_) => write!(identity, "/{{}}"),
                Part::Greedy(_) => write!(identity, "/{{+}}"),
            };
        }
        identity
    }
}

impl Part {
    fn name(&self) -> Option<&str> {
        match self {
            Part::Text(_) => None,
            Part::Variable(name) | Part::Greedy(name) => Some(name),
        }
    }
}

/// Whether a text matches a pattern in which `*` stands for any characters and `?` for one. The
/// time is at most the product of their lengths.
pub(crate) fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut text_at) = (0, 0);
    // Where to go on if what follows the last `*` does not match.
    let mut back: Option<(usize, usize)> = None;
    while text_at < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                back = Some((at + 1, text_at));
                at += 1;
            }
            Some(&byte) if byte == b'?' || byte == text[text_at] => {
                (at, text_at) = (at + 1, text_at + 1);
            }
            _ => {
                let Some((after, from)) = back else { return false };
                back = Some((after, from + 1));
                (at, text_at) = (after, from + 1);
            }
        }
    }
    pattern[at..].iter().all(|byte| *byte == b'*')
}
