// The part of anywidget's model that the widgets use.

export interface WidgetModel {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]): void;
  on(name: string, callback: (...args: never[]) => void): void;
  off(name: string, callback?: (...args: never[]) => void): void;
  widget_manager?: unknown;
}

interface Signal {
  connect(slot: () => void): unknown;
  disconnect(slot: () => void): unknown;
}

interface Kernel {
  status?: string;
  connectionStatus?: string;
  statusChanged?: Signal;
}

/** The kernel behind the widgets, where the host tells. */
export function kernelOf(model: WidgetModel): Kernel | null {
  const manager = model.widget_manager as { kernel?: Kernel | null } | undefined;
  return manager?.kernel ?? null;
}
