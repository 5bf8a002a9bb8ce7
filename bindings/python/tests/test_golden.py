"""The fixtures of the repository, whose results are committed."""

import apigw
import pytest
from support import fixtures, form

FIXTURES = list(fixtures())
DECODERS = {
    "bytes": lambda data: apigw.decode(data),
    "bytearray": lambda data: apigw.decode(bytearray(data)),
    "memoryview": lambda data: apigw.decode(memoryview(data)),
    "decoder": lambda data: apigw.Decoder().decode(data),
    "surrogates": lambda data: apigw.decode(data.decode("utf-8", "surrogatepass")),
}


def test_there_are_fixtures():
    assert len(FIXTURES) > 200


@pytest.mark.parametrize("decode", DECODERS.values(), ids=DECODERS)
@pytest.mark.parametrize(
    ("name", "data", "fault", "wanted"), FIXTURES, ids=[it[0] for it in FIXTURES]
)
def test_every_way_of_decoding_gives_the_normalised_form_or_the_error(
    name, data, fault, wanted, decode
):
    if decode is DECODERS["surrogates"]:
        try:
            data.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            # A string cannot have these bytes.
            assert fault[0] == "invalid-utf8" if fault else False
            return
    if fault is None:
        assert form(decode(data)) == wanted
    else:
        with pytest.raises(apigw.DecodeError) as raised:
            decode(data)
        error = raised.value
        assert (error.code, error.offset) == fault
        assert error.number == apigw.ERRORS[error.code]
        assert str(error).startswith(f"error {error.number} at byte {error.offset}")
