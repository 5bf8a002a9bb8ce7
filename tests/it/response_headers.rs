//! The headers that a response may have (RFC 9110 sections 5.1, 5.5 and 5.6.2), and how repeated
//! headers are written.

use crate::common::encoder_with;
use crate::common::hostile::UTF8_SEQUENCES;
use crate::common::random::Random;
use crate::common::responses::Sample;
use crate::common::scale::thinned;
use apigw::{Dialect, EncodeError, Encoder, ErrorCode, Kernel, Response};

/// Returns the first byte that is not allowed in a token.
fn name_fault(name: &[u8]) -> Option<usize> {
    const OTHERS: &[u8] = b"!#$%&'*+-.^_`|~";
    let is_token = |byte: &u8| byte.is_ascii_alphanumeric() || OTHERS.contains(byte);
    if name.is_empty() { Some(0) } else { name.iter().position(|byte| !is_token(byte)) }
}

/// Returns the first byte that is not part of text without control characters other than tabs.
fn value_fault(value: &[u8]) -> Option<usize> {
    let control = value.iter().position(|&byte| (byte < 0x20 && byte != b'\t') || byte == 0x7f);
    let invalid = core::str::from_utf8(value).err().map(|error| error.valid_up_to());
    control.into_iter().chain(invalid).min()
}

/// Returns the name as messages print it.
fn shown(name: &[u8]) -> String {
    let mut shown = name.escape_ascii().to_string();
    shown.truncate(48);
    shown
}

fn assert_is(
    error: EncodeError,
    code: ErrorCode,
    offset: usize,
    index: usize,
    name: &[u8],
    kernel: Kernel,
) {
    let found = (error.code(), error.offset(), error.header_index(), error.header_name());
    let expected = (code, offset, Some(index), Some(shown(name)));
    let expected = (expected.0, expected.1, expected.2, expected.3.as_deref());
    assert_eq!(found, expected, "{kernel}: {}", name.escape_ascii());
    assert_eq!((error.member(), error.need()), (Some("headers"), None));
}

struct Checker {
    encoders: Vec<Encoder>,
}

impl Checker {
    fn new() -> Checker {
        Checker { encoders: Kernel::available().map(encoder_with).collect() }
    }

    /// Encodes a header among others, and checks the result by RFC 9110. Returns whether the header
    /// is valid.
    fn check(&mut self, name: &[u8], value: &[u8]) -> bool {
        let other: (&[u8], &[u8]) = (b"x-before", b"text");
        // Alone, after a header, and after two headers of one name, which are written in a
        // different way.
        let lists =
            [vec![(name, value)], vec![other, (name, value)], vec![other, other, (name, value)]];
        for headers in &lists {
            let index = headers.len() - 1;
            for encoder in &mut self.encoders {
                let kernel = encoder.kernel();
                let result = encoder.encode(&Response::new(200).headers(headers));
                match (name_fault(name), value_fault(value)) {
                    (Some(offset), _) => {
                        let error = result.unwrap_err();
                        assert_is(error, ErrorCode::InvalidHeaderName, offset, index, name, kernel);
                    }
                    (None, Some(offset)) => {
                        let error = result.unwrap_err();
                        assert_is(
                            error,
                            ErrorCode::InvalidHeaderValue,
                            offset,
                            index,
                            name,
                            kernel,
                        );
                    }
                    (None, None) => {
                        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
                        let owned = |&(name, value): &(&[u8], &[u8])| (text(name), text(value));
                        let sample = Sample::of_headers(headers.iter().map(owned).collect());
                        assert_eq!(result, Ok(sample.json().as_bytes()), "{kernel}");
                    }
                }
            }
        }
        name_fault(name).is_none() && value_fault(value).is_none()
    }
}

/// Returns the positions at the borders of 16, 32 and 64 bytes and at the ends of a text.
fn borders(len: usize) -> impl Iterator<Item = usize> {
    (0..len).filter(move |at| (at + 2) % 16 < 4 || at + 2 >= len)
}

const LENGTHS: [usize; 13] = [1, 2, 15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 200];

#[test]
fn every_byte_in_a_name() {
    let mut checker = Checker::new();
    let mut accepted = 0;
    for byte in 0..=u8::MAX {
        for at in [0, 2, 5] {
            let mut name = *b"x-name";
            name[at] = byte;
            accepted += usize::from(checker.check(&name, b"value"));
        }
    }
    // There are 77 characters of tokens: 10 digits, 52 letters and 15 others.
    assert_eq!(accepted, 3 * 77);
}

#[test]
fn every_byte_in_a_value() {
    let mut checker = Checker::new();
    let mut accepted = 0;
    for byte in 0..=u8::MAX {
        for at in [0, 2, 4] {
            let mut value = *b"value";
            value[at] = byte;
            accepted += usize::from(checker.check(b"x-name", &value));
        }
    }
    // Printable ASCII, the space and the tab.
    assert_eq!(accepted, 3 * 96);
}

#[test]
fn every_byte_at_the_borders_of_blocks_in_a_name() {
    let mut checker = Checker::new();
    for len in LENGTHS {
        for at in borders(len) {
            for byte in 0..=u8::MAX {
                let mut name = vec![b'n'; len];
                name[at] = byte;
                checker.check(&name, b"value");
            }
        }
    }
}

#[test]
fn every_byte_at_the_borders_of_blocks_in_a_value() {
    let mut checker = Checker::new();
    for len in LENGTHS {
        for at in borders(len) {
            for byte in 0..=u8::MAX {
                let mut value = vec![b'v'; len];
                value[at] = byte;
                checker.check(b"x-name", &value);
            }
        }
    }
}

#[test]
fn sequences_of_utf8_at_every_place_of_a_value() {
    let mut checker = Checker::new();
    for sequence in UTF8_SEQUENCES {
        for at in 0..140 {
            for after in [0, 1, 70] {
                let value = [&vec![b'v'; at], sequence, &vec![b'"'; after]].concat();
                checker.check(b"x-name", &value);
            }
        }
    }
}

#[test]
fn values_at_random() {
    const PIECES: [&[u8]; 12] = [
        b"a",
        b"\"",
        b"\\",
        b"\t",
        b"plain text of some bytes",
        "é".as_bytes(),
        "中".as_bytes(),
        "😀".as_bytes(),
        b"\x01",
        b"\x7f",
        b"\xc3",
        b"\xf0\x9f",
    ];
    let mut checker = Checker::new();
    let mut random = Random::new(5);
    let mut accepted = 0;
    let cases = thinned(0..20_000, 0);
    let all = cases.len();
    for _ in cases {
        // Mostly bytes that are allowed.
        let kinds = if random.once_in(3) { PIECES.len() } else { 8 };
        let count = random.below(60);
        let value: Vec<&[u8]> = (0..count).map(|_| random.choose(&PIECES[..kinds])).collect();
        accepted += usize::from(checker.check(b"x-name", &value.concat()));
    }
    assert!((all / 4..all * 9 / 10).contains(&accepted), "{accepted} of {all}");
}

#[test]
fn an_empty_name_is_refused_and_an_empty_value_is_not() {
    let mut checker = Checker::new();
    assert!(!checker.check(b"", b"value"));
    assert!(!checker.check(b"", b""));
    assert!(checker.check(b"x-name", b""));
}

/// The order in which headers are written does not matter.
#[test]
fn the_first_of_several_faulty_headers_is_named() {
    let mut random = Random::new(6);
    for kernel in Kernel::available() {
        let mut encoder = encoder_with(kernel);
        for _ in thinned(0..2_000, 0) {
            let headers: Vec<(String, &str)> = (0..1 + random.below(20))
                .map(|_| {
                    let name = if random.once_in(10) { "x y" } else { "x" };
                    let name = format!("{name}-{}", random.below(5));
                    (name, if random.once_in(10) { "a\nb" } else { "text" })
                })
                .collect();
            let first = headers.iter().position(|(name, value)| {
                name_fault(name.as_bytes()).is_some() || value_fault(value.as_bytes()).is_some()
            });
            let error = encoder.encode(&Response::new(200).headers(&headers)).err();
            assert_eq!(error.and_then(|error| error.header_index()), first, "{headers:?}");
        }
    }
}

#[test]
fn messages_name_the_header() {
    let mut encoder = Encoder::new();
    let mut message = |name: &str, value: &str| {
        let headers = [("a", "b"), (name, value)];
        encoder.encode(&Response::new(200).headers(&headers)).unwrap_err().to_string()
    };
    assert_eq!(
        message("x-user", "a\r\nset-cookie: b"),
        concat!(
            "error 66 at byte 1 of the value of header \"x-user\": ",
            "a header's value is UTF-8 text without control characters",
        )
    );
    assert_eq!(
        message("x \"\n", "a"),
        concat!(
            "error 65 at byte 1 of the name of header \"x \\\"\\n\": ",
            "a header's name is letters, digits and !#$%&'*+-.^_`|~",
        )
    );
    let long = format!("{} ", "n".repeat(100));
    assert!(message(&long, "").contains(&format!("header \"{}\":", "n".repeat(48))));
}

fn encoded(sample: &Sample) -> String {
    let mut all: Vec<String> = Kernel::available()
        .map(|kernel| {
            let mut encoder = encoder_with(kernel);
            let encoded = encoder.encode(&sample.response()).expect("the response is valid");
            String::from_utf8(encoded.to_vec()).expect("JSON is UTF-8")
        })
        .collect();
    all.dedup();
    assert_eq!(all.len(), 1, "kernels disagree");
    all.remove(0)
}

fn sample<const N: usize>(dialect: Dialect, headers: [(&str, &str); N]) -> Sample {
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    Sample { dialect, ..Sample::of_headers(headers.to_vec()) }
}

#[test]
fn repeated_names_are_one_member() {
    let headers =
        [("Set-Cookie", "a=1"), ("vary", "a"), ("set-cookie", "b=2"), ("VARY", "b"), ("etag", "c")];
    let head = r#"{"isBase64Encoded":false,"statusCode":200,"headers":"#;
    for dialect in [
        Dialect::TencentApiGateway,
        Dialect::Unknown,
        Dialect::TencentClb,
        Dialect::TencentCloudBase,
    ] {
        assert_eq!(
            encoded(&sample(dialect, headers)),
            format!(
                r#"{head}{{"Set-Cookie":["a=1","b=2"],"vary":["a","b"],"etag":"c"}},"body":""}}"#
            )
        );
    }
    assert_eq!(
        encoded(&sample(Dialect::TencentFunctionUrl, headers)),
        format!(r#"{head}{{"Set-Cookie":["a=1","b=2"],"vary":"a, b","etag":"c"}},"body":""}}"#)
    );
}

/// Returns names that have the same hash, because their ends and lengths are equal.
fn alike(number: usize) -> String {
    format!("x-header-{number:08}-of-one-kind")
}

#[test]
fn names_with_equal_ends_are_different() {
    for count in [2, 3, 100, 2_000] {
        let headers = (0..count).map(|number| (alike(number), number.to_string())).collect();
        let mut sample = Sample::of_headers(headers);
        assert_eq!(encoded(&sample), sample.json());
        sample.headers.push((alike(1).to_ascii_uppercase(), "again".to_owned()));
        assert_eq!(encoded(&sample), sample.json());
    }
}

/// Names that differ only in case are equal. Names that differ in the same bit of other bytes are
/// not.
#[test]
fn characters_that_differ_from_letters_in_one_bit() {
    // `^` and `~` differ as `N` and `n` do.
    let pairs = [("x^", "x~"), ("x^-longer-than-16-bytes", "x~-longer-than-16-bytes"), ("^", "~")];
    for (one, other) in pairs {
        let sample = sample(Dialect::TencentApiGateway, [(one, "1"), (other, "2")]);
        assert_eq!(sample.members().len(), 2);
        assert_eq!(encoded(&sample), sample.json());
    }
}

#[test]
fn thousands_of_headers() {
    for distinct in [1, 2, 700, 5_000] {
        let headers: Vec<(String, String)> = (0..5_000)
            .map(|number| {
                let name = format!("X-{}", number % distinct);
                let name = if number % 3 == 0 { name } else { name.to_ascii_lowercase() };
                (name, number.to_string())
            })
            .collect();
        for dialect in [Dialect::TencentApiGateway, Dialect::TencentFunctionUrl] {
            let sample = Sample { dialect, ..Sample::of_headers(headers.clone()) };
            assert_eq!(encoded(&sample), sample.json());
        }
    }
}

#[test]
fn headers_in_every_kind_of_list() {
    let array = [("a", "1"), ("b", "2")];
    let vector = array.to_vec();
    let slice = &array[..];
    let owned = [("a".to_owned(), b"1".to_vec()), ("b".to_owned(), b"2".to_vec())];
    let mut encoder = Encoder::new();
    let lists: [&dyn apigw::Headers; 4] = [&array, &vector, &slice, &owned];
    for list in lists {
        assert!(!list.is_empty());
        let text = encoder.encode(&Response::new(200).headers(list)).expect("they are right");
        assert!(text.windows(17).any(|part| part == br#"{"a":"1","b":"2"}"#));
    }
}
