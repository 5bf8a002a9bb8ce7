package apigw;

/** A response that is refused. */
public final class EncodeException extends ApigwException {
    private static final long serialVersionUID = 1;

    EncodeException(int number, long offset, String member) {
        super(number, offset, member);
    }
}
