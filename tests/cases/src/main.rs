//! Writes events and what must be decoded from them, so that the tests of every binding hold it
//! against the same model as the library's own: `apigw-cases --seed N --count N`.
//!
//! The fixtures of `tests/data/events` come first, in the order of their names; then come events of
//! `tests/generate`, mutants of both, and input that only resembles events. The same seed gives the
//! same cases.
//!
//! Standard output is one case after the other, each of four parts:
//!
//! | part | bytes |
//! |---|---|
//! | length of the input | 4, little endian |
//! | input | that many, any bytes |
//! | length of the expectation | 4, little endian |
//! | expectation | that many, JSON in UTF-8 |
//!
//! The expectation is what `tests/model` makes of the input, with the default limits. It is either
//! of these objects:
//!
//! ```json
//! {"event": {"dialect": "tencent-api-gateway",
//!            "strings": {"path": "/cats"},
//!            "maps": {"query": [["a", "1"], ["a", null]], "extras": [["x", "{}"]]},
//!            "body": ["text", "meow"]}}
//! {"error": {"code": "wrong-type", "offset": 9, "member": "path"}}
//! ```
//!
//! - `strings` and `maps` have the names of the normalised form (`Serialize` of `apigw::Event`). A
//!   member that is absent or `null` has no entry. A map that is empty has an empty list, but
//!   extras that are empty have no entry.
//! - A pair is a name and its value, `null` for a bare name.
//! - `body` is absent if there is no body; its kind is `text`, `base64` or `json`.
//! - `time_ms` is absent if there is no time, and `path_decoded` if the path is not decoded.
//! - `is_partial` says that the model knows only the dialect of the event, whose fields are in members
//!   that it does not read. Such an event may also be refused, because of those members.
//! - `member` is absent where the model does not know it: in faults of the JSON text.

mod cases;
mod common;
mod expectation;
#[allow(dead_code, unused_imports)]
#[path = "../../generate/mod.rs"]
mod generate;

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use cases::Cases;
use expectation::expectation;

const USAGE: &str = "usage: apigw-cases --seed N --count N";

fn main() -> ExitCode {
    let Some((seed, count)) = arguments(std::env::args().skip(1)) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    let mut out = BufWriter::new(io::stdout().lock());
    let written = Cases::new(seed)
        .take(count)
        .try_for_each(|input| {
            part(&mut out, &input)?;
            part(&mut out, expectation(&input).as_bytes())
        })
        .and_then(|()| out.flush());
    match written {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("apigw-cases: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The seed and the count.
fn arguments(mut arguments: impl Iterator<Item = String>) -> Option<(u64, usize)> {
    let (mut seed, mut count) = (None, None);
    while let Some(name) = arguments.next() {
        let value = arguments.next()?;
        match name.as_str() {
            "--seed" => seed = Some(value.parse().ok()?),
            "--count" => count = Some(value.parse().ok()?),
            _ => return None,
        }
    }
    seed.zip(count)
}

fn part(out: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    out.write_all(&length.to_le_bytes())?;
    out.write_all(bytes)
}
