//! Generates the bodies of requests.

use crate::json::Json;
use crate::random::Random;
use crate::request::object;

/// The vocabulary of a body.
#[derive(Clone, Copy)]
pub(crate) struct Words {
    names: [&'static str; 4],
    notes: [&'static str; 3],
    tags: [&'static str; 3],
}

pub(crate) const LATIN: Words = Words {
    names: ["red shoes \"de luxe\"", "blue shirt", "a test item\nof two lines", "scarf, 3\" wide"],
    notes: ["", "fragile", "leave it at the door"],
    tags: ["new", "sale", "last"],
};

pub(crate) const CHINESE: Words = Words {
    names: ["红色的鞋子", "蓝色的衬衫很漂亮", "测试商品\n第二行", "“豪华”围巾"],
    notes: ["", "易碎", "请把包裹放在门口,谢谢"],
    tags: ["新品", "促销", "最后一件"],
};

/// Returns a JSON array of articles with at least `len` bytes.
pub(crate) fn items(random: &mut Random, len: usize, words: Words) -> String {
    let mut body = String::from("[");
    while body.len() < len {
        if body.len() > 1 {
            body.push(',');
        }
        body.push_str(&item(random, words).compact());
    }
    body.push(']');
    body
}

fn item(random: &mut Random, words: Words) -> Json {
    let tags = [random.pick(&words.tags), random.pick(&words.tags)];
    object([
        ("id", Json::Integer(random.below(1_000_000))),
        ("name", random.pick(&words.names).into()),
        ("price", Json::Decimal(random.below(10_000) as f64 / 100.0)),
        ("tags", Json::List(tags.map(Json::from).into())),
        ("stock", object(["gz", "sh"].map(|city| (city, Json::Integer(random.below(50))))).into()),
        ("note", random.pick(&words.notes).into()),
    ])
    .into()
}

/// Returns a web page of at least `len` bytes.
pub(crate) fn page(random: &mut Random, len: usize) -> String {
    let mut page = String::from(
        "<!doctype html>\n<html lang=\"en\">\n<head><title>Articles</title></head>\n<body>\n<ul>\n",
    );
    while page.len() < len {
        let name = random.pick(&["Red shoes", "Blue shirt", "Scarf &amp; gloves"]);
        let number = random.below(1_000_000);
        page.push_str(&format!("  <li><a href=\"/articles/{number}\">{name}</a></li>\n"));
    }
    page.push_str("</ul>\n</body>\n</html>\n");
    page
}

/// Returns lines of prose with at least `len` bytes.
pub(crate) fn prose(random: &mut Random, len: usize) -> String {
    let words = ["the", "order", "was", "sent", "on", "Monday", "and", "arrives", "within", "days"];
    let mut prose = String::new();
    while prose.len() < len {
        let line: Vec<&str> = (0..12).map(|_| random.pick(&words)).collect();
        prose.push_str(&line.join(" "));
        prose.push_str(".\n");
    }
    prose
}

/// Returns a percent-encoded form with `fields` fields.
pub(crate) fn form(random: &mut Random, fields: usize) -> String {
    let values =
        ["blue+shoes", "%E7%BA%A2%E8%89%B2", "someone%40example.com", "1%2C250.00", "on", ""];
    let fields: Vec<String> = (0..fields)
        .map(|i| format!("field{i}={}{}", random.pick(&values), random.below(1000)))
        .collect();
    fields.join("&")
}
