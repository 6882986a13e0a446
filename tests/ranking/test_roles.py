from bot.ranking.roles import Role, roles
from tests.ranking.written import paper, section


def told(*sections: tuple[str, int, bool]) -> list[Role]:
    text = paper(*(section(title, level=level, appendix=appendix) for title, level, appendix in sections))
    return list(roles(text).values())


def test_a_title_tells_what_a_section_is_for() -> None:
    titles = {
        "Introduction and related work": Role.INTRODUCTION,
        "Related Work": Role.RELATED,
        "Preliminaries": Role.BACKGROUND,
        "Gated Ponds": Role.METHOD,
        "Main Results": Role.METHOD,
        "Experiments": Role.RESULTS,
        "Implementation details": Role.SETUP,
        "Limitations": Role.LIMITS,
        "Conclusion and Future Work": Role.CONCLUSION,
        "Proof of Theorem 1": Role.PROOF,
        "Acknowledgments": Role.CLOSING,
        "Supplementary Material": Role.APPENDIX,
    }
    assert told(*((title, 1, False) for title in titles)) == list(titles.values())


def test_a_part_has_the_role_of_what_it_is_a_part_of_unless_its_title_says_another() -> None:
    assert told(("Experiments", 1, False), ("On lakes", 2, False), ("Datasets", 2, False), ("Gates", 1, False)) == [
        Role.RESULTS,
        Role.RESULTS,
        Role.SETUP,
        Role.METHOD,
    ]


def test_a_part_of_an_appendix_stays_one_whatever_it_is_called() -> None:
    assert told(("More ponds", 1, True), ("Results", 2, True), ("Proofs", 2, True)) == [
        Role.APPENDIX,
        Role.APPENDIX,
        Role.PROOF,
    ]
