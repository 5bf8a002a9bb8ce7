//! Reading and parsing a file.

use std::fs;
use std::io::Read;
use std::path::Path;

use super::yaml::{self, MAX_BYTES, Place};
use super::{Config, Problem, Settings, aws, read, variables};

impl Settings {
    /// Reads a file. Folders in it are relative to its own.
    pub fn read(&self, path: &Path) -> Result<Config, Vec<Problem>> {
        let file = fs::File::open(path).map_err(|error| unreadable(error.to_string()))?;
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        self.read_from(file, folder.unwrap_or(Path::new(".")))
    }

    /// Reads a file that is open. Folders in it are relative to `folder`.
    pub fn read_from(&self, file: impl Read, folder: &Path) -> Result<Config, Vec<Problem>> {
        let mut bytes = Vec::new();
        // The length is that of what is read: a device or a pipe says that it has none.
        file.take(MAX_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| unreadable(error.to_string()))?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(unreadable("is longer than 1 MiB".into()));
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = 1 + before.iter().filter(|&&byte| byte == b'\n').count();
            vec![Problem::error(Place { line, column: 1 }, "is not UTF-8")]
        })?;
        self.parse(&text, folder)
    }

    /// Reads the text of a file. Folders in it are relative to `folder`. The problems are those of
    /// the whole file, at least one of them an error.
    pub fn parse(&self, text: &str, folder: &Path) -> Result<Config, Vec<Problem>> {
        let mut root = yaml::parse(text).map_err(|problem| vec![problem])?;
        // In a template, `${Name}` is CloudFormation's.
        let files = if text.contains("${") && !aws::is_template(&root) {
            variables::resolve(&mut root, folder, self)
        } else {
            Vec::new()
        };
        let mut problems = Vec::new();
        let mut config = read::read(&root, folder, self, &mut problems);
        problems.sort_by_key(|problem| problem.place);
        if problems.iter().any(|problem| !problem.is_warning) {
            return Err(problems);
        }
        (config.warnings, config.files) = (problems, files);
        Ok(config)
    }
}

fn unreadable(reason: String) -> Vec<Problem> {
    vec![Problem::error(Place { line: 1, column: 1 }, reason)]
}
