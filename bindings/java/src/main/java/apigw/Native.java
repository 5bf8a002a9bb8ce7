package apigw;

import java.nio.ByteBuffer;

/**
 * The native methods, which are in src/main/c. A handle is a decoder and an encoder, and an
 * address that of the memory of a {@link Scratch}. The methods check neither.
 */
final class Native {
    static {
        NativeLibrary.load();
    }

    private Native() {}

    /** Where the text is in the memory of a scratch. */
    static native int textOffset();

    static native long address(ByteBuffer buffer);

    static native long open();

    static native void close(long handle);

    static native void trim(long handle);

    static native int decode(long handle, long address, long length, long size);

    static native int form(long handle, long address, long length, long size);

    static native int cookies(long handle, long address, long length, long size);

    static native int base64(long handle, long address, long length);

    static native long[] json(long handle, long address, long length, long size);

    static native int encode(
            long handle,
            long address,
            int status,
            int headerCount,
            long namesLength,
            long bodyLength,
            long size,
            int encoding,
            int dialect);

    static native void decodeLines(long handle, long address, long call);

    static native byte[] member(long handle, boolean isEncoder);
}
