//! Maps of names and values: look-up, order, bare names.

use crate::common::events;
use crate::common::random::Random;
use apigw::{Decoder, Event, Pairs, header_id, header_name};

fn with_event(json: &str, check: impl FnOnce(Event<'_>)) {
    check(Decoder::new().decode(json.as_bytes()).expect("the event is valid"));
}

fn all<'a>(pairs: Pairs<'a>) -> Vec<(&'a str, Option<&'a str>)> {
    pairs.iter().collect()
}

#[test]
fn pairs_come_in_the_order_of_the_event_with_repeated_names() {
    with_event(r#"{"queryString":{"b":["1","2"],"a":"3","b":true,"c":null,"a":""}}"#, |event| {
        let expected = [
            ("b", Some("1")),
            ("b", Some("2")),
            ("a", Some("3")),
            ("b", None),
            ("c", None),
            ("a", Some("")),
        ];
        assert_eq!(all(event.query()), expected);
        assert_eq!(event.query().into_iter().collect::<Vec<_>>(), expected);
        assert_eq!(event.query().len(), 6);
        assert_eq!(event.query().iter().len(), 6);
        assert_eq!(format!("{:?}", event.query()), format!("{expected:?}"));
    });
}

#[test]
fn get_finds_the_first_value_and_get_all_every_value() {
    with_event(r#"{"queryString":{"a":["1",true,"2"],"b":true,"c":""}}"#, |event| {
        let query = event.query();
        assert_eq!(query.get("a"), Some("1"));
        assert!(query.get_all("a").eq([Some("1"), None, Some("2")]));
        assert_eq!(query.count("a"), 3);
        assert_eq!(query.get("b"), None, "a bare name has no value");
        assert!(query.contains("b"));
        assert_eq!(query.count("b"), 1);
        assert_eq!(query.get("c"), Some(""));
        assert_eq!(query.get("d"), None);
        assert!(!query.contains("d"));
        assert_eq!(query.count("d"), 0);
        assert_eq!(query.get_all("d").next(), None);
    });
}

/// Header names are compared without the case of ASCII letters, all other names exactly.
#[test]
fn only_header_names_ignore_case() {
    let map = r#"{"Accept":"1","ACCEPT":"2","x-é":"3","X-É":"4"}"#;
    let members = [
        "headers",
        "headerParameters",
        "queryString",
        "queryStringParameters",
        "pathParameters",
        "stageVariables",
    ];
    let json: Vec<String> = members.iter().map(|name| format!(r#""{name}":{map}"#)).collect();
    with_event(&format!("{{{},\"Extra\":1}}", json.join(",")), |event| {
        for headers in [event.headers(), event.declared_headers()] {
            assert!(headers.get_all("aCCept").eq([Some("1"), Some("2")]));
            assert_eq!(headers.get("ACCEPT"), Some("1"));
            assert_eq!(headers.get("x-É"), Some("4"));
            assert_eq!(headers.count("X-é"), 1);
            assert_eq!(headers.count("accept "), 0);
        }
        assert_eq!(event.header("accept"), Some("1"));
        let others = [
            event.query(),
            event.declared_query(),
            event.path_parameters(),
            event.stage_variables(),
        ];
        for map in others {
            assert_eq!(map.get("accept"), None);
            assert_eq!(map.get("ACCEPT"), Some("2"));
            assert_eq!(map.count("Accept"), 1);
        }
        assert_eq!(event.extras().get("Extra"), Some("1"));
        assert_eq!(event.extras().get("extra"), None);
    });
}

/// `[`, `@` and others differ from letters or from each other in the bit that is the case of a
/// letter.
#[test]
fn bytes_that_differ_in_the_case_bit_are_different() {
    with_event(
        r#"{"headers":{"a@":"1","a`":"2","a[":"3","a{":"4","a\u0000":"5","a ":"6"}}"#,
        |event| {
            for (name, value) in
                [("a@", "1"), ("A`", "2"), ("a[", "3"), ("A{", "4"), ("a\0", "5"), ("A ", "6")]
            {
                assert!(event.headers().get_all(name).eq([Some(value)]), "{name:?}");
            }
        },
    );
}

#[test]
fn an_absent_map_and_an_empty_one_are_different() {
    with_event(r#"{"headers":{},"queryString":[],"pathParameters":null}"#, |event| {
        for (map, is_present) in [
            (event.headers(), true),
            (event.query(), true),
            (event.path_parameters(), false),
            (event.stage_variables(), false),
        ] {
            assert_eq!(map.is_present(), is_present);
            assert!(map.is_empty());
            assert_eq!(map.len(), 0);
            assert_eq!(map.iter().next(), None);
            assert_eq!(map.get(""), None);
        }
    });
}

#[test]
fn names_and_values_may_be_empty_or_contain_nul() {
    with_event(r#"{"pathParameters":{"":"rest","a\u0000b":"c\u0000","a":""}}"#, |event| {
        let parameters = event.path_parameters();
        assert_eq!(parameters.get(""), Some("rest"));
        assert_eq!(parameters.get("a\0b"), Some("c\0"));
        assert_eq!(parameters.get("a"), Some(""));
    });
}

/// A pair has the number of its header name, but only in maps of headers.
#[test]
fn header_names_have_their_numbers() {
    let names: Vec<&str> = (1..).map_while(header_name).collect();
    assert!(names.len() > 50);
    let mut random = Random::new(2);
    let mixed: Vec<String> = names.iter().map(|name| in_mixed_case(&mut random, name)).collect();
    let pairs: Vec<String> =
        mixed.iter().map(|name| format!(r#""{name}":"v","{name}x":["v"]"#)).collect();
    let map = format!("{{{}}}", pairs.join(","));
    let json = format!(r#"{{"headers":{map},"headerParameters":{map},"queryString":{map},"x":1}}"#);
    with_event(&json, |event| {
        let table = event.table();
        for (range, is_headers) in [
            (table.headers, true),
            (table.declared_headers, true),
            (table.query, false),
            (table.extras, false),
        ] {
            let first = range.first as usize;
            for pair in &event.pair_table()[first..first + range.count as usize] {
                let name =
                    &event.text_block()[pair.name_off as usize..][..usize::from(pair.name_len)];
                let name = core::str::from_utf8(name).expect("UTF-8");
                let expected = names.iter().position(|known| known.eq_ignore_ascii_case(name));
                assert_eq!(header_id(name).map(usize::from), expected.map(|i| i + 1));
                let id = if is_headers { expected.map_or(0, |i| i + 1) } else { 0 };
                assert_eq!(usize::from(pair.name_id), id, "{name}");
            }
        }
    });
}

fn in_mixed_case(random: &mut Random, name: &str) -> String {
    let mix = |letter: char| if random.once_in(2) { letter.to_ascii_uppercase() } else { letter };
    name.chars().map(mix).collect()
}

/// Look-up agrees with a walk over all pairs, for every name of every event.
#[test]
fn look_up_agrees_with_iteration() {
    let mut decoder = Decoder::new();
    for event in events() {
        let Ok(event) = decoder.decode(&event.bytes) else { continue };
        let maps = [
            (event.headers(), true),
            (event.declared_headers(), true),
            (event.query(), false),
            (event.extras(), false),
        ];
        for (map, ignores_case) in maps {
            for (name, _) in map {
                for wanted in
                    [name.to_owned(), name.to_ascii_uppercase(), name.to_ascii_lowercase()]
                {
                    let is_wanted = |name: &str| {
                        if ignores_case {
                            name.eq_ignore_ascii_case(&wanted)
                        } else {
                            name == wanted
                        }
                    };
                    let expected: Vec<_> = map
                        .iter()
                        .filter(|(name, _)| is_wanted(name))
                        .map(|(_, value)| value)
                        .collect();
                    assert!(map.get_all(&wanted).eq(expected.iter().copied()));
                    assert_eq!(map.get(&wanted), expected.first().copied().flatten());
                    assert_eq!(map.count(&wanted), expected.len());
                    assert_eq!(map.contains(&wanted), !expected.is_empty());
                }
            }
        }
    }
}
