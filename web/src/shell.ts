// A command as a person pastes it, and texts without what lets others in. What is hidden is that of src/report/redact.h:
// a URL's password and query, and the stream key of an rtmp URL unless it is this machine's own.

export function shellWords(words: string[]): string {
  return words.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replace(/'/g, "'\\''")}'`)).join(" ");
}

export function hideSecrets(text: string): string {
  return text.replace(/\b([a-z][a-z0-9+.-]*):\/\/([^\s'"<>]+)/gi, (_whole, scheme: string, rest: string) => {
    let shown = rest.replace(/^([^/@:]*):[^/@]*@/, "$1:***@").replace(/\?.*$/, "?***");
    if (/^rtmps?$/i.test(scheme)) {
      const [host = "", application = "", ...key] = shown.split("/");
      const own = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(host.replace(/^.*@/, ""));
      if (key.length > 0 && !own) shown = `${host}/${application}/***`;
    }
    return `${scheme}://${shown}`;
  });
}
