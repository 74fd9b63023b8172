"""Outcomes, complaints and errors as sentences, once for every shell."""

from collections.abc import Iterator, Mapping

from bot.answers.decision import Policy, meant_chance
from bot.answers.outcome import Answer, Assessment, Candidate, Outcome, Silence, Stage, Suggestion
from bot.errors import BotError, Complaint, KnowledgeError
from bot.knowledge.faq import Faq
from bot.words.catalogue import Words

NOTHING = "none"
"""How the catalogue is told that a variable has no value: Fluent has no empty one."""


def complaint_line(words: Words, complaint: Complaint) -> str:
    """One line: file, line number, entry, what is wrong and what to do."""
    sentence = words(complaint.problem, **_variables(complaint.details))
    return words(
        "complaint-at",
        file=str(complaint.file),
        line=str(complaint.line or 1),
        entry=complaint.entry or 0,
        sentence=_one_line(sentence),
    )


def error_line(words: Words, error: BotError) -> str:
    """What the operator has to put right, in one line; of a KnowledgeError the first complaint and how many follow."""
    if not isinstance(error, KnowledgeError):
        return _one_line(words(error.problem, **_variables(error.details)))
    first = complaint_line(words, error.complaints[0])
    more = len(error.complaints) - 1
    return f"{first} {words('knowledge-more', count=more)}" if more else first


def explanation(words: Words, faq: Faq, assessment: Assessment, outcome: Outcome, policy: Policy) -> Iterator[str]:
    """For the terminal: what the bot would do, with what confidence, and why."""
    match outcome:
        case Answer(entries=entries):
            for name in entries:
                entry = faq.by_id[name]
                yield f"{words('why-answer')}: {entry.question}"
                yield from ("", entry.answer, "")
        case Suggestion(entries=entries, reason=reason):
            yield f"{words('why-suggestion')}: {words('did-you-mean', count=len(entries))}"
            yield from (f"  - {faq.by_id[name].question}" for name in entries)
            yield words("why-reason", reason=reason.value)
        case Silence(reason=reason):
            yield words("why-silence-ambient" if policy.overheard else "why-silence")
            yield words("why-reason", reason=reason.value)
    yield from _why_lines(words, assessment, policy)
    if outcome.candidates:
        yield f"{words('why-candidates')}:"
    for candidate in outcome.candidates:
        yield from _candidate_lines(words, candidate)


def _why_lines(words: Words, assessment: Assessment, policy: Policy) -> Iterator[str]:
    """What the message was compared with, and what it would have taken to be answered."""
    if assessment.stage is Stage.GATE:
        return
    if assessment.exact:
        yield words("why-exact", entry=assessment.exact)
    if assessment.read_as:
        yield words("why-read-as", text=_one_line(assessment.read_as))
    for entry in assessment.barred:
        yield words("why-barred", entry=entry)
    yield words("why-kinds", kinds=", ".join(assessment.kinds))
    if not assessment.with_meaning:
        yield words("why-words-only")
    yield words("why-outside", percent=_percent(meant_chance(assessment, policy)))
    yield words("why-needed", percent=_percent(policy.answer_from), lead=_percent(policy.lead))


def _candidate_lines(words: Words, candidate: Candidate) -> Iterator[str]:
    percent = f"{100 * candidate.confidence:5.1f}"
    line = words("why-candidate", percent=percent, entry=candidate.entry, phrasing=_one_line(candidate.phrasing))
    yield f"  {line}"
    for kind, (ridge, best) in candidate.evidence.items():
        numbers = {"ridge": f"{ridge:.2f}", "best": f"{best:.2f}"}
        yield f"          {words('why-evidence', kind=kind, **numbers)}"


def _percent(chance: float) -> str:
    return f"{100 * chance:.0f}"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _variables(details: Mapping[str, str | int]) -> dict[str, str | int]:
    """A complaint's details as the catalogue takes them: each on one line, nothing as NOTHING."""
    return {name: (_one_line(value) or NOTHING) if isinstance(value, str) else value for name, value in details.items()}
