"""The words of a file that is refused as a whole."""

from occoder.batch.scan.input_refused import NO_RECORDS, InputRefused


def test_texts_of_the_contract() -> None:
    """The message of a refused file begins as the contract says."""
    assert "Input file contained no records" == InputRefused(NO_RECORDS).message
    assert "Input file is not JSON Lines: why" == InputRefused.not_json_lines("why").message
    assert (
        "Input file contains fields not accepted by the model: id"
        == InputRefused.unknown_fields("id").message
    )
