"""Time limits: they strike once, inside, and leave nothing behind."""

from __future__ import annotations

import signal

import pytest

from grader.engine.timelimit import Allowed, CellTimeoutError, listen, time_limit

SIGNALS = {signal.SIGPROF, signal.SIGALRM}


@pytest.fixture(autouse=True)
def own_handlers():
    before = {number: signal.getsignal(number) for number in SIGNALS}
    listen()
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("allowed", [Allowed(0.01, 60), Allowed(60, 0.01)])
def test_computing_time_and_the_clock_both_count(allowed):
    with pytest.raises(CellTimeoutError), time_limit(allowed):
        while True:
            pass


def test_limits_that_end_together_strike_once_and_stop_both_timers():
    with pytest.raises(CellTimeoutError), time_limit(Allowed(60, 60)):
        signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
        for number in SIGNALS:
            signal.raise_signal(number)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, SIGNALS)
    assert signal.getitimer(signal.ITIMER_PROF) == signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_a_signal_that_comes_after_the_end_means_nothing():
    with time_limit(Allowed(60, 60)):
        pass
    for number in SIGNALS:
        signal.raise_signal(number)
