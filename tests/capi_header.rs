//! Checks that the numbers in `include/apigw.h` are those of the Rust interface.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use apigw::{
    BodyEncoding, Dialect, ErrorCode, MAX_DEPTH, MAX_NAME, Method, PADDING, ResponseRules,
    header_name, table,
};

/// Returns the text of the header and of the header with the numbers of header names.
fn header() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("include");
    let read = |name| fs::read_to_string(folder.join(name)).expect("it is part of the repository");
    ["apigw.h", "apigw_headers.h"].map(read).concat()
}

/// Returns the constants whose names begin with `prefix`: the rest of each name, and its number.
fn constants(prefix: &str) -> BTreeMap<String, u32> {
    let header = header();
    let numbers = header.lines().filter_map(|line| {
        let (name, value) = line.strip_prefix("#define ")?.split_once(' ')?;
        let number = match value.strip_prefix("0x") {
            Some(digits) => u32::from_str_radix(digits, 16).ok()?,
            None if value == "UINT32_MAX" => u32::MAX,
            None => value.parse().ok()?,
        };
        Some((name.strip_prefix(prefix)?.to_owned(), number))
    });
    numbers.collect()
}

/// `unexpected-end` as in `APIGW_E_UNEXPECTED_END`.
fn in_c(name: &str) -> String {
    name.to_ascii_uppercase().replace('-', "_")
}

#[test]
fn status_codes_are_error_codes_and_those_of_c() {
    let mut expected: BTreeMap<_, _> =
        ErrorCode::ALL.iter().map(|code| (in_c(code.name()), code.number())).collect();
    for (name, number) in [("ABI", 2), ("PANIC", 4)] {
        assert_eq!(expected.insert(name.to_owned(), number), None);
    }
    assert_eq!(constants("APIGW_E_"), expected);
    assert_eq!(constants("APIGW_OK").get(""), Some(&0));
}

#[test]
fn every_well_known_header_name_has_its_number() {
    let expected: BTreeMap<_, _> =
        (1..).map_while(|id| Some((in_c(header_name(id)?), u32::from(id)))).collect();
    assert!(!expected.is_empty());
    assert_eq!(constants("APIGW_HEADER_"), expected);
}

#[test]
fn dialects_and_methods_have_their_numbers() {
    // A number never changes its meaning.
    let dialects = [
        "UNKNOWN",
        "TENCENT_API_GATEWAY",
        "TENCENT_WEBSOCKET",
        "TENCENT_FUNCTION_URL",
        "TENCENT_CLB",
        "TENCENT_CLOUDBASE",
        "NOT_HTTP",
        "AWS_HTTP_API",
        "AWS_FUNCTION_URL",
        "AWS_REST_API",
        "AWS_ALB",
        "AWS_ALB_MULTI_VALUE",
        "AWS_WEBSOCKET",
        "AWS_LATTICE",
        "AWS_LATTICE_V1",
        "AWS_TOKEN_AUTHORIZER",
        "AWS_REQUEST_AUTHORIZER",
        "AWS_HTTP_API_AUTHORIZER",
        "AWS_CLOUDFRONT",
        "ALIBABA_FC",
        "ALIBABA_API_GATEWAY",
        "HUAWEI_APIG",
        "YANDEX_FUNCTIONS",
        "YANDEX_API_GATEWAY",
        "OPENWHISK",
        "DIGITALOCEAN",
        "AZURE",
        "BAIDU_CFC",
        "NETLIFY",
    ];
    let expected = dialects.iter().zip(0..).map(|(name, number)| ((*name).to_owned(), number));
    assert_eq!(constants("APIGW_DIALECT_"), expected.collect());
    for dialect in Dialect::ALL {
        assert_eq!(dialects[dialect as usize], in_c(dialect.name()));
    }

    let methods = [
        Method::Other,
        Method::Get,
        Method::Head,
        Method::Post,
        Method::Put,
        Method::Delete,
        Method::Connect,
        Method::Options,
        Method::Trace,
        Method::Patch,
    ];
    let expected = methods.map(|method| (in_c(&format!("{method:?}")), method as u32));
    assert_eq!(constants("APIGW_METHOD_"), expected.into());
}

#[test]
fn flags_and_limits_have_their_numbers() {
    use table::flags::{
        ASCII, BODY_BASE64, BODY_JSON, INTEGRATED, PATH_DECODED, WEBSOCKET_CLOSE,
        WEBSOCKET_CONNECT, WEBSOCKET_MESSAGE,
    };
    let expected = [
        ("ASCII", ASCII),
        ("BODY_BASE64", BODY_BASE64),
        ("BODY_JSON", BODY_JSON),
        ("INTEGRATED", INTEGRATED),
        ("PATH_DECODED", PATH_DECODED),
        ("WEBSOCKET_CLOSE", WEBSOCKET_CLOSE),
        ("WEBSOCKET_CONNECT", WEBSOCKET_CONNECT),
        ("WEBSOCKET_MESSAGE", WEBSOCKET_MESSAGE),
    ];
    let expected = expected.map(|(name, bits)| (name.to_owned(), bits));
    assert_eq!(constants("APIGW_FLAG_"), expected.into());

    let named =
        |names: [(&str, u32); 4]| names.map(|(name, number)| (name.to_owned(), number)).into();
    let (text, base64) = (BodyEncoding::Text as u32, BodyEncoding::Base64 as u32);
    let (auto, stream) = (BodyEncoding::Auto as u32, BodyEncoding::Stream as u32);
    let encodings = [("AUTO", auto), ("TEXT", text), ("BASE64", base64), ("STREAM", stream)];
    assert_eq!(constants("APIGW_BODY_"), named(encodings));
    let rules = constants("APIGW_RULES_");
    assert_eq!(rules["STRICT"], ResponseRules::Strict as u32);
    assert_eq!(rules["GATEWAY"], ResponseRules::Gateway as u32);
    assert_eq!(rules["PASS_THROUGH"], ResponseRules::PassThrough as u32);
    assert_eq!(rules["FUNCTION_URL"], ResponseRules::FunctionUrl as u32);

    let all = constants("APIGW_");
    assert_eq!(all["PADDING"] as usize, PADDING);
    assert_eq!(all["MAX_DEPTH"] as usize, MAX_DEPTH);
    assert_eq!(all["MAX_NAME"] as usize, MAX_NAME);
    assert_eq!(all["NONE"], table::NONE);
}

#[test]
fn the_table_of_contents_has_the_sections_in_their_order() {
    let header = header();
    let (_, contents) = header.split_once("Contents: ").expect("there is a table of contents");
    let (contents, _) = contents.split_once('.').expect("it ends with a full stop");
    let contents = contents.replace("\n * ", " ");
    let titles = header.lines().filter_map(|line| {
        line.strip_prefix(" * ==== ")?.strip_suffix(" ====").map(str::to_lowercase)
    });
    assert_eq!(contents.to_lowercase().split(", ").collect::<Vec<_>>(), titles.collect::<Vec<_>>());
}

#[test]
fn the_version_is_that_of_the_crate() {
    let parts =
        ["MAJOR", "MINOR", "PATCH"].map(|part| constants("APIGW_VERSION_")[part].to_string());
    assert_eq!(parts.join("."), env!("CARGO_PKG_VERSION"));
    let [major, minor, patch] = parts.map(|part| part.parse::<u32>().expect("a number"));
    assert_eq!(constants("APIGW_VERSION_")["NUMBER"], major << 16 | minor << 8 | patch);
}
