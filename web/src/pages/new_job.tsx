// New job: a form from the master's recipes, the same as JSON, and the same as curl and as a command. The master alone
// says what is wrong, by pointers; each stands beside the field it is about.
import { useEffect, useState } from "preact/hooks";
import { asProblem, request, type Problem } from "../api";
import { Command, Panel, ProblemBox, useTitle } from "../parts/words";
import { useResource } from "../resource";
import { go } from "../router";
import { shellWords } from "../shell";
import type { Job, Scenario } from "../types";

type Body = Record<string, unknown> & { parameters: Record<string, unknown> };

interface Field {
  name: string; // of the body, or below parameters
  word: string;
  hint?: string;
  choices?: string[];
  kind?: "number" | "text" | "check";
  top?: boolean; // beside parameters
}
const groups: { legend: string; fields: Field[] }[] = [
  {
    legend: "Picture",
    fields: [
      { name: "duration", word: "Duration", hint: "90, 90s, 1m30s; empty: all of the input" },
      { name: "codec", word: "Codec", choices: ["", "h264", "h265", "vp9", "av1"] },
      { name: "encoder", word: "Encoder", hint: "ffmpeg's name, such as libx264" },
      { name: "preset", word: "Preset", hint: "in the encoder's own words" },
      { name: "bitrate", word: "Bitrate", hint: "5000k, 5M" },
      { name: "crf", word: "CRF", hint: "0 to 51; 63 for vp9, av1", kind: "number" },
      { name: "resolution", word: "Resolution", hint: "1920x1080" },
      { name: "fps", word: "Frames a second", kind: "number" },
    ],
  },
  {
    legend: "Source and target",
    fields: [
      { name: "input", word: "Input", hint: "a path on the node, media:/a.mp4, https://…; empty: a generated picture" },
      { name: "output", word: "Output", hint: "a path on the node; empty: a name in its output folder" },
      { name: "output_mode", word: "Output mode", choices: ["", "file", "rtmp", "null"] },
      { name: "rtmp_url", word: "RTMP address", hint: "rtmp://host/live/KEY" },
      { name: "audio", word: "Audio", choices: ["", "none", "copy", "aac", "opus"] },
      { name: "streams", word: "Streams", hint: "so many of the same together", kind: "number" },
    ],
  },
  {
    legend: "Queue",
    fields: [
      { name: "queue", word: "Queue", choices: ["", "live", "default", "batch"], top: true },
      { name: "priority", word: "Priority", choices: ["", "high", "medium", "low"], top: true },
      { name: "confidence", word: "Confidence", hint: "auto, repeat: 5, until: 2%", top: true },
      { name: "max_attempts", word: "Attempts at most", kind: "number", top: true },
      { name: "timeout", word: "Time limit of an attempt", hint: "30m", top: true },
      { name: "exclusive", word: "The node to itself", kind: "check", top: true },
    ],
  },
];

function read(body: Body, field: Field): string {
  const value = field.top ? body[field.name] : body.parameters[field.name];
  return value === undefined || value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);
}
function write(body: Body, field: Field, text: string): Body {
  const next: Body = { ...body, parameters: { ...body.parameters } };
  const place = field.top ? next : next.parameters;
  if (text === "" || (field.kind === "check" && text === "false")) delete place[field.name];
  else if (field.kind === "check") place[field.name] = true;
  else place[field.name] = field.kind === "number" && text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
  return next;
}
function pointerOf(field: Field): string {
  return field.top ? `/${field.name}` : `/parameters/${field.name}`;
}

function command(body: Body): string {
  const words = ["ffwatt", "jobs", "submit", String(body.scenario ?? "")];
  for (const name of ["name", "queue", "priority", "confidence"]) if (body[name] !== undefined) words.push(`--${name}`, String(body[name]));
  if (body.exclusive) words.push("--exclusive");
  for (const [name, value] of Object.entries(body.parameters)) words.push("--set", `${name}=${typeof value === "object" ? JSON.stringify(value) : String(value)}`);
  return shellWords(words);
}

export default function NewJob({ query }: { query: URLSearchParams }) {
  useTitle("New job");
  const scenarios = useResource<{ scenarios: Scenario[] }>("/scenarios", 300);
  const from = query.get("from");
  const model = useResource<Job>(from ? `/jobs/${encodeURIComponent(from)}` : undefined, 300);
  const [body, setBody] = useState<Body>({ scenario: query.get("scenario") ?? "720p30-h264", parameters: { duration: 10 } });
  const [text, setText] = useState<string>();
  const [fault, setFault] = useState("");
  const [problem, setProblem] = useState<Problem>();
  const [checked, setChecked] = useState("");
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    const job = model.data;
    if (!job) return;
    setBody({
      scenario: job.scenario,
      ...(job.name && { name: job.name }),
      queue: job.queue,
      priority: job.priority,
      confidence: job.confidence,
      ...(job.exclusive && { exclusive: true }),
      ...(job.labels && { labels: job.labels }),
      parameters: Object.fromEntries(Object.entries(job.parameters).filter(([name]) => name !== "output")),
    });
  }, [model.data?.id]);

  const recipe = scenarios.data?.scenarios.find((s) => s.name === body.scenario);
  const change = (next: Body) => {
    setBody(next);
    setText(undefined);
    setFault("");
    setChecked("");
  };
  const errors = new Map((problem?.errors ?? []).map((e) => [e.pointer, e.message]));
  const fields = groups.flatMap((group) => group.fields);
  const placed = new Set(["/scenario", "/name", ...fields.map(pointerOf)]);
  const rest = problem && { ...problem, errors: problem.errors.filter((e) => !placed.has(e.pointer)) };

  const send = async (dry: boolean) => {
    setBusy(true);
    setProblem(undefined);
    setChecked("");
    try {
      const job = await request<Job>(`/jobs${dry ? "?dry_run=1" : ""}`, { method: "POST", body });
      if (dry) setChecked(job.warnings?.length ? `The master would take it, and warns: ${job.warnings.join("; ")}` : "The master would take it. Nothing was submitted.");
      else go(`/jobs/${job.number}`);
    } catch (error) {
      const p = asProblem(error);
      setProblem(p);
      const first = p.errors.find((e) => placed.has(e.pointer));
      if (first) document.getElementById(`field${first.pointer}`)?.focus();
    }
    setBusy(false);
  };

  const input = (field: Field) => {
    const pointer = pointerOf(field);
    const usual = field.top ? undefined : recipe?.parameters[field.name]; // where the field stays empty
    const error = errors.get(pointer);
    const id = `field${pointer}`;
    const told = [error && `${id}-error`, field.hint && `${id}-hint`].filter(Boolean).join(" ") || undefined;
    const shared = { id, "aria-invalid": error ? true : undefined, "aria-describedby": told };
    return (
      <div class={`field${error ? " wrong" : ""}`} key={pointer}>
        {field.kind === "check" ? (
          <label class="check">
            <input type="checkbox" {...shared} checked={read(body, field) === "true"} onChange={(e) => change(write(body, field, String(e.currentTarget.checked)))} /> {field.word}
          </label>
        ) : (
          <>
            <label for={id}>{field.word}</label>
            {field.choices ? (
              <select {...shared} value={read(body, field)} onChange={(e) => change(write(body, field, e.currentTarget.value))}>
                {field.choices.map((choice) => (
                  <option value={choice}>{choice || (usual === undefined ? "the usual" : `${String(usual)} (as the scenario says)`)}</option>
                ))}
              </select>
            ) : (
              <input
                {...shared}
                type="text"
                inputMode={field.kind === "number" ? "decimal" : undefined}
                autocomplete="off"
                spellcheck={false}
                placeholder={usual === undefined || typeof usual === "object" ? undefined : String(usual)}
                value={read(body, field)}
                onInput={(e) => change(write(body, field, e.currentTarget.value))}
              />
            )}
          </>
        )}
        {error && (
          <span class="error" id={`${id}-error`}>
            {error}
          </span>
        )}
        {field.hint && (
          <span class="hint" id={`${id}-hint`}>
            {field.hint}
          </span>
        )}
      </div>
    );
  };

  return (
    <section>
      <h1>New job</h1>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          void send(false);
        }}
      >
        <Panel of={scenarios} what="the scenarios">
          {(data) => {
            const chosen = data.scenarios.find((s) => s.name === body.scenario);
            const error = errors.get("/scenario");
            return (
              <div class="fields">
                <div class={`field wide${error ? " wrong" : ""}`}>
                  <label for="field/scenario">Scenario</label>
                  <select id="field/scenario" value={String(body.scenario)} onChange={(e) => change({ ...body, scenario: e.currentTarget.value })}>
                    {!chosen && <option value={String(body.scenario)}>{String(body.scenario)}</option>}
                    {data.scenarios.map((s) => (
                      <option value={s.name}>{s.name}</option>
                    ))}
                  </select>
                  {error && <span class="error">{error}</span>}
                  <span class="hint">{chosen ? chosen.description : "not one of the master's recipes"}</span>
                </div>
                <div class={`field wide${errors.has("/name") ? " wrong" : ""}`}>
                  <label for="field/name">Name</label>
                  <input id="field/name" type="text" autocomplete="off" value={read(body, { name: "name", word: "", top: true })} onInput={(e) => change(write(body, { name: "name", word: "", top: true }, e.currentTarget.value))} />
                  {errors.has("/name") && <span class="error">{errors.get("/name")}</span>}
                  <span class="hint">so that you know it again; may be empty</span>
                </div>
              </div>
            );
          }}
        </Panel>
        {groups.map((group) => (
          <fieldset>
            <legend>{group.legend}</legend>
            <div class="fields">{group.fields.map(input)}</div>
          </fieldset>
        ))}
        <p class="soft">What is left empty is as the scenario says, which stands greyed in its field.</p>
        {rest && <ProblemBox of={rest} />}
        {checked && (
          <p class="good" role="status">
            {checked}
          </p>
        )}
        <div class="actions sticky">
          <button type="submit" class="first" disabled={busy || fault !== ""}>
            Submit
          </button>
          <button type="button" disabled={busy || fault !== ""} onClick={() => void send(true)}>
            Check only
          </button>
        </div>
        <details>
          <summary>As JSON</summary>
          <label for="json">The body of POST /jobs; what you change here is what is sent</label>
          <textarea
            id="json"
            rows={14}
            spellcheck={false}
            value={text ?? JSON.stringify(body, null, 2)}
            aria-invalid={fault ? true : undefined}
            onInput={(e) => {
              setText(e.currentTarget.value);
              try {
                const given = JSON.parse(e.currentTarget.value) as Body;
                if (typeof given !== "object" || given === null || Array.isArray(given)) throw new Error("it is no object");
                setBody({ ...given, parameters: typeof given.parameters === "object" && given.parameters !== null ? given.parameters : {} });
                setFault("");
              } catch (error) {
                setFault(String((error as Error).message));
              }
            }}
          />
          {fault && (
            <span class="error" role="alert">
              This is no JSON yet: {fault}
            </span>
          )}
        </details>
        <details>
          <summary>As a command</summary>
          <Command text={`curl -X POST ${location.origin}/jobs -d ${shellWords([JSON.stringify(body)])}`} />
          <Command text={command(body)} />
        </details>
      </form>
    </section>
  );
}
