import { Button, Empty } from "../components/basics.tsx";
import { WhatIfPanel } from "../components/whatif/panel.tsx";
import type { Link } from "../link.ts";
import { t } from "../messages.ts";

/** Ask a model about rows. */
export function PredictScreen({ link, onTrain }: { link: Link; onTrain: () => void }) {
  const run = link.state.run;
  if (!run || !run.rows.some((row) => row.score !== null)) {
    return (
      <Empty title={t("ui-whatif-none")}>
        <Button onClick={onTrain}>{t(run ? "ui-results-watch" : "ui-results-train")}</Button>
      </Empty>
    );
  }
  return <WhatIfPanel link={link} run={run} />;
}
