# shellcheck shell=sh disable=SC2034
# The paths of the installed files. install.sh and uninstall.sh source it with the arguments PREFIX
# and DESTDIR.
#
# The environment may set LIBDIR, the folder of libraries below the prefix (lib), and TARGET, the
# Rust target that was built.
prefix=${1:?a prefix, such as /usr/local}
destdir=${2:-}
libdir=${LIBDIR:-lib}
target=${TARGET:-$(rustc -vV | sed -n 's/^host: //p')}
build=${CARGO_TARGET_DIR:-target}
parts=$build/capi/$target
tool=$build${TARGET:+/$TARGET}/release/apigw
root=$destdir$prefix
abi=$(sed -n 's/^#define APIGW_ABI //p' include/apigw.h)
