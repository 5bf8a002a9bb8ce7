//! Which kernel a decoder uses.

use std::env;
use std::process::Command;

use apigw::{Decoder, Kernel};

/// Set in a child process to the name of the expected kernel.
const EXPECTED: &str = "APIGW_TEST_EXPECTED_KERNEL";

/// Returns a command that runs this program, in the emulator `APIGW_TEST_RUNNER` if it is set.
fn this_program() -> Command {
    let program = env::current_exe().expect("this program has a path");
    match env::var_os("APIGW_TEST_RUNNER") {
        Some(runner) => {
            let mut command = Command::new(runner);
            command.arg(program);
            command
        }
        None => Command::new(program),
    }
}

#[test]
fn kernels_have_names() {
    let available: Vec<Kernel> = Kernel::available().collect();
    assert_eq!(
        available.first(),
        Some(&Kernel::Portable),
        "every CPU runs it, and it is the slowest"
    );
    for &kernel in &available {
        assert_eq!(kernel.name().parse(), Ok(kernel));
        assert_eq!(kernel.to_string(), kernel.name());
        assert!(kernel.is_available());
        assert_eq!(available.iter().filter(|other| other.name() == kernel.name()).count(), 1);
    }
    for name in ["", "Portable", "PORTABLE", "portable ", "sse2", "avx"] {
        let error = name.parse::<Kernel>().expect_err(name);
        assert!(error.to_string().contains("portable"));
    }
}

/// `APIGW_TEST_KERNELS` lists the kernels that a run promises to test.
#[test]
fn this_cpu_has_the_promised_kernels() {
    let is_arm = cfg!(all(target_arch = "aarch64", target_endian = "little"));
    let default = if is_arm { "portable neon" } else { "portable" };
    let names = env::var("APIGW_TEST_KERNELS").unwrap_or_else(|_| default.to_owned());
    let available: Vec<&str> = Kernel::available().map(Kernel::name).collect();
    for name in names.split(' ') {
        assert!(available.contains(&name), "{name} is promised, but there are only {available:?}");
    }
}

#[test]
fn a_decoder_accepts_every_kernel_of_this_cpu_and_no_other() {
    let mut decoder = Decoder::new();
    for name in ["portable", "neon", "avx2", "avx512"] {
        let kernel = name.parse::<Kernel>().expect("the name is known everywhere");
        let before = decoder.kernel();
        assert_eq!(decoder.set_kernel(kernel), kernel.is_available());
        assert_eq!(decoder.kernel(), if kernel.is_available() { kernel } else { before });
        assert_eq!(Kernel::available().any(|other| other == kernel), kernel.is_available());
    }
}

/// The environment of a running process cannot be changed safely. So this test starts itself again
/// for each value.
#[test]
fn the_environment_chooses_a_kernel() {
    if let Ok(expected) = env::var(EXPECTED) {
        assert_eq!(Decoder::new().kernel().name(), expected);
        return;
    }
    let fastest = Kernel::available().last().expect("there is one").name();
    let mut cases: Vec<(Option<&str>, &str)> =
        Kernel::available().map(|kernel| (Some(kernel.name()), kernel.name())).collect();
    cases.extend(
        [None, Some(""), Some("no-kernel"), Some("PORTABLE")].map(|value| (value, fastest)),
    );
    for (value, expected) in cases {
        let mut child = this_program();
        child.args(["--exact", "the_environment_chooses_a_kernel"]).env(EXPECTED, expected);
        match value {
            Some(value) => child.env("APIGW_KERNEL", value),
            None => child.env_remove("APIGW_KERNEL"),
        };
        let output = child.output().expect("the child runs");
        assert!(output.status.success(), "{value:?}: {}", String::from_utf8_lossy(&output.stdout));
    }
}
