#!/usr/bin/env python3
"""The pairs of encodes without any encode: when they end, and what is told of them."""
import pathlib
import random
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import encode_pairs


class Play:
    """Pairs that scatter by so much, each of which takes a minute of a clock of its own."""

    def __init__(self, ratio, scatter):
        self.random, self.ratio, self.scatter, self.seconds = random.Random(1), ratio, scatter, 0.0

    def pair(self, _):
        self.seconds += 60
        measured = self.ratio * (1 + self.random.gauss(0, self.scatter))
        return ({"real": 1.0, "own": 2.0, "cpu": 2.0}, {"real": measured, "own": 2.0, "cpu": 2.1})

    def collected(self, least, minutes):
        return encode_pairs.collect(self.pair, least, 60 * minutes, lambda: self.seconds)


class Pairs(unittest.TestCase):
    def test_without_a_budget_there_are_as_many_as_were_asked_for(self):
        self.assertEqual(len(Play(1, 0.001).collected(8, 0)), 8)

    def test_a_narrow_interval_ends_them_only_when_the_next_block_is_narrow_as_well(self):
        self.assertEqual(len(Play(1, 0.001).collected(12, 1000)), 12 + encode_pairs.BLOCK)

    def test_a_wide_one_costs_more_of_them_until_it_is_narrow(self):
        pairs = Play(1, 0.02).collected(12, 100_000)
        self.assertGreater(len(pairs), 12 + encode_pairs.BLOCK)
        self.assertLessEqual(encode_pairs.half_width(pairs), encode_pairs.GOAL_HALF_WIDTH)

    def test_the_budget_ends_them_at_the_end_of_a_block(self):
        self.assertEqual(len(Play(1, 0.5).collected(6, 20)), 6 + 3 * encode_pairs.BLOCK)

    def test_the_verdict_needs_a_narrow_interval_that_has_one(self):
        self.assertEqual(encode_pairs.verdict(0.999, 1.002), "met")
        self.assertEqual(encode_pairs.verdict(1.001, 1.002), "missed")
        self.assertEqual(encode_pairs.verdict(0.965, 1.019), "not shown")

    def test_time_is_judged_and_cpu_time_is_told_beside_it(self):
        time, cpu = encode_pairs.rows_of(Play(1, 0.0001).collected(12, 0))
        self.assertEqual(time["verdict"], "met")
        self.assertEqual(cpu["verdict"], "for comparison")
        self.assertAlmostEqual(cpu["ratio"], 1.05)
        self.assertAlmostEqual(cpu["own_ratio"], 1)


if __name__ == "__main__":
    unittest.main()
