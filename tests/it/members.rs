//! Known members: their names, their types, and that each occurs only once. The model has the
//! rules.

use crate::common::Checker;

/// Every known member and every name that decides the dialect, with the text before its object.
const MEMBERS: [(&str, &[&str]); 4] = [
    (
        "{",
        &[
            "requestContext",
            "headers",
            "body",
            "path",
            "httpMethod",
            "isBase64Encoded",
            "isBase64",
            "queryString",
            "query",
            "queryStringParameters",
            "pathParameters",
            "headerParameters",
            "headersParameters",
            "stageVariables",
            "websocket",
            "payload",
            "Records",
            "Type",
            "TriggerName",
            "version",
            "rawPath",
        ],
    ),
    (
        r#"{"requestContext":{"#,
        &[
            "serviceId",
            "apiId",
            "serviceName",
            "path",
            "httpMethod",
            "requestId",
            "identity",
            "sourceIp",
            "stage",
            "domainName",
            "accountId",
            "connectionId",
            "websocketEnable",
            "elb",
            "eventType",
            "envId",
        ],
    ),
    (r#"{"requestContext":{"identity":{"#, &["secretId"]),
    (
        r#"{"websocket":{"#,
        &[
            "action",
            "secConnectionID",
            "secWebSocketProtocol",
            "secWebSocketExtensions",
            "dataType",
            "data",
        ],
    ),
];

const VALUES: [&str; 34] = [
    r#""text""#,
    r#""""#,
    r#""true""#,
    r#""false""#,
    r#""null""#,
    r#""binary""#,
    r#""connecting""#,
    r#""2.0""#,
    r#""v1""#,
    "true",
    "false",
    "null",
    "0",
    "-1.5e3",
    "{}",
    "[]",
    "[ ]",
    r#"{"a":"b"}"#,
    r#"{"a":true}"#,
    r#"{"a":false}"#,
    r#"{"a":null}"#,
    r#"{"a":1.50}"#,
    r#"{"a":[]}"#,
    r#"{"a":["b",true,null,false,2]}"#,
    r#"{"a":{}}"#,
    r#"{"a":[[]]}"#,
    r#"{"a":[{}]}"#,
    r#"{"a":"b","a":"c","A":"d"}"#,
    r#"{"":""}"#,
    "[1]",
    r#"["a"]"#,
    "[[]]",
    "x",
    "",
];

/// Returns the text that closes an object and the objects around it.
fn closing(before: &str) -> String {
    "}".repeat(before.matches('{').count())
}

fn for_each_member(mut check: impl FnMut(&str, &str, &str)) {
    for (before, names) in MEMBERS {
        for name in names {
            check(before, name, &closing(before));
        }
    }
}

#[test]
fn every_member_with_every_kind_of_value() {
    let mut checker = Checker::new();
    for_each_member(|before, name, after| {
        for value in VALUES {
            checker.check(format!(r#"{before}"{name}":{value}{after}"#).as_bytes());
            checker.check(format!(r#"{before} "{name}" : {value} , "x" : 1 {after}"#).as_bytes());
        }
    });
}

const PAIRS_OF_VALUES: [(&str, &str); 5] =
    [("\"a\"", "{}"), ("{}", "\"b\""), ("null", "null"), ("{}", "null"), ("null", "{}")];

#[test]
fn every_pair_of_members() {
    let mut checker = Checker::new();
    for_each_member(|before, first, after| {
        for_each_member(|other_before, second, other_after| {
            for (first_value, second_value) in PAIRS_OF_VALUES {
                let first = format!(r#""{first}":{first_value}"#);
                let second = format!(r#""{second}":{second_value}"#);
                let input = if before == other_before {
                    format!("{before}{first},{second}{after}")
                } else {
                    // The second object is a different member, or repeats the first one.
                    format!(
                        "{before}{first}{},{}{second}{other_after}",
                        &after[1..],
                        &other_before[1..]
                    )
                };
                checker.check(input.as_bytes());
            }
        });
    });
}

/// Two spellings of a name are the same member.
#[test]
fn every_member_twice_with_each_letter_escaped() {
    let mut checker = Checker::new();
    for_each_member(|before, name, after| {
        for at in 0..name.len() {
            let escape = format!("\\u{:04x}", name.as_bytes()[at]);
            let escaped = format!("{}{escape}{}", &name[..at], &name[at + 1..]);
            checker.check(format!(r#"{before}"{escaped}":"a"{after}"#).as_bytes());
            checker.check(format!(r#"{before}"{escaped}":null,"{name}":null{after}"#).as_bytes());
            checker.check(format!(r#"{before}"{name}":"a","{escaped}":"a"{after}"#).as_bytes());
        }
    });
}

/// Names are found by a hash of some of their bytes, but no other name may match.
#[test]
fn names_that_differ_in_one_byte_are_unknown() {
    let mut checker = Checker::new();
    for_each_member(|before, name, after| {
        for at in 0..name.len() {
            for byte in (0x20..0x7f).filter(|byte| !b"\"\\".contains(byte)) {
                let mut other = name.as_bytes().to_vec();
                other[at] = byte;
                let other = String::from_utf8(other).expect("ASCII");
                checker.check(format!(r#"{before}"{other}":"v"{after}"#).as_bytes());
            }
        }
    });
}

#[test]
fn names_that_are_longer_or_shorter_are_unknown() {
    let mut checker = Checker::new();
    for_each_member(|before, name, after| {
        let mut check = |other: &str| {
            checker.check(format!(r#"{before}"{other}":"v"{after}"#).as_bytes());
        };
        for at in 0..name.len() {
            check(&name[..at]);
            check(&name[at + 1..]);
            check(&format!("{}{}", &name[..at], &name[at + 1..]));
            check(&format!("{}{}", &name[..=at], &name[at..]));
        }
        for after in ["\\u0000", " ", "x", "s", "é", "\\u0000\\u0000\\u0000\\u0000"] {
            check(&format!("{name}{after}"));
            check(&format!("{after}{name}"));
        }
        check(&name.repeat(2));
        check(&name.to_ascii_uppercase());
        check(&name.to_ascii_lowercase());
    });
}

#[test]
fn members_of_one_object_are_unknown_in_the_others() {
    let mut checker = Checker::new();
    for_each_member(|_, name, _| {
        for (before, _) in MEMBERS {
            checker.check(format!(r#"{before}"{name}":["v"]{}"#, closing(before)).as_bytes());
        }
        // They are not members of an unknown object or of a map either.
        checker.check(format!(r#"{{"unknown":{{"{name}":"v","{name}":1}}}}"#).as_bytes());
        checker.check(format!(r#"{{"headers":{{"{name}":"v","{name}":1}}}}"#).as_bytes());
    });
}
