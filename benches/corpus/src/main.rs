//! Writes the corpus to files, `apigw-corpus DIRECTORY`, or a series of it as NDJSON to standard
//! output, `apigw-corpus --series NAME`.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::{env, fs, io};

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let written = match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--series", name] => write_series(name),
        [directory] if !directory.starts_with('-') => write(Path::new(directory)),
        _ => {
            eprintln!("usage: apigw-corpus DIRECTORY, or apigw-corpus --series NAME");
            return ExitCode::from(2);
        }
    };
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("apigw-corpus: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write_series(name: &str) -> io::Result<()> {
    let unknown =
        || io::Error::other(format!("the series are {}", apigw_corpus::SERIES.join(", ")));
    let mut out = io::BufWriter::new(io::stdout().lock());
    for event in apigw_corpus::series(name).ok_or_else(unknown)? {
        out.write_all(event.json.as_bytes())?;
        out.write_all(b"\n")?;
    }
    out.flush()
}

fn write(directory: &Path) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    for event in apigw_corpus::events() {
        let path = directory.join(event.name).with_extension("json");
        fs::write(&path, event.json.as_bytes())?;
        println!("{:>9}  {}", event.json.len(), path.display());
    }
    Ok(())
}
