module.exports = require("./vendor/punycode.js");
