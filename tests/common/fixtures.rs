//! The files of `tests/data`.

use std::fs;
use std::path::Path;

/// A file of `tests/data`.
pub(crate) struct Fixture {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// All events, by name.
pub(crate) fn events() -> Vec<Fixture> {
    folder("events")
}

/// The JSON files of a folder of `tests/data`, by name.
pub(crate) fn folder(name: &str) -> Vec<Fixture> {
    // Packages in folders of the repository use this module too.
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .map(|folder| folder.join("tests/data").join(name))
        .find(|folder| folder.is_dir())
        .expect("the folder is part of the repository");
    let mut fixtures: Vec<Fixture> = fs::read_dir(folder)
        .expect("the folder can be read")
        .map(|entry| entry.expect("the folder can be read").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .map(|path| Fixture {
            name: path.file_name().and_then(|name| name.to_str()).expect("ASCII").to_owned(),
            bytes: fs::read(&path).expect("the file can be read"),
        })
        .collect();
    fixtures.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(!fixtures.is_empty(), "no JSON file in {name}");
    fixtures
}
