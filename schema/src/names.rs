//! Names in the style of each language, converted from `snake_case`, `kebab-case` or `UPPER_CASE`.

/// Converts `wrong-type` to `WrongType`.
pub(crate) fn camel(name: &str) -> String {
    let words = name.split(['-', '_']);
    words.map(|word| word[..1].to_ascii_uppercase() + &word[1..].to_ascii_lowercase()).collect()
}

/// Converts `source_ip` to `sourceIp`.
pub(crate) fn lower_camel(name: &str) -> String {
    let camel = camel(name);
    camel[..1].to_ascii_lowercase() + &camel[1..]
}

/// Converts `wrong-type` to `WRONG_TYPE`.
pub(crate) fn upper(name: &str) -> String {
    name.replace('-', "_").to_ascii_uppercase()
}

/// Writes the initialisms in a `CamelCase` name as Go does: `ApiGateway` becomes `APIGateway`.
pub(crate) fn go(camel: &str) -> String {
    const INITIALISMS: [(&str, &str); 14] = [
        ("Alb", "ALB"),
        ("Api", "API"),
        ("Apig", "APIG"),
        ("Ascii", "ASCII"),
        ("Aws", "AWS"),
        ("Cfc", "CFC"),
        ("Clb", "CLB"),
        ("Fc", "FC"),
        ("Http", "HTTP"),
        ("Id", "ID"),
        ("Ip", "IP"),
        ("Url", "URL"),
        ("Utf8", "UTF8"),
        ("Websocket", "WebSocket"),
    ];
    let mut words: Vec<String> = Vec::new();
    for letter in camel.chars() {
        match words.last_mut() {
            Some(word) if !letter.is_ascii_uppercase() => word.push(letter),
            _ => words.push(letter.into()),
        }
    }
    let in_go = |word: String| {
        let found = INITIALISMS.iter().find(|(usual, _)| *usual == word);
        found.map_or(word, |(_, go)| (*go).to_owned())
    };
    words.into_iter().map(in_go).collect()
}

/// Puts the members that fill a field in code marks: `` `a`, or `b` of other vendors ``.
pub(crate) fn members(member: &str) -> String {
    let names = member.split(", or ").map(|name| match name.split_once(' ') {
        Some((name, rest)) => format!("`{name}` {rest}"),
        None => format!("`{name}`"),
    });
    names.collect::<Vec<_>>().join(", or ")
}

#[cfg(test)]
mod tests {
    use super::{camel, go};

    #[test]
    fn names_of_go_have_its_initialisms() {
        assert_eq!(go(&camel("invalid-utf8")), "InvalidUTF8");
        assert_eq!(go(&camel("source_ip")), "SourceIP");
        assert_eq!(go("ApiGateway"), "APIGateway");
        assert_eq!(go("CloudBase"), "CloudBase");
        assert_eq!(go(&camel("websocket_protocol")), "WebSocketProtocol");
        assert_eq!(go("AwsAlbMultiValue"), "AWSALBMultiValue");
        assert_eq!(go(&camel("identity_extras")), "IdentityExtras");
    }
}
