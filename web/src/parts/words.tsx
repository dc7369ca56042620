// Small things that every page shows: a measured value, a state, a time, a problem, a command to copy.
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ageSeconds, type Problem } from "../api";
import { coarse, duration, measuredText, numberOf, originWords, scopeWords, withInterval } from "../numbers";
import type { Loaded } from "../resource";
import type { Facts, Measured } from "../types";

// A value with its interval; the quality is a sign and a word, never a colour alone.
export function Value({ of, absent, mark = true }: { of: Measured | undefined; absent?: string; mark?: boolean }) {
  const number = numberOf(of);
  if (!of || !number)
    return (
      <span class="na" title={of ? scopeWords(of.scope) : undefined}>
        n/a <span class="reason">({of?.reason ?? absent ?? "nobody has told"})</span>
      </span>
    );
  const words = withInterval(number.value, of.ci95, number.unit);
  const sure = of.quality === "measured";
  return (
    <span class={`value ${of.quality}`} title={`${measuredText(of)}, ${scopeWords(of.scope)}, ${originWords(of)}, 95 % interval`}>
      <span class="number">
        {sure ? "" : "≈\u00a0"}
        {words.value}
        {"\u00a0"}
        {words.unit}
      </span>
      {words.spread && <span class="spread"> {words.spread}</span>}
      {mark && !sure && <span class="mark"> {of.quality}</span>}
    </span>
  );
}

// The headline of a line in a list.
export function energyOf(facts: Facts | undefined): Measured | undefined {
  if (!facts?.energy_scope) return undefined;
  return {
    scope: facts.energy_scope,
    quality: facts.energy_quality ?? "unmeasurable",
    source: facts.energy_source,
    joules: facts.energy_joules ?? null,
    ci95:
      facts.energy_low_joules !== undefined && facts.energy_high_joules !== undefined
        ? [facts.energy_low_joules, facts.energy_high_joules]
        : undefined,
    reason: facts.energy_joules === undefined ? "no sensor and no model could tell" : undefined,
  };
}

const signs: Record<string, string> = {
  queued: "…", running: "▶", canceling: "■", paused: "‖", completed: "✓", failed: "✗", canceled: "■", interrupted: "■",
  timeout: "✗", up: "✓", late: "!", lost: "✗", active: "✓", draining: "‖", quarantined: "✗",
  measured: "●", estimated: "≈", simulated: "≈", unmeasurable: "–",
};
export function Badge({ of }: { of: string }) {
  return (
    <span class={`badge ${of}`}>
      <span aria-hidden="true">{signs[of] ?? "·"}</span> {of}
    </span>
  );
}

// Draws itself again as time goes by: every five seconds, by one clock for all of a page.
const ticking = new Set<() => void>();
let ticker: ReturnType<typeof setInterval> | undefined;
function useClock(): void {
  const [, draw] = useState(0);
  useEffect(() => {
    const tick = () => draw((n) => n + 1);
    ticking.add(tick);
    ticker ??= setInterval(() => ticking.forEach((one) => one()), 5000);
    return () => {
      ticking.delete(tick);
    };
  }, []);
}
const longTime = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" }); // dear to make

export function Ago({ at, since = " ago" }: { at: string | undefined; since?: string }) {
  useClock();
  const age = ageSeconds(at);
  if (age === undefined) return <span class="na">n/a</span>;
  return (
    <time dateTime={at} title={longTime.format(new Date(at!))}>
      {age < 5 ? "now" : `${coarse(age)}${since}`}
    </time>
  );
}
export function When({ at }: { at: string | undefined }) {
  if (!at || Number.isNaN(Date.parse(at))) return <span class="na">n/a</span>;
  return <time dateTime={at}>{longTime.format(new Date(at))}</time>;
}

export function ProblemBox({ of, again }: { of: Problem; again?: () => void }) {
  return (
    <div class="problem" role="alert">
      <strong>{of.title}</strong>
      {of.detail && <p>{of.detail}</p>}
      {of.errors.length > 0 && (
        <ul>
          {of.errors.map((e) => (
            <li>
              <code>{e.pointer || "/"}</code> {e.message}
            </li>
          ))}
        </ul>
      )}
      {again && (
        <button type="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  );
}

export function Copy({ text, label = "Copy" }: { text: string; label?: string }) {
  const [done, set] = useState("");
  useEffect(() => {
    if (!done) return undefined;
    const timer = setTimeout(() => set(""), 2500);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      set("Copied");
    } catch {
      set("Select and copy by hand: this page is not private"); // browsers copy for https and localhost only
    }
  };
  return (
    <>
      <button type="button" class="small" onClick={() => void copy()}>
        {label}
      </button>
      <span class="copied" role="status">
        {done}
      </span>
    </>
  );
}
export function Command({ text }: { text: string }) {
  return (
    <div class="command">
      <pre tabIndex={0}>{text}</pre>
      <Copy text={text} />
    </div>
  );
}

// What is loaded, its fault and its age. A fault stays within its panel; what was there before stays, greyed.
export function Panel<T>({ of, children, what }: { of: Loaded<T>; what: string; children: (data: T) => ComponentChildren }) {
  useClock();
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), 150);
    return () => clearTimeout(timer);
  }, []);
  if (of.data === undefined)
    return of.problem ? (
      <ProblemBox of={of.problem} again={of.again} />
    ) : (
      <p class="skeleton" aria-busy="true">
        {slow ? `Asking for ${what} …` : "\u00a0"}
      </p>
    );
  const age = (Date.now() - of.at) / 1000;
  const old = of.stale || (of.problem !== undefined && age > 3);
  return (
    <div class={old ? "stale" : ""}>
      {of.problem && <ProblemBox of={of.problem} again={of.again} />}
      {old && <p class="age">as it was {duration(age)} ago</p>}
      {children(of.data)}
    </div>
  );
}

export function Dialog({ title, open, close, children }: { title: string; open: boolean; close: () => void; children: ComponentChildren }) {
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    if (open && dialog && !dialog.open) dialog.showModal();
    if (!open && dialog?.open) dialog.close();
  }, [open]);
  return (
    <dialog ref={element} onClose={close} aria-label={title}>
      {open && (
        <>
          <h2>{title}</h2>
          {children}
        </>
      )}
    </dialog>
  );
}

export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · ffwatt` : "ffwatt";
  }, [title]);
}
