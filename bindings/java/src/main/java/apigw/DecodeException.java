package apigw;

/** An event that is refused, or a body that cannot be read. */
public final class DecodeException extends ApigwException {
    private static final long serialVersionUID = 1;

    DecodeException(int number, long offset, String member) {
        super(number, offset, member);
    }
}
