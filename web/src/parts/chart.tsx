// A chart over time: lines by uPlot, and for whoever does not see it one sentence, a table of the same numbers and a
// CSV. Arrow keys move the cursor. Gaps stay gaps. Loaded only by pages that have a chart.
import { useEffect, useId, useRef, useState } from "preact/hooks";
import uPlot from "uplot";
import { digits } from "../numbers";
import { Copy } from "./words";

export interface Line {
  label: string;
  values: (number | null)[];
  estimated?: boolean;
  flat?: boolean; // a level, dashed: idle, mean
}
export interface ChartProps {
  title: string;
  summary: string;
  unit: string;
  times: number[]; // seconds
  wall?: boolean; // times are of the clock and not of a start
  lines: Line[];
}

// Okabe and Ito: apart for every common colour blindness, and each with a pattern of its own.
const colours = ["--line-1", "--line-2", "--line-3", "--line-4", "--line-5", "--line-6"];
const patterns: number[][] = [[], [8, 3], [2, 3], [10, 3, 2, 3], [5, 5], [12, 4]];

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim() || "#888";
}
function clock(seconds: number, wall: boolean): string {
  if (wall) return new Date(seconds * 1000).toLocaleTimeString();
  const whole = Math.round(seconds);
  if (seconds < 60) return `${digits(seconds, 3)} s`;
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export default function Chart(props: ChartProps) {
  const { title, summary, unit, times, lines, wall = false } = props;
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>();
  const [table, setTable] = useState(false);
  const [at, setAt] = useState<number>();
  const [look, setLook] = useState(0);
  const id = useId();
  const shape = lines.map((line) => `${line.label}:${line.estimated}:${line.flat}`).join("|");

  useEffect(() => {
    const again = () => setLook((n) => n + 1);
    addEventListener("ffwatt-theme", again);
    const system = matchMedia("(prefers-color-scheme: dark)");
    system.addEventListener("change", again);
    return () => {
      removeEventListener("ffwatt-theme", again);
      system.removeEventListener("change", again);
    };
  }, []);

  useEffect(() => {
    const element = place.current;
    if (!element || table) return undefined;
    const height = () => (element.clientWidth < 500 ? 200 : 320);
    const axis = { stroke: colour("--soft"), grid: { stroke: colour("--rule"), width: 1 }, ticks: { stroke: colour("--rule") }, font: "12px system-ui" };
    const made = new uPlot(
      {
        width: element.clientWidth || 600,
        height: height(),
        legend: { show: false },
        scales: { x: { time: wall }, y: { range: (_u, min, max) => [Math.min(0, min ?? 0), (max || 1) * 1.08] } },
        cursor: { drag: { x: true, y: false }, points: { size: 7 } },
        hooks: { setCursor: [(u) => setAt(u.cursor.idx ?? undefined)] },
        axes: [
          { ...axis, values: wall ? undefined : (_u, ticks) => ticks.map((t) => (t < 60 ? `${+t.toFixed(2)} s` : clock(t, false))) },
          { ...axis, size: 58, values: (_u, ticks) => ticks.map((t) => `${+t.toPrecision(4)} ${unit}`) },
        ],
        series: [
          {},
          ...lines.map((line, i) => ({
            label: line.label,
            stroke: colour(line.flat ? "--soft" : line.estimated ? "--model" : colours[i % colours.length]!),
            width: line.flat ? 1.3 : 1.8,
            dash: line.flat ? [3, 4] : line.estimated ? [5, 2] : patterns[i % patterns.length],
            spanGaps: false,
            points: { show: line.values.length < 3 },
          })),
        ],
      },
      [times, ...lines.map((line) => line.values)] as uPlot.AlignedData,
      element,
    );
    plot.current = made;
    const watch = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: height() }));
    watch.observe(element);
    return () => {
      watch.disconnect();
      made.destroy();
      plot.current = undefined;
    };
  }, [shape, table, look, wall, unit]);

  useEffect(() => {
    plot.current?.setData([times, ...lines.map((line) => line.values)] as uPlot.AlignedData);
  }, [times, lines, times.length]);

  const move = (key: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -1e9, End: 1e9 }[key.key];
    if (step === undefined || times.length === 0) return;
    key.preventDefault();
    const next = Math.min(times.length - 1, Math.max(0, (at ?? (step > 0 ? -1 : times.length)) + step));
    const u = plot.current;
    if (u) u.setCursor({ left: u.valToPos(times[next]!, "x"), top: 20 });
    setAt(next);
  };
  const csv = () =>
    [["seconds", ...lines.map((line) => `${line.label} (${unit})`)], ...times.map((t, i) => [t, ...lines.map((line) => line.values[i] ?? "")])]
      .map((row) => row.map((cell) => (typeof cell === "string" && /[",\n]/.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell)).join(","))
      .join("\n");
  const reading =
    at === undefined || times[at] === undefined
      ? "Point at the chart, or move along it by the arrow keys."
      : `${clock(times[at]!, wall)}: ${lines
          .filter((line) => !line.flat)
          .map((line) => `${lines.length > 1 ? `${line.label} ` : ""}${line.values[at] == null ? "n/a (a gap)" : `${digits(line.values[at]!)} ${unit}`}`)
          .join(", ")}`;

  return (
    <figure class="chart">
      <figcaption id={id}>
        <strong>{title}.</strong> {summary}
      </figcaption>
      {lines.length > 1 && (
        <ul class="legend">
          {lines.map((line, i) => (
            <li class={`line-${(i % colours.length) + 1}${line.estimated ? " estimated" : ""}${line.flat ? " flat" : ""}`}>
              {line.label}
              {line.estimated && " (estimated)"}
            </li>
          ))}
        </ul>
      )}
      {table ? (
        <div class="scroll twin" tabIndex={0} role="region" aria-label={`${title}, as a table`}>
          <table>
            <thead>
              <tr>
                <th scope="col">time</th>
                {lines.map((line) => (
                  <th scope="col" class="num">
                    {line.label} ({unit})
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {times.map((t, i) => (
                <tr>
                  <th scope="row">{clock(t, wall)}</th>
                  {lines.map((line) => (
                    <td class="num">{line.values[i] == null ? "n/a (a gap)" : digits(line.values[i]!)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ) : (
        <>
          <div class="plot" ref={place} tabIndex={0} role="img" aria-labelledby={id} onKeyDown={move} />
          <p class="reading" aria-live="off">
            {reading}
          </p>
        </>
      )}
      <div class="tools">
        <button type="button" class="small" aria-pressed={table} onClick={() => setTable(!table)}>
          {table ? "Chart" : "Table"}
        </button>
        <Copy text={csv()} label="Copy CSV" />
      </div>
    </figure>
  );
}
