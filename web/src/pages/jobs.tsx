// Jobs: a list that one can filter, choose from and change. The filter is the address.
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { asProblem, request, type Problem } from "../api";
import { useKeys } from "../keys";
import { JobHead, JobRow, jobTitle, nodeOf } from "../parts/jobs_table";
import { Command, Dialog, Panel, ProblemBox, useTitle } from "../parts/words";
import { anyJob, askAgain, useResource } from "../resource";
import { go, root, setQuery } from "../router";
import { jobStates, type Job, type JobPage, type Summary } from "../types";
import { summaryPath } from "./now";

// As many rows are drawn at once; more on demand. A thousand in one table take longer than a key stroke may.
const drawn_at_once = 50;
const most_fetched = 500;

type Verb = "cancel" | "retry" | "pause" | "resume";
const verbs: { verb: Verb; word: string; from: string[] }[] = [
  { verb: "cancel", word: "Cancel", from: ["queued", "running", "paused"] },
  { verb: "retry", word: "Retry", from: ["failed", "canceled"] },
  { verb: "pause", word: "Pause", from: ["queued"] },
  { verb: "resume", word: "Resume", from: ["paused"] },
];

// What the text filter looks at.
function haystack(job: Job): string {
  const p = job.parameters;
  return [`#${job.number}`, job.name, job.scenario, job.state, nodeOf(job) ?? "", p.codec, p.encoder, p.preset, job.reason ?? "", ...Object.entries(job.labels ?? {}).map(([k, v]) => `${k}=${v}`)]
    .join(" ")
    .toLowerCase();
}

interface Wish {
  verb: Verb;
  word: string;
  jobs?: Job[]; // these; absent: all that match the filter of the server
  count: number;
}

export default function Jobs({ query }: { query: URLSearchParams }) {
  useTitle("Jobs");
  const state = query.get("state") ?? "";
  const scenario = query.get("scenario") ?? "";
  const words = query.get("q") ?? "";
  const asked = new URLSearchParams();
  if (state) asked.set("state", state);
  if (scenario) asked.set("scenario", scenario);
  const filter = asked.toString();
  const list = useResource<JobPage>(`/jobs?${filter ? `${filter}&` : ""}limit=${most_fetched}&facts=1`, 5, anyJob);
  const summary = useResource<Summary>(summaryPath, 10, anyJob);

  const [chosen, setChosen] = useState<Set<string>>(new Set());
  const [current, setCurrent] = useState(-1);
  const [shown, setShown] = useState(drawn_at_once);
  const [older, setOlder] = useState<{ jobs: Job[]; next: string | null }>();
  const [wish, setWish] = useState<Wish>();
  const [problem, setProblem] = useState<Problem>();
  const [told, setTold] = useState("");
  // Rows that are new since the reader has looked away from the top wait behind a word: nothing jumps.
  const [newest, setNewest] = useState<number>();
  const search = useRef<HTMLInputElement>(null);

  useEffect(() => {
    setChosen(new Set());
    setCurrent(-1);
    setShown(drawn_at_once);
    setOlder(undefined);
    setNewest(undefined);
  }, [filter]);

  const fetched = useMemo(() => [...(list.data?.jobs ?? []), ...(older?.jobs ?? [])], [list.data, older]);
  const top = fetched[0]?.number;
  const busy = chosen.size > 0 || current >= 0 || scrollY > 200;
  useEffect(() => {
    if (top !== undefined && (newest === undefined || !busy)) setNewest(top);
  }, [top, busy]);
  const waiting = newest === undefined ? 0 : fetched.filter((job) => job.number > newest).length;
  const texts = useMemo(() => new Map(fetched.map((job) => [job.id, haystack(job)])), [fetched]);
  const rows = useMemo(() => {
    const parts = words.toLowerCase().split(/\s+/).filter(Boolean);
    return fetched.filter((job) => (newest === undefined || job.number <= newest) && parts.every((part) => texts.get(job.id)!.includes(part)));
  }, [fetched, words, newest]);
  const visible = rows.slice(0, shown);
  const selected = rows.filter((job) => chosen.has(job.id));

  const toggle = (job: Job | undefined) => {
    if (!job) return;
    setChosen((before) => {
      const next = new Set(before);
      if (!next.delete(job.id)) next.add(job.id);
      return next;
    });
  };
  // Beside the state: a second key may come before the first is drawn.
  const at = useRef(-1);
  if (current < 0) at.current = -1;
  const move = (step: number) => {
    const next = Math.min(visible.length - 1, Math.max(0, at.current + step));
    at.current = next;
    setCurrent(next);
    document.querySelector(`[data-job="${visible[next]?.number}"]`)?.scrollIntoView({ block: "nearest" });
  };
  const compare = () => {
    const done = selected.filter((job) => job.state === "completed");
    if (done.length >= 2) go(`/compare?runs=${done.slice(0, 8).map((job) => job.number).join(",")}`);
  };
  const ask = (verb: Verb) => {
    const entry = verbs.find((one) => one.verb === verb)!;
    const jobs = selected.filter((job) => entry.from.includes(job.state));
    if (jobs.length > 0) setWish({ verb, word: entry.word, jobs, count: jobs.length });
  };
  useKeys({
    "/": () => search.current?.focus(),
    j: () => move(1),
    k: () => move(-1),
    x: () => toggle(visible[at.current]),
    Enter: () => visible[at.current] && go(`/jobs/${visible[at.current]!.number}`),
    r: () => ask("retry"),
    c: compare,
  });

  // The dry run of a change of all that match: how many there are, asked of the server at this moment.
  const askAll = async (verb: Verb, word: string) => {
    setProblem(undefined);
    try {
      const page = await request<JobPage>(`/jobs?${filter}&limit=1`);
      setWish({ verb, word, count: page.count });
    } catch (error) {
      setProblem(asProblem(error));
    }
  };
  const carryOut = async (what: Wish) => {
    setWish(undefined);
    setProblem(undefined);
    let changed = 0;
    try {
      if (what.jobs) {
        for (const job of what.jobs) {
          await request(`/jobs/${job.id}/${what.verb}`, { method: "POST" });
          changed += 1;
        }
      } else {
        for (let more = true; more; ) {
          const many = await request<{ changed: number; more: boolean }>(`/jobs/${what.verb}?${filter}`, { method: "POST" });
          changed += many.changed;
          more = many.more && many.changed > 0;
        }
      }
    } catch (error) {
      setProblem(asProblem(error));
    }
    setTold(`${what.word}: ${changed} ${changed === 1 ? "job" : "jobs"} changed`);
    setChosen(new Set());
    askAgain("/jobs");
    askAgain("/summary");
  };
  const next = older ? older.next : (list.data?.next ?? null);
  const fetchOlder = async () => {
    try {
      const page = await request<JobPage>(`/jobs?${filter ? `${filter}&` : ""}limit=${most_fetched}&facts=1&cursor=${encodeURIComponent(next!)}`);
      setOlder({ jobs: [...(older?.jobs ?? []), ...page.jobs], next: page.next });
      setShown(shown + drawn_at_once);
    } catch (error) {
      setProblem(asProblem(error));
    }
  };

  const counts = summary.data?.jobs;
  const all = counts ? Object.values(counts).reduce((a, b) => a + b, 0) : undefined;
  const tab = (name: string, word: string, count: number | undefined) => (
    <a href={`${root}/jobs${name || scenario ? "?" : ""}${new URLSearchParams({ ...(name && { state: name }), ...(scenario && { scenario }) })}`} aria-current={state === name ? "true" : undefined}>
      {word} {count !== undefined && <span class="count">{count}</span>}
    </a>
  );
  const bulk = verbs.filter((one) => state && one.from.includes(state) && state !== "canceling");

  return (
    <section>
      <div class="head">
        <h1>Jobs</h1>
        <a class="button" href={`${root}/jobs/new`}>
          New job
        </a>
      </div>
      <nav class="tabs" aria-label="Jobs by state">
        {tab("", "all", all)}
        {jobStates.map((name) => tab(name, name, counts?.[name]))}
      </nav>
      <div class="filters">
        <label>
          Filter
          <input
            ref={search}
            type="search"
            value={words}
            placeholder="name, node, codec, #42, error …"
            onInput={(e) => setQuery({ q: e.currentTarget.value })}
            onKeyDown={(e) => e.key === "Escape" && e.currentTarget.blur()}
          />
        </label>
        {scenario && (
          <span class="chip">
            scenario {scenario}{" "}
            <button type="button" class="small" aria-label="Any scenario" onClick={() => setQuery({ scenario: undefined })}>
              ×
            </button>
          </span>
        )}
        {waiting > 0 && (
          <button type="button" class="pill" onClick={() => setNewest(top)}>
            {waiting} new
          </button>
        )}
      </div>
      {problem && <ProblemBox of={problem} />}
      <p class="told" role="status">
        {told}
      </p>
      <Panel of={list} what="the jobs">
        {(data) =>
          data.count === 0 ? (
            <div class="empty">
              <h2>{state || scenario ? "No job matches" : "No jobs yet"}</h2>
              <p>{state ? `No job is ${state}${scenario ? ` and of scenario ${scenario}` : ""}.` : "Give the master one:"}</p>
              {!state && <Command text={`curl -X POST ${location.origin}/jobs -d '{"scenario":"720p30-h264","parameters":{"duration":10}}'`} />}
            </div>
          ) : (
            <>
              <p class="soft" id="jobs-found">
                {words ? `${rows.length} of the ${fetched.length} newest match` : `${data.count} ${data.count === 1 ? "job" : "jobs"}`}
                {data.count > fetched.length && `; ${fetched.length} fetched`}
              </p>
              <div class="scroll">
                <table class="cards" aria-describedby="jobs-found">
                  <JobHead
                    select={
                      <th scope="col" class="select">
                        <input
                          type="checkbox"
                          aria-label="Select all rows that are shown"
                          checked={visible.length > 0 && visible.every((job) => chosen.has(job.id))}
                          onChange={(e) => setChosen(e.currentTarget.checked ? new Set(visible.map((job) => job.id)) : new Set())}
                        />
                      </th>
                    }
                  />
                  <tbody>
                    {visible.map((job, i) => (
                      <JobRow
                        job={job}
                        key={job.id}
                        current={i === current}
                        select={
                          <td class="select">
                            <input type="checkbox" aria-label={`Select job ${job.number}, ${jobTitle(job).slice(0, 60)}`} checked={chosen.has(job.id)} onChange={() => toggle(job)} />
                          </td>
                        }
                      />
                    ))}
                  </tbody>
                </table>
              </div>
              {rows.length > shown && (
                <button type="button" onClick={() => setShown(shown + drawn_at_once)}>
                  {rows.length - shown} more rows
                </button>
              )}
              {rows.length <= shown && next && (
                <button type="button" onClick={() => void fetchOlder()}>
                  Older jobs
                </button>
              )}
            </>
          )
        }
      </Panel>
      {(selected.length > 0 || (bulk.length > 0 && (list.data?.count ?? 0) > 0)) && (
        <div class="sticky" role="group" aria-label="Change jobs">
          {selected.length > 0 ? (
            <>
              <span>{selected.length} selected</span>
              {selected.filter((job) => job.state === "completed").length >= 2 && (
                <button type="button" class="first" onClick={compare}>
                  Compare {Math.min(8, selected.filter((job) => job.state === "completed").length)}
                </button>
              )}
              {verbs.map((one) => {
                const fits = selected.filter((job) => one.from.includes(job.state)).length;
                return fits > 0 ? (
                  <button type="button" onClick={() => ask(one.verb)}>
                    {one.word} {fits}
                  </button>
                ) : null;
              })}
              <button type="button" onClick={() => setChosen(new Set())}>
                Select none
              </button>
            </>
          ) : (
            bulk.map((one) => (
              <button type="button" onClick={() => void askAll(one.verb, one.word)}>
                {one.word} all that are {state} …
              </button>
            ))
          )}
        </div>
      )}
      <Dialog title={wish ? `${wish.word} ${wish.count} ${wish.count === 1 ? "job" : "jobs"}?` : ""} open={wish !== undefined} close={() => setWish(undefined)}>
        {wish && (
          <>
            {wish.jobs ? (
              <ul class="short">
                {wish.jobs.slice(0, 8).map((job) => (
                  <li>
                    #{job.number} {jobTitle(job).slice(0, 80)}, {job.state}
                  </li>
                ))}
                {wish.jobs.length > 8 && <li>and {wish.jobs.length - 8} more</li>}
              </ul>
            ) : (
              <p>
                At this moment {wish.count} {wish.count === 1 ? "job is" : "jobs are"} {state}
                {scenario && ` and of scenario ${scenario}`}. Nothing was changed yet.
              </p>
            )}
            <div class="actions">
              <button type="button" class="first" autofocus onClick={() => void carryOut(wish)}>
                {wish.word} {wish.count}
              </button>
              <button type="button" onClick={() => setWish(undefined)}>
                Leave them
              </button>
            </div>
          </>
        )}
      </Dialog>
    </section>
  );
}
