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
    // Not the first: the first card lends its icon to the whole section.
    launcher.add({ command: CommandIDs.new, category: "Other", rank: 1 });
  },
};
