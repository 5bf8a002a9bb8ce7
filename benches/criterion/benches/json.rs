//! Compares the reading of JSON in a body with simd-json alone. The results are medians of rounds
//! in which both take turns.
//!
//! `body` reads a body that is in memory. simd-json works in place, so it copies the body first.
//! `event` goes from the bytes of the event to the nodes of its body. simd-json parses twice for
//! that.

use std::hint::black_box;
use std::time::{Duration, Instant};

use apigw::Decoder;
use simd_json::{Buffers, Node, Tape};

const ROUNDS: usize = 301;

fn main() {
    println!(
        "{:10} {:>8} {:>7} {:>12} {:>12} {:>7}",
        "", "bytes", "nodes", "apigw ns", "simd-json ns", "ratio"
    );
    for name in ["post-1k", "post-1k-spaced", "post-64k", "post-1m", "chinese-64k"] {
        let event = apigw_corpus::event(name).expect("it is in the corpus");
        compare(name, event.json.as_bytes());
    }
}

fn compare(name: &str, event: &[u8]) {
    let mut decoder = Decoder::new();
    let decoded = decoder.decode(event).expect("the corpus is valid");
    let body = decoded.text().expect("it is text").expect("there is a body").to_owned();

    let mut peer = Peer::default();
    let nodes = peer.parse(body.as_bytes());
    assert!(nodes > 1 && count(decoded.json().ok().flatten()) == nodes);
    let repeats = (1 << 20) / event.len().max(1) / 8 + 1;
    let ratio = |what: &str, ours: Duration, theirs: Duration| {
        let [ours, theirs] = [ours, theirs].map(|time| time.as_nanos() as f64 / repeats as f64);
        let bytes = body.len();
        println!(
            "{name:14} {what:6} {bytes:>8} {nodes:>7} {ours:>12.0} {theirs:>12.0} {:>7.2}",
            ours / theirs
        );
    };

    let [ours, theirs] = medians(|| {
        let mut ours = Duration::ZERO;
        let mut theirs = Duration::ZERO;
        for _ in 0..repeats {
            // Decoding frees the memory of the last result, so that all results are at the same
            // address.
            let decoded = decoder.decode(event).expect("the corpus is valid");
            let start = Instant::now();
            black_box(decoded.json().is_ok());
            ours += start.elapsed();
            let start = Instant::now();
            black_box(peer.parse(black_box(body.as_bytes())));
            theirs += start.elapsed();
        }
        [ours, theirs]
    });
    ratio("body", ours, theirs);

    let [ours, theirs] = medians(|| {
        let start = Instant::now();
        for _ in 0..repeats {
            let decoded = decoder.decode(black_box(event)).expect("the corpus is valid");
            black_box(decoded.json().is_ok());
        }
        let ours = start.elapsed();
        let start = Instant::now();
        for _ in 0..repeats {
            black_box(peer.parse_twice(black_box(event)));
        }
        [ours, start.elapsed()]
    });
    ratio("event", ours, theirs);
}

/// Returns the median of each of two times.
fn medians(mut round: impl FnMut() -> [Duration; 2]) -> [Duration; 2] {
    let rounds: Vec<[Duration; 2]> = (0..ROUNDS).map(|_| round()).collect();
    [0, 1].map(|which| {
        let mut times: Vec<Duration> = rounds.iter().map(|round| round[which]).collect();
        times.sort_unstable();
        times[times.len() / 2]
    })
}

/// Returns the number of values and names in a document.
fn count(json: Option<apigw::Json<'_>>) -> usize {
    json.map_or(0, |json| {
        let members = json.entries().map(|(_, value)| 1 + count(Some(value)));
        1 + json.iter().map(|value| count(Some(value))).sum::<usize>() + members.sum::<usize>()
    })
}

/// simd-json with buffers that it reuses.
struct Peer {
    text: Vec<u8>,
    body: Vec<u8>,
    buffers: Buffers,
    tape: Tape<'static>,
}

impl Default for Peer {
    fn default() -> Peer {
        let tape = Tape(Vec::new());
        Peer { text: Vec::new(), body: Vec::new(), buffers: Buffers::default(), tape }
    }
}

impl Peer {
    fn parse(&mut self, text: &[u8]) -> usize {
        self.text.clear();
        self.text.extend_from_slice(text);
        let mut tape = std::mem::replace(&mut self.tape, Tape(Vec::new())).reset();
        simd_json::fill_tape(&mut self.text, &mut self.buffers, &mut tape).expect("JSON");
        let nodes = tape.0.len();
        self.tape = tape.reset();
        nodes
    }

    fn parse_twice(&mut self, event: &[u8]) -> usize {
        self.text.clear();
        self.text.extend_from_slice(event);
        let mut tape = std::mem::replace(&mut self.tape, Tape(Vec::new())).reset();
        simd_json::fill_tape(&mut self.text, &mut self.buffers, &mut tape).expect("JSON");
        let member = tape.0.windows(2).find_map(|pair| match pair {
            [Node::String("body"), Node::String(body)] => Some(*body),
            _ => None,
        });
        self.body.clear();
        self.body.extend_from_slice(member.expect("the event has a body").as_bytes());
        let body = std::mem::take(&mut self.body);
        self.tape = tape.reset();
        let nodes = self.parse(&body);
        self.body = body;
        nodes
    }
}
