//! JSONTestSuite by Nicolas Seriot: each file as a whole document, and as the value of an unknown
//! member.
//!
//! The first letter of a file's name is what a parser must do: `y` accept, `n` refuse, `i` either.

use crate::common::{Checker, Fixture, folder};
use apigw::{Decoder, ErrorCode};

/// The accepted files that begin with `i`. Only the grammar of numbers is checked, not their value.
/// Text that is not Unicode, a byte order mark and 500 nested arrays are refused.
const ACCEPTED: [&str; 10] = [
    "i_number_double_huge_neg_exp.json",
    "i_number_huge_exp.json",
    "i_number_neg_int_huge_exp.json",
    "i_number_pos_double_huge_exp.json",
    "i_number_real_neg_overflow.json",
    "i_number_real_pos_overflow.json",
    "i_number_real_underflow.json",
    "i_number_too_big_neg_int.json",
    "i_number_too_big_pos_int.json",
    "i_number_very_big_negative_int.json",
];

fn is_accepted(file: &Fixture) -> bool {
    match file.name.as_bytes()[0] {
        b'y' => true,
        b'n' => false,
        b'i' => ACCEPTED.contains(&file.name.as_str()),
        _ => panic!("{} begins with another letter", file.name),
    }
}

/// Returns events with the document as a member: first, in the middle, last and alone.
fn embedded(document: &[u8]) -> [Vec<u8>; 4] {
    [
        [b"{\"x\":", document, b",\"path\":\"/\",\"y\":[]}"].concat(),
        [b"{\"path\":\"/\",\"x\":", document, b",\"y\":[]}"].concat(),
        [b"{\"path\":\"/\",\"y\":[],\"x\":", document, b"}"].concat(),
        [b"{\"x\":", document, b"}"].concat(),
    ]
}

#[test]
fn the_suite_is_complete() {
    let files = folder("jsontestsuite");
    let count = |letter| files.iter().filter(|file| file.name.starts_with(letter)).count();
    assert_eq!([count('y'), count('n'), count('i')], [95, 188, 35]);
    for name in ACCEPTED {
        assert!(files.iter().any(|file| file.name == name), "{name}");
    }
}

#[test]
fn as_unknown_members() {
    let mut checker = Checker::new();
    let mut decoder = Decoder::new();
    for file in folder("jsontestsuite") {
        let document = file.bytes.trim_ascii();
        for event in embedded(&file.bytes) {
            checker.check(&event);
            let decoded = decoder.decode(&event);
            assert_eq!(decoded.is_ok(), is_accepted(&file), "{}: {decoded:?}", file.name);
            if let Ok(decoded) = decoded {
                let raw = decoded.extras().get("x").expect("the member is there");
                assert_eq!(raw.as_bytes(), document, "{}", file.name);
            }
        }
    }
}

/// A raw value is read in the same way in a body and in known objects.
#[test]
fn as_bodies_and_context_members() {
    let mut checker = Checker::new();
    for file in folder("jsontestsuite") {
        checker.check(&[b"{\"body\":[", &file.bytes[..], b"]}"].concat());
        checker.check(&[b"{\"body\":", &file.bytes[..], b"}"].concat());
        checker.check(
            &[b"{\"requestContext\":{\"x\":", &file.bytes[..], b",\"stage\":\"s\"}}"].concat(),
        );
        checker.check(&[b"{\"queryString\":{\"x\":", &file.bytes[..], b"}}"].concat());
    }
}

#[test]
fn as_whole_documents() {
    let mut checker = Checker::new();
    let mut decoder = Decoder::new();
    for file in folder("jsontestsuite") {
        checker.check(&file.bytes);
        let is_object = file.bytes.trim_ascii_start().starts_with(b"{");
        match decoder.decode(&file.bytes) {
            Ok(_) => assert!(is_object && is_accepted(&file), "{}", file.name),
            Err(error) if is_accepted(&file) => {
                assert!(!is_object, "{}: {error}", file.name);
                assert_eq!(error.code(), ErrorCode::NotAnObject, "{}", file.name);
            }
            Err(_) => {}
        }
    }
}
