// util.parseArgs.
const { withCode, invalidArgType, validateArray, validateBoolean, validateObject, validateOneOf, validateString } = require("internal:errors");

const value = (code, message) => withCode(TypeError, code, message);

function checkOptions(options) {
  for (const [name, option] of Object.entries(options)) {
    validateObject(option, `options.${name}`);
    validateOneOf(option.type, `options.${name}.type`, ["string", "boolean"]);
    if (option.short !== undefined) {
      validateString(option.short, `options.${name}.short`);
      if (option.short.length !== 1) throw withCode(TypeError, "ERR_INVALID_ARG_VALUE", `The property 'options.${name}.short' must be a single character. Received '${option.short}'`);
    }
    if (option.multiple !== undefined) validateBoolean(option.multiple, `options.${name}.multiple`);
  }
}

// tokensOf splits arguments into options and positionals, each with its place.
function tokensOf(args, options) {
  const short = Object.fromEntries(Object.entries(options).filter(([, o]) => o.short).map(([name, o]) => [o.short, name]));
  const isText = (name) => Object.hasOwn(options, name) && options[name].type === "string";
  const tokens = [];
  const rest = args.map((arg, index) => ({ arg, index }));
  while (rest.length > 0) {
    const { arg, index } = rest.shift();
    const take = (name, rawName, inline) => {
      let text = inline, inlined = inline === undefined ? undefined : true;
      if (inline === undefined && isText(name) && rest.length > 0 && (rest[0].arg === "-" || !rest[0].arg.startsWith("-") || rest[0].arg.length === 1)) {
        text = rest.shift().arg;
        inlined = false;
      } else if (inline === undefined && isText(name) && rest.length > 0 && !rest[0].arg.startsWith("-")) text = rest.shift().arg;
      tokens.push({ kind: "option", name, rawName, index, value: text, inlineValue: inlined });
    };
    if (arg === "--") {
      tokens.push({ kind: "option-terminator", index });
      for (const more of rest.splice(0)) tokens.push({ kind: "positional", index: more.index, value: more.arg });
    } else if (/^--[^=]/.test(arg)) {
      const at = arg.indexOf("=");
      const name = at < 0 ? arg.slice(2) : arg.slice(2, at);
      take(name, `--${name}`, at < 0 ? undefined : arg.slice(at + 1));
    } else if (/^-[^-]/.test(arg)) {
      const name = short[arg[1]] ?? arg[1];
      if (arg.length > 2 && isText(name)) take(name, `-${arg[1]}`, arg.slice(2));
      else {
        const letters = [...arg.slice(1)];
        const cut = letters.findIndex((c, i) => i > 0 && isText(short[c] ?? c));
        if (cut > 0 && cut < letters.length - 1) rest.unshift({ arg: `-${letters.splice(cut).join("")}`, index });
        letters.forEach((c, i) => {
          const long = short[c] ?? c;
          if (i === letters.length - 1) take(long, `-${c}`, undefined);
          else tokens.push({ kind: "option", name: long, rawName: `-${c}`, index, value: undefined, inlineValue: undefined });
        });
      }
    } else tokens.push({ kind: "positional", index, value: arg });
  }
  return tokens;
}

function store(values, name, option, given) {
  if (name === "__proto__") return;
  if (option?.multiple) (values[name] ??= []).push(given);
  else values[name] = given;
}

function checkStrict(token, option, allowPositionals) {
  if (option === undefined) {
    const hint = allowPositionals ? `. To specify a positional argument starting with a '-', place it at the end of the command after '--', as in '-- "${token.rawName}"` : "";
    throw value("ERR_PARSE_ARGS_UNKNOWN_OPTION", `Unknown option '${token.rawName}'${hint}`);
  }
  const shown = option.short && token.rawName === `-${option.short}` ? `-${option.short}, --${token.name}` : option.short ? `-${option.short}, --${token.name}` : `--${token.name}`;
  if (option.type === "string" && typeof token.value !== "string") throw value("ERR_PARSE_ARGS_INVALID_OPTION_VALUE", `Option '${shown} <value>' argument missing`);
  if (option.type === "boolean" && token.value !== undefined) throw value("ERR_PARSE_ARGS_INVALID_OPTION_VALUE", `Option '${shown}' does not take an argument`);
}

module.exports = function parseArgs(config = {}) {
  validateObject(config, "config");
  const { args = [], options = {}, strict = true, tokens: wantTokens = false } = config;
  const allowPositionals = config.allowPositionals ?? !strict;
  validateArray(args, "args");
  validateBoolean(strict, "strict");
  validateBoolean(allowPositionals, "allowPositionals");
  validateObject(options, "options");
  if (args.some((a) => typeof a !== "string")) throw invalidArgType("args", "string", args);
  checkOptions(options);
  const tokens = tokensOf(args, options);
  const result = { values: { __proto__: null }, positionals: [] };
  for (const token of tokens) {
    if (token.kind === "option") {
      const option = Object.hasOwn(options, token.name) ? options[token.name] : undefined;
      const negated = option === undefined && config.allowNegative && token.name.startsWith("no-") && options[token.name.slice(3)]?.type === "boolean";
      if (strict && !negated) checkStrict(token, option, allowPositionals);
      if (negated) store(result.values, token.name.slice(3), options[token.name.slice(3)], false);
      else store(result.values, token.name, option, token.value ?? true);
    } else if (token.kind === "positional") {
      if (!allowPositionals) throw value("ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL", `Unexpected argument '${token.value}'. This command does not take positional arguments`);
      result.positionals.push(token.value);
    }
  }
  for (const [name, option] of Object.entries(options)) if (option.default !== undefined && result.values[name] === undefined) result.values[name] = option.default;
  if (wantTokens) result.tokens = tokens;
  return result;
};
