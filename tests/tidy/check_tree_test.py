"""Each rule of tools/check-tree finds the fault that it exists for, and is quiet about a good tree."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

CHECK = pathlib.Path(__file__).resolve().parents[2] / "tools" / "check-tree"

GOOD = {
    "ARCHITECTURE.md": "| floor | module |\n|---|---|\n| 0 | `base` |\n| 1 | `units` |\n",
    "src/base/CMakeLists.txt": "ffwatt_module(base FLOOR 0)\n",
    "src/units/CMakeLists.txt": "ffwatt_module(units FLOOR 1 DEPENDS base)\n",
    "src/units/a.cpp": '#include "base/a.h"\n',
    "src/metrics.txt": "",
    "Makefile": "demo:\n\ttrue\n",
    "README.md": "Run `make demo`; read `src/units/a.cpp`.\n",
    "changelog.d/0001-first.md": "added: run: Measures one command.\n",
    "docs/decisions/README.md": "[0001](0001-why.md)\n",
    "docs/decisions/0001-why.md": "# Why\n\nStatus: accepted\nDate: 2026-01-01\n",
}


def check(changes):
    """The output of check-tree on the good tree with some files changed."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in {**GOOD, **changes}.items():
            path = pathlib.Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        done = subprocess.run([sys.executable, CHECK, "--root", folder], capture_output=True, text=True, check=False)
        return done.stdout


class EachRule(unittest.TestCase):
    def finds(self, rule, changes, words):
        output = check(changes)
        self.assertIn(f"[{rule}]", output)
        self.assertIn(words, output)

    def test_a_good_tree_has_no_fault(self):
        self.assertTrue(check({}).endswith("0 faults\n"), check({}))

    def test_a_module_of_a_higher_floor_is_refused(self):
        self.finds("floors", {"src/base/CMakeLists.txt": "ffwatt_module(base FLOOR 0 DEPENDS units)\n"}, "may not use 'units'")

    def test_the_document_must_say_the_floors_of_the_build(self):
        self.finds("floors", {"ARCHITECTURE.md": "| 0 | `base` |\n| 2 | `units` |\n"}, "says floor 2 for 'units'")

    def test_an_include_by_dots_is_refused(self):
        self.finds("includes", {"src/units/a.cpp": '#include "../base/a.h"\n'}, "src/units/a.cpp:1")

    def test_a_plugin_without_its_line_is_found(self):
        self.finds("plugins", {"src/master/CMakeLists.txt": "ffwatt_module(master FLOOR 8)\n",
                               "src/master/routes/routes.def": 'ROUTES(jobs, "x")\n',
                               "src/master/routes/jobs.cpp": "", "src/master/routes/lost.cpp": ""}, "lost.cpp")

    def test_a_listed_plugin_without_its_file_is_found(self):
        self.finds("plugins", {"src/master/routes/routes.def": 'ROUTES(jobs, "x")\n'}, "lists 'jobs'")

    def test_documents_may_only_name_what_exists(self):
        self.finds("names_in_documents", {"README.md": "see `src/units/b.cpp`\n"}, "`src/units/b.cpp` does not exist")
        self.finds("names_in_documents", {"README.md": "`make fly`\n"}, "no target 'fly'")
        self.finds("names_in_documents", {"README.md": "`ffwatt run --sped 3`\n",
                                          "tests/golden/help/run.txt": "--speed\n"}, "'--sped'")
        self.finds("names_in_documents", {"README.md": "`ffwatt_no_such_total`\n"}, "ffwatt_no_such_total")
        self.finds("names_in_documents", {"README.md": "`ffwatt fly`\n", "src/cli/commands.def": 'COMMAND("run", run, "x")\n'},
                   "no command 'fly'")

    METRICS = {
        "src/metrics/CMakeLists.txt": "ffwatt_module(metrics FLOOR 1)\n",
        "ARCHITECTURE.md": "| 0 | `base` |\n| 1 | `units` |\n| 1 | `metrics` |\n",
        "src/metrics/metrics.def": 'METRIC(energy, counter, "ffwatt_energy_joules_total", "Energy")\n'
                                   'METRIC(time, histogram, "ffwatt_time_seconds", "Time")\n',
        "src/units/a.cpp": "x(Name::energy), y(Name::time)\n",
        "docs/reference/metrics.md": "| `ffwatt_energy_joules_total` | counter | node, scope | exporter | Energy |\n"
                                     "| `ffwatt_time_seconds` | histogram | | exporter | Time |\n",
        "deployment/grafana/power.json": r'{"expr": "rate(ffwatt_energy_joules_total{scope=~\"package\"}[5m])"}' + "\n",
        "deployment/alerts/power.yml": 'expr: ffwatt_time_seconds_bucket{le="0.1", job="x"} > 0\n',
    }

    def test_queries_the_page_and_the_code_agree_with_the_catalogue_of_metrics(self):
        self.assertTrue(check(self.METRICS).endswith("0 faults\n"), check(self.METRICS))

        def changed(file, before, after, words):
            self.assertIn(before, self.METRICS[file])
            self.finds("metrics", {**self.METRICS, file: self.METRICS[file].replace(before, after)}, words)

        changed("deployment/grafana/power.json", "ffwatt_energy", "ffwatt_rapl_energy",
                "power.json:1: no metric is named 'ffwatt_rapl_energy_joules_total'")
        changed("deployment/grafana/power.json", "scope=", "zone=", "ffwatt_energy_joules_total has no label 'zone'")
        changed("deployment/alerts/power.yml", "_bucket", "_total", "no metric is named 'ffwatt_time_seconds_total'")
        changed("src/units/a.cpp", "Name::energy", "Name::other", "no code writes ffwatt_energy_joules_total")
        changed("docs/reference/metrics.md", "| Energy |", "| Power |", "is a counter: Energy")
        changed("docs/reference/metrics.md", "ffwatt_time", "ffwatt_tide", "lacks ffwatt_time_seconds")
        changed("src/metrics/metrics.def", "ffwatt_time", "ffwatt_tide", "no metric is named ffwatt_time_seconds")

    def test_a_changelog_fragment_has_a_kind_and_a_sentence(self):
        self.finds("changelog", {"changelog.d/0002-x.md": "Some words\n"}, "0002-x.md:1")
        self.finds("changelog", {"changelog.d/x.md": "added: run: Words.\n"}, "NNNN-")

    def test_a_decision_has_status_date_and_a_place_in_the_index(self):
        self.finds("decisions", {"docs/decisions/0001-why.md": "# Why\n\nDate: 2026-01-01\n"}, "Status")
        self.finds("decisions", {"docs/decisions/README.md": "nothing\n"}, "lacks 0001-why.md")

    def test_stray_marks_are_found(self):
        self.finds("marks", {"src/units/a.cpp": "// TO" "DO later\n"}, "src/units/a.cpp:1")

    def test_a_long_file_is_found(self):
        self.finds("sizes", {"src/units/a.cpp": "\n" * 401}, "401 lines")

    def test_the_outside_world_comes_through_os(self):
        self.finds("outside_world", {"src/units/a.cpp": 'auto x = getenv("HOME");\n'}, "passed in by main")
        self.finds("outside_world", {"src/units/a.cpp": "std::chrono::steady_clock::now();\n"}, "os::Clock")
        self.finds("outside_world", {"src/units/a_test.cpp": "std::this_thread::sleep_for(1s);\n"}, "nothing sleeps")


if __name__ == "__main__":
    unittest.main()
