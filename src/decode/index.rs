//! Stage 1: where the strings of a text end.
//!
//! The offsets of all closing quotes are listed, block by block, without looking at anything else: opening quotes, colons
//! and brackets are compared by the walk, which knows where it expects them. A closing quote is one that has an odd number
//! of unescaped quotes before it.
//!
//! ```text
//! {"path":"/a\"b","x":1}        entries: 6, 14 + DIRTY, 18
//! ```
//!
//! A string with a backslash or a control character has to be looked at, so its entry has the highest bit set. That makes
//! it an offset beyond every text: code that checks its offsets, as safe code does, takes it for none.
//!
//! A text is indexed one window after another, so that the index stays small. UTF-8 is validated here too, before the walk
//! changes anything in the window.

use super::bytes::{block, end};
use crate::simd::{BLOCK, Primitives, Work, chunk, cut_off};

/// Bytes that are indexed at once, unless there are fewer.
const WINDOW: usize = 8 << 10;

/// Bit of an entry: the string is not plain.
pub(super) const DIRTY: u32 = 1 << 31;

/// Texts from this length on have offsets that look like [`DIRTY`] ones.
pub(super) const TOO_LONG: usize = DIRTY as usize;

/// The memory of an index, which is kept for the next text.
#[derive(Debug, Default)]
pub(super) struct Index {
    entries: Vec<u32>,
}

impl Index {
    /// Gets ready for a text of `len` bytes. False when memory is short.
    #[inline]
    pub(super) fn reserve(&mut self, len: usize) -> bool {
        // The closing quotes of a block are at most every second byte of it. All of a block may be written after them.
        let need = len.min(WINDOW).div_ceil(BLOCK) * (BLOCK / 2) + BLOCK;
        self.entries.len() >= need || self.grow(need)
    }

    #[cold]
    fn grow(&mut self, need: usize) -> bool {
        self.trim();
        let is_grown = self.entries.try_reserve_exact(need).is_ok();
        if is_grown {
            self.entries.resize(need, 0);
        }
        is_grown
    }

    /// Gives all memory back.
    pub(super) fn trim(&mut self) {
        *self = Index::default();
    }
}

/// The closing quotes of a text, one after the other.
pub(super) struct Closings<'i> {
    entries: &'i mut [u32],
    /// The entries of the current window that were not taken yet.
    next: usize,
    count: usize,
    /// The text is so long that entries count from where the window begins, here, and are not given out in [`Closings::rest`].
    far: Option<usize>,
    carry: Carry,
    /// Whether a byte of the windows so far is not ASCII.
    pub(super) has_non_ascii: bool,
}

/// What one block, or window, hands on to the next.
#[derive(Clone, Copy, Default)]
struct Carry {
    /// Offset of the first byte that is not indexed.
    at: usize,
    /// All ones inside a string.
    inside: u64,
    /// 1 if the next byte is escaped.
    escaped: u64,
    /// 1 if a backslash or control character comes after the last quote.
    dirt: u64,
    /// Where a character begins that the end of the window cuts off.
    cut: Option<usize>,
}

/// A string goes on to the end of the text, or there is a fault of UTF-8 in the next window.
#[derive(Clone, Copy, Debug)]
pub(super) struct Unclosed;

impl<'i> Closings<'i> {
    /// Those of a text for which `index` has been made ready; none is listed yet.
    #[inline(always)]
    pub(super) fn new(index: &'i mut Index, text: &[u8]) -> Closings<'i> {
        Closings {
            entries: &mut index.entries,
            next: 0,
            count: 0,
            far: (end(text) >= TOO_LONG).then_some(0),
            carry: Carry::default(),
            has_non_ascii: false,
        }
    }

    /// Those of the current window that were not taken yet. In a text of 2 GiB and more there are none: each has to be taken.
    #[inline(always)]
    pub(super) fn rest(&self) -> &[u32] {
        let count = if self.far.is_some() { 0 } else { self.count };
        self.entries.get(self.next..count).unwrap_or_default()
    }

    /// Takes this many of them.
    #[inline(always)]
    pub(super) fn skip(&mut self, taken: usize) {
        self.next += taken;
    }

    /// Takes the next one, and whether its string is not plain.
    #[inline(always)]
    pub(super) fn take<K: Primitives>(
        &mut self,
        kernel: K,
        text: &[u8],
    ) -> Result<(usize, bool), Unclosed> {
        if self.next == self.count {
            self.next_window(kernel, text)?;
        }
        let entry = self.entries[self.next];
        self.next += 1;
        let at = self.far.unwrap_or(0) + (entry & !DIRTY) as usize;
        Ok((at, entry & DIRTY != 0))
    }

    /// Goes on to the next window that has a closing quote.
    #[cold]
    #[inline(never)]
    fn next_window<K: Primitives>(&mut self, kernel: K, text: &[u8]) -> Result<(), Unclosed> {
        while self.next == self.count {
            if self.carry.at >= end(text) {
                return Err(Unclosed);
            }
            self.window(kernel, text)?;
        }
        Ok(())
    }

    /// Lists the closing quotes of the next window. Those of the last one have been taken.
    #[inline(always)]
    pub(super) fn window<K: Primitives>(&mut self, kernel: K, text: &[u8]) -> Result<(), Unclosed> {
        let Closings { entries, carry, far, .. } = self;
        if let Some(base) = far {
            *base = carry.at;
        }
        let listed = kernel.run(List { text, entries, base: far.unwrap_or(0), carry: *carry });
        (self.next, self.count, self.carry) = (0, listed.count, listed.carry);
        self.has_non_ascii |= listed.has_non_ascii;
        if listed.is_utf8 { Ok(()) } else { Err(Unclosed) }
    }
}

/// Lists the closing quotes of one window.
struct List<'t> {
    text: &'t [u8],
    entries: &'t mut [u32],
    /// From where entries are counted.
    base: usize,
    carry: Carry,
}

struct Listed {
    count: usize,
    carry: Carry,
    has_non_ascii: bool,
    is_utf8: bool,
}

impl Work for List<'_> {
    type Output = Listed;

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> Listed {
        let List { text, entries, base, mut carry } = self;
        let end = end(text);
        let window_end = end.min(carry.at + WINDOW);
        let start = carry.at;
        let mut rare = Rare { first: usize::MAX, last: 0 };
        let mut count = 0;
        let mut at = start;
        for block in text[start..window_end].as_chunks().0 {
            let out = &mut entries[count..];
            count += one_block(kernel, block, at, base, &mut carry, &mut rare, out);
            at += BLOCK;
        }
        if at < window_end {
            // The padding after it is taken for control characters, which are no string's.
            let (block, out) = (chunk(text, at), &mut entries[count..]);
            count += one_block(kernel, block, at, base, &mut carry, &mut rare, out);
        }
        carry.at = window_end;
        let mut has_non_ascii = rare.last != 0;
        let mut is_utf8 = true;
        if let Some(cut) = carry.cut.take() {
            // A character goes on from the window before.
            (rare.first, has_non_ascii) = (cut, true);
            rare.last = rare.last.max(start + BLOCK);
        }
        if has_non_ascii {
            let mut last = rare.last.min(window_end);
            if last == window_end && last != end {
                let cut = cut_off(chunk(text, last - 3));
                carry.cut = (cut != 0).then_some(last - cut);
                last -= cut;
            }
            is_utf8 = is_text(kernel, text, rare.first, last);
        }
        Listed { count, carry, has_non_ascii, is_utf8 }
    }
}

/// From and to where not all is ASCII.
struct Rare {
    first: usize,
    last: usize,
}

/// Lists the closing quotes of the block at `at` and returns their number.
#[inline(always)]
fn one_block<K: Primitives>(
    kernel: K,
    block: &[u8; BLOCK],
    at: usize,
    base: usize,
    carry: &mut Carry,
    rare: &mut Rare,
    entries: &mut [u32],
) -> usize {
    let out = entries.first_chunk_mut().expect("there is room for a block more");
    let bytes = kernel.load(block);
    if !kernel.has_special(bytes) && carry.escaped | carry.dirt == 0 {
        let quotes = kernel.quotes(bytes);
        let closing = carry.closing(kernel, quotes);
        return kernel.list(closing, (at - base) as u32, out);
    }
    let classes = kernel.classify(bytes);
    if classes.non_ascii != 0 {
        rare.first = rare.first.min(at);
        rare.last = at + BLOCK;
    }
    let quotes = classes.quote & !carry.escaped(classes.backslash);
    let dirty = carry.dirty(quotes, classes.backslash | classes.control);
    let closing = carry.closing(kernel, quotes);
    let count = kernel.list(closing, (at - base) as u32, out);
    let mut dirty = dirty & closing;
    while dirty != 0 {
        let before = (dirty - 1) & !dirty;
        out[(closing & before).count_ones() as usize % BLOCK] |= DIRTY;
        dirty &= dirty - 1;
    }
    count
}

impl Carry {
    /// The closing ones of all unescaped quotes of a block.
    #[inline(always)]
    fn closing<K: Primitives>(&mut self, kernel: K, quotes: u64) -> u64 {
        let inside = kernel.prefix_xor(quotes) ^ self.inside;
        self.inside = (inside as i64 >> 63) as u64;
        quotes & !inside
    }

    /// The bytes of a block that are escaped.
    ///
    /// In a run of backslashes every other one escapes, from the first on. Adding the first bit of a run that begins at an
    /// even place to it makes its bits zero by carry, which tells the two kinds of runs apart.
    #[inline(always)]
    fn escaped(&mut self, backslash: u64) -> u64 {
        const EVEN: u64 = 0x5555_5555_5555_5555;
        let free = backslash & !self.escaped;
        let even = free & !(free << 1) & EVEN;
        let escaping = free & (EVEN ^ free.wrapping_add(even));
        let escaped = escaping << 1 | self.escaped;
        self.escaped = escaping >> 63;
        escaped
    }

    /// The quotes before which, back to the quote before, there is `dirt`.
    #[inline(always)]
    fn dirty(&mut self, quotes: u64, dirt: u64) -> u64 {
        // Added to the ones between quotes, dirt carries to the next quote and ends there.
        let (sum, first) = (!quotes).overflowing_add(dirt);
        let (sum, second) = sum.overflowing_add(self.dirt);
        self.dirt = u64::from(first | second);
        sum & quotes
    }
}

/// Whether the bytes between two places, which other text may follow, are whole characters of UTF-8.
#[inline(always)]
fn is_text<K: Primitives>(kernel: K, text: &[u8], first: usize, last: usize) -> bool {
    let mut at = first;
    while at + BLOCK < last {
        let block = block(text, at);
        let len = BLOCK - cut_off(block.last_chunk().expect("a block is longer"));
        if !kernel.is_utf8(kernel.load(block), len) {
            return false;
        }
        at += len;
    }
    last <= at || kernel.is_utf8(kernel.load(block(text, at)), last - at)
}
