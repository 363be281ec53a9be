import { commandsPlugin } from "./commands.ts";
import { fileBrowserPlugin } from "./fileBrowser.ts";
import { launcherPlugin } from "./launcher.ts";

export default [commandsPlugin, launcherPlugin, fileBrowserPlugin];
