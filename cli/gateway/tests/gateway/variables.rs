//! Variables in a `serverless.yml`.

use std::fs;
use std::path::Path;

use apigw_gateway::config::{Config, Problem};

/// A function whose environment variable `A` is this value, in a file with these other lines.
fn text(value: &str, lines: &str) -> String {
    format!(
        "inputs: {{name: f, handler: a.b, environment: {{variables: {{A: {value}}}}}}}\n{lines}\n"
    )
}

fn value(value: &str, lines: &str) -> String {
    let config = Config::parse(&text(value, lines), Path::new("/code")).unwrap();
    config.functions[0].environment[0].1.clone()
}

fn fault(value: &str, lines: &str) -> String {
    let problems = Config::parse(&text(value, lines), Path::new("/code")).unwrap_err();
    assert_eq!(problems.len(), 1, "{problems:?}");
    Problem::to_string(&problems[0])
}

#[test]
fn a_variable_is_replaced_by_its_value() {
    let lines = "app: shop\nname: web\nstage: test\ncustom: {a: x, list: [y, z], on: true, n: ~}";
    for (written, expected) in [
        ("'${app}'", "shop"),
        ("'${app}-${name}-${stage}'", "shop-web-test"),
        ("'${self:custom.a}'", "x"),
        ("'${self:custom.list.1}'", "z"),
        ("'${self:custom.${self:other}}'", "x"),
        ("'${self:custom.on}'", "true"),
        ("'a$b$$c}'", "a$b$$c}"),
        ("'$${app}'", "$shop"),
        // The first alternative that exists.
        ("\"${opt:stage, self:custom.b, 'a,b'}\"", "a,b"),
        ("'${env:APIGW_TEST_MISSING, 7}'", "7"),
        ("'${opt:stage, self:stage}'", "test"),
    ] {
        assert_eq!(value(written, &format!("{lines}\nother: a")), expected, "{written}");
    }
    assert_eq!(value("'${stage}'", ""), "dev");
    // The environment of this process: Cargo sets it.
    for written in ["'${env:CARGO_PKG_NAME}'", "'${env.CARGO_PKG_NAME}'"] {
        assert_eq!(value(written, ""), "apigw-gateway");
    }
}

#[test]
fn a_variable_can_be_a_map_or_a_list() {
    let text = "
custom: {parameters: {httpMethod: PUT, integratedResponse: '${self:custom.on}'}, on: true}
functions: {f: {handler: a.b, events: [{apigw: {parameters: '${self:custom.parameters}'}}]}}
";
    let config = Config::parse(text, Path::new("/code")).unwrap();
    assert!(config.routes[0].is_integrated && config.routes[0].method == "PUT");
}

#[test]
fn a_dotenv_next_to_the_file_has_variables() {
    let folder = tempfile::tempdir().unwrap();
    let env = "# Comment\nDB_URL=\"mysql://a b\"\nexport OTHER='x'\nCARGO_PKG_NAME=overridden\n";
    fs::write(folder.path().join(".env"), env).unwrap();
    let read = |value: &str| {
        let config = Config::parse(&text(value, ""), folder.path());
        config.map(|config| config.functions[0].environment[0].1.clone())
    };
    assert_eq!(read("'${env:DB_URL}'").unwrap(), "mysql://a b");
    assert_eq!(read("'${env.OTHER}'").unwrap(), "x");
    // What is set outside counts.
    assert_eq!(read("'${env:CARGO_PKG_NAME}'").unwrap(), "apigw-gateway");
    fs::write(folder.path().join(".env"), "A=\"b\n").unwrap();
    let problems = read("'${env:DB_URL}'").unwrap_err();
    assert!(problems[0].message.contains(".env: "), "{problems:?}");
}

#[test]
fn an_unknown_variable_is_an_error_where_it_is_used() {
    for (written, reason) in [
        ("'${env:APIGW_TEST_MISSING}'", "the environment has no variable `APIGW_TEST_MISSING`: "),
        ("'${self:custom.a}'", "the file has no `custom.a`"),
        ("'${app}'", "the file has no `app`"),
        ("'${stag}'", "the variable `${stag}` is not known here: "),
        ("'${output:a.b}'", "the variable `${output:a.b}` is not known here: "),
        ("'a${app'", "`${` has no `}`"),
        ("'a${self:inputs}'", "`${self:inputs}` is a map, which is no part of a text"),
        ("'${self:inputs.environment.variables.A}'", "the variable refers to itself"),
    ] {
        let fault = fault(written, "");
        assert!(fault.starts_with(&format!("1:62: error: `A`: {reason}")), "{written}: {fault}");
    }
    assert!(fault("'${stag}'", "").ends_with("; is it `${stage}`?"));
    // A key that is not looked at may say anything.
    assert_eq!(value("x", "custom: {a: '${file(~/a.yml)}'}"), "x");
    // A number may be a variable, and its value is checked.
    let text = "inputs: {name: f, handler: a.b, timeout: '${self:custom}'}\ncustom: ten";
    let problems = Config::parse(text, Path::new("/code")).unwrap_err();
    assert!(problems[0].message.contains("number from 1 to 86400, not `ten`"), "{problems:?}");
}

#[test]
fn a_few_references_cannot_ask_for_billions_of_values() {
    let mut lines = String::from("a0: xxxx\n");
    for level in 1..30 {
        let below = format!("${{self:a{}}}", level - 1);
        lines += &format!("a{level}: '{below}{below}{below}{below}'\n");
    }
    let fault = fault("'${self:a12}'", &lines);
    assert!(fault.contains("refer to more than 100000 values"), "{fault}");
}

/// A file for AWS with a function whose environment variable `A` is this value.
fn of_aws(value: &str, folder: &Path) -> Result<Config, Vec<Problem>> {
    let text = format!(
        "service: s\nprovider: {{name: aws, stage: test}}\ncustom: {{other: o}}\n\
         functions: {{f: {{handler: a.b, environment: {{A: {value}}}}}}}\n"
    );
    Config::parse(&text, folder)
}

#[test]
fn a_variable_takes_its_value_from_another_file() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write(
        "config.yml",
        "test: {url: 'http://${self:custom.other}', list: [a, b]}\nloop: '${file(config.yml):loop}'\n",
    );
    write("config.json", r#"{"a": {"b": 7}}"#);
    write("motd.txt", "hello\n");
    write("code.js", "module.exports = 1");
    write("broken.yml", "a: [");
    for (written, expected, file) in [
        ("'${file(./config.yml):test.url}'", "http://o", "config.yml"),
        ("'${file(config.yml):${sls:stage}.list.1}'", "b", "config.yml"),
        ("'${file(./config.${env:APIGW_TEST_MISSING, ''json''}):a.b}'", "7", "config.json"),
        ("'${file(motd.txt)}'", "hello\n", "motd.txt"),
        ("'${file(missing.yml):a, ''none''}'", "none", "missing.yml"),
        ("'${file(config.yml):missing, file(config.json):a.b}'", "7", "config.json"),
    ] {
        let config = of_aws(written, folder.path()).unwrap_or_else(|it| panic!("{it:?}"));
        assert_eq!(config.functions[0].environment[0].1, expected, "{written}");
        assert!(config.files[0].ends_with(file), "{written}: {:?}", config.files);
    }
    for (written, reason) in [
        ("'${file(missing.yml):a}'", "there is no file `missing.yml`"),
        ("'${file(config.yml):a}'", "`config.yml` has no `a`"),
        ("'${file(config.yml):loop}'", "the variable refers to itself"),
        ("'${file(code.js):a}'", "`code.js`: is code, which is not run here"),
        ("'${file(broken.yml):a}'", "`broken.yml`: 2:1: error: not YAML"),
        ("'${file(../x.yml):a}'", "`../x.yml`: is not in the folder of this file"),
        ("'${file(~/x.yml):a}'", "`~/x.yml`: is not in the folder of this file"),
        ("'${file(/etc/hostname)}'", "`/etc/hostname`: is not in the folder of this file"),
        ("'${file(config.yml)a}'", "`${file(config.yml)a}` is not like `${file("),
    ] {
        // An environment variable that has no value here is left out, with a warning.
        let config = of_aws(written, folder.path()).unwrap();
        assert!(config.functions[0].environment.is_empty(), "{written}");
        let fault = config.warnings[0].to_string();
        // The place is that of the variable, not one in the other file.
        let expected = format!("4:48: warning: the variable `A` is left out: {reason}");
        assert!(fault.starts_with(&expected), "{written}: {fault}");
    }
}
