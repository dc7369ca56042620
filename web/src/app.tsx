// The frame around every page: where one can go, whether what is shown is of now, the key where the master asks for
// one, and the pages themselves.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { key, onDenied, request, setKey } from "./api";
import { keyWords, startKeys } from "./keys";
import { useStreamState } from "./live";
import { lazy } from "./parts/lazy";
import { Dialog } from "./parts/words";
import { Now } from "./pages/now";
import { go, root, usePlace, type Place } from "./router";
import { useResource } from "./resource";
import { energyUnit, setEnergyUnit, setTheme, theme, type Theme } from "./settings";

const Jobs = lazy(() => import("./pages/jobs"));
const JobPage = lazy(() => import("./pages/job"));
const NewJob = lazy(() => import("./pages/new_job"));
const Compare = lazy(() => import("./pages/compare"));
const Cost = lazy(() => import("./pages/cost"));
const Nodes = lazy(() => import("./pages/nodes"));
const NodePage = lazy(() => import("./pages/node"));

const menu: { path: string; word: string }[] = [
  { path: "/", word: "Now" },
  { path: "/jobs", word: "Jobs" },
  { path: "/jobs/new", word: "New job" },
  { path: "/compare", word: "Compare" },
  { path: "/cost", word: "Cost and carbon" },
  { path: "/nodes", word: "Nodes" },
];
const small = ["/", "/jobs", "/nodes"]; // beside "More" on a narrow screen

function pageOf({ path, query }: Place): ComponentChildren {
  const [, first = "", second = ""] = path.split("/");
  let name = second;
  try {
    name = decodeURIComponent(second);
  } catch {
    // "%zz": as it stands
  }
  switch (first) {
    case "":
      return <Now />;
    case "jobs":
      if (name === "new") return <NewJob query={query} key="new" />;
      return name ? <JobPage id={name} key={name} /> : <Jobs query={query} />;
    case "compare":
      return <Compare query={query} key="compare" />;
    case "cost":
      return <Cost query={query} key="cost" />;
    case "nodes":
      return name ? <NodePage id={name} key={name} /> : <Nodes />;
    default:
      return (
        <section>
          <h1>No such page</h1>
          <p>
            There is nothing at <code>{root + path}</code>. <a href={root}>Now</a> shows what the farm does.
          </p>
        </section>
      );
  }
}

function isCurrent(entry: string, path: string): boolean {
  if (entry === "/" || entry === "/jobs/new") return path === entry;
  if (entry === "/jobs" && path === "/jobs/new") return false;
  return path === entry || path.startsWith(`${entry}/`);
}

function Links({ path, only }: { path: string; only?: string[] }) {
  return (
    <>
      {menu
        .filter((entry) => !only || only.includes(entry.path))
        .map((entry) => (
          <a href={root + (entry.path === "/" ? "" : entry.path)} aria-current={isCurrent(entry.path, path) ? "page" : undefined}>
            {entry.word}
          </a>
        ))}
    </>
  );
}

// Whether what is shown is of now. It says so in a live region, at most once in 10 s.
function Standing() {
  const state = useStreamState();
  const version = useResource<{ version: string }>("/version", 10);
  const [first, setFirst] = useState<string>();
  const [since, setSince] = useState(0);
  useEffect(() => {
    if (version.data && !first) setFirst(version.data.version);
  }, [version.data]);
  const away = version.problem?.status === 0 || state === "away";
  useEffect(() => setSince(away ? Date.now() : 0), [away]);
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 10_000);
    return () => clearInterval(timer);
  }, []);
  const updated = first && version.data && version.data.version !== first;
  const behind = since ? Math.round((Date.now() - since) / 1000) : 0;
  return (
    <>
      <p class={`standing ${away ? "away" : state}`} role="status">
        {away ? `reconnecting${behind >= 10 ? `, ${behind} s behind` : ""}` : state === "live" ? "live" : "asks every 5 s"}
      </p>
      {updated && (
        <p class="notice">
          The master is version {version.data!.version} now, this page is of {first}.{" "}
          <button type="button" class="small" onClick={() => location.reload()}>
            Load again
          </button>
        </p>
      )}
    </>
  );
}

function isPrivate(): boolean {
  return location.protocol === "https:" || /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(location.hostname);
}

function KeyEntry({ detail, done }: { detail: string; done: () => void }) {
  const [text, set] = useState("");
  const [wrong, setWrong] = useState("");
  const enter = async (submit: Event) => {
    submit.preventDefault();
    setKey(text.trim());
    try {
      await request("/jobs?limit=1");
      done();
    } catch (error) {
      setWrong(String((error as Error).message));
    }
  };
  return (
    <form onSubmit={(e) => void enter(e)}>
      <p>{detail}</p>
      <label>
        Key
        <input type="password" autocomplete="current-password" autofocus value={text} onInput={(e) => set(e.currentTarget.value)} />
      </label>
      <p class="soft">It stays in this tab and is forgotten when the tab is closed.</p>
      {!isPrivate() && <p class="notice">This connection is not encrypted: whoever listens in the network can read the key.</p>}
      {wrong && (
        <p class="problem" role="alert">
          {wrong}
        </p>
      )}
      <div class="actions">
        <button type="submit" class="first" disabled={!text.trim()}>
          Use this key
        </button>
      </div>
    </form>
  );
}

function Likes() {
  const [chosen, choose] = useState<Theme>(theme());
  const [unit, setUnit] = useState(energyUnit());
  return (
    <div class="likes">
      <label>
        Theme
        <select
          value={chosen}
          onChange={(e) => {
            choose(e.currentTarget.value as Theme);
            setTheme(e.currentTarget.value as Theme);
          }}
        >
          <option value="system">system</option>
          <option value="light">light</option>
          <option value="dark">dark</option>
        </select>
      </label>
      <label>
        Energy in
        <select
          value={unit}
          onChange={(e) => {
            setUnit(e.currentTarget.value as "J" | "Wh");
            setEnergyUnit(e.currentTarget.value as "J" | "Wh");
            dispatchEvent(new CustomEvent("ffwatt-units"));
          }}
        >
          <option value="J">joules</option>
          <option value="Wh">watt-hours</option>
        </select>
      </label>
    </div>
  );
}

export function App() {
  const place = usePlace();
  const [denied, setDenied] = useState<string>();
  const [help, setHelp] = useState(false);
  const [more, setMore] = useState(false);
  const [, draw] = useState(0);
  const main = useRef<HTMLElement>(null);
  const began = useRef(false);

  useEffect(() => {
    onDenied(setDenied);
    startKeys(() => setHelp(true));
    const units = () => draw((n) => n + 1);
    addEventListener("ffwatt-units", units);
    return () => removeEventListener("ffwatt-units", units);
  }, []);
  // A new page is told to whoever does not see it, and Tab begins there.
  useEffect(() => {
    setMore(false);
    if (began.current) main.current?.focus({ preventScroll: true });
    began.current = true;
  }, [place.path]);

  return (
    <>
      <a class="skip" href="#main">
        To the page
      </a>
      <header class="rail">
        <a class="brand" href={root}>
          ffwatt
        </a>
        <nav aria-label="Pages">
          <Links path={place.path} />
        </nav>
        <div class="below">
          <Standing />
          <Likes />
          <p class="soft">
            <button type="button" class="link" onClick={() => setHelp(true)}>
              Keys <kbd>?</kbd>
            </button>
            {key() && (
              <button type="button" class="link" onClick={() => setKey(null)}>
                Forget the key
              </button>
            )}
          </p>
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        {!isPrivate() && (
          <p class="notice">
            Plain http from another machine: what this page shows, and the key, can be read on the way. Put a proxy with https in front.
          </p>
        )}
        {pageOf(place)}
      </main>
      <nav class="bar" aria-label="Pages, short">
        <Links path={place.path} only={small} />
        <button type="button" aria-expanded={more} onClick={() => setMore(!more)}>
          More
        </button>
      </nav>
      <Dialog title="More" open={more} close={() => setMore(false)}>
        <nav class="more" aria-label="More pages">
          <Links path={place.path} />
        </nav>
        <Standing />
        <Likes />
        <form method="dialog" class="actions">
          <button type="submit">Close</button>
        </form>
      </Dialog>
      <Dialog title="Keys" open={help} close={() => setHelp(false)}>
        <dl class="keys">
          {keyWords.map(([keys, word]) => (
            <div>
              <dt>
                <kbd>{keys}</kbd>
              </dt>
              <dd>{word}</dd>
            </div>
          ))}
        </dl>
        <form method="dialog" class="actions">
          <button type="submit">Close</button>
        </form>
      </Dialog>
      <Dialog title="This master asks for a key" open={denied !== undefined} close={() => setDenied(undefined)}>
        <KeyEntry
          detail={denied ?? ""}
          done={() => {
            setDenied(undefined);
            go(place.path + location.search, "replace");
          }}
        />
      </Dialog>
    </>
  );
}
