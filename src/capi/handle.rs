//! What every call on a handle begins and ends with: checks, the last error, and panics.

use core::ffi::{CStr, c_char};
use core::mem::MaybeUninit;
use core::ptr;
use std::alloc::{Layout, alloc};

use super::constants::{
    APIGW_E_ABI, APIGW_E_ARGUMENT, APIGW_E_OUT_OF_MEMORY, APIGW_E_PANIC, APIGW_OK,
};
use super::structs::apigw_error;
use super::version::APIGW_ABI;
use super::{apigw_status, bytes, guard, names};
use crate::encode::EncodeError;
use crate::error::Error;
use crate::simd::Kernel;

/// A decoder or an encoder.
pub(super) trait Handle {
    fn last_error(&mut self) -> &mut LastError;

    /// Frees the memory that is kept for the next call.
    fn trim(&mut self);
}

/// Why a call on a handle failed.
pub(super) struct CallError {
    status: apigw_status,
    offset: usize,
    member: Option<&'static str>,
    /// The error of an encoder, which has the name of a refused header and the length of an output.
    encode: Option<EncodeError>,
}

impl CallError {
    pub(super) fn in_member(
        status: apigw_status,
        offset: usize,
        member: &'static str,
    ) -> CallError {
        CallError { status, offset, member: Some(member), encode: None }
    }

    /// Returns the length of an output that did not fit.
    pub(super) fn need(&self) -> Option<usize> {
        self.encode.as_ref().and_then(EncodeError::need)
    }
}

impl From<apigw_status> for CallError {
    fn from(status: apigw_status) -> CallError {
        CallError { status, offset: 0, member: None, encode: None }
    }
}

impl From<Error> for CallError {
    fn from(error: Error) -> CallError {
        let (status, offset, member) = (error.code().number(), error.offset(), error.member());
        CallError { status, offset, member, encode: None }
    }
}

impl From<EncodeError> for CallError {
    fn from(error: EncodeError) -> CallError {
        let (status, offset, member) = (error.code().number(), error.offset(), error.member());
        CallError { status, offset, member, encode: Some(error) }
    }
}

/// Why the last call on a handle failed, for C.
pub(super) struct LastError {
    error: apigw_error,
    /// The text of `error.member`, with a NUL.
    member: [u8; MAX_MEMBER],
}

const MAX_MEMBER: usize = 64;

impl LastError {
    pub(super) fn none() -> LastError {
        let error = new_error(APIGW_OK, 0, names::text(APIGW_OK));
        LastError { error, member: [0; MAX_MEMBER] }
    }

    #[cold]
    fn set(&mut self, error: CallError) -> apigw_status {
        let CallError { status, offset, member, encode } = error;
        self.error = new_error(status, offset, names::text(status));
        if let Some(member) = member {
            copy_c_string(member, &mut self.member);
            if let Some(name) = encode.as_ref().and_then(EncodeError::header_name) {
                self.member[member.len()] = b'.';
                copy_c_string(name, &mut self.member[member.len() + 1..]);
            }
            self.error.member = self.member.as_ptr().cast();
        }
        status
    }
}

const fn new_error(status: apigw_status, offset: usize, text: *const c_char) -> apigw_error {
    let size = size_of::<apigw_error>() as u32;
    apigw_error { size, status, offset, text, member: ptr::null() }
}

/// The error of a call without a handle.
struct NoHandle(apigw_error);

// SAFETY: the pointers are to statics that are never written.
unsafe impl Sync for NoHandle {}

static NO_HANDLE: NoHandle =
    NoHandle(new_error(APIGW_E_ARGUMENT, 0, c"the handle is NULL".as_ptr()));

/// Returns the last error of a handle, or a static one without a handle.
pub(super) fn error_of(error: Option<&LastError>) -> *const apigw_error {
    error.map_or(&NO_HANDLE.0, |last| &last.error)
}

/// Runs the body of an exported function and keeps why it failed.
///
/// Returns `APIGW_E_ARGUMENT` for a null handle and `APIGW_E_PANIC` after a panic.
///
/// # Safety
/// `handle` is null or a handle that no other thread uses.
#[inline]
pub(super) unsafe fn run<H: Handle>(
    handle: *mut H,
    body: impl FnOnce(&mut H) -> Result<(), CallError>,
) -> apigw_status {
    // SAFETY: as the caller promises.
    let Some(handle) = (unsafe { handle.as_mut() }) else { return APIGW_E_ARGUMENT };
    match guard(|| body(handle)) {
        Some(Ok(())) if handle.last_error().error.status == APIGW_OK => APIGW_OK,
        Some(Ok(())) => handle.last_error().set(CallError::from(APIGW_OK)),
        Some(Err(error)) => handle.last_error().set(error),
        None => {
            // A panic may have left the memory in any state, so it is not used again.
            handle.trim();
            handle.last_error().set(CallError::from(APIGW_E_PANIC))
        }
    }
}

/// Does the same as [`run`] and writes the result of `body` to `out`, on success only.
///
/// Returns `APIGW_E_ARGUMENT`, and does not run the body, if `out` is null.
///
/// # Safety
/// As for [`run`]; `out` is null or can be written.
#[inline]
pub(super) unsafe fn fill<H: Handle, T>(
    handle: *mut H,
    out: *mut T,
    body: impl FnOnce(&mut H) -> Result<T, CallError>,
) -> apigw_status {
    let fill = |handle: &mut H| {
        if out.is_null() {
            return Err(CallError::from(APIGW_E_ARGUMENT));
        }
        let result = body(handle)?;
        // SAFETY: `out` is not null, so it can be written.
        unsafe { out.write(result) };
        Ok(())
    };
    // SAFETY: as the caller promises.
    unsafe { run(handle, fill) }
}

/// Checks the caller's interface number, makes a handle and writes it to `out`.
///
/// # Safety
/// `out` is null or can be written.
pub(super) unsafe fn create<H>(
    abi: u32,
    out: *mut *mut H,
    make: impl FnOnce() -> Option<H>,
) -> apigw_status {
    let create = || {
        if abi != APIGW_ABI {
            return APIGW_E_ABI;
        }
        if out.is_null() {
            return APIGW_E_ARGUMENT;
        }
        let Some(handle) = make() else { return APIGW_E_ARGUMENT };
        // SAFETY: the size of a handle is not 0.
        let place = unsafe { alloc(Layout::new::<H>()) }.cast::<H>();
        if place.is_null() {
            return APIGW_E_OUT_OF_MEMORY;
        }
        // SAFETY: the memory is fresh and laid out for a handle; `out` is not null and belongs to
        // the caller.
        unsafe {
            place.write(handle);
            out.write(place);
        }
        APIGW_OK
    };
    guard(create).unwrap_or(APIGW_E_PANIC)
}

/// Frees a handle.
///
/// # Safety
/// `handle` is null or from [`create`], and not used again.
pub(super) unsafe fn free<H>(handle: *mut H) {
    if !handle.is_null() {
        // SAFETY: the handle was allocated with the global allocator and the layout of a box.
        guard(|| drop(unsafe { Box::from_raw(handle) }));
    }
}

/// A struct that the caller fills.
///
/// # Safety
/// The struct begins with its size, 32 bits; every bit pattern of its other members is valid, and 0
/// is the default.
pub(super) unsafe trait Versioned: Copy {
    /// The size of the first version.
    const FIRST_SIZE: usize = size_of::<Self>();
}

/// Returns the caller's struct, of this version or of another one: members that the caller's
/// version does not have are 0, and those that only a later version has must be 0.
///
/// # Safety
/// `start` is null or points to the number of bytes in its first 32 bits, which nobody changes.
pub(super) unsafe fn versioned<T: Versioned>(start: *const T) -> Option<T> {
    /// No version of any struct will ever be larger.
    const LARGEST: usize = 1024;
    if start.is_null() || !start.is_aligned() {
        return None;
    }
    // SAFETY: the size is the first member of every version.
    let size = unsafe { start.cast::<u32>().read() } as usize;
    if !(T::FIRST_SIZE..=LARGEST).contains(&size) {
        return None;
    }
    // SAFETY: the caller has `size` bytes there.
    let all = unsafe { bytes(start.cast(), size)? };
    let known = size.min(size_of::<T>());
    if all[known..].iter().any(|&byte| byte != 0) {
        return None;
    }
    let mut copy = MaybeUninit::<T>::zeroed();
    // SAFETY: there are `known` bytes in both places.
    unsafe { ptr::copy_nonoverlapping(all.as_ptr(), copy.as_mut_ptr().cast(), known) };
    // SAFETY: all bytes are initialised, and every bit pattern is valid.
    Some(unsafe { copy.assume_init() })
}

/// Returns the caller's options, or the defaults for NULL.
///
/// # Safety
/// As for [`versioned`].
pub(super) unsafe fn options_or_default<T: Versioned>(start: *const T) -> Option<T> {
    if start.is_null() {
        // SAFETY: 0 is the default of every member.
        return Some(unsafe { MaybeUninit::zeroed().assume_init() });
    }
    // SAFETY: as the caller promises.
    unsafe { versioned(start) }
}

/// Returns the kernel with this name, no kernel for NULL, or `None` if there is no such kernel.
///
/// # Safety
/// `name` is null or ends with a NUL.
pub(super) unsafe fn kernel_named(name: *const c_char) -> Option<Option<Kernel>> {
    if name.is_null() {
        return Some(None);
    }
    // SAFETY: the name is not null, so it is a C string.
    let name = unsafe { CStr::from_ptr(name) };
    Some(Some(name.to_str().ok()?.parse().ok()?))
}

/// Writes `text`, cut off where `out` ends, and a NUL.
pub(super) fn copy_c_string(text: &str, out: &mut [u8]) {
    let len = text.len().min(out.len() - 1);
    out[..len].copy_from_slice(&text.as_bytes()[..len]);
    out[len] = 0;
}
