// util.parseEnv: the lines of a .env file.
module.exports = (content) => {
  const out = {};
  const line = /^[ \t]*(?:export[ \t]+)?([\w.-]+)[ \t]*=[ \t]*(?:"([^"]*)"|'([^']*)'|`([^`]*)`|([^\n#]*))[^\n]*$/gm;
  for (const [, name, double, single, back, plain] of content.replace(/\r\n?/g, "\n").matchAll(line)) {
    out[name] = double !== undefined ? double.replace(/\\n/g, "\n") : single ?? back ?? plain.trim();
  }
  return out;
};
