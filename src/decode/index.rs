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

use super::bytes::{array_mut, block, end};
use crate::limits::MAX_INPUT;
use crate::simd::{BLOCK, Primitives, WithSimd, chunk, cut_off};

/// Bytes that are indexed at once, unless there are fewer.
const WINDOW: usize = 8 << 10;

/// Bit of an entry: the string is not plain. No text is long enough for an offset with this bit.
pub(super) const DIRTY: u32 = 1 << 31;

const _: () = assert!(MAX_INPUT < DIRTY as usize);

/// Returns whether an entry is that of a string that is not plain, and not a mark of the end.
#[inline(always)]
pub(super) fn is_dirty(entry: usize) -> bool {
    (DIRTY as usize..u32::MAX as usize).contains(&entry)
}

/// The memory of an index, which is kept for the next text.
#[derive(Debug, Default)]
pub(super) struct Index {
    entries: Vec<u32>,
}

impl Index {
    /// Gets ready for a text of `len` bytes. False when memory is short.
    #[inline]
    pub(super) fn reserve(&mut self, len: usize) -> bool {
        // At most every second byte is a closing quote. The number of a block's quotes is known only when a
        // whole block of entries has been written, and two entries mark the end.
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
    /// Those of the current window, and then two that are beyond every text.
    entries: &'i mut [u32],
    /// The index of the next one.
    pub(super) next: usize,
    /// The number of those of the current window.
    count: usize,
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
    pub(super) fn new(index: &'i mut Index) -> Closings<'i> {
        Closings {
            entries: &mut index.entries,
            next: 0,
            count: 0,
            carry: Carry::default(),
            has_non_ascii: false,
        }
    }

    /// Those of the current window that were not taken yet, and the two that are beyond the text.
    #[inline(always)]
    pub(super) fn rest(&self) -> &[u32] {
        self.entries.get(self.next..self.count + 2).unwrap_or_default()
    }

    /// The one with this index, and the next one. They are beyond the text if their strings are not
    /// plain, or there are no more in the window.
    #[inline(always)]
    pub(super) fn two(&self, next: usize) -> Option<(usize, usize)> {
        let next = next as u32 as usize;
        let &[first, second] = self.entries.get(next..next + 2)?.first_chunk()?;
        Some((first as usize, second as usize))
    }

    /// Takes the next one if its string is plain.
    #[inline(always)]
    pub(super) fn take_plain(&mut self) -> Option<usize> {
        let entry = *self.entries.get(self.next)?;
        if entry & DIRTY != 0 {
            return None;
        }
        self.next += 1;
        Some(entry as usize)
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
        Ok(((entry & !DIRTY) as usize, entry & DIRTY != 0))
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

    /// Copies a document to `text`, which has room for its padding, too, and lists the closing
    /// quotes of the first window.
    #[inline(always)]
    pub(super) fn copy<K: Primitives>(
        &mut self,
        kernel: K,
        input: &[u8],
        text: &mut [u8],
    ) -> Result<(), Unclosed> {
        if !(BLOCK..=WINDOW).contains(&input.len()) {
            let (copy, padding) = text.split_at_mut(input.len());
            copy.copy_from_slice(input);
            padding.fill(0);
            return self.window(kernel, text);
        }
        let listed = kernel.run(CopyAndList { input, text, entries: self.entries });
        self.take_over(listed)
    }

    /// Lists the closing quotes of the next window. Those of the last one have been taken.
    #[inline(always)]
    pub(super) fn window<K: Primitives>(&mut self, kernel: K, text: &[u8]) -> Result<(), Unclosed> {
        let Closings { entries, carry, .. } = self;
        let listed = kernel.run(List { text, entries, carry: *carry });
        self.take_over(listed)
    }

    #[inline(always)]
    fn take_over(&mut self, listed: Listed) -> Result<(), Unclosed> {
        (self.next, self.count, self.carry) = (0, listed.count, listed.carry);
        self.has_non_ascii |= listed.has_non_ascii;
        if listed.is_utf8 { Ok(()) } else { Err(Unclosed) }
    }
}

/// Lists the closing quotes of one window.
struct List<'t> {
    text: &'t [u8],
    entries: &'t mut [u32],
    carry: Carry,
}

struct Listed {
    count: usize,
    carry: Carry,
    has_non_ascii: bool,
    is_utf8: bool,
}

impl WithSimd for List<'_> {
    type Output = Listed;

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> Listed {
        let List { text, entries, mut carry } = self;
        let end = end(text);
        let window_end = end.min(carry.at + WINDOW);
        let start = carry.at;
        let mut rare = Rare { first: usize::MAX, last: 0 };
        let mut count = 0;
        let mut at = start;
        for block in text[start..window_end].as_chunks().0 {
            let (block, out) = (kernel.load(block), room(entries, count));
            count += one_block(kernel, block, at, 0, &mut carry, &mut rare, out);
            at += BLOCK;
        }
        if at < window_end {
            // The padding after it is taken for control characters, which are no string's.
            let (block, out) = (kernel.load(chunk(text, at)), room(entries, count));
            count += one_block(kernel, block, at, 0, &mut carry, &mut rare, out);
        }
        entries[count..count + 2].fill(u32::MAX);
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

/// Copies a document that is one window, of a block at least, and lists its closing quotes.
struct CopyAndList<'t> {
    input: &'t [u8],
    /// Has room for the document and its padding.
    text: &'t mut [u8],
    entries: &'t mut [u32],
}

impl WithSimd for CopyAndList<'_> {
    type Output = Listed;

    #[inline(always)]
    fn run<K: Primitives>(self, kernel: K) -> Listed {
        let CopyAndList { input, text, entries } = self;
        let (mut carry, mut rare) = (Carry::default(), Rare { first: usize::MAX, last: 0 });
        let (mut at, mut count) = (0, 0);
        for (block, copy) in input.as_chunks().0.iter().zip(text.as_chunks_mut().0) {
            let (block, out) = (kernel.load(block), room(entries, count));
            kernel.store(block, copy);
            count += one_block(kernel, block, at, 0, &mut carry, &mut rare, out);
            at += BLOCK;
        }
        let end = input.len();
        if at < end {
            // The last block, whose first bytes have been done.
            let last = input.last_chunk().expect("there is a block");
            let (block, out) = (kernel.load(last), room(entries, count));
            kernel.store(block, array_mut(text, end - BLOCK));
            let done = BLOCK - (end - at);
            count += one_block(kernel, block, at, done, &mut carry, &mut rare, out);
        }
        *array_mut::<BLOCK>(text, end) = [0; BLOCK];
        entries[count..count + 2].fill(u32::MAX);
        carry.at = end;
        let has_non_ascii = rare.last != 0;
        let is_utf8 = !has_non_ascii || is_text(kernel, text, rare.first, rare.last.min(end));
        Listed { count, carry, has_non_ascii, is_utf8 }
    }
}

/// From and to where not all is ASCII.
struct Rare {
    first: usize,
    last: usize,
}

/// Returns where the entries of a block are written: there is room for a block more.
#[inline(always)]
fn room(entries: &mut [u32], count: usize) -> &mut [u32; BLOCK] {
    let count = count as u32 as usize;
    entries[count..count + BLOCK].first_chunk_mut().expect("the slice has this length")
}

/// Lists the closing quotes of the block at `at` and returns their number. The first `done` bytes of
/// `block` are of the block before.
#[inline(always)]
fn one_block<K: Primitives>(
    kernel: K,
    block: K::Block,
    at: usize,
    done: usize,
    carry: &mut Carry,
    rare: &mut Rare,
    out: &mut [u32; BLOCK],
) -> usize {
    // One branch: the second condition hardly ever decides.
    if !kernel.has_special(block) & (carry.escaped | carry.dirt == 0) {
        let closing = carry.closing(kernel, kernel.quotes(block) >> done);
        return kernel.list(closing, at as u32, out);
    }
    let classes = kernel.classify(block);
    if classes.non_ascii >> done != 0 {
        rare.first = rare.first.min(at);
        rare.last = at + BLOCK;
    }
    let backslash = classes.backslash >> done;
    let quotes = (classes.quote >> done) & !carry.escaped(backslash);
    let dirty = carry.dirty(quotes, backslash | classes.control >> done);
    let closing = carry.closing(kernel, quotes);
    let count = kernel.list(closing, at as u32, out);
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
