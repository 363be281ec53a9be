import { PathExt } from "@jupyterlab/coreutils";
import type { IDocumentManager } from "@jupyterlab/docmanager";
import type { KernelSpec } from "@jupyterlab/services";

/**
 * The cell that shows the product, on a file or on nothing yet.
 *
 * JSON's string syntax is a subset of Python's, so the name of a file is quoted by it: whatever
 * stands in a name stays text.
 */
export function appSource(fileName?: string): string {
  const source = fileName === undefined ? "" : JSON.stringify(fileName);
  return `import jupyter_automl as ja\n\nja.App(${source})`;
}

/** A notebook of one code cell. */
export function notebookOf(source: string, kernel: KernelSpec.ISpecModel | undefined): object {
  return {
    cells: [
      { cell_type: "code", execution_count: null, id: "app", metadata: {}, outputs: [], source },
    ],
    metadata: kernel
      ? {
          kernelspec: {
            name: kernel.name,
            display_name: kernel.display_name,
            language: kernel.language,
          },
        }
      : {},
    nbformat: 4,
    nbformat_minor: 5,
  };
}

/** The default kernel if it speaks Python, else the first one that does. */
export function pythonKernel(
  specs: KernelSpec.ISpecModels | null,
): KernelSpec.ISpecModel | undefined {
  const all = specs?.kernelspecs ?? {};
  const known = Object.values(all).filter((spec) => spec?.language === "python");
  return known.find((spec) => spec?.name === specs?.default) ?? known[0];
}

/** Runs all cells of the notebook whose panel has this id. */
export type RunNotebook = (panelId: string) => Promise<unknown>;

/**
 * Write a notebook into `folder`, open it and run it.
 *
 * Resolves once the cell has run. What it shows is saved at once, so that a page that is loaded again
 * finds the widget and, through it, the run.
 */
export async function openApp(
  documents: IDocumentManager,
  run: RunNotebook,
  folder: string,
  fileName?: string,
): Promise<void> {
  const { contents, kernelspecs } = documents.services;
  await kernelspecs.ready;
  const kernel = pythonKernel(kernelspecs.specs);
  if (kernel === undefined) {
    throw new Error("No Python kernel is installed. Install one with: pip install ipykernel");
  }
  const draft = await contents.newUntitled({ path: folder, type: "notebook" });
  await contents.save(draft.path, {
    type: "notebook",
    format: "json",
    content: notebookOf(appSource(fileName), kernel),
  });
  const panel = documents.openOrReveal(draft.path, "Notebook", { name: kernel.name });
  if (panel === undefined) {
    throw new Error(`The notebook ${PathExt.basename(draft.path)} could not be opened.`);
  }
  await panel.context.ready;
  await panel.context.sessionContext.ready;
  await run(panel.id);
  await panel.context.save();
}
