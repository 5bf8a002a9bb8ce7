//! Checks that no source file imports itself through other files.
//!
//! An import is followed through re-exports to the file that has the item. What a file takes from
//! the module around it, other than such re-exports, does not count: a module may share constants
//! and types with the files in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A module: its path, and the paths that it imports, relative ones made absolute.
type Module = Vec<String>;

#[derive(Default)]
struct Sources {
    imports: BTreeMap<Module, Vec<Module>>,
    /// Imports under which a module offers items of others.
    exports: BTreeMap<Module, Vec<Module>>,
}

fn path(text: &str) -> Module {
    text.split("::").map(String::from).collect()
}

/// The paths of a use tree: `a::{b, c::d}` is `a::b` and `a::c::d`.
fn expand(prefix: &str, tree: &str, out: &mut Vec<String>) {
    let tree = tree.trim();
    let Some(open) = tree.find('{') else {
        let name = tree.split(" as ").next().unwrap_or(tree).trim();
        if !name.is_empty() {
            out.push(format!("{prefix}{name}"));
        }
        return;
    };
    let inner = &tree[open + 1..tree.rfind('}').expect("a closing brace")];
    let prefix = format!("{prefix}{}", &tree[..open]);
    let (mut depth, mut start) = (0, 0);
    for (at, byte) in inner.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            b',' if depth == 0 => {
                expand(&prefix, &inner[start..at], out);
                start = at + 1;
            }
            _ => {}
        }
    }
    expand(&prefix, &inner[start..], out);
}

/// The use trees of a file, and whether they are re-exports.
fn uses(text: &str) -> Vec<(bool, String)> {
    let mut trees = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let (is_export, rest) = match line.split_once("use ") {
            Some(("", rest)) => (false, rest),
            Some((before, rest)) if before.starts_with("pub") => (true, rest),
            _ => continue,
        };
        let mut tree = rest.to_owned();
        while !tree.contains(';') {
            tree.push_str(lines.next().expect("the end of the statement").trim());
        }
        trees.push((is_export, tree.split(';').next().unwrap_or_default().to_owned()));
    }
    trees
}

/// The module that `name` means in the module `at`; `None` outside this crate.
fn absolute(at: &Module, name: &str) -> Option<Module> {
    let mut parts = path(name);
    let base = match parts[0].as_str() {
        "crate" => vec![],
        "self" => at.clone(),
        "super" => at[..at.len() - 1].to_vec(),
        _ => return None,
    };
    parts.remove(0);
    let mut base = base;
    while parts.first().is_some_and(|part| part == "super") {
        base.pop();
        parts.remove(0);
    }
    Some([base, parts].concat())
}

impl Sources {
    fn read(root: &Path, folder: &Path, sources: &mut Sources) {
        for entry in fs::read_dir(folder).expect("a folder of sources") {
            let file = entry.expect("an entry").path();
            if file.is_dir() {
                if !file.ends_with("tests") {
                    Sources::read(root, &file, sources);
                }
                continue;
            }
            let is_test = file.ends_with("tests.rs");
            if file.extension().is_none_or(|ending| ending != "rs") || is_test {
                continue;
            }
            let relative = file.strip_prefix(root).expect("below the root").with_extension("");
            let parts = relative.iter().map(|part| part.to_string_lossy().into_owned());
            let module: Module =
                parts.filter(|part| !matches!(part.as_str(), "mod" | "lib" | "main")).collect();
            let text = fs::read_to_string(&file).expect("UTF-8");
            // Tests inside a file may use anything.
            let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
            let children = text.lines().filter_map(|line| {
                let name = line.trim_start_matches("pub(crate) ").trim_start_matches("pub ");
                name.strip_prefix("mod ")?.strip_suffix(';').map(String::from)
            });
            let children: BTreeSet<String> = children.collect();
            for (is_export, tree) in uses(text) {
                let mut names = Vec::new();
                expand("", &tree, &mut names);
                for name in names {
                    let first = name.split("::").next().unwrap_or_default();
                    let is_child = children.contains(first);
                    let name = if is_child { format!("self::{name}") } else { name };
                    let Some(target) = absolute(&module, &name) else { continue };
                    let lists = if is_export { &mut sources.exports } else { &mut sources.imports };
                    lists.entry(module.clone()).or_default().push(target);
                }
            }
            sources.imports.entry(module).or_default();
        }
    }

    /// The file that has the item at a path.
    fn home(&self, item: &Module) -> Option<Module> {
        let is_file = |len: &usize| self.imports.contains_key(&item[..*len]);
        let module = item[..(0..=item.len()).rev().find(is_file)?].to_vec();
        let Some(name) = item.get(module.len()) else { return Some(module) };
        let exports = self.exports.get(&module).into_iter().flatten();
        match exports.filter(|export| export.last() == Some(name)).find(|it| *it != item) {
            Some(export) => self.home(export),
            None => Some(module),
        }
    }

    /// The files whose items a file uses.
    fn uses(&self, module: &Module) -> BTreeSet<Module> {
        let homes = self.imports[module].iter().filter_map(|item| self.home(item));
        homes.filter(|home| home != module && !module.starts_with(home)).collect()
    }
}

fn circle(sources: &Sources, trail: &mut Vec<Module>, done: &mut BTreeSet<Module>) -> bool {
    let last = trail.last().expect("a start").clone();
    for next in sources.uses(&last) {
        if let Some(at) = trail.iter().position(|module| *module == next) {
            trail.drain(..at);
            return true;
        }
        if done.contains(&next) {
            continue;
        }
        trail.push(next);
        if circle(sources, trail, done) {
            return true;
        }
        trail.pop();
    }
    done.insert(last);
    false
}

#[test]
fn no_file_imports_itself_through_others() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    for folder in ["src", "cli/src", "cli/gateway/src", "schema/src"] {
        let mut sources = Sources::default();
        Sources::read(&root.join(folder), &root.join(folder), &mut sources);
        assert!(sources.imports.len() > 5, "{folder} has hardly any files");
        let mut done = BTreeSet::new();
        for module in sources.imports.keys() {
            let mut trail = vec![module.clone()];
            if circle(&sources, &mut trail, &mut done) {
                let names: Vec<String> = trail.iter().map(|module| module.join("/")).collect();
                panic!("{folder}: {} -> {}", names.join(" -> "), names[0]);
            }
        }
    }
}

#[test]
fn a_circle_is_found_through_re_exports() {
    let import = |from: &str, to: &str| (path(from), vec![path(to)]);
    let imports = [import("a", "b::Item"), import("b::c", "a::Other"), (path("b"), vec![])];
    let sources = Sources { imports: imports.into(), exports: [import("b", "b::c::Item")].into() };
    assert!(circle(&sources, &mut vec![path("a")], &mut BTreeSet::new()));
    let mut names = Vec::new();
    expand("", "crate::{a::{self, b}, c as d}", &mut names);
    assert_eq!(names, ["crate::a::self", "crate::a::b", "crate::c"]);
}
