#!/bin/sh
# Runs tests of the library on an emulated CPU with AVX-512: they check the kernel `avx512`. The emulator is Bochs, the one
# of Debian that knows these instructions; it runs Linux from a disc image with nothing but the tests.
set -eu
cd "$(dirname "$0")/.."
packaging/setup.sh debian-packages-avx512.txt

work="${CARGO_TARGET_DIR:-$PWD/target}/avx512"
root="$work/root"
rm -rf "$work/disc" "$root"
mkdir -p "$work/disc" "$root/dev" "$root/proc" "$root/tests" "$root/lib64"

# A kernel, which is unpacked and not installed.
kernel=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/^ *Depends: \(linux-image-[0-9].*\)/\1/p')
if [ ! -e "$work/$kernel/boot" ]; then
    (cd "$work" && apt-get download "$kernel" && dpkg-deb --extract "$kernel"_*.deb "$kernel" && rm "$kernel"_*.deb)
fi
cp "$work/$kernel"/boot/vmlinuz-* "$work/disc/vmlinuz"

# All tests but those that start another program or read the sources.
cargo test -p apigw --all-features --locked --no-run --tests --message-format json-render-diagnostics >"$work/built"
sed -n 's/.*"executable":"\([^"]*\)".*/\1/p' "$work/built" |
    grep -v -e /linear_time- -e /capi_header- >"$work/executables"
while read -r executable; do
    strip -o "$root/tests/$(basename "$executable" | sed 's/-[0-9a-f]*$//')" "$executable"
    # The libraries that they are linked with.
    ldd "$executable" | grep -o '/[^ ]*' | xargs -I{} cp -L --parents {} "$root"
done <"$work/executables"
mkdir -p "$root$PWD/tests"
cp -r tests/data "$root$PWD/tests/data"

cp /bin/busybox "$root/busybox"
cat >"$root/init" <<EOF
#!/busybox sh
/busybox mount -t proc proc /proc
export APIGW_TEST_KERNELS="portable avx2 avx512"
# A prime number, so that the cases left out fall everywhere.
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
(cd "$root" && find . | cpio --quiet --create --format=newc) >"$work/disc/initrd"

# Bochs announces protection keys and compact saved states, but with sizes that Linux does not believe; what follows them
# are instructions that its Linux does not survive.
hidden=pku,xsaves,xsavec,smap,umip,fsgsbase,fsrm,erms,pcid,invpcid,rdpid,smep
cp /usr/lib/ISOLINUX/isolinux.bin /usr/lib/syslinux/modules/bios/ldlinux.c32 "$work/disc"
cat >"$work/disc/isolinux.cfg" <<EOF
DEFAULT tests
LABEL tests
  KERNEL vmlinuz
  INITRD initrd
  APPEND console=ttyS0 quiet panic=-1 nokaslr mitigations=off tsc=reliable clearcpuid=$hidden
EOF
xorriso -as mkisofs -quiet -o "$work/disc.iso" -b isolinux.bin -c boot.cat \
    -no-emul-boot -boot-load-size 4 -boot-info-table "$work/disc"

cat >"$work/bochsrc" <<EOF
cpu: model=corei7_icelake_u, ips=50000000
memory: guest=1024, host=1024
romimage: file=/usr/share/bochs/BIOS-bochs-latest
vgaromimage: file=/usr/share/bochs/VGABIOS-lgpl-latest
ata0-master: type=cdrom, path=$work/disc.iso, status=inserted
boot: cdrom
com1: enabled=1, mode=file, dev=$work/output
display_library: term
clock: sync=none
log: $work/bochs.log
panic: action=fatal
error: action=ignore
info: action=ignore
EOF
# Debian's Bochs waits for a debugger's command, and its screen for a terminal.
echo c >"$work/commands"
rm -f "$work/output"
TERM=xterm timeout 3600 script -qec "bochs -q -f '$work/bochsrc' -rc '$work/commands'" /dev/null \
    </dev/null >/dev/null 2>&1 || true

tr -d '\r' <"$work/output"
for test in "$root"/tests/*; do
    if ! tr -d '\r' <"$work/output" | grep -qx "== /tests/$(basename "$test") ended with 0"; then
        echo "$(basename "$test") has failed, or did not end" >&2
        exit 1
    fi
done
