import { LifeLine, Loading } from "../components/basics.tsx";
import { UploadBox } from "../components/upload_box.tsx";
import { t } from "../messages.ts";
import { type ScreenProps, useLink, widget } from "../mount.tsx";

function UploadWidget({ link }: ScreenProps) {
  useLink(link);
  const upload = link.state.upload;
  return (
    <div class="ja-panel">
      <LifeLine link={link} />
      {upload ? (
        <UploadBox link={link} view={upload} />
      ) : (
        <Loading>{t("ui-life-waiting")}</Loading>
      )}
    </div>
  );
}

export default widget(UploadWidget, "ui-app-widget-upload");
