/** The URL that Retell calls, as the configuration or the command line says it. */

/** What is wrong with the URL of a webhook, to be said behind what it is called; undefined where nothing is. */
export function publicUrlProblem(text: string): string | undefined {
  const url = /^https?:\/\/[^/\\?#]/i.test(text) ? URL.parse(text) : null;
  if (!url) return 'must be a URL that begins with "https://"';
  if (url.protocol !== "https:") return 'must begin with "https://": calls carry personal data';
  if (url.username !== "" || url.password !== "") return "must not contain a login";
  if (url.search !== "" || url.hash !== "" || /[?#]$/.test(text))
    return 'must end with its path, without "?" or "#"';
  return undefined;
}

/** Whether two URLs are the same address: a trailing slash more or less is none, nor the case of the host. */
export function isSameUrl(a: string, b: string): boolean {
  const [one, other] = [comparable(a), comparable(b)];
  return one !== undefined && one === other;
}

function comparable(text: string): string | undefined {
  const url = URL.parse(text);
  return url ? url.href.replace(/\/+$/, "") : undefined;
}
