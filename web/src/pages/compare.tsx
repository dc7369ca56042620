// Compare: what jobs took against each other. The figures, their intervals and the verdicts are the master's; here they
// are only shown.
import { useEffect, useMemo, useState } from "preact/hooks";
import { request } from "../api";
import { digits, duration, measuredText } from "../numbers";
import type { ChartProps } from "../parts/chart";
import { jobTitle } from "../parts/jobs_table";
import { lazy } from "../parts/lazy";
import { Panel, Value, useTitle } from "../parts/words";
import { never, useResource } from "../resource";
import { go, root } from "../router";
import type { Experiment, Job, Setting } from "../types";

const Chart = lazy<ChartProps>(() => import("../parts/chart"));

function Against({ setting }: { setting: Setting }) {
  const against = setting.against_reference;
  if (!against) return <span class="soft">the reference</span>;
  if (against.ratio === null) return <span class="na">n/a <span class="reason">({against.reason ?? "no reason was given"})</span></span>;
  const percent = (ratio: number) => `${ratio >= 1 ? "+" : "\u2212"}${digits(Math.abs(ratio - 1) * 100, 2)}\u00a0%`;
  return (
    <>
      {percent(against.ratio)}{" "}
      {against.ci95 && (
        <span class="soft">
          {percent(against.ci95[0])} to {percent(against.ci95[1])}
        </span>
      )}
    </>
  );
}

const verdicts: Record<string, string> = { better: "takes less", worse: "takes more", inconclusive: "not sure" };

function sentence(experiment: Experiment): string {
  const sure = experiment.settings.filter((s) => s.against_reference && s.against_reference.verdict !== "inconclusive");
  const unit = experiment.metric === "J/frame" ? "joules a frame" : experiment.metric === "J" ? "joules" : "time";
  if (sure.length === 0)
    return `By ${unit}, none of these is surely different from ${experiment.reference}. More runs of each narrow the intervals: give jobs the confidence "repeat: 5".`;
  return `By ${unit}: ${sure.map((s) => `${s.name} ${verdicts[s.against_reference!.verdict] ?? s.against_reference!.verdict} than ${experiment.reference}`).join("; ")}.`;
}

// What was asked of each, where they differ.
function Differences({ jobs }: { jobs: Job[] }) {
  const names = [...new Set(jobs.flatMap((job) => Object.keys(job.parameters)))].filter((name) => name !== "output" && name !== "rtmp_url");
  const text = (job: Job, name: string) => {
    const value = job.parameters[name];
    return value === undefined ? "as usual" : typeof value === "object" ? JSON.stringify(value) : String(value);
  };
  const differ = names.filter((name) => new Set(jobs.map((job) => text(job, name))).size > 1);
  if (differ.length === 0) return <p class="soft">Nothing: they are repetitions of one setting.</p>;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="What differs">
      <table class="cards">
        <thead>
          <tr>
            <th scope="col">parameter</th>
            {jobs.map((job) => (
              <th scope="col">
                <a href={`${root}/jobs/${job.number}`}>#{job.number}</a>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {differ.map((name) => (
            <tr>
              <th scope="row">{name.replace(/_/g, " ")}</th>
              {jobs.map((job) => (
                <td data-label={`#${job.number}`}>{text(job, name)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

// The traces of several jobs over one axis: at each time of any of them, what each drew last. Whole scopes, as told.
function Overlay({ jobs }: { jobs: Job[] }) {
  const traced = jobs.filter((job) => (job.report?.trace?.at_seconds.length ?? 0) > 1);
  const { times, lines } = useMemo(() => {
    const all = [...new Set(traced.flatMap((job) => job.report!.trace!.at_seconds))].sort((a, b) => a - b);
    const step = Math.max(1, Math.ceil(all.length / 1000));
    const kept = all.filter((_t, i) => i % step === 0);
    return {
      times: kept,
      lines: traced.map((job) => {
        const { at_seconds, watts } = job.report!.trace!;
        let i = 0;
        return {
          label: `#${job.number} ${jobTitle(job).slice(0, 40)}`,
          values: kept.map((t) => {
            while (i < at_seconds.length && at_seconds[i]! < t) i += 1;
            return i < at_seconds.length ? watts[i]! : null;
          }),
        };
      }),
    };
  }, [jobs]);
  if (traced.length === 0) return <p class="na">n/a (none of these jobs has a power trace)</p>;
  return (
    <Chart
      title="Power over time"
      unit="W"
      times={times}
      lines={lines}
      summary={traced.map((job) => `#${job.number} drew ${measuredText(job.report!.power)} on average over ${duration(job.report!.elapsed_seconds)}`).join("; ") + ". The lines are of each job's whole scope, other work on it included."}
    />
  );
}

export default function Compare({ query }: { query: URLSearchParams }) {
  useTitle("Compare");
  const wanted = (query.get("runs") ?? "").split(",").filter(Boolean).slice(0, 8);
  const path = wanted.length >= 2 ? `/compare?jobs=${wanted.map(encodeURIComponent).join(",")}` : undefined;
  const experiment = useResource<Experiment>(path, 60, never);
  const [jobs, setJobs] = useState<Job[]>([]);
  const [text, setText] = useState(wanted.join(", "));
  useEffect(() => {
    setText(wanted.join(", "));
    void Promise.all(wanted.map((id) => request<Job>(`/jobs/${encodeURIComponent(id)}`).catch(() => undefined))).then((all) => setJobs(all.filter((job): job is Job => job !== undefined)));
  }, [wanted.join()]);
  return (
    <section>
      <h1>Compare</h1>
      <form
        class="filters"
        onSubmit={(e) => {
          e.preventDefault();
          go(`/compare?runs=${text.split(/[^0-9a-f-]+/i).filter(Boolean).join(",")}`);
        }}
      >
        <label>
          Jobs, the reference first
          <input type="text" value={text} placeholder="41, 42" onInput={(e) => setText(e.currentTarget.value)} />
        </label>
        <button type="submit">Compare</button>
      </form>
      {!path ? (
        <div class="empty">
          <h2>Which jobs?</h2>
          <p>
            Write two to eight numbers above, or select rows of <a href={`${root}/jobs?state=completed`}>the completed jobs</a> and press <kbd>c</kbd>. Jobs with the same parameters count as repetitions of one setting.
          </p>
        </div>
      ) : (
        <Panel of={experiment} what="the comparison">
          {(data) => (
            <>
              <p class="sentence">{sentence(data)}</p>
              {(data.caveats ?? []).length > 0 && (
                <ul class="caveats">
                  {data.caveats!.map((one) => (
                    <li>{one}</li>
                  ))}
                </ul>
              )}
              <div class="scroll" tabIndex={0} role="region" aria-label="Figures">
                <table class="cards">
                  <thead>
                    <tr>
                      <th scope="col">setting</th>
                      <th scope="col" class="num">runs</th>
                      <th scope="col" class="num">energy</th>
                      <th scope="col" class="num">per frame</th>
                      <th scope="col" class="num">time</th>
                      <th scope="col" class="num">{data.metric} vs reference</th>
                      <th scope="col">verdict</th>
                    </tr>
                  </thead>
                  <tbody>
                    {data.settings.map((s) => (
                      <tr key={s.name}>
                        <th scope="row">
                          <span class="name">{s.name}</span>
                        </th>
                        <td data-label="runs" class="num">{s.samples.length}</td>
                        <td data-label="energy" class="num"><Value of={s.energy} absent="no run ended well" /></td>
                        <td data-label="per frame" class="num"><Value of={s.energy_per_frame} absent="no frame was counted" mark={false} /></td>
                        <td data-label="time" class="num">{s.elapsed_seconds === undefined ? <span class="na">n/a</span> : duration(s.elapsed_seconds)}</td>
                        <td data-label="against the reference" class="num"><Against setting={s} /></td>
                        <td data-label="verdict">
                          {s.against_reference ? (verdicts[s.against_reference.verdict] ?? s.against_reference.verdict) : ""}
                          {s.against_reference?.caveat && <span class="soft"> {s.against_reference.caveat}</span>}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
              <p class="soft">Intervals hold the truth with 95 %. A verdict counts as one of as many as there are settings.</p>
            </>
          )}
        </Panel>
      )}
      {jobs.length >= 2 && (
        <>
          <h2>What differs</h2>
          <Differences jobs={jobs} />
          <Overlay jobs={jobs} />
        </>
      )}
    </section>
  );
}
