#!/bin/sh
# Runs the tests of the library on an emulated CPU with AVX-512. They check the kernel `avx512`. The
# emulator is Bochs, the only one in Debian that has these instructions. It starts Linux from a disc
# image that contains nothing but the tests.
set -eu
cd "$(dirname "$0")/.."
packaging/setup.sh debian-packages-avx512.txt

target=${CARGO_TARGET_DIR:-$PWD/target}
work=$target/avx512
root=$work/root
output=$work/output
failed() {
    echo "tests/avx512: $*" >&2
    exit 1
}
rm -rf "$work/disc" "$root" "$output"
mkdir -p "$work/disc" "$root/dev" "$root/proc" "$root/tests" "$root/lib64"

# A Linux kernel, which is unpacked and not installed.
linux=$(apt-cache depends linux-image-cloud-amd64 |
    sed -n 's/^ *Depends: \(linux-image-[0-9].*\)/\1/p')
[ -n "$linux" ] || failed "there is no package with a Linux kernel"
if [ ! -e "$work/$linux/boot" ]; then
    (
        cd "$work"
        apt-get download "$linux"
        dpkg-deb --extract "$linux"_*.deb "$linux"
        rm "$linux"_*.deb
    )
fi
cp "$work/$linux"/boot/vmlinuz-* "$work/disc/vmlinuz"

# All tests except those that start valgrind or read the sources.
cargo test -p apigw --all-features --locked --no-run --tests \
    --message-format json-render-diagnostics > "$work/built"
sed -n 's/.*"executable":"\([^"]*\)".*/\1/p' "$work/built" |
    grep -v -e /linear_time- -e /capi_header- -e /circles- > "$work/executables"
while read -r executable; do
    strip -o "$root/tests/$(basename "$executable" | sed 's/-[0-9a-f]*$//')" "$executable"
    # The libraries that it is linked with.
    ldd "$executable" | grep -o '/[^ ]*' | xargs -I{} cp -L --parents {} "$root"
done < "$work/executables"
[ -e "$root/tests/kernels" ] || failed "the test of the kernels was not built"
mkdir -p "$root$PWD/tests"
cp -r tests/data "$root$PWD/tests/data"

cp /bin/busybox "$root/busybox"
cat > "$root/init" <<EOF
#!/busybox sh
/busybox mount -t proc proc /proc
# The input of child processes.
/busybox mknod /dev/null c 1 3
export APIGW_TEST_KERNELS="portable avx2 avx512"
# A prime number, so that the omitted cases are spread evenly.
export APIGW_TEST_STEP=211
cd "$PWD"
for test in /tests/*; do
    echo "== \$test"
    \$test --test-threads=1 --color=never
    echo "== \$test ended with \$?"
done
# The serial line is slow.
/busybox sleep 1
/busybox poweroff -f
EOF
chmod +x "$root/init"
(cd "$root" && find . | cpio --quiet --create --format=newc) > "$work/disc/initrd"

# Bochs announces protection keys and compact saved states with sizes that Linux does not accept.
# The others are instructions that Linux does not survive on Bochs.
hidden=pku,xsaves,xsavec,smap,umip,fsgsbase,fsrm,erms,pcid,invpcid,rdpid,smep
cp /usr/lib/ISOLINUX/isolinux.bin /usr/lib/syslinux/modules/bios/ldlinux.c32 "$work/disc"
cat > "$work/disc/isolinux.cfg" <<EOF
DEFAULT tests
LABEL tests
  KERNEL vmlinuz
  INITRD initrd
  APPEND console=ttyS0 quiet panic=-1 nokaslr mitigations=off tsc=reliable clearcpuid=$hidden
EOF
xorriso -as mkisofs -quiet -o "$work/disc.iso" -b isolinux.bin -c boot.cat \
    -no-emul-boot -boot-load-size 4 -boot-info-table "$work/disc"

cat > "$work/bochsrc" <<EOF
cpu: model=corei7_icelake_u, ips=50000000
memory: guest=1024, host=1024
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
ata0-master: type=cdrom, path=$work/disc.iso, status=inserted
boot: cdrom
com1: enabled=1, mode=file, dev=$output
display_library: term
clock: sync=none
log: $work/bochs.log
panic: action=fatal
error: action=ignore
info: action=ignore
EOF
# Debian's Bochs waits for a command of a debugger, and its screen needs a terminal.
echo c > "$work/commands"
status=0
TERM=xterm timeout 3600 script -qec "bochs -q -f '$work/bochsrc' -rc '$work/commands'" /dev/null \
    < /dev/null > "$work/screen" 2>&1 || status=$?

# Bochs ends with another status than 0 also when Linux switches the machine off. So only what the
# tests have printed counts.
[ -s "$output" ] || {
    tail -n 20 "$work/screen" "$work/bochs.log" >&2 || true
    failed "the emulator has ended with status $status, and no test was run"
}
tr -d '\r' < "$output" > "$work/output.txt"
cat "$work/output.txt"
for test in "$root"/tests/*; do
    name=$(basename "$test")
    grep -qx "== /tests/$name ended with 0" "$work/output.txt" ||
        failed "$name has failed, or did not end (status $status of the emulator)"
done
grep -q '^test this_cpu_has_the_promised_kernels ... ok$' "$work/output.txt" ||
    failed "the kernel avx512 was not tested"
