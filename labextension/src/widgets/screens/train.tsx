import { Button, Empty, Loading } from "../components/basics.tsx";
import { Reading } from "../components/reading.tsx";
import { RunPanel } from "../components/run_view.tsx";
import type { Link } from "../link.ts";
import { hasEnded } from "../words.ts";

/** Say what to predict, then watch. */
export function TrainScreen({ link, onData }: { link: Link; onData: () => void }) {
  const { data, reading, run } = link.state;
  if (!reading) return <Loading>Waiting for the kernel.</Loading>;
  const going = Boolean(run) && !hasEnded(run!);
  if (!data?.table && !run) {
    return (
      <Empty title="There is nothing to learn from yet.">
        <Button onClick={onData}>Choose data</Button>
      </Empty>
    );
  }
  return (
    <div class="ja-train">
      <Reading
        link={link}
        reading={reading}
        start={run ? "Train again" : "Train"}
        locked={going ? "A run is under way: stop it first." : ""}
      />
      {run ? (
        <RunPanel link={link} run={run} />
      ) : (
        <p class="ja-quiet ja-next">
          {reading.task?.target
            ? "Train starts a search that goes on behind the notebook; it ends with the budget."
            : "Write what to predict, or choose the target."}
        </p>
      )}
    </div>
  );
}
