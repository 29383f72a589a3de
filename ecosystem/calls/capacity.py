"""Of the calls that a team on duty could take, how many find a team and a vehicle free?

The offered load A of a half hour is the number of calls that would be in work if teams were without number: those that came within the time one
call takes. With c teams that can go, a call that finds all of them busy goes to police at once. The share that does is Erlang's loss formula

    B(0, A) = 1;  B(k, A) = A B(k-1, A) / (k + A B(k-1, A))

(A. K. Erlang 1917), which needs no law for how long calls take; with loads that change over the day it is the modified-offered-load approximation
(Jagerman 1975). Which crew gets which call is told in `ecosystem.calls.fleet`. What is lost here is a want of teams or vehicles and never a failure
to send.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def share_blocked(load: float | NDArray[np.float64], teams: int | NDArray[np.int64]) -> NDArray[np.float64]:
    """Return Erlang's B: the share of calls that find all teams busy. Without teams all are.

    >>> [round(float(share_blocked(1.0, 1)), 3), round(float(share_blocked(3.0, 5)), 3)]
    [0.5, 0.11]
    """
    offered, servers = np.broadcast_arrays(np.asarray(load, dtype=np.float64), np.asarray(teams, dtype=np.int64))
    blocked = np.ones(offered.shape)
    for k in range(1, int(servers.max(initial=0)) + 1):
        step = offered * blocked / (k + offered * blocked)
        blocked = np.where(servers >= k, step, blocked)
    return blocked
