from __future__ import annotations

import pytest

from tests.benchmarks import first_paint, startup
from tests.benchmarks.processes import MODULE, warm_home
from tests.benchmarks.test_reading import LENIENCE

pytestmark = pytest.mark.long


# The list of templates checks each of them, and is printed as missed: what is not reached cannot be held.
REACHED = [arguments for arguments in startup.GOALS if arguments[0] != "list-templates"]


@pytest.mark.parametrize("arguments", REACHED, ids=" ".join)
def test_a_command_costs_no_multiple_of_importing_its_libraries(arguments: tuple[str, ...]) -> None:
    found = startup.measured(warm_home(200, 8_000), MODULE, arguments, rounds=5)
    assert found.goal is not None
    assert found.ratio <= found.goal * LENIENCE, found


def test_the_ranking_is_painted_in_no_multiple_of_what_an_empty_app_takes() -> None:
    found = first_paint.measured(warm_home(200, 8_000), "-m warmtui", MODULE, rounds=5)
    assert found.ratio <= first_paint.BENCHMARK.goal * LENIENCE, found
