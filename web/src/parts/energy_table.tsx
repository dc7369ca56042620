// Energy by scope and part, each line with its interval, quality and source. Scopes are never added.
import { originWords, partWords, scopeWords } from "../numbers";
import type { EnergyLine } from "../types";
import { Badge, Value } from "./words";

export function EnergyTable({ lines }: { lines: EnergyLine[] }) {
  if (lines.length === 0) return <p class="na">n/a (the report says nothing of energy)</p>;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label="Energy by scope">
      <table class="cards">
        <thead>
          <tr>
            <th scope="col">scope</th>
            <th scope="col">part</th>
            <th scope="col" class="num">
              energy, 95 % interval
            </th>
            <th scope="col">quality</th>
            <th scope="col">source</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line) => (
            <tr key={`${line.scope}/${line.part}/${line.source}`}>
              <th scope="row">{scopeWords(line.scope)}</th>
              <td data-label="part">{partWords(line.part)}</td>
              <td data-label="energy" class="num" title={originWords(line)}>
                <Value of={line} mark={false} />
              </td>
              <td data-label="quality">
                <Badge of={line.quality} />
              </td>
              <td data-label="source">{line.source ?? <span class="na">none</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
