// Parts that are fetched when they are first shown: the first view stays small. A part that is not there any more (the
// master was updated while this tab was open) asks for a new start of the page.
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

export function lazy<P extends object>(load: () => Promise<{ default: ComponentType<P> }>) {
  let known: ComponentType<P> | undefined;
  return function Lazy(props: P) {
    const [Part, set] = useState<ComponentType<P> | undefined>(() => known);
    const [failed, fail] = useState(false);
    useEffect(() => {
      if (known) return;
      load().then(
        (module) => {
          known = module.default;
          set(() => known);
        },
        () => fail(true),
      );
    }, []);
    if (Part) return <Part {...props} />;
    if (!failed) return <p class="skeleton">{"\u00a0"}</p>;
    return (
      <div class="problem" role="alert">
        <strong>This part of the page could not be fetched</strong>
        <p>The master is away, or was updated since this page was opened.</p>
        <button type="button" onClick={() => location.reload()}>
          Load the page again
        </button>
      </div>
    );
  };
}
