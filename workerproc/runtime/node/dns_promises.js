// node:dns/promises.
const { api, resolver } = require("internal:dns");
const { codes } = require("internal:dns_records");
module.exports = { ...api, Resolver: resolver(api), ...codes, ADDRCONFIG: 1024, V4MAPPED: 2048, ALL: 256 };
