//! Detects the instructions of this CPU, with the help of the C library where possible.
//!
//! glibc queries the CPU when a process starts and exposes the result. `is_x86_feature_detected`
//! queries the CPU again with ten CPUID instructions. In a virtual machine each of them exits to
//! the host and takes about 7 us, which is the time of ten decodes.

/// An instruction set: its bit in a register that CPUID fills.
#[derive(Clone, Copy)]
#[cfg_attr(not(all(target_os = "linux", target_env = "gnu", not(miri))), allow(dead_code))]
pub(super) struct Feature {
    /// The number of the CPUID leaf in `<sys/platform/x86.h>`.
    leaf: u32,
    /// The index of the register, where EAX is 0.
    register: usize,
    bit: u32,
}

const fn feature(leaf: u32, register: usize, bit: u32) -> Feature {
    Feature { leaf, register, bit }
}

const LEAF_1: u32 = 0;
const LEAF_7: u32 = 1;
const LEAF_80000001: u32 = 2;
const EBX: usize = 1;
const ECX: usize = 2;

pub(super) const PCLMULQDQ: Feature = feature(LEAF_1, ECX, 1);
pub(super) const POPCNT: Feature = feature(LEAF_1, ECX, 23);
pub(super) const BMI1: Feature = feature(LEAF_7, EBX, 3);
pub(super) const AVX2: Feature = feature(LEAF_7, EBX, 5);
pub(super) const BMI2: Feature = feature(LEAF_7, EBX, 8);
pub(super) const AVX512F: Feature = feature(LEAF_7, EBX, 16);
pub(super) const AVX512BW: Feature = feature(LEAF_7, EBX, 30);
pub(super) const AVX512VL: Feature = feature(LEAF_7, EBX, 31);
pub(super) const AVX512VBMI: Feature = feature(LEAF_7, ECX, 1);
pub(super) const AVX512VBMI2: Feature = feature(LEAF_7, ECX, 6);
pub(super) const LZCNT: Feature = feature(LEAF_80000001, ECX, 5);

/// Returns whether the CPU has all of these instruction sets and the system saves their registers.
///
/// Returns `None` if the C library does not expose this: it is not glibc, it is older than 2.33, or
/// the program is linked statically.
#[cfg(all(target_os = "linux", target_env = "gnu", not(miri)))]
pub(super) fn has_all(features: &[Feature]) -> Option<bool> {
    /// `struct cpuid_feature`.
    #[repr(C)]
    struct Leaf {
        present: [u32; 4],
        active: [u32; 4],
    }

    let found: *const ();
    // SAFETY: this reads the address of the function. The symbol is weak, so the address is 0 if
    // the function does not exist.
    unsafe {
        core::arch::asm!(
            ".weak __x86_get_cpuid_feature_leaf",
            "mov {}, qword ptr [rip + __x86_get_cpuid_feature_leaf@GOTPCREL]",
            out(reg) found,
            options(pure, nomem, nostack, preserves_flags),
        );
    }
    if found.is_null() {
        return None;
    }
    // SAFETY: the function has had this type since it was introduced, and the address is not null.
    let leaf: extern "C" fn(u32) -> &'static Leaf = unsafe { core::mem::transmute(found) };
    let is_active = |it: &Feature| leaf(it.leaf).active[it.register] & 1 << it.bit != 0;
    Some(features.iter().all(is_active))
}

#[cfg(not(all(target_os = "linux", target_env = "gnu", not(miri))))]
pub(super) fn has_all(_: &[Feature]) -> Option<bool> {
    None
}
