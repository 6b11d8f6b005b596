// node:stream/consumers.
async function chunks(stream) {
  const { Buffer } = require("node:buffer");
  const list = [];
  for await (const chunk of stream) list.push(typeof chunk === "string" ? Buffer.from(chunk) : Buffer.from(chunk.buffer ?? chunk, chunk.byteOffset, chunk.byteLength));
  return Buffer.concat(list);
}
async function arrayBuffer(stream) {
  const b = await chunks(stream);
  return b.buffer.slice(b.byteOffset, b.byteOffset + b.byteLength);
}
const text = async (stream) => new TextDecoder().decode(await chunks(stream));
module.exports = {
  arrayBuffer, buffer: chunks, text, json: async (stream) => JSON.parse(await text(stream)), blob: async (stream) => new Blob([await chunks(stream)]),
};
