import { LifeLine, Loading } from "../components/basics.tsx";
import { RunPanel } from "../components/run_view.tsx";
import { t } from "../messages.ts";
import { type ScreenProps, useLink, widget } from "../mount.tsx";

function LeaderboardWidget({ link }: ScreenProps) {
  useLink(link);
  const run = link.state.run;
  return (
    <div class="ja-panel">
      <LifeLine link={link} />
      {run ? <RunPanel link={link} run={run} /> : <Loading>{t("ui-life-waiting")}</Loading>}
    </div>
  );
}

export default widget(LeaderboardWidget, "ui-board-label");
