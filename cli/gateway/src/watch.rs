//! Watches the code of functions.
//!
//! It looks again and again: that works on every file system, also on those that tell nobody of changes made elsewhere.

use std::collections::hash_map::DefaultHasher;
use std::fs::{self, DirEntry};
use std::hash::{Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::sleep;

/// Folders whose files are not the function's own code. Names with a dot at their front are not looked at either.
const IGNORED: &[&str] = &["node_modules", "target", "__pycache__"];

/// Between two looks at a folder. A save is mostly several changes: it is over when two looks find the same.
const PAUSE: Duration = Duration::from_millis(200);

/// Calls `changed` with the folder, as often as something in it has changed and it is quiet again. Never ends.
pub(crate) async fn watch(folders: Vec<PathBuf>, changed: impl Fn(&Path)) {
    let mut folders: Vec<Watched> = folders.into_iter().map(Watched::new).collect();
    loop {
        for folder in &mut folders {
            if folder.has_changed().await {
                changed(&folder.path);
            }
        }
        sleep(PAUSE).await;
    }
}

struct Watched {
    path: PathBuf,
    /// What the last look has found, none before the first.
    last: Option<u64>,
    is_changing: bool,
}

impl Watched {
    fn new(path: PathBuf) -> Watched {
        Watched { path, last: None, is_changing: false }
    }

    async fn has_changed(&mut self) -> bool {
        let path = self.path.clone();
        let Ok(found) = spawn_blocking(move || fingerprint(&path)).await else { return false };
        let is_other = self.last.replace(found).is_some_and(|last| last != found);
        let was_changing = std::mem::replace(&mut self.is_changing, is_other);
        was_changing && !is_other
    }
}

/// A number that changes with the names, times and lengths of the files below a folder. What cannot be read does not count.
fn fingerprint(folder: &Path) -> u64 {
    let mut sum = 0_u64;
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten().filter(is_code) {
            let path = entry.path();
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(path);
            } else if let Ok(file) = fs::metadata(&path) {
                let mut hasher = DefaultHasher::new();
                (path, file.len(), file.modified().ok()).hash(&mut hasher);
                // A folder lists its files in any order.
                sum = sum.wrapping_add(hasher.finish());
            }
        }
    }
    sum
}

fn is_code(entry: &DirEntry) -> bool {
    let name = entry.file_name();
    name.to_str().is_some_and(|name| {
        !name.starts_with('.') && !name.ends_with('~') && !IGNORED.contains(&name)
    })
}
