# Two commands are enough: `make demo` shows what apigw does, `make test` runs every test.
# Both install what they need beyond Rust, a C compiler and make, and say so.

TOOLS := $(CURDIR)/target/tools/bin
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 30
GO_FUZZ_RUNS ?= 1000000
SAMPLES := $(addprefix tests/data/events/, spec-sample.json browser-get.tencent-api-gateway.json \
	post-json.tencent-api-gateway.json body-form.tencent-api-gateway.json body-base64-png.tencent-api-gateway.json \
	ws-connect.tencent-websocket.json ws-data-text.tencent-websocket.json function-url-get.tencent-function-url.json \
	clb-object.tencent-clb.json cloudbase.tencent-cloudbase.json)

.PHONY: demo test test-rust test-c test-go test-node test-python test-java test-spark test-arrow test-runtimes test-arm64 test-avx512 test-dist test-deb test-platforms \
	lint lint-go lint-node lint-python lint-java lint-spark fuzz fuzz-go bench bench-go bench-node bench-python bench-java bench-spark bench-arrow bench-guard \
	schema header lib go node python python-wheels java spark install uninstall dist deb setup clean

## demo: decode the sample events, then measure how fast that is
demo:
	cargo build --release --locked -p apigw-cli
	target/release/apigw show $(SAMPLES)
	target/release/apigw bench $(SAMPLES)

## test: every test of every language
test: test-rust test-c test-go test-node test-python test-java test-spark test-arrow test-runtimes

test-rust: setup
	cargo test --workspace --all-features --locked

test-c: setup $(TOOLS)/cbindgen
	tests/c/run.sh

test-go: setup
	bindings/go/test.sh

test-node: setup
	bindings/node/test.sh

test-python: setup
	bindings/python/test.sh

test-java: setup
	bindings/java/test.sh

test-spark: setup
	integrations/spark/test.sh

test-arrow: setup
	integrations/arrow/python/test.sh

test-runtimes: setup
	bindings/c/test.sh
	tests/runtimes/run.sh

## test-arm64: the tests of the library and of the Go binding on an emulated CPU for 64-bit ARM
test-arm64:
	tests/arm64.sh
	bindings/go/test-arm64.sh

## test-dist: the archive of the C library for this platform, packed twice
test-dist: setup
	tests/dist.sh

## test-deb: the Debian packages are installed and removed, as root
test-deb: setup
	tests/deb.sh

## test-platforms: the C programs and the tests of the core on emulated platforms; PLATFORM=TARGET
test-platforms: setup
	tests/platforms.sh $(PLATFORM)

## test-avx512: tests of the library on an emulated CPU with AVX-512
test-avx512:
	tests/avx512.sh

## lint: formats, lints, scripts, prose, documentation, licences
lint: lint-go lint-node lint-python lint-java lint-spark setup $(TOOLS)/cargo-deny
	packaging/prose.sh
	shellcheck $$(git ls-files '*.sh') .ci/run
	go run github.com/rhysd/actionlint/cmd/actionlint@v1.7.12
	packaging/crates.sh
	cargo fmt --all --check
	cargo run --quiet --locked -p apigw-schema -- --check
	cargo clippy --workspace --all-targets --all-features --locked -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --workspace --all-features --no-deps --locked
	clang-format --dry-run -Werror $$(git ls-files '*.c' '*.cpp' '*.hpp' 'tests/c/*.h' 'bindings/*.h')
	cargo fetch --locked
	PATH="$(TOOLS):$$PATH" cargo deny --offline --workspace check bans licenses sources

lint-go: setup go
	bindings/go/lint.sh

lint-node: setup node
	bindings/node/lint.sh

lint-python: setup python
	bindings/python/lint.sh

lint-java: setup java
	bindings/java/lint.sh

lint-spark: setup java
	integrations/spark/lint.sh

## fuzz: each fuzz target for FUZZ_SECONDS, that of Go GO_FUZZ_RUNS times
fuzz: fuzz-go setup $(TOOLS)/cargo-fuzz
	FUZZ_SECONDS=$(FUZZ_SECONDS) PATH="$(TOOLS):$$PATH" fuzz/run.sh

fuzz-go: setup go
	cd bindings/go && go test -run '^$$' -fuzz FuzzDecode -fuzztime $(GO_FUZZ_RUNS)x .

## bench: compare with other JSON readers; EVENTS=FILE: on the events of that file, one in each line
bench:
	benches/run.sh

## bench-go: compare the Go binding with other JSON readers
bench-go: go
	bindings/go/bench/run.sh

## bench-node: compare the Node package with JSON.parse
bench-node: node
	cargo run --quiet --release --locked -p apigw-corpus -- target/corpus > /dev/null
	node bindings/node/bench/bench.mjs
	node bindings/node/bench/cold.cjs

## bench-python: compare the Python package with other JSON readers and with Mangum
bench-python: python
	bindings/python/bench/run.sh

## bench-java: compare the Java package with Jackson and the types of AWS
bench-java: java
	bindings/java/bench.sh

## bench-spark: compare the connector for Spark with Spark's readers of JSON
bench-spark:
	integrations/spark/bench.sh

## bench-arrow: compare Arrow and Parquet from events with the JSON readers of Python
bench-arrow:
	integrations/arrow/python/bench.sh

## bench-guard: compare counts of instructions with the committed ones
bench-guard: setup
	benches/guard.sh

## schema: write the declarations of every language anew from schema/apigw.toml
schema: $(TOOLS)/cbindgen
	cargo run --quiet --locked -p apigw-schema
	packaging/header.sh

## header: write include/apigw.h anew from the Rust sources
header: $(TOOLS)/cbindgen
	packaging/header.sh

## lib: the C library, shared and static
lib:
	packaging/build.sh

## go: the C library inside the Go module, which go build links
go:
	packaging/go.sh

## node: the addon inside the npm package, with the C library in it
node:
	packaging/node.sh

## python: the Python package, installed with what its tests use for each version of Python
python:
	packaging/python.sh

## python-wheels: the wheels and the source distribution of the Python package
python-wheels:
	packaging/python-wheels.sh

## java: the jar with the native library, also in the local Maven repository
java:
	packaging/java.sh

## spark: the jar of the connector for Spark
spark:
	packaging/spark.sh

## install: header, libraries, pkg-config and CMake files, and the tool with its manual page and
## completions if it is built, below PREFIX (and DESTDIR)
install: lib
	packaging/install.sh "$(PREFIX)" "$(DESTDIR)"

## uninstall: what install has installed
uninstall:
	packaging/uninstall.sh "$(PREFIX)" "$(DESTDIR)"

## dist: archives of the C library and the tool for every target, or for TARGET, in target/dist
dist:
	packaging/dist.sh $(TARGET)

## deb: the Debian packages libapigw1, libapigw-dev and apigw for this machine, in target/deb
deb:
	packaging/deb.sh

## setup: Debian packages that the tests use
setup:
	packaging/setup.sh

$(TOOLS)/cargo-auditable:
	packaging/tool.sh cargo-auditable 0.7.7

$(TOOLS)/cargo-cyclonedx:
	packaging/tool.sh cargo-cyclonedx 0.5.9

$(TOOLS)/cargo-deny:
	packaging/tool.sh cargo-deny 0.20.2

$(TOOLS)/cargo-fuzz:
	packaging/tool.sh cargo-fuzz 0.13.2

$(TOOLS)/cbindgen:
	packaging/tool.sh cbindgen 0.29.4

clean:
	cargo clean
