// Jobs as rows, and as cards on a narrow screen; the running ones with how far they are.
import type { ComponentChildren } from "preact";
import { useLive } from "../live";
import { amount, digits, duration } from "../numbers";
import { root } from "../router";
import type { Job } from "../types";
import { Ago, Badge, Value, energyOf } from "./words";
import { ageSeconds } from "../api";

export function jobTitle(job: Job): string {
  return job.name || job.scenario;
}
export function nodeOf(job: Job): string | undefined {
  return job.attempts[job.attempts.length - 1]?.node;
}
export function isLive(job: Job): boolean {
  return job.state === "running" || job.state === "canceling";
}
// The first line is what went wrong; the rest is on the job's page.
export function firstLine(text: string | undefined): string {
  return (text ?? "").split("\n", 1)[0]!.slice(0, 300);
}
export function elapsedOf(job: Job): number | undefined {
  const last = job.attempts[job.attempts.length - 1];
  if (!last?.started_at) return undefined;
  if (!last.ended_at) return ageSeconds(last.started_at);
  return (Date.parse(last.ended_at) - Date.parse(last.started_at)) / 1000;
}
export function waitOf(job: Job): number | undefined {
  const first = job.attempts[0]?.started_at;
  if (first) return (Date.parse(first) - Date.parse(job.created_at)) / 1000;
  return job.state === "queued" || job.state === "paused" ? ageSeconds(job.created_at) : undefined;
}

export function Bar({ fraction, label }: { fraction: number | undefined; label: string }) {
  if (fraction === undefined) return <span class="soft">length not known</span>;
  return (
    <span class="progress">
      <progress max={1} value={fraction} aria-label={label} />
      <span class="percent">{Math.floor(fraction * 100)}&nbsp;%</span>
    </span>
  );
}

// One running job: bar, speed, power, what is left.
export function RunningRow({ job }: { job: Job }) {
  const seen = useLive(job.id);
  const live = seen?.live;
  const age = seen ? (Date.now() - seen.at) / 1000 : undefined;
  // A node tells by the second while it is watched; three times of that is old.
  const old = age !== undefined && age > 35;
  return (
    <tr class={old ? "stale" : ""}>
      <th scope="row">
        <a href={`${root}/jobs/${job.number}`}>
          #{job.number} <span class="name">{jobTitle(job)}</span>
        </a>
      </th>
      <td data-label="node">{nodeOf(job) ?? <span class="na">n/a</span>}</td>
      <td data-label="done">
        {live?.attempt === undefined ? (
          <span class="soft">not told yet</span>
        ) : (
          <Bar fraction={live.fraction} label={`Job ${job.number}`} />
        )}
      </td>
      <td data-label="speed" class="num">
        {live?.progress?.fps ? `${digits(live.progress.fps)}\u00a0fps` : <span class="na">n/a</span>}
        {live?.progress?.speed ? <span class="soft"> {digits(live.progress.speed)}×</span> : null}
      </td>
      <td data-label="power" class="num">
        <Value of={live?.power} absent="not told yet" mark={false} />
      </td>
      <td data-label="so far" class="num">
        <Value of={live?.energy} absent="not told yet" mark={false} />
      </td>
      <td data-label="left" class="num">
        {live?.eta_seconds !== undefined ? duration(live.eta_seconds) : <span class="na">n/a</span>}
        {old && <span class="soft"> as of {duration(age)} ago</span>}
      </td>
    </tr>
  );
}

export function RunningTable({ jobs }: { jobs: Job[] }) {
  return (
    <div class="scroll">
      <table class="cards">
        <thead>
          <tr>
            <th scope="col">job</th>
            <th scope="col">node</th>
            <th scope="col">done</th>
            <th scope="col" class="num">
              speed
            </th>
            <th scope="col" class="num">
              power
            </th>
            <th scope="col" class="num">
              energy so far
            </th>
            <th scope="col" class="num">
              left
            </th>
          </tr>
        </thead>
        <tbody>
          {jobs.map((job) => (
            <RunningRow job={job} key={job.id} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

// A job of a list. `select` stands in front where rows can be chosen.
export function JobRow({ job, select, current }: { job: Job; select?: ComponentChildren; current?: boolean }) {
  const elapsed = elapsedOf(job);
  const wait = waitOf(job);
  const ended = job.state === "completed" || job.state === "failed" || job.state === "canceled";
  return (
    <tr class={current ? "current" : ""} data-job={job.number}>
      {select}
      <th scope="row">
        <a href={`${root}/jobs/${job.number}`}>
          #{job.number} <span class="name">{jobTitle(job)}</span>
        </a>
        {job.state === "failed" && job.reason && <span class="why">{firstLine(job.reason)}</span>}
      </th>
      <td data-label="state">
        <Badge of={job.state} />
      </td>
      <td data-label="scenario" class="wide-only word">
        {job.scenario}
      </td>
      <td data-label="node" class="word">{nodeOf(job) ?? <span class="na">none yet</span>}</td>
      <td data-label="waited" class="num widest-only">
        {wait === undefined ? <span class="na">n/a</span> : duration(wait)}
      </td>
      <td data-label="took" class="num">
        {elapsed === undefined ? <span class="na">n/a</span> : duration(elapsed)}
      </td>
      <td data-label="energy" class="num">
        {ended ? <Value of={energyOf(job.facts)} absent="not completed" /> : <span class="soft">not yet</span>}
      </td>
      <td data-label="per frame" class="num">
        {job.facts?.energy_per_frame_joules !== undefined ? (
          `${job.facts.energy_quality === "measured" ? "" : "≈\u00a0"}${amount(job.facts.energy_per_frame_joules, "J")}`
        ) : (
          <span class="na">n/a</span>
        )}
      </td>
      <td data-label="submitted" class="num">
        <Ago at={job.created_at} />
      </td>
    </tr>
  );
}

export function JobHead({ select }: { select?: ComponentChildren }) {
  return (
    <thead>
      <tr>
        {select}
        <th scope="col">job</th>
        <th scope="col">state</th>
        <th scope="col" class="wide-only">
          scenario
        </th>
        <th scope="col">node</th>
        <th scope="col" class="num widest-only">
          waited
        </th>
        <th scope="col" class="num">
          took
        </th>
        <th scope="col" class="num">
          energy
        </th>
        <th scope="col" class="num">
          per frame
        </th>
        <th scope="col" class="num">
          submitted
        </th>
      </tr>
    </thead>
  );
}
