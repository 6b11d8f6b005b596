// The smallest Worker worth its name: it answers a request, and logs what it was asked.
export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    const name = searchParams.get("name") ?? "World";
    console.log("asked for", { method: request.method, path: pathname });
    return new Response(`Hello, ${name}, from inside a jail!\n`);
  },
};
