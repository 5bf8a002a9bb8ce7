//! Names in the style of each language, made from `snake_case`, `kebab-case` or `UPPER_CASE`.

/// `wrong-type` as `WrongType`.
pub(crate) fn camel(name: &str) -> String {
    let words = name.split(['-', '_']);
    words.map(|word| word[..1].to_ascii_uppercase() + &word[1..].to_ascii_lowercase()).collect()
}

/// `wrong-type` as `WRONG_TYPE`.
pub(crate) fn upper(name: &str) -> String {
    name.replace('-', "_").to_ascii_uppercase()
}
