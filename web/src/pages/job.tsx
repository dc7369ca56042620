// Job: one encode from its submission to what it took: state, energy, power over time, attempts, log, and what one can
// do with it.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { asProblem, base, request, requestText, type Problem } from "../api";
import { useKeys } from "../keys";
import { useLive, type Seen } from "../live";
import { amount, digits, duration, headline, measuredText, numberOf, originWords, scopeWords } from "../numbers";
import type { ChartProps } from "../parts/chart";
import { EnergyTable } from "../parts/energy_table";
import { Bar, isLive, jobTitle } from "../parts/jobs_table";
import { lazy } from "../parts/lazy";
import { Ago, Badge, Copy, Dialog, Panel, ProblemBox, Value, When, useTitle } from "../parts/words";
import { hideSecrets, shellWords } from "../shell";
import { askAgain, ofJob, useResource } from "../resource";
import { root } from "../router";
import type { HistoryLine, Job, Report } from "../types";

const Chart = lazy<ChartProps>(() => import("../parts/chart"));

const ended = (job: Job) => job.state === "completed" || job.state === "failed" || job.state === "canceled";

function mean(values: (number | null)[]): number | undefined {
  const known = values.filter((v): v is number => v !== null);
  return known.length ? known.reduce((a, b) => a + b, 0) / known.length : undefined;
}

function LiveTrace({ seen }: { seen: Seen }) {
  const { times, watts, live } = seen;
  const estimated = live.power?.quality !== "measured";
  const last = watts[watts.length - 1];
  const lines = useMemo(() => [{ label: "power", values: [...watts], estimated }], [watts.length, estimated]);
  return (
    <Chart
      title="Power while it runs"
      unit="W"
      times={times}
      lines={lines}
      summary={`${live.power ? `${scopeWords(live.power.scope)}, ${originWords(live.power)}` : "No word of power yet"}; ${
        last == null ? "n/a at this moment" : `${digits(last)} W at this moment`
      }, mean ${mean(watts) === undefined ? "n/a" : `${digits(mean(watts)!)} W`} of what this page has seen.`}
    />
  );
}

function Trace({ report }: { report: Report }) {
  const trace = report.trace;
  const line = headline(report.energy);
  const lines = useMemo(() => {
    if (!trace) return [];
    const average = numberOf(report.power)?.value;
    return [
      { label: "power of the whole scope", values: trace.watts, estimated: line?.quality !== "measured" },
      ...(average === undefined ? [] : [{ label: "mean of the job itself", values: trace.watts.map(() => average), flat: true }]),
    ];
  }, [report]);
  if (!trace || trace.at_seconds.length < 2)
    return <p class="na">n/a ({line?.reason ?? "the job was too short for a trace, or nothing measured it"})</p>;
  const peak = Math.max(...trace.watts);
  const low = Math.min(...trace.watts);
  return (
    <Chart
      title="Power over time"
      unit="W"
      times={trace.at_seconds}
      lines={lines}
      summary={`${line ? `${scopeWords(line.scope)}, ${originWords(line)}, other work on it included` : "Scope not told"}; from ${digits(low)} to ${digits(
        peak,
      )} W over ${duration(trace.at_seconds[trace.at_seconds.length - 1])}, ${trace.watts.length} points; the job itself drew ${measuredText(report.power)} on average.`}
    />
  );
}

function Log({ job }: { job: Job }) {
  const [text, setText] = useState<string>();
  const [problem, setProblem] = useState<Problem>();
  const [words, setWords] = useState("");
  const [follow, setFollow] = useState(true);
  const end = useRef<HTMLPreElement>(null);
  const load = () =>
    requestText(`/jobs/${job.id}/logs?tail=1000`).then(
      (t) => {
        setText(t);
        setProblem(undefined);
      },
      (error: unknown) => setProblem(asProblem(error)),
    );
  useEffect(() => {
    void load();
  }, [job.id, job.changed_at]);
  useEffect(() => {
    if (follow && end.current) end.current.scrollTop = end.current.scrollHeight;
  }, [text, follow]);
  useEffect(() => {
    const line = /^#L(\d+)$/.exec(location.hash);
    if (line && text) document.getElementById(`L${line[1]}`)?.scrollIntoView({ block: "center" });
  }, [text !== undefined]);
  if (problem) return problem.status === 404 ? <p class="soft">{problem.detail}</p> : <ProblemBox of={problem} again={() => void load()} />;
  if (text === undefined) return <p class="skeleton">{"\u00a0"}</p>;
  const lines = hideSecrets(text).replace(/\n+$/, "").split("\n");
  const wanted = words.toLowerCase();
  const found = lines.map((line, i) => ({ line, number: i + 1 })).filter(({ line }) => !wanted || line.toLowerCase().includes(wanted));
  return (
    <>
      <div class="filters">
        <label>
          Find in the log
          <input type="search" value={words} onInput={(e) => setWords(e.currentTarget.value)} />
        </label>
        <label class="check">
          <input type="checkbox" checked={follow} onChange={(e) => setFollow(e.currentTarget.checked)} /> stay at the end
        </label>
        <Copy text={lines.join("\n")} />
      </div>
      <pre class="log" ref={end} tabIndex={0} aria-label="The last lines of ffmpeg's log">
        {found.map(({ line, number }) => (
          <span id={`L${number}`} key={number}>
            <a href={`#L${number}`} aria-label={`Line ${number}`}>
              {number}
            </a>
            {line}
            {"\n"}
          </span>
        ))}
      </pre>
      {wanted && <p class="soft">{found.length} of {lines.length} lines</p>}
    </>
  );
}

function Timeline({ id, changed }: { id: string; changed: string }) {
  const history = useResource<{ history: HistoryLine[] }>(`/jobs/${id}/history`, 30, ofJob(id));
  useEffect(() => askAgain(`/jobs/${id}/history`), [changed]);
  return (
    <Panel of={history} what="the history">
      {(data) => (
        <ol class="timeline">
          {data.history.map((line) => (
            <li>
              <strong>{line.state}</strong> <When at={line.at} />
              {(line.actor || line.reason) && (
                <span class="soft">
                  {" "}
                  {line.actor && `by ${line.actor}`}
                  {line.actor && line.reason && ": "}
                  {line.reason}
                </span>
              )}
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}

function Facts({ of }: { of: [string, preact.ComponentChildren][] }) {
  return (
    <dl class="facts">
      {of.map(([word, value]) => (
        <div>
          <dt>{word}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const scoreNames: Record<string, string> = { vmaf: "VMAF", psnr: "PSNR", ssim: "SSIM", xpsnr: "XPSNR", vif: "VIF" };
function Scores({ quality }: { quality: Record<string, unknown> }) {
  if (typeof quality.reason === "string") return <p class="na">n/a ({quality.reason})</p>;
  const rows = Object.entries(scoreNames).filter(([name]) => quality[name]);
  const cell = (score: Record<string, unknown>, name: string) =>
    typeof score[name] === "number" ? digits(score[name] as number, 4) : score.identical ? "identical" : `n/a${typeof score.reason === "string" ? ` (${score.reason})` : ""}`;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Picture quality">
      <table class="cards">
        <thead>
          <tr>
            <th scope="col">metric</th>
            <th scope="col" class="num">mean</th>
            <th scope="col" class="num">worst 1 %</th>
            <th scope="col" class="num">worst second</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, word]) => {
            const score = quality[name] as Record<string, unknown>;
            return (
              <tr>
                <th scope="row">{word}</th>
                <td data-label="mean" class="num">{cell(score, "mean")}</td>
                <td data-label="worst 1 %" class="num">{cell(score, "percentile_1")}</td>
                <td data-label="worst second" class="num">{cell(score, "worst_second")}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function Result({ report }: { report: Report }) {
  const line = headline(report.energy);
  const frames = report.progress?.frames;
  const perFrame = line && typeof line.joules === "number" && frames ? line.joules / frames : undefined;
  return (
    <>
      <ul class="tiles four">
        <li class="tile">
          <span class="word">Energy</span>
          <span class="figure">
            <Value of={line} mark={false} />
          </span>
          <span class="under">{line ? `${scopeWords(line.scope)}, ${originWords(line)}` : "the report has no energy"}</span>
        </li>
        <li class="tile">
          <span class="word">Mean power</span>
          <span class="figure">
            <Value of={report.power} mark={false} />
          </span>
          <span class="under">peak of the whole scope {measuredText(report.peak_power)}</span>
        </li>
        <li class="tile">
          <span class="word">Per frame</span>
          <span class="figure">{perFrame === undefined ? <span class="na">n/a</span> : `${line!.quality === "measured" ? "" : "≈ "}${amount(perFrame, "J")}`}</span>
          <span class="under">{frames ? `${frames} frames in ${duration(report.elapsed_seconds)}` : "no frame was counted"}</span>
        </li>
        <li class="tile">
          <span class="word">Cost, CO₂e</span>
          <span class="figure">{report.cost ? <Value of={report.cost} mark={false} /> : <span class="na">n/a</span>}</span>
          <span class="under">
            {report.cost ? "" : "no price is configured on its node; "}
            {report.emissions ? measuredText(report.emissions) : "no grid factor"}
          </span>
        </li>
      </ul>
      {report.confidence && (
        <p>
          Confidence: <strong>{report.confidence.level}</strong>, {report.confidence.reason}
        </p>
      )}
      {report.caveats.length > 0 && (
        <ul class="caveats">
          {report.caveats.map((text) => (
            <li>{text}</li>
          ))}
        </ul>
      )}
      <h2>Energy</h2>
      <EnergyTable lines={report.energy} />
      <Trace report={report} />
      {report.quality && (
        <>
          <h2>Picture quality</h2>
          <Scores quality={report.quality} />
        </>
      )}
      {report.pieces && report.pieces.length > 0 && (
        <>
          <h2>Its parts</h2>
          <div class="scroll" tabIndex={0} role="region" aria-label="Parts">
            <table class="cards">
              <thead>
                <tr>
                  <th scope="col">part</th>
                  <th scope="col">end</th>
                  <th scope="col" class="num">took</th>
                  <th scope="col" class="num">frames</th>
                  <th scope="col" class="num">energy</th>
                </tr>
              </thead>
              <tbody>
                {report.pieces.map((piece) => (
                  <tr>
                    <th scope="row">
                      {piece.kind} {piece.number}
                      {piece.error && <span class="why">{piece.error}</span>}
                    </th>
                    <td data-label="end"><Badge of={piece.end} /></td>
                    <td data-label="took" class="num">{duration(piece.elapsed_seconds)}</td>
                    <td data-label="frames" class="num">{piece.frames ?? <span class="na">n/a</span>}</td>
                    <td data-label="energy" class="num"><Value of={piece.energy} absent="one process made them all" mark={false} /></td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
      {report.command.length > 0 && (
        <>
          <h2>Command</h2>
          <div class="command">
            <pre tabIndex={0} class="wrap">{hideSecrets(shellWords(report.command))}</pre>
            <Copy text={hideSecrets(shellWords(report.command))} />
          </div>
        </>
      )}
    </>
  );
}

function Actions({ job }: { job: Job }) {
  const [problem, setProblem] = useState<Problem>();
  const [sure, setSure] = useState(false);
  const act = async (verb: string) => {
    setSure(false);
    setProblem(undefined);
    try {
      await request(`/jobs/${job.id}/${verb}`, { method: "POST" });
    } catch (error) {
      setProblem(asProblem(error));
    }
    askAgain("/jobs");
    askAgain("/summary");
  };
  const canRetry = job.state === "failed" || job.state === "canceled";
  useKeys(canRetry ? { r: () => void act("retry") } : {});
  return (
    <>
      <div class="actions sticky">
        {(job.state === "queued" || job.state === "running" || job.state === "paused") && (
          <button type="button" onClick={() => (job.state === "running" ? setSure(true) : void act("cancel"))}>
            Cancel
          </button>
        )}
        {job.state === "queued" && (
          <button type="button" onClick={() => void act("pause")}>
            Pause
          </button>
        )}
        {job.state === "paused" && (
          <button type="button" onClick={() => void act("resume")}>
            Resume
          </button>
        )}
        {canRetry && (
          <button type="button" class="first" onClick={() => void act("retry")}>
            Retry
          </button>
        )}
        <a class="button" href={`${root}/jobs/new?from=${job.number}`}>
          New job like this
        </a>
        {job.report?.trace && (
          <a class="button" href={`${base}/jobs/${job.id}/power.csv`} download={`ffwatt-job-${job.number}-power.csv`}>
            Power as CSV
          </a>
        )}
      </div>
      {problem && <ProblemBox of={problem} />}
      <Dialog title={`Cancel job ${job.number}?`} open={sure} close={() => setSure(false)}>
        <p>It runs. What it has encoded so far is thrown away; the energy it took stays on record as wasted.</p>
        <div class="actions">
          <button type="button" class="first" autofocus onClick={() => void act("cancel")}>
            Cancel the job
          </button>
          <button type="button" onClick={() => setSure(false)}>
            Let it run
          </button>
        </div>
      </Dialog>
    </>
  );
}

function Running({ job }: { job: Job }) {
  const seen = useLive(job.id);
  const live = seen?.live;
  if (!seen || live?.attempt === undefined) return <p class="soft">Its node has not told yet how far it is.</p>;
  return (
    <>
      <ul class="tiles four">
        <li class="tile">
          <span class="word">Done</span>
          <span class="figure">
            <Bar fraction={live.fraction} label="Done" />
          </span>
          <span class="under">{live.eta_seconds === undefined ? "what is left is not known" : `${duration(live.eta_seconds)} left`}</span>
        </li>
        <li class="tile">
          <span class="word">Power now</span>
          <span class="figure">
            <Value of={live.power} absent="not told yet" mark={false} />
          </span>
          <span class="under">{live.power ? `${scopeWords(live.power.scope)}, ${originWords(live.power)}` : ""}</span>
        </li>
        <li class="tile">
          <span class="word">Energy so far</span>
          <span class="figure">
            <Value of={live.energy} absent="not told yet" mark={false} />
          </span>
          <span class="under">{live.energy ? `${scopeWords(live.energy.scope)}, ${originWords(live.energy)}` : ""}</span>
        </li>
        <li class="tile">
          <span class="word">Speed</span>
          <span class="figure">{live.progress?.fps ? `${digits(live.progress.fps)} fps` : <span class="na">n/a</span>}</span>
          <span class="under">
            {live.progress ? `${live.progress.frames} frames` : "no frame yet"}
            {live.progress?.speed ? `, ${digits(live.progress.speed)}× realtime` : ""}, running for {duration(live.elapsed_seconds)}
          </span>
        </li>
      </ul>
      {seen.times.length > 1 && <LiveTrace seen={seen} />}
    </>
  );
}

const shownFirst = ["codec", "encoder", "preset", "resolution", "fps", "bitrate", "crf", "duration", "input", "output"];
function parameterFacts(job: Job): [string, preact.ComponentChildren][] {
  const names = [...shownFirst.filter((n) => n in job.parameters), ...Object.keys(job.parameters).filter((n) => !shownFirst.includes(n))];
  return names.map((name) => {
    const value = job.parameters[name];
    const text = typeof value === "object" ? JSON.stringify(value) : String(value);
    return [name.replace(/_/g, " "), name === "duration" || name === "start" ? duration(Number(value)) : hideSecrets(text)];
  });
}

export default function JobPage({ id }: { id: string }) {
  const loaded = useResource<Job>(`/jobs/${encodeURIComponent(id)}`, 3, ofJob(id));
  const job = loaded.data;
  useTitle(job ? `#${job.number} ${jobTitle(job).slice(0, 60)}` : `Job ${id}`);
  return (
    <section>
      <p class="crumbs">
        <a href={`${root}/jobs`}>Jobs</a>
      </p>
      {!job && <h1>Job {id.slice(0, 60)}</h1>}
      <Panel of={loaded} what="the job">
        {(data) => (
          <>
            <div class="head">
              <h1>
                #{data.number} <span class="name">{jobTitle(data)}</span>
              </h1>
              <Badge of={data.state} />
            </div>
            {data.reason && data.reason !== data.state && <p class={data.state === "failed" ? "problem" : "soft"}>{data.reason}</p>}
            {(data.warnings ?? []).map((text) => (
              <p class="notice">{text}</p>
            ))}
            <Actions job={data} />
            {isLive(data) && <Running job={data} />}
            {data.state === "queued" && (
              <p>
                It waits since <Ago at={data.created_at} since="" />. {data.not_before && <>Its next attempt is not before <When at={data.not_before} />.</>}
              </p>
            )}
            {ended(data) && data.report && <Result report={data.report} />}
            {ended(data) && !data.report && <p class="na">There is no result: it did not run to an end that was reported.</p>}
            <h2>What was asked</h2>
            <Facts
              of={[
                ["scenario", <a href={`${root}/jobs?scenario=${encodeURIComponent(data.scenario)}`}>{data.scenario}</a>],
                ["queue, priority", `${data.queue}, ${data.priority}`],
                ["confidence", data.confidence],
                ...(data.exclusive ? ([["exclusive", "the node to itself"]] as [string, string][]) : []),
                ...parameterFacts(data),
                ...Object.entries(data.labels ?? {}).map(([k, v]) => [`label ${k}`, v] as [string, string]),
              ]}
            />
            <h2>Attempts</h2>
            {data.attempts.length === 0 ? (
              <p class="soft">None yet.</p>
            ) : (
              <div class="scroll" tabIndex={0} role="region" aria-label="Attempts">
                <table class="cards">
                  <thead>
                    <tr>
                      <th scope="col">attempt</th>
                      <th scope="col">node</th>
                      <th scope="col">began</th>
                      <th scope="col" class="num">took</th>
                      <th scope="col">outcome</th>
                      <th scope="col" class="num">wasted</th>
                    </tr>
                  </thead>
                  <tbody>
                    {data.attempts.map((a) => (
                      <tr key={a.number}>
                        <th scope="row">
                          {a.number}
                          {a.error && <span class="why">{a.error.split("\n", 1)[0]}</span>}
                        </th>
                        <td data-label="node">
                          <a href={`${root}/nodes/${a.node_id}`}>{a.node ?? a.node_id}</a>
                        </td>
                        <td data-label="began"><When at={a.started_at} /></td>
                        <td data-label="took" class="num">
                          {a.started_at && a.ended_at ? duration((Date.parse(a.ended_at) - Date.parse(a.started_at)) / 1000) : "runs"}
                        </td>
                        <td data-label="outcome">{a.outcome ? <>{a.outcome}{a.failure && ` (${a.failure})`}</> : "runs"}</td>
                        <td data-label="wasted" class="num">{a.wasted_energy ? <Value of={a.wasted_energy} /> : <span class="soft">nothing</span>}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            )}
            <h2>Timeline</h2>
            <Timeline id={data.id} changed={data.changed_at} />
            <h2>Log</h2>
            <Log job={data} />
          </>
        )}
      </Panel>
    </section>
  );
}
