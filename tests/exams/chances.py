"""Pearson's chi-square for uniform counts; seeds are fixed, so a test either passes or not."""

CRITICAL = {
    1: 10.828,
    2: 13.816,
    3: 16.266,
    4: 18.467,
    5: 20.515,
    9: 27.877,
    19: 43.820,
    29: 58.301,
}
"""The value exceeded with probability 0.001, by degrees of freedom."""


def assert_uniform(counts):
    """Fail when the counts of equally likely things are as uneven as one in a thousand."""
    expected = sum(counts) / len(counts)
    statistic = sum((count - expected) ** 2 / expected for count in counts)
    assert statistic < CRITICAL[len(counts) - 1], (statistic, counts)
