//! Time is linear in the input. Instructions are counted instead of seconds, so the result is the
//! same on a busy machine. For this the program runs itself under Valgrind (`apt-get install
//! valgrind`).

#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

mod common;

use std::env;
use std::fs;
use std::path::Path;
use std::process::Command;

use apigw::{Decoder, Encoder, Kernel, Limits, Response};
use common::hostile::SHAPES;

/// Set in the child process.
const IS_CHILD: &str = "APIGW_TEST_COUNTS_INSTRUCTIONS";

const SIZES: [usize; 3] = [32 << 10, 64 << 10, 128 << 10];

/// The instructions of each call are counted separately, so this must stay a function.
#[inline(never)]
fn counted_decoding(decoder: &mut Decoder, document: &[u8]) -> bool {
    decoder.decode(document).is_ok()
}

#[inline(never)]
fn counted_encoding(encoder: &mut Encoder, response: &Response<'_>, out: &mut Vec<u8>) -> bool {
    out.clear();
    encoder.encode_to_vec(response, out).is_ok()
}

/// Makes the header with this number.
type MakeHeader = fn(usize) -> (String, String);

/// Very many headers of 32 bytes. At the end all are sorted, by hash and then by name.
const HEADERS: [(&str, MakeHeader); 3] = [
    ("headers of one name", |number| ("x-header".to_owned(), format!("{number:024}"))),
    ("headers of different names", |number| (format!("x-header-{number:07}"), "v".repeat(16))),
    ("headers of one hash", |number| (format!("x-header-{number:07}-of-one-hash"), String::new())),
];

const BODIES: [(&str, &[u8]); 7] = [
    ("a body of letters", b"b"),
    ("a body of quotes", b"\""),
    ("a body of escaped quotes", br#"\"k\":\"v\","#),
    ("a body of control characters", b"\x01"),
    ("a body of characters of three bytes", "中".as_bytes()),
    ("a body of line feeds and characters of four bytes", "\n😀".as_bytes()),
    ("a body of bytes", b"\xff"),
];

/// Decodes and encodes every shape in every size with every kernel, and prints each call.
fn child() {
    for kernel in Kernel::available() {
        decode_shapes(kernel);
        encode_shapes(kernel);
    }
}

fn encode_shapes(kernel: Kernel) {
    let mut encoder = Encoder::new();
    assert!(encoder.set_kernel(kernel));
    let mut out = Vec::new();
    let mut count = |name: &str, size: usize, response: Response<'_>| {
        // The first call allocates memory.
        encoder.encode_to_vec(&response, &mut out).expect("the response is valid");
        let is_encoded = counted_encoding(&mut encoder, &response, &mut out);
        println!("counted: {kernel}, {name}, {size} bytes: {is_encoded}");
    };
    for (name, header) in HEADERS {
        for size in SIZES {
            let headers: Vec<(String, String)> = (0..size / 32).map(header).collect();
            count(name, size, Response::new(200).headers(&headers));
        }
    }
    for (name, repeated) in BODIES {
        for size in SIZES {
            count(name, size, Response::new(200).body(&repeated.repeat(size / repeated.len())));
        }
    }
    // Only the last byte shows that this is not text.
    for size in SIZES {
        let body = [&vec![b'"'; size][..], b"\xff"].concat();
        count("a body that ends with no text", size, Response::new(200).body(&body));
    }
}

/// The number of earlier events of a decoder: only one, which allocates memory, or several.
const BEFORE: [usize; 2] = [1, 4];

fn decode_shapes(kernel: Kernel) {
    for shape in SHAPES {
        for before in BEFORE {
            for size in SIZES {
                // With the default limit, shapes of many pairs would end early.
                let limits = Limits { pairs: usize::MAX, ..Limits::default() };
                let mut decoder = Decoder::with_limits(limits);
                assert!(decoder.set_kernel(kernel));
                let document = shape.of_size(size);
                for _ in 0..before {
                    decoder.decode(&document).ok();
                }
                let is_event = counted_decoding(&mut decoder, &document);
                println!(
                    "counted: {kernel}, {}, {size} bytes, {before} before: {is_event}",
                    shape.name
                );
            }
        }
    }
}

/// Returns the counts of the calls in order. Callgrind writes a file after each call.
fn counts(folder: &Path) -> Vec<u64> {
    (1..)
        .map_while(|number| fs::read_to_string(folder.join(format!("callgrind.{number}"))).ok())
        .map(|profile| {
            let total = profile.lines().find_map(|line| line.strip_prefix("totals: "));
            total.expect("a profile has a total").parse().expect("it is a number")
        })
        .collect()
}

#[test]
fn instructions_are_linear_in_the_input() {
    if env::var_os(IS_CHILD).is_some() {
        return child();
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("linear_time");
    // Files of an earlier run.
    fs::remove_dir_all(&folder).ok();
    fs::create_dir_all(&folder).expect("a folder can be made");
    let output = Command::new("valgrind")
        .arg("--tool=callgrind")
        .arg("--zero-before=linear_time::counted_decoding")
        .arg("--dump-after=linear_time::counted_decoding")
        .arg("--zero-before=linear_time::counted_encoding")
        .arg("--dump-after=linear_time::counted_encoding")
        .arg(format!("--callgrind-out-file={}", folder.join("callgrind").display()))
        .arg(env::current_exe().expect("this program has a path"))
        .args(["--exact", "instructions_are_linear_in_the_input", "--nocapture"])
        .args(["--test-threads", "1"])
        .env(IS_CHILD, "")
        .output()
        .expect("Valgrind is installed");
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));

    let names: Vec<&str> = text.lines().filter(|line| line.contains("counted: ")).collect();
    let counts = counts(&folder);
    assert_eq!(counts.len(), names.len());
    assert!(names.len() >= SHAPES.len() * BEFORE.len() * SIZES.len());
    for (names, counts) in names.chunks(SIZES.len()).zip(counts.chunks(SIZES.len())) {
        for i in 1..SIZES.len() {
            assert!(counts[i - 1] > 0, "{}", names[i - 1]);
            // Twice the input may take twice the work, plus a twentieth for the ends of a shape, or
            // a fifth for a list that is sorted.
            let most = if names[i].contains("headers of ") { 48 } else { 42 };
            assert!(
                counts[i] * 20 <= counts[i - 1] * most,
                "{}: {} after {}",
                names[i],
                counts[i],
                counts[i - 1]
            );
        }
    }
}
