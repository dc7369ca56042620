// Cost and carbon: what results took together, by day, node, codec and the like. Energies of unlike scopes or qualities
// stand beside each other and are never added.
import { amount, digits, scopeWords, withInterval } from "../numbers";
import { Panel, useTitle } from "../parts/words";
import { anyJob, useResource } from "../resource";
import { root, setQuery } from "../router";
import type { Totals, TotalsByGroup } from "../types";

const groups = ["day", "node", "codec", "encoder", "preset", "scenario"];
const windows: [string, string][] = [["24h", "24 hours"], ["168h", "7 days"], ["744h", "31 days"]];

function Energies({ totals }: { totals: Totals }) {
  if (totals.energy.length === 0) return <span class="na">n/a ({totals.without_energy} runs without)</span>;
  return (
    <>
      {totals.energy.map((one) => {
        const words = withInterval(one.joules, one.ci95, "J");
        return (
          <span class="line">
            <span class="value">
              <span class="number">
                {one.quality === "measured" ? "" : "\u2248\u00a0"}
                {words.value}&nbsp;{words.unit}
              </span>
              {words.spread && <span class="spread"> {words.spread}</span>}
            </span>
            <span class="soft">
              , {one.quality}, {scopeWords(one.scope)}
              {totals.energy.length > 1 ? `, ${one.runs} runs` : ""}
            </span>
          </span>
        );
      })}
      {totals.without_energy > 0 && <span class="line na">and {totals.without_energy} runs: n/a</span>}
    </>
  );
}

export default function Cost({ query }: { query: URLSearchParams }) {
  useTitle("Cost and carbon");
  const by = groups.includes(query.get("by") ?? "") ? query.get("by")! : "day";
  const window = windows.some(([w]) => w === query.get("window")) ? query.get("window")! : "168h";
  const loaded = useResource<TotalsByGroup>(`/totals?by=${by}&window=${window}`, 60, anyJob);
  return (
    <section>
      <h1>Cost and carbon</h1>
      <div class="filters">
        <label>
          For each
          <select value={by} onChange={(e) => setQuery({ by: e.currentTarget.value })}>
            {groups.map((one) => (
              <option value={one}>{one}</option>
            ))}
          </select>
        </label>
        <label>
          Of the last
          <select value={window} onChange={(e) => setQuery({ window: e.currentTarget.value })}>
            {windows.map(([value, word]) => (
              <option value={value}>{word}</option>
            ))}
          </select>
        </label>
      </div>
      <Panel of={loaded} what="the totals">
        {(data) =>
          data.groups.length === 0 ? (
            <div class="empty">
              <h2>No run has ended in this time</h2>
              <p>
                What completed jobs took is added up here. <a href={`${root}/jobs/new`}>A new job</a> is a beginning.
              </p>
            </div>
          ) : (
            <>
              <div class="scroll" tabIndex={0} role="region" aria-label="Totals">
                <table class="cards">
                  <thead>
                    <tr>
                      <th scope="col">{data.by}</th>
                      <th scope="col" class="num">runs</th>
                      <th scope="col">energy</th>
                      <th scope="col" class="num">cost</th>
                      <th scope="col" class="num">CO₂e</th>
                    </tr>
                  </thead>
                  <tbody>
                    {[...data.groups].reverse().map(({ name, totals }) => (
                      <tr key={name ?? ""}>
                        <th scope="row">
                          <span class="name">{name ?? <span class="na">not told</span>}</span>
                        </th>
                        <td data-label="runs" class="num">{totals.runs}</td>
                        <td data-label="energy"><Energies totals={totals} /></td>
                        <td data-label="cost" class="num">
                          {totals.cost.length === 0 ? <span class="na">n/a (no price)</span> : totals.cost.map((one) => <span class="line">{digits(one.amount)}&nbsp;{one.currency}</span>)}
                          {totals.cost.length > 0 && totals.without_cost > 0 && <span class="line na">{totals.without_cost} runs: n/a</span>}
                        </td>
                        <td data-label="CO₂e" class="num">
                          {totals.emissions ? amount(totals.emissions.grams, "g") : <span class="na">n/a (no grid factor)</span>}
                          {totals.emissions && totals.without_emissions > 0 && <span class="line na">{totals.without_emissions} runs: n/a</span>}
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
              <p class="soft">
                Of completed runs. Prices and grid factors are those of each node's configuration at the time of the run, and stand in its report with their source. Days are of UTC.
              </p>
            </>
          )
        }
      </Panel>
    </section>
  );
}
