import type { JupyterFrontEnd, JupyterFrontEndPlugin } from "@jupyterlab/application";
import { ICommandPalette, SemanticCommand, showErrorMessage } from "@jupyterlab/apputils";
import { PathExt } from "@jupyterlab/coreutils";
import { IDocumentManager } from "@jupyterlab/docmanager";
import { IDefaultFileBrowser, IFileBrowserFactory } from "@jupyterlab/filebrowser";

import { isDataFile } from "./dataFile.ts";
import { automlIcon } from "./icon.ts";
import { openApp } from "./notebook.ts";

export const CommandIDs = {
  new: "jupyter-automl:new",
  trainOnFile: "jupyter-automl:train-on-file",
} as const;

/** The path of the one selected data file, if that is what is selected. */
function selectedDataFile(browsers: IFileBrowserFactory | null): string | undefined {
  const selected = [...(browsers?.tracker.currentWidget?.selectedItems() ?? [])];
  const [item] = selected;
  if (selected.length !== 1 || item === undefined || item.type === "directory") {
    return undefined;
  }
  return isDataFile(item.name) ? item.path : undefined;
}

function addCommands(
  app: JupyterFrontEnd,
  documents: IDocumentManager,
  defaultBrowser: IDefaultFileBrowser | null,
  browsers: IFileBrowserFactory | null,
  palette: ICommandPalette | null,
): void {
  const open = async (folder: string, fileName?: string): Promise<void> => {
    try {
      await openApp(
        documents,
        (panelId) =>
          app.commands.execute("notebook:run-all-cells", { [SemanticCommand.WIDGET]: panelId }),
        folder,
        fileName,
      );
    } catch (reason) {
      await showErrorMessage("AutoML could not be opened", reason as Error);
    }
  };

  app.commands.addCommand(CommandIDs.new, {
    label: (args) => (args["isPalette"] ? "New AutoML Notebook" : "AutoML"),
    caption: "Train models on a table, in a new notebook",
    icon: automlIcon,
    execute: (args) => {
      const here = browsers?.tracker.currentWidget ?? defaultBrowser;
      return open((args["cwd"] as string | undefined) ?? here?.model.path ?? "");
    },
  });

  app.commands.addCommand(CommandIDs.trainOnFile, {
    label: "Train a model on this file",
    caption: "Open a notebook beside the file that trains models on it",
    icon: automlIcon,
    isEnabled: (args) =>
      typeof args["path"] === "string" || selectedDataFile(browsers) !== undefined,
    isVisible: (args) =>
      typeof args["path"] === "string" || selectedDataFile(browsers) !== undefined,
    execute: async (args) => {
      const path = (args["path"] as string | undefined) ?? selectedDataFile(browsers);
      if (path !== undefined) {
        await open(PathExt.dirname(path), PathExt.basename(path));
      }
    },
  });

  const category = "AutoML";
  palette?.addItem({ command: CommandIDs.new, category, args: { isPalette: true } });
  palette?.addItem({ command: CommandIDs.trainOnFile, category });
}

/** The two commands, and both in the palette. */
export const commandsPlugin: JupyterFrontEndPlugin<void> = {
  id: "jupyter-automl-labextension:commands",
  description: "Opens a notebook that trains models, empty or on a file.",
  autoStart: true,
  requires: [IDocumentManager],
  optional: [IDefaultFileBrowser, IFileBrowserFactory, ICommandPalette],
  activate: addCommands,
};
