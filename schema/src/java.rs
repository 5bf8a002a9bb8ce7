//! Generates the declarations of the Java package.

use std::fmt::Write;

use crate::model::{HEAD, Kind, Schema, TAIL};
use crate::names::{lower_camel, members, upper};
use crate::write::{Generated, NOTE, comment};

/// The files of the Java package.
pub(crate) fn files(schema: &Schema) -> Vec<Generated> {
    let file = |path, text| Generated { path, region: None, text };
    let dialects = enumeration(kind(schema, "Dialect"), "The kind of gateway that made an event.");
    let encodings =
        enumeration(kind(schema, "BodyEncoding"), "How the body of a response is sent.");
    vec![
        file("bindings/java/src/main/java/apigw/BodyEncoding.java", encodings),
        file("bindings/java/src/main/java/apigw/Dialect.java", dialects),
        file("bindings/java/src/main/java/apigw/ErrorCode.java", error_codes(schema)),
        file("bindings/java/src/main/java/apigw/Fields.java", fields(schema)),
        file("bindings/java/src/main/java/apigw/Flags.java", flags(schema)),
        file("bindings/java/src/main/java/apigw/HeaderNames.java", header_names(schema)),
        file("bindings/java/src/main/java/apigw/EventFields.java", getters(schema)),
    ]
}

fn head() -> String {
    format!("// {NOTE}\npackage apigw;\n\n")
}

fn kind<'a>(schema: &'a Schema, name: &str) -> &'a Kind {
    let found = schema.kinds.iter().find(|kind| kind.name.get_ref() == name);
    found.expect("the schema has the kind")
}

/// Returns a text with its marks of Markdown as Javadoc has them.
fn html(text: &str) -> String {
    let mut out = String::new();
    for (index, part) in text.split('`').enumerate() {
        // Every second part is code.
        if index % 2 == 1 {
            write!(out, "{{@code {part}}}").unwrap();
        } else {
            out += &part.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
        }
    }
    out
}

/// Returns a comment in Javadoc, on one line where it fits.
fn doc(indent: &str, text: &str) -> String {
    let text = html(text);
    let line = format!("{indent}/** {text} */\n");
    if line.len() <= 101 && !text.contains('\n') {
        return line;
    }
    format!("{indent}/**\n{}{indent} */\n", comment(&format!("{indent} * "), &text))
}

/// Returns an enumeration whose constants have the numbers and the stable names of a kind.
fn enumeration(kind: &Kind, title: &str) -> String {
    let name = kind.name.get_ref();
    let mut out = head() + &doc("", title) + &format!("public enum {name} {{\n");
    for (index, value) in kind.values.iter().enumerate() {
        let stable = value.name.get_ref();
        let end = if index + 1 == kind.values.len() { ";" } else { "," };
        out += &doc("    ", &value.doc);
        writeln!(out, "    {}(\"{stable}\"){end}", upper(stable)).unwrap();
        if index + 1 < kind.values.len() {
            out += "\n";
        }
    }
    write!(
        out,
        "
    private static final {name}[] ALL = values();

    private final String text;

    {name}(String text) {{
        this.text = text;
    }}

    /** Returns the number that the library has for it. */
    public int number() {{
        return ordinal();
    }}

    /** Returns the stable name, which is the same in all languages. */
    @Override
    public String toString() {{
        return text;
    }}

    /** Returns the constant with this number; the first one if there is no such number. */
    static {name} of(int number) {{
        return ALL[number >= 0 && number < ALL.length ? number : 0];
    }}
}}
"
    )
    .unwrap();
    out
}

fn error_codes(schema: &Schema) -> String {
    let mut out = head();
    out += "/** The numbers of errors. A number is never given to another error. */\n";
    out += "public final class ErrorCode {\n";
    for error in &schema.errors {
        out += &doc("    ", error.c_doc.as_ref().unwrap_or(&error.doc));
        let name = upper(error.name.get_ref());
        write!(out, "    public static final int {name} = {};\n\n", error.number.get_ref())
            .unwrap();
    }
    out += "    private ErrorCode() {}\n\n";
    let texts = |error: &crate::model::Fault| error.c_text.clone().unwrap_or(error.text.clone());
    for (name, title, unknown, text) in [
        (
            "nameOf",
            "Returns the stable name of an error, which is the same in all languages.",
            "unknown",
            Box::new(|error: &crate::model::Fault| error.name.get_ref().clone())
                as Box<dyn Fn(&_) -> _>,
        ),
        ("textOf", "Returns the meaning of an error.", "unknown error", Box::new(texts)),
    ] {
        out += &doc("    ", title);
        writeln!(out, "    public static String {name}(int number) {{").unwrap();
        out += "        return switch (number) {\n";
        for error in &schema.errors {
            let constant = upper(error.name.get_ref());
            let line = format!("            case {constant} -> {:?};\n", text(error));
            if line.len() <= 101 {
                out += &line;
            } else {
                write!(
                    out,
                    "            case {constant} ->\n                    {:?};\n",
                    text(error)
                )
                .unwrap();
            }
        }
        write!(out, "            default -> \"{unknown}\";\n        }};\n    }}\n").unwrap();
        if name == "nameOf" {
            out += "\n";
        }
    }
    out + "}\n"
}

fn fields(schema: &Schema) -> String {
    let mut out = head();
    out += "import java.util.List;\n\n";
    out += "/** The number of the first word of each field in the table of an event. */\n";
    out += "final class Fields {\n";
    for (index, name) in HEAD.iter().enumerate() {
        writeln!(out, "    static final int {} = {index};", upper(name)).unwrap();
    }
    for place in schema.places() {
        writeln!(out, "    static final int {} = {};", upper(place.name), place.word).unwrap();
    }
    let fields = schema.strings.len() + schema.maps.len() + schema.extras.len();
    let all = HEAD.len() + 2 * fields + TAIL.len();
    write!(out, "\n    /** The number of words of the table. */\n").unwrap();
    writeln!(out, "    static final int TABLE_WORDS = {all};").unwrap();
    for (list, title, names) in [
        ("STRING_NAMES", "strings", schema.strings.iter().map(|it| &it.name).collect::<Vec<_>>()),
        ("MAP_NAMES", "maps", schema.maps.iter().map(|it| &it.name).collect()),
        (
            "EXTRA_NAMES",
            "objects of members without a field",
            schema.extras.iter().map(|it| &it.name).collect(),
        ),
    ] {
        write!(out, "\n    /** The names of all {title}, in the order of their words. */\n")
            .unwrap();
        write!(out, "    static final List<String> {list} =\n            List.of(\n").unwrap();
        let lines: Vec<_> = names
            .iter()
            .map(|name| format!("                    \"{}\"", name.get_ref()))
            .collect();
        writeln!(out, "{});", lines.join(",\n")).unwrap();
    }
    write!(out, "\n    /** Returns the number of the first word of a field. */\n").unwrap();
    write!(out, "    static int of(String name) {{\n        return switch (name) {{\n").unwrap();
    let fields =
        schema.strings.iter().map(|it| &it.name).chain(schema.maps.iter().map(|it| &it.name));
    for name in fields.chain(schema.extras.iter().map(|it| &it.name)) {
        let name = name.get_ref();
        writeln!(out, "            case \"{name}\" -> {};", upper(name)).unwrap();
    }
    write!(
        out,
        "            default -> throw new IllegalArgumentException(name);\n        }};\n    }}\n"
    )
    .unwrap();
    write!(out, "\n    private Fields() {{}}\n}}\n").unwrap();
    out
}

fn flags(schema: &Schema) -> String {
    let mut out =
        head() + "/** The bits of {@link Event#flags()}. */\npublic final class Flags {\n";
    for (bit, flag) in schema.flags.iter().enumerate() {
        out += &doc("    ", &flag.doc);
        let name = flag.name.get_ref();
        write!(out, "    public static final int {name} = {};\n\n", 1u32 << bit).unwrap();
    }
    out + "    private Flags() {}\n}\n"
}

fn header_names(schema: &Schema) -> String {
    let mut out = head();
    out += "/** The well-known header names in lower case, by their numbers from 1 on. */\n";
    out += "final class HeaderNames {\n    static final String[] ALL = {\n";
    for name in &schema.headers.names {
        writeln!(out, "        \"{}\",", name.get_ref()).unwrap();
    }
    out + "    };\n\n    private HeaderNames() {}\n}\n"
}

fn getters(schema: &Schema) -> String {
    let mut out = head();
    out += "/** The fields of an event. */\nabstract class EventFields {\n";
    out += "    EventFields() {}\n\n";
    out += "    /** Returns the string whose offset and length are at a word. */\n";
    out += "    abstract String string(int word);\n\n";
    out += "    /** Returns the map whose first index and number of pairs are at a word. */\n";
    out += "    abstract Pairs pairs(int word, boolean ignoresCase);\n";
    let text_of = |text: &str, name: &str| match schema.members_of(name) {
        paths if paths.is_empty() => text.to_owned(),
        paths => format!("{text} From {}.", members(&paths)),
    };
    for field in schema.strings.iter().filter(|it| it.name.get_ref() != "body") {
        let name = field.name.get_ref();
        out += "\n";
        out += &doc("    ", &text_of(&field.doc, name));
        let (getter, word) = (lower_camel(name), upper(name));
        write!(
            out,
            "    public String {getter}() {{\n        return string(Fields.{word});\n    }}\n"
        )
        .unwrap();
    }
    let maps = schema.maps.iter().map(|it| (&it.name, &it.doc, it.ignores_case));
    let extras = schema.extras.iter().map(|it| (&it.name, &it.doc, false));
    for (name, text, ignores_case) in maps.chain(extras) {
        let name = name.get_ref();
        out += "\n";
        out += &doc("    ", &text_of(text, name));
        let (getter, word) = (lower_camel(name), upper(name));
        write!(
            out,
            "    public Pairs {getter}() {{\n        \
             return pairs(Fields.{word}, {ignores_case});\n    }}\n"
        )
        .unwrap();
    }
    out + "}\n"
}
