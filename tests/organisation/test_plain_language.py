"""What residents read is plain Dutch, and whoever writes otherwise hears what to change."""

from pathlib import Path

import pytest

from organisation import load_catalogue
from organisation.plain_language import Text, problems_of, texts_of, texts_of_web

ROOT = Path(__file__).parents[2]


def test_every_sentence_of_the_demo_catalogue_is_plain() -> None:
    texts = list(texts_of(load_catalogue(ROOT / "catalogue" / "demo")))
    assert len(texts) > 350
    assert [problem for text in texts for problem in problems_of(text)] == []


@pytest.mark.parametrize(
    ("words", "mend"),
    [
        ("Wij willen u heel graag en zo snel als het maar kan helpen met alles wat u ons vertelt.", "Make two of it"),
        ("Uw vraag wordt door een medewerker behandeld.", "Say who does it"),
        ("U bent geholpen en uw gegevens werden bewaard.", "Say who does it"),
        ("Vertel maar wat je wilt.", "Write u"),
        ("Waar woont u? En hoe heet u?", "Ask one at a time"),
        ("Indien u wilt, bellen wij.", "Write: als"),
        ("Uw intake is klaar.", "Write: vraag"),
        ("Een. Twee. Drie. Vier. Vijf. Zes. Zeven.", "Leave something out"),
    ],
)
def test_what_is_not_plain_is_told_with_what_to_do(words: str, mend: str) -> None:
    assert any(mend in problem for problem in problems_of(Text("texts.nl.yml x", words))), list(
        problems_of(Text("x", words))
    )


def test_children_may_be_called_je() -> None:
    assert list(problems_of(Text("texts.nl.yml child_welcome", "Goed dat je dit vertelt."))) == []


def test_texts_of_a_page_are_found_with_their_names(tmp_path: Path) -> None:
    file = tmp_path / "nl.ts"
    file.write_text(
        "const t = {\n send: 'Versturen',\n left: (count: number) => `Nog ${count} tekens.`,\n long:\n 'Dit is lang.',\n}\n"
    )
    assert [(text.where, text.words) for text in texts_of_web(file)] == [
        ("nl.ts send", "Versturen"),
        ("nl.ts left", "Nog X tekens."),
        ("nl.ts long", "Dit is lang."),
    ]
