import { LifeLine, Loading } from "../components/basics.tsx";
import { Reading } from "../components/reading.tsx";
import { t } from "../messages.ts";
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
        <Loading>{t("ui-life-waiting")}</Loading>
      )}
    </div>
  );
}

export default widget(PromptWidget, "ui-app-widget-prompt");
