//! The chart of the README: the throughput of apigw and its peers, with one panel for each kind of
//! event.

use std::io;
use std::path::Path;

use svg::Document;
use svg::node::element::{Rectangle, Style, Text};

use crate::bars::PEERS;
use crate::measure::Row;
use crate::report;

/// The events of the chart and their titles.
const PANELS: [(&str, &str); 6] = [
    ("mix-400", "A dozen kinds of clients, all differ"),
    ("small-400", "Small GETs, all differ"),
    ("post-1k", "POST, 1 KB of JSON"),
    ("post-64k", "POST, 64 KB of JSON"),
    ("chinese-64k", "POST, 64 KB of Chinese JSON"),
    ("base64-1m", "POST, 1 MB as base64"),
];

const COLUMNS: usize = 2;
const MARGIN: f64 = 24.0;
const GAP: f64 = 36.0;
const PANEL_WIDTH: f64 = 398.0;
const BAR_HEIGHT: f64 = 14.0;
const BAR_STEP: f64 = 21.0;
const LABEL_WIDTH: f64 = 146.0;
const VALUE_WIDTH: f64 = 56.0;
const PANEL_TITLE: f64 = 26.0;
const TITLE: f64 = 64.0;
const PANEL_HEIGHT: f64 = PANEL_TITLE + BAR_STEP * (PEERS.len() + 1) as f64;

struct Theme {
    name: &'static str,
    text: &'static str,
    muted: &'static str,
    own: &'static str,
    peer: &'static str,
}

const THEMES: [Theme; 2] = [
    Theme { name: "light", text: "#1f2328", muted: "#59636e", own: "#0969da", peer: "#c4cbd3" },
    Theme { name: "dark", text: "#f0f6fc", muted: "#9198a1", own: "#4493f8", peer: "#4a525c" },
];

/// Writes `benchmarks-light.svg` and `benchmarks-dark.svg`.
pub(crate) fn write(folder: &Path, cpu: &str, rows: &[Row]) -> io::Result<()> {
    for theme in &THEMES {
        let path = folder.join(format!("benchmarks-{}.svg", theme.name));
        svg::save(path, &chart(theme, cpu, rows))?;
    }
    Ok(())
}

fn chart(theme: &Theme, cpu: &str, rows: &[Row]) -> Document {
    let subtitle = format!("Gigabytes per second on one core; longer is better. {cpu}.");
    let lines = PANELS.len().div_ceil(COLUMNS) as f64;
    let width = MARGIN * 2.0 + PANEL_WIDTH * COLUMNS as f64 + GAP * (COLUMNS - 1) as f64;
    let height = MARGIN * 2.0 + TITLE + PANEL_HEIGHT * lines + GAP * (lines - 1.0);
    let style = Style::new(
        "text{font:13px system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif}\
         .h{font-size:19px;font-weight:600}.b{font-weight:600}",
    );
    let mut document = Document::new()
        .set("viewBox", (0, 0, width, height))
        .set("width", width)
        .set("height", height)
        .set("role", "img")
        .set("aria-label", "Throughput of apigw and other JSON readers")
        .add(style)
        .add(text(MARGIN, MARGIN + 16.0, theme.text, "Decoding an event").set("class", "h"))
        .add(text(MARGIN, MARGIN + 38.0, theme.muted, &subtitle));
    let panels = PANELS.iter().filter_map(|&(event, title)| {
        rows.iter().find(|row| row.event == event).map(|row| (title, row))
    });
    for (i, (title, row)) in panels.enumerate() {
        let x = MARGIN + (PANEL_WIDTH + GAP) * (i % COLUMNS) as f64;
        let y = MARGIN + TITLE + (PANEL_HEIGHT + GAP) * (i / COLUMNS) as f64;
        document = panel(document, theme, (x, y), title, row);
    }
    document
}

fn panel(
    mut document: Document,
    theme: &Theme,
    (x, y): (f64, f64),
    title: &str,
    row: &Row,
) -> Document {
    document = document.add(text(x, y + 13.0, theme.text, title).set("class", "b"));
    let own = report::best(row);
    let mut bars = vec![("apigw", row.gigabytes_per_second(own))];
    let peers = PEERS.iter().filter_map(|peer| row.time(peer));
    bars.extend(peers.map(|time| (time.reader.as_str(), row.gigabytes_per_second(time))));
    bars.sort_by(|a, b| b.1.total_cmp(&a.1));

    let longest = bars[0].1;
    for (i, &(reader, speed)) in bars.iter().enumerate() {
        let is_own = reader == "apigw";
        let (label, fill) =
            if is_own { (theme.text, theme.own) } else { (theme.muted, theme.peer) };
        let top = y + PANEL_TITLE + BAR_STEP * i as f64;
        let baseline = top + BAR_HEIGHT - 3.0;
        let length = ((PANEL_WIDTH - LABEL_WIDTH - VALUE_WIDTH) * speed / longest).max(2.0);
        let bar = Rectangle::new()
            .set("x", x + LABEL_WIDTH)
            .set("y", top)
            .set("width", format!("{length:.1}"))
            .set("height", BAR_HEIGHT)
            .set("rx", 2)
            .set("fill", fill);
        let value = format!("{speed:.2}");
        let texts = [
            text(x, baseline, label, reader),
            text(x + LABEL_WIDTH + length + 8.0, baseline, label, &value),
        ];
        document = document.add(bar);
        for text in texts {
            document = document.add(if is_own { text.set("class", "b") } else { text });
        }
    }
    document
}

fn text(x: f64, y: f64, fill: &str, content: &str) -> Text {
    Text::new(content).set("x", format!("{x:.1}")).set("y", format!("{y:.1}")).set("fill", fill)
}
