"""Makes statsmodels_statistics.json: the same tests and intervals by statsmodels.

Needs statsmodels 0.15, which the project itself does not:  python tests/golden/statsmodels_statistics.py
"""

import json
from pathlib import Path

import numpy as np
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

# Test accuracies in percent of 784-128-10 after one epoch, over as many seeds.
GROUPS = {
    "two": ([96.4, 95.1], [97.0, 96.8]),
    "five": ([96.75, 95.97, 96.52, 96.31, 95.25], [96.35, 96.61, 96.72, 96.23, 96.79]),
    "unequal": ([96.75, 95.97, 96.52, 96.31, 95.25, 96.02], [96.35, 96.61, 96.72, 96.23, 96.79]),
    "one does not vary": ([11.35, 11.35, 11.35], [96.35, 96.61, 96.72]),
}
COUNTS = [(0, 10), (10, 10), (3, 7), (9_675, 10_000)]
DISCORDANT = [(4, 0), (0, 4), (12, 11), (160, 120)]
SHARES = [((95, 100), (90, 100)), ((9_990, 10_000), (9_675, 10_000)), ((20, 20), (15, 20))]
PS = [0.01, 0.04, 0.03, 0.005, 0.9]


def main():
    groups = {}
    for name, (a, b) in GROUPS.items():
        both = CompareMeans(DescrStatsW(a), DescrStatsW(b))
        ends = both.tconfint_diff(usevar="unequal")
        groups[name] = {"a": a, "b": b, "welch": [*ends, both.ttest_ind(usevar="unequal")[1]]}
        if len(a) == len(b):
            apart = DescrStatsW(np.subtract(a, b))
            groups[name]["paired"] = [*apart.tconfint_mean(), apart.ttest_mean()[1]]
    found = {
        "groups": groups,
        "wilson": [[*one, *proportion_confint(*one, method="wilson")] for one in COUNTS],
        "discordant": [[a, b, mcnemar([[0, a], [b, 0]], exact=True).pvalue] for a, b in DISCORDANT],
        "shares": [[*a, *b, *confint_proportions_2indep(*a, *b, method="newcomb")] for a, b in SHARES],
        "holm": [PS, multipletests(PS, method="holm")[1].tolist()],
    }
    Path(__file__).with_suffix(".json").write_text(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
