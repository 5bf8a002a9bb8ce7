//! The memory of an event: the decoder that has decoded it, and the objects that were made of it.
//!
//! A decoder owns the text and the pairs of its last event. So that nothing is copied, an event
//! keeps its decoder, and gives it back when it is collected. A program that keeps many events gets
//! copies, which take less memory than decoders.

use core::cell::{Cell, RefCell};
use core::mem::transmute;
use core::ptr::{NonNull, null_mut};
use core::sync::atomic::{AtomicUsize, Ordering};

use apigw::{Decoder, Error, Event, Limits, OwnedEvent};
use pyo3_ffi::{Py_DECREF, PyObject};

use crate::error::refused;
use crate::fields::STRINGS;
use crate::input::Input;
use crate::object::{Object, PyResult, without_gil};

/// The number of objects that an event keeps: its strings, its body, and the bytes of its body.
pub(crate) const KEPT: usize = STRINGS.len() + 2;
/// The place of the body.
pub(crate) const BODY: usize = STRINGS.len();
/// The place of the bytes of the body.
pub(crate) const BYTES: usize = STRINGS.len() + 1;

/// The number of decoders that may exist. Each takes some 40 KiB more than a copy of its event.
const MAX_DECODERS: usize = 32;
/// The number of unused decoders that a thread keeps.
const MAX_POOL: usize = 8;
/// Memory of a decoder is not kept after an event with more bytes of text.
const MAX_TEXT: usize = 256 << 10;
/// From this length on, other threads run while an event is decoded.
pub(crate) const LONG: usize = 64 << 10;

static DECODERS: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    #[expect(clippy::vec_box, reason = "a store must not move, because its event borrows from it")]
    static POOL: RefCell<Vec<Box<Store>>> = const { RefCell::new(Vec::new()) };
    /// The decoder whose events are copied.
    static SPARE: Cell<Option<Decoder>> = const { Cell::new(None) };
}

/// An event and its memory.
pub(crate) struct Store {
    /// Borrows from `memory` and `input`. It is `None` only between events.
    event: Option<Event<'static>>,
    memory: Memory,
    /// The input, if the event borrows its body from it.
    input: Option<Input>,
    /// A bit for each object in `kept`.
    present: Cell<u128>,
    kept: [Cell<*mut PyObject>; KEPT],
}

enum Memory {
    Decoder(Box<Decoder>),
    Copy(Box<OwnedEvent>),
}

const _: () = assert!(KEPT <= u128::BITS as usize, "`present` has a bit for each object");

impl Store {
    fn new(memory: Memory) -> Box<Store> {
        if matches!(memory, Memory::Decoder(_)) {
            DECODERS.fetch_add(1, Ordering::Relaxed);
        }
        Box::new(Store {
            event: None,
            memory,
            input: None,
            present: Cell::new(0),
            kept: [const { Cell::new(null_mut()) }; KEPT],
        })
    }

    /// Returns the event.
    pub(crate) fn event(&self) -> &Event<'static> {
        self.event.as_ref().expect("a store of an object has an event")
    }

    /// Returns the object at a place, or makes and keeps it.
    #[inline]
    pub(crate) fn kept(
        &self,
        place: usize,
        make: impl FnOnce(&Event<'static>) -> PyResult<Object>,
    ) -> PyResult<Object> {
        let bit = 1 << place;
        if self.present.get() & bit != 0 {
            // SAFETY: the object is kept until the event is released.
            return Ok(unsafe { Object::again(self.kept[place].get()) });
        }
        let object = make(self.event())?;
        self.kept[place].set(object.clone().into_ptr());
        self.present.set(self.present.get() | bit);
        Ok(object)
    }

    fn forget(&mut self) {
        let mut present = self.present.replace(0);
        while present != 0 {
            let place = present.trailing_zeros() as usize;
            present &= present - 1;
            // SAFETY: the reference was kept and is not used again.
            unsafe { Py_DECREF(self.kept[place].get()) }
        }
        self.event = None;
        self.input = None;
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if matches!(self.memory, Memory::Decoder(_)) {
            DECODERS.fetch_sub(1, Ordering::Relaxed);
        }
    }
}

/// A store that has an event. It is a pointer, because the event borrows from the store's memory.
pub(crate) struct Handle(NonNull<Store>);

impl Handle {
    /// Decodes an event.
    pub(crate) fn decode(input: Input, limits: Limits) -> PyResult<Handle> {
        let Some(store) = take(limits) else { return Handle::copy(&input, limits) };
        let mut handle = Handle(NonNull::from(Box::leak(store)));
        // SAFETY: nobody else has the store.
        let store = unsafe { handle.0.as_mut() };
        let Memory::Decoder(decoder) = &mut store.memory else {
            unreachable!("the store was taken with a decoder")
        };
        let event = run(input.bytes(), |bytes| decoder.decode(bytes)).map_err(|e| refused(&e))?;
        // SAFETY: the event borrows from the decoder, which neither moves nor decodes before
        // `forget`, and from the input, which is kept below.
        let event: Event<'static> = unsafe { transmute::<Event<'_>, Event<'static>>(event) };
        let is_borrowed = !core::ptr::eq(event.body_block(), event.text_block());
        store.event = Some(event);
        store.input = is_borrowed.then_some(input);
        Ok(handle)
    }

    /// Decodes an event into memory of its exact size.
    #[cold]
    fn copy(input: &Input, limits: Limits) -> PyResult<Handle> {
        let kept = SPARE.take().filter(|decoder| decoder.limits() == limits);
        let mut decoder = kept.unwrap_or_else(|| Decoder::with_limits(limits));
        let copy = run(input.bytes(), |bytes| decoder.decode(bytes).map(|event| event.to_owned()));
        if input.bytes().len() > MAX_TEXT {
            decoder.trim();
        }
        SPARE.set(Some(decoder));
        let store = Store::new(Memory::Copy(Box::new(copy.map_err(|error| refused(&error))?)));
        let mut handle = Handle(NonNull::from(Box::leak(store)));
        // SAFETY: nobody else has the store.
        let store = unsafe { handle.0.as_mut() };
        if let Memory::Copy(copy) = &store.memory {
            // SAFETY: the event borrows from the copy, which lives and stays as long as the store.
            let event = unsafe { transmute::<Event<'_>, Event<'static>>(copy.as_event()) };
            store.event = Some(event);
        }
        Ok(handle)
    }

    pub(crate) fn into_ptr(self) -> NonNull<Store> {
        let store = self.0;
        core::mem::forget(self);
        store
    }

    /// # Safety
    ///
    /// The store is from [`Handle::into_ptr`], and nobody uses it or anything of its event again.
    pub(crate) unsafe fn from_ptr(store: NonNull<Store>) -> Handle {
        Handle(store)
    }
}

impl Drop for Handle {
    /// Gives the store back.
    fn drop(&mut self) {
        // SAFETY: the store was made by `Box`, and this handle is the only one.
        let mut store = unsafe { Box::from_raw(self.0.as_ptr()) };
        let is_long = store.event.is_some_and(|event| event.text_block().len() > MAX_TEXT);
        store.forget();
        let Memory::Decoder(decoder) = &mut store.memory else { return };
        if is_long {
            decoder.trim();
        }
        // A thread that ends has no pool any more, and the store is freed.
        let _ = POOL.try_with(|pool| {
            let mut pool = pool.borrow_mut();
            if pool.len() < MAX_POOL {
                pool.push(store);
            }
        });
    }
}

/// Returns a store with a decoder, unless there are too many.
fn take(limits: Limits) -> Option<Box<Store>> {
    let decoder = |store: &Store| match &store.memory {
        Memory::Decoder(decoder) => decoder.limits() == limits,
        Memory::Copy(_) => false,
    };
    let kept = POOL.with_borrow_mut(|pool| match pool.last() {
        Some(store) if decoder(store) => pool.pop(),
        _ => {
            let place = pool.iter().position(|store| decoder(store))?;
            Some(pool.swap_remove(place))
        }
    });
    kept.or_else(|| {
        let is_full = DECODERS.load(Ordering::Relaxed) >= MAX_DECODERS;
        (!is_full).then(|| Store::new(Memory::Decoder(Box::new(Decoder::with_limits(limits)))))
    })
}

/// Runs a function of the input, without the GIL if that takes long.
fn run<'a, T: 'a>(
    bytes: &'a [u8],
    body: impl FnOnce(&'a [u8]) -> Result<T, Error>,
) -> Result<T, Error> {
    if bytes.len() < LONG { body(bytes) } else { without_gil(|| body(bytes)) }
}
