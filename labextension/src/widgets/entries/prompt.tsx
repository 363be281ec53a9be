import { LifeLine, Loading } from "../components/basics.tsx";
import { Reading } from "../components/reading.tsx";
import { type ScreenProps, useLink, widget } from "../mount.tsx";

function PromptWidget({ link }: ScreenProps) {
  useLink(link);
  const reading = link.state.reading;
  return (
    <div class="ja-panel">
      <LifeLine link={link} />
      {reading ? (
        <Reading link={link} reading={reading} start={null} />
      ) : (
        <Loading>Waiting for the kernel.</Loading>
      )}
    </div>
  );
}

export default widget(PromptWidget, "Prompt");
