import { Button, Empty, Loading } from "../components/basics.tsx";
import { Reading } from "../components/reading.tsx";
import { RunPanel } from "../components/run_view.tsx";
import type { Link } from "../link.ts";
import { t } from "../messages.ts";
import { hasEnded } from "../words.ts";

/** Say what to predict, then watch. */
export function TrainScreen({ link, onData }: { link: Link; onData: () => void }) {
  const { data, reading, run } = link.state;
  if (!reading) return <Loading>{t("ui-life-waiting")}</Loading>;
  const going = Boolean(run) && !hasEnded(run!);
  if (!data?.table && !run) {
    return (
      <Empty title={t("ui-train-empty")}>
        <Button onClick={onData}>{t("ui-train-choose")}</Button>
      </Empty>
    );
  }
  return (
    <div class="ja-train">
      <Reading
        link={link}
        reading={reading}
        start={t(run ? "ui-train-again" : "ui-train-start")}
        locked={going ? t("ui-train-locked") : ""}
      />
      {run ? (
        <RunPanel link={link} run={run} />
      ) : (
        <p class="ja-quiet ja-next">
          {t(reading.task?.target ? "ui-train-next" : "ui-train-write")}
        </p>
      )}
    </div>
  );
}
