"""How well the offline judge does on real days that an LLM had judged by much the same topics."""

import gzip
import json
from pathlib import Path
from typing import Any

from sklearn.metrics import roc_auc_score

from bot.adapters.profile_file import starting_profile
from bot.domain.paper import Paper
from bot.domain.reply import addresses_judge
from bot.ranking.offline import OfflineJudge
from bot.render import prompts
from tests.examples import DAY

EVERY = 10  # of 139 days, so that the test stays quick


def labelled(path: Path) -> list[dict[str, Any]]:
    """Papers whose label can be trusted: its README says which."""
    rows = [json.loads(line) for line in gzip.decompress(path.read_bytes()).splitlines()]
    return [row for row in rows if (row["in_dump"] if row["selected"] else not row["selected_other_days"])]


def as_paper(row: dict[str, Any]) -> Paper:
    return Paper(row["arxiv_id"], 1, row["title"], row["abstract"], (), tuple(row["categories"]))


def test_what_an_llm_selected_is_ranked_high_and_few_papers_are_called_relevant(labelled_days: Path) -> None:
    reader = starting_profile(id="group", name="Group", categories=["cs.LG"])
    judge = OfflineJudge(prompts.offline_rubric, prompts.shared_terms)
    areas, shares = [], []
    for path in sorted(labelled_days.glob("*.jsonl.gz"))[::EVERY]:
        rows = labelled(path)
        verdicts = judge.verdicts([as_paper(row) for row in rows], reader, DAY).verdicts
        relevance = [verdicts[row["arxiv_id"]].relevance for row in rows]
        areas.append(roc_auc_score([row["selected"] for row in rows], relevance))
        shares.append(sum(score >= 8 for score in relevance) / len(rows))
    assert sum(areas) / len(areas) > 0.76
    assert all(0.02 < share < 0.15 for share in shares)
    assert 0.05 < sum(shares) / len(shares) < 0.12


def test_real_papers_are_not_taken_to_speak_to_the_judge(labelled_days: Path) -> None:
    rows = [row for path in sorted(labelled_days.glob("*.jsonl.gz"))[::EVERY] for row in labelled(path)]
    flagged = [row["arxiv_id"] for row in rows if addresses_judge(as_paper(row))]
    assert len(flagged) < 0.001 * len(rows), flagged
