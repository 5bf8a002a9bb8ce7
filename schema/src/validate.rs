//! Reads the schema and refuses one that would break a rule of the interface.

use std::collections::HashMap;
use std::fs;
use std::ops::Range;
use std::path::Path;

use toml::Spanned;

use crate::model::Schema;

/// The size of an error text in C, including the NUL.
const TEXT_ROOM: usize = 64;

/// Reads the schema at `path`. Messages call it `name`.
pub(crate) fn read(name: &str, path: &Path) -> Result<Schema, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{name}: {error}"))?;
    parse(name, &text)
}

fn parse(name: &str, text: &str) -> Result<Schema, String> {
    let place =
        |span: Range<usize>| format!("{name}:{}", 1 + text[..span.start].matches('\n').count());
    let schema: Schema = toml::from_str(text)
        .map_err(|error| format!("{}: {}", place(error.span().unwrap_or(0..0)), error.message()))?;
    check(&schema).map_err(|(span, message)| format!("{}: {message}", place(span)))?;
    Ok(schema)
}

type Refused = (Range<usize>, String);

fn check(schema: &Schema) -> Result<(), Refused> {
    let strings = schema.strings.iter().map(|it| (&it.name, &it.doc));
    let maps = schema.maps.iter().map(|it| (&it.name, &it.doc));
    let extras = schema.extras.iter().map(|it| (&it.name, &it.doc));
    distinct(strings.chain(maps).chain(extras), "a field")?;
    distinct(schema.limits.iter().map(|it| (&it.name, &it.doc)), "a limit")?;
    distinct(schema.flags.iter().map(|it| (&it.name, &it.doc)), "a flag")?;
    distinct(schema.kinds.iter().map(|it| (&it.name, &it.doc)), "a kind")?;
    for kind in &schema.kinds {
        distinct(kind.values.iter().map(|it| (&it.name, &it.doc)), "a value of a kind")?;
        for value in &kind.values {
            if let Some(rules) = &value.rules
                && schema.rules_of(value).is_none()
            {
                return Err((rules.span(), format!("there are no rules {}", rules.get_ref())));
            }
        }
    }
    distinct(schema.errors.iter().map(|it| (&it.name, &it.doc)), "an error")?;
    let mut last = 0;
    for fault in &schema.errors {
        let number = *fault.number.get_ref();
        if number <= last {
            let message = format!("number {number} of an error is used already, or out of order");
            return Err((fault.number.span(), message));
        }
        last = number;
        let texts = [Some(&fault.text), fault.c_text.as_ref()];
        if texts.into_iter().flatten().any(|text| text.is_empty() || text.len() >= TEXT_ROOM) {
            let message = format!("the text of an error has 1 to {} bytes", TEXT_ROOM - 1);
            return Err((fault.name.span(), message));
        }
    }
    let doc = String::from("a header name");
    distinct(schema.headers.names.iter().map(|name| (name, &doc)), "a header name")?;
    for name in &schema.headers.names {
        let is_lower =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !name.get_ref().bytes().all(is_lower) {
            return Err((name.span(), "a header name is in lower case".into()));
        }
    }
    Ok(())
}

/// Refuses a name that is empty or occurs twice, and an item without documentation.
fn distinct<'a>(
    named: impl Iterator<Item = (&'a Spanned<String>, &'a String)>,
    what: &str,
) -> Result<(), Refused> {
    let mut seen = HashMap::new();
    for (name, doc) in named {
        let text = name.get_ref().as_str();
        if text.is_empty() || text.split(['-', '_']).any(str::is_empty) {
            return Err((name.span(), format!("{what} has no proper name: {text:?}")));
        }
        if seen.insert(text, ()).is_some() {
            return Err((name.span(), format!("{what} has this name already: {text}")));
        }
        if doc.trim().is_empty() {
            return Err((name.span(), format!("{what} has no documentation: {text}")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::parse;

    const SCHEMA: &str = include_str!("../apigw.toml");

    /// Returns the message for the schema after replacing the first `from` by `to`.
    fn refusal(from: &str, to: &str) -> String {
        assert!(SCHEMA.contains(from), "{from}");
        parse("apigw.toml", &SCHEMA.replacen(from, to, 1)).err().expect("a refusal")
    }

    fn line_of(text: &str) -> usize {
        1 + SCHEMA[..SCHEMA.find(text).unwrap()].matches('\n').count()
    }

    #[test]
    fn the_schema_is_accepted() {
        assert!(parse("apigw.toml", SCHEMA).is_ok());
    }

    #[test]
    fn a_number_that_is_used_twice_is_refused() {
        let line = line_of("number = 17");
        let expected =
            format!("apigw.toml:{line}: number 16 of an error is used already, or out of order");
        assert_eq!(refusal("number = 17", "number = 16"), expected);
    }

    #[test]
    fn a_name_that_is_used_twice_is_refused() {
        let line = line_of(r#"name = "route_method""#);
        let message = refusal(r#"name = "route_method""#, r#"name = "route""#);
        assert_eq!(message, format!("apigw.toml:{line}: a field has this name already: route"));
        assert!(
            refusal(r#"    "accept-charset""#, r#"    "accept""#)
                .contains("a header name has this")
        );
        assert!(
            refusal(r#"name = "MAX_NAME""#, r#"name = "PADDING""#).contains("a limit has this")
        );
        assert!(
            refusal(r#"name = "tencent-clb""#, r#"name = "tencent-cloudbase""#)
                .contains("a value of a kind has")
        );
    }

    #[test]
    fn a_dialect_with_rules_that_do_not_exist_is_refused() {
        let line = line_of(r#"name = "azure", rust"#);
        let message = refusal(r#"rules = "azure""#, r#"rules = "asure""#);
        assert_eq!(message, format!("apigw.toml:{line}: there are no rules asure"));
    }

    #[test]
    fn a_field_without_documentation_is_refused() {
        let doc = "The client's address.";
        let line = line_of(doc) - 1;
        let expected = format!("apigw.toml:{line}: a field has no documentation: source_ip");
        assert_eq!(refusal(doc, " "), expected);
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        let line = line_of("ignores_case");
        let message = refusal("ignores_case", "ignore_case");
        assert!(
            message.starts_with(&format!("apigw.toml:{line}: unknown field `ignore_case`")),
            "{message}"
        );
    }

    #[test]
    fn a_text_that_does_not_fit_is_refused() {
        let long = "x".repeat(64);
        assert!(refusal("the system has no memory left", &long).contains("1 to 63 bytes"));
    }

    #[test]
    fn a_header_name_in_upper_case_is_refused() {
        assert!(refusal(r#""accept-charset""#, r#""Accept-Charset""#).contains("in lower case"));
    }
}
