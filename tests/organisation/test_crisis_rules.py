"""What the rules of the demo catalogue must hear without any model, and what they must leave alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from organisation import load_catalogue
from organisation.crisis import find_crisis, plain

RULES = load_catalogue(Path(__file__).parents[2] / "catalogue" / "demo").crisis_rules

SUICIDE = [
    "ik wil niet meer leven",
    "Ik wil dood.",
    "ik wou dat ik dood was",
    "eerlijk gezegd wil ik gewoon niet meer wakker worden",
    "ik zou er liever niet meer zijn",
    "het hoeft voor mij niet meer",
    "voor mij hoeft het allemaal niet meer",
    "mijn kinderen zijn beter af zonder mij",
    "iedereen is beter af zonder mij",
    "ik denk elke dag aan zelfmoord",
    "ik heb zelfmoordgedachten sinds de scheiding",
    "ik ben bang dat ik mezelf iets aandoe",
    "mijn zoon van 16 zegt dat hij zichzelf iets aan wil doen",
    "ik maak er vandaag een einde aan",
    "ik wil een eind maken aan mijn leven",
    "ik zie geen reden meer om te leven",
    "het leven heeft geen zin meer voor mij",
    "mijn vrouw is suïcidaal, wie kan ik bellen",
    "hij heeft een afscheidsbrief op tafel gelegd",
    "ik heb genoeg pillen gespaard om er niet meer te zijn",
    "mijn broer heeft vorige week een poging gedaan",
    "ik wil voor de trein springen",
    "IK WIL DOOD!!!",
    "ik wil dóód",
    "ik wil nie meer leven hoor",
    "k wil dood zijn, snapt dan niemand dat",
    "ik heb schulden bij de gemeente en ik wil niet meer leven",
    "ik heb geen ruzie met mijn vrouw maar ik denk veel aan zelfmoord",
    "vroeger ging het goed, nu wil ik dood",
    "ze wil niet meer leven sinds haar man overleden is",
    "het hoeft voor mij niet meer, alles is geregeld, bedankt voor alles",
    "laat maar, ik stap eruit",
]
VIOLENCE = [
    "mijn man slaat mij",
    "hij slaat me als hij gedronken heeft",
    "mijn vader slaat mijn moeder",
    "mijn vriend heeft me gisteren weer geslagen",
    "ik word geslagen door mijn man",
    "mijn dochter wordt mishandeld door haar vriend",
    "hij heeft mij verkracht",
    "mijn ex stalkt mij al maanden",
    "ik word gestalkt door mijn ex",
    "mijn ex bedreigt mij met een mes",
    "hij dreigt me te vermoorden",
    "mijn buurman heeft gedreigd dat hij me doodmaakt",
    "er is huiselijk geweld bij ons thuis",
    "papa slaat mama en mijn broertje",
    "mijn zus wordt thuis geschopt en geslagen",
    "hij greep me bij mijn keel",
    "mijn stiefvader zit aan mij als mama weg is",
    "ik durf niet naar huis want hij slaat ons",
    "mijn ouders willen me dwingen om te trouwen",
    "de kinderen hiernaast worden mishandeld",
    "hij sloeg vroeger alleen mij maar nu slaat hij ook de kinderen",
    "ik wil hulp met mijn post maar mijn man slaat mij als ik hier bel",
    "hij heeft nooit spijt als hij mij slaat",
    "mijn man knijpt mijn keel dicht als hij boos is",
    "mijn zoon van 19 slaat mij en mijn man",
    "bij de buren wordt een kind geslagen",
]
DANGER = [
    "ik ruik gas in de keuken",
    "het ruikt hier heel erg naar gas",
    "er hangt een gaslucht in de gang",
    "ons huis staat in brand",
    "er is brand bij de buren",
    "er komt rook uit het dak van de buren",
    "mijn moeder is bewusteloos",
    "mijn man ligt op de grond en reageert niet",
    "ik krijg mijn vader niet wakker",
    "de baby ademt niet",
    "oma is van de trap gevallen en beweegt niet meer",
    "mijn zoon heeft een overdosis genomen",
    "mijn dochter heeft te veel pillen geslikt",
    "ons zoontje van 4 is weg",
    "mijn dochtertje is al een uur vermist",
    "ze heeft een hele strip pillen ingenomen",
    "mijn opa praat ineens raar en zijn mond hangt scheef",
    "mijn man heeft pijn op de borst en krijgt geen lucht",
    "help mijn kind ademt niet en de gemeente neemt niet op",
    "de hond blaft want mijn moeder ligt op de grond en reageert niet",
    "ik breng de post rond en hier ligt een man bewusteloos op de stoep",
]
NEAR_MISSES = [
    "ik ben doodmoe van het zorgen",
    "ik lach me dood om die buurman",
    "ik schaam me dood voor de deurwaarder",
    "ik verveel me dood sinds mijn pensioen",
    "ik ga dood van de stress met al die post",
    "mijn telefoon is dood",
    "de accu van mijn scootmobiel is dood",
    "mijn man is vorig jaar doodgegaan",
    "mijn vrouw is dood en nu ben ik alleen",
    "mijn hond is dood",
    "ik wil niet meer in deze straat wonen",
    "ik wil niet meer bij mijn moeder wonen",
    "ik wil niet meer naar die club",
    "we willen niet meer lenen",
    "we zijn de dood van mijn vader aan het verwerken",
    "sinds het overlijden van mijn man hoeft koken voor mij alleen niet",
    "ik wil er een einde aan maken, aan die ruzie met de buren",
    "hoe maak ik een einde aan mijn huurcontract",
    "ik wil een eind maken aan mijn schulden",
    "aan het einde van mijn leven wil ik mijn zaken op orde hebben",
    "ik denk niet aan zelfmoord hoor, ik ben gewoon moe",
    "nee ik wil mezelf niks aandoen",
    "ik kan dit jaar niet meer wakker liggen van geld",
    "ik lig elke nacht wakker van de schulden",
    "ik word niet wakker van mijn wekker en kom steeds te laat",
    "mijn zoon wil niet meer naar school",
    "de deurwaarder bedreigt mij met beslag op mijn loon",
    "die rekening slaat nergens op",
    "hij slaat de trommel bij de fanfare",
    "zij slaat haar armen om mij heen",
    "dat slaat me uit het veld",
    "de klok slaat de hele nacht bij de kerk",
    "mijn kind slaat zijn broertje op school, zoekt u een cursus voor mij",
    "de buren slaan altijd met de deur",
    "mijn dochter heeft een blauwe plek van het vallen met de fiets",
    "ik geef een cursus over huiselijk geweld, hebben jullie een zaal",
    "ik wil graag vrijwilliger worden bij slachtofferhulp",
    "wij zoeken speelgoed voor een kind met weinig geld",
    "ik kan mijn gasrekening niet betalen",
    "mijn gas en licht worden afgesloten",
    "ik ruik altijd gasten roken bij de buren",
    "het is brandend heet in mijn flat",
    "hoe regel ik een brandverzekering",
    "de buren maken brandhout in de tuin",
    "mijn paspoort is weg",
    "mijn post is kwijt",
    "ik ben de weg kwijt in al die regels",
    "mijn kind is weg van voetbal, kan hij bij jullie sporten",
    "ik ben mijn kind kwijt aan zijn telefoon",
    "de wasmachine staat op de grond, hij reageert niet",
    "ik heb te veel pillen thuis, waar kan ik ze inleveren",
    "mijn baby slaapt slecht",
    "ik sta midden op een kruispunt in mijn leven",
    "mijn vader heeft een mes en vork nodig met een dik handvat",
    "ik kijk graag naar een moordfilm",
    "moord en brand roepen helpt ook niet",
    "ik kan mijn zoon wel wat doen met die herrie, maar ik hou van hem",
    "kunt u bij de gemeente voor mij springen",
    "ik spring voor de trein nog even bij u binnen",
    "mijn leven is op orde, ik zoek vrijwilligerswerk",
    "niet dat ik dood wil, ik wil juist aan de slag",
    "nog liever dood dan op yoga, zegt mijn man",
    "het hoeft voor mij niet meer, mijn neef heeft het al gemaakt",
    "ik wil eruit stappen, uit het bestuur van de club",
    "ik verloor mijn broer door zelfmoord, dat is jaren geleden",
    "wie dwingt mij om die cursus te volgen",
    "mijn vader is niet wakker te krijgen, hij hoort de deurbel niet want hij is doof",
    "er was brand in onze flat, niemand gewond maar alles kwijt",
    "in mijn land wilden ze mij dood maken, hier ben ik veilig",
    "ik laat mij niet wegpesten door die man",
    "hij kwam niet meer overeind van vermoeidheid na het tillen",
    "de huurder reageert niet op onze brief",
]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (text, kind)
        for kind, texts in (("suicide", SUICIDE), ("violence", VIOLENCE), ("danger", DANGER))
        for text in texts
    ],
)
def test_crisis_is_heard_and_its_kind_known(text: str, kind: str) -> None:
    assert find_crisis(text, RULES) == kind


@pytest.mark.parametrize("text", NEAR_MISSES)
def test_what_only_sounds_like_it_is_left_alone(text: str) -> None:
    assert find_crisis(text, RULES) is None


def test_there_are_enough_of_both() -> None:
    assert min(len(SUICIDE), len(VIOLENCE) + len(DANGER), len(NEAR_MISSES)) >= 30


@pytest.mark.parametrize("text", ["", " ", "?", "a" * 4000, "hij " * 1000, "ik wil " * 600])
def test_any_text_is_read_quickly_enough_to_answer(text: str) -> None:
    assert find_crisis(text, RULES) is None


def test_capitals_accents_and_line_ends_make_no_difference() -> None:
    assert plain("  Ik  wil\n DÓÓD ") == "ik wil dood"
    assert find_crisis("Ik\nwil\tniet   meer  leven", RULES) == "suicide"
