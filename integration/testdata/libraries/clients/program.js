import axios, { AxiosError } from "axios";
import ky, { HTTPError, TimeoutError } from "ky";
import { ofetch, FetchError } from "ofetch";
import { report } from "../report.js";

const why = (e) => [e.name, e.message.replaceAll(/https:\/\/[^/]+/g, "https://api"), e.response?.status, e.code];

export default report(async (print, env) => {
  const base = env.OPENAI;
  {
    const api = ky.create({ prefixUrl: base, headers: { "x-client": "ky" }, retry: { limit: 2, delay: () => 1 }, timeout: 2000 });
    print(await api.get("json", { searchParams: { a: 1, b: "ü &" } }).json());
    print(await api.post("echo?ky", { json: { n: [1, 2] } }).json());
    print(await api.put("echo?ky", { body: new Blob(["blob body"], { type: "text/x" }) }).json());
    print(await api.get("flaky?ky").text());
    try { await api.get("teapot"); } catch (e) { print(e instanceof HTTPError, ...why(e), await e.response.json()); }
    try { await api.get("slow", { timeout: 50, retry: 0 }); } catch (e) { print(e instanceof TimeoutError, e.name); }
    const hooks = [];
    await api.extend({ hooks: { beforeRequest: [(request) => { request.headers.set("x-client", "hooked"); }], afterResponse: [(_, __, r) => { hooks.push(r.status); }] } }).get("json").json().then((v) => print(v, hooks));
    const reader = (await api.get("sse")).body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (let r; !(r = await reader.read()).done;) text += r.value;
    print(text.split("\n\n").length, text.length);
  }
  {
    const api = axios.create({ baseURL: base, adapter: "fetch", headers: { "x-client": "axios" } });
    print((await api.get("/json", { params: { a: [1, 2], d: "x y" } })).data);
    print((await api.post("/echo?axios", { n: 1 })).data);
    print((await api.post("/echo?axios", new URLSearchParams({ q: "a b" }))).data);
    const { data, status, headers } = await api.get("/bytes", { responseType: "arraybuffer" });
    print(data.byteLength, status, headers["content-type"], headers.get("x-server"));
    try { await api.get("/teapot"); } catch (e) { print(e instanceof AxiosError, ...why(e), e.response.data); }
    try { await api.get("/slow", { timeout: 50 }); } catch (e) { print(axios.isAxiosError(e), e.code); }
    const controller = new AbortController();
    const pending = api.get("/slow", { signal: controller.signal });
    controller.abort();
    try { await pending; } catch (e) { print(axios.isCancel(e), e.code); }
    api.interceptors.request.use((config) => { config.headers.set("x-client", "intercepted"); return config; });
    print((await Promise.all(Array.from({ length: 20 }, (_, i) => api.get(`/json?i=${i}`)))).map((r) => r.data.url).join(" "));
    const stream = (await api.get("/sse", { responseType: "stream" })).data;
    let size = 0;
    for await (const chunk of stream) size += chunk.length;
    print(size);
  }
  {
    const api = ofetch.create({ baseURL: base, headers: { "x-client": "ofetch" }, retry: 1, retryDelay: 1 });
    print(await api("/json", { query: { a: [1, 2], b: undefined } }));
    print(await api("/echo?ofetch", { method: "PATCH", body: { n: 1 } }));
    print(await api("/flaky?ofetch", { responseType: "text" }));
    try { await api("/teapot"); } catch (e) { print(e instanceof FetchError, e.status, e.data); }
    print((await api("/bytes", { responseType: "blob" })).size, (await api.raw("/json")).status);
  }
});
