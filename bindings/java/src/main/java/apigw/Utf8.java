package apigw;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;

/** Conversions between strings and UTF-8 that refuse instead of replacing. */
final class Utf8 {
    private Utf8() {}

    /** Returns the UTF-8 of a text. */
    static byte[] encode(String text) {
        int at = loneSurrogate(text);
        if (at < 0) return text.getBytes(StandardCharsets.UTF_8);
        throw new DecodeException(ErrorCode.INVALID_UTF8, lengthOf(text, at), null);
    }

    /** Returns the number of bytes of the first characters of a text. */
    static int lengthOf(String text, int count) {
        return text.substring(0, count).getBytes(StandardCharsets.UTF_8).length;
    }

    /** Returns the index of the first surrogate that is not part of a pair, or -1. */
    static int loneSurrogate(String text) {
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (!Character.isSurrogate(unit)) continue;
            boolean isPair =
                    Character.isHighSurrogate(unit)
                            && i + 1 < text.length()
                            && Character.isLowSurrogate(text.charAt(i + 1));
            if (!isPair) return i;
            i++;
        }
        return -1;
    }

    /** Returns the text of the bytes of a body. */
    static String decode(byte[] bytes) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        ByteBuffer input = ByteBuffer.wrap(bytes);
        try {
            CharBuffer text = decoder.decode(input);
            return text.toString();
        } catch (CharacterCodingException error) {
            throw new DecodeException(ErrorCode.INVALID_UTF8, input.position(), "body");
        }
    }
}
