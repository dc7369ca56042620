// Now: what the farm does at this moment, what it took in the last 24 hours, and what wants a look.
import { useState } from "preact/hooks";
import { asProblem, request, type Problem } from "../api";
import { useAllLive, useStreamState } from "../live";
import { amount, digits, scopeWords, withInterval } from "../numbers";
import { JobHead, JobRow, RunningTable, isLive } from "../parts/jobs_table";
import { Ago, Command, Panel, ProblemBox, useTitle } from "../parts/words";
import { anyJob, anyNode, useResource } from "../resource";
import { go, root } from "../router";
import type { Job, JobPage, Node, Summary, Total } from "../types";

export const summaryPath = "/summary?window=24h";

export function agentCommand(): string {
  return `./bin/agent --register --master ${location.origin}`;
}

function SampleButton() {
  const [problem, setProblem] = useState<Problem>();
  const [busy, setBusy] = useState(false);
  const run = async () => {
    setBusy(true);
    try {
      const job = await request<Job>("/jobs", {
        method: "POST",
        body: { scenario: "480p30-h264", name: "sample of 10 s", parameters: { duration: 10 } },
      });
      go(`/jobs/${job.number}`);
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  return (
    <>
      <button type="button" class="first" disabled={busy} onClick={() => void run()}>
        Run a 10 s sample
      </button>
      {problem && <ProblemBox of={problem} />}
    </>
  );
}

// A tile leads to where its number is from.
function Tile({ word, to, children, under }: { word: string; to: string; children: preact.ComponentChildren; under?: preact.ComponentChildren }) {
  return (
    <li class="tile">
      <a href={root + to}>
        <span class="word">{word}</span>
        <span class="figure">{children}</span>
        {under && <span class="under">{under}</span>}
      </a>
    </li>
  );
}

// Energies of unlike scopes and qualities are never added; the widest has the tile, the rest a line below.
const breadth = ["machine", "psys", "package", "gpu", "dram"];
function Energy({ totals, without }: { totals: Total[]; without: number }) {
  if (totals.length === 0)
    return (
      <Tile word="Energy, 24 h" to="/jobs?state=completed" under={without ? `${without} runs whose energy nobody knows` : "no run has ended"}>
        <span class="na">n/a</span>
      </Tile>
    );
  const best = [...totals].sort((a, b) => b.runs - a.runs || breadth.indexOf(a.scope) - breadth.indexOf(b.scope))[0]!;
  const words = withInterval(best.joules, best.ci95, "J");
  const sure = best.quality === "measured";
  const rest = totals.filter((one) => one !== best).map((one) => `${amount(one.joules, "J")} ${one.quality}, ${scopeWords(one.scope)}`);
  if (without) rest.push(`${without} runs: n/a`);
  return (
    <Tile
      word="Energy, 24 h"
      to="/jobs?state=completed"
      under={
        <>
          {words.spread && `${words.spread} ${words.unit}, `}
          {best.quality}, {scopeWords(best.scope)}, {best.runs} {best.runs === 1 ? "run" : "runs"}
          {rest.length > 0 && <span class="also">and {rest.join("; ")}</span>}
        </>
      }
    >
      {sure ? "" : "≈ "}
      {words.value}&nbsp;<small>{words.unit}</small>
    </Tile>
  );
}

// Watts of what runs, each by what its node told last. Unlike scopes stay apart.
function Power({ running }: { running: number }) {
  const live = useAllLive();
  useStreamState();
  const sums = new Map<string, { watts: number; jobs: number; quality: string; scope: string }>();
  let silent = 0;
  let known = 0;
  for (const { live: one, at } of live.values()) {
    if (Date.now() - at > 35_000 || one.attempt === undefined || (one.state !== "running" && one.state !== "canceling")) continue;
    const power = one.power;
    if (typeof power?.watts !== "number") continue;
    const name = `${power.scope}/${power.quality}`;
    const sum = sums.get(name) ?? { watts: 0, jobs: 0, quality: power.quality, scope: power.scope };
    sum.watts += power.watts;
    sum.jobs += 1;
    known += 1;
    sums.set(name, sum);
  }
  silent = Math.max(0, running - known);
  const best = [...sums.values()].sort((a, b) => b.jobs - a.jobs)[0];
  if (!best)
    return (
      <Tile word="Power of jobs now" to="/jobs?state=running" under={running ? "no running job has told its power" : "nothing runs"}>
        <span class="na">n/a</span>
      </Tile>
    );
  return (
    <Tile
      word="Power of jobs now"
      to="/jobs?state=running"
      under={`${best.quality}, ${scopeWords(best.scope)}, ${best.jobs} ${best.jobs === 1 ? "job" : "jobs"}${silent ? `; ${silent} n/a` : ""}`}
    >
      {best.quality === "measured" ? "" : "≈ "}
      {digits(best.watts)}&nbsp;<small>W</small>
    </Tile>
  );
}

function Tiles({ summary }: { summary: Summary }) {
  const { jobs, ended } = summary;
  const money = ended.cost[0];
  return (
    <ul class="tiles">
      <Tile word="Running" to="/jobs?state=running" under={`${jobs.queued} queued${jobs.paused ? `, ${jobs.paused} paused` : ""}`}>
        {jobs.running + jobs.canceling}
      </Tile>
      <Power running={jobs.running + jobs.canceling} />
      <Tile word="Failed, 24 h" to="/jobs?state=failed" under={`${jobs.failed} failed in all; ${ended.completed} completed in 24 h`}>
        {summary.failed.at_least ? "≥ " : ""}
        {summary.failed.count}
      </Tile>
      <Energy totals={ended.energy} without={ended.without_energy} />
      <Tile
        word="Cost, 24 h"
        to="/jobs?state=completed"
        under={money ? `${money.runs} runs${ended.without_cost ? `; ${ended.without_cost} n/a` : ""}` : "no price is configured, or no run has ended"}
      >
        {money ? (
          <>
            {digits(money.amount)}&nbsp;<small>{money.currency}</small>
          </>
        ) : (
          <span class="na">n/a</span>
        )}
      </Tile>
      <Tile
        word="CO₂e, 24 h"
        to="/jobs?state=completed"
        under={
          ended.emissions
            ? `${ended.emissions.runs} runs${ended.without_emissions ? `; ${ended.without_emissions} n/a` : ""}`
            : "no grid factor is configured, or no run has ended"
        }
      >
        {ended.emissions ? amount(ended.emissions.grams, "g") : <span class="na">n/a</span>}
      </Tile>
    </ul>
  );
}

// What wants a look, first of all: nodes that are gone or hold back, and sensors that are not there.
function Ribbon({ nodes }: { nodes: Node[] }) {
  const lines: { key: string; text: string; to: string }[] = [];
  for (const node of nodes) {
    if (node.liveness !== "up")
      lines.push({ key: node.id, to: `/nodes/${node.id}`, text: `${node.name} is ${node.liveness}: nothing heard for ${Math.round(node.heartbeat_age_seconds)} s` });
    else if (node.intent !== "active")
      lines.push({ key: node.id, to: `/nodes/${node.id}`, text: `${node.name} is ${node.intent}${node.intent_reason ? `: ${node.intent_reason}` : ""}` });
    else if (!node.energy_sources.some((s) => s.in_use))
      lines.push({ key: node.id, to: `/nodes/${node.id}`, text: `${node.name} has no energy source: its jobs have no joules` });
    else if (node.energy_sources.every((s) => !s.in_use || s.source === "model"))
      lines.push({ key: node.id, to: `/nodes/${node.id}`, text: `${node.name} measures no energy: its joules are estimates` });
  }
  if (lines.length === 0) return null;
  return (
    <ul class="ribbon" aria-label="What wants a look">
      {lines.slice(0, 5).map((line) => (
        <li key={line.key}>
          <a href={root + line.to}>{line.text}</a>
        </li>
      ))}
      {lines.length > 5 && (
        <li>
          <a href={`${root}/nodes`}>and {lines.length - 5} more</a>
        </li>
      )}
    </ul>
  );
}

export function Now() {
  useTitle("Now");
  const summary = useResource<Summary>(summaryPath, 10, anyJob);
  const nodes = useResource<{ nodes: Node[]; count: number }>("/nodes", 10, anyNode);
  const running = useResource<JobPage>("/jobs?state=running&limit=50", 5, anyJob);
  const latest = useResource<JobPage>("/jobs?limit=8&facts=1", 10, anyJob);
  const fresh = summary.data && Object.values(summary.data.jobs).every((n) => n === 0) && summary.data.ended.runs === 0;
  return (
    <section>
      <h1>Now</h1>
      {nodes.data && <Ribbon nodes={nodes.data.nodes} />}
      <Panel of={summary} what="the figures">
        {(data) => <Tiles summary={data} />}
      </Panel>
      {nodes.data?.count === 0 && (
        <div class="empty">
          <h2>No nodes yet</h2>
          <p>Nothing runs until an agent registers. On the machine that shall work, run:</p>
          <Command text={agentCommand()} />
        </div>
      )}
      {fresh && (
        <div class="empty">
          <h2>No jobs yet</h2>
          <p>A job is one encode. Its energy, log and result will stand here.</p>
          <Command text={`curl -X POST ${location.origin}/jobs -d '{"scenario":"720p30-h264","parameters":{"duration":10}}'`} />
          <p class="actions">
            <SampleButton />
            <a href={`${root}/jobs/new`}>Fill in a form instead</a>
          </p>
        </div>
      )}
      <h2>Running</h2>
      <Panel of={running} what="running jobs">
        {(data) =>
          data.jobs.length === 0 ? (
            <p class="soft">Nothing runs.</p>
          ) : (
            <>
              <RunningTable jobs={data.jobs.filter(isLive)} />
              {data.count > data.jobs.length && (
                <p>
                  <a href={`${root}/jobs?state=running`}>All {data.count}</a>
                </p>
              )}
            </>
          )
        }
      </Panel>
      <h2>Newest jobs</h2>
      <Panel of={latest} what="the newest jobs">
        {(data) =>
          data.jobs.length === 0 ? (
            <p class="soft">There are none.</p>
          ) : (
            <div class="scroll">
              <table class="cards">
                <JobHead />
                <tbody>
                  {data.jobs.map((job) => (
                    <JobRow job={job} key={job.id} />
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Panel>
      {nodes.data && nodes.data.count > 0 && (
        <p class="soft">
          Nodes that are up: {nodes.data.nodes.filter((n) => n.liveness === "up").length} of {nodes.data.count}. The last heartbeat came{" "}
          <Ago at={nodes.data.nodes.map((n) => n.last_heartbeat_at).sort().pop()} />.
        </p>
      )}
    </section>
  );
}
