"""What items tell of how many people there are narrows the counts of sectors too."""

from __future__ import annotations

import pytest

from tests.bench.price import protect_one

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("policy", ["standard", "strict"])
def test_a_sector_that_items_would_give_away_is_hidden(policy: str) -> None:
    # In this simulated survey the bins of an item leave a base of Camden's that bins of people alone do not.
    figures, shown, failures = protect_one((policy, False, 73))
    assert failures == 0
    assert 0 < shown <= figures
