"""The error tree keeps codes and values, never sentences."""

import dataclasses
from pathlib import Path

import pytest

from bot.errors import BotError, Complaint, EncoderUnavailable, KnowledgeError, SettingsError, Severity

HERE = Path("faq.yaml")


@pytest.mark.parametrize("kind", [KnowledgeError, SettingsError, EncoderUnavailable])
def test_each_of_our_errors_is_caught_as_one_kind(kind: type[BotError]) -> None:
    assert issubclass(kind, BotError)


def test_our_errors_are_no_kind_of_error_that_python_raises_itself() -> None:
    assert BotError.__bases__ == (Exception,)


def test_an_error_keeps_the_id_of_its_sentence() -> None:
    assert BotError("setting-wrong", name="ENCODER").problem == "setting-wrong"


def test_an_error_keeps_the_variables_of_its_sentence() -> None:
    assert BotError("setting-wrong", name="ENCODER").details == {"name": "ENCODER"}


def test_a_log_line_of_an_error_has_its_code() -> None:
    assert "setting-wrong" in str(BotError("setting-wrong", name="ENCODER"))


def test_a_knowledge_error_counts_its_complaints() -> None:
    error = KnowledgeError((Complaint(HERE, 1, "file-empty"), Complaint(HERE, 2, "yaml-alias")))
    assert error.details == {"count": 2}


def test_a_knowledge_error_keeps_its_complaints_in_order() -> None:
    complaints = (Complaint(HERE, 9, "file-empty"), Complaint(HERE, 2, "yaml-alias"))
    assert KnowledgeError(complaints).complaints == complaints


def test_a_complaint_is_a_mistake_unless_it_says_otherwise() -> None:
    assert Complaint(HERE, 1, "file-empty").severity is Severity.ERROR


def test_a_complaint_is_never_changed() -> None:
    complaint = Complaint(HERE, 1, "file-empty")
    with pytest.raises(dataclasses.FrozenInstanceError):
        complaint.line = 2  # type: ignore[misc]


def test_two_complaints_share_no_details() -> None:
    assert Complaint(HERE, 1, "file-empty").details is not Complaint(HERE, 1, "file-empty").details
