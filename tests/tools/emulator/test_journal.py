from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings, strategies as st

from tools.emulator.journal import Entry, Journal

ENTRIES = st.builds(
    Entry,
    method=st.sampled_from(["POST", "PUT", "DELETE"]),
    url=st.text(),
    headers=st.dictionaries(st.text(), st.text(), max_size=3),
    body=st.binary(max_size=200),
    account=st.from_regex(r"[0-9]{12}", fullmatch=True),
)


def written(file: Path, entries: list[Entry]) -> Journal:
    journal = Journal(file)
    for entry in entries:
        journal.append(entry)
    journal.close()
    return journal


@settings(max_examples=40, deadline=None)
@given(entries=st.lists(ENTRIES, max_size=6), cut=st.integers(1, 40))
def test_what_is_written_is_read_and_what_is_cut_off_is_dropped(entries: list[Entry], cut: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "journal.jsonl"
        first = written(file, entries)
        again = Journal(file)
        assert list(again.entries()) == entries
        assert again.length == first.length == len(entries)
        if not entries:
            return
        assert again.seed == first.seed
        whole = file.read_bytes()
        last = whole.splitlines(keepends=True)[-1]
        file.write_bytes(whole[: -min(cut, len(last) - 1)])
        assert list(Journal(file).entries()) == entries[:-1]
        written_on = Journal(file)
        list(written_on.entries())
        written_on.append(entries[0])
        written_on.close()
        assert list(Journal(file).entries()) == [*entries[:-1], entries[0]]


def test_the_seed_is_kept_before_the_first_change(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.jsonl")
    journal.begin()
    journal.close()
    again = Journal(tmp_path / "journal.jsonl")
    assert list(again.entries()) == []
    assert again.seed == journal.seed
    again.begin()
    again.close()
    assert len((tmp_path / "journal.jsonl").read_bytes().splitlines()) == 1


def test_without_a_file_nothing_is_kept() -> None:
    journal = Journal(None)
    journal.begin()
    journal.append(Entry("POST", "/", {}, b"", "111111111111"))
    assert journal.length == 1
    assert list(Journal(None).entries()) == []


def test_two_journals_have_two_seeds() -> None:
    assert Journal(None).seed != Journal(None).seed
