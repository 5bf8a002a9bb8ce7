//! The dialect of events with combinations of the members that decide it.

use crate::common::Checker;
use crate::common::random::Random;
use crate::common::scale::thinned;

/// The members that decide the dialect, each with its variants. The empty text omits the member.
const MARKS: [&[&str]; 25] = [
    &["", r#""websocket":null"#, r#""websocket":{}"#, r#""websocket":{"action":null}"#],
    &["", "", "", r#""websocket":{"action":"closing"}"#, r#""websocket":{"action":""}"#],
    &["", "", r#""Records":null"#, r#""Records":[]"#, r#""Records":[{"a":1,"cf":{}}]"#],
    &["", r#""Type":null"#, r#""Type":"Timer""#],
    &["", r#""TriggerName":null"#, r#""TriggerName":"t""#],
    &["", "", r#""detail-type":"t""#],
    &["", "", r#""messageVersion":"1.0""#, r#""messageVersion":"1.0","agent":{}"#],
    &["", "", r#""userPoolId":"p""#, r#""userPoolId":"p","triggerSource":"s""#],
    &["", "", r#""methodArn":"a""#, r#""routeArn":"a""#, r#""routeArn":null"#],
    &["", r#""type":"TOKEN""#, r#""type":"REQUEST""#, r#""type":{}"#],
    &[
        "",
        "",
        "",
        r#""version":"2.0""#,
        r#""version":"1.0""#,
        r#""version":null"#,
        r#""version":2.0"#,
    ],
    &[
        "",
        r#""version":"v1""#,
        r#""version":"v1","rawPath":null"#,
        r#""rawPath":"/","version":"v1""#,
    ],
    &["", "", r#""queryString":null"#, r#""queryString":{}"#, r#""queryString":[]"#],
    &["", "", r#""headerParameters":null"#, r#""headersParameters":{"a":"b"}"#],
    &["", r#""headers":null"#, r#""headers":{}"#],
    &["", "", r#""multiValueHeaders":null"#, r#""multiValueHeaders":{"a":["b","c"]}"#],
    &["", r#""payload":null"#, r#""payload":{"a":1}"#, r#""payload":"é""#, r#""payload":[]"#],
    &["", r#""httpMethod":null"#, r#""httpMethod":"GET""#, r#""body":null"#, r#""body":"b""#],
    &["", "", r#""resource":"/r""#, r#""resource":null"#],
    &["", "", r#""raw_path":"/""#, r#""__ow_method":"get""#, r#""http":{}"#, r#""http":null"#],
    &["", "", r#""Data":{}"#, r#""Metadata":{}"#, r#""Data":{},"Metadata":{}"#],
    &["", "", r#""rawUrl":"u""#, r#""queryParameters":{}"#],
    &["", "", r#""operationId":"o""#, r#""parameters":{}"#, r#""pathParams":{}"#, r#""url":"/u""#],
    &["", "", r#""user_data":"""#, r#""lubanops-gtrace-id":"g""#],
    &["", r#""queryStringParameters":{"a":"%41"}"#, r#""rawQueryString":"a=%41&b""#],
];

const CONTEXT: [&[&str]; 12] = [
    &["", r#""serviceId":null"#, r#""serviceId":"s""#, r#""apiId":"a""#],
    &["", r#""serviceName":null"#, r#""serviceName":"s""#],
    &["", "", r#""elb":null"#, r#""elb":{}"#],
    &["", "", r#""connectionId":null"#, r#""connectionId":"c""#],
    &["", "", r#""eventType":null"#, r#""eventType":"MESSAGE""#],
    &["", "", r#""envId":null"#, r#""envId":"e""#],
    &["", "", r#""serviceNetworkArn":"a""#, r#""targetGroupArn":"a""#],
    &["", "", r#""http":null"#, r#""http":{}"#, r#""http":{"method":"GET","path":"/s/p"}"#],
    &["", "", r#""identity":null"#, r#""identity":{}"#],
    &["", "", r#""resourceId":null"#, r#""resourcePath":"/""#],
    &["", r#""stage":"s""#, r#""requestId":"r""#, r#""stage":"s","requestId":"r""#],
    &["", "", r#""authorizer":{}"#, r#""domainName":"a.lambda-url.b""#],
];

/// Returns one choice from each list, in any order.
fn members(random: &mut Random, lists: &[&[&str]]) -> Vec<String> {
    let chosen = lists.iter().map(|list| random.choose(list).to_string());
    let mut members: Vec<String> = chosen.filter(|member| !member.is_empty()).collect();
    random.shuffle(&mut members);
    members
}

#[test]
fn combinations_of_marks() {
    let mut random = Random::new(1);
    let mut checker = Checker::new();
    for _ in thinned(0..100_000, 0) {
        let mut event = members(&mut random, &MARKS);
        match random.below(4) {
            0 => {}
            1 => event.push(
                random.choose(&[r#""requestContext":null"#, r#""requestContext":[]"#]).to_string(),
            ),
            _ => {
                let context = members(&mut random, &CONTEXT).join(",");
                event.push(format!(r#""requestContext":{{{context}}}"#));
            }
        }
        random.shuffle(&mut event);
        checker.check(format!("{{{}}}", event.join(",")).as_bytes());
    }
}

#[test]
fn a_function_url_may_have_a_context_with_the_address_of_the_client() {
    let dialect = |context: &str| {
        let event = format!(r#"{{"queryString":{{}},"requestContext":{context}}}"#);
        let mut decoder = apigw::Decoder::new();
        decoder.decode(event.as_bytes()).expect("the event is right").dialect()
    };
    assert_eq!(dialect(r#"{"sourceIp":"203.0.113.9"}"#), apigw::Dialect::TencentFunctionUrl);
    for member in ["serviceId", "serviceName", "path", "stage"] {
        let context = format!(r#"{{"sourceIp":"203.0.113.9","{member}":"a"}}"#);
        assert_eq!(dialect(&context), apigw::Dialect::TencentApiGateway, "{member}");
    }
    assert_eq!(dialect("{}"), apigw::Dialect::TencentApiGateway);
}

/// The values of an event, in the normalised form without the dialect.
fn values(event: apigw::Event<'_>) -> serde_json::Value {
    let mut value = serde_json::to_value(event).expect("an event can be written");
    value.as_object_mut().expect("an object").remove("dialect");
    value
}

#[test]
fn a_dialect_that_is_set_is_that_of_every_event() {
    let mut free = apigw::Decoder::new();
    let mut bound = apigw::Decoder::new();
    for event in crate::common::events() {
        let Ok(decoded) = free.decode(&event.bytes) else { continue };
        let (dialect, expected) = (decoded.dialect(), values(decoded));
        for forced in apigw::Dialect::ALL {
            bound.set_dialect(Some(forced));
            match bound.decode(&event.bytes) {
                Ok(decoded) => {
                    assert_eq!(decoded.dialect(), forced, "{}", event.name);
                    if forced == dialect {
                        assert_eq!(values(decoded), expected, "{}", event.name);
                    }
                }
                // A member that only the other dialect knows may have another type here.
                Err(error) => {
                    assert_ne!(forced, dialect, "{}: {error}", event.name);
                    assert!(error.member().is_some(), "{}: {error}", event.name);
                }
            }
        }
        bound.set_dialect(None);
        let decoded = bound.decode(&event.bytes).expect("it was decoded before");
        assert_eq!(decoded.dialect(), dialect, "{}", event.name);
    }
}
