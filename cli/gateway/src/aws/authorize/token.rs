//! JSON Web Tokens (RFC 7519). They are read, but neither their signatures nor their times are
//! checked: there are no keys here.

use base64_simd::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

/// The claims of a token, which may come after `Bearer`. The error says what it is instead.
pub(super) fn claims(token: &str) -> Result<Map<String, Value>, String> {
    let bare = match token.split_once(' ') {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer") => rest.trim(),
        _ => token,
    };
    let parts: Vec<&str> = bare.split('.').collect();
    let [head, payload, signature] = parts[..] else {
        return Err(format!("the token has not three parts, but {}", parts.len()));
    };
    let head =
        object(head).ok_or("the first part of the token is not a JSON object in base64url")?;
    if head.get("alg").and_then(Value::as_str).is_none_or(|alg| alg.eq_ignore_ascii_case("none")) {
        return Err("the token has no algorithm `alg`".into());
    }
    if signature.is_empty() || URL_SAFE_NO_PAD.check(signature.as_bytes()).is_err() {
        return Err("the signature of the token is not base64url".into());
    }
    object(payload)
        .ok_or_else(|| "the second part of the token is not a JSON object in base64url".into())
}

fn object(part: &str) -> Option<Map<String, Value>> {
    let json = URL_SAFE_NO_PAD.decode_to_vec(part.as_bytes()).ok()?;
    serde_json::from_slice(&json).ok()
}

/// The scopes of a token: `scope` or `scp`, a text with blanks or a list.
pub(super) fn scopes(claims: &Map<String, Value>) -> Vec<String> {
    let words = |value: &Value| match value {
        Value::String(text) => text.split(' ').map(Into::into).collect(),
        Value::Array(values) => values.iter().filter_map(Value::as_str).map(Into::into).collect(),
        _ => Vec::new(),
    };
    ["scope", "scp"].iter().filter_map(|name| claims.get(*name)).flat_map(words).collect()
}
