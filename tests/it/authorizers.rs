//! Responses of Lambda authorizers.

use apigw::{AuthorizerDecision, AuthorizerResponse, ContextValue, Decoder, Dialect, Encoder};
use apigw::{ErrorCode, JsonKind, PolicyStatement};
use aws_lambda_events::apigw::{
    ApiGatewayCustomAuthorizerResponse, ApiGatewayV2CustomAuthorizerSimpleResponse,
};
use proptest::prelude::*;
use serde_json::{Value, json};

const CATS: &str = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3/prod/GET/cats";

fn encoded(response: AuthorizerResponse<'_>) -> String {
    let json = Encoder::new().encode_authorizer_response(&response).expect("a response").to_vec();
    String::from_utf8(json).expect("JSON")
}

#[test]
fn a_policy_is_what_the_vendor_s_type_reads() {
    let statements = [PolicyStatement::allow("a/*"), PolicyStatement::deny("a/\"b\"")];
    let json = encoded(
        AuthorizerResponse::policy("user \u{e9}", &statements)
            .context(&[
                ("text", ContextValue::Text("\n")),
                ("number", ContextValue::Integer(-7)),
                ("flag", ContextValue::Bool(true)),
            ])
            .usage_identifier_key("key"),
    );
    let theirs: ApiGatewayCustomAuthorizerResponse<Value> =
        serde_json::from_str(&json).expect("a response");
    assert_eq!(theirs.principal_id.as_deref(), Some("user \u{e9}"));
    assert_eq!(theirs.usage_identifier_key.as_deref(), Some("key"));
    assert_eq!(theirs.context, json!({"text": "\n", "number": -7, "flag": true}));
    let policy = serde_json::to_value(&theirs.policy_document).expect("a policy");
    assert_eq!(policy["Version"], "2012-10-17");
    let statement = |index: usize, name: &str| policy["Statement"][index][name].to_string();
    assert!(statement(0, "Effect").contains("Allow") && statement(1, "Effect").contains("Deny"));
    assert!(statement(0, "Resource").contains("a/*"));
    assert!(statement(1, "Resource").contains(r#"a/\"b\""#));
    assert!(statement(0, "Action").contains("execute-api:Invoke"));
}

#[test]
fn a_simple_response_is_what_the_vendor_s_type_reads() {
    for is_authorized in [true, false] {
        let context = [("a", ContextValue::Text("b"))];
        let json = encoded(AuthorizerResponse::simple(is_authorized).context(&context));
        let theirs: ApiGatewayV2CustomAuthorizerSimpleResponse<Value> =
            serde_json::from_str(&json).expect("a response");
        assert_eq!(theirs.is_authorized, is_authorized);
        assert_eq!(theirs.context, json!({"a": "b"}));
    }
}

#[test]
fn what_is_encoded_can_be_decoded() {
    let statements = [PolicyStatement::allow("*/GET/*"), PolicyStatement::deny("*/dogs")];
    let response = AuthorizerResponse::policy("user", &statements)
        .context(&[("level", ContextValue::Integer(3))])
        .usage_identifier_key("key");
    let mut decoder = Decoder::new();
    for dialect in
        [Dialect::AwsTokenAuthorizer, Dialect::AwsRequestAuthorizer, Dialect::AwsHttpApiAuthorizer]
    {
        let json = encoded(response);
        let decoded = decoder.decode_authorizer_response(json.as_bytes(), dialect).expect(&json);
        assert_eq!(decoded.principal_id(), Some("user"));
        assert_eq!(decoded.usage_identifier_key(), Some("key"));
        let level = decoded.context().and_then(|context| context.get("level"));
        assert_eq!(level.and_then(|level| level.as_i64()), Some(3));
        assert!(decoded.allows(CATS) && !decoded.allows("a/GET/dogs") && !decoded.allows("a/b"));
        assert_eq!(decoded.decision("a/GET/dogs"), AuthorizerDecision::Deny);
        assert_eq!(decoded.decision("a/b"), AuthorizerDecision::NoStatement);
    }
}

/// The response, the code, the offset and the member of each error.
const REFUSED: [(&str, ErrorCode, usize, &str); 12] = [
    ("{}", ErrorCode::MissingMember, 1, "principalId"),
    (r#"{"principalId":"a"}"#, ErrorCode::MissingMember, 18, "policyDocument"),
    (r#"{"principalId":7}"#, ErrorCode::WrongType, 15, "principalId"),
    (r#"{"principalId":"a","principalId":"b"}"#, ErrorCode::DuplicateMember, 19, "principalId"),
    (r#"{"principalId":"a","policyDocument":{}}"#, ErrorCode::WrongType, 36, "policyDocument"),
    (
        r#"{"principalId":"a","policyDocument":{"Statement":[{"Effect":"allow"}]}}"#,
        ErrorCode::WrongType,
        36,
        "policyDocument",
    ),
    (
        r#"{"principalId":"a","policyDocument":{"Statement":[{"Effect":"Allow","Action":"*","Resource":[7]}]}}"#,
        ErrorCode::WrongType,
        36,
        "policyDocument",
    ),
    (r#"{"context":[],"principalId":"a"}"#, ErrorCode::WrongType, 11, "context"),
    (r#"{"context":{"a":[]},"principalId":"a"}"#, ErrorCode::WrongType, 11, "context"),
    (r#"{"isAuthorized":true}"#, ErrorCode::MissingMember, 20, "principalId"),
    (r#"[]"#, ErrorCode::NotAnObject, 0, ""),
    (r#"{"a":1"#, ErrorCode::UnexpectedEnd, 6, ""),
];

#[test]
fn responses_that_no_gateway_takes() {
    let mut decoder = Decoder::new();
    for (json, code, offset, member) in REFUSED {
        let dialect = Dialect::AwsRequestAuthorizer;
        let decoded = decoder.decode_authorizer_response(json.as_bytes(), dialect);
        let error = decoded.expect_err(json);
        let found = (error.code(), error.offset(), error.member().unwrap_or_default());
        assert_eq!(found, (code, offset, member), "{json}");
    }
    let mut decoder = Decoder::new();
    let decoded = decoder.decode_authorizer_response(b"{}", Dialect::AwsRestApi);
    assert_eq!(decoded.expect_err("no authorizer").code(), ErrorCode::NoResponse);
}

#[test]
fn an_http_api_takes_a_simple_response_and_a_nested_context() {
    let mut decoder = Decoder::new();
    let json = br#"{"isAuthorized":true,"context":{"list":[1],"map":{"a":null}}}"#;
    let dialect = Dialect::AwsHttpApiAuthorizer;
    let decoded = decoder.decode_authorizer_response(json, dialect).expect("a response");
    assert!(decoded.allows("anything") && decoded.principal_id().is_none());
    let map = decoded.context().and_then(|context| context.get("map"));
    assert_eq!(map.map(|map| map.kind()), Some(JsonKind::Object));
    let error = decoder.decode_authorizer_response(br#"{"isAuthorized":"true"}"#, dialect);
    assert_eq!(error.expect_err("a string").member(), Some("isAuthorized"));
}

#[test]
fn statements_are_lists_or_single_values() {
    let mut decoder = Decoder::new();
    let mut allows = |statements: &str| {
        let json =
            format!(r#"{{"principalId":"a","policyDocument":{{"Statement":{statements}}}}}"#);
        let dialect = Dialect::AwsTokenAuthorizer;
        let response = decoder.decode_authorizer_response(json.as_bytes(), dialect);
        response.expect(&json).allows(CATS)
    };
    let allow = r#""Effect":"Allow","Action":["s3:*","Execute-API:*"],"Resource":["x","*/cats"]"#;
    assert!(allows(&format!("{{{allow}}}")));
    assert!(allows(&format!("[{{{allow}}}]")));
    assert!(!allows("[]"));
    assert!(!allows(&format!(r#"{{{allow},"Condition":{{}}}}"#)));
    assert!(!allows(r#"{"Effect":"Allow","Action":"execute-api:Manage","Resource":"*"}"#));
    let deny = r#"{"Effect":"Deny","Action":"*","Resource":"arn:aws:execute-api:*:cat?"}"#;
    assert!(allows(&format!("[{{{allow}}},{deny}]")));
    let deny = r#"{"Effect":"Deny","Action":"*","Resource":"arn:aws:*/cat?"}"#;
    assert!(!allows(&format!("[{{{allow}}},{deny}]")));
}

/// Whether a pattern is that of a text, by the definition.
fn is_match(pattern: &[u8], text: &[u8]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some((b'*', rest)) => (0..=text.len()).any(|skipped| is_match(rest, &text[skipped..])),
        Some((byte, rest)) => text
            .split_first()
            .is_some_and(|(first, text)| (first == byte || *byte == b'?') && is_match(rest, text)),
    }
}

proptest! {
    #[test]
    fn patterns_of_resources(pattern in "[ab*?]{0,7}", text in "[ab]{0,8}") {
        let statements = [PolicyStatement::allow(&pattern)];
        let json = encoded(AuthorizerResponse::policy("a", &statements));
        let mut decoder = Decoder::new();
        let dialect = Dialect::AwsRequestAuthorizer;
        let response = decoder.decode_authorizer_response(json.as_bytes(), dialect);
        let expected = is_match(pattern.as_bytes(), text.as_bytes());
        prop_assert_eq!(response.expect("a response").allows(&text), expected);
    }
}
