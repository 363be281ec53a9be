import { LifeLine, Loading } from "../components/basics.tsx";
import { ExplainPanel } from "../components/explain/panel.tsx";
import { t } from "../messages.ts";
import { type ScreenProps, useLink, widget } from "../mount.tsx";

function ShapWidget({ link }: ScreenProps) {
  useLink(link);
  const run = link.state.run;
  return (
    <div class="ja-panel">
      <LifeLine link={link} />
      {run ? <ExplainPanel link={link} run={run} /> : <Loading>{t("ui-life-waiting")}</Loading>}
    </div>
  );
}

export default widget(ShapWidget, "Explanation");
