import { LifeLine, Loading } from "../components/basics.tsx";
import { lazy } from "../late.tsx";
import { t } from "../messages.ts";
import { type ScreenProps, useLink, widget } from "../mount.tsx";

const WhatIfPanel = lazy((late) => late.WhatIfPanel);

function WhatIfWidget({ link }: ScreenProps) {
  useLink(link);
  const run = link.state.run;
  return (
    <div class="ja-panel">
      <LifeLine link={link} />
      {run ? <WhatIfPanel link={link} run={run} /> : <Loading>{t("ui-life-waiting")}</Loading>}
    </div>
  );
}

export default widget(WhatIfWidget, "ui-whatif-title");
