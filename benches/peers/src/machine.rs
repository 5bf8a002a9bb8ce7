//! The machine on which the benchmark runs.

use std::fs;

use crate::readers;

/// Returns the name of the CPU according to the system.
pub(crate) fn cpu() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let value = |name: &str| {
        let line = info.lines().find(|line| line.split(':').next().map(str::trim) == Some(name))?;
        Some(line.split_once(':')?.1.trim().to_owned())
    };
    match (value("model name"), value("cpu family"), value("model")) {
        (Some(name), Some(family), Some(model)) => {
            format!("{name} (family {family}, model {model})")
        }
        (Some(name), ..) => name,
        _ => std::env::consts::ARCH.into(),
    }
}

/// Returns the CPU, its kernels and the versions of the libraries.
pub(crate) fn describe() -> String {
    let kernels: Vec<_> = apigw::Kernel::available().map(apigw::Kernel::name).collect();
    format!("{}, kernels {}; {}", cpu(), kernels.join(", "), readers::versions().join(", "))
}
