import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";

import { CommandIDs } from "./commands.ts";

/** "Train a model on this file" on data files; the command hides itself on all others. */
export const fileBrowserPlugin: JupyterFrontEndPlugin<void> = {
  id: "jupyter-automl-labextension:file-browser",
  description: "Adds an item to the context menu of data files.",
  autoStart: true,
  activate: (app: JupyterFrontEnd): void => {
    app.contextMenu.addItem({
      command: CommandIDs.trainOnFile,
      selector: '.jp-DirListing-item[data-isdir="false"]',
      rank: 2,
    });
  },
};
