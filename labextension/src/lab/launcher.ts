import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ILauncher } from "@jupyterlab/launcher";

import { CommandIDs } from "./commands.ts";

/** The card "AutoML" in the launcher. */
export const launcherPlugin: JupyterFrontEndPlugin<void> = {
  id: "jupyter-automl-labextension:launcher",
  description: "Adds a card to the launcher.",
  autoStart: true,
  requires: [ILauncher],
  activate: (_app: JupyterFrontEnd, launcher: ILauncher): void => {
    launcher.add({ command: CommandIDs.new, category: "Other", rank: 0 });
  },
};
