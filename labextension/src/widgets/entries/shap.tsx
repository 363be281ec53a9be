import { LifeLine, Loading } from "../components/basics.tsx";
import { type ScreenProps, useLink, widget } from "../mount.tsx";
import { ExplainPanel } from "../screens/results.tsx";

function ShapWidget({ link }: ScreenProps) {
  useLink(link);
  const run = link.state.run;
  return (
    <div class="ja-panel">
      <LifeLine link={link} />
      {run ? <ExplainPanel link={link} run={run} /> : <Loading>Waiting for the kernel.</Loading>}
    </div>
  );
}

export default widget(ShapWidget, "Explanation");
