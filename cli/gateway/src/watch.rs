//! Watches the files that functions can have loaded, and the file with their triggers.
//!
//! It looks again and again: that works on every file system, also on those that do not report
//! changes made elsewhere.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::iter;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use globset::GlobSet;
use ignore::WalkBuilder;

use crate::config::Function;

/// Folders whose files are not the function's own code. Names with a dot at their front are not
/// looked at either.
const IGNORED: &[&str] = &["node_modules", "target", "__pycache__"];

/// Between two looks at a folder. A save is mostly several changes: it is over when two looks find
/// the same.
pub(crate) const PAUSE: Duration = Duration::from_millis(200);

/// What Node loads.
const NODE: &[&str] =
    &["js", "mjs", "cjs", "ts", "mts", "cts", "jsx", "tsx", "json", "node", "wasm"];

/// What programs in other languages load.
const OTHERS: &[&str] = &[
    "class", "dll", "ex", "exs", "go", "jar", "java", "kt", "lua", "php", "pl", "pm", "py", "pyc",
    "rb", "rs", "sh", "so",
];

/// Files that count whatever their ending is, and although `.gitignore` mostly names them.
const ALWAYS: &[&str] =
    &[".env", "bootstrap", "serverless.yml", "serverless.yaml", "template.yaml", "template.yml"];

/// Times in a row that the function may have itself started again by a change of one file, each
/// soon after the time before.
const MAX_RESTARTS: usize = 5;
const SOON: Duration = Duration::from_secs(10);

/// How long a file that has done so has to stay as it is before it counts again.
const QUIET: Duration = Duration::from_secs(10);

/// Which files of a function count.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rules {
    /// Files that count too, relative to the function's folder.
    pub(crate) more: GlobSet,
    /// Files that never count, with their canonical paths: those that the gateway writes.
    pub(crate) never: Vec<PathBuf>,
}

/// When a file was changed, and its length.
type Stamp = (Option<SystemTime>, u64);

/// The files of a function.
pub(crate) struct Watched {
    folder: PathBuf,
    is_node: bool,
    rules: Rules,
    /// What the last look has found.
    last: HashMap<PathBuf, Stamp>,
    /// The file that has changed since it was quiet, and whether the function was at work then.
    changing: Option<(PathBuf, bool)>,
    /// The file of the last restart for which the function may be the reason itself: when, and how
    /// often in a row.
    reason: Option<(PathBuf, Instant, usize)>,
    /// Files that do not count for now, and when each changed last.
    muted: HashMap<PathBuf, Instant>,
}

/// What a look has found.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Nothing,
    /// This file has changed, and it is quiet again.
    Changed(PathBuf),
    /// This file changes again and again, each time after a restart.
    Loop(PathBuf),
}

impl Watched {
    /// Looks for the first time. `is_other` is whether it is run by a command of the user's own,
    /// which may be in any language.
    pub(crate) fn new(function: &Function, is_other: bool, rules: Rules) -> Watched {
        let mut watched = Watched {
            folder: function.folder.clone(),
            is_node: function.is_node() && !is_other,
            rules,
            last: HashMap::new(),
            changing: None,
            reason: None,
            muted: HashMap::new(),
        };
        watched.last = watched.files();
        watched
    }

    /// Looks once more. `was_at_work` says of a time whether the function was at work then.
    pub(crate) fn look(&mut self, was_at_work: impl Fn(SystemTime) -> bool) -> Found {
        let found = self.files();
        let last = std::mem::replace(&mut self.last, found);
        // Each with whether the function may have changed it itself.
        let mut changed = BTreeMap::new();
        for (path, stamp) in &self.last {
            let is_its_own = stamp.0.is_some_and(&was_at_work);
            // What a function writes while it is at work are data.
            if last.get(path) != Some(stamp) && !(is_its_own && is_data(path)) {
                changed.insert(path.clone(), is_its_own);
            }
        }
        let is_gone = |path: &PathBuf| !self.last.contains_key(path) && !is_data(path);
        changed.extend(last.into_keys().filter(is_gone).map(|path| (path, false)));
        let now = Instant::now();
        self.muted.retain(|path, since| {
            if changed.contains_key(path) {
                *since = now;
            }
            since.elapsed() < QUIET
        });
        changed.retain(|path, _| !self.muted.contains_key(path));
        if let Some(first) = changed.pop_first() {
            self.changing.get_or_insert(first);
            return Found::Nothing;
        }
        match self.changing.take() {
            Some((path, is_its_own)) => self.restart(path, is_its_own, now),
            None => Found::Nothing,
        }
    }

    /// Somebody who saves a file again and again is no loop.
    fn restart(&mut self, path: PathBuf, is_its_own: bool, now: Instant) -> Found {
        if !is_its_own {
            self.reason = None;
            return Found::Changed(path);
        }
        let times = match &self.reason {
            Some((last, when, times)) if *last == path && now - *when < SOON => times + 1,
            _ => 1,
        };
        if times > MAX_RESTARTS {
            self.reason = None;
            self.muted.insert(path.clone(), now);
            return Found::Loop(path);
        }
        self.reason = Some((path.clone(), now, times));
        Found::Changed(path)
    }

    /// The files that count. What cannot be read does not.
    fn files(&self) -> HashMap<PathBuf, Stamp> {
        let mut found = HashMap::new();
        let mut add = |path: &Path| {
            if let Ok(file) = fs::metadata(path)
                && file.is_file()
                && !self.is_never(path)
            {
                found.insert(path.to_owned(), (file.modified().ok(), file.len()));
            }
        };
        ALWAYS.iter().for_each(|name| add(&self.folder.join(name)));
        let mut walk = WalkBuilder::new(&self.folder);
        // Files that Git is told to ignore count as little in a folder that is no repository.
        walk.require_git(false).filter_entry(|entry| {
            entry.depth() == 0
                || entry.file_name().to_str().is_some_and(|name| !IGNORED.contains(&name))
        });
        for entry in walk.build().flatten() {
            if self.is_code(entry.path()) {
                add(entry.path());
            }
        }
        if !self.rules.more.is_empty() {
            let mut walk = WalkBuilder::new(&self.folder);
            for entry in walk.standard_filters(false).build().flatten() {
                let path = entry.path().strip_prefix(&self.folder).unwrap_or(entry.path());
                if self.rules.more.is_match(path) {
                    add(entry.path());
                }
            }
        }
        found
    }

    fn is_code(&self, path: &Path) -> bool {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        NODE.contains(&ending) || !self.is_node && OTHERS.contains(&ending)
    }

    fn is_never(&self, path: &Path) -> bool {
        let never = &self.rules.never;
        !never.is_empty() && fs::canonicalize(path).is_ok_and(|path| never.contains(&path))
    }
}

fn is_data(path: &Path) -> bool {
    path.extension().is_some_and(|ending| ending == "json")
}

/// The file with the triggers, and the `.env` and other files that its variables come from.
pub(crate) struct WatchedFile {
    path: PathBuf,
    others: Vec<PathBuf>,
    last: Vec<Option<Stamp>>,
    is_changing: bool,
}

impl WatchedFile {
    /// `included` are files that variables name.
    pub(crate) fn new(path: PathBuf, included: &[PathBuf]) -> WatchedFile {
        let mut watched = WatchedFile { path, others: vec![], last: vec![], is_changing: false };
        watched.include(included);
        watched
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Sets the files that variables name now.
    pub(crate) fn include(&mut self, included: &[PathBuf]) {
        let others = [&[self.path.with_file_name(".env")], included].concat();
        if others != self.others {
            self.others = others;
            self.last = self.stamps();
        }
    }

    /// Whether it has changed, and it is quiet again.
    pub(crate) fn has_changed(&mut self) -> bool {
        let found = self.stamps();
        // While an editor replaces it, there is none.
        if found[0].is_none() {
            return false;
        }
        let is_other = std::mem::replace(&mut self.last, found.clone()) != found;
        std::mem::replace(&mut self.is_changing, is_other) && !is_other
    }

    fn stamps(&self) -> Vec<Option<Stamp>> {
        iter::once(&self.path).chain(&self.others).map(|path| stamp(path)).collect()
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    fs::metadata(path).ok().map(|file| (file.modified().ok(), file.len()))
}

#[cfg(test)]
mod tests {
    use super::{Found, MAX_RESTARTS, Rules, Watched};
    use std::fs;
    use std::path::{Path, PathBuf};

    use crate::config::Config;

    /// A folder with one file of code, and the watcher of its function.
    fn watched() -> (tempfile::TempDir, PathBuf, Watched) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("index.js");
        fs::write(&file, "").unwrap();
        let config = "functions: {a: {handler: index.main, runtime: Nodejs18.15}}";
        let config = Config::parse(config, folder.path()).unwrap();
        let watched = Watched::new(&config.functions[0], false, Rules::default());
        (folder, file, watched)
    }

    /// Two looks after a save: the file has another length each time.
    fn save(file: &Path, watched: &mut Watched, is_at_work: bool) -> Found {
        let text = fs::read_to_string(file).unwrap() + "\n";
        fs::write(file, text).unwrap();
        assert_eq!(watched.look(|_| is_at_work), Found::Nothing, "it may still be written");
        watched.look(|_| is_at_work)
    }

    #[test]
    fn somebody_who_saves_often_within_seconds_is_no_loop() {
        let (_folder, file, mut watched) = watched();
        for _ in 0..3 * MAX_RESTARTS {
            assert_eq!(save(&file, &mut watched, false), Found::Changed(file.clone()));
        }
    }

    #[test]
    fn what_a_function_at_work_changes_after_each_restart_is_a_loop() {
        let (_folder, file, mut watched) = watched();
        for _ in 0..MAX_RESTARTS {
            assert_eq!(save(&file, &mut watched, true), Found::Changed(file.clone()));
        }
        assert_eq!(save(&file, &mut watched, true), Found::Loop(file.clone()));
        assert_eq!(save(&file, &mut watched, true), Found::Nothing, "it does not count for now");
    }

    #[test]
    fn a_save_between_two_events_begins_the_count_anew() {
        let (_folder, file, mut watched) = watched();
        for _ in 0..3 {
            for _ in 0..MAX_RESTARTS {
                assert_eq!(save(&file, &mut watched, true), Found::Changed(file.clone()));
            }
            assert_eq!(save(&file, &mut watched, false), Found::Changed(file.clone()));
        }
    }
}
