import { LifeLine, Loading } from "../components/basics.tsx";
import { lazy } from "../late.tsx";
import { t } from "../messages.ts";
import { type ScreenProps, useLink, widget } from "../mount.tsx";

const ExplainPanel = lazy((late) => late.ExplainPanel);

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

export default widget(ShapWidget, "ui-app-widget-shap");
