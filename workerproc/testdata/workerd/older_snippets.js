// compatibility_date: 2022-02-02
// What has no constructors of streams yet has digests.
export default {
  digest: async () => { const d = new crypto.DigestStream("SHA-256"); await new Response("abc").body.pipeTo(d); return new Uint8Array(await d.digest).slice(0, 3); },
  string: async () => { const d = new crypto.DigestStream("MD5"); const w = d.getWriter(); await w.write("abc"); await w.close(); return new Uint8Array(await d.digest).slice(0, 3); },
  text: async () => (await new Response("\ufeffx").text()).length,
};
