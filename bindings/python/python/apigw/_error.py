"""Exceptions."""

from ._names import ErrorCode


class Error(ValueError):
    """Why an input or a response was refused."""

    code: ErrorCode
    """What is wrong, as in the other languages of the library: `wrong-type`."""
    number: int
    """The number of the code, one of `ERRORS`. A number is never given to another error."""
    offset: int
    """The byte of the input, from 0; its length if the input ends too early."""
    member: str | None
    """The member that has the error, such as `requestContext.stage`, if it is known."""

    def __init__(
        self, message: str, number: int, code: ErrorCode, offset: int, member: str | None = None
    ) -> None:
        super().__init__(message, number, code, offset, member)
        self.number = number
        self.code = code
        self.offset = offset
        self.member = member

    def __str__(self) -> str:
        return str(self.args[0])


class DecodeError(Error):
    """Why an event, its body or a response was refused when it was read.

    Offsets count in the input, those of a body in its text.
    """


class EncodeError(Error):
    """Why a response was refused.

    The offset counts in the header's name or value, or in the body.
    """
