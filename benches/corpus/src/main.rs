//! Writes the corpus to files: `apigw-corpus DIRECTORY`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::{env, fs, io};

fn main() -> ExitCode {
    let Some(directory) = env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("usage: apigw-corpus DIRECTORY");
        return ExitCode::from(2);
    };
    match write(&directory) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{}: {error}", directory.display());
            ExitCode::FAILURE
        }
    }
}

fn write(directory: &std::path::Path) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    for event in apigw_corpus::events() {
        let path = directory.join(event.name).with_extension("json");
        fs::write(&path, &event.json)?;
        println!("{:>9}  {}", event.json.len(), path.display());
    }
    Ok(())
}
