//! Pictures of the page at several widths, in light and dark, empty and full.
//!
//! They are compared with those in `tests/page`, which a change of the page makes anew: a failing
//! test names the new picture. Fonts differ between machines, so every character in these pictures
//! is a box of a font of their own, which `boxes.py` has made, and the browser's own scroll bars
//! and controls are left out. What does not hold for boxes alone is checked on the page as it is.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::browser::Browser;
use crate::page::{CONFIG, VISIBLE};
use crate::support::{Local, echo};

/// Whether two boxes of the page overlap.
const OVERLAP: &str =
    "((a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom)";

/// Texts of the page whose contrast with their background is too low (WCAG 2.2, section 1.4.3).
const TOO_FAINT: &str = r#"(() => {
    const channels = (color) => color.match(/[\d.]+/g).map(Number);
    const luminance = (color) => {
        const linear = (value) =>
            value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
        const [red, green, blue] = channels(color).map((value) => linear(value / 255));
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const background = (element) => {
        const color = getComputedStyle(element).backgroundColor;
        return channels(color)[3] === 0 ? background(element.parentElement) : color;
    };
    const isFaint = (element) => {
        const part = element.placeholder ? '::placeholder' : null;
        const [dark, light] = [getComputedStyle(element, part).color, background(element)]
            .map(luminance)
            .sort((one, other) => one - other);
        return (light + 0.05) / (dark + 0.05) < 4.5;
    };
    const hasText = (element) =>
        element.placeholder || [...element.childNodes].some((node) => node.data?.trim());
    return [...document.querySelectorAll('body *')]
        .filter((element) => element.checkVisibility() && hasText(element) && isFaint(element))
        .map((element) => element.outerHTML);
})()"#;

/// Replaces the texts that differ from run to run.
const SETTLE: &str = r#"(() => {
    for (const row of rows.children) {
        row.cells[0].textContent = '12:34:56.789';
        row.cells[5].textContent = '1.0 ms';
        row.cells[6].textContent = '21';
    }
    about.textContent = 'cats, 1.0 ms, 21 bytes, function 0.9 ms, id 0123456789abcdef';
    const event = document.getElementById('event');
    event.textContent = JSON.stringify({ headers: { host: 'localhost' }, body: 'x'.repeat(200) },
        null, 2);
    return true;
})()"#;

/// Adds a font of boxes, which the class `boxes` uses.
fn add_boxes(browser: &mut Browser) {
    let font = STANDARD.encode(include_bytes!("../page/boxes.ttf"));
    let add = format!(
        r#"(async () => {{
            const bytes = Uint8Array.from(atob('{font}'), (byte) => byte.charCodeAt(0));
            document.fonts.add(await new FontFace('Boxes', bytes).load());
            const rules = document.styleSheets[0];
            const add = (rule) => rules.insertRule(rule, rules.cssRules.length);
            add('.boxes * {{ font-family: Boxes !important; }}');
            add('.boxes :is(button, input) {{ appearance: none; border: 1px solid; margin: 0; }}');
            return true;
        }})()"#
    );
    assert_eq!(browser.value(&add), true);
}

/// The share of the pixels in which two pictures differ.
fn difference(browser: &mut Browser, one: &[u8], other: &[u8]) -> f64 {
    let [one, other] = [one, other].map(|picture| STANDARD.encode(picture));
    let compare = format!(
        r#"(async () => {{
            const pixels = async (text) => {{
                const bytes = Uint8Array.from(atob(text), (byte) => byte.charCodeAt(0));
                const picture = await createImageBitmap(new Blob([bytes]));
                const canvas = new OffscreenCanvas(picture.width, picture.height);
                canvas.getContext('2d').drawImage(picture, 0, 0);
                return canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            }};
            const [one, other] = await Promise.all(['{one}', '{other}'].map(pixels));
            if (one.width !== other.width || one.height !== other.height) return 1;
            const differs = (at) => Math.abs(one.data[at] - other.data[at]) > 24;
            let count = 0;
            for (let at = 0; at < one.data.length; at += 4) {{
                if (differs(at) || differs(at + 1) || differs(at + 2)) count++;
            }}
            return count / (one.width * one.height);
        }})()"#
    );
    browser.value(&compare).as_f64().expect("both are pictures")
}

/// Looks at the page at each width, in light and dark. Returns what is wrong.
fn look(browser: &mut Browser, name: &str, has_detail: bool) -> Vec<String> {
    let mut wrong = Vec::new();
    for (width, height) in [(1280, 800), (800, 800), (400, 800)] {
        browser.call(
            "Emulation.setDeviceMetricsOverride",
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}),
        );
        for scheme in ["light", "dark"] {
            let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
            browser.call("Emulation.setEmulatedMedia", json!({"features": features}));
            browser.wait_for(&format!("innerWidth === {width}"));
            // Nothing is cut off at the right.
            browser.wait_for("document.documentElement.scrollWidth <= innerWidth");
            browser.wait_for("list.scrollWidth <= list.clientWidth + 1");
            browser.wait_for(&format!("detail.hidden === {}", !has_detail));
            browser.wait_for(&format!(
                "!{OVERLAP}(list.getBoundingClientRect(), detail.getBoundingClientRect())"
            ));
            // The message is where the requests would be.
            browser.wait_for(&format!("document.getElementById('empty').hidden === {has_detail}"));
            browser.wait_for(&format!("table.hidden === {}", !has_detail));
            browser.wait_for("list.getBoundingClientRect().left === 0");
            let too_faint = browser.value(TOO_FAINT);
            assert_eq!(too_faint, json!([]), "{width}, {scheme}");

            let name = format!("{name}-{width}-{scheme}.png");
            let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("page");
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(format!("fonts-{name}")), browser.picture()).unwrap();
            let set_boxes = |browser: &mut Browser, are_set: bool| {
                browser.call("Emulation.setScrollbarsHidden", json!({"hidden": are_set}));
                let toggle = format!(
                    "(document.documentElement.classList.toggle('boxes', {are_set}), \
                     document.fonts.ready.then(() => true))"
                );
                assert_eq!(browser.value(&toggle), true);
            };
            set_boxes(browser, true);
            let picture = browser.picture();
            set_boxes(browser, false);
            let found = folder.join(&name);
            fs::write(&found, &picture).unwrap();
            let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/page").join(&name);
            let kept = fs::read(kept).unwrap_or_default();
            let share = if kept.is_empty() { 1.0 } else { difference(browser, &picture, &kept) };
            if share > 0.001 {
                let found = found.display();
                wrong.push(format!("{share:.3} of the pixels of {found}"));
            }
        }
    }
    wrong
}

#[test]
fn the_page_looks_the_same_at_every_width_in_light_and_dark() {
    let local = Local::with(CONFIG, echo);
    let mut browser = Browser::open(&format!("http://{}/_apigw", local.address));
    browser.wait_for("document.getElementById('state').textContent === 'live'");
    add_boxes(&mut browser);
    let mut wrong = look(&mut browser, "empty", false);
    for at in 0..30 {
        let target =
            format!("/release/cats/a-long-name-without-a-break-{}?at={at}", "x".repeat(at));
        local.send(&format!("POST {target}\ncontent-type: text/plain"), "a body of the request");
    }
    local.send("GET /release/dogs", "");
    browser.wait_for(&format!("{VISIBLE}.length === 31"));
    browser.wait_for(SETTLE);
    wrong.extend(look(&mut browser, "full", true));
    assert!(
        wrong.is_empty(),
        "other than in tests/page: look at them, and copy them there if they are right: {wrong:#?}"
    );
}
