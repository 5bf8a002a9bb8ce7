//! The bars: by what factor apigw must be faster than its peers.

use crate::measure::{Row, Time};

/// The readers that apigw is compared with.
pub(crate) const PEERS: [&str; 6] =
    ["simdjson-ondemand", "yyjson", "simd-json-tape", "simd-json-serde", "sonic-rs", "serde_json"];

/// The kernel with the instructions that the peers are compiled for.
const PEERS_KERNEL: &str = env!("PEERS_KERNEL");

/// Stands for the fastest of [`PEERS`].
const FASTEST: &str = "fastest peer";

/// Event, peer, kernel, and the minimum ratio of the medians.
pub(crate) type Bar = (&'static str, &'static str, &'static str, f64);

/// All bars.
pub(crate) const BARS: [Bar; 79] = [
    ("mix-400", FASTEST, "avx512", 2.2),
    ("layouts-64-400", FASTEST, "avx512", 2.2),
    ("layouts-1000-400", FASTEST, "avx512", 2.2),
    ("mix-stable-400", FASTEST, "avx512", 2.1),
    ("layouts-1-400", FASTEST, "avx512", 1.7),
    ("layouts-4-400", FASTEST, "avx512", 1.7),
    ("walked-get", FASTEST, "avx512", 1.7),
    ("small-400", FASTEST, "avx512", 1.5),
    ("walked-sample", FASTEST, "avx512", 1.25),
    ("mix-400", FASTEST, "avx2", 2.0),
    ("layouts-64-400", FASTEST, "avx2", 2.0),
    ("layouts-1000-400", FASTEST, "avx2", 2.0),
    ("mix-stable-400", FASTEST, "avx2", 1.9),
    ("layouts-1-400", FASTEST, "avx2", 1.7),
    ("layouts-4-400", FASTEST, "avx2", 1.7),
    ("walked-get", FASTEST, "avx2", 1.6),
    ("small-400", FASTEST, "avx2", 1.5),
    ("walked-sample", FASTEST, "avx2", 1.25),
    ("short-pairs", FASTEST, "avx512", 2.2),
    ("sample", FASTEST, "avx512", 1.4),
    ("get", FASTEST, "avx512", 1.8),
    ("post-1k", FASTEST, "avx512", 2.8),
    ("form", FASTEST, "avx512", 1.9),
    ("short-pairs", FASTEST, "avx2", 2.2),
    ("sample", FASTEST, "avx2", 1.3),
    ("get", FASTEST, "avx2", 1.6),
    ("post-1k", FASTEST, "avx2", 2.0),
    ("form", FASTEST, "avx2", 1.6),
    ("aws-http-api-400", FASTEST, "avx512", 1.5),
    ("aws-http-api-400", "serde_json", "avx512", 6.0),
    ("aws-rest-api-400", FASTEST, "avx512", 1.5),
    ("aws-rest-api-400", "serde_json", "avx512", 6.0),
    ("aws-alb-400", FASTEST, "avx512", 1.5),
    ("aws-alb-400", "serde_json", "avx512", 6.0),
    ("aws-http-api-400", FASTEST, "avx2", 1.5),
    ("aws-http-api-400", "serde_json", "avx2", 6.0),
    ("aws-rest-api-400", FASTEST, "avx2", 1.5),
    ("aws-rest-api-400", "serde_json", "avx2", 6.0),
    ("aws-alb-400", FASTEST, "avx2", 1.5),
    ("aws-alb-400", "serde_json", "avx2", 6.0),
    ("post-64k", FASTEST, "avx512", 4.5),
    ("post-1m", FASTEST, "avx512", 5.0),
    ("chinese-64k", FASTEST, "avx512", 4.5),
    ("base64-1m", FASTEST, "avx512", 2.5),
    ("unicode-escapes", FASTEST, "avx512", 1.0),
    ("deep-unknown", FASTEST, "avx512", 1.0),
    ("post-64k", FASTEST, "avx2", 1.6),
    ("post-1m", FASTEST, "avx2", 1.5),
    ("chinese-64k", FASTEST, "avx2", 1.6),
    ("base64-1m", FASTEST, "avx2", 1.5),
    ("unicode-escapes", FASTEST, "avx2", 1.0),
    ("deep-unknown", FASTEST, "avx2", 1.0),
    ("html-1k", "serde_json", "avx512", 3.0),
    ("json-64k", "serde_json", "avx512", 3.0),
    ("text-1m", "serde_json", "avx512", 3.0),
    ("html-1k", "sonic-rs", "avx512", 1.5),
    ("json-64k", "sonic-rs", "avx512", 1.5),
    ("text-1m", "sonic-rs", "avx512", 1.5),
    ("binary-1m", "base64-simd", "avx512", 0.7),
    ("html-1k", "serde_json", "avx2", 3.0),
    ("json-64k", "serde_json", "avx2", 3.0),
    ("text-1m", "serde_json", "avx2", 3.0),
    ("html-1k", "sonic-rs", "avx2", 1.5),
    ("json-64k", "sonic-rs", "avx2", 1.5),
    ("text-1m", "sonic-rs", "avx2", 1.5),
    ("binary-1m", "base64-simd", "avx2", 0.7),
    ("sample", "serde_json", "portable", 2.0),
    ("sample-pretty", "serde_json", "portable", 2.0),
    ("get", "serde_json", "portable", 2.0),
    ("post-1k", "serde_json", "portable", 2.0),
    ("post-1k-spaced", "serde_json", "portable", 2.0),
    ("post-64k", "serde_json", "portable", 2.0),
    ("post-1m", "serde_json", "portable", 2.0),
    ("chinese-64k", "serde_json", "portable", 2.0),
    ("form", "serde_json", "portable", 2.0),
    ("base64-1m", "serde_json", "portable", 2.0),
    ("unicode-escapes", "serde_json", "portable", 2.0),
    ("short-pairs", "serde_json", "portable", 2.0),
    ("deep-unknown", "serde_json", "portable", 2.0),
];

/// The measurement of a bar.
pub(crate) struct Outcome {
    pub(crate) event: &'static str,
    pub(crate) kernel: &'static str,
    /// The name of the peer. For the fastest peer, this is the bar's name followed by the peer's.
    pub(crate) peer: String,
    pub(crate) floor: f64,
    pub(crate) ratio: f64,
}

impl Outcome {
    pub(crate) fn holds(&self) -> bool {
        self.ratio >= self.floor
    }
}

/// Returns the outcomes of the bars for the events and kernels of `rows`.
pub(crate) fn outcomes(rows: &[Row]) -> Vec<Outcome> {
    BARS.iter().filter_map(|bar| outcome(rows, bar)).collect()
}

fn outcome(rows: &[Row], &(event, against, kernel, floor): &Bar) -> Option<Outcome> {
    let row = rows.iter().find(|row| row.event == event)?;
    // Against peers with the same instructions.
    if against == FASTEST && kernel != PEERS_KERNEL {
        return None;
    }
    let own = row.time(&format!("apigw/{kernel}"))?;
    let peer = if against == FASTEST { fastest_peer(row) } else { row.time(against)? };
    let name = peer.reader.clone();
    let peer_name = if against == FASTEST { format!("{against}: {name}") } else { name };
    Some(Outcome { event, kernel, peer: peer_name, floor, ratio: peer.median / own.median })
}

pub(crate) fn fastest_peer(row: &Row) -> &Time {
    let peers = PEERS.iter().filter_map(|peer| row.time(peer));
    peers.min_by(|a, b| a.median.total_cmp(&b.median)).expect("all peers are measured")
}
