//! Headers: which names and values a response may have, and repeated names as one member.

use crate::error::ErrorCode;
use crate::memory::Output;
use crate::record::kinds::Dialect;
use crate::simd::{AsciiSet, BLOCK, Primitives, Work};

use super::{EncodeError, escape};

/// A list of names and values: an array, slice or vector of pairs of whatever is a string or bytes.
///
/// A name is a token (RFC 9110 section 5.1). A value is UTF-8 without control characters but tabs (section 5.5). A name may
/// occur several times, in any case.
pub trait Headers {
    /// Number of headers.
    fn len(&self) -> usize;

    /// Name and value of the header at `index`, which is less than the number of headers.
    fn get(&self, index: usize) -> (&[u8], &[u8]);

    /// Whether there is no header.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

fn bytes(header: &(impl AsRef<[u8]>, impl AsRef<[u8]>)) -> (&[u8], &[u8]) {
    (header.0.as_ref(), header.1.as_ref())
}

impl<N: AsRef<[u8]>, V: AsRef<[u8]>, const COUNT: usize> Headers for [(N, V); COUNT] {
    fn len(&self) -> usize {
        COUNT
    }

    fn get(&self, index: usize) -> (&[u8], &[u8]) {
        bytes(&self[index])
    }
}

impl<N: AsRef<[u8]>, V: AsRef<[u8]>> Headers for &[(N, V)] {
    fn len(&self) -> usize {
        <[(N, V)]>::len(self)
    }

    fn get(&self, index: usize) -> (&[u8], &[u8]) {
        bytes(&self[index])
    }
}

impl<N: AsRef<[u8]>, V: AsRef<[u8]>> Headers for Vec<(N, V)> {
    fn len(&self) -> usize {
        self.as_slice().len()
    }

    fn get(&self, index: usize) -> (&[u8], &[u8]) {
        bytes(&self[index])
    }
}

/// Which headers have the same name. Kept from response to response for its memory.
#[derive(Default)]
pub(crate) struct Order {
    /// The headers sorted by name and place.
    sorted: Vec<Key>,
    /// For each header the place of its name among the headers of that name.
    places: Vec<Place>,
}

#[derive(Clone, Copy)]
struct Key {
    /// Equal for equal names, mostly different for different ones.
    hash: u64,
    index: u32,
}

#[derive(Clone, Copy)]
struct Place {
    is_first: bool,
    /// The next header of the same name; the header itself if there is none.
    next: u32,
}

/// No header comes next.
const LAST: u32 = u32::MAX;

impl Order {
    /// False if the system gave no memory.
    pub(crate) fn fill(&mut self, headers: &dyn Headers) -> bool {
        let count = headers.len();
        self.sorted.clear();
        self.places.clear();
        if self.sorted.try_reserve(count).is_err() || self.places.try_reserve(count).is_err() {
            return false;
        }
        let name = |index: u32| headers.get(index as usize).0;
        let key = |index| Key { hash: hash(name(index)), index };
        self.sorted.extend((0..count as u32).map(key));
        self.sorted.sort_unstable_by(|a, b| {
            let lower = |key: &Key| name(key.index).iter().map(u8::to_ascii_lowercase);
            let by_name = || lower(a).cmp(lower(b));
            a.hash.cmp(&b.hash).then_with(by_name).then(a.index.cmp(&b.index))
        });
        self.places.resize(count, Place { is_first: true, next: LAST });
        for (a, b) in self.sorted.iter().zip(self.sorted.iter().skip(1)) {
            if a.hash == b.hash && name(a.index).eq_ignore_ascii_case(name(b.index)) {
                self.places[a.index as usize].next = b.index;
                self.places[b.index as usize].is_first = false;
            }
        }
        true
    }

    /// Each header and the next one of the same name.
    pub(crate) fn neighbours(&self) -> impl Iterator<Item = (usize, usize)> {
        let next = |(index, place): (usize, &Place)| {
            (place.next != LAST).then_some((index, place.next as usize))
        };
        self.places.iter().enumerate().filter_map(next)
    }
}

/// The same number for either case of a letter, mostly different ones for different names: of the first and last eight
/// bytes and the length.
#[inline(always)]
fn hash(name: &[u8]) -> u64 {
    const LOWER: u64 = 0x2020_2020_2020_2020;
    // The fractional part of the golden ratio: odd, and its bits are in no pattern.
    const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;
    let (first, last) = match (name.first_chunk(), name.last_chunk()) {
        (Some(first), Some(last)) => (u64::from_le_bytes(*first), u64::from_le_bytes(*last)),
        _ => match (name.first_chunk(), name.last_chunk()) {
            (Some(first), Some(last)) => {
                (u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into())
            }
            _ => (name.iter().fold(0, |word, &byte| word << 8 | u64::from(byte)), 0),
        },
    };
    let mixed = (first | LOWER).wrapping_mul(MULTIPLIER) ^ (last | LOWER) ^ name.len() as u64;
    mixed.wrapping_mul(MULTIPLIER)
}

/// Writes the members of the response's `headers`.
#[inline(always)]
pub(super) fn write<K: Primitives>(
    kernel: K,
    headers: &dyn Headers,
    order: &mut Order,
    dialect: Dialect,
    out: &mut Output<'_>,
) -> Result<(), EncodeError> {
    let before = out.len();
    if write_distinct(kernel, headers, out)? {
        return Ok(());
    }
    out.truncate(before);
    kernel.run(Grouped { headers, order, dialect, out })
}

/// Writes headers with names of their own. False as soon as a name may have occurred before.
#[inline(always)]
fn write_distinct<K: Primitives>(
    kernel: K,
    headers: &dyn Headers,
    out: &mut Output<'_>,
) -> Result<bool, EncodeError> {
    let mut seen = Seen::default();
    for index in 0..headers.len() {
        let (name, value) = headers.get(index);
        if index > 0 {
            out.push(b"\",");
        }
        out.push(b"\"");
        if !seen.add(name) {
            return Ok(false);
        }
        write_name(kernel, name, index, out)?;
        out.push(b"\":\"");
        write_value(kernel, name, value, index, out)?;
    }
    if !headers.is_empty() {
        out.push(b"\"");
    }
    Ok(true)
}

/// Writes headers, values of one name together.
struct Grouped<'w, 'o> {
    headers: &'w dyn Headers,
    order: &'w mut Order,
    dialect: Dialect,
    out: &'w mut Output<'o>,
}

impl Work for Grouped<'_, '_> {
    type Output = Result<(), EncodeError>;

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> Result<(), EncodeError> {
        let Grouped { headers, order, dialect, out } = self;
        write_grouped(kernel, headers, order, dialect, out)
            .or_else(|error| first_fault(kernel, headers, out).and(Err(error)))
    }
}

#[inline(always)]
fn write_grouped<K: Primitives>(
    kernel: K,
    headers: &dyn Headers,
    order: &mut Order,
    dialect: Dialect,
    out: &mut Output<'_>,
) -> Result<(), EncodeError> {
    if !order.fill(headers) {
        return Err(EncodeError::new(ErrorCode::OutOfMemory, 0));
    }
    let mut before: &[u8] = b"\"";
    for (index, place) in order.places.iter().enumerate().filter(|(_, place)| place.is_first) {
        let (name, value) = headers.get(index);
        let is_joined =
            dialect == Dialect::FunctionUrl && !name.eq_ignore_ascii_case(b"set-cookie");
        let is_list = place.next != LAST && !is_joined;
        out.push(before);
        write_name(kernel, name, index, out)?;
        out.push(if is_list { b"\":[\"" } else { b"\":\"" });
        write_value(kernel, name, value, index, out)?;
        let mut next = place.next;
        while next != LAST {
            let (name, value) = headers.get(next as usize);
            out.push(if is_list { b"\",\"" } else { b", " });
            write_value(kernel, name, value, next as usize, out)?;
            next = order.places[next as usize].next;
        }
        before = if is_list { b"\"],\"" } else { b"\",\"" };
    }
    // What ends the last member begins like what comes before another.
    out.push(before.strip_suffix(b",\"").unwrap_or_default());
    Ok(())
}

/// The fault of the first header that has one: groups are not in the order of the headers.
#[inline(always)]
fn first_fault<K: Primitives>(
    kernel: K,
    headers: &dyn Headers,
    out: &mut Output<'_>,
) -> Result<(), EncodeError> {
    for index in 0..headers.len() {
        let (name, value) = headers.get(index);
        write_name(kernel, name, index, out)?;
        write_value(kernel, name, value, index, out)?;
    }
    Ok(())
}

/// Names that have occurred, by their hashes, of which two may fall together.
#[derive(Default)]
struct Seen {
    bits: [u64; 8],
}

impl Seen {
    /// Adds a name. False if it may have occurred before.
    #[inline(always)]
    fn add(&mut self, name: &[u8]) -> bool {
        let hash = hash(name);
        let word = &mut self.bits[(hash >> 61) as usize];
        let bit = 1 << (hash >> 55 & 63);
        let is_new = *word & bit == 0;
        *word |= bit;
        is_new
    }
}

#[inline(always)]
fn write_name<K: Primitives>(
    kernel: K,
    name: &[u8],
    index: usize,
    out: &mut Output<'_>,
) -> Result<(), EncodeError> {
    if name.len() <= BLOCK && !name.is_empty() && out.push_of_set(kernel, name, &TOKEN) {
        return Ok(());
    }
    if let Some(offset) = name_fault(name) {
        return Err(EncodeError::of_header(ErrorCode::InvalidHeaderName, offset, index, name));
    }
    out.push(name);
    Ok(())
}

#[inline(always)]
fn write_value<K: Primitives>(
    kernel: K,
    name: &[u8],
    value: &[u8],
    index: usize,
    out: &mut Output<'_>,
) -> Result<(), EncodeError> {
    escape::header_value(kernel, value, out).map_err(|offset| {
        EncodeError::of_header(ErrorCode::InvalidHeaderValue, offset, index, name)
    })
}

/// Where a name ceases to be a token, if it does.
pub(crate) fn name_fault(name: &[u8]) -> Option<usize> {
    if name.is_empty() {
        return Some(0);
    }
    name.iter().position(|&byte| !TOKEN.contains(byte))
}

/// The characters of a token (RFC 9110 section 5.6.2).
const TOKEN: AsciiSet = {
    let mut token = [false; 128];
    let mut byte = 0u8;
    while byte < 128 {
        token[byte as usize] = byte.is_ascii_alphanumeric();
        byte += 1;
    }
    let others = b"!#$%&'*+-.^_`|~";
    let mut i = 0;
    while i < others.len() {
        token[others[i] as usize] = true;
        i += 1;
    }
    AsciiSet::new(token)
};
