//! The expected result of decoding, as JSON.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::common::model::{self, Event, Fault};

/// The number of pairs that a decoder allows by default.
const MAX_PAIRS: usize = 4096;

/// Returns what the model reads from an input.
pub(crate) fn expectation(input: &[u8]) -> String {
    let value = match model::decode(input, MAX_PAIRS) {
        Ok(event) => json!({ "event": event_value(&event) }),
        Err(fault) => json!({ "error": fault_value(&fault) }),
    };
    value.to_string()
}

fn event_value(event: &Event) -> Value {
    // A dialect may have taken what was in the extras.
    let maps = event.maps.iter().filter(|(name, map)| !name.ends_with("extras") || !map.is_empty());
    let mut value = json!({
        "dialect": event.dialect,
        "strings": event.strings,
        "maps": maps.collect::<BTreeMap<_, _>>(),
    });
    if let Some(body) = &event.body {
        value["body"] = json!(body);
    }
    if let Some(time) = event.time_ms {
        value["time_ms"] = json!(time);
    }
    for (name, is) in [("path_decoded", event.is_path_decoded), ("is_partial", event.is_partial)] {
        if is {
            value[name] = json!(true);
        }
    }
    value
}

fn fault_value(fault: &Fault) -> Value {
    let mut value = json!({ "code": fault.code, "offset": fault.offset });
    if let Some(member) = fault.member {
        value["member"] = member.into();
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_has_its_strings_maps_and_body() {
        let input =
            br#"{"path":"/a","queryString":{"q":["1",true]},"headers":[],"x":{"y":1},"body":"b"}"#;
        let is: Value = serde_json::from_str(&expectation(input)).expect("JSON");
        let wanted = json!({"event": {
            "dialect": "tencent-function-url",
            "strings": {"path": "/a"},
            "maps": {
                "extras": [["x", "{\"y\":1}"]],
                "headers": [],
                "query": [["q", "1"], ["q", null]],
            },
            "body": ["text", "b"],
        }});
        assert_eq!(is, wanted);
    }

    #[test]
    fn an_event_without_a_body_has_no_such_member() {
        assert_eq!(expectation(b"{}"), r#"{"event":{"dialect":"unknown","maps":{},"strings":{}}}"#);
    }

    #[test]
    fn a_fault_has_its_member_where_the_model_knows_it() {
        assert_eq!(
            expectation(br#"{"path":1}"#),
            r#"{"error":{"code":"wrong-type","member":"path","offset":8}}"#
        );
        assert_eq!(expectation(b"{"), r#"{"error":{"code":"unexpected-end","offset":1}}"#);
    }

    #[test]
    fn the_limit_of_pairs_is_the_default_one() {
        assert_eq!(MAX_PAIRS, apigw::Limits::default().pairs);
    }
}
