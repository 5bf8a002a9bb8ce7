package apigw;

/** An input or a response that is refused. */
public abstract sealed class ApigwException extends RuntimeException
        permits DecodeException, EncodeException {
    private static final long serialVersionUID = 1;

    /** One of {@link ErrorCode}. */
    private final int number;

    /** The position of the error in bytes. */
    private final long offset;

    /** The member that has the error, or null. */
    private final String member;

    ApigwException(int number, long offset, String member) {
        super(
                ErrorCode.textOf(number)
                        + " (byte "
                        + offset
                        + (member == null ? ")" : " in " + member + ")"));
        this.number = number;
        this.offset = offset;
        this.member = member;
    }

    /** Returns the stable name of the error, such as {@code wrong-type}. */
    public String code() {
        return ErrorCode.nameOf(number);
    }

    /** Returns the number of the error, one of {@link ErrorCode}. */
    public int number() {
        return number;
    }

    /** Returns the position of the error in bytes. */
    public long offset() {
        return offset;
    }

    /** Returns the member that has the error, such as {@code requestContext.stage}, or null. */
    public String member() {
        return member;
    }
}
