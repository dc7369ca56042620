#!/usr/bin/env python3
"""Dashboards, alert rules and Alertmanager's configuration, held to what each must be; the rules are run by promtool.

That every metric and label in them exists is the rule `metrics` of tools/check-tree.
"""

import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
ALERTS = ROOT / "deployment/alerts"
RULES = ALERTS / "ffwatt.yml"
CASES = [ALERTS / "ffwatt_test.yml", ALERTS / "ffwatt_weeks_test.yml"]
DASHBOARDS = sorted((ROOT / "deployment/grafana/dashboards").glob("*.json"))


def promtool():
    found = shutil.which("promtool")
    if not found:
        raise AssertionError("promtool is not installed: tools/install-packages test")
    return found


def alerts():
    """Name → its block of text. Each rule of the file begins with `- alert:`."""
    blocks = re.split(r"^ +- alert: ", RULES.read_text(), flags=re.M)[1:]
    return {block.split("\n", 1)[0]: block for block in blocks}


class Alerts(unittest.TestCase):
    def test_rules_are_well_formed(self):
        done = subprocess.run([promtool(), "check", "rules", RULES], capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_each_rule_is_quiet_before_its_duration_and_fires_after(self):
        for cases in CASES:
            done = subprocess.run([promtool(), "test", "rules", cases.name], cwd=ALERTS, capture_output=True, text=True, timeout=600)
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_each_rule_has_a_case_that_fires(self):
        text = "".join(cases.read_text() for cases in CASES)
        fired = set(re.findall(r"alertname: (\w+)\n +exp_alerts:\n +- exp_labels", text))
        self.assertEqual(fired, set(alerts()))

    def test_each_rule_says_what_it_is_and_what_to_do(self):
        headings = set(re.findall(r"^## (\w+)$", (ROOT / "docs/operator/alerts.md").read_text(), re.M))
        self.assertEqual(headings, set(alerts()), "docs/operator/alerts.md has one section for each alert")
        uids = {json.loads(file.read_text())["uid"] for file in DASHBOARDS}
        for name, block in alerts().items():
            for field in ("severity", "summary", "description", "runbook_url", "dashboard_url"):
                self.assertRegex(block, rf"\b{field}: ", name)
            self.assertIn(f'runbook_url: "docs/operator/alerts.md#{name.lower()}"', block)
            self.assertIn(re.search(r'dashboard_url: "/d/([\w-]+)"', block)[1], uids, name)

    def test_what_inhibits_and_is_inhibited_exists(self):
        text = (ROOT / "deployment/alertmanager/alertmanager.yml").read_text()
        for pattern in re.findall(r'alertname =~? "?([\w.*|]+)"?\]', text):
            for part in pattern.split("|"):
                self.assertTrue(any(re.fullmatch(part, name) for name in alerts()), part)


class Dashboards(unittest.TestCase):
    def test_power_monitoring_is_there(self):
        self.assertIn("power_monitoring", [file.stem for file in DASHBOARDS])

    def test_each_can_be_provisioned_as_it_is(self):
        for file in DASHBOARDS:
            with self.subTest(file.name):
                text, board = file.read_text(), json.loads(file.read_text())
                self.assertEqual(board["uid"], file.stem)
                self.assertIsNone(board["id"])
                self.assertNotIn("__inputs", board)
                self.assertNotIn("${DS_", text)
                source = next(v for v in board["templating"]["list"] if v["type"] == "datasource")
                self.assertEqual(source["current"]["value"], "DS_VICTORIAMETRICS")
                self.assertLessEqual(len(board["panels"]), 14)
                self.assertEqual(len({p["id"] for p in board["panels"]}), len(board["panels"]))
        provisioned = (ROOT / "deployment/grafana/provisioning/datasources/ffwatt.yml").read_text()
        self.assertIn("uid: DS_VICTORIAMETRICS", provisioned)

    def test_each_panel_says_what_it_is_and_in_which_unit(self):
        for file in DASHBOARDS:
            for panel in json.loads(file.read_text())["panels"]:
                with self.subTest(f"{file.stem}: {panel['title']}"):
                    self.assertTrue(panel["description"])
                    if panel["type"] == "text":
                        continue
                    self.assertTrue(panel["fieldConfig"]["defaults"]["unit"])
                    self.assertTrue(panel["targets"])
                    for target in panel["targets"]:
                        self.assertEqual(target["datasource"]["uid"], "${datasource}")

    def test_each_query_is_promql(self):
        """As a recording rule, since promtool knows no other way to check an expression."""
        queries = [t["expr"] for f in DASHBOARDS for p in json.loads(f.read_text())["panels"] for t in p.get("targets", [])]
        queries += [a["expr"] for f in DASHBOARDS for a in json.loads(f.read_text())["annotations"]["list"]]
        rules = []
        for index, query in enumerate(queries):
            query = query.replace("$__rate_interval", "1m").replace("$__range", "1h")
            query = re.sub(r"\$(node|scope|quality)\b", ".*", query)
            self.assertNotIn("$", query)
            rules.append({"record": f"query:{index}", "expr": query})
        document = json.dumps({"groups": [{"name": "queries", "rules": rules}]})
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            file.write(document)
            file.flush()
            done = subprocess.run([promtool(), "check", "rules", file.name], capture_output=True, text=True, timeout=120)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_measured_and_estimated_power_are_never_added(self):
        for file in DASHBOARDS:
            for panel in json.loads(file.read_text())["panels"]:
                for target in panel.get("targets", []):
                    for by in re.findall(r"sum by \(([^)]*)\) \((?:rate|increase)\(ffwatt_node_energy", target["expr"]):
                        with self.subTest(panel["title"]):
                            self.assertTrue({"quality", "zone"} & {label.strip() for label in by.split(",")}, by)


if __name__ == "__main__":
    unittest.main()
