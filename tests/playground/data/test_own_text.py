"""A text of one's own: whatever a file holds, either it is read or one sentence says why not."""

from __future__ import annotations

import pytest

from playground import Experiment, Run, link
from playground.data import DataError, load
from playground.data.own_text import OwnText
from playground.data.text import Text
from playground.engine.graph import ShapeError

POEM = "Stately, plump Buck Mulligan came from the stairhead.\n" * 30
READER = [{"kind": "embedding", "entries": 4, "width": 3}, {"kind": "gru", "hidden": 5, "sequence": True}]


def test_a_file_is_read_by_character() -> None:
    for content in (POEM.encode(), POEM.replace("\n", "\r\n").encode(), POEM.encode("utf-16")):
        record = OwnText.received("own.txt", content)
        assert record.characters() == POEM
        assert (record.test_fraction, record.window) == (Text().test_fraction, Text().window)
        assert load(record).classes == tuple(sorted(set(POEM)))
    assert "é" in load(OwnText.received("own.txt", ("café " * 60).encode("cp1252"))).classes


REFUSED = {
    "one character": (b"a" * 1000, "The text has no other character than 'a', so there is nothing to tell. Write something longer."),
    "100 MB": (b"ab" * 50_000_000, "own.txt has 100.0 MB; 4 MB fit. Take a part of it."),
    "no text": (bytes(range(256)) * 9, "own.txt is not text. Save it as plain text and upload that."),
    "empty": (b"", "own.txt is empty. Choose a file with something to read."),
    "too many": (b"ab" * 600_000, "own.txt has 1,200,000 characters; 1,000,000 fit. Take a part of it."),
    "short": (b"to be or not", "Windows of 64 characters need a text of at least 130, this has 12."),
    "no alphabet": ("".join(map(chr, range(0x4E00, 0x5400))).encode(), "The text has 1,536 different characters; 1,000 fit."),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_learned_is_refused_in_a_sentence(case: str) -> None:
    content, sentence = REFUSED[case]
    with pytest.raises(DataError) as caught:
        OwnText.received("own.txt", content)
    assert str(caught.value).startswith(sentence)


def test_a_link_names_the_file_and_a_saved_run_carries_it() -> None:
    record = OwnText.received("own.txt", POEM.encode())
    experiment = Experiment.model_validate({"data": "text", "layers": READER}).on(record)
    assert len(link.encode(experiment)) < 300
    run = Run(experiment)
    run.step(2)
    assert Run.load(run.save()).dataset.classes == run.dataset.classes
    with pytest.raises(DataError, match="Upload the text file, or choose another data set"):
        load(record.model_copy(update={"digest": "1" * 64}))


def test_an_embedding_knows_every_character_of_other_data() -> None:
    experiment = Experiment.model_validate({"data": OwnText.received("own.txt", POEM.encode()), "layers": READER})
    with pytest.raises(ShapeError, match="Embedding has 4 entries, and there are 26 symbols. Give it at least 26 entries."):
        Run(experiment)
    moved = experiment.on({"kind": "text"})
    assert moved.layers[0].entries == len(moved.dataset().classes)  # type: ignore[attr-defined]
    assert moved.layers[1:] == experiment.layers[1:]
