// node:constants, the old gathering of constants.
const { constants } = require("node:os");
const crypto = require("internal:crypto_constants");
module.exports = Object.freeze({ ...constants.dlopen, ...constants.errno, ...constants.priority, ...constants.signals, ...require("node:fs").constants, ...crypto });
