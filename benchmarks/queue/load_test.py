#!/usr/bin/env python3
"""The load generator and the goals, held against stand-ins of which the answer is known: no time is asserted.

usage: benchmarks/queue/load_test.py PATH_OF_BENCH_QUEUE_LOAD
"""
import os
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import fakes
import goals
from load import Load, Trouble

PROGRAM = sys.argv.pop(1) if len(sys.argv) > 1 else ""
KINDS = {"ours": fakes.Master, "beanstalkd": fakes.Beanstalkd, "redis": fakes.Redis}


class Stand:
    def __init__(self, system, fault=""):
        self.system, self.jobs = system, fakes.Jobs(fault)
        self.fake = fakes.Fake(KINDS[system], self.jobs)
        self.load = Load(os.path.dirname(PROGRAM))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.fake.stop()

    def run(self, workload, **options):
        return self.load.run(self.system, workload, port=self.fake.port, **options)


class TheLoadGenerator(unittest.TestCase):
    def test_puts_as_many_jobs_as_it_says(self):
        for system in KINDS:
            for options in ({"clients": 1}, {"clients": 5}, {"clients": 2, "batch": 7}):
                with self.subTest(system, **options), Stand(system) as stand:
                    sample = stand.run("enqueue", seconds=0.1, **options)
                    self.assertEqual(sample["jobs"], stand.jobs.made)
                    self.assertEqual(sample["jobs"], sample["requests"] * options.get("batch", 1))
                    self.assertGreater(sample["jobs"], 0)

    def test_claims_and_acknowledges_every_job_once(self):
        for system in KINDS:
            for batch in (1, 8):
                with self.subTest(system, batch=batch), Stand(system) as stand:
                    stand.run("fill", jobs=50)
                    self.assertEqual(stand.run("counts")["waiting"], 50)
                    sample = stand.run("claim", clients=3, batch=batch, seconds=60)
                    self.assertEqual((sample["jobs"], stand.jobs.done, stand.jobs.waiting, stand.jobs.taken), (50, 50, [], []))

    def test_follows_a_job_from_its_creation_to_its_accepted_result(self):
        for system in KINDS:
            with self.subTest(system), Stand(system) as stand:
                sample = stand.run("idle", jobs=5)
                self.assertEqual((sample["jobs"], sample["requests"], stand.jobs.done), (5, 5, 5))
                self.assertLessEqual(sample["in_hand_p50_ms"], sample["p50_ms"])

    def test_finds_out_by_itself_whether_results_bring_the_next_job(self):
        for fault, note in (("", "no results?next=1"), ("next", "results?next=1")):
            with self.subTest(note), Stand("ours", fault) as stand:
                stand.run("fill", jobs=40)
                sample = stand.run("claim", clients=2, batch=4, seconds=60)
                self.assertEqual((sample["jobs"], stand.jobs.done, sample["notes"]), (40, 40, note))

    def test_a_job_that_is_given_away_twice_is_an_error(self):
        for system in KINDS:
            with self.subTest(system), Stand(system, "twice") as stand:
                stand.jobs.put()
                self.assertRaisesRegex(Trouble, "twice", stand.run, "claim", clients=1, seconds=60)

    def test_a_job_that_was_acknowledged_and_is_gone_is_an_error(self):
        for system in KINDS:
            with self.subTest(system), Stand(system, "lost") as stand:
                self.assertRaisesRegex(Trouble, "were answered for", stand.run, "fill", jobs=30)

    def test_nobody_there_is_an_error_that_names_the_port(self):
        with Stand("ours") as stand:
            pass
        self.assertRaisesRegex(Trouble, f"port {stand.fake.port}", stand.run, "counts")

    def test_verifies_each_recorded_job(self):
        with Stand("ours") as stand, tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "acknowledged")
            with open(file, "w", encoding="ascii") as out:
                out.write("queued 1\nqueued 77\nqueued 2\nstarted 2\nstarted 3\nqueued 4\nstarted 4\ndone 4\ndone 5\ndone 6\n")
            for _ in range(6):
                stand.jobs.put()
            stand.jobs.waiting, stand.jobs.taken, stand.jobs.ended = ["1", "3"], ["2", "5"], ["4", "6"]
            found = stand.load.run("verify", file, port=stand.fake.port)
            # 77 is not there, 3 has no attempt, and 5 no result.
            self.assertEqual(found, {"acknowledged": 2, "started": 2, "done": 3, "missing": 3})

    def test_records_what_was_acknowledged_until_the_master_is_gone(self):
        with Stand("ours") as stand, tempfile.TemporaryDirectory() as folder:
            file = os.path.join(folder, "acknowledged")
            stand.jobs.gone_after = 30
            stand.load.run("record", file, port=stand.fake.port, clients=2, workers=2)
            with open(file, encoding="ascii") as lines:
                words = [line.split() for line in lines]
            self.assertEqual(sorted(id for word, id in words if word == "done"), sorted(stand.jobs.ended))
            self.assertGreaterEqual(len(stand.jobs.ended), 30)
            self.assertLessEqual({id for word, id in words if word == "done"}, {id for word, id in words if word == "started"})
            self.assertLessEqual({id for word, id in words if word == "started"}, {id for word, id in words if word == "queued"})


class TheGoals(unittest.TestCase):
    @staticmethod
    def samples(ours, redis):
        rate = lambda values: [{"per_second": value} for value in values]
        return {"put 64x1": {"ours": rate(ours), "redis": rate(redis), "postgres": rate([1000]), "beanstalkd": rate([1000])}}

    def test_our_minimum_is_held_against_the_median_of_the_peer(self):
        line = goals.lines(self.samples([30_000, 20_000, 90_000], [1, 20_000, 99_000]))[0]
        self.assertEqual((line.ours, line.peers, line.ratio, line.met), (20_000, 20_000, 1.0, True))
        self.assertTrue(line.text().endswith(": met"), line.text())

    def test_a_little_less_than_the_goal_is_short(self):
        line = goals.lines(self.samples([30_000, 19_990], [20_000]))[0]
        self.assertFalse(line.met)
        self.assertTrue(line.text().endswith(": short"), line.text())

    def test_of_times_the_worst_round_counts_and_less_is_better(self):
        times = lambda values: [{"p50_ms": value, "p99_ms": 1.0} for value in values]
        samples = {"idle": {"ours": times([1.0, 1.3]), "redis": times([1.2]), "postgres": times([2.0])}}
        redis, postgres = goals.lines(samples)[:2]
        self.assertEqual((redis.ours, redis.met, postgres.met), (1.3, False, True))


if __name__ == "__main__":
    unittest.main()
