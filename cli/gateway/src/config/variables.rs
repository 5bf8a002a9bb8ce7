//! Replaces variables of a file: `${env:X}`, `${self:provider.stage}`, `${sls:stage}`, `${stage}`.
//!
//! A value with a variable that cannot be resolved becomes [`Value::Unresolved`]. It is an error
//! only where the value is used, because files contain many keys that have no effect here.

use std::collections::HashMap;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::Settings;
use super::aws::{ACCOUNT, REGION};
use super::check::suggest;
use super::foreign::{AWS, vendor};
use super::included::Included;
use super::yaml::{MAX_NODES, Node, Place, Value, count};

/// Members of the file that are variables by their own name.
const NAMES: &[&str] = &["app", "component", "name", "org", "stage"];

/// The stage of a component that does not name one.
const STAGE: &str = "dev";

/// References that a reference may lead through.
const MAX_DEPTH: usize = 20;

/// Bytes of all values together.
const MAX_TEXT: usize = 16 << 20;

/// Bytes of a `.env`.
const MAX_ENV: u64 = 1 << 20;

/// Resolves every variable below `root`. A `.env` and other files are read from `folder`. Returns
/// these other files.
pub(super) fn resolve(root: &mut Node, folder: &Path, settings: &Settings) -> Vec<PathBuf> {
    let original = root.clone();
    let dotenv = Dotenv::Unread(folder);
    let is_aws = vendor(&original).is_some_and(|(vendor, _)| vendor == AWS);
    let included = Included::new(folder);
    let place = root.place;
    let mut resolver =
        Resolver { root: &original, is_aws, settings, dotenv, included, place, work: 0, bytes: 0 };
    resolver.node(root, 0);
    let mut files: Vec<_> = resolver.included.into_paths().collect();
    files.sort();
    files
}

/// The variables of the file `.env`.
enum Dotenv<'f> {
    Unread(&'f Path),
    Read(Result<HashMap<String, String>, String>),
}

impl Dotenv<'_> {
    fn get(&mut self, name: &str) -> Result<Option<&str>, String> {
        if let Dotenv::Unread(folder) = self {
            *self = Dotenv::Read(read_env(&folder.join(".env")));
        }
        match self {
            Dotenv::Read(Ok(variables)) => Ok(variables.get(name).map(String::as_str)),
            Dotenv::Read(Err(reason)) => Err(reason.clone()),
            Dotenv::Unread(_) => Ok(None),
        }
    }
}

/// Reads a `.env`; one that does not exist has no variables.
fn read_env(path: &Path) -> Result<HashMap<String, String>, String> {
    let wrong = |reason: &dyn std::fmt::Display| format!("{}: {reason}", path.display());
    let mut bytes = Vec::new();
    match File::open(path).and_then(|file| file.take(MAX_ENV + 1).read_to_end(&mut bytes)) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(HashMap::new()),
        Err(error) => return Err(wrong(&error)),
    }
    if bytes.len() as u64 > MAX_ENV {
        return Err(wrong(&"is longer than 1 MiB"));
    }
    dotenvy::from_read_iter(&bytes[..]).collect::<Result<_, _>>().map_err(|error| wrong(&error))
}

struct Resolver<'r> {
    /// The file as it was written.
    root: &'r Node,
    /// Whether it is for AWS, and has the variables of such files.
    is_aws: bool,
    settings: &'r Settings,
    dotenv: Dotenv<'r>,
    included: Included<'r>,
    /// Where the text is that is being resolved.
    place: Place,
    /// Variables and nodes that were resolved. A few references can ask for billions.
    work: usize,
    bytes: usize,
}

impl<'r> Resolver<'r> {
    fn node(&mut self, node: &mut Node, depth: usize) {
        match &mut node.value {
            Value::Text(text) if text.contains("${") => {
                self.place = node.place;
                node.value = self.text(text, depth).unwrap_or_else(Value::Unresolved);
            }
            Value::List(items) => items.iter_mut().for_each(|item| self.node(item, depth)),
            Value::Map(map) => map.values_mut().for_each(|value| self.node(value, depth)),
            _ => {}
        }
    }

    /// Resolves a text. A text that is one variable can become any value.
    fn text(&mut self, text: &str, depth: usize) -> Result<Value, String> {
        // What is before a variable, and in it the same again.
        let mut open = vec![String::new()];
        let mut rest = text;
        while let Some(at) = rest.find(if open.len() > 1 { &['$', '}'][..] } else { &['$'][..] }) {
            let last = open.len() - 1;
            open[last] += &rest[..at];
            let after = &rest[at..];
            if let Some(inside) = after.strip_prefix("${") {
                open.push(String::new());
                rest = inside;
            } else if let Some(after) = after.strip_prefix('$') {
                open[last].push('$');
                rest = after;
            } else {
                rest = &after[1..];
                let expression = open.pop().unwrap_or_default();
                let value = self.expression(&expression, depth)?;
                if rest.is_empty() && open.len() == 1 && open[0].is_empty() {
                    return Ok(value);
                }
                let Some(value) = as_text(&value) else {
                    let kind = value.kind();
                    return Err(format!(
                        "`${{{expression}}}` is {kind}, which is no part of a text"
                    ));
                };
                self.bytes += value.len();
                if self.bytes > MAX_TEXT {
                    return Err("the values of variables have more than 16 MiB".into());
                }
                open[last - 1] += &value;
            }
        }
        if open.len() > 1 {
            return Err("`${` has no `}`".into());
        }
        Ok(Value::Text(open.concat() + rest))
    }

    /// The value of what is between the braces: the first alternative that exists.
    fn expression(&mut self, expression: &str, depth: usize) -> Result<Value, String> {
        self.work += 1;
        if self.work > MAX_NODES {
            return Err("variables refer to more than 100000 values".into());
        }
        let mut missing = None;
        for (index, alternative) in alternatives(expression).into_iter().enumerate() {
            match self.alternative(alternative.trim(), index > 0, depth)? {
                Ok(value) => return Ok(value),
                Err(reason) => missing = missing.or(Some(reason)),
            }
        }
        Err(missing.unwrap_or_else(|| unknown(expression)))
    }

    /// The value of one alternative; the inner error says that it does not exist.
    fn alternative(
        &mut self,
        text: &str,
        is_default: bool,
        depth: usize,
    ) -> Result<Result<Value, String>, String> {
        let quoted = ['\'', '"']
            .into_iter()
            .find_map(|quote| text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote)));
        if let Some(literal) = quoted {
            return Ok(Ok(Value::Text(literal.into())));
        }
        if let Some(name) = text.strip_prefix("env:").or_else(|| text.strip_prefix("env.")) {
            return self.environment(name);
        }
        if let Some(path) = text.strip_prefix("self:") {
            return match self.root.find(path) {
                Some(found) => self.reference(found, depth).map(Ok),
                None => Ok(Err(format!("the file has no `{path}`"))),
            };
        }
        if self.is_aws
            && let Some(value) = self.of_aws(text, depth)
        {
            return value;
        }
        if text.starts_with("opt:") {
            return Ok(Err(format!("there is no option of a command here for `${{{text}}}`")));
        }
        if NAMES.contains(&text) {
            return match self.root.get(text) {
                Some(found) => self.reference(found, depth).map(Ok),
                None if text == "stage" => Ok(Ok(Value::Text(STAGE.into()))),
                None => Ok(Err(format!("the file has no `{text}`"))),
            };
        }
        if is_default && is_literal(text) {
            return Ok(Ok(Value::Text(text.into())));
        }
        Err(unknown(text))
    }

    /// The value of a variable that only files for AWS have
    /// (<https://www.serverless.com/framework/docs/guides/variables>); the outer `None` says that
    /// it is not one of these.
    fn of_aws(
        &mut self,
        text: &str,
        depth: usize,
    ) -> Option<Result<Result<Value, String>, String>> {
        let known = |text: &str| Some(Ok(Ok(Value::Text(text.into()))));
        let missing = |reason: String| Some(Ok(Err(reason)));
        if let Some(stage) = &self.settings.stage
            && matches!(text, "opt:stage" | "sls:stage")
        {
            return known(stage);
        }
        match text {
            "aws:accountId" => return known(ACCOUNT),
            "aws:region" | "sls:stage" => {
                let (key, default) =
                    if text == "sls:stage" { ("stage", STAGE) } else { ("region", REGION) };
                let found = self.root.get("provider").and_then(|provider| provider.get(key));
                // The stage may be chosen by the stage itself: `stage: ${sls:stage}`.
                let found = found.filter(|node| !is_variable(node, text));
                return match found {
                    Some(found) => Some(self.reference(found, depth).map(Ok)),
                    None => known(default),
                };
            }
            "sls:instanceId" => return known("local"),
            _ => {}
        }
        if let Some(name) = text.strip_prefix("param:") {
            let stage = match self.of_aws("sls:stage", depth)? {
                Ok(Ok(Value::Text(stage))) => stage,
                other => return Some(other),
            };
            if let Some(value) = self.settings.parameters.get(name) {
                return known(value);
            }
            let params = self.root.get("params");
            let of = |stage: &str| params?.get(stage)?.get(name);
            return match of(&stage).or_else(|| of("default")) {
                Some(found) => Some(self.reference(found, depth).map(Ok)),
                None => missing(format!("`params` has no `{name}` for the stage `{stage}`")),
            };
        }
        if text.starts_with("file(") {
            return Some(match self.included.value(text, self.place) {
                Ok(Ok(found)) => self.reference(&found, depth).map(Ok),
                Ok(Err(reason)) => Ok(Err(reason)),
                Err(reason) => Err(reason),
            });
        }
        // What CloudFormation replaces: `${AWS::Region}`, `${Table.Arn}`.
        let is_variable = text.contains([':', '(']) && !text.starts_with("AWS::");
        if !is_variable && !is_literal(text) {
            return known(&format!("${{{text}}}"));
        }
        let sources = ["ssm", "cf", "s3", "output", "git", "terraform", "vault", "doppler"];
        let source = sources.into_iter().find(|source| {
            text.strip_prefix(source).is_some_and(|rest| rest.starts_with([':', '(', '.']))
        })?;
        missing(format!("`{source}` is not read here: write a default, `${{{text}, 'default'}}`"))
    }

    fn environment(&mut self, name: &str) -> Result<Result<Value, String>, String> {
        if let Ok(value) = std::env::var(name) {
            return Ok(Ok(Value::Text(value)));
        }
        Ok(match self.dotenv.get(name)? {
            Some(value) => Ok(Value::Text(value.into())),
            None => Err(format!(
                "the environment has no variable `{name}`: set it, or write it into `.env` next to \
                 this file"
            )),
        })
    }

    fn reference(&mut self, found: &Node, depth: usize) -> Result<Value, String> {
        if depth == MAX_DEPTH {
            return Err("the variable refers to itself, or through more than 20 others".into());
        }
        self.work += count(found);
        if self.work > MAX_NODES {
            return Err("variables refer to more than 100000 values".into());
        }
        let mut node = found.clone();
        self.node(&mut node, depth + 1);
        match node.value {
            Value::Unresolved(reason) => Err(reason),
            value => Ok(value),
        }
    }
}

/// What is separated by commas outside of quotes.
fn alternatives(expression: &str) -> Vec<&str> {
    let mut quote = None;
    let separator = |character: char| {
        match quote {
            Some(open) if open == character => quote = None,
            None if character == '\'' || character == '"' => quote = Some(character),
            _ => {}
        }
        quote.is_none() && character == ','
    };
    expression.split(separator).collect()
}

/// Whether a default is a number, `true` or `false`, which need no quotes.
fn is_literal(text: &str) -> bool {
    text.parse::<f64>().is_ok() || matches!(text, "true" | "false")
}

/// Whether a value is this variable alone.
fn is_variable(node: &Node, name: &str) -> bool {
    let Value::Text(text) = &node.value else { return false };
    let inside = text.strip_prefix("${").and_then(|text| text.strip_suffix('}'));
    inside.is_some_and(|inside| alternatives(inside).first().is_some_and(|it| it.trim() == name))
}

fn as_text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        Value::Bool(value) => Some(value.to_string()),
        Value::Null => Some(String::new()),
        _ => None,
    }
}

fn unknown(expression: &str) -> String {
    let known = "`${env:NAME}`, `${self:path.to.key}`, `${app}`, `${name}`, `${stage}`";
    let near = suggest(expression, NAMES.iter().copied());
    let hint = near.map(|near| format!("; is it `${{{near}}}`?")).unwrap_or_default();
    format!("the variable `${{{expression}}}` is not known here: {known} are{hint}")
}
