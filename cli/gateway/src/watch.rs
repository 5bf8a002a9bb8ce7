//! Watches the code of functions.

use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::mpsc;

/// Folders whose files are not the function's own code. Names with a dot at their front are not looked at either.
const IGNORED: &[&str] = &["node_modules", "target", "__pycache__"];

/// A save is mostly several events.
const QUIET: Duration = Duration::from_millis(150);

/// Calls `changed` with the folder, as often as something in it has changed and it is quiet again.
pub(crate) async fn watch(folders: Vec<PathBuf>, changed: impl Fn(&Path)) -> notify::Result<()> {
    let (sender, mut receiver) = mpsc::unbounded_channel();
    let mut watcher = RecommendedWatcher::new(
        move |event: notify::Result<notify::Event>| {
            if let Ok(event) = event
                && !matches!(event.kind, EventKind::Access(_))
            {
                // Nobody listens any longer when the gateway ends.
                let _ = sender.send(event.paths);
            }
        },
        notify::Config::default(),
    )?;
    for folder in &folders {
        watcher.watch(folder, RecursiveMode::Recursive)?;
    }
    while let Some(mut paths) = receiver.recv().await {
        while let Ok(Some(more)) = tokio::time::timeout(QUIET, receiver.recv()).await {
            paths.extend(more);
        }
        for folder in &folders {
            let is_code = |path: &PathBuf| path.strip_prefix(folder).is_ok_and(is_code);
            if paths.iter().any(is_code) {
                changed(folder);
            }
        }
    }
    Ok(())
}

fn is_code(path: &Path) -> bool {
    let mut names = path.components().filter_map(|part| match part {
        Component::Normal(name) => name.to_str(),
        _ => None,
    });
    !names.any(|name| name.starts_with('.') || name.ends_with('~') || IGNORED.contains(&name))
}
