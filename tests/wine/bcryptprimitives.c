/* The function of bcryptprimitives.dll that Rust's standard library calls. Wine 8 does not have the
 * library. */
#include <windows.h>

#include <ntsecapi.h>

__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T len) {
    return RtlGenRandom(data, (ULONG)len);
}
