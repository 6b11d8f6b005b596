// compatibility_date: 2026-11-17
// What the newest dates change.
export default {
  text: async () => [(await new Response("\ufeffx").text()).length, (await new Response(new Uint8Array([0xef, 0xbb, 0xbf, 65])).text()).length, (await new Response("\ufeff\ufeffx").text()).length, (await new Blob(["\ufeffx"]).text()).length],
  json: () => new Response("\ufeff1").json(),
  reload: () => { try { return new Request("http://h/", { cache: "reload" }).cache; } catch (e) { return e.message; } },
};
