//! What this CPU can do, asked of the C library where that knows.
//!
//! glibc asks the CPU when the process starts, and tells whoever wants to know. `is_x86_feature_detected` asks it again: ten
//! questions, and in a virtual machine each goes to the host and takes some 7 us, as long as ten decodes.

/// A set of instructions: its bit in a register that CPUID fills.
#[derive(Clone, Copy)]
#[cfg_attr(not(all(target_os = "linux", target_env = "gnu", not(miri))), allow(dead_code))]
pub(super) struct Feature {
    /// The number that `<sys/platform/x86.h>` gives the leaf of CPUID.
    leaf: u32,
    /// EAX is 0.
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

/// Whether the CPU has all of these and the system keeps their registers. `None` if the C library does not tell: it is
/// another than glibc, or older than 2.33, or part of a static program.
#[cfg(all(target_os = "linux", target_env = "gnu", not(miri)))]
pub(super) fn has_all(features: &[Feature]) -> Option<bool> {
    /// `struct cpuid_feature`.
    #[repr(C)]
    struct Leaf {
        present: [u32; 4],
        active: [u32; 4],
    }

    let found: *const ();
    // SAFETY: this reads where the function is. A weak symbol may be missing, it is 0 then.
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
    // SAFETY: this is the function's type since it exists; null is excluded.
    let leaf: extern "C" fn(u32) -> &'static Leaf = unsafe { core::mem::transmute(found) };
    let is_active = |it: &Feature| leaf(it.leaf).active[it.register] & 1 << it.bit != 0;
    Some(features.iter().all(is_active))
}

#[cfg(not(all(target_os = "linux", target_env = "gnu", not(miri))))]
pub(super) fn has_all(_: &[Feature]) -> Option<bool> {
    None
}
