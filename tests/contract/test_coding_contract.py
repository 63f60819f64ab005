"""Real-time coding as the contract has it (R35-R50, B17-B26, B40, F1, F4, F6, F12)."""

import pytest
from running_service import RunningService

NURSE = {"occp_text": "nurse"}
SAMPLE_BATCH = {
    "records": [
        {"occp_text": "software developer", "tasks_text": "writing code and unit tests"},
        {"occp_text": "Paramedic, respond to emergencies"},
        {"recordId": "1", "occp_text": "Sales assistant"},
    ],
    "numberOfSuggestions": 3,
}


@pytest.mark.parametrize("topic", ["anzsco", "osca"])
def test_f1_single_sample_request(service: RunningService, topic: str) -> None:
    """The guide's single record gives exactly the keys and shapes of its sample answer."""
    record = {
        "occp_text": "software developer",
        "tasks_text": "writing code and unit tests",
    }

    answer = service.code({"record": record, "numberOfSuggestions": 3}, topic)

    assert 200 == answer.status_code
    assert "application/json" == answer.headers["content-type"]
    coded = answer.json()
    assert ["codeStatus", "input", "result"] == list(coded)
    assert "successful" == coded["codeStatus"]
    assert record == coded["input"]
    assert 3 == len(coded["result"])
    for category in coded["result"]:
        assert ["codeCategory", "codeLabel", "codeConfidence"] == list(category)
        assert isinstance(category["codeConfidence"], float)


def test_f1_batch_sample_request(service: RunningService) -> None:
    """The guide's batch with uneven records gives back just what each record had."""
    answer = service.code(SAMPLE_BATCH)

    coded = answer.json()
    assert 3 == len(coded)
    assert [False, False, True] == ["recordId" in one for one in coded]
    assert "1" == coded[2]["recordId"]
    assert [
        {name: text for name, text in record.items() if name != "recordId"}
        for record in SAMPLE_BATCH["records"]  # type: ignore[attr-defined]
    ] == [one["input"] for one in coded]


def test_r106_software_engineer_of_anzsco(service: RunningService) -> None:
    """The guide's software developer is coded to 261313 first, as in its sample."""
    record = {
        "occp_text": "software developer",
        "tasks_text": "writing code and unit tests",
    }

    coded = service.code({"record": record}, "anzsco").json()

    assert "261313" == coded["result"][0]["codeCategory"]
    assert "Software Engineer" == coded["result"][0]["codeLabel"]


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("prisoner", "Correctional Officer"),
        ("baby", "Nanny"),
        ("brickie", "Bricklayer"),
        ("sparky", "Electrician (General)"),
    ],
)
def test_f12_words_of_the_guide(service: RunningService, text: str, title: str) -> None:
    """The words that the guide and its pages name get the occupation that they name."""
    coded = service.code({"record": {"occp_text": text}}).json()
    named = [one["codeLabel"] for one in coded["result"] or coded["suggestions"]]

    assert title in named


@pytest.mark.parametrize("text", ["retiree", "homemaker"])
def test_f12_r103_no_code_for_no_job(service: RunningService, text: str) -> None:
    """What is no job is a normal answer without a code (R121), with a reason."""
    answer = service.code({"record": {"occp_text": text}})

    assert 200 == answer.status_code
    coded = answer.json()
    assert "unsuccessful" == coded["codeStatus"]
    assert [] == coded["result"]
    assert coded["reason"]


def test_b25_group_codes_are_short(service: RunningService) -> None:
    """A group is given by its own code and title, never padded with zeros."""
    [best] = service.code({"record": NURSE, "numberOfSuggestions": 1}).json()["result"]

    assert ("2654", "Registered Nurses") == (best["codeCategory"], best["codeLabel"])


def test_b27_no_record_id_stays_absent(service: RunningService) -> None:
    """A record without an id gets none, and an empty one is given back."""
    coded = service.code({"records": [NURSE, {**NURSE, "recordId": ""}]}).json()

    assert "recordId" not in coded[0]
    assert "" == coded[1]["recordId"]


def test_b22_suggestions_of_the_unsuccessful(service: RunningService) -> None:
    """An unsuccessful record has an empty result and as many suggestions as asked for."""
    body = {"record": {"occp_text": "retired"}, "numberOfSuggestions": 2}

    coded = service.code(body).json()

    assert [] == coded["result"]
    assert 2 == len(coded["suggestions"])
    assert 6 == len(coded["suggestions"][0]["codeCategory"])


def test_b22_successful_has_no_suggestions(service: RunningService) -> None:
    """A successful record has neither suggestions nor a reason."""
    coded = service.code({"record": {"occp_text": "electrician"}}).json()

    assert {"codeStatus", "input", "result"} == set(coded)


def test_b24_next_best_of_same_level(service: RunningService) -> None:
    """A coarse answer is followed by others of its level, best first."""
    coded = service.code({"record": NURSE, "numberOfSuggestions": 5}).json()

    codes = [one["codeCategory"] for one in coded["result"]]
    sure = [one["codeConfidence"] for one in coded["result"]]
    assert "2654" == codes[0]
    assert {4} == set(map(len, codes))
    assert sorted(sure, reverse=True) == sure


@pytest.mark.parametrize(
    ("number", "n_results"), [(None, 3), (0, 1), (1, 1), (3, 3), (16, 16), (3.0, 3)]
)
def test_b23_f6_numbers_of_suggestions(
    service: RunningService, number: object, n_results: int
) -> None:
    """0 to 16 suggestions may be asked for; 0 still gives the code itself."""
    record = {"occp_text": "software developer", "tasks_text": "writing code"}
    body = (
        {"record": record}
        if number is None
        else {
            "record": record,
            "numberOfSuggestions": number,
        }
    )

    coded = service.code(body).json()

    assert "successful" == coded["codeStatus"]
    assert n_results == len(coded["result"])


def test_f4_one_record_in_a_batch(service: RunningService) -> None:
    """A batch of one gives a list of one."""
    assert 1 == len(service.code({"records": [NURSE]}).json())


def test_f4_r37_300_records(service: RunningService) -> None:
    """300 records are coded, in order."""
    records = [{"occp_text": "nurse", "recordId": str(i)} for i in range(300)]

    coded = service.code({"records": records}).json()

    assert [str(i) for i in range(300)] == [one["recordId"] for one in coded]


@pytest.mark.parametrize("split", [False, True], ids=["one field", "two fields"])
@pytest.mark.parametrize(("length", "status"), [(2, 400), (3, 200), (100, 200), (101, 400)])
def test_f5_r49_lengths(
    service: RunningService, length: int, status: int, split: bool
) -> None:
    """3 to 100 characters over both fields together are accepted."""
    text = "nurse " * 20
    half = length // 2
    record = (
        {"occp_text": text[:half], "tasks_text": text[half:length]}
        if split
        else {"occp_text": text[:length]}
    )

    assert status == service.code({"record": record}).status_code


def test_b38_record_id_may_be_any_text(service: RunningService) -> None:
    """A record id is not coded: any text of up to 256 characters comes back, in ASCII."""
    record_id = "Māori 😀" + "x" * 249

    answer = service.code({"records": [{**NURSE, "recordId": record_id}]})

    assert record_id == answer.json()[0]["recordId"]
    assert answer.content.isascii()


def test_b40_null_text_is_blank(service: RunningService) -> None:
    """A text of null counts as blank and comes back as it was sent."""
    coded = service.code({"record": {"occp_text": "nurse", "tasks_text": None}}).json()

    assert {"occp_text": "nurse", "tasks_text": None} == coded["input"]
    assert "successful" == coded["codeStatus"]


def test_b36_blanks_count_but_code_nothing(service: RunningService) -> None:
    """Blanks count as characters, and a text of blanks has no code."""
    coded = service.code({"record": {"occp_text": "     "}}).json()

    assert "unsuccessful" == coded["codeStatus"]
    assert "empty" == coded["reason"]


def test_b71_same_record_id_twice(service: RunningService) -> None:
    """Record ids need not be unique."""
    records = [{"occp_text": "nurse", "recordId": "1"}] * 2

    coded = service.code({"records": records}).json()

    assert ["1", "1"] == [one["recordId"] for one in coded]


def test_b26_six_decimals(service: RunningService) -> None:
    """A confidence has at most six decimals, and lies in [0, 1]."""
    for one in service.code(SAMPLE_BATCH).json():
        for category in one["result"]:
            sure = category["codeConfidence"]
            assert round(sure, 6) == sure
            assert 0 <= sure <= 1


def test_b66_answers_are_ascii(service: RunningService) -> None:
    """Titles with Maori macrons come as escapes."""
    body = {"record": {"occp_text": "kaiako kura kaupapa maori"}, "numberOfSuggestions": 16}

    answer = service.code(body, "anzsco")

    assert answer.content.isascii()


def test_levels_extension(service: RunningService) -> None:
    """With levels, the best category of every level comes, broadest first."""
    coded = service.code({"record": NURSE, "levels": True}).json()

    assert [1, 2, 3, 4, 6] == [len(one["codeCategory"]) for one in coded["levels"]]
    sure = [one["codeConfidence"] for one in coded["levels"]]
    assert sorted(sure, reverse=True) == sure


def test_explain_extension(service: RunningService) -> None:
    """With explain, each step down the tree comes with the words that spoke for it."""
    body = {"record": {"occp_text": "electrician"}, "explain": True}

    steps = service.code(body).json()["explanation"]

    assert 5 == len(steps)
    assert steps[0]["margin"] > 0
    assert "electrician" in {one["text"] for step in steps for one in step["evidence"]}


def test_model_is_named_in_headers(service: RunningService) -> None:
    """The answer names the model that coded, without a field of its own."""
    answer = service.code({"record": NURSE})
    latest = service.get("/v1/topics/osca/models/latest").json()

    assert latest["modelId"] == answer.headers["model-id"]
    assert str(latest["modelVersion"]) == answer.headers["model-version"]


def test_r123_alone_and_in_a_batch(service: RunningService) -> None:
    """A record gets the same answer alone and in a batch."""
    alone = service.code({"record": NURSE}).json()
    batch = service.code({"records": [{"occp_text": "sparky"}, NURSE, NURSE]}).json()

    assert [alone, alone] == batch[1:]
