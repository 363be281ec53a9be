import { LifeLine, Loading } from "../components/basics.tsx";
import { t } from "../messages.ts";
import { type ScreenProps, useLink, widget } from "../mount.tsx";
import { ProfileScreen } from "../screens/profile.tsx";

function ProfileWidget({ link }: ScreenProps) {
  useLink(link);
  const { data, reading } = link.state;
  return (
    <div class="ja-panel">
      <LifeLine link={link} />
      {data && reading ? (
        <ProfileScreen link={link} data={data} reading={reading} />
      ) : (
        <Loading>{t("ui-life-waiting")}</Loading>
      )}
    </div>
  );
}

export default widget(ProfileWidget, "ui-profile-label");
