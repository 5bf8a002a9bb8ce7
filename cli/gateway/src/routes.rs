//! Paths of routes: `docs/gateway.md` says which request goes where.

use std::fmt;

use percent_encoding::NON_ALPHANUMERIC;
use regex::Regex;

use crate::parts::{Parts, Rank, glob};

/// The path of a route (<https://cloud.tencent.com/document/product/628/11939>).
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    form: Form,
}

#[derive(Clone, Debug)]
enum Form {
    /// `=/path`: this path alone.
    Exact(String),
    /// `^~/path`: what begins so, before regular expressions are tried.
    Preferred(String),
    /// `~^/user/[0-9]+$`, and `/user/{id}`, whose variables, in their order, take one character or
    /// more.
    Regex(Box<Regex>, Vec<String>),
    /// `/path`: what begins so.
    Prefix(String),
    /// The path of a REST or HTTP API of AWS.
    Parts(Parts),
    /// The path of a rule of AWS's load balancer.
    Glob,
    /// Any path.
    Any,
}

/// Why a path cannot be one of a route.
#[derive(Debug)]
pub struct InvalidPattern(pub String);

/// Bytes that a compiled expression may take.
const EXPRESSION_SIZE: usize = 1 << 20;

impl Pattern {
    /// Reads the path of a route. One without a slash at its front gets one.
    pub fn new(text: &str) -> Result<Pattern, InvalidPattern> {
        let form = if let Some(path) = text.strip_prefix('=') {
            Form::Exact(path.into())
        } else if let Some(path) = text.strip_prefix("^~") {
            Form::Preferred(path.into())
        } else if let Some(expression) = text.strip_prefix("~*") {
            compile(&format!("(?i){}", expression.trim_start()), Vec::new())?
        } else if let Some(expression) = text.strip_prefix('~') {
            compile(expression.trim_start(), Vec::new())?
        } else if text.contains('{') {
            template(&with_slash(text))?
        } else {
            Form::Prefix(with_slash(text))
        };
        if let Form::Exact(path) | Form::Preferred(path) = &form
            && !path.starts_with('/')
        {
            return Err(InvalidPattern(format!("the path `{text}` has to go on with a slash")));
        }
        let text = match &form {
            Form::Prefix(path) => path.clone(),
            Form::Regex(..) if !text.starts_with('~') => with_slash(text),
            _ => text.into(),
        };
        Ok(Pattern { text, form })
    }

    /// Reads the path of a REST or HTTP API of AWS
    /// (<https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html>).
    /// One without a slash at its front gets one.
    pub(crate) fn aws(text: &str) -> Result<Pattern, InvalidPattern> {
        let text = with_slash(text);
        match Parts::new(&text) {
            Ok(parts) => Ok(Pattern { text, form: Form::Parts(parts) }),
            Err(reason) => Err(InvalidPattern(format!("the path `{text}` {reason}"))),
        }
    }

    /// The path of a rule of AWS's load balancer.
    pub(crate) fn glob(text: &str) -> Pattern {
        Pattern { text: text.into(), form: Form::Glob }
    }

    /// Any path, under this name.
    pub(crate) fn any(name: &str) -> Pattern {
        Pattern { text: name.into(), form: Form::Any }
    }

    /// The names in braces.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        let (names, parts) = match &self.form {
            Form::Regex(_, names) => (names.as_slice(), None),
            Form::Parts(parts) => (&[][..], Some(parts)),
            _ => (&[][..], None),
        };
        names.iter().map(String::as_str).chain(parts.into_iter().flat_map(Parts::variables))
    }

    /// The place of a path of AWS among those that match: the lowest one counts. It is `None` for
    /// the route that takes what no other takes.
    pub(crate) fn aws_rank(&self) -> Option<Rank> {
        match &self.form {
            Form::Parts(parts) => Some(parts.rank()),
            _ => None,
        }
    }

    /// What two routes must not have in common.
    pub(crate) fn identity(&self) -> String {
        match &self.form {
            Form::Parts(parts) => parts.identity(),
            Form::Glob | Form::Any => self.text.clone(),
            _ => self.text.to_lowercase(),
        }
    }

    /// What the variables take of a path that matches; `None` if it does not.
    pub fn matches<'p>(&self, path: &'p str) -> Option<Vec<(&str, &'p str)>> {
        match &self.form {
            Form::Exact(exact) => (path == exact).then(Vec::new),
            Form::Preferred(prefix) | Form::Prefix(prefix) => {
                path.starts_with(prefix.as_str()).then(Vec::new)
            }
            Form::Regex(regex, names) => {
                let captures = regex.captures(path)?;
                let values =
                    captures.iter().skip(1).map(|value| value.map_or("", |it| it.as_str()));
                Some(names.iter().map(String::as_str).zip(values).collect())
            }
            Form::Parts(parts) => parts.matches(path),
            Form::Glob => glob(&self.text, path).then(Vec::new),
            Form::Any => Some(Vec::new()),
        }
    }

    /// Whether it can take all requests of another path.
    pub(crate) fn is_wide(&self) -> bool {
        matches!(self.form, Form::Preferred(_) | Form::Regex(..))
    }

    /// Whether it matches every path that the other pattern matches. When that is not certain, it
    /// does not.
    pub(crate) fn covers(&self, other: &Pattern) -> bool {
        // Stands for anything that the other pattern takes.
        const ANYTHING: &str = "\u{1}";
        let takes = |path: &str| match &self.form {
            Form::Exact(exact) => path == exact,
            Form::Preferred(prefix) | Form::Prefix(prefix) => path.starts_with(prefix.as_str()),
            // Nothing is known of the user's own expression.
            Form::Regex(regex, _) => !self.text.starts_with('~') && regex.is_match(path),
            Form::Parts(_) | Form::Glob | Form::Any => false,
        };
        match &other.form {
            Form::Exact(path) => takes(path),
            Form::Preferred(path) | Form::Prefix(path) => {
                takes(path) && takes(&format!("{path}{ANYTHING}"))
            }
            Form::Regex(..) if other.text.starts_with('~') => false,
            Form::Regex(_, names) => takes(&names.iter().fold(other.text.clone(), |path, name| {
                path.replacen(&format!("{{{name}}}"), ANYTHING, 1)
            })),
            Form::Parts(_) | Form::Glob | Form::Any => false,
        }
    }

    /// Why no request can have such a path: a client encodes what is not visible ASCII, and events
    /// contain paths as they were sent.
    pub(crate) fn never_matches(&self) -> Option<String> {
        let is_encoded = |it: char| !it.is_ascii_graphic() || it == '?' || it == '#';
        let (sign, path) = match &self.form {
            Form::Exact(path) => ("=", path),
            Form::Preferred(path) => ("^~", path),
            Form::Regex(..) if self.text.starts_with('~') => return None,
            Form::Regex(..) | Form::Prefix(_) | Form::Parts(_) => ("", &self.text),
            Form::Glob | Form::Any => return None,
        };
        let outside = self
            .variables()
            .fold(path.clone(), |path, name| path.replacen(&format!("{{{name}}}"), "", 1));
        let found = outside.chars().find(|it| is_encoded(*it))?;
        if found == '?' || found == '#' {
            return Some(format!("`{found}` ends it, and what follows is not part of a path"));
        }
        let mut encoded = String::from(sign);
        for character in path.chars() {
            if is_encoded(character) {
                let mut bytes = [0; 4];
                let bytes = character.encode_utf8(&mut bytes).as_bytes();
                encoded.extend(percent_encoding::percent_encode(bytes, NON_ALPHANUMERIC));
            } else {
                encoded.push(character);
            }
        }
        Some(format!("clients send `{encoded}`"))
    }

    /// Of two patterns that match, the one with the higher rank counts.
    pub fn rank(&self) -> (u8, usize) {
        match &self.form {
            Form::Exact(_) => (3, 0),
            Form::Preferred(prefix) => (2, prefix.len()),
            Form::Regex(..) => (1, 0),
            Form::Prefix(prefix) => (0, prefix.len()),
            Form::Parts(_) | Form::Glob | Form::Any => (0, 0),
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn with_slash(text: &str) -> String {
    if text.starts_with('/') { text.into() } else { format!("/{text}") }
}

fn compile(expression: &str, names: Vec<String>) -> Result<Form, InvalidPattern> {
    let mut builder = regex::RegexBuilder::new(expression);
    match builder.size_limit(EXPRESSION_SIZE).build() {
        Ok(regex) => Ok(Form::Regex(Box::new(regex), names)),
        Err(error) => {
            let reason = error.to_string();
            let reason = reason.lines().last().unwrap_or_default();
            Err(InvalidPattern(format!("the path is no regular expression: {reason}")))
        }
    }
}

/// A regular expression for a path with variables. A variable takes as much as it can, slashes too.
fn template(path: &str) -> Result<Form, InvalidPattern> {
    let wrong = |reason: &str| InvalidPattern(format!("the path `{path}` {reason}"));
    let mut expression = String::from("^");
    let mut names: Vec<String> = Vec::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) =
            after.split_once('}').ok_or_else(|| wrong("has a brace without end"))?;
        if name.is_empty() || name.contains(['{', '/']) {
            return Err(wrong("has braces without a name in them"));
        }
        if names.iter().any(|other| other == name) {
            return Err(wrong("has a variable twice"));
        }
        names.push(name.into());
        expression += &regex::escape(before);
        expression += "(.+)";
        rest = after;
    }
    expression += &regex::escape(rest);
    expression.push('$');
    compile(&expression, names)
}
