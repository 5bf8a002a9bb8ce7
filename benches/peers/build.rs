//! Compiles simdjson, yyjson and the readers written for them, all for the CPU of this machine, as
//! their manuals advise.

use std::env;
use std::path::PathBuf;

use cargo_metadata::{Metadata, MetadataCommand, Package};

fn main() {
    println!("cargo:rerun-if-changed=shims");
    println!("cargo:rerun-if-env-changed=PEERS_CPU");
    let features = env::var("CARGO_CFG_TARGET_FEATURE").unwrap_or_default();
    let has = |feature| features.split(',').any(|it| it == feature);
    let kernel = match () {
        () if has("avx512vbmi2") => "avx512",
        () if has("avx2") => "avx2",
        () if has("neon") => "neon",
        () => "portable",
    };
    println!("cargo:rustc-env=PEERS_KERNEL={kernel}");
    let metadata = MetadataCommand::new()
        .other_options(["--locked".into()])
        .exec()
        .expect("cargo metadata knows the dependencies");
    let simdjson = sources(&metadata, "simdjson-sys").join("vendor/simdjson");
    let yyjson = sources(&metadata, "yyjson-sys").join("yyjson/src");

    let version = |name| format!("{name} {}", package(&metadata, name).version);
    let versions = ["aws_lambda_events", "serde_json", "simd-json", "simdutf8", "sonic-rs"]
        .map(version)
        .join(", ");
    println!("cargo:rustc-env=PEERS={versions}");

    // Newer compilers warn about the libraries' own code, so their headers count as system headers.
    compiler()
        .cpp(true)
        .std("c++17")
        .flag("-isystem")
        .flag(&simdjson)
        .file(simdjson.join("simdjson.cpp"))
        .file("shims/simdjson.cpp")
        .file("shims/simdjson_aws.cpp")
        .compile("peer_simdjson");
    compiler()
        .std("c11")
        .flag("-isystem")
        .flag(&yyjson)
        .include("../../include")
        .file(yyjson.join("yyjson.c"))
        .file("shims/yyjson.c")
        .file("shims/apigw.c")
        .compile("peer_c");
    println!("cargo:rerun-if-changed=../../include/apigw.h");
}

fn compiler() -> cc::Build {
    let cpu = env::var("PEERS_CPU").unwrap_or_else(|_| "native".into());
    let mut build = cc::Build::new();
    build
        .opt_level(3)
        .flag(format!("-march={cpu}"))
        .define("NDEBUG", None)
        // With debug information, cc reserves a register for the frame pointer.
        .debug(false)
        .force_frame_pointer(false);
    build
}

fn package<'a>(metadata: &'a Metadata, name: &str) -> &'a Package {
    let package = metadata.packages.iter().find(|package| *package.name == name);
    package.expect("Cargo.toml names it")
}

/// Returns the folder of a dependency that is used only for its sources.
fn sources(metadata: &Metadata, name: &str) -> PathBuf {
    let manifest = &package(metadata, name).manifest_path;
    manifest.parent().expect("a manifest is in a folder").into()
}
