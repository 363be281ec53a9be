// The language that numbers and dates are written in: the page's, else the browser's.

let asked: string | null = null;
let chosen = "en-US";

/** As a BCP 47 tag that `Intl` knows. */
export function locale(): string {
  // JupyterLab's own names have an underscore.
  const page = document.documentElement.lang.replaceAll("_", "-");
  const liked = navigator.languages ?? [];
  const now = [page, ...liked].join();
  if (now !== asked) {
    asked = now;
    chosen = choose(page, liked);
  }
  return chosen;
}

function choose(page: string, liked: readonly string[]): string {
  // A page says a language; which country's, only the browser knows.
  const near = liked.filter((one) => one.split("-")[0] === page);
  return [...near, page, ...liked].find(isKnown) ?? "en-US";
}

function isKnown(tag: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf(tag).length > 0;
  } catch {
    return false;
  }
}

const formats = new Map<string, Intl.NumberFormat>();

/**
 * A number with `least` to `most` decimals; with `least` of them where no most is given, and with
 * three at most where neither is. Its digits are 0 to 9 in every language.
 */
export function formatNumber(value: number, least?: number, most = least ?? 3): string {
  const language = locale();
  const key = `${language} ${least} ${most}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(language, {
      numberingSystem: "latn",
      minimumFractionDigits: least ?? 0,
      maximumFractionDigits: most,
    });
    formats.set(key, format);
  }
  // There is no negative zero for people.
  return format.format(value + 0);
}
