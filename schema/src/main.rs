//! Writes the declarations of every language from `schema/apigw.toml`.
//!
//! `apigw-schema` writes the generated files. `apigw-schema --check` writes nothing, and fails if a
//! file differs from the generated text. A file is generated as a whole, or between two comments
//! that name a region (see [`mod@write`]).

mod c;
mod docs;
mod go;
mod java;
mod members;
mod model;
mod names;
mod node;
mod peers;
mod python;
mod rust;
mod rust_kinds;
mod validate;
mod write;

use std::path::Path;
use std::process::ExitCode;

use write::{Generated, differs, store};

fn main() -> ExitCode {
    let is_check = match std::env::args().nth(1).as_deref() {
        None => false,
        Some("--check") => true,
        Some(_) => {
            eprintln!("usage: apigw-schema [--check]");
            return ExitCode::from(2);
        }
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    match run(&root, is_check) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn run(root: &Path, is_check: bool) -> Result<(), String> {
    let schema = validate::read("schema/apigw.toml", &root.join("schema/apigw.toml"))?;
    let files = [
        rust::files(&schema)?,
        c::files(&schema),
        docs::files(&schema),
        go::files(&schema),
        java::files(&schema),
        node::files(&schema),
        peers::files(&schema)?,
        python::files(&schema)?,
    ];
    let files: Vec<Generated> = files.into_iter().flatten().collect();
    if !is_check {
        return files.iter().try_for_each(|file| store(root, file));
    }
    let mut stale = Vec::new();
    for file in &files {
        if differs(root, file)? {
            stale.push(file.path);
        }
    }
    if stale.is_empty() {
        return Ok(());
    }
    Err(format!("differs from schema/apigw.toml, run `make schema`: {}", stale.join(", ")))
}
