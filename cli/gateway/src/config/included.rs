//! Other files whose values a variable takes: `${file(./config.yml):path.to.key}`
//! (<https://www.serverless.com/framework/docs/guides/variables/file>).

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use super::yaml::{self, MAX_BYTES, Node, Place, Value};

/// The files that variables of one file have named.
pub(super) struct Included<'f> {
    folder: &'f Path,
    /// What is in them; the inner error says that a file does not exist.
    files: HashMap<PathBuf, Result<Result<Node, String>, String>>,
}

impl<'f> Included<'f> {
    pub(super) fn new(folder: &'f Path) -> Included<'f> {
        Included { folder, files: HashMap::new() }
    }

    /// The value that a text such as `file(./config.yml):path.to.key` names. Its parts are all at
    /// `place`, where the variable is. The inner error says that there is none.
    pub(super) fn value(
        &mut self,
        text: &str,
        place: Place,
    ) -> Result<Result<Node, String>, String> {
        let wrong = || format!("`${{{text}}}` is not like `${{file(./config.yml):path.to.key}}`");
        let rest = text.strip_prefix("file(").ok_or_else(wrong)?;
        let (name, rest) = rest.split_once(')').ok_or_else(wrong)?;
        let key = match rest.strip_prefix(':') {
            Some(key) => Some(key),
            None if rest.is_empty() => None,
            None => return Err(wrong()),
        };
        let name = name.trim();
        let path = self.folder.join(name);
        let folder = self.folder;
        let file = self.files.entry(path).or_insert_with_key(|path| read(name, path, folder));
        let node = match file {
            Err(reason) => return Err(reason.clone()),
            Ok(Err(reason)) => return Ok(Err(reason.clone())),
            Ok(Ok(node)) => node,
        };
        let found = match key {
            None => Some(&*node),
            Some(key) => node.find(key),
        };
        let Some(found) = found else {
            return Ok(Err(format!("`{name}` has no `{}`", key.unwrap_or_default())));
        };
        let mut found = found.clone();
        found.move_to(place);
        Ok(Ok(found))
    }

    /// The files, whether they exist or not.
    pub(super) fn into_paths(self) -> impl Iterator<Item = PathBuf> {
        self.files.into_keys()
    }
}

fn read(name: &str, path: &Path, folder: &Path) -> Result<Result<Node, String>, String> {
    let wrong = |reason: &dyn std::fmt::Display| format!("`{name}`: {reason}");
    let is_inside = match (fs::canonicalize(path), fs::canonicalize(folder)) {
        (Ok(path), Ok(folder)) => path.starts_with(folder),
        // Whether it does not exist or cannot be read is found out below.
        _ => !name.starts_with('~') && !name.split(['/', '\\']).any(|part| part == ".."),
    };
    if !is_inside {
        return Err(wrong(&"is not in the folder of this file"));
    }
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    if ["js", "cjs", "mjs", "ts"].contains(&ending) {
        return Err(wrong(&"is code, which is not run here"));
    }
    let mut text = Vec::new();
    match File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut text)) {
        Ok(_) => {}
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Ok(Err(format!("there is no file `{name}`")));
        }
        Err(error) => return Err(wrong(&error)),
    }
    if text.len() as u64 > MAX_BYTES {
        return Err(wrong(&"is longer than 1 MiB"));
    }
    let text = String::from_utf8(text).map_err(|_| wrong(&"is not UTF-8"))?;
    // JSON is YAML.
    if ["yml", "yaml", "json"].contains(&ending) {
        return match yaml::parse(&text) {
            Ok(node) => Ok(Ok(node)),
            Err(problem) => Err(wrong(&problem)),
        };
    }
    Ok(Ok(Node { place: Place::default(), value: Value::Text(text) }))
}
